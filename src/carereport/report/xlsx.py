"""figures.xlsx: the tables of `carereport.report.tables` as an accessible workbook, the same bytes every time.

Nothing is computed or worded here. Every text is written as text, so that no cell is ever evaluated.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from carereport.collector import collector_paused
from carereport.report.context import ReportContext
from carereport.report.pages.material import Material
from carereport.report.table_values import Heading, Number, Table
from carereport.report.tables import all_tables, cover_lines

FONT = "Arial"
SIZE = 11
COVER_WIDTH = 90
HEADINGS = {"Heading 1": (16, 16), "Heading 2": (13, 17)}
"""The named styles of titles: size in points, and the number a workbook knows the style by (18.8.7)."""
LINE = 14.5
"""Height of a line of text in points."""
EPOCH = date(1899, 12, 30).toordinal()
"""Day 0 of a workbook's dates (ECMA-376, part 1, 18.17.4.1)."""


def write_xlsx(material: Material, context: ReportContext, path: Path) -> None:
    """Write the workbook; its only date is the day of extraction."""
    path.write_bytes(xlsx_bytes(material, context))


def xlsx_bytes(material: Material, context: ReportContext) -> bytes:
    """Return the workbook (see `write_xlsx`)."""
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "default_format_properties": {"font_name": FONT, "font_size": SIZE}})
    page, day = context.performance, material.as_at or material.quarter.end
    book.set_properties({
        "title": context.title, "author": page.council, "company": page.council, "language": "en-GB",
        "created": datetime(day.year, day.month, day.day),
    })  # fmt: skip
    styles = _Styles(book, context.look.colour)
    with collector_paused():
        tables = all_tables(material, context)
        _cover(book.add_worksheet("Cover"), styles, page.title, cover_lines(material, context))
        _contents(book.add_worksheet("Contents"), styles, tables)
        for table in tables:
            _table(book.add_worksheet(table.sheet), styles, table)
        book.close()
    return with_named_headings(target.getvalue())


def with_named_headings(data: bytes) -> bytes:
    """Return the workbook with its titles in the named heading styles, by which screen readers find them.

    The library that writes the workbook makes no named styles, so they join the styles afterwards.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            held = old.read(part)
            new.writestr(part, _named(held.decode()).encode() if part.filename == "xl/styles.xml" else held)
    return made.getvalue()


def _named(xml: str) -> str:
    """Return the styles part with a named style for each heading, which cells of its font refer to."""
    fonts = re.findall(r"<font>.*?</font>", xml)
    looks, names = [], []
    for name, (size, known) in HEADINGS.items():
        font = next((place for place, held in enumerate(fonts) if f'<sz val="{size}"/>' in held), None)
        if font is None:
            continue
        look = f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="0"'
        looks.append(f'{look} applyFont="1"/>')
        names.append(f'<cellStyle name="{name}" xfId="{len(looks)}" builtinId="{known}"/>')
        xml = xml.replace(f'{look} xfId="0"', f'{look} xfId="{len(looks)}"')
    count = 1 + len(looks)
    xml = re.sub(r'<cellStyleXfs count="1">(.*?)</cellStyleXfs>',
                 rf'<cellStyleXfs count="{count}">\1{"".join(looks)}</cellStyleXfs>', xml)  # fmt: skip
    return re.sub(r'<cellStyles count="1">(.*?)</cellStyles>',
                  rf'<cellStyles count="{count}">\1{"".join(names)}</cellStyles>', xml)  # fmt: skip


@dataclass
class _Styles:
    """The workbook's few formats; those of numbers are made when they are first used."""

    book: Workbook
    colour: str
    numbers: dict[tuple[int, bool], Format] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.title, self.heading = (
            self.book.add_format({"bold": True, "font_size": size, "font_color": self.colour})
            for size, _ in HEADINGS.values()
        )
        self.line = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.wide = self.book.add_format({"valign": "top"})
        self.link = self.book.add_format({"font_color": "#12436D", "underline": 1, "valign": "top"})
        self.head = self.book.add_format({
            "bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#E9EEF4",
        })  # fmt: skip
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.marker = self.book.add_format({"text_wrap": True, "valign": "top", "align": "right"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})

    def number(self, decimals: int, percent: bool) -> Format:
        """Return the format that shows a number as the report prints it: 79%, 53.0 or 1,012."""
        found = self.numbers.get((decimals, percent))
        if found is None:
            code = "#,##0" + ("." + "0" * decimals if decimals else "") + ('"%"' if percent else "")
            found = self.numbers[decimals, percent] = self.book.add_format({"num_format": code, "valign": "top"})
        return found


def _cover(sheet: Worksheet, styles: _Styles, title: str, lines: Iterable[str]) -> None:
    sheet.set_column(0, 0, COVER_WIDTH)
    sheet.write_string(0, 0, title, styles.title)
    for row, line in enumerate(lines, start=1):
        heading = isinstance(line, Heading)
        sheet.write_string(row, 0, line, styles.heading if heading else styles.line)
        sheet.set_row(row, LINE * _lines(line, COVER_WIDTH) + (12 if heading else 4))
    _print_setup(sheet, landscape=False)


def _contents(sheet: Worksheet, styles: _Styles, tables: Sequence[Table]) -> None:
    sheet.write_string(0, 0, "Contents", styles.title)
    sheet.write_string(1, 0, "This worksheet contains one table.", styles.wide)
    sheet.write_string(2, 0, "The sheets of this workbook, in their order.", styles.wide)
    heads = ("Sheet", "Title", "Rows")
    widths = (34, 60, 10)
    _mark_up(sheet, styles, 3, "contents", "Contents", heads, len(tables))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for row, table in enumerate(tables, start=4):
        quoted = table.sheet.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", styles.link, table.sheet)
        sheet.write_string(row, 1, table.title, styles.text)
        sheet.write_number(row, 2, len(table.rows), styles.number(0, False))
    _print_setup(sheet, landscape=False)


def _table(sheet: Worksheet, styles: _Styles, table: Table) -> None:
    lines = ("This worksheet contains one table.", *table.about)
    sheet.write_string(0, 0, table.title, styles.title)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, styles.wide)
    head = len(lines) + 1
    _mark_up(sheet, styles, head, table.name, table.title, [column.head for column in table.columns], len(table.rows))
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
    sheet.set_row(head, LINE * max(_lines(column.head, column.width) for column in table.columns))
    _cells(sheet, styles, table, head + 1)
    sheet.repeat_rows(head)
    _print_setup(sheet, landscape=True)


def _cells(sheet: Worksheet, styles: _Styles, table: Table, first: int) -> None:
    text, marker, day = styles.text, styles.marker, styles.day
    widths = [column.width for column in table.columns]
    for row, cells in enumerate(table.rows, start=first):
        lines = 1
        for place, cell in enumerate(cells):
            if isinstance(cell, Number):
                sheet.write_number(row, place, round(cell.value, 6), styles.number(cell.decimals, cell.percent))
            elif isinstance(cell, str):
                sheet.write_string(row, place, cell, marker if cell[:1] == "[" and len(cell) <= 5 else text)
                if len(cell) > widths[place]:
                    lines = max(lines, _lines(cell, widths[place]))
            else:
                sheet.write_number(row, place, cell.toordinal() - EPOCH, day)
        if lines > 1:
            sheet.set_row(row, LINE * lines)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column, words kept whole: no program is left to guess the height."""
    return len(wrap(text, max(width - 1, 1)))


def _mark_up(
    sheet: Worksheet, styles: _Styles, head: int, name: str, title: str, heads: Sequence[str], rows: int
) -> None:
    """Mark a range as a table with a name, so that assistive technology finds its header row."""
    columns = [{"header": text, "header_format": styles.head} for text in heads]
    sheet.add_table(head, 0, head + max(rows, 1), len(heads) - 1, {
        "name": name, "columns": columns, "autofilter": False, "style": "Table Style Light 1", "banded_rows": False,
        "title": title,
    })  # fmt: skip


def _print_setup(sheet: Worksheet, *, landscape: bool) -> None:
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if landscape:
        sheet.set_landscape()
