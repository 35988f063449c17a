"""The parser made beforehand is the grammar's own: same trees, same refusals; another Lark makes its own."""

from __future__ import annotations

from pathlib import Path

import lark
import pytest

from carereport.conditions import grammar, grammar_tables
from carereport.yaml_reader import read_yaml

INDICATORS = Path(__file__).parents[1] / "config" / "indicators.yaml"
WRONG = ["", "a =", "a = 'b", "(a = 1", "a = 1)", "a in ()", "a b", "not", "a between 1", "f(,)", "a == 1", "a.b.c = 1"]
ODD = [
    "a = 'it''s'", "NOT a IS NULL Or b In (1, -2.5)", "a not between b + 1 and c * -2", "f() > 1", "f(a, b = 'c') = 1",
    "t.a <> 'x' and (b >= 2 or not (c != 3))", "order_ = 'or'", "a / b - c", "android = 'x' or notes is not null",
]  # fmt: skip


def conditions() -> list[str]:
    """Every condition and sum of the sample."""
    found = read_yaml(INDICATORS, "config/indicators.yaml").value["indicators"].values()
    texts = {str(one.get(key) or "") for one in found for key in ("rows", "numerator", "denominator", "value", "where")}
    return sorted(texts - {""})


def outcome(parser: lark.Lark, text: str) -> tuple[str, object]:
    """The tree that a parser makes of a text, or where and how it refuses."""
    try:
        return "tree", parser.parse(text)
    except lark.UnexpectedCharacters as error:
        return "character", error.pos_in_stream
    except lark.UnexpectedToken as error:
        return error.token.type, (error.token.start_pos, frozenset(error.accepts))


def test_the_tables_are_of_this_grammar_and_the_locked_lark():
    assert grammar.mark() == grammar_tables.MADE_OF, "run: python -m tools.make_grammar"
    assert f"lark=={grammar_tables.MADE_OF.split()[0]}" in (INDICATORS.parents[1] / "requirements.lock").read_text()


def test_made_tables_and_the_grammar_read_and_refuse_the_same():
    made, own = grammar.parser(), grammar.from_text()
    texts = conditions()
    assert len(texts) > 30
    for text in [*texts, *ODD, *WRONG]:
        assert outcome(made, text) == outcome(own, text), text
    assert {outcome(own, text)[0] for text in ODD} == {"tree"}
    assert "tree" not in {outcome(own, text)[0] for text in WRONG}


def test_another_version_of_lark_makes_its_own_parser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lark, "__version__", "0.0")
    monkeypatch.setattr(grammar_tables, "DATA", {})
    assert outcome(grammar.parser.__wrapped__(), "a = 1") == outcome(grammar.from_text(), "a = 1")
