"""A number that no figure holds fails the build, whichever form was asked for and wherever the number stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from carereport.build import Options, run_build
from carereport.commentary import Commentary
from carereport.extracts import SetAside
from carereport.faults import CarereportError, Fault
from carereport.figures import Revision, Sentence
from carereport.quarters import Quarter
from carereport.report import slides, worker
from carereport.report.context import report_context
from carereport.report.cover import cover_report
from carereport.report.pages import performance
from carereport.report.pages.material import Material
from carereport.report.traced import check_numbers
from carereport.settings import Breakdown
from carereport.wording import headlines, sentences, statement
from tests import made_up_report as made
from tests.small_council import small_council

QUARTER = Quarter(2025, 2)
STRAY = "471.5"


def _in_a_sentence(patch: pytest.MonkeyPatch) -> None:
    def rogue(*_: object) -> Iterator[Sentence]:
        yield Sentence(f"There were {STRAY} of them.", "W1", (STRAY,))

    patch.setattr(statement, "ORDER", (*statement.ORDER, rogue))


def _in_a_title(patch: pytest.MonkeyPatch) -> None:
    for variation in headlines.USUAL:
        patch.setitem(headlines.USUAL, variation, f", within {STRAY} of usual")


def _on_a_card(patch: pytest.MonkeyPatch) -> None:
    real = sentences.shown

    def doubled(figure, indicator, decimals=None):
        text = real(figure, indicator, decimals)
        return text if text.startswith("[") else STRAY

    patch.setattr(headlines, "shown", doubled)


def _over_a_chart(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(headlines, "point_name", lambda _: STRAY)
    patch.setattr(headlines, "short_name", lambda _: f"Measure {STRAY}")


FORMS = ("pdf", "html", "xlsx", "pptx", "json")


@pytest.mark.parametrize(
    ("plant", "form"),
    [*((_in_a_sentence, form) for form in FORMS), *((_in_a_title, form) for form in FORMS),
     (_on_a_card, "html"), (_over_a_chart, "html")],
)  # fmt: skip
def test_a_number_from_nowhere_fails_the_build_of_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], form: str
) -> None:
    root = small_council(tmp_path / "project")
    plant(monkeypatch)
    with pytest.raises(CarereportError) as failed:
        run_build(Options(root, QUARTER, root / "data", formats=(form,)))
    assert {fault.code for fault in failed.value.faults if fault.severity == "error"} == {"WO001"}
    assert [path for path in (root / "output").rglob("*") if path.is_file()] == []
    assert STRAY not in " ".join(fault.message for fault in failed.value.faults)


def test_a_number_from_nowhere_on_a_slide_fails_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small_council(tmp_path / "project")
    monkeypatch.setattr(slides, "_footer", lambda context: f"{context.footer}, {STRAY} of them")
    with pytest.raises(CarereportError) as failed:
        run_build(Options(root, QUARTER, root / "data", formats=("pptx",)))
    assert [(fault.code, fault.message) for fault in failed.value.faults] == [
        ("WO001", "footer: a number that is no figure")
    ]
    assert [path for path in (root / "output").rglob("*") if path.is_file()] == []


def _material(root: Path) -> Material:
    findings, disclosed, _ = made.material(root)
    return Material(findings, disclosed, made.project(root), made.QUARTER, "public", True, made.AS_AT, (),
                    made.SET_ASIDE, made.COMMENTARY)  # fmt: skip


def _said_in(value: Any, field: str) -> Any:
    """Return the value with the stray number at the end of one of its texts, or of the first of several."""
    held = getattr(value, field)
    if isinstance(held, tuple) and is_dataclass(held[0]):
        first = next(one.name for one in fields(held[0]) if isinstance(getattr(held[0], one.name), str))
        changed = (_said_in(held[0], first), *held[1:])
    elif isinstance(held, tuple):
        changed = (f"{held[0]} {STRAY}", *held[1:])
    else:
        changed = f"{held} {STRAY}"
    return replace(value, **{field: changed})


PLACES = {
    "performance": ("title", "message", "age", "cards", "attention"),
    "summary": ("title", "messages"),
    "journey": ("title", "period", "conversion", "charts", "accounts"),
    "scorecard": ("false_alarms",),
    "exceptions": ("pages",),
    "notes": ("timely", "sources", "set_aside", "charts", "suppressed", "population", "siblings"),
}


@pytest.mark.parametrize(("page", "field"), [(page, field) for page, held in PLACES.items() for field in held])
def test_a_number_from_nowhere_is_found_wherever_a_page_says_it(tmp_path: Path, page: str, field: str) -> None:
    material = _material(tmp_path)
    context = report_context(material)
    check_numbers(material, context, cover_report(material, context))
    changed = replace(context, **{page: _said_in(getattr(context, page), field)})
    with pytest.raises(CarereportError) as failed:
        check_numbers(material, changed)
    assert {fault.message for fault in failed.value.faults} == {f"{page}.{field}: a number that is no figure"}


def test_a_number_from_nowhere_is_found_in_what_is_read_aloud_of_a_chart(tmp_path: Path) -> None:
    material = _material(tmp_path)
    context = report_context(material)
    assert context.journey is not None and context.journey.bars is not None
    bars = Markup(str(context.journey.bars).replace('aria-label="', f'aria-label="{STRAY} ', 1))
    with pytest.raises(CarereportError):
        check_numbers(material, replace(context, journey=replace(context.journey, bars=bars)))


def test_an_apostrophe_read_aloud_is_no_number(tmp_path: Path) -> None:
    root = small_council(tmp_path / "project")
    journey = "council: {short_name: St Ann's}\njourney: [{indicator: referrals}, {indicator: plans_started}]\n"
    (root / "config" / "report.yaml").write_text(journey, encoding="utf-8")
    page = run_build(Options(root, Quarter(2024, 4), root / "data", formats=("html",))).folders[0] / "report.html"
    assert "Bar chart of the child's journey, St Ann's" in unescape(page.read_text(encoding="utf-8"))


def test_pages_with_a_number_from_nowhere_are_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stray = Sentence(f"Of {STRAY} measures, none is worse than usual", "W30")
    monkeypatch.setattr(performance, "variation_count", lambda _: stray)
    job = worker._Job(_material(tmp_path), False, True, False, True, datetime(2025, 10, 14))
    (answer,) = worker._answers(job, False)
    assert isinstance(answer, CarereportError)
    assert {fault.message for fault in answer.faults} == {
        "summary.title: a number that is no figure", "parts.paragraphs: a number that is no figure"
    }  # fmt: skip


def _with_revisions(material: Material) -> Material:
    """A page that counts how many more figures were revised, with officers' reason and name."""
    moved = tuple(
        Revision(f.indicator, "quarter", breakdown, "total", replace(q, value=(q.value or 0) + 31), q)
        for f in material.findings for q in f.quarters[:-1] for breakdown in ("total", "team")
    )  # fmt: skip
    told = Commentary("revisions", f"In all {STRAY} rows were late.", {}, role=f"Team {STRAY}", date="1 October 2025")
    findings = tuple(replace(f, revisions=tuple(m for m in moved if m.indicator == f.indicator))
                     for f in material.findings)  # fmt: skip
    return replace(
        material, findings=findings, disclosed=replace(material.disclosed, revisions=moved, compared=True),
        commentary={**material.commentary, "revisions": told},
    )  # fmt: skip


def _with_officers_numbers(material: Material) -> Material:
    """Names of officers, which stand beside generated text on pages and among it in notes of slides."""
    held = {name: replace(one, role=f"Team {STRAY}") for name, one in material.commentary.items()}
    steps = Commentary("next_steps", f"| Action | Who |\n|---|---|\n| {STRAY} visits | Anyone |", {}, role="Team 8813")
    return replace(material, commentary={**held, "next_steps": steps})


def _with_warnings(material: Material) -> Material:
    """What the checks said of the extracts, in words of the council's own settings."""
    warned = Fault("DQ012", "warning", f"the end lies {STRAY} days before the start", "", file="rows.csv", count=8812)
    apart = SetAside("cin_8813", "EX012", f"more than {STRAY} days", 8814)
    return replace(material, faults=(warned,), set_aside=(apart,))


def _with_grades(material: Material) -> Material:
    """Numbers of audits by grade, of which a sentence tells."""
    frame, name = material.disclosed.figures, "contacts"
    rows = frame[(frame["indicator"] == name) & (frame["period_kind"] == "quarter")]
    graded = [rows.assign(breakdown="grade", category=grade, value=number, numerator=number)
              for grade, number in (("good", 8817.0), ("band_8813", 8814.0))]  # fmt: skip
    indicators = dict(material.project.indicators)
    indicators[name] = indicators[name].model_copy(update={"breakdowns": [Breakdown(name="grade")]})
    figures = pd.concat([frame, *graded], ignore_index=True)
    return replace(
        material, project=replace(material.project, indicators=indicators),
        disclosed=replace(material.disclosed, figures=figures),
    )  # fmt: skip


def _with_children_counted_once(material: Material) -> Material:
    """A year to date that is not the sum of its quarters: distinct children, or rounded numbers."""
    found = []
    for finding in material.findings:
        whole = finding.year_to_date
        if finding.indicator in ("contacts", "referrals") and whole is not None:
            fewer = (whole.numerator or 0) * 0.37
            finding = replace(finding, year_to_date=replace(whole, value=fewer, numerator=fewer))
        found.append(finding)
    return replace(material, findings=tuple(found))


@pytest.mark.parametrize(
    "changed",
    [_with_revisions, _with_officers_numbers, _with_warnings, _with_grades, _with_children_counted_once],
)
def test_honest_numbers_pass_wherever_they_come_from(
    tmp_path: Path, changed: Callable[[Material], Material]
) -> None:
    material = changed(_material(tmp_path))
    context = report_context(material)
    check_numbers(material, context, cover_report(material, context))
    check_numbers(material, slides.slide_deck(material, context))


def test_the_same_council_builds_without_it(tmp_path: Path) -> None:
    root = small_council(tmp_path / "project")
    assert run_build(Options(root, QUARTER, root / "data", formats=("html",))).folders
