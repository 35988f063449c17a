"""From text cells to typed columns, by declared type only; each distinct value is looked at once."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carereport.extracts.read import Places
from carereport.extracts.text_columns import ARROW_TEXTS
from carereport.faults import Severity
from carereport.settings import Column

_SCIENTIFIC = re.compile(r"^[+-]?(?:\d(?:[.,]\d+)?[eE]\d+|\d+(?:[.,]\d+)?[eE][+-]\d+)$", re.ASCII)
_POINT_ZERO = re.compile(r"^\d+[.,]0+$", re.ASCII)
_NUMBER = re.compile(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$", re.ASCII)
_TIME = re.compile(r"^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_SERIAL = re.compile(r"^[1-5]\d{4}(?:\.\d+)?$", re.ASCII)
_NOTHING = frozenset(
    ("na", "n/a", "#n/a", "null", "nan", "nat", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!")
)
_NO_ID = re.compile(r"(?i)^(?:none|nil|unknown|not known|n/?k|tbc|[-?]+|#+|0+)$")
"""What stands for a child or row that has no id."""
_USUAL_ID = re.compile(r"^[\w /.:\\-]+$", re.ASCII)
_ODD_TEXT = r"(?i)^$|^\s|\s$|^(?:" + "|".join(re.escape(word) for word in sorted(_NOTHING)) + ")$"
"""Every text that is missing, trimmed or a problem; RE2 reads it."""
_ODD_ID = _ODD_TEXT + r"|^\d+(?:[.,]\d+)?e[+-]?\d+$|^\d+[.,]0+$|[^\w /.:\\-]|" + _NO_ID.pattern.removeprefix("(?i)")
"""Every such id."""
_COMMON_FORMATS = (
    "%d/%m/%Y", "%Y-%m-%d", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y",
    "%d %B %Y", "%Y/%m/%d", "%Y%m%d", "%b-%y",
)  # fmt: skip
_ENOUGH_DATES = 60
"""So many distinct days would hold one after the 12th of a month, were day and month in order."""
MOST_SHAPES = 3
_SAMPLE = 2_000
"""So many cells tell whether most of a column's values are distinct."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value; `shape` describes the value without telling it."""

    code: str
    severity: Severity
    message: str
    help: str = ""
    shape: str = ""


@dataclass
class Converted:
    """A typed column, and the rows concerned by each problem."""

    values: pd.Series[Any]
    problems: list[tuple[Problem, npt.NDArray[np.bool_]]] = field(default_factory=list)


def shape_of(text: str) -> str:
    """Describe a value without telling it: 'text of 7 letters', 'a number of 5 digits'."""
    size = len(text)
    if not text.strip():
        return "only blanks"
    if text.isdigit():
        return f"a number of {size} digit{'' if size == 1 else 's'}"
    if text.isalpha():
        return f"text of {size} letter{'' if size == 1 else 's'}"
    return f"text of {size} character{'' if size == 1 else 's'}"


def convert(cells: pa.ChunkedArray, column: Column) -> Converted:
    """Return a column of cells as its declared type.

    id, code and text become pandas `str`, dates datetime64[ns], numbers float64; missing is NaN or
    NaT. A value that cannot be read is missing here and named among the problems.
    """
    kind = column.type or "text"
    reader = {"id": _id, "code": _code, "text": _text, "number": _number}.get(kind, _text)
    if kind in ("id", "text") and _mostly_distinct(cells):
        return _as_they_are(_one(cells), None, reader, column)
    encoded = _one(cells.dictionary_encode())
    places = encoded.indices.to_numpy(zero_copy_only=False)
    if kind in ("id", "text"):
        return _as_they_are(encoded.dictionary, places, reader, column)
    distinct = encoded.dictionary.to_pylist()
    if kind == "date":
        return _dates(distinct, places, column)
    results = [reader(text, column) for text in distinct]
    problems = _problems_of(results)
    values = [value for value, _ in results]
    if kind == "code" and not column.codes:
        problems += _written_alike(values)
    return Converted(_typed(values, kind, places), [(problem, mask[places]) for problem, mask in problems])


def _dates(distinct: list[str], places: Places, column: Column) -> Converted:
    formats = tuple(column.formats)
    results = [_day(text, formats) for text in distinct]
    days = np.array([day for day, _ in results], dtype="datetime64[ns]")
    problems = [*_with_advice(_problems_of(results), distinct, column), *_suspicious_dates(days)]
    return Converted(pd.Series(days[places]), [(problem, mask[places]) for problem, mask in problems])


def _problems_of(results: Sequence[Result]) -> Grouped:
    return _grouped({n: problem for n, (_, problem) in enumerate(results) if problem is not None}, len(results))


def _one(cells: pa.ChunkedArray) -> pa.Array:
    """Return chunks as one array."""
    whole = cells.combine_chunks()
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole


def _mostly_distinct(cells: pa.ChunkedArray) -> bool:
    """Return whether to look for equal values does not pay, as in a column of keys."""
    first = cells.slice(0, _SAMPLE)
    return len(cells) > _SAMPLE and 2 * int(pc.count_distinct(first).as_py()) > _SAMPLE


def _as_they_are(distinct: pa.Array, places: Places | None, reader: Reader, column: Column) -> Converted:
    """Return a column of ids or texts; only values that may be more than they seem are looked at one by one.

    Without `places`, `distinct` is the column itself.
    """
    pattern = _ODD_ID if column.type == "id" else _ODD_TEXT
    odd = pc.or_(pc.match_substring_regex(distinct, pattern), pc.invert(pc.string_is_ascii(distinct)))
    odd = pc.fill_null(odd, True)
    numbers = np.flatnonzero(odd.to_numpy(zero_copy_only=False))
    found = {int(n): reader(distinct[int(n)].as_py(), column) for n in numbers}
    problems = _grouped({n: problem for n, (_, problem) in found.items() if problem is not None}, len(distinct))
    if column.type == "id":
        problems += _differing_lengths(distinct)
    read = pa.array([value for value, _ in found.values()], pa.string())
    texts = pc.replace_with_mask(distinct, odd, read) if found else distinct
    found_in = slice(None) if places is None else places
    return Converted(_texts(texts, places), [(problem, mask[found_in]) for problem, mask in problems])


Result = tuple[Any, Problem | None]
Reader = Callable[[str, Column], Result]
Grouped = list[tuple[Problem, npt.NDArray[np.bool_]]]


def _grouped(found: Mapping[int, Problem], size: int) -> Grouped:
    """Return one problem a kind, with the shapes of its values and the distinct values concerned."""
    masks: dict[Problem, npt.NDArray[np.bool_]] = {}
    shapes: dict[Problem, dict[str, None]] = {}
    for number, problem in found.items():
        kind = replace(problem, shape="")
        masks.setdefault(kind, np.zeros(size, dtype=bool))[number] = True
        shapes.setdefault(kind, {})[problem.shape] = None
    grouped: Grouped = []
    for kind, mask in masks.items():
        words = [shape for shape in shapes[kind] if shape]
        more = ", …" if len(words) > MOST_SHAPES else ""
        message = f"{kind.message} ({', '.join(words[:MOST_SHAPES])}{more})" if words else kind.message
        grouped.append((replace(kind, message=message), mask))
    return grouped


def _typed(values: list[Any], kind: str, places: Places) -> pd.Series[Any]:
    if kind == "number":
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype=float)[places])
    return _texts(pa.array(values, pa.string()), places)


def _texts(distinct: pa.Array, places: Places | None) -> pd.Series[Any]:
    texts = distinct.cast(pa.large_string())
    texts = texts if places is None else texts.take(pa.array(places))
    return pd.Series(texts.to_pandas(types_mapper={pa.large_string(): ARROW_TEXTS}.get))


def _id(text: str, column: Column) -> Result:
    if text == "":
        return None, None
    value, problem = _trimmed(text)
    if value is None:
        return value, problem
    if _SCIENTIFIC.match(value):
        return None, Problem(
            "EX201", "error", "ids in scientific form: a spreadsheet has cut off their digits",
            "export the ids as text, straight from the system",
        )  # fmt: skip
    if _POINT_ZERO.match(value):
        return None, Problem(
            "EX210", "error", "ids with a decimal point: a program has turned them into numbers",
            "export the ids as text, straight from the system",
        )  # fmt: skip
    if _NO_ID.match(value):
        return value, NOTHING
    if not _USUAL_ID.match(value):
        return value, Problem(
            "EX215", "warning", "ids with signs that ids do not have: they may match no others",
            "export the ids as text, straight from the system", shape_of(value),
        )  # fmt: skip
    return value, _nothing(value) or problem


def _trimmed(text: str) -> Result:
    trimmed = text.strip()
    if trimmed != text:
        return trimmed or None, Problem("EX202", "note", "blanks around the value were removed")
    return trimmed, None


def _nothing(value: str) -> Problem | None:
    return NOTHING if value.casefold() in _NOTHING else None


def _code(text: str, column: Column) -> Result:
    if text == "":
        return None, None
    value, problem = _trimmed(text)
    if value is None:
        return value, problem
    if not column.codes:
        return value, _nothing(value) or problem
    if value in column.codes:
        return column.codes[value], problem
    folded = {code.casefold(): name for code, name in column.codes.items()}
    if value.casefold() in folded:
        return folded[value.casefold()], Problem("EX214", "note", "codes in other capitals than extracts.yaml has")
    return value, Problem(
        "EX203", column.unknown, "a code that extracts.yaml does not list",
        "add it under `codes`, or have it corrected in the case system", shape_of(value),
    )  # fmt: skip


def _text(text: str, column: Column) -> Result:
    return (text, _nothing(text)) if text else (None, None)


def _number(text: str, column: Column) -> Result:
    if text == "":
        return None, None
    bare = text.strip()
    if not _NUMBER.match(bare) or float(bare) in (math.inf, -math.inf):
        if _nothing(bare):
            return None, Problem("EX204", "error", f"{A_WORD}, where a number is expected", LEFT_EMPTY)
        remedy = "write 1234.5, without units, percent signs or commas"
        return None, Problem("EX204", "error", "not a number", remedy, shape_of(bare))
    value = float(bare) + 0.0  # -0 is 0, and no figure is told from another by its sign
    if (column.min is not None and value < column.min) or (column.max is not None and value > column.max):
        low = "" if column.min is None else f" from {column.min:g}"
        high = "" if column.max is None else f" to {column.max:g}"
        message = f"a number outside the range{low}{high}"
        return None, Problem("EX205", "error", message, "check it, or set min and max in extracts.yaml")
    return value, _trimmed(text)[1]


@lru_cache(maxsize=100_000)
def _day(text: str, formats: tuple[str, ...]) -> Result:
    """Read a date by its formats; most days stand in many columns, so each is read once a run."""
    if not text:
        return None, None
    bare, blanks = text.strip(), _trimmed(text)[1]
    for form in formats:
        day = _parsed(bare, form)
        if day is not None:
            value, problem = _checked(day)
            return value, problem or blanks
    for mark in (" ", "T"):
        first, _, time = bare.partition(mark)
        if time and _TIME.match(time.strip()):
            for form in formats:
                day = _parsed(first, form)
                if day is not None:
                    value, problem = _checked(day)
                    return value, problem or Problem("EX206", "note", "a time stands after the date; the day is used")
    if _SERIAL.match(bare):
        return None, Problem(
            "EX207", "error", "a spreadsheet's day number instead of a date",
            "format the column as a date and save again",
        )  # fmt: skip
    if _nothing(bare):
        return None, Problem("EX208", "error", f"{A_WORD}, where a date is expected", LEFT_EMPTY)
    message = f"not a date of the form {' or '.join(formats)}"
    return None, Problem("EX208", "error", message, "correct it, or add its format in extracts.yaml", shape_of(bare))


def _parsed(text: str, form: str) -> datetime | None:
    if not text.isascii():
        return None
    if len(text) == 10:  # the usual forms first: strptime takes ten times as long
        with suppress(ValueError):
            if form == "%d/%m/%Y" and text[2] == text[5] == "/":
                return datetime.fromisoformat(f"{text[6:]}-{text[3:5]}-{text[:2]}")
            if form == "%Y-%m-%d" and text[4] == text[7] == "-":
                return datetime.fromisoformat(text)
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _checked(day: datetime) -> Result:
    if not 1900 <= day.year <= 2200:
        return None, Problem("EX209", "error", "a date with an impossible year", "correct it in the case system")
    return np.datetime64(day.date(), "ns"), None


def _with_advice(problems: Grouped, distinct: list[str], column: Column) -> Grouped:
    """Say which order or form of date all unreadable values would fit."""
    advised: Grouped = []
    for problem, mask in problems:
        if problem.code == "EX208":
            failing = [text.strip() for text, wrong in zip(distinct, mask, strict=True) if wrong]
            form = next((f for f in _COMMON_FORMATS if f not in column.formats and _all_fit(failing, f)), None)
            if form == "%m/%d/%Y":
                remedy = "these fit only month/day/year: day and month are swapped in this file; export it again"
            elif form in ("%d/%m/%y", "%d-%b-%y", "%b-%y") and form not in column.formats:
                remedy = f"these have two digits for the year: export four, or add {form} to `formats`"
            elif form is not None:
                remedy = f"these have the form {form}: add it to `formats` if it is meant"
            else:
                remedy = problem.help
            problem = Problem(problem.code, problem.severity, problem.message, remedy)
        advised.append((problem, mask))
    return advised


def _all_fit(texts: Iterable[str], form: str) -> bool:
    return all(_parsed(text, form) is not None for text in texts)


def _suspicious_dates(values: npt.NDArray[np.datetime64]) -> Grouped:
    """Warn where no day of many lies after the 12th: day and month may have changed places."""
    full = ~np.isnat(values)
    held = values[full].astype("datetime64[D]")
    if len(held) < _ENOUGH_DATES:
        return []
    days = (held - held.astype("datetime64[M]")).astype(int) + 1
    if days.max() > 12 or len(np.unique(days)) < 3:
        return []
    problem = Problem(
        "EX213", "warning", "no date lies after the 12th of a month: day and month may be swapped",
        "compare some dates with the case system",
    )  # fmt: skip
    return [(problem, full)]


def _written_alike(values: list[Any]) -> Grouped:
    """Warn of codes that differ only in capitals, blanks or the form of an accent: each is a category of its own."""
    folded = [value and " ".join(unicodedata.normalize("NFKC", value).split()).casefold() for value in values]
    forms: dict[str, set[str]] = {}
    for fold, value in zip(folded, values, strict=True):
        forms.setdefault(fold, set()).add(value)
    alike = np.array([bool(fold) and len(forms[fold]) > 1 for fold in folded], dtype=bool)
    problem = Problem(
        "EX216", "warning", "codes that differ only in capitals, blanks or accents, and are counted apart",
        "list them under `codes` in extracts.yaml, all forms of one with the same name",
    )  # fmt: skip
    return [(problem, alike)] if alike.any() else []


def _differing_lengths(distinct: pa.Array) -> Grouped:
    """Warn where ids of digits begin with 0 and others are shorter: these may have lost their zeros.

    Ids that begin with 0 are filled up to one length: any of another length are as doubtful.
    """
    texts = pc.utf8_trim_whitespace(distinct)
    digits, zero, sizes = pc.utf8_is_digit(texts), pc.starts_with(texts, "0"), pc.utf8_length(texts)
    padded = pc.and_(digits, zero)
    if not pc.any(padded).as_py():
        return []
    usual = pc.mode(sizes.filter(padded))[0]["mode"].as_py()
    least = pc.min(sizes.filter(padded))
    short = pc.and_(pc.and_(digits, pc.invert(zero)), pc.less(sizes, least)).to_numpy(zero_copy_only=False)
    other = pc.and_(padded, pc.not_equal(sizes, usual)).to_numpy(zero_copy_only=False)
    return [(problem, mask) for problem, mask in ((LOST_ZEROS, short), (OTHER_LENGTH, other)) if mask.any()]


LOST_ZEROS = Problem(
    "EX211", "warning", "ids that seem to have lost their leading zeros: they match no others",
    "export the ids as text, straight from the system",
)  # fmt: skip
OTHER_LENGTH = Problem(
    "EX211", "warning", "ids that are filled up with zeros to another length than most",
    "export the ids as text, straight from the system",
)  # fmt: skip
A_WORD, LEFT_EMPTY = "a word for nothing, such as NA or NULL", "leave the cell empty in the extract"
NOTHING = Problem("EX212", "warning", f"{A_WORD}, stands as a value", f"{LEFT_EMPTY}; it is kept as a text")
