"""`compare` tells what changed rows, definitions, targets and comparators each did to a figure; the effects add up."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.councils.run import run
from tests.small_council import small_council, write_extracts

START, END = date(2025, 7, 1), date(2025, 9, 30)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_council(tmp_path / "council")


def build(root: Path, quarter: str = "Q2-2025") -> None:
    assert run("build", "--project", root, "--quarter", quarter, "--format", "csv,json").exit_code in (0, 1)


def edit(root: Path, old: str, new: str, name: str = "config/indicators.yaml") -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def compare(root: Path, *arguments: object) -> dict[str, Any]:
    """Return the document of `compare --json`, numbers as they are written, and see that every sum is exact."""
    done = run("compare", *map(str, arguments), "--project", root, "--json")
    assert done.exit_code == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal)
    for effect in [*document["same_period"], *document["across"]]:
        if effect["rows"] is not None and effect["definition"] is not None:
            assert effect["then"] + effect["rows"] == effect["then_definition_on_extracts_now"]
            assert effect["then"] + effect["rows"] + effect["definition"] == effect["now"]
    assert run("compare", *map(str, arguments), "--project", root).exit_code == 0
    return document


def the(held: list[dict[str, Any]], **wanted: str) -> dict[str, Any]:
    (found,) = [one for one in held if all(one[key] == value for key, value in wanted.items())]
    return found


def referrals(root: Path, start: date = START, end: date = END) -> list[dict[str, str]]:
    with (root / "data" / "referrals.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return [row for row in rows if start <= datetime.strptime(row["Received"], "%d/%m/%Y").date() <= end]


def test_rows_that_came_are_the_whole_effect_where_no_definition_changed(root: Path) -> None:
    build(root)
    write_extracts(root, more=20)
    document = compare(root, "Q2-2025")
    found = the(document["same_period"], indicator="referrals", period_kind="quarter")
    assert (found["then"], found["rows"], found["definition"], found["now"]) == (92, 20, 0, 112)
    assert found["changed"] == []
    assert {one["indicator"] for one in document["same_period"]} == {"referrals", "no_further_action"}
    assert [one for one in document["inputs"] if not one["same"]] == [
        {"file": "referrals.csv", "rows_then": 923, "rows_now": 943, "same": False}
    ]


def test_a_changed_condition_and_changed_rows_are_told_apart(root: Path) -> None:
    build(root)
    then = len(referrals(root))
    write_extracts(root, more=40)
    edit(
        root,
        "    when: received\n    polarity: neither",
        "    when: received\n    where: \"nfa = 'N'\"\n    polarity: neither",
    )
    held = referrals(root)
    kept = sum(row["NFA"] == "N" for row in held)
    found = the(compare(root, "Q2-2025")["same_period"], indicator="referrals", period_kind="quarter")
    assert (found["then"], found["now"]) == (then, kept)
    assert found["rows"] == len(held) - then
    assert found["definition"] == kept - len(held)
    assert found["changed"] == [{"part": "where", "then": "", "now": "nfa = 'N'"}]


def test_a_percentage_s_effects_are_those_of_a_count_by_hand(root: Path) -> None:
    build(root)
    was = referrals(root)
    write_extracts(root, more=60)
    edit(root, "    count: \"nfa = 'Y'\"", "    count: \"nfa = 'N'\"")
    now = referrals(root)

    def share(rows: list[dict[str, str]], code: str) -> Decimal:
        return round(Decimal(100 * sum(row["NFA"] == code for row in rows)) / len(rows), 6)

    found = the(compare(root, "Q2-2025")["same_period"], indicator="no_further_action", period_kind="quarter")
    assert found["then"] == share(was, "Y")
    assert found["then_definition_on_extracts_now"] == share(now, "Y")
    assert found["now"] == share(now, "N")


def test_a_changed_target_and_threshold_change_the_status_and_no_figure(root: Path) -> None:
    edit(root, "    target: 20", "    target: {value: 20, reason: As last year.}")
    build(root)
    edit(root, "value: 20", "value: 5")
    document = compare(root, "Q2-2025")
    assert document["same_period"] == []
    status = the(document["statuses"], indicator="no_further_action")
    assert (status["then"], status["with_figure_now"], status["now"]) == ("on_target", "on_target", "off_target")
    assert status["changed"] == [{"part": "target", "then": "value 20", "now": "value 5"}]
    assert "20% or less" in status["rule_then"] and "5% or less" in status["rule_now"]


def test_a_figure_that_moved_changes_the_status_by_the_old_rule_first(root: Path) -> None:
    build(root)
    lines = (root / "data" / "referrals.csv").read_text(encoding="utf-8").splitlines()
    more = [f"N{number},C0001,12/09/2025,Y" for number in range(40)]
    (root / "data" / "referrals.csv").write_text("\n".join([*lines, *more]) + "\n", encoding="utf-8")
    edit(root, "target: 20", "target: 60")
    status = the(compare(root, "Q2-2025")["statuses"], indicator="no_further_action")
    assert (status["then"], status["with_figure_now"], status["now"]) == ("on_target", "off_target", "on_target")


def test_a_changed_benchmark_is_named_with_what_it_did_to_the_word(root: Path) -> None:
    given = "    benchmarks: [{area: England, value: 30, period: 2024/25, source: Made up}]\n    target: 20"
    edit(root, "    target: 20", given)
    build(root)
    edit(root, "value: 30", "value: 11")
    document = compare(root, "Q2-2025")
    assert document["same_period"] == []
    found = the(document["benchmarks"], indicator="no_further_action", area="England")
    assert (found["then"], found["now"]) == (
        {"value": 30, "period": "2024/25"}, {"value": 11, "period": "2024/25"}
    )  # fmt: skip
    assert [found[f"word_{name}"] for name in ("then", "with_figure_now", "now")] == ["better", "better", "similar"]


def test_what_changed_in_extracts_yaml_population_and_closure_days_is_named(root: Path) -> None:
    (root / "config" / "population.csv").write_text("area,year,group,value,source\n,2024,children,1000,Made up\n")
    rate = """
  referral_rate:
    name: Rate of referrals
    section: front_door
    kind: rate
    from: referrals
    when: received
    per: {population: children, scale: 1000}
    polarity: neither
"""
    path = root / "config" / "indicators.yaml"
    path.write_text(path.read_text(encoding="utf-8") + rate, encoding="utf-8")
    build(root)
    edit(root, "1000,Made up", "800,Made up", "config/population.csv")
    edit(root, "    date: received", "    date: received\n    where: \"nfa = 'N'\"", "config/extracts.yaml")
    found = the(compare(root, "Q2-2025")["same_period"], indicator="referral_rate", period_kind="quarter")
    assert found["changed"] == [
        {"part": "extracts.yaml referrals.where", "then": "", "now": "nfa = 'N'"},
        {"part": "population.csv children, 2024", "then": "1000", "now": "800"},
    ]
    kept = sum(row["NFA"] == "N" for row in referrals(root))
    assert (found["then"], found["rows"]) == (92, 0)
    assert found["now"] == Decimal(kept) / 800 * 1000


def test_two_quarters_are_compared_under_one_definition_too(root: Path) -> None:
    build(root, "Q1-2025")
    edit(
        root,
        "    when: received\n    polarity: neither",
        "    when: received\n    where: \"nfa = 'N'\"\n    polarity: neither",
    )
    build(root)
    document = compare(root, "Q1-2025", "Q2-2025")
    before = referrals(root, date(2025, 4, 1), date(2025, 6, 30))
    now = referrals(root)
    same = the(document["same_period"], indicator="referrals")
    assert (same["then"], same["rows"]) == (len(before), 0)
    assert same["definition"] == -sum(row["NFA"] == "Y" for row in before)
    across = the(document["across"], indicator="referrals", period_kind="quarter")
    assert (across["then"], across["rows"]) == (len(before), len(now) - len(before))
    assert across["definition"] == -sum(row["NFA"] == "Y" for row in now)


def test_without_the_later_build_s_extracts_the_change_is_not_divided_and_that_is_said(root: Path) -> None:
    build(root, "Q1-2025")
    edit(root, "    count: \"nfa = 'Y'\"", "    count: \"nfa = 'N'\"")
    build(root)
    write_extracts(root, more=9)
    document = compare(root, "Q1-2025", "Q2-2025")
    found = the(document["same_period"], indicator="no_further_action")
    assert (found["rows"], found["definition"]) == (None, None)
    assert "the extracts of Q2-2025 are not in data (referrals.csv not as then)" in found["not_divided"]


def test_an_effect_of_a_small_number_is_shown_only_internally(root: Path) -> None:
    path = root / "config" / "indicators.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  no_further_action:"), text.index("  plans_open:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")  # its denominator would give the number away too
    build(root)
    write_extracts(root, more=20)
    codes = "nfa in ('N', 'Y')"
    edit(
        root,
        "    when: received\n    polarity: neither",
        f'    when: received\n    where: "{codes}"\n    polarity: neither',
    )
    path = root / "data" / "referrals.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "".join(f"X{number},C0009,12/09/2025,Z\n" for number in range(3)), encoding="utf-8")
    public = the(compare(root, "Q2-2025")["same_period"], indicator="referrals", period_kind="quarter")
    assert (public["then"], public["rows"], public["definition"], public["now"]) == (92, None, None, 112)
    assert "--audience internal" in public["not_divided"]
    inside = compare(root, "Q2-2025", "--audience", "internal")
    own = the(inside["same_period"], indicator="referrals", period_kind="quarter")
    assert (own["rows"], own["definition"]) == (23, -3)


def test_a_suppressed_figure_stays_suppressed(root: Path) -> None:
    edit(root, "    count: \"nfa = 'Y'\"", "    count: \"nfa = 'Q'\"")
    path = root / "data" / "referrals.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "".join(f"X{number},C0009,12/09/2025,Q\n" for number in range(3)), encoding="utf-8")
    build(root)
    path.write_text(text + "".join(f"X{number},C0009,12/09/2025,Q\n" for number in range(9)), encoding="utf-8")
    found = the(compare(root, "Q2-2025")["same_period"], indicator="no_further_action", period_kind="quarter")
    assert (found["then"], found["marker_then"], found["rows"]) == (None, "c", None)
    shown = run("compare", "Q2-2025", "--project", root).stdout
    assert "rows not told, since the figure of then is not shown and its extracts would be needed" in shown


def test_what_was_published_is_compared_and_not_a_later_rebuild(root: Path) -> None:
    build(root)
    run("publish", "--project", root, "--quarter", "Q2-2025")
    write_extracts(root, more=20)
    build(root)
    found = the(compare(root, "Q2-2025")["same_period"], indicator="referrals", period_kind="quarter")
    assert (found["then"], found["now"]) == (92, 112)


def test_a_history_of_an_earlier_version_is_said_to_lack_the_settings(root: Path) -> None:
    build(root)
    with closing(sqlite3.connect(root / "history" / "history.sqlite")) as base, base:
        base.execute("drop table settings")
    edit(root, "target: 20", "target: 10")
    document = compare(root, "Q2-2025")
    assert "history does not hold the settings of Q2-2025" in document["notes"][0]


def test_two_folders_of_extracts_are_compared_for_every_indicator_or_one(root: Path) -> None:
    old = shutil.copytree(root / "data", root.parent / "july")
    write_extracts(root, more=30)
    path = root / "data" / "referrals.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    august = [number for number, line in enumerate(lines) if "/08/2025,N" in line]
    lines = [line[:-1] + "Y" if number in august[3:10] else line
             for number, line in enumerate(lines) if number not in august[:3]]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    places = ("--extracts", old, root / "data", "--quarter", "Q2-2025")
    every = compare_two(root, *places)
    assert the(every["revisions"], indicator="referrals", period_kind="quarter", breakdown="total")["now"]["value"] > 0
    assert the(every["same_period"], indicator="referrals", period_kind="quarter")["rows"] == 27
    one = compare_two(root, *places, "no_further_action")
    effects = one["effects"]
    assert effects["rows_gone"] > 0 and effects["rows_changed"] > 0
    assert one["then"] + sum(effects.values()) == one["now"]
    kept = referrals(root)
    assert one["now"] == round(Decimal(100 * sum(row["NFA"] == "Y" for row in kept)) / len(kept), 6)


def compare_two(root: Path, *arguments: object) -> dict[str, Any]:
    done = run("compare", *map(str, arguments), "--project", root, "--json")
    assert done.exit_code == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal)
    return document
