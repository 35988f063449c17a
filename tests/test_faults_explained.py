"""`explain` says in full what each code means, for every code that carereport can give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carereport.looking.explanations import known_codes
from tests.councils.run import run

SOURCE = Path(__file__).parents[1] / "src" / "carereport"
CODE = re.compile(r"""["'\s]([A-Z]{2}\d{3})["'\s\\]""")


def codes_in_source() -> set[str]:
    """Return every code that the source gives; the pages that only explain are left out."""
    explaining = {"codes.py", "explanations.py"}
    texts = (path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name not in explaining)
    return {code for text in texts for code in CODE.findall(text)}


def test_every_code_in_the_source_is_explained_and_no_other() -> None:
    assert len(codes_in_source()) > 100
    assert codes_in_source() - set(known_codes()) == set(), "given, but not explained"
    assert set(known_codes()) - codes_in_source() == set(), "explained, but never given"


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_an_explanation_says_what_is_meant_and_what_to_do(code: str) -> None:
    result = run("explain", code.lower())
    title, _, text = result.stdout.partition("\n\n")
    assert result.exit_code == 0
    assert title.startswith(f"{code}: ") and len(title) > 12
    least = 8 if code.startswith(("CF", "CM", "EX")) else 2
    assert len(text.split()) >= least and text.rstrip().endswith(".")
