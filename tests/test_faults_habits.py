"""What an analyst who knows SQL Server and Excel writes from habit: each mistake is answered with what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from carereport.commentary import read_commentary
from carereport.quarters import Quarter
from tests.small_project import Small, small_project, the

CONDITIONS = {
    "team == 'Alder'": "write a single =",
    "team = \\\"Alder\\\"": "texts stand in single quotes: 'yes'",
    "team = NULL": "write is null, or is not null, without = and <>",
    "received != null": "write is null, or is not null, without = and <>",
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
        ("    when: received\n", "    when: received\n    target: 85,5\n", "CF017",
         "a decimal has a point, not a comma: 85.5"),
        ("    when: received\n", "    when: received\n    target: {value: 85,5}\n", "CF013",
         "a decimal has a point, not a comma: 85.5"),
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


def test_a_header_with_its_words_in_another_order_is_named_before_one_that_is_taken(small: Small) -> None:
    small.replace("data/contacts.csv", "Child ID,Received,", "Date ID,Date of Receipt,")
    small.replace("config/extracts.yaml", "{from: Received,", "{from: Receipt Date,")
    faults = [one for one in small.check()[0]["findings"] if one["code"] == "EX122" and one["column"] == "Receipt Date"]
    assert [one["help"] for one in faults] == ["did you mean Date of Receipt? Add it under `from` in extracts.yaml"]


def test_a_section_spelt_nearly_as_a_listed_one_is_said(small: Small) -> None:
    small.write("config/report.yaml", "sections: [protection, front_door]\n")
    small.replace("config/indicators.yaml", "    section: front_door\n", "    section: front door\n    ref: A1\n")
    copy = "  calls:\n    name: Calls\n    section: front_door\n    kind: count\n    from: contacts\n"
    copy += "    when: received\n    polarity: neither\n"
    small.replace("config/indicators.yaml", "  contacts:\n", f"{copy}  contacts:\n")
    fault = the(small.check()[0], "CF042")
    assert (fault["severity"], fault["help"]) == ("warning", "did you mean front_door?")


def test_a_day_of_extraction_that_has_not_come_is_said(small: Small) -> None:
    small.replace("config/extracts.yaml", "extracted: 2025-10-06", "extracted: 2052-10-06")
    fault = the(small.check()[0], "CF043")
    assert (fault["severity"], fault["line"], fault["position"]) == ("warning", 1, 12)


def test_a_logo_that_is_not_there_is_a_fault_of_the_settings(small: Small) -> None:
    small.write("config/report.yaml", "branding: {logo: config/logo.svg}\n")
    document, _ = small.check()
    assert (the(document, "BR002")["file"], document["exit"]) == ("config/report.yaml", 3)


def test_an_area_that_the_model_of_neighbours_does_not_know_is_named_beside_those_it_does(small: Small) -> None:
    small.write("config/neighbours.csv", "area,neighbour,model,rank,closeness\nE06000016,Luton,2025,1,close\n")
    small.write("config/report.yaml", "council: {area: E06000061, neighbours_model: 2025}\n")
    assert "those of E06000016: is council.area right?" in the(small.check()[0], "CF029")["help"]


def test_a_code_in_two_groups_of_the_equality_view_is_refused_since_children_would_count_twice(small: Small) -> None:
    groups = "{ethnicity: {White: [WBRI, AIND], Asian: [AIND, APKN]}}"
    small.write("config/report.yaml", f"equality: {{groups: {groups}}}\n")
    fault = the(small.check()[0], "CF017")
    assert (fault["severity"], fault["message"]) == ("error", "a code stands in two groups of ethnicity: AIND")


def test_semicolons_in_a_table_of_settings_are_named(small: Small) -> None:
    small.write("config/population.csv", "area;year;group;value;source\n")
    assert the(small.check()[0], "CF021")["help"] == "commas separate its columns, not semicolons"


def test_officers_words_under_a_heading_that_no_page_has_are_said(small: Small) -> None:
    text = "---\nrole: Head\ndate: 2025-10-20\n---\nBefore.\n\n## Why\n\nOne.\n\n## Wy not\n\nTwo.\n"
    small.write("commentary/Q2-2025/plans.md", text)
    found = [one for one in small.check()[0]["findings"] if one["code"] == "CM014"]
    assert [one["message"] for one in found] == [
        "no part of an exception's page is named Wy not: what stands under it is not shown",
        "what stands above the first heading is not shown",
    ]
    assert all(one["file"] == "commentary/Q2-2025/plans.md" and one["severity"] == "warning" for one in found)


def test_a_picture_in_officer_text_is_said_with_its_line(small: Small) -> None:
    small.write("commentary/Q2-2025/risks.md", "---\nrole: Head\n---\nWords.\n\n![chart](chart.png)\n")
    fault = the(small.check()[0], "CM015")
    assert (fault["severity"], fault["line"]) == ("warning", 6)


def test_words_under_one_heading_twice_are_all_kept(small: Small) -> None:
    small.write("commentary/Q2-2025/plans.md", "## Why\n\nOne.\n\n## Back on track\n\nTwo.\n\n## Why?\n\nThree.\n")
    texts, faults = read_commentary(small.root, Quarter.parse("Q2-2025"))
    assert (dict(texts["plans"].sections), faults) == ({"Why": "One.\n\nThree.", "Back on track": "Two."}, [])


def test_a_colour_by_its_name_is_answered_with_how_colours_are_written(small: Small) -> None:
    small.write("config/report.yaml", "branding: {colour: navy}\n")
    assert the(small.check()[0], "CF017")["message"] == "a colour such as #12436D is expected, in quotes"


def test_an_empty_cell_in_the_last_line_alone_may_be_one_of_totals(small: Small) -> None:
    small.append("data/plans.csv", "Total,,,,5\n")
    helps = [one["help"] for one in small.check()[0]["findings"] if one["code"] == "EX301"]
    assert helps and all("a line of totals at the end" in one for one in helps)


def test_an_optional_column_that_is_simply_absent_is_none(small: Small) -> None:
    small.replace("config/extracts.yaml", "note: {from: Note,", "note: {from: Free words,")
    assert "EX122" not in {one["code"] for one in small.check()[0]["findings"]}


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "help_", "under"),
    [
        ("indicators", "breakdowns: [category, age_band]", "breakdowns: [category, age_bnd]", "IN127",
         "did you mean age_band?", "age_bnd"),
        ("indicators", "    when: received\n", "    when: received\n    where: team = north\n", "IN101",
         "a text stands in single quotes: 'north'", "north"),
        ("indicators", "    when: received\n", "    when: received\n    where: team = tem\n", "IN101",
         "did you mean team?", "tem"),
        ("indicators", "    kind: count\n    from: contacts", "     kind: count\n    from: contacts", "CF004",
         "look at the indentation of this line and the one above: keys of one entry begin below each other", ": count"),
        ("indicators", "    kind: count\n    from: contacts", "    decimals: -1\n    kind: count\n    from: contacts",
         "CF017", "the reference, docs/reference/settings.md, says what may stand here", "-1"),
        ("indicators", "    kind: count\n    from: contacts",
         "    kind: percentage\n    unit: per_cent\n    from: contacts", "IN137",
         "leave `unit` out, or write unit: percent", "per_cent"),
        ("extracts", "by: received}", "by: recieved}", "IN110", "did you mean received?", "recieved"),
        ("extracts", "  contacts:", "  spells:\n    chain: {from: plans, start: start, end: end, last: [categry]}\n"
         "  contacts:", "IN110", "did you mean category?", "categry"),
    ],
)  # fmt: skip
def test_a_slip_is_answered_under_the_word_that_is_wrong(
    small: Small, file: str, old: str, new: str, code: str, help_: str, under: str
) -> None:
    small.replace(f"config/{file}.yaml", old, new)
    fault = the(small.check()[0], code)
    line = (small.root / "config" / f"{file}.yaml").read_text(encoding="utf-8").splitlines()[fault["line"] - 1]
    assert fault["help"] == help_
    assert line[fault["position"] - 1 :].startswith(under)


@pytest.mark.parametrize("wrong", ["covers: {from: 2024-02-30, by: received}", "covers: {from: yes, by: received}"])
def test_what_yaml_itself_refuses_is_told_once(small: Small, wrong: str) -> None:
    old = "covers: {from: 2024-10-01, by: received}"
    small.replace("config/extracts.yaml", old, wrong)
    faults = [one for one in small.check()[0]["findings"] if one["severity"] == "error"]
    assert len({(one["line"], one["position"]) for one in faults}) == len(faults)


def test_a_row_of_settings_with_an_open_quote_says_how_to_close_it(small: Small) -> None:
    small.write("config/population.csv", 'area,year,group,value,source\nE06000016,2024,"children_0_17,80000,ONS\n')
    fault = the(small.check()[0], "CF023")
    assert fault["help"] == "close the quote; a quote inside a text is written twice"
    assert fault["line"] == 2
