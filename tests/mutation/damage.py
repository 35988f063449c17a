"""Kinds of damage that extracts suffer on their way: each takes a sound file and a source of chance.

A kind says what it needs (a column of a type, a lookup) and whether it must change no figure.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

EXTRACTED = date(2025, 10, 14)
Row = list[str]


@dataclass
class Sheet:
    """A file of the sample: its header, its rows, and the numbers of its columns by what they hold."""

    name: str
    header: Row
    rows: list[Row]
    columns: dict[str, list[int]]
    """`child`, `key`, `id`, `date`, `start`, `end`, `birth`, `required`, `code`, `number` to column numbers."""
    chance: random.Random = field(default_factory=random.Random)

    def column(self, kind: str) -> int:
        return self.chance.choice(self.columns[kind])

    def some(self, share: float = 0.05) -> list[int]:
        """Return at least one row's number, chosen by chance."""
        return self.chance.sample(range(len(self.rows)), max(1, round(share * len(self.rows))))

    def text(self, delimiter: str = ",", coding: str = "utf-8") -> bytes:
        held = io.StringIO(newline="")
        csv.writer(held, delimiter=delimiter, lineterminator="\n").writerows([self.header, *self.rows])
        return held.getvalue().encode(coding)


@dataclass(frozen=True)
class Kind:
    """One kind of damage: what it needs and does; None deletes the file."""

    do: Callable[[Sheet], bytes | None]
    needs: tuple[str, ...] = ()
    harmless: bool = False

    @property
    def name(self) -> str:
        return self.do.__name__


def each(kind: str, change: Callable[[str], str], share: float | None = None) -> Callable[[Sheet], bytes]:
    """Return a damage that changes the filled cells of one column (in a share of the rows)."""

    def do(sheet: Sheet) -> bytes:
        column = sheet.column(kind)
        filled = [number for number, row in enumerate(sheet.rows) if row[column]]
        chosen = filled if share is None else sheet.chance.sample(filled, max(1, round(share * len(filled))))
        for number in chosen:
            sheet.rows[number][column] = change(sheet.rows[number][column])
        return sheet.text()

    return do


def named(name: str, do: Callable[[Sheet], bytes | None]) -> Callable[[Sheet], bytes | None]:
    do.__name__ = name
    return do


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y" if "/" in text else "%b-%y").date()  # workforce is given by month


def swapped(text: str) -> str:
    return f"{text[3:5]}/{text[:2]}/{text[6:]}"


def serial(text: str) -> str:
    return str((day(text) - date(1899, 12, 30)).days)


def shifted_file(sheet: Sheet) -> bytes:
    sheet.rows = [[row[-1], *row[:-1]] for row in sheet.rows]
    return sheet.text()


def shifted_rows(sheet: Sheet) -> bytes:
    for number in sheet.some():
        sheet.rows[number] = [sheet.rows[number][-1], *sheet.rows[number][:-1]]
    return sheet.text()


def short_rows(sheet: Sheet) -> bytes:
    for number in sheet.some():
        del sheet.rows[number][sheet.chance.randrange(len(sheet.header))]
    return sheet.text()


def long_rows(sheet: Sheet) -> bytes:
    for number in sheet.some():
        sheet.rows[number].insert(sheet.chance.randrange(len(sheet.header)), "x")
    return sheet.text()


def no_header(sheet: Sheet) -> bytes:
    return sheet.text().split(b"\n", 1)[1]


def header_again(sheet: Sheet) -> bytes:
    sheet.rows.insert(sheet.chance.randrange(1, len(sheet.rows)), list(sheet.header))
    return sheet.text()


def title_above(sheet: Sheet) -> bytes:
    return (
        sheet.chance.choice((b"Extract of today\n", b"Extract of today\n\n", b"Run by,hand,on,Monday\n", b"\n"))
        + sheet.text()
    )


def renamed_column(sheet: Sheet) -> bytes:
    sheet.header[sheet.column("required")] = "Something else"
    return sheet.text()


def doubled_column(sheet: Sheet) -> bytes:
    column, other = sheet.column("required"), sheet.column("key")
    sheet.header.append(sheet.header[column])
    sheet.rows = [[*row, row[other]] for row in sheet.rows]
    return sheet.text()


def other_delimiter_in_rows(sheet: Sheet) -> bytes:
    header, rows = sheet.text().split(b"\n", 1)
    return header + b"\n" + rows.replace(b",", b";")


def other_delimiter(sheet: Sheet) -> bytes:
    return sheet.text(sheet.chance.choice(";\t|"))


def delimiter_nobody_uses(sheet: Sheet) -> bytes:
    return sheet.text("~")


def odd_character(sheet: Sheet) -> bytes:
    row, column = sheet.some()[0], sheet.chance.randrange(len(sheet.header))
    sheet.rows[row][column] += sheet.chance.choice("\x00\x07\u202e\u200f\ufeff\x1a")
    return sheet.text()


def rows_twice(sheet: Sheet) -> bytes:
    for number in sheet.some():
        sheet.rows.append(list(sheet.rows[number]))
    return sheet.text()


def key_twice(sheet: Sheet) -> bytes:
    column = sheet.chance.choice([c for c in sheet.columns["code"] if c not in sheet.columns["key"]])
    for number in sheet.some():
        again = list(sheet.rows[number])
        again[column] = sheet.chance.choice([row[column] for row in sheet.rows if row[column] != again[column]])
        sheet.rows.append(again)
    return sheet.text()


def other_children(sheet: Sheet) -> bytes:
    column = sheet.columns["child"][0]
    for number in sheet.some():
        sheet.rows[number][column] = f"0{900000 + number}"
    return sheet.text()


def end_before_start(sheet: Sheet) -> bytes:
    start, end = sheet.columns["start"][0], sheet.columns["end"][0]
    ended = [row for row in sheet.rows if row[end]]
    for row in sheet.chance.sample(ended, max(1, len(ended) // 20)):
        row[end] = (day(row[start]) - timedelta(days=sheet.chance.randrange(1, 500))).strftime("%d/%m/%Y")
    return sheet.text()


def overlapping(sheet: Sheet) -> bytes:
    start, end, key = sheet.columns["start"][0], sheet.columns["end"][0], sheet.columns["id"][0]
    long = [row for row in sheet.rows if not row[end] or (day(row[end]) - day(row[start])).days > 20]
    for number, row in enumerate(sheet.chance.sample(long, max(1, len(long) // 20))):
        again = list(row)
        again[start] = (day(row[start]) + timedelta(days=10)).strftime("%d/%m/%Y")
        if key != sheet.columns["child"][0]:
            again[key] = f"X{number}"
        sheet.rows.append(again)
    return sheet.text()


def another_table(sheet: Sheet) -> bytes:
    return b"Meter,Read on,Reading\n" + b"".join(b"%d,01/09/2025,%d\n" % (n, n * 7) for n in range(1, 200))


def last_rows_lost(sheet: Sheet) -> bytes:
    sheet.rows = sheet.rows[: round(len(sheet.rows) * sheet.chance.uniform(0.2, 0.65))]
    return sheet.text()


def any_rows_lost(sheet: Sheet) -> bytes:
    sheet.rows = sorted(sheet.chance.sample(sheet.rows, round(len(sheet.rows) * sheet.chance.uniform(0.2, 0.65))))
    return sheet.text()


def cut_in_a_row(sheet: Sheet) -> bytes:
    whole = sheet.text()
    place = whole.index(b",", sheet.chance.randrange(len(whole) // 2, len(whole) * 9 // 10))
    return whole[:place]


def nothing(sheet: Sheet) -> bytes:
    return sheet.chance.choice((b"", b"\n", b"  \r\n"))


def header_only(sheet: Sheet) -> bytes:
    sheet.rows = []
    return sheet.text()


def missing_file(sheet: Sheet) -> None:
    return None


def workbook(sheet: Sheet) -> bytes:
    return sheet.chance.choice((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b\x08")) + sheet.text()


def web_page(sheet: Sheet) -> bytes:
    return (
        sheet.chance.choice((b"<!DOCTYPE html><html>", b"<html>", b"\n <table>", b"<?xml version='1.0'?>"))
        + sheet.text()
    )


def no_text(sheet: Sheet) -> bytes:
    whole = sheet.text()
    place = sheet.chance.randrange(len(whole))
    return whole[:place] + sheet.chance.choice((b"\x81", b"\x8d", b"\x9d")) + whole[place:]


def utf_16(sheet: Sheet) -> bytes:
    return sheet.text(coding=sheet.chance.choice(("utf-16", "utf-8-sig")))


def utf_16_without_mark(sheet: Sheet) -> bytes:
    return sheet.text(coding=sheet.chance.choice(("utf-16-le", "utf-16-be")))


def open_quote(sheet: Sheet) -> bytes:
    whole = sheet.text()
    place = whole.index(b",", sheet.chance.randrange(len(whole) // 2)) + 1
    return whole[:place] + b'"' + whole[place:]


def blank_rows(sheet: Sheet) -> bytes:
    for _ in range(5):
        sheet.rows.insert(sheet.chance.randrange(len(sheet.rows) + 1), [""] * len(sheet.header))
    return sheet.text()


def blank_columns(sheet: Sheet) -> bytes:
    return sheet.text().replace(b"\n", b",,,\n")


def other_order(sheet: Sheet) -> bytes:
    order = list(range(len(sheet.header)))
    sheet.chance.shuffle(order)
    sheet.header = [sheet.header[n] for n in order]
    sheet.rows = [[row[n] for n in order] for row in sheet.rows]
    sheet.chance.shuffle(sheet.rows)
    return sheet.text()


def all_quoted(sheet: Sheet) -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([sheet.header, *sheet.rows])
    return held.getvalue().encode()


def emptied(kind: str) -> Callable[[Sheet], bytes]:
    return each(kind, lambda text: "", 0.03)


KINDS = (
    *map(
        Kind, (shifted_file, shifted_rows, short_rows, long_rows, no_header, header_again, title_above, renamed_column)
    ),
    *map(
        Kind, (doubled_column, other_delimiter_in_rows, delimiter_nobody_uses, odd_character, rows_twice, another_table)
    ),
    *map(Kind, (last_rows_lost, any_rows_lost, cut_in_a_row, nothing, header_only, missing_file, workbook, web_page)),
    *map(Kind, (no_text, utf_16_without_mark, open_quote)),
    Kind(key_twice, ("id", "code")),
    Kind(other_children, ("lookup",)),
    Kind(end_before_start, ("start",)),
    Kind(overlapping, ("start",)),
    Kind(named("zeros_lost", each("child", lambda text: text.lstrip("0"))), ("child",)),
    Kind(named("scientific_ids", each("child", lambda text: f"{float(text):.2E}")), ("child",)),
    Kind(named("ids_as_numbers", each("child", lambda text: f"{int(text)}.0")), ("child",)),
    Kind(named("na_for_children", each("child", lambda text: "NA", 0.02)), ("child",)),
    Kind(named("na_for_dates", each("date", lambda text: "#N/A", 0.05)), ("date",)),
    Kind(named("na_for_codes", each("code", lambda text: "NULL", 0.05)), ("code",)),
    Kind(named("months_first", each("date", swapped)), ("date",)),
    Kind(named("years_of_two_digits", each("date", lambda text: text[:6] + text[8:])), ("date",)),
    Kind(named("day_numbers", each("date", serial)), ("date",)),
    Kind(named("dates_ahead", each("event", lambda text: f"{text[:6]}2031", 0.02)), ("event",)),
    Kind(named("born_ahead", each("birth", lambda text: f"{text[:6]}2032", 0.02)), ("birth",)),
    Kind(named("units", each("number", lambda text: f"{text}%", 0.1)), ("number",)),
    Kind(named("below_zero", each("number", lambda text: f"-{float(text) + 1:g}", 0.1)), ("number",)),
    Kind(named("unknown_codes", each("listed", lambda text: f"{text}?", 0.05)), ("listed",)),
    Kind(named("empty_cells", emptied("required")), ("required",)),
    Kind(named("times", each("date", lambda text: f"{text} 00:00:00")), ("date",), harmless=True),
    Kind(named("blanks", each("child", lambda text: f" {text} ")), ("child",), harmless=True),
    *(Kind(do, harmless=True) for do in (other_delimiter, utf_16, blank_rows, blank_columns, other_order, all_quoted)),
)
