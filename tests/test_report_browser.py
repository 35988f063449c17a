"""The web page in a real browser: by keyboard alone, on a small screen, in the dark, on paper, and without scripts."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carereport.report.render import COVER, render_report, render_template
from tests import made_up_report as made

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
MEASURES = len(made.INDICATORS)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed on this machine")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """Return the report and the cover report of the made-up council as files."""
    from carereport.report.context import report_context
    from carereport.report.cover import cover_report
    from carereport.report.pages.material import Material

    folder = tmp_path_factory.mktemp("pages")
    findings, disclosed, project = made.material(ROOT)
    pages = {
        "report": render_report(
            findings, disclosed, project, made.QUARTER, as_at=made.AS_AT, set_aside=made.SET_ASIDE,
            commentary=made.COMMENTARY,
        )
    }  # fmt: skip
    material = Material(
        findings, disclosed, project, made.QUARTER, "public", True, made.AS_AT, (), made.SET_ASIDE, made.COMMENTARY
    )
    context = report_context(material)
    pages["cover"] = render_template(COVER, {"cover": cover_report(material, context)}, ROOT, context.look)
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def show(browser, files) -> Iterator[Any]:
    """Return a function that opens a page; a script's error or anything asked of a network fails the test."""
    contexts, wrong = [], []

    def opened(name="report", width=1280, height=900, **more):
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda ask: None if ask.url.startswith(("file:", "data:")) else wrong.append(ask.url))
        page.goto(files[name].as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def rows(page):
    """Return the names of the measures that the scorecard shows, in order."""
    return page.locator("table.score tbody tr:not(.section):visible th a").all_inner_texts()


def comes_true(page, question, seconds=30):
    """Ask until it is so. Not by `wait_for_function`: it asks from within the page, whose policy allows no eval."""
    until = time.monotonic() + seconds
    while not page.evaluate(question):
        assert time.monotonic() < until, f"not so after {seconds} s: {question}"
        page.wait_for_timeout(20)


@pytest.mark.parametrize("name", ["report", "cover"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(show, name, scheme):
    page = show(name, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found = axe.Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []


@pytest.mark.parametrize("name", ["report", "cover"])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_small_screen_needs_no_sideways_scrolling(show, name, scripts):
    page = show(name, width=320, java_script_enabled=scripts)
    page.locator("details").evaluate_all("(parts) => parts.forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe.Axe().run(page).response["violations"] == [] if scripts else True


def test_a_wide_table_scrolls_in_a_region_that_the_keyboard_reaches(show):
    page = show(width=320)
    region = page.locator(".scroll", has=page.locator("table.score"))
    assert region.get_attribute("aria-label")
    region.focus()
    page.keyboard.press("ArrowRight")
    comes_true(page, "document.activeElement.scrollLeft > 0")


def test_tables_that_fit_are_no_stop_of_the_keyboard(show):
    page = show(width=1280)
    regions = page.locator(".scroll[tabindex]:visible")
    assert all(regions.evaluate_all("(all) => all.map((one) => one.scrollWidth > one.clientWidth)"))
    assert page.locator(".scroll:not([tabindex]):visible").count() > 0


def test_charts_without_colours_of_their_own_stand_out_in_the_dark(show):
    page = show(color_scheme="dark")
    unseen = page.evaluate(
        """() => {
          const light = (colour) => {
            const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
              const share = part / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const paper = light(getComputedStyle(document.documentElement).backgroundColor);
          const low = [];
          for (const shape of document.querySelectorAll("svg text, svg path[fill]:not([fill=none])")) {
            const fill = getComputedStyle(shape).fill;
            const ratio = (Math.max(light(fill), paper) + 0.05) / (Math.min(light(fill), paper) + 0.05);
            const behind = ["#eef2f7", "#ffffff"].includes(shape.getAttribute("fill"));  // the range, and what covers
            if (!behind && ratio < (shape.tagName === "text" ? 4.5 : 3)) low.push([shape.getAttribute("fill"), ratio]);
          }
          return low;
        }"""
    )
    assert unseen == []


def test_a_chart_tells_its_values_to_pointer_and_keyboard(show):
    page = show()
    picture = page.locator(".exception .picture").first
    slider, readout = picture.get_by_role("slider"), picture.locator(".readout")
    table = picture.locator("details.values table")
    last, before = (table.locator("tbody tr").nth(place) for place in (-1, -2))
    slider.focus()
    for row in (last, before):
        month, value = (row.locator("th, td").nth(place).text_content() for place in (0, 1))
        assert readout.text_content().startswith(f"{month}: {value}")
        assert slider.get_attribute("aria-valuetext") == readout.text_content()
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    assert readout.text_content().startswith(table.locator("tbody th").first.text_content())
    page.keyboard.press("Escape")
    assert "arrow keys" in readout.text_content()
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + box["height"] / 2)
    assert readout.text_content().startswith(table.locator("tbody th").first.text_content())


def test_panels_seen_together_tell_the_value_nearest_to_the_pointer(show):
    page = show()
    picture = page.locator("#workforce .picture").first
    slider, readout = picture.get_by_role("slider"), picture.locator(".readout")
    rows = picture.locator("details.values tbody tr[data-y]")
    assert rows.count() > 60
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    for place in (0, rows.count() // 2, rows.count() - 1):
        x, y = (float(rows.nth(place).get_attribute(f"data-{side}")) for side in "xy")
        page.mouse.move(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)
        name, value = (rows.nth(place).locator("th, td").nth(cell).text_content() for cell in (0, 1))
        assert readout.text_content() == f"{name}: {value}"


def test_every_chart_has_its_values_as_a_table(show):
    page = show()
    pictures = page.locator(".picture")
    assert pictures.count() > 5
    for place in range(pictures.count()):
        assert pictures.nth(place).locator("details.values tbody tr").count() > 0
        assert pictures.nth(place).get_by_role("slider").get_attribute("aria-label")


def test_the_scorecard_filters_by_section_status_variation_and_words(show):
    page = show()
    tools = page.locator("form.score-tools")
    count = tools.get_by_role("status")
    assert count.text_content() == f"{MEASURES} of {MEASURES} measures shown"
    for label, column in (("Section", None), ("Status", "td .tag"), ("Variation", "td .variation")):
        field = tools.get_by_label(label)
        wanted = field.locator("option").nth(1).text_content()
        field.select_option(wanted)
        shown = rows(page)
        assert 0 < len(shown) < MEASURES
        assert count.text_content() == f"{len(shown)} of {MEASURES} measures shown"
        if column:
            assert set(page.locator(f"table.score tr:visible {column}").all_inner_texts()) == {wanted}
        else:
            assert page.locator("table.score tr.section:visible").all_inner_texts() == [wanted]
        tools.get_by_role("button", name="Show all").click()
        assert len(rows(page)) == MEASURES
    tools.get_by_label("Words").fill("care leavers")
    assert rows(page) == ["Care leavers in touch", "Care leavers in work or learning"]
    tools.get_by_label("Words").fill("no such measure")
    assert rows(page) == []
    assert count.text_content() == f"0 of {MEASURES} measures shown"


def test_the_scorecard_sorts_by_its_columns_with_the_keyboard_alone(show):
    page = show()
    usual = rows(page)
    head = page.locator("table.score th.measure")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert rows(page) == sorted(usual, key=str.casefold)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "descending"
    assert rows(page) == sorted(usual, key=str.casefold, reverse=True)
    now = page.locator("table.score th.quarter").nth(2)
    now.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") is None
    shown = page.locator("table.score tbody tr:not(.section) td:nth-child(4)").all_inner_texts()
    values = [float(re.sub(r"[^\d.]", "", text)) if re.match(r"\d", text) else None for text in shown]
    known = [value for value in values if value is not None]
    assert known == sorted(known) and values[: len(known)] == known
    page.get_by_role("button", name="Show all").click()
    assert rows(page) == usual and page.locator("[aria-sort]").count() == 0


def test_the_status_column_sorts_the_worst_first(show):
    page = show()
    page.locator("th.state button").first.click()
    words = page.locator("table.score td.state").all_inner_texts()
    order = ["Off target", "Near target", "On target", "For information", "Too few to rate"]
    assert [order.index(word.strip()) for word in words] == sorted(order.index(word.strip()) for word in words)


def test_the_keyboard_reaches_everything_in_order_and_sees_where_it_is(show):
    page = show()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    wanted = page.locator("main :is(a[href], button, select, input, summary, [tabindex='0']):visible").count()
    seen, lost = 0, []
    for _ in range(wanted + 40):
        page.keyboard.press("Tab")
        where = page.evaluate(
            """() => {
              const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
              return {inside: Boolean(at.closest("main")), name: at.outerHTML.slice(0, 80),
                      outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                      seen: box.bottom > 0 && box.top < innerHeight};
            }"""
        )
        if not where["inside"]:
            break
        seen += 1
        if not (where["outlined"] and where["seen"]):
            lost.append(where["name"])
    assert lost == []
    assert seen == wanted


def test_targets_are_large_enough_to_touch(show):
    page = show(width=320)
    small = page.locator("main :is(button, select, input, summary):visible").evaluate_all(
        "(all) => all.map((one) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 24 || box.width < 24).map(([name]) => name)"
    )
    assert small == []


def test_all_can_be_read_without_scripts(show):
    page, scripted = show(java_script_enabled=False), show()
    assert page.locator(".score-tools, .cursor, .readout, table.score button").count() == 0
    assert rows(page) == rows(scripted)
    page.locator("details.values summary").first.click()
    assert page.locator("details.values table").first.is_visible()
    assert page.locator("svg.chart").count() == scripted.locator("svg.chart").count()


def test_printed_from_the_browser_only_the_report_is_on_paper(show):
    page = show(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for part in (".score-tools", ".readout", ".cursor", "details.values", ".contents-list", ".skip"):
        assert page.locator(part).first.is_hidden(), part
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_wide_text_spacing_hides_nothing(show):
    page = show(width=320)
    page.evaluate(
        "document.documentElement.append(Object.assign(document.createElement('style'), {textContent: "
        "'* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }'}))"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
