"""Which lines a chart draws: a target only against points of the period that it is for."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from carereport.charts import control_chart as control
from carereport.comparators import PublishedFigure
from carereport.figures import Figure, Spc, SpcPoint
from carereport.judgement.chart_choice import chart_indicator
from carereport.judgement.findings import judge
from carereport.quarters import add_months, month_end
from carereport.report import drawings
from carereport.report.chart_tables import control_table
from carereport.report.comparison_drawings import yearly
from carereport.report.pages.journey import journey
from carereport.report.pages.material import Material
from carereport.report.pages.notes import notes
from carereport.settings import Indicator, IndicatorSettings, SpcSettings
from carereport.wording.headlines import chart_title
from tests import made_up_report as made


def _drawn(root, indicator, **changed):
    """A measure's chart, its note and its text, with other settings than the made-up council's."""
    settings = {**made.INDICATORS, indicator: {**made.INDICATORS[indicator], **changed}}
    read = IndicatorSettings.model_validate({"indicators": settings})
    project = made.project(root)
    project.indicators.update(read.indicators)
    (finding,) = (f for f in judge(made.figures(read), project, made.QUARTER) if f.indicator == indicator)
    drawn = drawings.control_chart(finding, project.indicators[indicator], project, 108, 50)
    return drawings.control_series(finding, project.indicators[indicator]), drawn.note, str(drawn.picture)


def test_a_quarters_target_is_not_drawn_against_months_but_named(tmp_path):
    series, note, picture = _drawn(tmp_path, "contacts", polarity="low", target=made.local(3000))
    assert not any(series.targets)
    assert "Monthly." in note and "The target is for a quarter." in note
    assert "Target" not in picture


def test_a_quarters_target_is_drawn_against_quarters(tmp_path):
    series, note, picture = _drawn(tmp_path, "contacts", polarity="low", target=made.local(3000),
                                   spc={"period": "quarter"})  # fmt: skip
    assert set(series.targets) == {3000.0}
    assert "Quarterly." in note and "target" not in note
    assert "Target 3,000" in picture


@pytest.mark.parametrize("headline", ["quarter", "rolling_12_months"])
def test_a_target_of_a_percentage_holds_for_any_period(tmp_path, headline):
    series, note, picture = _drawn(tmp_path, "assessments_45_days", headline=headline)
    assert set(series.targets) == {85.0}
    assert "target" not in note
    assert "Target 85%" in picture


def test_a_target_for_a_year_is_not_drawn_against_quarters(tmp_path):
    series, note, _ = _drawn(tmp_path, "contacts", polarity="low", target=made.local(12000),
                             headline="rolling_12_months", spc={"period": "quarter"})  # fmt: skip
    assert not any(series.targets)
    assert "The target is for 12 months." in note


def test_a_measure_without_a_target_says_nothing_of_one(tmp_path):
    _, note, _ = _drawn(tmp_path, "contacts")
    assert "target" not in note


def test_a_chart_with_hidden_points_says_that_its_mean_is_without_them(tmp_path):
    series, note, _ = _drawn(tmp_path, "contacts")
    assert "[c]" not in note
    hidden = replace(series, suppressed=(series.points[-2].period,))
    assert "Months marked [c] are not in the mean." in drawings.control_note(hidden)
    assert "[c]" not in drawings.control_note(replace(hidden, spc=replace(hidden.spc, mean=None)))


@pytest.mark.parametrize(
    ("changed", "period"),
    [
        ({"valid_to": date(2024, 3, 31)}, "2024-04"),
        ({"valid_from": date(2024, 4, 15)}, "2024-05"),
        ({"valid_from": date(2024, 5, 1), "spc": {"period": "quarter"}}, "2024-Q2"),
    ],
)
def test_a_chart_breaks_where_its_limits_do(tmp_path, changed, period):
    """No mark stood where a definition ended: one mean was drawn across. By quarters it stood a quarter too early."""
    series, _, _ = _drawn(tmp_path, "contacts", **changed)
    assert series.breaks == (period,)


def test_a_usual_range_in_a_table_keeps_to_what_the_figure_can_be():
    points = (SpcPoint("2025-09", 2.0, -9.7, 107.1, "common", 1.0),)
    chart = control.ControlChart(Spc("xmr", "", points=points), "percent", None, "high", stock=False)
    told = {"as it is": chart, "signed": replace(chart, unit="number", signed=True)}
    assert {name: control_table("", one, {}).rows[0][2] for name, one in told.items()} == {
        "as it is": "0.0% to 100.0%", "signed": "−9.7 to 107.1",
    }  # fmt: skip


@pytest.mark.parametrize("chart", ["t", "g"])
def test_a_chart_of_rare_events_is_of_gaps_without_the_measures_unit_target_and_polarity(tmp_path, chart):
    """A long gap is good where few events are; 736 cases were drawn as 736%, beside a target of 2%."""
    project = made.project(tmp_path)
    indicator = project.indicators["assessments_45_days"].model_copy(
        update={"polarity": "low", "spc": SpcSettings(chart=chart)}
    )
    months = [add_months(date(2021, 4, 1), back) for back in range(54)]
    held = [float((place % 3 == 2 and place < 42) or place == 53) for place in range(54)]
    figures = [Figure(day, month_end(day), x / 0.3, x, 30.0) for day, x in zip(months, held, strict=True)]
    settings = IndicatorSettings(indicators=project.indicators)
    finding, *_ = judge(made.figures(settings), project, made.QUARTER)
    finding = replace(finding, months=tuple(figures), spc=chart_indicator(indicator, figures, (), made.QUARTER.end))
    drawn = drawings.control_chart(finding, indicator, project, 108, 50)
    picture = html.unescape(str(drawn.picture))
    assert finding.spc.variation == "improving"
    gap = {"t": "12", "g": "360"}[chart]
    assert f">{gap} in Sep<" in picture and f'<td class="number">{gap}</td>' in picture
    assert re.findall("Improving|Concerning", picture)[-1] == "Improving"
    assert "%" not in re.sub(r'="[^"]*"', "", picture) and "Target" not in picture
    assert drawn.note.startswith({"t": "Months between", "g": "Cases between"}[chart])
    assert chart_title(finding).text == "Gaps between events are longer than usual"


def test_a_text_alternative_tells_the_values_that_the_chart_names(tmp_path):
    _, _, picture = _drawn(tmp_path, "assessments_45_days")
    alt = html.unescape(re.findall(r'role="img" aria-label="([^"]*)"', picture)[0])
    named = re.findall(r">(Mean [^<]+|Target [^<]+|[^<]+ in Sep)<", picture)
    assert len(named) == 3 and len(alt.split()) <= 60
    assert all(text.removesuffix(" in Sep") in alt for text in named)


def test_a_small_charts_note_says_what_its_title_leaves_out(tmp_path):
    findings, disclosed, project = made.material(tmp_path)
    held = Material(findings, disclosed, project, made.QUARTER, "public", True, made.AS_AT, (), (), {})
    notes = {chart.title: chart.subtitle for chart in journey(held).charts}
    assert all(note.startswith("Monthly.") for title, note in notes.items() if "in six months" in title)
    calm = tuple(replace(f, spc=replace(f.spc, points=tuple(replace(p, special="common") for p in f.spc.points)))
                 for f in findings)  # fmt: skip
    notes = {chart.title: chart.subtitle for chart in journey(replace(held, findings=calm)).charts}
    (note,) = (note for title, note in notes.items() if title.startswith("Contacts"))
    assert note.startswith("July to September 2025: 3,247. Monthly.")


def test_a_stock_is_reconciled_to_the_councils_own_last_return_on_the_page_and_in_the_notes(tmp_path):
    findings, disclosed, project = made.material(tmp_path)
    own = PublishedFigure("child_protection_plans", "Ashcombe", "2025-03-31", date(2025, 3, 31), 400.0, "number", "",
                          "the census", 0)  # fmt: skip
    returned = replace(project, benchmarks={**project.benchmarks, "child_protection_plans": (own,)})
    plain, held = (
        Material(findings, disclosed, one, made.QUARTER, "public", True, made.AS_AT, (), (), {})
        for one in (project, returned)
    )
    assert [account.returned for account in journey(plain).accounts] == [None]
    (account,) = journey(held).accounts
    assert account.returned.title.startswith("From 400 in the last return to ")
    assert 'aria-label="Waterfall chart' in account.returned.picture
    assert "Recorded since the return" in account.returned.picture
    assert notes(held).returns == ("Last return of children on protection plans: the census.",)
    assert notes(plain).returns == ()


def test_an_account_says_that_every_child_is_accounted_for_only_where_it_adds_up(tmp_path):
    """It stood over accounts with children not explained, and over sums of rounded numbers, which never add up."""
    findings, disclosed, project = made.material(tmp_path)

    def account(findings=findings, disclosed=disclosed):
        held = Material(findings, disclosed, project, made.QUARTER, "public", True, made.AS_AT, (), (), {})
        return journey(held).accounts[0]

    def changed(end):
        return tuple(
            replace(f, value=end and replace(f.value, **end)) if f.indicator == "child_protection_plans" else f
            for f in findings
        )  # fmt: skip

    gap = int(account().cells[-1].replace("−", "-"))
    end = next(f.value.value for f in findings if f.indicator == "child_protection_plans")
    whole, over, missing = (account(changed(one)) for one in ({"value": end - gap}, {"value": end - gap + 7}, None))
    assert [(one.caption, one.cells[-1]) for one in (whole, over)] == [
        ("Every child accounted for", "0"), ("Who joined and who left", "7"),
    ]  # fmt: skip
    assert (missing.caption, *missing.cells[-2:]) == ("Who joined and who left", "[x]", "[x]")
    hidden = account(changed({"value": None, "marker": "c"}))
    assert hidden.cells[-2:] == ("[c]", "[c]")
    assert account(disclosed=replace(disclosed, policy="round5")).heads[-1] == "= At 30 September 2025"


def test_what_another_service_supplies_by_month_is_counted_on_the_journey():
    figure = Figure(date(2025, 7, 1), date(2025, 9, 30), 63.0)
    given = {"name": "Started", "section": "care", "kind": "supplied", "from": "t", "when": "d", "polarity": "neither"}
    supplied = Indicator.model_validate({**given, "numerator": "x"})
    assert drawings.event_count(figure, supplied) == 63.0
    assert drawings.event_count(replace(figure, value=50.0, numerator=5.0, denominator=10.0), supplied) == 5.0


@pytest.mark.parametrize(
    ("valid_from", "said"), [(None, "ours fell and England's rose"), ("2024-12-01", "England's rose")]
)
def test_a_rate_is_drawn_by_published_years_and_told_across_no_break(tmp_path, valid_from, said):
    findings, _, project = made.material(tmp_path)
    name = next(f.indicator for f in findings if project.indicators[f.indicator].is_snapshot and len(f.quarters) > 8)
    finding = next(f for f in findings if f.indicator == name)
    indicator = project.indicators[name].model_copy(
        update={"valid_from": date.fromisoformat(valid_from) if valid_from else None}
    )
    days = [date(year, 3, 31) for year in (2024, 2025)]
    project.benchmarks[name] = tuple(
        PublishedFigure(name, "England", f"at {day}", day, day.year / 10, "number", "", "Department", 1) for day in days
    )
    held = yearly(finding, indicator, project, made.QUARTER, 62, 40)
    assert held.title == f"In the year to March 2025 {said}"
    assert ">2024<" in held.picture and ">2025<" in held.picture
    project.benchmarks[name] = project.benchmarks[name][:1]
    assert yearly(finding, indicator, project, made.QUARTER, 62, 40) is None
