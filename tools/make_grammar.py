"""Writes the parser of conditions as made tables, which load at once: ./run python -m tools.make_grammar"""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

import lark

from carereport.conditions.grammar import from_text, mark

FILE = Path(__file__).parents[1] / "src" / "carereport" / "conditions" / "grammar_tables.py"
WIDTH = 118


def tables() -> str:
    """Return the module that holds the tables of conditions.lark; numbers of states differ from run to run."""
    parts = zip(
        ("DATA", "MEMO"), from_text().memo_serialize([lark.lexer.TerminalDef, lark.grammar.Rule]), strict=True
    )
    held = "\n".join(f"{name}: dict[Any, Any] = \\\n{_wrapped(repr(part))}" for name, part in parts)
    return (
        '"""What Lark makes of conditions.lark, held because making it takes longer than all else of a check.\n\n'
        'Made by tools/make_grammar.py; where the grammar or Lark is another, it is made anew when it is used.\n"""\n\n'
        f'from typing import Any\n\nMADE_OF = "{mark()}"\n{held}\n'
    )


def _wrapped(text: str) -> str:
    """Return a Python literal in lines of at most `WIDTH` characters."""
    lines = [""]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        piece = token.string + (" " if token.string in (",", ":") else "")
        if len(lines[-1]) + len(piece.rstrip()) > WIDTH:
            lines.append("")
        lines[-1] += piece
    return "\n".join(f"{line.rstrip()}" for line in lines if line.strip())


if __name__ == "__main__":
    FILE.write_text(tables(), encoding="utf-8")
