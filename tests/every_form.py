"""Reads every form of a public report as an attacker would: each number with the cell it speaks of.

Nothing of the product is imported but the names of its files: the reader goes by what stands in the
files, hidden sheets, workbooks inside charts and caches of charts included.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pikepdf
from pptx import Presentation

MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]
KINDS = {"Month": "month", "Quarter": "quarter", "Year to date": "year_to_date", "12 months": "rolling_12_months"}
OUTTURN = "xlsx last year"
TAGS = re.compile(r"<[^>]+>")


class Cell(NamedTuple):
    """What a number is of."""

    indicator: str
    start: date
    end: date
    category: str
    part: str
    """numerator, denominator or value"""


class Said(NamedTuple):
    """A number that a form gives for a cell; None where it says that there is none to see."""

    form: str
    cell: Cell
    number: float | None
    decimals: int = 6


def read_csv(folder: Path) -> dict[Cell, float | None]:
    """Return every cell of figures.csv; what is suppressed or empty is None."""
    cells: dict[Cell, float | None] = {}
    for row in csv.DictReader(io.StringIO((folder / "figures.csv").read_text(encoding="utf-8"))):
        start, end = date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])
        for part in ("numerator", "denominator", "value"):
            cells[Cell(row["indicator"], start, end, row["category"], part)] = float(row[part]) if row[part] else None
    return cells


def read_json(folder: Path, quarter: tuple[date, date], year: date, twelve: date) -> Iterator[Said]:
    """Yield the values of findings.json: the quarter's, longer periods', earlier quarters', each point of a chart."""
    start, end = quarter
    for found in json.loads((folder / "findings.json").read_text(encoding="utf-8"))["findings"]:
        name = found["indicator"]
        yield Said("json", Cell(name, start, end, "total", "value"), found["value"])
        yield Said("json", Cell(name, year, end, "total", "value"), found["year_to_date"])
        yield Said("json", Cell(name, twelve, end, "total", "value"), found["rolling_12_months"])
        yield Said("json", Cell(name, *_shift(start, -3), "total", "value"), found["previous"])
        yield Said("json", Cell(name, *_shift(start, -12), "total", "value"), found["same_quarter_last_year"])
        for point in found["spc"]["points"]:
            yield Said("json", Cell(name, *_period(point["period"]), "total", "value"), point["value"])


def read_xlsx(folder: Path, names: Mapping[str, str]) -> Iterator[Said]:
    """Yield the numbers of every sheet that holds figures; `names` are the measures' names with their ids."""
    book = openpyxl.load_workbook(folder / "figures.xlsx")
    for sheet in book:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        top = next((place for place, row in enumerate(rows) if row and row[0] == "Reference"), None)
        if top is None:
            assert not any(isinstance(one, float) for row in rows for one in row), f"numbers in {sheet.title}"
            continue
        heads = [re.sub(r" \[note \d+\]", "", str(head)) for head in rows[top]]
        for row in rows[top + 1 :]:
            held = dict(zip(heads, row, strict=True))
            if "Kind of period" in held and "Numerator" in held:
                yield from _figures_row(held, names, KINDS)
            elif "This quarter" in " ".join(heads):
                yield from _score_row(held, names)


def _figures_row(held: Mapping[str, Any], names: Mapping[str, str], kinds: Mapping[str, str]) -> Iterator[Said]:
    name, kind = names[held["Measure"]], held["Kind of period"]
    assert kind in kinds
    start, end = (held[key].date() for key in ("Period start", "Period end"))
    for head, part in (("Numerator", "numerator"), ("Denominator", "denominator"),
                       ("Value, in the unit of the row", "value")):  # fmt: skip
        number = held[head] if isinstance(held[head], (int, float)) else None
        yield Said("xlsx", Cell(name, start, end, held.get("Group") or "total", part), number)


def _score_row(held: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Said]:
    name = names[held["Measure"]]
    for head, value in held.items():
        found = re.search(r"Q([1-4]) (\d{4})/\d\d", head)
        if found and isinstance(value, (int, float)):
            cell = Cell(name, *_quarter(int(found[2]), int(found[1])), "total", "value")
            yield Said("xlsx scorecard", cell, value, 1 if held["Unit"] == "%" else 0)
        last = re.search(r"Last year, April (\d{4}) to March", head)
        if last and isinstance(value, (int, float)):
            year = date(int(last[1]), 4, 1)
            yield Said(OUTTURN, Cell(name, year, _add(year, 12) - timedelta(days=1), "total", "value"), value, 0)


def read_html(folder: Path, names: Mapping[str, str]) -> Iterator[Said]:
    """Yield the values of the tables under charts, and see that a row without a figure has no height."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        heads = [_plain(head) for head in re.findall(r"<th scope=\"col\".*?</th>", table)]
        caption = _plain("".join(re.findall(r"<caption>.*?</caption>", table)))
        name = _measure(caption, names)
        if heads[:1] not in (["Month"], ["Quarter"]) or name is None:
            continue
        for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]:
            cells = [_plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
            number, decimals = _number(cells[1])
            assert number is not None or "data-y" not in row, f"a height without a figure: {row}"
            yield Said("html", Cell(name, *_words(cells[0]), "total", "value"), number, decimals)


def read_pptx(folder: Path, names: Mapping[str, str]) -> Iterator[Said]:
    """Yield the points of every chart, from the workbook inside it and from the chart's own cache."""
    for slide in Presentation(str(folder / "slides.pptx")).slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            about = shape._element.nvGraphicFramePr.cNvPr.get("descr") or ""
            title = f"{about} {' '.join(one.text_frame.text for one in slide.shapes if one.has_text_frame)}"
            name = _measure(title, names)
            assert name, f"a chart of nobody knows what: {title}"
            book = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
            for sheet in book:
                rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
                place = rows[0].index("Value") if "Value" in rows[0] else None
                for row in rows[1:] if place is not None else ():
                    yield Said("pptx workbook", Cell(name, *_month(_day(row[0])), "total", "value"), row[place])
            for plot in shape.chart.plots:
                for series in plot.series:
                    for label, value in zip(plot.categories, series.values, strict=True):
                        if series.name == "Value":
                            cell = Cell(name, *_month(_day(label)), "total", "value")
                            yield Said("pptx cache", cell, value)


def _measure(text: str, names: Mapping[str, str]) -> str | None:
    """Return the measure with the longest name that a text holds."""
    named = [(len(words), id_) for words, id_ in names.items() if words.casefold() in text.casefold()]
    return max(named)[1] if named else None


def _day(value: Any) -> date:
    """Return the day of a date, a date and time, a serial number or a text."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    text = str(value)
    return date.fromisoformat(text[:10]) if "-" in text else date(1899, 12, 30) + timedelta(days=int(float(text)))


def all_text(folder: Path) -> dict[str, str]:
    """Return every file as text, with all that is packed inside: zips in zips, streams of PDFs, their pages' words."""
    found: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        found[path.name] = _text(path.read_bytes())
        if path.suffix == ".pdf":
            done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True)
            found[f"{path.name} as read"] = done.stdout
    return found


def _text(raw: bytes) -> str:
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return "\n".join(f"{name}\n{_text(packed.read(name))}" for name in packed.namelist())
    if raw[:4] == b"%PDF":
        with pikepdf.open(io.BytesIO(raw)) as held:
            return "\n".join(text for one in held.objects for text in _strings(one))
    return raw.decode("utf-8", errors="replace")


def _strings(one: Any) -> Iterator[str]:
    """Yield the texts of a PDF's object: alternative texts, titles, bookmarks, metadata; not widths and places."""
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif isinstance(one, pikepdf.Stream):
        if one.get("/Type") == "/Metadata":
            yield one.read_bytes().decode("utf-8", errors="replace")
        yield from (text for key in one.keys() for text in _strings(one[key]) if not one[key].is_indirect)  # noqa: SIM118
    elif isinstance(one, (pikepdf.Dictionary, pikepdf.Array)):
        held = one.values() if isinstance(one, pikepdf.Dictionary) else one
        yield from (text for each in held if not getattr(each, "is_indirect", False) for text in _strings(each))


def _plain(markup: str) -> str:
    return " ".join(html.unescape(TAGS.sub(" ", markup)).split())


def _number(text: str) -> tuple[float | None, int]:
    found = re.match(r"(−?[\d,]+(?:\.(\d+))?)%?(?: |$)", text)
    if found is None:
        return None, 0
    return float(found[1].replace(",", "").replace("−", "-")), len(found[2] or "")


def _words(text: str) -> tuple[date, date]:
    """Return the period of 'September 2025' or 'Q2 2025/26'."""
    if text.startswith("Q"):
        return _quarter(int(text[3:7]), int(text[1]))
    month, year = text.split()
    return _month(date(int(year), MONTHS.index(month) + 1, 1))


def _period(text: str) -> tuple[date, date]:
    """Return the period of 2025-09 or 2025-Q2."""
    year, part = text.split("-")
    return _quarter(int(year), int(part[1])) if part.startswith("Q") else _month(date(int(year), int(part), 1))


def _quarter(year: int, number: int) -> tuple[date, date]:
    return _shift(date(year, 4, 1), 3 * (number - 1))


def _shift(first: date, months: int) -> tuple[date, date]:
    """Return first and last day of the three months that begin some months later."""
    return _add(first, months), _add(first, months + 3) - timedelta(days=1)


def _month(first: date) -> tuple[date, date]:
    return first, _add(first, 1) - timedelta(days=1)


def _add(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
