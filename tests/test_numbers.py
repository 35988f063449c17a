"""A number becomes text in one way."""

from __future__ import annotations

import pytest

from carereport.wording.numbers import base_text, number_text, plural, points_text, unit_words, value_text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.5, 0, "1"), (2.5, 0, "3"), (2.675, 2, "2.68"), (-4.5, 0, "−5"), (-0.04, 1, "0.0"), (1012, 0, "1,012"),
     (0.6, 1, "0.6"), (79.05, 1, "79.1"), (1e30, 1, f"1{',000' * 10}.0")],
)  # fmt: skip
def test_numbers_are_rounded_half_up_on_their_exact_digits(value, decimals, text) -> None:
    assert number_text(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "base", "marker", "text"),
    [
        (79.0, "percent", None, 1281, "", "79.0%"),
        (79.4, "percent", None, 150, "", "79%"),
        (79.4, "percent", 0, 1281, "", "79%"),
        (33.333, "percent", 1, 18, "u", "33%"),
        (52.97, "per_10000", None, None, "", "53.0"),
        (57.4, "per_10000", 0, None, "", "57"),
        (1012, "number", None, None, "", "1,012"),
        (18.25, "number", None, None, "", "18.3"),
        (None, "percent", None, None, "c", "[c]"),
        (3, "number", None, None, "c", "[c]"),
        (None, "number", None, None, "z", "[z]"),
        (None, "number", None, None, "", "[x]"),
    ],
)
def test_a_figure_is_printed_by_its_unit_and_base_or_as_its_marker(value, unit, decimals, base, marker, text) -> None:
    assert value_text(value, unit, decimals, base, marker) == text


def test_words_around_numbers() -> None:
    assert points_text(-2.1, 1) == "2.1 percentage points"
    assert points_text(1, 0) == "1 percentage point"
    assert base_text(1012, 1281) == "1,012 of 1,281"
    assert base_text(None, 1281) == ""
    assert plural(1, "child", "children") == "1 child"
    assert plural(0, "child", "children") == "no children"
    assert unit_words("per_10000") == " per 10,000 children"
    assert unit_words("percent") == ""
