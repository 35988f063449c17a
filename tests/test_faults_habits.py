"""What an analyst who knows SQL Server and Excel writes from habit: each mistake is answered with what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_project import Small, small_project, the

CONDITIONS = {
    "team == 'Alder'": "write a single =",
    "team = \\\"Alder\\\"": "texts stand in single quotes: 'yes'",
    "team => 'Alder'": "the comparisons are = <> < <= > >=",
    "team like 'A%'": "list the codes: source in ('Police', 'Police (other force)')",
    "datediff(day, received, received) < 3": "write days(a, b), working_days(a, b), months(a, b) or years(a, b)",
    "received > getdate()": "the period's last day, or the event's own date, is as_at",
    "isnull(team, 'x') = 'x'": "write column is null; a missing value never passes another test",
    "case when team = 'Alder' then 1 end": "a condition is true or false by itself: write what the rows must meet, "
    "as nfa = 'yes'",
    "if(team = 'Alder', 1, 0)": "a condition is true or false by itself: write what the rows must meet, as nfa = 'yes'",
    "[team] = 'Alder'": "write the column's name in extracts.yaml, without brackets",
    "Child ID is null": "join conditions with and / or; a column is one word, as named in extracts.yaml",
    "team = ‘Alder’": "these are curly quotes: texts stand in straight single quotes: 'yes'",
    "received ≥ '2025-04-01'": "write >=",
    "team = 'Alder' && team = 'Birch'": "write and",
}


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return small_project(tmp_path)


@pytest.mark.parametrize("condition", list(CONDITIONS))
def test_a_foreign_condition_is_answered_with_ours(small: Small, condition: str) -> None:
    small.replace("config/indicators.yaml", "    when: received\n", f'    when: received\n    where: "{condition}"\n')
    fault = the(small.check()[0], "IN101")
    assert fault["help"] == CONDITIONS[condition]
    assert fault["line"] and fault["position"]


@pytest.mark.parametrize(
    ("old", "new", "code", "help_"),
    [
        ("    kind: count\n    from: contacts", "    kind:count\n    from: contacts", "CF004",
         "the line above needs a blank after kind:"),
        ("    when: received\n", '    when: received\n    where: "if(team="A",1,0)"\n', "CF004",
         "a double quote ends the text: inside it, texts of a condition stand in single quotes, 'yes'"),
        ("    when: received\n", "    when: received\n    target: 90%\n", "CF017", "write the number alone: 90"),
        ("from: contacts", "from: calls", "IN121", "known here: people, plans, contacts"),
    ],
)  # fmt: skip
def test_a_slip_in_indicators_yaml_is_answered(small: Small, old: str, new: str, code: str, help_: str) -> None:
    small.replace("config/indicators.yaml", old, new)
    assert the(small.check()[0], code)["help"] == help_


def test_a_day_written_the_british_way_is_the_only_fault_of_a_window(small: Small) -> None:
    small.replace("config/extracts.yaml", "covers: {from: 2024-10-01", "covers: {from: 01/10/2024")
    faults = [one for one in small.check()[0]["findings"] if one["severity"] == "error"]
    assert [(one["code"], one["message"]) for one in faults] == [("CF017", "a day such as 2025-09-30 is expected")]


def test_a_misspelt_header_of_an_optional_column_is_a_warning_that_names_the_nearest(small: Small) -> None:
    small.replace("config/extracts.yaml", "end: {from: End,", "end: {from: Ende,")
    fault = the(small.check()[0], "EX122")
    assert (fault["severity"], fault["column"]) == ("warning", "Ende")
    assert fault["help"] == "did you mean End? Add it under `from` in extracts.yaml"


def test_an_optional_column_that_is_simply_absent_is_none(small: Small) -> None:
    small.replace("config/extracts.yaml", "note: {from: Note,", "note: {from: Free words,")
    assert "EX122" not in {one["code"] for one in small.check()[0]["findings"]}
