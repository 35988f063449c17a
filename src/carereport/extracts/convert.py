"""From text cells to typed columns, by declared type only; each distinct value is looked at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carereport.settings import Column

_SCIENTIFIC = re.compile(r"^[+-]?\d(?:[.,]\d+)?[eE][+-]?\d+$")
_NUMBER = re.compile(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$")
_TIME = re.compile(r"^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?Z?$")
_SERIAL = re.compile(r"^[1-5]\d{4}(?:\.\d+)?$")


@dataclass
class Converted:
    """A typed column, and which rows were faulty by (code, message, help, severity)."""

    values: pd.Series[Any]
    faults: list[tuple[str, str, str, str, npt.NDArray[np.bool_]]] = field(default_factory=list)
    missing: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))


def shape_of(text: str) -> str:
    """Describe a value without telling it: 'text of 7 letters', 'a number of 5 digits'."""
    if text.isdigit():
        return f"a number of {len(text)} digits"
    if text.isalpha():
        return f"text of {len(text)} letters"
    return f"text of {len(text)} characters"


def convert(cells: pa.ChunkedArray, column: Column, closed: str = "") -> Converted:
    """Return a column of cells as its declared type.

    id, code and text become pandas `str`, dates datetime64[ns], numbers float64; missing is NaN or
    NaT. A value that cannot be read is missing here and named in `faults`.
    """
    encoded = cells.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    distinct = encoded.dictionary.to_pylist()
    places = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    reader = {"id": _id, "code": _code, "text": _text, "number": _number, "date": _date}[column.type or "text"]
    results = [reader(text, column) for text in distinct]
    kinds: dict[tuple[str, str, str, str], npt.NDArray[np.bool_]] = {}
    for number, (_, fault) in enumerate(results):
        if fault is not None:
            kinds.setdefault(fault, np.zeros(len(distinct), dtype=bool))[number] = True
    values = _typed([value for value, _ in results], column.type or "text", places)
    missing = np.array([text == "" for text in distinct], dtype=bool)[places] if distinct else np.zeros(0, bool)
    return Converted(values, [(*fault, mask[places]) for fault, mask in kinds.items()], missing)


Fault4 = tuple[str, str, str, str]
Result = tuple[Any, Fault4 | None]
Reader = Callable[[str, Column], Result]


def _typed(values: list[Any], kind: str, places: npt.NDArray[np.int64]) -> pd.Series[Any]:
    if kind == "date":
        return pd.Series(np.array(values, dtype="datetime64[ns]")[places])
    if kind == "number":
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype=float)[places])
    texts = pa.array(values, pa.large_string()).take(pa.array(places))
    return pd.Series(texts.to_pandas(types_mapper=None), dtype="str")


def _id(text: str, column: Column) -> Result:
    if text == "":
        return None, None
    if _SCIENTIFIC.match(text.strip()):
        return None, (
            "EX201", "ids in scientific form: a spreadsheet has cut off their digits",
            "export the ids as text, straight from the system", "error",
        )  # fmt: skip
    return _trimmed(text)


def _trimmed(text: str) -> Result:
    trimmed = text.strip()
    if trimmed != text:
        return trimmed or None, ("EX202", "blanks around the value were removed", "", "note")
    return trimmed, None


def _code(text: str, column: Column) -> Result:
    if text == "":
        return None, None
    value, fault = _trimmed(text)
    if value is None or not column.codes:
        return value, fault
    if value in column.codes:
        return column.codes[value], fault
    folded = {code.casefold(): name for code, name in column.codes.items()}
    if value.casefold() in folded:
        return folded[value.casefold()], fault
    return value, (
        "EX203", f"a code that extracts.yaml does not list ({shape_of(value)})",
        "add it under `codes`, or have it corrected in the case system", column.unknown,
    )  # fmt: skip


def _text(text: str, column: Column) -> Result:
    return (text if text != "" else None), None


def _number(text: str, column: Column) -> Result:
    if text == "":
        return None, None
    if not _NUMBER.match(text.strip()):
        return None, ("EX204", f"not a number ({shape_of(text)})", "write 1234.5, without units or commas", "error")
    value = float(text)
    if (column.min is not None and value < column.min) or (column.max is not None and value > column.max):
        low = "" if column.min is None else f" from {column.min:g}"
        high = "" if column.max is None else f" to {column.max:g}"
        return None, ("EX205", f"a number outside the range{low}{high}", "check it, or set min and max", "error")
    return value, None


def _date(text: str, column: Column) -> Result:
    return _day(text, tuple(column.formats)) if text else (None, None)


@lru_cache(maxsize=100_000)
def _day(text: str, formats: tuple[str, ...]) -> Result:
    """Read a date by its formats; most days stand in many columns, so each is read once a run."""
    bare = text.strip()
    for form in formats:
        try:
            return _checked(datetime.strptime(bare, form))
        except ValueError:
            continue
    for mark in (" ", "T"):
        day, _, time = bare.partition(mark)
        if time and _TIME.match(time.strip()):
            for form in formats:
                try:
                    value, fault = _checked(datetime.strptime(day, form))
                except ValueError:
                    continue
                return value, fault or ("EX206", "a time stands after the date; the day is used", "", "note")
    if _SERIAL.match(bare):
        return None, (
            "EX207", "a spreadsheet's day number instead of a date", "format the column as a date and save again",
            "error",
        )  # fmt: skip
    forms = " or ".join(formats)
    return None, (
        "EX208",
        f"not a date of the form {forms} ({shape_of(bare)})",
        "correct it, or add its format",
        "error",
    )


def _checked(day: datetime) -> Result:
    if not 1900 <= day.year <= 2200:
        return None, ("EX209", "a date with an impossible year", "correct it in the case system", "error")
    return np.datetime64(day.date(), "ns"), None
