"""What an analyst who knows SQL Server or Excel writes from habit, and how it is written here."""

from __future__ import annotations

import re

FUNCTIONS = {
    "datediff": "write days(a, b), working_days(a, b), months(a, b) or years(a, b)",
    "datedif": "write days(a, b), months(a, b) or years(a, b)",
    "networkdays": "write working_days(a, b): the first day is day 0",
    "dateadd": "write add_months(date, 12), or date + 28 for days",
    "edate": "write add_months(date, 12)",
    "getdate": "the period's last day, or the event's own date, is as_at",
    "today": "the period's last day, or the event's own date, is as_at",
    "now": "the period's last day, or the event's own date, is as_at",
    "isnull": "write column is null; a missing value never passes another test",
    "coalesce": "write column is null or …; a missing value never passes another test",
    "nullif": "write column is null; a missing value never passes another test",
    "isblank": "write column is null",
    "if": "a condition is true or false by itself: write what the rows must meet, as nfa = 'yes'",
    "iif": "a condition is true or false by itself: write what the rows must meet, as nfa = 'yes'",
    "case": "a condition is true or false by itself: write what the rows must meet, as nfa = 'yes'",
    "countif": "write what the rows must meet; kind: count counts them",
    "countifs": "write what the rows must meet; kind: count counts them",
    "count": "write what the rows must meet; kind: count counts them, distinct: child_id each child once",
    "sum": "kind: supplied adds up a column",
    "avg": "write kind: mean, and the number under `of`",
    "average": "write kind: mean, and the number under `of`",
    "median": "write kind: median, and the number under `of`",
    "year": "write received >= '2025-04-01'; periods are made by `when`",
    "month": "periods are made by `when`",
    "cast": "give the column its type in extracts.yaml",
    "convert": "give the column its type in extracts.yaml",
    "left": "give the codes in extracts.yaml short names, and compare those",
    "upper": "codes are read without regard to capitals where extracts.yaml lists them",
    "lower": "codes are read without regard to capitals where extracts.yaml lists them",
    "trim": "codes and ids are trimmed when they are read",
    "exists": "write seen_within(table, 28), events_within(table, 6) >= 1 or spells_within(table, 12) >= 3",
    "row_number": "write nth(date) > 1",
    "lag": "write previous(date)",
    "vlookup": "add the column in extracts.yaml, as birth: {lookup: people.birth}",
    "xlookup": "add the column in extracts.yaml, as birth: {lookup: people.birth}",
    "and": "write a and b",
    "or": "write a or b",
}
"""Functions of SQL Server and Excel."""
_WORDS = {
    "like": "list the codes: source in ('Police', 'Police (other force)')",
    "case": FUNCTIONS["case"],
    "select": "write only what the rows must meet; the table stands under `from`",
    "where": "write the condition alone, without the word where",
}
_PUNCTUATION = {
    '"': "texts stand in single quotes: 'yes'",
    "'": "the text is not closed by a second quote",
    "&": "write and",
    "|": "write or",
    "!": "write not, or <>",
    "%": "percentages are computed by kind: percentage",
    ";": "only one condition stands here",
    "[": "write the column's name in extracts.yaml, without brackets",
    "]": "write the column's name in extracts.yaml, without brackets",
    "`": "write the column's name in extracts.yaml, without quotes",
    "#": "write a date as '2025-04-01'",
} | dict.fromkeys("“”„«»", "these are curly quotes: put the condition in straight double quotes, texts in single") \
  | dict.fromkeys("‘’‚", "these are curly quotes: texts stand in straight single quotes: 'yes'") \
  | {"≤": "write <=", "≥": "write >=", "≠": "write <>", "–": "write - (minus)", "−": "write - (minus)"}  # fmt: skip


def remedy_for_character(character: str) -> str:
    """Return what to write instead of a character, or nothing."""
    return _PUNCTUATION.get(character, "")


def remedy_for_token(text: str, place: int) -> str:
    """Return what to write instead of what stands at a place (from 0) of a condition, or nothing."""
    before, rest = text[:place].rstrip(), text[place:]
    word = (re.match(r"[A-Za-z_]\w*", rest) or [""])[0].lower()
    last = (re.search(r"[A-Za-z_]\w*$", before) or [""])[0].lower()
    for foreign in (word, last):
        if foreign in _WORDS:
            return _WORDS[foreign]
    if rest.startswith("=") and before.endswith("="):
        return "write a single ="
    if rest.startswith(("=", ">", "<")) and before.endswith(("<", ">", "=")):
        return "the comparisons are = <> < <= > >="
    if word and last and last not in ("and", "or", "not", "in", "is", "between"):
        return "join conditions with and / or; a column is one word, as named in extracts.yaml"
    return "join conditions with and / or" if re.match(r"[\w']", rest) else ""
