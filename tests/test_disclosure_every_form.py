"""The attacker reads every form of the public report: no form says more than figures.csv, and all together pin nothing.

Quick: two quarters. `pytest -m slow` attacks eight, as the attack on figures.csv alone does.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from carereport.build import FORMATS, Options, run_build
from carereport.history import freeze
from carereport.quarters import Quarter, add_months
from tests.every_form import OUTTURN, Cell, Said, all_text, read_csv, read_html, read_json, read_pptx, read_xlsx
from tests.test_disclosure_attack import REPORTS, START, WARDS, Attacker, made_up_city, parts, pinned, small_numbers

EXTRACTS = """
extracted: 2025-10-14
tables:
  plans:
    files: plans.csv
    key: [plan_id]
    covers: {from: 2022-04-01}
    spell: [start_date, end_date]
    columns:
      plan_id: {from: Plan, type: id}
      start_date: {from: Start, type: date, formats: ["%Y-%m-%d"]}
      end_date: {from: End, type: date, formats: ["%Y-%m-%d"], optional: true}
      ward: {from: Ward, type: code}
      late: {from: Late, type: code}
"""
INDICATORS = """
indicators:
  starts: {name: Plans begun, section: protection, kind: count, from: plans, when: start_date, polarity: neither,
           breakdowns: [ward], things: plans}
  late: {name: Plans begun late, section: protection, kind: percentage, from: plans, when: start_date,
         count: "late = 'yes'", polarity: low, target: 10, breakdowns: [ward], things: plans, done: begun late}
  stock: {name: Plans open, section: protection, kind: count, from: plans, open: [start_date, end_date],
          polarity: neither, breakdowns: [ward], things: plans}
  ends: {name: Plans ended, section: protection, kind: count, from: plans, when: end_date, polarity: neither,
         things: plans}
"""
NAMES = {"Plans begun": "starts", "Plans begun late": "late", "Plans open": "stock", "Plans ended": "ends"}


@dataclass(frozen=True)
class Published:
    """One quarter's public folder, and the figures behind it that nobody outside may see."""

    quarter: Quarter
    folder: Path
    truth: dict[Cell, float | None]


def write_city(root: Path, lives) -> None:
    """Write the made-up city of the attack as a project: a row a plan, the longest open ended first."""
    (root / "config").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "config" / "extracts.yaml").write_text(EXTRACTS, encoding="utf-8")
    (root / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    months = [add_months(START.start, n) for n in range(45)]
    lines = ["Plan,Start,End,Ward,Late"]
    for ward in WARDS:
        plans = [[date(2022, 3, 10), None, "no"] for _ in range(lives["before", "", ward])]
        done = 0
        for month in months:
            name = month.isoformat()
            for one in plans[done : done + lives["ends", name, ward]]:
                one[1] = month.replace(day=25)
            done += lives["ends", name, ward]
            for what, late in (("on_time", "no"), ("late", "yes")):
                plans += [[month.replace(day=15), None, late] for _ in range(lives[what, name, ward])]
        lines += [f"{ward}{number},{start},{end or ''},{ward},{late}"
                  for number, (start, end, late) in enumerate(plans)]  # fmt: skip
    (root / "data" / "plans.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def publish(root: Path, quarters: Iterable[Quarter], formats: tuple[str, ...] = FORMATS) -> list[Published]:
    """Build and publish each quarter's report; keep the internal figures aside."""
    found = []
    for quarter in quarters:
        folder = run_build(Options(root, quarter, formats=formats)).folders[0]
        freeze(root, quarter)
        aside = Options(root, quarter, out=root / "aside", formats=("csv",), audience="internal")
        found.append(Published(quarter, folder, read_csv(run_build(aside).folders[0])))
    return found


def said_by(one: Published) -> list[Said]:
    """Return every number that a form gives for a cell."""
    quarter = one.quarter
    return [
        *read_json(one.folder, (quarter.start, quarter.end), quarter.year_to_date.start,
                   quarter.rolling_12_months.start),
        *read_xlsx(one.folder, NAMES), *read_html(one.folder, NAMES), *read_pptx(one.folder, NAMES),
    ]  # fmt: skip


def leaks(said: Iterable[Said], shown: dict[Cell, float | None]) -> list[str]:
    """Return the numbers that stand where figures.csv shows none, or another."""
    found = []
    for one in said:
        if one.number is None:
            continue
        cell = one.cell
        held = _last_year(cell, shown) if one.form == OUTTURN else shown.get(cell)
        if held is None and cell.indicator == "stock":
            held = shown.get(cell._replace(start=cell.end.replace(day=1)))
        same = held is not None and any(
            abs(one.number * scale - held) <= 0.51 * 10**-one.decimals for scale in (1, 100)
        )
        if not same:
            found.append(f"{one.form}: {cell}")
    return found


def _last_year(cell: Cell, shown: dict[Cell, float | None]) -> float | None:
    """Return what the four quarters of a year make, where all are shown."""
    quarters = [Quarter(cell.start.year, number) for number in (1, 2, 3, 4)]
    x, n, values = (
        [held for q in quarters if (held := shown.get(cell._replace(start=q.start, end=q.end, part=part))) is not None]
        for part in ("numerator", "denominator", "value")
    )
    if len(values) < len(quarters):
        return None
    return 100 * sum(x) / sum(n) if n else sum(values)


def centred_on_what_is_hidden(one: Published) -> list[str]:
    """Return the measures whose centre line is not made of consecutive published points alone."""
    shown, found = read_csv(one.folder), []
    for finding in json.loads((one.folder / "findings.json").read_text(encoding="utf-8"))["findings"]:
        mean, name = finding["spc"]["mean"], finding["indicator"]
        if mean is None:
            continue
        months = [cell for cell, value in shown.items() if cell.indicator == name and cell.category == "total"
                  and cell.part == "value" and (cell.end - cell.start).days < 31 and value is not None]  # fmt: skip
        made = False
        for first in range(len(months)):
            for last in range(first + 1, len(months) + 1):
                part = months[first:last]
                n = sum(shown[cell._replace(part="numerator")] or 0 for cell in part)
                d = sum(shown[cell._replace(part="denominator")] or 0 for cell in part)
                simple = sum(shown[cell] or 0 for cell in part) / len(part)
                made = made or abs(simple - mean) < 1e-6 or (d > 0 and abs(100 * n / d - mean) < 1e-6)
        found += [] if made else [name]
    return found


@pytest.fixture(scope="module")
def city():
    """The city of the attack with one ward so large that months can be charted, and a month when few plans ended."""
    more = {"on_time": 40, "late": 15}
    held = {key: n + (more.get(key[0], 0) if key[2] == "e" else 0) for key, n in made_up_city(seed=1).items()}
    return {**held, **{("ends", "2024-08-01", ward): 3 if ward == "e" else 0 for ward in WARDS}}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, city) -> list[Published]:
    root = tmp_path_factory.mktemp("city")
    write_city(root, city)
    return publish(root, REPORTS[-2:], ("csv", "json", "html", "xlsx", "pptx"))


def test_the_project_is_the_city_that_the_attack_knows(two: list[Published], city) -> None:
    for cell, value in two[-1].truth.items():
        kind = "on_time" if cell.part == "difference" else cell.indicator
        if cell.part == "numerator" and value is not None and cell.category in (*WARDS, "total"):
            true = sum(sign * city[what, month, ward] for what, month, ward, sign
                       in parts(kind, cell.start, cell.end, cell.category))  # fmt: skip
            assert value == true, cell


def test_no_form_gives_a_number_where_figures_csv_gives_none(two: list[Published]) -> None:
    for one in two:
        said, shown = said_by(one), read_csv(one.folder)
        forms = {held.form for held in said if held.number is not None}
        assert forms == {"json", "xlsx", "xlsx scorecard", OUTTURN, "html", "pptx workbook", "pptx cache"}
        assert any(value is None for value in shown.values())
        assert leaks(said, shown) == []
        assert centred_on_what_is_hidden(one) == []


def test_what_all_forms_say_together_pins_no_small_number(two: list[Published], city) -> None:
    attack(two, city, most=60)


@pytest.mark.slow
def test_eight_quarters_in_every_form_pin_no_small_number(tmp_path: Path, city) -> None:
    write_city(tmp_path, city)
    reports = publish(tmp_path, REPORTS)
    for one in reports:
        assert leaks(said_by(one), read_csv(one.folder)) == []
        assert centred_on_what_is_hidden(one) == []
    attack(reports, city, most=10_000)


def attack(reports: list[Published], city, most: int) -> None:
    """Solve for small numbers from every number that any form of any report gives."""
    attacker = Attacker([(one.folder / "figures.csv").read_text(encoding="utf-8") for one in reports])
    for one in reports:
        for said in said_by(one):
            name, cell = said.cell.indicator, said.cell
            if said.number is not None and (name != "late" or cell.part != "value"):
                kind = "starts" if cell.part == "denominator" else name
                terms = attacker.terms(kind, cell.start, cell.end, cell.category)
                attacker.known[terms] = round(said.number)
    targets = small_numbers(city, attacker)
    chosen = dict(list(targets.items())[:: max(1, len(targets) // most)])
    assert len(chosen) >= min(most, 50)
    assert pinned(attacker, chosen) == []


def secrets(one: Published) -> set[int]:
    """Return the hidden counts of four figures that no shown cell holds; round ones may be a size of type."""
    shown = read_csv(one.folder)
    public = {round(value) for value in shown.values() if value is not None}
    return {
        round(value) for cell, value in one.truth.items()
        if value and value >= 1000 and value % 100 and cell.part != "value" and shown.get(cell) is None
    } - public  # fmt: skip


def unprintable(one: Published) -> list[str]:
    """Return the files that hold one of the secrets as a number of its own."""
    numbers = "|".join(f"{number}|{number:,}" for number in sorted(secrets(one)))
    told = re.compile(rf"(?<![\w.#-])(?:{numbers})(?![\w])") if numbers else re.compile("(?!)")
    return [name for name, text in all_text(one.folder).items() if told.search(text)]


def big_city(lives):
    """Return the city with thousands of plans in every ward but the smallest, whose numbers some of them protect."""
    large = [add_months(REPORTS[0].start, n).isoformat() for n in range(3)]
    return {key: n + (1187 if key[0] == "on_time" and key[1] in large and key[2] != "a" else 0)
            for key, n in lives.items()}  # fmt: skip


def test_hidden_numbers_of_four_figures_stand_in_no_file_not_even_packed(tmp_path: Path, city) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    write_city(tmp_path, big_city(city))
    (one,) = publish(tmp_path, REPORTS[:1])
    assert len(secrets(one)) >= 3
    assert unprintable(one) == []
    held = {path.name for path in one.folder.iterdir()}
    assert {"report.pdf", "report.html", "slides.pptx", "figures.xlsx", "findings.json", "manifest.json"} <= held
    path = one.folder / "manifest.json"
    path.write_text(f"{path.read_text(encoding='utf-8')}{min(secrets(one)):,}", encoding="utf-8")
    assert unprintable(one) == ["manifest.json"]


def test_a_number_on_a_hidden_sheet_is_found(two: list[Published], tmp_path: Path) -> None:
    folder = shutil.copytree(two[0].folder, tmp_path / "copy")
    book = openpyxl.load_workbook(folder / "figures.xlsx")
    sheet = next(sheet for sheet in book if "Groups" in sheet.title)
    spot = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "[c]")
    copy = book.copy_worksheet(sheet)
    copy.sheet_state = "hidden"
    copy[spot.coordinate] = 3
    book.save(folder / "figures.xlsx")
    assert len(leaks(read_xlsx(folder, NAMES), read_csv(folder))) == 1


def test_a_point_of_a_chart_that_figures_csv_hides_is_found(two: list[Published], tmp_path: Path) -> None:
    folder = shutil.copytree(two[0].folder, tmp_path / "copy")
    document = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    points = [point for found in document["findings"] for point in found["spc"]["points"] if point["value"] is None]
    points[0]["value"] = 4
    (folder / "findings.json").write_text(json.dumps(document), encoding="utf-8")
    assert len(leaks(said_by(Published(two[0].quarter, folder, {})), read_csv(folder))) == 1
