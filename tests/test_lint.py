"""The lint finds what generated text may not say."""

from __future__ import annotations

import pytest

from carereport.figures import Sentence
from carereport.wording.lint import faults_of, untraced


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Plans rose because referrals rose.", "because"),
        ("Plans surged.", "surged"),
        ("45 children came into care.", "numeral"),
        ("The ICPC was late.", "ICPC"),
        ("There were  two spaces.", "two spaces"),
        (" ".join(["word"] * 26) + ".", "26 words"),
    ],
)
def test_a_fault_is_named(text, word) -> None:
    assert any(word in fault for fault in faults_of(text))


def test_plain_text_passes_and_the_glossary_explains() -> None:
    assert list(faults_of("There were 45 children in care at 30 September 2025. EHC plans rose.", ["EHC"])) == []


def test_a_number_must_be_a_figure_or_a_date() -> None:
    told = Sentence("In July to September 2025, 79% were completed within 45 working days.", "W3", ("79%",))
    assert untraced(told, "completed within 45 working days") == []
    assert untraced(told) == ["45"]
    assert untraced(Sentence("There were 12 at 30 September 2025, Q2 2025/26.", "W1"), "") == ["12"]
