"""The report as a web page: whole in one file, readable without scripts, and silent on what is suppressed."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from carereport.report.render import render_report
from tests import made_up_report as made

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def page() -> str:
    findings, disclosed, project = made.material(ROOT)
    return render_report(
        findings,
        disclosed,
        project,
        made.QUARTER,
        as_at=made.AS_AT,
        set_aside=made.SET_ASIDE,
        commentary=made.COMMENTARY,
    )


def body(page: str) -> str:
    return page[page.index("<body") :]


def test_the_page_is_whole_by_itself(page: str) -> None:
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#|data:|mailto:)""", page)
    assert "url(data:font/otf" in page


def test_nothing_runs_in_the_page_but_its_own_script(page: str) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1 and page.count("<script") == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    allowed = html.unescape(policy[1])
    assert "default-src 'none'" in allowed and f"script-src 'sha256-{digest}';" in allowed
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", body(page).partition("<script>")[0])


def test_the_page_is_light_enough_to_send(page: str) -> None:
    assert len(page.encode()) < 1_500_000


def test_every_table_scrolls_in_a_named_region(page: str) -> None:
    tables = body(page).count("<table")
    assert tables > 10
    regions = re.findall(r'<div class="scroll" tabindex="0" role="group" aria-label="([^"]+)"><table', page)
    assert len(regions) == tables


def test_the_page_has_language_title_landmark_and_a_way_past_the_head(page: str) -> None:
    assert '<html lang="en-GB">' in page
    assert re.search(r"<title>[^<]*Quarter 2 performance[^<]*</title>", page)
    assert page.count("<main") == 1
    assert re.search(r'<a class="skip" href="#main">', page)


def test_every_link_leads_to_a_place(page: str) -> None:
    places = set(re.findall(r'\bid="([^"]+)"', body(page)))
    links = re.findall(r'href="#([^"]+)"', body(page))
    assert links and set(links) <= places
    found = re.findall(r'\bid="([^"]+)"', body(page))
    assert len(found) == len(set(found))


def test_every_header_cell_says_what_it_heads_and_every_chart_has_a_text(page: str) -> None:
    assert all("scope=" in cell for cell in re.findall(r"<th\b[^>]*>", body(page)))
    for svg in re.findall(r"<svg\b[^>]*>", body(page)):
        assert 'aria-hidden="true"' in svg or re.search(r'role="img" aria-label="[^"]{20,}"', svg)


def test_every_chart_is_well_formed_and_refers_to_nothing(page: str) -> None:
    for svg in re.findall(r"<svg\b.*?</svg>", body(page), re.DOTALL):
        held = ElementTree.fromstring(svg)
        assert not any("href" in key or key == "id" for element in held.iter() for key in element.attrib)


def test_headings_skip_no_level(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", body(page))]
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in zip([0, *levels], levels, strict=False))


def test_each_table_with_a_marker_has_its_legend(page: str) -> None:
    for section in re.findall(r"<section\b.*?</section>", body(page), re.DOTALL):
        if "[c]</td>" in section:
            assert "[c] suppressed" in section


def test_a_suppressed_figure_moves_nothing_in_the_page(page: str) -> None:
    """What a hidden cell holds cannot reach the page: findings without it are all that drawing sees."""
    row = re.search(r'<tr id="row-plans_two_years">.*?</tr>', page, re.DOTALL)
    assert row is not None
    assert re.sub(r"<[^>]+>|2%|P7", "", row[0]).count("[c]") >= 2
    assert "<path" not in row[0]


def test_the_mark_of_an_internal_edition_stands_on_the_page() -> None:
    findings, disclosed, project = made.material(ROOT)
    held = render_report(findings, disclosed, project, made.QUARTER, audience="internal", final=False, as_at=made.AS_AT)
    assert re.search(r'class="running-mark">Not for publication', held)
    assert "Nothing is suppressed" in held
