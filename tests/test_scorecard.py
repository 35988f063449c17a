"""The scorecard's key: every mark that its rows show is explained below it, and no other."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from carereport.quarters import Quarter
from carereport.report.context import report_context
from carereport.report.pages.material import Material
from carereport.report.pages.scorecard import scorecard
from carereport.report.render import render_context
from tests import made_up_report as made


def _material(root, withheld=()):
    findings, disclosed, project = made.material(root)
    gone = {name for name, kind in withheld if kind == "quarter"}
    left = {"value": None, "previous": None, "same_quarter_last_year": None, "quarters": ()}
    findings = tuple(replace(held, **left) if held.indicator in gone else held for held in findings)
    return Material(findings, replace(disclosed, withheld_periods=tuple(withheld)), project, made.QUARTER, "public",
                    True, made.AS_AT, (), made.SET_ASIDE, made.COMMENTARY)  # fmt: skip


def _rows(page):
    return [row for section in page.sections for row in section.rows]


def _cells(row):
    return (row.last_year, row.previous, row.now, row.longer, row.target, row.direction, *row.others)


def _marks(page):
    """The shorthand of the rows: markers, dashes and words that stand in place of a number."""
    found = {mark for row in _rows(page) for cell in _cells(row) for mark in re.findall(r"\[\w+\]", cell)}
    found |= {cell.capitalize() for row in _rows(page) for cell in _cells(row) if cell in ("–", "withheld")}
    found |= {"Since" for row in _rows(page) if row.direction in ("Better", "Worse")}
    return found | {"Neither" for row in _rows(page) if row.good == "neither"}


@pytest.mark.parametrize("withheld", [(), (("re_referrals", "month"), ("re_referrals", "quarter"))])
def test_every_mark_has_its_meaning_in_the_key_and_no_other_mark_has(tmp_path, withheld):
    page = scorecard(_material(tmp_path, withheld))
    explained = {re.match(r"\[\w+\]|–|\w+", text).group() for text in page.key}
    assert _marks(page) >= {"[c]", "–", "Neither"}
    assert _marks(page) == explained - {"Months", "Local"}


def test_a_withheld_quarter_is_told_from_one_that_is_not_held(tmp_path):
    (row,) = (r for r in _rows(scorecard(_material(tmp_path, [("re_referrals", "quarter")]))) if r.id == "re_referrals")
    assert (row.last_year, row.previous, row.now, row.direction) == ("withheld", "withheld", "withheld", "Withheld")
    assert row.longer.endswith("%") and row.leads == "longer"


def test_withheld_months_alone_leave_the_quarters_shown(tmp_path):
    page = scorecard(_material(tmp_path, [("re_referrals", "month")]))
    assert not any(row.withheld for row in _rows(page))


def test_the_key_is_printed_below_the_scorecard(tmp_path):
    context = report_context(_material(tmp_path, [("re_referrals", "quarter")]))
    html = render_context(context, tmp_path)
    note = html[html.index("</table>", html.index('id="scorecard"')) :].partition("</section>")[0]
    assert all(text in note for text in context.scorecard.key)
    assert re.search(r'<td class="number second">withheld</td>', html)


@pytest.mark.parametrize(("quarter", "said"), [(1, "to June"), (2, "to Sept"), (3, "to Dec"), (4, "to Mar")])
def test_the_last_month_of_the_year_to_date_is_shortened_as_a_reader_would(tmp_path, quarter, said):
    page = scorecard(replace(_material(tmp_path), quarter=Quarter(2024, quarter)))
    assert page.heads[-1] == ("April", said)
