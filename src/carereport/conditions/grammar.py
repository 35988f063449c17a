"""The parser of conditions.lark: from tables made beforehand, or from the grammar where it or Lark is another."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

import lark

from carereport.conditions import grammar_tables


@lru_cache(maxsize=1)
def grammar_text() -> str:
    """Return the grammar as it is written."""
    return files(__package__).joinpath("conditions.lark").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def parser() -> lark.Lark:
    """Return the parser of conditions."""
    if mark() != grammar_tables.MADE_OF:
        return from_text()
    return lark.Lark.load({"data": grammar_tables.DATA, "memo": grammar_tables.MEMO})


def from_text() -> lark.Lark:
    """Return the parser as Lark makes it of the grammar."""
    return lark.Lark(grammar_text(), parser="lalr", maybe_placeholders=False)


def mark() -> str:
    """Return what tells this grammar and this Lark from others."""
    return f"{lark.__version__} {sha256(grammar_text().encode()).hexdigest()}"
