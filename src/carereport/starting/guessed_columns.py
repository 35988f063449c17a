"""What a column of an unknown extract may hold, guessed from its header alone, for an analyst to complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

DATES = ["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d/%m/%y"]
"""Forms with the day first, or the year: none can be read as another."""
MONTHS = ["%b-%y", "%b-%Y", "%B %Y", "%m/%Y", "%Y-%m", "%d/%m/%Y", "%Y-%m-%d"]
STARTS = ("start", "started", "from", "begin", "began", "begun", "commenced", "opened", "open")
ENDS = ("end", "ended", "to", "closed", "close", "ceased", "finish", "finished")
_CHILD = re.compile(
    r"^((child|person|client|pupil|mosaic|case|lcs|eclipse|liquidlogic|swift|frameworki|ics)( unique)? "
    r"(id|identifier|number|no|ref|reference)|child|swid)$"
)
_BIRTH = re.compile(r"\b(birth|dob|born)\b")
_DATE = re.compile(r"\b(date|start|end|closed|opened|received|ceased|decom|dec|begun)\b|\bday of\b|\bon$")
_MONTH = re.compile(r"^(month|period)( ending| end)?$")
_ID = re.compile(r"\b(id|identifier|number|no|ref|reference|urn|upn|uln)\b")
_OTHER = re.compile(r"\bdate\b|\byes\b")
"""Words of a header that names no number though it has `ref` or `no`: Ref Date, NFA (1=yes 2=no)."""
_COUNT = re.compile(
    r"\b(number of|count|total|average|caseload|headcount|score|age|fte|hours|cost|amount|percent|percentage)\b"
)
_CODE = re.compile(
    r"\b(team|category|type|status|reason|outcome|source|gender|sex|ethnic|ethnicity|locality|ward|area|need|code|nfa|"
    r"disability|placement|provider|role|grade|stage|method|y n)\b|\?$|^(is|has) "
)
_KNOWN = (("birth", _BIRTH), ("gender", re.compile(r"^(gender|sex)$")), ("ethnicity", re.compile(r"^ethnic")))
"""Columns under the names by which the report knows them."""


def guessed_columns(headers: Iterable[str]) -> dict[str, Any]:
    """Return a column for each header: its name here, its type and, of a date, the forms it may have."""
    columns: dict[str, Any] = {}
    named = [header for header in headers if header]
    paired = {header for pair in pairs(named) for header in pair}
    for header in named:
        words = words_of(header)
        name = "child_id" if _CHILD.match(words) else next((n for n, form in _KNOWN if form.search(words)), "")
        name = name if name and name not in columns else slug(header)
        name = "area_name" if name == "area" else name  # area is the reserved name of the authority
        while name in columns:
            name += "_more"
        columns[name] = {"from": header, **_type(header, words, name, header in paired), "optional": True}
    return columns


def _type(header: str, words: str, name: str, paired: bool) -> dict[str, Any]:
    if name == "child_id":
        return {"type": "id"}
    if _MONTH.match(words):
        return {"type": "date", "formats": MONTHS}
    if _COUNT.search(words) and not _DATE.search(words):
        return {"type": "number"}
    if _ID.search(words) and not _OTHER.search(words):
        return {"type": "id"}
    if paired or name == "birth" or _DATE.search(words):
        return {"type": "date", "formats": DATES}
    return {"type": "code" if _CODE.search(f"{words}{'?' if header.endswith('?') else ''}") else "text"}


def pairs(headers: Iterable[str]) -> list[tuple[str, str]]:
    """Return the headers that begin and end one spell: 'Plan from' and 'Plan to', 'Start date' and 'End date'."""
    known = {words_of(header): header for header in headers}
    found = []
    for words, header in known.items():
        parts = words.split()
        for place, part in enumerate(parts):
            if part not in STARTS:
                continue
            others = (" ".join([*parts[:place], end, *parts[place + 1 :]]) for end in ENDS)
            end = next((known[other] for other in others if other in known), None)
            if end is not None:
                found.append((header, end))
    return found


def spell_of(columns: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the first pair of columns that begin and end one spell."""
    names = {str(column["from"]): name for name, column in columns.items()}
    found = pairs(names)
    return (names[found[0][0]], names[found[0][1]]) if found else None


def words_of(header: str) -> str:
    """Return a header's words in small letters: 'D.O.B.' and 'planStart_Date' become 'dob' and 'plan start date'."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace(".", ""))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def slug(text: str) -> str:
    """Return a text as a name of a column or table: 'PlanStartDate' becomes plan_start_date."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"\d{4,}", "", text))
    words = re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")
    return words if words and not words[0].isdigit() else f"table_{words}".rstrip("_")
