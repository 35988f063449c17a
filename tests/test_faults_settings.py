"""What an analyst sees of each fault of YAML, officer text and settings tables: place, caret, remedy, exit code 3."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from carereport.project import read_settings
from tests.councils.run import run
from tests.small_council import small_council
from tests.small_project import Small, replaced, small_project, the, written

EXTRACTS, INDICATORS, REPORT = "config/extracts.yaml", "config/indicators.yaml", "config/report.yaml"
FRONT = "commentary/Q2-2025/risks.md"
POPULATION, BENCHMARKS = "config/population.csv", "config/benchmarks/own.csv"
COLUMNS = "indicator,area,period,value,unit,statistic,source\n"


@dataclass(frozen=True)
class Case:
    """One mistake in the settings, and the finding it must give; `under` is the text the caret stands under."""

    name: str
    make: Callable[[Small], None]
    code: str
    file: str
    line: int
    under: str = ""
    says: str = ""
    help: str = ""
    severity: str = "error"


def linked(name: str, target: str) -> Callable[[Small], None]:
    def make(small: Small) -> None:
        (small.root / name).parent.mkdir(parents=True)
        (small.root / name).symlink_to(target)

    return make


def plan(old: str, new: str) -> Callable[[Small], None]:
    return replaced(INDICATORS, old, new, 1)


def supplied(*parts: str, when: str = "start") -> Callable[[Small], None]:
    made = "\n    ".join(["kind: supplied", "from: plans", f"when: {when}", *parts])
    return plan("kind: count\n    from: plans\n    open: [start, end]", made)


def table(setting: str) -> Callable[[Small], None]:
    return replaced(EXTRACTS, "    spell: [start, end]", f"    spell: [start, end]\n    {setting}")


def chain(part: str, more: str = "") -> Callable[[Small], None]:
    """Add a table made of plans at the end, its own line 2 with `part`, and what follows it."""
    end = "      note: {from: Note, type: text, optional: true}\n"
    made = f"  joined:\n    chain: {{from: plans, start: start, end: end, {part}}}\n"
    return replaced(EXTRACTS, end, end + made + more)


CASES = [
    # --------------------------------------------------------------------------------- what YAML itself can suffer
    Case("larger_than_1_mb", written(REPORT, "# " + "x" * 1_000_000), "CF002", REPORT, 1, says="1 MB"),
    Case("not_utf_8", written(REPORT, "council: {name: Café}\n".encode("cp1252")), "CF003", REPORT, 1, help="UTF-8"),
    Case("a_tab", written(REPORT, "council:\n\tname: Ashcombe\n"), "CF004", REPORT, 2, "\t", "a tab, which is no blank",
         "not tabs"),
    Case("a_colon_in_a_text", written(REPORT, "title: Care: a report\n"), "CF004", REPORT, 1, ": a", help="quotes"),
    Case("a_bracket_left_open", written(REPORT, "cards: [plans\n"), "CF004", REPORT, 2),
    Case("a_control_character", written(REPORT, "title: a\x07b\n"), "CF004", REPORT, 1, says="control character"),
    Case("two_documents", written(REPORT, "title: a\n---\ntitle: b\n"), "CF004", REPORT, 2),
    Case(
        "an_anchor", written(REPORT, "council: &c {name: Ashcombe}\n"), "CF005", REPORT, 1, "&c", help="write the value"
    ),
    Case("an_undefined_alias", written(REPORT, "title: *c\n"), "CF005", REPORT, 1, "*c"),
    Case("a_tag", written(REPORT, "title: !!python/name:os.system x\n"), "CF018", REPORT, 1, "!!python"),
    Case("nested_21_levels", written(REPORT, "labels: " + "{a: " * 21 + "b" + "}" * 21), "CF006", REPORT, 1, says="20"),
    Case("nested_ten_thousand_levels", written(REPORT, "labels: " + "[" * 10_000), "CF006", REPORT, 1),
    Case("nested_lists_in_one_line", written(REPORT, "labels:\n  " + "- " * 5_000 + "a\n"), "CF006", REPORT, 2),
    Case(
        "a_key_twice", written(REPORT, "title: a\nservice: b\ntitle: c\n"), "CF007", REPORT, 3, "title", help="line 1"
    ),
    Case("a_key_that_is_a_map", written(REPORT, "{a: b}: c\n"), "CF019", REPORT, 1, "{a"),
    *(
        Case(
            f"yaml_1_1_{number}",
            written(REPORT, f"title: {word}\n"),
            "CF008",
            REPORT,
            1,
            word,
            says=word,
            help=f'"{word}"',
        )
        for number, word in enumerate(
            (
                "yes",
                "No",
                "on",
                "OFF",
                "y",
                "TRUE",
                "1_000",
                "0o17",
                "017",
                "0x1F",
                "0b11",
                "12:30",
                "1e3",
                ".inf",
                ".NaN",
            )
        )
    ),
    Case(
        "a_date_that_does_not_exist", written(REPORT, "closure_days: [2025-02-30]\n"), "CF009", REPORT, 1, "2025-02-30"
    ),
    Case("a_list_for_settings", written(REPORT, "- title\n"), "CF012", REPORT, 1),
    Case("a_number_of_5000_digits", written(REPORT, "title: " + "9" * 5000), "CF008", REPORT, 1, "9" * 20),
    Case("half_a_character", written(REPORT, 'title: "a\\ud800"\n'), "CF004", REPORT, 1, '"a', says="half a character"),
    Case("a_hidden_control_character", written(REPORT, 'title: "a\\x00"\n'), "CF004", REPORT, 1, '"a'),
    Case("a_hidden_turn_of_direction", written(REPORT, "title: a\u202eb\n"), "CF004", REPORT, 1, "a"),
    # ---------------------------------------------------------------------------------------- keys, words and types
    Case(
        "an_unknown_key",
        written(REPORT, "comittee: {name: Scrutiny}\n"),
        "CF013",
        REPORT,
        1,
        "comittee",
        help="did you mean committee?",
    ),
    Case(
        "an_unknown_key_of_an_indicator",
        plan("polarity", "polarty"),
        "CF013",
        INDICATORS,
        8,
        "polarty",
        help="did you mean polarity?",
    ),
    Case(
        "an_unknown_key_of_a_column",
        replaced(EXTRACTS, "optional: true", "optionl: true", 1),
        "CF013",
        EXTRACTS,
        9,
        "optionl",
        help="did you mean optional?",
    ),
    Case(
        "an_unknown_key_of_a_table",
        replaced(EXTRACTS, "    spell:", "    spel:"),
        "CF013",
        EXTRACTS,
        14,
        "spel",
        help="did you mean spell?",
    ),
    *(
        Case(f"an_id_that_is_none_{number}", plan("  plans:", f"  {name}:"), "CF017", INDICATORS, 2, name[:3],
             says="letters, digits, hyphens")
        for number, name in enumerate(("../x", "'a b'", "'a,b'", "<b>x</b>", "''"))
    ),
    *(
        Case(f"a_day_beyond_the_calendar_{number}", replaced(EXTRACTS, "2025-10-06", day), "CF017", EXTRACTS, 1, day,
             says="from 1900 to 2200")
        for number, day in enumerate(("9999-12-31", "2300-01-01", "0001-01-01"))
    ),
    Case("a_lookup_of_itself", replaced(EXTRACTS, "people.birth", "plans.birth"), "IN110", EXTRACTS, 22,
         "plans.birth", says="never read from a file"),
    Case("a_condition_of_a_table_on_what_is_looked_up", table("where: birth is not null"), "IN101", EXTRACTS, 15,
         "birth", says="looked up after", help="the indicators' `where`"),
    Case("a_condition_of_a_table_on_another", table("where: seen_within(contacts, 28)"), "IN101", EXTRACTS, 15,
         "seen_within", says="as only indicators can"),
    Case("a_rule_on_an_age_of_no_day", table('checks: [{rule: "age(birth) < 18"}]'), "IN101", EXTRACTS, 15, "age",
         help="write age(birth, date)"),
    Case("a_chain_of_what_is_looked_up", chain("first: [birth]"), "IN110", EXTRACTS, 33, "birth",
         says="the columns of a file", help="under `columns` of joined"),
    Case("a_chain_on_what_is_looked_up", chain("gap_days: 1", "    where: birth is null\n"), "IN101", EXTRACTS, 34,
         "birth", says="looked up after"),
    Case("a_chain_with_two_starts", chain("last: [category, start]"), "IN110", EXTRACTS, 33, "start]",
         says="the spell's own"),
    Case("a_chain_read_from_a_file", chain("by: [category]", "    columns: {visits: {from: Visits, type: number}}\n"),
         "IN110", EXTRACTS, 34, "{from", says="read from no file", help="`first`, `last` or `by`"),
    Case("a_spell_of_codes", replaced(EXTRACTS, "spell: [start, end]", "spell: [category, end]"), "IN110", EXTRACTS, 14,
         "[category", says="no date column category"),
    Case("a_spell_of_one_date", replaced(EXTRACTS, "spell: [start, end]", "spell: [start, start]"), "IN138", EXTRACTS,
         14, "[start", help="[start, end]"),
    Case("a_window_by_a_code", replaced(EXTRACTS, "by: received", "by: team"), "IN110", EXTRACTS, 25, "team}",
         says="no date column team"),
    Case("a_code_without_a_name", replaced(EXTRACTS, "EMO: emotional", 'EMO: ""'), "CF017", EXTRACTS, 20, '""',
         says="some words"),
    Case("open_the_wrong_way_round", plan("open: [start, end]", "open: [end, start]"), "IN138", INDICATORS, 7, "[end",
         says="the other way round", help="[start, end]"),
    Case("each_child_once_of_a_rate", plan("kind: count", "kind: rate\n    distinct: child_id"), "IN126", INDICATORS, 6,
         "child_id", help="goes with kind: count"),
    Case("a_whole_without_its_part", supplied("value: visits", "denominator: visits"), "IN124", INDICATORS, 2,
         "plans", says="give `numerator`"),
    Case("two_numbers_of_one_indicator", supplied("value: visits", "numerator: visits"), "IN124", INDICATORS, 2,
         "plans", says="or `value`"),
    Case("a_birthday_of_what_is_supplied", supplied("value: visits", when="birthday(birth, 1)"), "IN123", INDICATORS, 7,
         "birthday", help="the month"),
    Case("some_rows_of_a_mean", plan("kind: count", "kind: mean\n    of: visits\n    count: visits > 1"), "IN139",
         INDICATORS, 7, "count", says="kind mean has no `count`", help="count or percentage or rate"),
    Case("some_rows_of_what_is_supplied", supplied("value: visits", "where: visits > 1"), "IN139", INDICATORS, 9,
         "where", says="kind supplied has no `where`"),
    Case("a_breakdown_by_an_id", plan("[category,", "[child_id,"), "IN127", INDICATORS, 9, says="never published"),
    Case("a_breakdown_twice", plan("[category, age_band]", "[category, category]"), "IN127", INDICATORS, 9, "category]",
         says="stands twice"),
    Case("a_breakdown_within_age_bands", plan("[category, age_band]", "[{category: {within: age_band}}]"), "IN127",
         INDICATORS, 9, "[{", says="nest in age bands", help="category beside age_band"),
    Case("a_breakdown_called_total", plan("[category,", "[total,"), "IN127", INDICATORS, 9,
         says="every figure's whole"),
    Case("a_condition_without_a_column", plan("    open:", '    where: "1 = 1"\n    open:'), "IN101", INDICATORS, 7,
         "1 = 1", says="no column is asked for"),
    Case("a_condition_on_a_text_alone", plan("    open:", "    where: \"'a' is null\"\n    open:"), "IN101", INDICATORS,
         7, "'a'"),
    Case("a_day_in_quotes_that_is_no_column", plan("open: [start, end]", 'when: "starts"'), "IN123", INDICATORS, 7,
         "starts", help="did you mean start?"),
    Case("a_sum_of_itself", written(REPORT, "relations: [{whole: plans, parts: [plans]}]\n"), "CF017", REPORT, 1,
         "{whole", says="made of other indicators"),
    Case("a_sum_of_nothing", written(REPORT, "relations: [{whole: plans, parts: []}]\n"), "CF017", REPORT, 1, "[]"),
    Case("a_card_twice", written(REPORT, "cards: [plans, plans]\n"), "CF017", REPORT, 1, "[plans", says="twice"),
    Case("an_equality_view_of_no_indicator", written(REPORT, "equality: {indicators: [plan]}\n"), "CF040", REPORT, 1,
         "plan", help="did you mean plans?", severity="warning"),
    Case("a_lookback_of_ages", plan("    open:", "    lookback: 99999999999 years\n    open:"), "IN128", INDICATORS, 7,
         "99999", help="12 months"),
    Case("months_that_leave_the_calendar",
         plan("    open:", '    where: "add_months(start, -99999999) < end"\n    open:'),
         "IN101", INDICATORS, 7, "-99999999", says="a hundred years"),
    Case("days_that_leave_the_calendar", plan("    open:", '    where: "start + 99999999 < end"\n    open:'), "IN101",
         INDICATORS, 7, "99999999", says="a hundred years"),
    Case("a_decision_without_a_reason", written(REPORT, "disclosure: {publish_small: [{indicator: plans, reason: ' ', "
         "approved_by: D, date: 2025-10-01}]}\n"), "CF017", REPORT, 1, "' '", says="some words"),
    Case("a_nul_in_the_population", written(POPULATION, "area,year,group,value,source\nE1,2024,a\x00l,5,ONS\n"),
         "CF020", POPULATION, 1, says="NUL"),
    Case("nothing_for_a_text", plan("name: Plans", "name:"), "CF016", INDICATORS, 3, help="settings.md"),
    Case("something_missing", plan("    polarity: neither\n", ""), "CF014", INDICATORS, 2, "plans", says="'polarity'"),
    Case(
        "a_word_that_is_not_allowed",
        plan("kind: count", "kind: coutn"),
        "CF015",
        INDICATORS,
        5,
        "coutn",
        says="percentage",
        help="did you mean count?",
    ),
    Case(
        "an_unknown_type",
        replaced(EXTRACTS, "type: id", "type: ID", 1),
        "CF015",
        EXTRACTS,
        8,
        "ID",
        help="did you mean id?",
    ),
    Case(
        "a_number_for_a_text",
        plan("name: Plans", "name: 2025"),
        "CF016",
        INDICATORS,
        3,
        "2025",
        help="put it in quotes",
    ),
    Case("a_text_for_a_number", plan("kind: count", "target: high\n    kind: count"), "CF017", INDICATORS, 5, "high"),
    Case(
        "a_quoted_number",
        plan("kind: count", 'target: {value: "85"}\n    kind: count'),
        "CF017",
        INDICATORS,
        5,
        '"85"',
        says="a number is expected",
        help="without quotes",
    ),
    Case("true_for_a_number", plan("kind: count", "decimals: true\n    kind: count"), "CF017", INDICATORS, 5, "true"),
    Case(
        "a_number_for_true",
        plan("kind: count", "scorecard: 1\n    kind: count"),
        "CF017",
        INDICATORS,
        5,
        "1",
        says="true or false",
    ),
    Case(
        "a_number_for_a_day",
        replaced(EXTRACTS, "2025-10-06", "20251006"),
        "CF017",
        EXTRACTS,
        1,
        "20251006",
        says="a day such as 2025-09-30",
    ),
    Case(
        "one_day_of_a_spell",
        replaced(EXTRACTS, "spell: [start, end]", "spell: [start]"),
        "CF014",
        EXTRACTS,
        14,
        says="[start, end]",
    ),
    Case(
        "more_than_8_cards",
        written(REPORT, f"cards: [{', '.join(['plans'] * 9)}]\n"),
        "CF017",
        REPORT,
        1,
        "[plans",
        says="at most 8 cards",
    ),
    Case(
        "a_negative_tolerance",
        plan("kind: count", "status: {tolerance: -1}\n    kind: count"),
        "CF017",
        INDICATORS,
        5,
        "-1",
    ),
    # -------------------------------------------------------------------------------------------- extracts.yaml
    Case(
        "a_date_without_formats",
        replaced(EXTRACTS, ', formats: "%d/%m/%Y"', "", 1),
        "CF017",
        EXTRACTS,
        9,
        says="`formats` is missing",
    ),
    Case(
        "a_format_of_a_spreadsheet",
        replaced(EXTRACTS, '"%d/%m/%Y"', '"dd/mm/yyyy"', 1),
        "CF017",
        EXTRACTS,
        9,
        '"dd/mm/yyyy"',
        says='"%d/%m/%Y"',
    ),
    Case("a_format_that_does_not_exist", replaced(EXTRACTS, '"%d/%m/%Y"', '"%d/%m/%Y %Q"', 1), "CF017", EXTRACTS, 9),
    Case("a_format_with_the_month_twice", replaced(EXTRACTS, '"%d/%m/%Y"', '"%m/%m/%Y"', 1), "CF017", EXTRACTS, 9),
    Case(
        "day_first_and_month_first",
        replaced(EXTRACTS, '"%Y-%m-%d"', '"%m/%d/%Y"', 1),
        "CF017",
        EXTRACTS,
        18,
        says="would be a guess",
    ),
    Case(
        "a_folder_in_a_pattern",
        replaced(EXTRACTS, '"plans*.csv"', '"../plans*.csv"'),
        "CF017",
        EXTRACTS,
        12,
        '"../plans',
        says="without a folder",
    ),
    Case("a_delimiter_of_two", replaced(EXTRACTS, "tables:", 'delimiter: "::"\ntables:'), "CF017", EXTRACTS, 2, '"::"'),
    Case("min_above_max", replaced(EXTRACTS, "max: 50", "min: 60, max: 50"), "CF017", EXTRACTS, 21, says="`min`"),
    Case(
        "neither_files_nor_chain",
        replaced(EXTRACTS, '    files: "plans*.csv"\n', ""),
        "CF017",
        EXTRACTS,
        12,
        says="`files`, `spark_table` and `chain`",
    ),
    Case(
        "a_key_that_is_no_column",
        replaced(EXTRACTS, "[child_id, start]", "[child_id, strat]"),
        "IN110",
        EXTRACTS,
        15,
        says="strat",
        help="did you mean start?",
    ),
    Case(
        "a_lookup_into_no_table",
        replaced(EXTRACTS, "people.birth", "poeple.birth"),
        "IN111",
        EXTRACTS,
        22,
        "poeple",
        help="did you mean people?",
    ),
    Case(
        "a_lookup_of_no_column",
        replaced(EXTRACTS, "people.birth", "people.brith"),
        "IN110",
        EXTRACTS,
        22,
        "people.brith",
        help="did you mean birth?",
    ),
    Case(
        "a_rule_with_an_unknown_column",
        replaced(EXTRACTS, "  contacts:", '    checks: [{rule: "visit > 1"}]\n  contacts:'),
        "IN101",
        EXTRACTS,
        23,
        "visit",
        help="did you mean visits?",
    ),
    # ------------------------------------------------------------------------------------------ indicators.yaml
    Case(
        "an_unknown_table",
        plan("from: plans", "from: plan"),
        "IN121",
        INDICATORS,
        6,
        "plan",
        help="did you mean plans?",
    ),
    Case(
        "an_unknown_column",
        plan("[start, end]", "[start, ended]"),
        "IN123",
        INDICATORS,
        7,
        "[",
        help="did you mean end?",
    ),
    Case(
        "a_code_of_the_file_instead_of_carereports",
        plan("kind: count", "where: \"category in ('NEG', 'emotional')\"\n    kind: count"),
        "IN135",
        INDICATORS,
        5,
        "'NEG'",
        says="category has no code 'NEG'",
        help="did you mean neglect?",
        severity="warning",
    ),
    Case(
        "a_threshold_the_wrong_way_round",
        plan("polarity: neither", 'polarity: low\n    status: {green: ">= 85"}'),
        "JD015",
        INDICATORS,
        9,
        '">= 85',
        says="while polarity is low",
        severity="warning",
    ),
    Case(
        "a_section_that_no_indicator_names",
        written(REPORT, "sections: [front_door, protecton]\n"),
        "CF041",
        REPORT,
        1,
        "protecton",
        help="did you mean protection?",
        severity="warning",
    ),
    Case(
        "officer_text_that_no_page_shows",
        written("commentary/Q2-2025/plan.md", "---\nowner: A\n---\nText\n"),
        "CM005",
        "commentary/Q2-2025/plan.md",
        1,
        help="did you mean plans?",
        severity="warning",
    ),
    Case(
        "a_name_that_templates_do_not_know",
        written("templates/summary.html.j2", "{% set own = report %}\n{{ own }}{{ reprot.title }}\n"),
        "TP003",
        "templates/summary.html.j2",
        2,
        "reprot.title",
        says="'reprot' is undefined",
        help="did you mean report?",
    ),
    Case(
        "an_unknown_breakdown",
        plan("[category,", "[categry,"),
        "IN127",
        INDICATORS,
        9,
        "categry",
        help="did you mean category?",
    ),
    Case(
        "an_unknown_function",
        plan("    open:", '    where: "working_day(start, end) > 1"\n    open:'),
        "IN101",
        INDICATORS,
        7,
        "working_day",
        says="there is no function working_day",
        help="did you mean working_days?",
    ),
    Case("a_bad_condition", plan("    open:", '    where: "visits > > 1"\n    open:'), "IN101", INDICATORS, 7, "> 1"),
    Case(
        "a_condition_with_double_quotes",
        plan("    open:", "    where: 'category = \"neglect\"'\n    open:"),
        "IN101",
        INDICATORS,
        7,
        '"neglect',
        help="single quotes",
    ),
    Case(
        "a_text_compared_with_a_number",
        plan("    open:", '    where: "category > 1"\n    open:'),
        "IN101",
        INDICATORS,
        7,
        "1",
        says="compared",
    ),
    Case(
        "an_unknown_indicator",
        replaced(
            INDICATORS,
            "  contacts:\n",
            "  net:\n    {name: Net, section: s, kind: derived, "
            'polarity: low, value: "plans - contact"}\n  contacts:\n',
        ),
        "IN130",
        INDICATORS,
        11,
        'contact"',
        help="did you mean contacts?",
    ),
    # ------------------------------------------------------------------------- report.yaml, benchmarks, population
    Case(
        "a_card_of_no_indicator",
        written(REPORT, "cards: [plan]\n"),
        "CF040",
        REPORT,
        1,
        "plan",
        severity="warning",
        help="did you mean plans?",
    ),
    Case(
        "a_benchmark_of_no_indicator",
        written(BENCHMARKS, COLUMNS + "plan,England,2025,1,number,,DfE\n"),
        "CF031",
        BENCHMARKS,
        2,
        severity="warning",
        help="did you mean plans?",
    ),
    Case(
        "benchmarks_of_an_indicator_that_was_taken_out",
        written(BENCHMARKS, COLUMNS + "care,England,2024,1,number,,DfE\ncare,England,2025,1,number,,DfE\n"),
        "CF031",
        BENCHMARKS,
        2,
        severity="warning",
        help="delete the rows",
    ),
    Case(
        "a_benchmark_that_is_no_number",
        written(BENCHMARKS, COLUMNS + "plans,England,2025,1_000,number,,DfE\n"),
        "CF032",
        BENCHMARKS,
        2,
        says="not a number",
    ),
    Case(
        "a_benchmark_of_no_period",
        written(BENCHMARKS, COLUMNS + "plans,England,2024/26,1,number,,DfE\n"),
        "CF032",
        BENCHMARKS,
        2,
    ),
    Case(
        "a_benchmark_in_another_unit",
        written(BENCHMARKS, COLUMNS + "plans,England,2025,1,percent,,DfE\n"),
        "CF033",
        BENCHMARKS,
        2,
    ),
    Case(
        "a_benchmark_file_that_is_missing",
        plan("    polarity", "    benchmarks: [{file: owm.csv}]\n    polarity"),
        "CF034",
        INDICATORS,
        8,
        "owm.csv",
    ),
    Case(
        "a_benchmark_file_elsewhere",
        plan("    polarity", "    benchmarks: [{file: ../report.yaml}]\n    polarity"),
        "CF034",
        INDICATORS,
        8,
        "../report",
    ),
    Case(
        "two_differing_benchmarks",
        written(BENCHMARKS, COLUMNS + "plans,England,2025,1,number,,a\nplans,England,2025,2,number,,b\n"),
        "CF036",
        BENCHMARKS,
        3,
        help="keep the published one",
    ),
    Case("benchmarks_without_a_column", written(BENCHMARKS, "indicator,area\n"), "CF021", BENCHMARKS, 1, says="period"),
    Case(
        "a_population_that_is_no_number",
        written(POPULATION, 'area,year,group,value,source\nE06000016,2024,all,"90,000",ONS\n'),
        "CF025",
        POPULATION,
        2,
        help="without commas",
    ),
    Case(
        "a_population_of_nobody",
        written(POPULATION, "area,year,group,value,source\nE06000016,2024,all,0,ONS\n"),
        "CF025",
        POPULATION,
        2,
        says="above 0",
    ),
    Case(
        "a_population_twice",
        written(POPULATION, "area,year,group,value,source\nE06000016,2024,all,90,ONS\nE06000016,2024,all,91,ONS\n"),
        "CF026",
        POPULATION,
        3,
    ),
    Case(
        "a_row_too_short", written(POPULATION, "area,year,group,value,source\nE06000016,2024\n"), "CF022", POPULATION, 2
    ),
    # --------------------------------------------------------------------------------------------- officer text
    Case("officer_text_that_is_not_utf_8", written(FRONT, "Café".encode("cp1252")), "CM001", FRONT, 1),
    Case(
        "front_matter_that_is_not_yaml",
        written(FRONT, "---\nowner: Head: of service\n---\nText\n"),
        "CF004",
        FRONT,
        2,
        ": of",
        help="quotes",
    ),
    Case("officer_text_in_another_kind_of_file", written("commentary/Q2-2025/risks.docx", b"PK"), "CM007",
         "commentary/Q2-2025/risks.docx", 1, says="end in .md", severity="warning"),
    Case("officer_text_elsewhere", linked(FRONT, "/etc/hostname"), "CM001", FRONT, 1, says="outside the project"),
    Case("an_alias_in_front_matter", written(FRONT, "---\nowner: &o A\nrole: *o\n---\n"), "CF005", FRONT, 2, "&o"),
    Case("front_matter_opened_by_two_hyphens", written(FRONT, "--\nowner: a\n---\nText\n"), "CM006", FRONT, 2, "owner"),
    Case("front_matter_that_is_not_closed", written(FRONT, "---\nrole: a\n\nText\n"), "CM006", FRONT, 2, "role"),
    Case("front_matter_without_its_lines", written(FRONT, "role: a\n\nText\n"), "CM006", FRONT, 1, "role"),
    Case("a_list_in_front_matter", written(FRONT, "---\nowner: [a, b]\n---\n"), "CM002", FRONT, 2, "[a"),
    Case(
        "an_unknown_key_in_front_matter",
        written(FRONT, "---\nowner: A\nstatsu: agreed\n---\n"),
        "CM003",
        FRONT,
        3,
        "statsu",
        severity="warning",
        help="did you mean status?",
    ),
]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return small_project(tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_mistake_is_shown_with_its_line_caret_and_remedy(small: Small, case: Case) -> None:
    case.make(small)
    document, text = small.check()
    held = [f for f in document["findings"] if f["code"] == case.code and f["file"] == case.file]
    assert held, [(f["code"], f["message"]) for f in document["findings"]]
    finding = held[0]
    assert (finding["severity"], finding["line"]) == (case.severity, case.line)
    assert case.says in finding["message"] and case.help in (finding["help"] or "")
    assert document["exit"] == (3 if case.severity == "error" else 1)
    assert f"{case.severity} {case.code}  {case.file}:{case.line}" in text
    if case.under:
        shown = text.split("\n")
        carets = [number for number, row in enumerate(shown) if re.fullmatch(r" +\| *\^", row)]
        under = [shown[number - 1][shown[number].index("^") :] for number in carets]
        assert any(part.startswith(case.under.replace("\t", " ")) for part in under), under


def test_officer_text_in_a_folder_of_no_quarter_and_a_pipe_are_said(small: Small) -> None:
    small.write("commentary/q2-2025/risks.md", "Text\n")
    (small.root / FRONT).parent.mkdir()
    os.mkfifo(small.root / FRONT)
    document, _ = small.check()
    assert the(document, "CM007")["file"] == "commentary/q2-2025"
    assert the(document, "CM001")["file"] == FRONT


def test_a_mistake_in_the_settings_stops_the_build_and_the_extracts_faults_are_said_too(small: Small) -> None:
    small.replace(INDICATORS, "from: contacts", "from: contact")
    small.replace("data/plans.csv", "17/03/2025", "sometime")
    result = run("build", "--project", small.root, "--quarter", "Q2-2025", "--format", "csv")
    assert result.exit_code == 3
    assert "error IN121  config/indicators.yaml:14:11" in result.stderr
    assert "error EX208  data/plans.csv:4:2" in result.stderr
    assert not (small.root / "output" / "Q2-2025").exists()


def test_a_mistake_in_indicators_does_not_hide_the_extracts_faults(small: Small) -> None:
    small.replace(INDICATORS, "kind: count", "kind: coutn", 1)
    small.replace("data/plans.csv", "17/03/2025", "sometime")
    codes = {finding["code"] for finding in small.check()[0]["findings"]}
    assert {"CF015", "EX208"} <= codes


def test_text_of_an_indicator_that_cannot_be_read_is_not_said_to_be_of_none(small: Small) -> None:
    small.write("commentary/Q2-2025/plans.md", "---\nowner: A\n---\nText\n")
    small.replace(INDICATORS, "polarity: neither", "polarty: neither")
    result = run("build", "--project", small.root, "--quarter", "Q2-2025", "--format", "csv")
    assert "CF013" in result.stderr and "CM005" not in result.stderr


def test_missing_settings_files_are_named(small: Small) -> None:
    (small.root / EXTRACTS).unlink()
    (small.root / REPORT).unlink()
    document, _ = small.check()
    assert document["exit"] == 3
    assert the(document, "CF010")["file"] == EXTRACTS and the(document, "CF011")["severity"] == "note"


def test_quoted_words_dates_and_numbers_are_what_they_seem(small: Small) -> None:
    small.write(
        REPORT, 'title: "yes"\nclosure_days: [2025-12-24, "2025-12-31"]\ncouncil: {name: "0123", area: E06000016}\n'
    )
    document, _ = small.check()
    assert document["exit"] == 0


def test_a_very_long_line_is_cut_around_its_caret(small: Small) -> None:
    small.write(REPORT, "title: " + "x" * 500 + " : y" + " z" * 500 + "\n")
    _, text = small.check()
    widest = max(len(line) for line in text.split("\n"))
    assert widest < 160 and "^" in text


def test_a_command_that_does_not_exist_names_the_nearest() -> None:
    result = run("chekc")
    assert result.exit_code == 2 and "did you mean check?" in result.stderr
    result = run("explain", "EX2088")
    assert result.exit_code == 2 and "did you mean EX208?" in result.stderr


@pytest.mark.parametrize("asked", [("--quarter", "Q1-9999"), ("--quarter", "0001-Q4"), ("--quarter", "Q2-2025/26",
                                   "--extracted", "2300-01-01")])  # fmt: skip
def test_a_quarter_or_day_beyond_the_calendar_is_a_usage_error(small: Small, asked: tuple[str, ...]) -> None:
    result = run("build", "--project", small.root, *asked)
    assert result.exit_code == 2
    assert "expected, such as Q2-2025" in result.stderr or "write the day as" in result.stderr


def test_a_misspelt_key_is_one_fault_and_not_missing_too(tmp_path: Path) -> None:
    root = small_council(tmp_path)
    path = root / "config" / "indicators.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("polarity: low", "polarty: low"), encoding="utf-8")
    _, faults = read_settings(root)
    assert [(fault.code, fault.help) for fault in faults if fault.severity == "error"] == [
        ("CF013", "did you mean polarity?")
    ]
