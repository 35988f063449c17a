"""Generated sentences: by rule, level first, no numeral at the start, never a cause."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

import pytest

from carereport.figures import BenchmarkFinding, Change, Figure, Finding, RankBand, Spc, SpcPoint
from carereport.quarters import Quarter
from carereport.report.pages.scorecard import direction_word
from carereport.settings import Indicator, Target
from carereport.wording.comparisons import year_title
from carereport.wording.headlines import (
    age_of_data,
    card_change,
    card_comparison,
    finding_title,
    flow_account,
    return_title,
    status_count,
)
from carereport.wording.lint import lint_findings
from carereport.wording.precision import with_enough_decimals
from carereport.wording.statement import write_sentences

QUARTER = Quarter(2025, 2)


@dataclass(frozen=True)
class SimpleProject:
    indicators: dict[str, Indicator]


NOW = Figure(date(2025, 7, 1), date(2025, 9, 30), 79.0, 1012, 1281)
AGO = Figure(date(2024, 7, 1), date(2024, 9, 30), 71.0, 834, 1174)
YEAR = Figure(date(2024, 10, 1), date(2025, 9, 30), 80.0, 4000, 5000)
ASSESSMENTS = Indicator.model_validate(
    {"name": "Assessments completed within 45 working days", "section": "front_door", "kind": "percentage",
     "from": "assessments", "when": "end_date", "polarity": "high", "target": 85, "things": "assessments",
     "thing": "assessment", "done": "completed within 45 working days", "decimals": 0,
     "benchmarks": [{"area": "England", "value": 85.7, "period": "2024/25"}]}
)  # fmt: skip
POINTS = tuple(
    SpcPoint(f"2025-{m:02d}", 70.0 + m, 60, 80, "shift_high" if m > 2 else "common", 72.0) for m in range(1, 10)
)
FINDING = Finding(
    indicator="assessments_45_days", area="E1", headline="quarter", value=NOW, previous=None,
    same_quarter_last_year=AGO, year_to_date=None, rolling_12_months=YEAR, quarters=(AGO, NOW), months=(),
    status="off_target", status_rule="", direction="rising", change=Change(8.0, 4.5, 11.4, True),
    spc=Spc("xmr", "", 72.0, 60.0, 80.0, False, POINTS, "improving", "consistently_misses"),
    benchmarks=(BenchmarkFinding("England", "2024/25", 85.7, "worse", 76.7, 81.1, "wilson", True),),
)  # fmt: skip


def texts(finding, indicator=ASSESSMENTS):
    return [sentence.text for sentence in write_sentences(finding, indicator, QUARTER)]


@pytest.mark.parametrize(("x", "n"), [(128, 150), (170, 199)])
def test_a_figure_neither_rises_nor_falls_where_other_decimals_print_the_other_way(x, n) -> None:
    """85.3% of 600 and 85.3% of 150, printed as 85%: it was said to have fallen from 85.3% to 85%."""
    plain = ASSESSMENTS.model_copy(update={"decimals": None, "target": []})
    finding = replace(FINDING, value=Figure(NOW.start, NOW.end, 100 * x / n, x, n), change=Change(0.1, -1, 1, False),
                      same_quarter_last_year=Figure(AGO.start, AGO.end, 100 * 512 / 600, 512, 600))  # fmt: skip
    said = "The percentage was similar: 85.3% in July to September 2024, 85% in July to September 2025."
    assert said in texts(finding, plain)
    assert card_change(finding, plain).text == "Similar to 85.3% a year ago."
    assert finding_title(finding, plain, QUARTER).text.startswith(f"{plain.name} stood at 85%")
    assert direction_word(finding, plain) == "Unchanged"


def test_a_sum_that_binary_numbers_cannot_hold_meets_its_target_in_words_too() -> None:
    days = Indicator.model_validate(
        {"name": "Days lost", "section": "care", "kind": "supplied", "from": "t", "when": "d", "value": "days",
         "unit": "days", "polarity": "low", "target": 0.3}
    )  # fmt: skip
    finding = replace(FINDING, value=Figure(NOW.start, NOW.end, 0.1 + 0.2), status="on_target")
    assert "The target is 0.3, which was met." in texts(finding, days)


def test_a_figure_that_is_not_rated_is_not_said_to_meet_or_miss_its_target() -> None:
    few = replace(FINDING, value=Figure(NOW.start, NOW.end, 100.0, 3, 3, "u"), status="too_few", spc=Spc("none", ""))
    assert [text for text in texts(few) if "target" in text] == [
        "The target is 85%; the figure is of too few to be rated."
    ]


def test_a_member_reads_level_target_change_variation_assurance_comparison() -> None:
    assert texts(FINDING) == [
        "In July to September 2025, 79% of assessments were completed within 45 working days (1,012 of 1,281).",
        "This is 6 percentage points below the target of 85%.",
        "It is off target, but improving beyond its usual variation.",
        "The percentage rose from 71% in July to September 2024 to 79% in July to September 2025, "
        "which is statistically clear.",
        "It has been better than its average for 7 months in a row. This is unlikely to be chance.",
        "At present the process would be expected to miss the target of 85% in most months unless something changes.",
        "Over the 12 months to 30 September 2025 it was 80% (4,000 of 5,000).",
        "This is lower than England (85.7%, 2024/25), by more than chance would explain.",
        "The latest national figures are for 2024/25; ours are for the 12 months to 30 September 2025, "
        "so the comparison is a guide only.",
    ]


def test_every_number_of_a_sentence_is_among_its_figures_or_its_periods() -> None:
    for sentence in write_sentences(FINDING, ASSESSMENTS, QUARTER):
        text = re.sub(r"\b(?:19|20)\d\d(?:/\d\d)?\b|within 45 working days|12 months to 30", "", sentence.text)
        known = " ".join(sentence.figures)
        for number in re.findall(r"\d[\d,.]*\d|\d", text):
            assert number in known


def test_a_suppressed_figure_says_so_and_nothing_else_about_its_size() -> None:
    hidden = replace(NOW, value=None, numerator=None, denominator=None, marker="c")
    said = texts(replace(FINDING, value=hidden, spc=Spc("none", ""), benchmarks=(), status="too_few"))
    assert said[0] == "The number is too small to publish without a risk of identifying a child."
    assert "The change is not shown: one of the figures is suppressed." in said
    assert not any("79" in text or "1,012" in text for text in said)


def test_an_unclear_change_may_be_chance_unless_the_control_chart_says_that_it_is_not() -> None:
    unclear = replace(FINDING, change=Change(8.0, -1.0, 17.0, False))
    usual = replace(unclear, spc=replace(FINDING.spc, variation="usual"))
    assert any(text.endswith("79% in July to September 2025, which may be chance.") for text in texts(usual))
    unusual = texts(unclear)
    assert any(text.endswith("79% in July to September 2025.") for text in unusual)
    fell = replace(unclear, same_quarter_last_year=replace(AGO, value=81.0), change=Change(-2.0, -5.0, 1.0, False))
    assert any(text.endswith("which may be chance.") for text in texts(fell))  # its months are unusually high
    assert "It has been better than its average for 7 months in a row. This is unlikely to be chance." in unusual


def test_a_measure_of_demand_has_no_target() -> None:
    neither = {"polarity": "neither", "target": []}
    demand = ASSESSMENTS.model_copy(update=neither | {"kind": "count"})
    assert "There is no target: this measure describes demand, not performance." in texts(FINDING, demand)
    share = ASSESSMENTS.model_copy(update=neither)
    assert "There is no target: neither a higher nor a lower figure is better in itself." in texts(FINDING, share)
    unset = ASSESSMENTS.model_copy(update={"target": []})
    assert "No target is set for this measure." in texts(FINDING, unset)


def test_one_child_is_singular_and_no_children_is_a_word() -> None:
    plans = ASSESSMENTS.model_copy(
        update={"kind": "count", "open": ("start", "end"), "when": None, "things": "children on plans", "done": "",
                "thing": "child on a plan", "polarity": "neither", "target": []}
    )  # fmt: skip
    for value, start in [(1, "There was 1 child on a plan at"), (0, "There were no children on plans at")]:
        figure = replace(NOW, value=float(value), numerator=float(value), denominator=None)
        assert texts(replace(FINDING, value=figure), plans)[0].startswith(start)


def test_no_sentence_starts_with_a_numeral_or_states_a_cause() -> None:
    banned = ("because of", "due to", "as a result of", "driven by", "thanks to", "led to", "caused", "significant")
    for sentence in write_sentences(FINDING, ASSESSMENTS, QUARTER):
        assert not sentence.text[0].isdigit()
        assert not any(word in sentence.text for word in banned)


@pytest.mark.parametrize(
    ("special", "variation_word", "status", "words"),
    [
        ("outside_high", "improving", "off_target", "September 2025 was above the usual range of 60% to 80%."),
        ("trend_rising", "improving", "off_target", "It has risen in each of the last 8 months."),
        ("two_of_three_high", "improving", "off_target",
         "Two of the last three months were close to the upper limit of the usual range."),
        ("common", "usual", "off_target", "It is off target this quarter; month-to-month movement is within the"),
        ("common", "usual", "near_target", "Month-to-month changes are within the usual range"),
        ("common", "usual", "near_target", "An unusual run ended in August 2025."),
    ],
)  # fmt: skip
def test_each_kind_of_variation_has_its_words(special, variation_word, status, words) -> None:
    points = (*POINTS[:-1], replace(POINTS[-1], special=special))
    spc = replace(FINDING.spc, points=points, variation=variation_word)
    assert words in " ".join(texts(replace(FINDING, spc=spc, status=status)))


def test_a_range_under_zero_is_told_of_a_measure_that_lies_there() -> None:
    change = ASSESSMENTS.model_copy(update={"kind": "supplied", "unit": "number", "decimals": None, "target": []})
    spc = _spc([-4.0] * 8 + [-9.0], ["common"] * 8 + ["outside_low"], -8.4, -0.5, -4.5, variation="concerning")
    assert "September 2025 was below the usual range of −8 to −1." in texts(replace(FINDING, spc=spc), change)


def test_an_amount_below_its_range_never_prints_as_its_lower_end() -> None:
    """0.1 stood below the usual range of 0.1 to 0.3."""
    amount = ASSESSMENTS.model_copy(
        update={"kind": "supplied", "unit": "number", "decimals": None, "target": [], "polarity": "low"}
    )  # fmt: skip
    spc = _spc([0.2] * 8 + [0.1], ["common"] * 8 + ["outside_low"], 0.108, 0.312, 0.21, variation="improving")
    assert "September 2025 was below the usual range of 0.11 to 0.31." in texts(replace(FINDING, spc=spc), amount)


def _spc(values, specials, lower=10.0, upper=30.0, mean=20.0, **given):
    points = tuple(
        SpcPoint(f"2025-{m:02d}", value, lower, upper, special, mean)
        for m, (value, special) in enumerate(zip(values, specials, strict=True), start=1)
    )
    return Spc("xmr", "", mean, lower, upper, False, points, **given)


@pytest.mark.parametrize(("first", "word"), [("common", "Two"), ("two_of_three_high", "All")])
def test_three_months_near_a_limit_are_not_said_to_be_two(first, word) -> None:
    labels = ["common"] * 6 + [first, "two_of_three_high", "two_of_three_high"]
    spc = _spc([20.0] * 6 + [28.0] * 3, labels, variation="improving")
    said = " ".join(texts(replace(FINDING, spc=spc)))
    assert f"{word} of the last three months were close to the upper limit of the usual range." in said


def test_one_unusual_month_shows_no_lasting_change_and_a_run_beside_it_is_told() -> None:
    once = _spc([20, 20, 20, 20, 20, 20, 19, 20, 40], ["common"] * 8 + ["outside_high"], variation="improving")
    assert "One unusual month does not show a lasting change." in texts(replace(FINDING, spc=once))
    run = _spc([20, 25, 25, 25, 25, 25, 25, 25, 40], ["common"] + ["shift_high"] * 7 + ["outside_high"],
               variation="improving")  # fmt: skip
    said = texts(replace(FINDING, spc=run))
    assert "It has been better than its average for 8 months in a row. This is unlikely to be chance." in said
    assert "One unusual month does not show a lasting change." not in said


def test_limits_are_told_within_what_a_percentage_can_be() -> None:
    wide = _spc([20] * 8 + [104], ["common"] * 8 + ["outside_high"], -3.0, 103.0, variation="improving")
    assert "September 2025 was above the usual range of 0% to 100%." in texts(replace(FINDING, spc=wide))


def test_limits_that_print_alike_are_a_level() -> None:
    flat = _spc([20] * 8 + [25], ["common"] * 8 + ["outside_high"], 19.9, 20.1, variation="improving")
    assert "September 2025 was above the usual level of 20%." in texts(replace(FINDING, spc=flat))


@pytest.mark.parametrize(
    ("value", "upper", "words"),
    [(25, 24.6, "above the usual range of 15.0% to 24.6%."), (25.04, 25.02, "above the usual range.")],
)
def test_a_figure_outside_never_prints_as_one_inside_its_limits(value, upper, words) -> None:
    close = _spc([20] * 8 + [value], ["common"] * 8 + ["outside_high"], 15.0, upper, variation="improving")
    assert f"September 2025 was {words}" in texts(replace(FINDING, spc=close))


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "There is 1 month of data; at least 12 points are needed"),
     (8, "There are 8 months of data; at least 12 points are needed")],
)  # fmt: skip
def test_a_short_series_says_how_many_points_there_are(size, words) -> None:
    points = tuple(SpcPoint(f"2025-{m:02d}", 70.0) for m in range(1, size + 1))
    assert words in " ".join(texts(replace(FINDING, spc=Spc("xmr", "", points=points))))


def test_months_without_a_figure_are_not_called_data() -> None:
    points = (SpcPoint("2025-07", 70.0), SpcPoint("2025-08", None), SpcPoint("2025-09", 71.0))
    said = " ".join(texts(replace(FINDING, spc=Spc("xmr", "", points=points))))
    assert "There are 2 months with a figure; at least 12 points are needed" in said


def test_a_new_definition_is_named_and_no_change_is_told() -> None:
    broken = ASSESSMENTS.model_copy(update={"valid_from": date(2025, 4, 1)})
    said = texts(replace(FINDING, change=Change(None)), broken)
    assert "Recording changed in April 2025, so earlier figures are not directly comparable." in said
    assert not any("rose" in text for text in said)


STOCK = ASSESSMENTS.model_copy(
    update={"kind": "count", "open": ("start", "end"), "when": None, "things": "children on plans", "done": "",
            "thing": "child on a plan", "polarity": "neither", "target": []}
)  # fmt: skip


def _stock(now: float, then: float, **given) -> Finding:
    made = replace(FINDING, value=replace(NOW, value=now, denominator=None), status="information", **given)
    return replace(made, same_quarter_last_year=replace(AGO, value=then, denominator=None), benchmarks=())


def test_a_number_at_a_date_is_told_with_the_year_before() -> None:
    usual = _stock(
        412, 400, spc=replace(FINDING.spc, variation="usual", points=(replace(POINTS[-1], special="common"),))
    )
    said = texts(usual, STOCK)
    assert said[0] == "There were 412 children on plans at 30 September 2025, compared with 400 a year earlier."
    assert "The change is within the usual range." not in said  # it is statistically clear
    chance = replace(usual, change=replace(usual.change, clear=False))
    assert "The change is within the usual range." in texts(chance, STOCK)
    high = _stock(498, 412, spc=replace(FINDING.spc, variation="unusually_high"))
    assert texts(high, STOCK)[0] == "There were 498 children on plans at 30 September 2025, up from 412 a year earlier."


def test_a_difference_that_the_scorecard_does_not_clear_may_be_chance() -> None:
    unclear = replace(FINDING.benchmarks[0], clear=False)
    said = texts(replace(FINDING, benchmarks=(unclear,)))
    assert "This is lower than England (85.7%, 2024/25), but across the whole scorecard it may be chance." in said


def test_the_average_of_similar_councils_is_named_with_how_many_published() -> None:
    near = replace(FINDING.benchmarks[0], area="Statistical neighbours", statistic="median of 8 of 10")
    assert any(
        "the median of 8 of 10 similar councils (85.7%" in text for text in texts(replace(FINDING, benchmarks=(near,)))
    )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(3, 30, "it stands in the best quarter of 151 councils."),
     (30, 60, "it stands between the best and the second quarter of 151 councils."),
     (120, 150, "it stands in the worst quarter of 151 councils."),
     (3, 150, "Chance allows a place in any quarter of 151 councils.")],
)  # fmt: skip
def test_a_quarter_of_councils_is_named_only_where_chance_allows_no_other(first, last, words) -> None:
    band = RankBand(first, first, last, 151, True, "2024/25")
    assert any(words in text for text in texts(replace(FINDING, rank=band)))


def test_a_printed_value_never_contradicts_its_status() -> None:
    near = replace(FINDING, value=replace(NOW, value=84.7), status="near_target")
    project = SimpleProject({"assessments_45_days": ASSESSMENTS})
    assert with_enough_decimals(project, [near], QUARTER).indicators["assessments_45_days"].decimals == 1
    far = replace(FINDING, value=replace(NOW, value=79.2))
    assert with_enough_decimals(project, [far], QUARTER).indicators["assessments_45_days"].decimals == 0


def test_cards_and_titles_lead_with_the_level() -> None:
    assert card_change(FINDING, ASSESSMENTS).text == "Up from 71% a year ago."
    assert card_comparison(FINDING, ASSESSMENTS).text == "Lower than England, 85.7% (2024/25)."
    title = finding_title(FINDING, ASSESSMENTS, QUARTER).text
    assert title == "Assessments completed within 45 working days rose to 79%, still below the target of 85%"


def test_short_messages() -> None:
    assert age_of_data(QUARTER, date(2025, 11, 18)).text.endswith("these figures are 7 weeks old.")
    assert age_of_data(QUARTER, None) is None
    assert status_count([FINDING]).text == "Of 1 measure with a target, 0 are on it, 0 near and 1 off."
    assert flow_account("243", "170", 73, "73", "April to September 2025").text == (
        "In April to September 2025, 243 joined and 170 left: a net rise of 73."
    )


@pytest.mark.parametrize(
    ("then", "now", "rest", "words"),
    [
        (508, 520, 0, "From 508 in the last return to 520 now: every child accounted for"),
        (1, 1, 0, "From 1 in the last return to 1 now: every child accounted for"),
        (508, 520, -1, "From 508 in the last return to 520 now: 1 not explained"),
    ],
)
def test_the_way_from_the_last_return_is_told(then: float, now: float, rest: float, words: str) -> None:
    assert return_title(then, now, rest).text == words


def test_measures_that_cannot_be_rated_are_counted_among_those_with_a_target() -> None:
    few, plain = replace(FINDING, status="too_few"), replace(FINDING, status="information")
    assert status_count([FINDING, few]).text == "Of 2 measures with a target, 0 are on it, 0 near, 1 off, 1 not rated."
    assert status_count([plain]).text == "No measure on the scorecard has a target."


def test_as_many_joined_as_left_is_said_of_the_flow_alone() -> None:
    said = flow_account("12", "12", 0, "0", "April to September 2025").text
    assert said == "In April to September 2025, 12 joined and 12 left: no net change."


def test_a_target_is_printed_as_it_was_given_and_the_gap_is_what_a_reader_works_out() -> None:
    indicator = ASSESSMENTS.model_copy(update={"target": [Target(value=85.25)]})
    assert "This is 6.25 percentage points below the target of 85.25%." in texts(FINDING, indicator)
    worded = replace(FINDING, sentences=write_sentences(FINDING, indicator, QUARTER))
    faults = lint_findings([worded], {"assessments_45_days": indicator}, QUARTER)
    assert "WO001" not in {fault.code for fault in faults}


def test_a_month_out_of_the_usual_range_shortly_before_is_no_usual_movement() -> None:
    points = (*POINTS[:-2], replace(POINTS[-2], special="outside_low"), replace(POINTS[-1], special="common"))
    spc = replace(FINDING.spc, points=points, variation="usual")
    said = " ".join(texts(replace(FINDING, spc=spc, status="near_target")))
    assert "The latest month is within the usual range. August 2025 was below the usual range." in said
    assert "Month-to-month" not in said


def test_a_count_with_declared_decimals_is_one_number_in_every_place() -> None:
    counted = ASSESSMENTS.model_copy(update={"kind": "count", "decimals": 1, "target": []})
    found = replace(FINDING, value=Figure(NOW.start, NOW.end, 891.0, 891.0), benchmarks=(), spc=Spc("none", ""))
    worded = replace(found, sentences=write_sentences(found, counted, QUARTER))
    assert worded.sentences[0].text == "There were 891.0 assessments in July to September 2025."
    faults = lint_findings([worded], {"assessments_45_days": counted}, QUARTER)
    assert "WO001" not in {fault.code for fault in faults}


def test_nothing_is_said_to_have_moved_across_a_break() -> None:
    broken = replace(FINDING, change=Change(None))
    assert card_change(broken, ASSESSMENTS).text == "No comparable figure a year ago."
    assert " stood at 79%" in finding_title(broken, ASSESSMENTS, QUARTER).text
    assert direction_word(broken, ASSESSMENTS) == "Not comparable"


def test_figures_of_one_time_are_not_called_of_another() -> None:
    year = replace(YEAR, start=date(2024, 4, 1), end=date(2025, 3, 31))
    assert not any("a guide only" in text for text in texts(replace(FINDING, rolling_12_months=year)))
    assert any("a guide only" in text for text in texts(FINDING))


@pytest.mark.parametrize(
    ("ours", "england", "words"),
    [
        (3.7, -0.8, "In the year to March 2025 ours rose and England's fell"),
        (-1.0, -2.0, "In the year to March 2025 both fell"),
        (0.0, -2.0, "In the year to March 2025 ours stayed the same and England's fell"),
        (None, 1.0, "In the year to March 2025 England's rose"),
    ],
)
def test_our_year_is_told_beside_england_s(ours, england, words) -> None:
    assert year_title(ours, england, date(2025, 3, 31)).text == words


def test_one_is_told_in_the_singular() -> None:
    length = ASSESSMENTS.model_copy(update={"name": "Time to a plan", "kind": "mean", "unit": "days", "target": []})
    day = replace(FINDING, value=Figure(NOW.start, NOW.end, 1.0), spc=Spc("none", ""))
    assert "Time to a plan: 1 day in July to September 2025." in texts(day, length)
    one = BenchmarkFinding("Statistical neighbours", "2024/25", 60.0, "better", 76.0, 82.0, "", True,
                           statistic="mean of 1 of 1")  # fmt: skip
    said = " ".join(texts(replace(FINDING, benchmarks=(one,))))
    assert "than the one similar council that published (60%" in said
    on = replace(FINDING, status="on_target")
    assert status_count([on]).text == "Of 1 measure with a target, 1 is on it, 0 near and 0 off."
    assert status_count([on, on, FINDING]).text == "Of 3 measures with a target, 2 are on it, 0 near and 1 off."
    told = age_of_data(QUARTER, date(2025, 10, 8))
    assert told is not None and told.text.endswith("these figures are 1 week old.")
    assert flow_account("1", "2", -1, "1", "July 2025").text.endswith("a net fall of 1.")
    near = replace(FINDING, value=replace(NOW, value=84.0), spc=Spc("none", ""))
    assert "This is 1 percentage point below the target of 85%." in texts(near)
    single = replace(FINDING, value=Figure(NOW.start, NOW.end, 100.0, 1, 1, "u"), spc=Spc("none", ""))
    assert any("based on 1 case, so" in text for text in texts(single))


@pytest.mark.parametrize(
    ("area", "named"),
    [("West Midlands", "the West Midlands"), ("East of England", "the East of England"), ("London", "London"),
     ("East Sussex", "East Sussex"), ("All areas in the extracts", "all areas in the extracts")],
)  # fmt: skip
def test_regions_have_their_article_and_councils_none(area, named) -> None:
    mark = replace(FINDING.benchmarks[0], area=area)
    said = card_comparison(replace(FINDING, benchmarks=(mark,)), ASSESSMENTS).text
    assert said == f"Lower than {named}, 85.7% (2024/25)."
