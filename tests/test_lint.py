"""The lint finds what generated text may not say."""

from __future__ import annotations

from datetime import date

import pytest

from carereport.faults import Fault
from carereport.figures import Change, Figure, Finding, Sentence, Spc
from carereport.quarters import Quarter
from carereport.settings import Indicator
from carereport.wording.lint import (
    faults_of,
    glossary_words,
    lint_findings,
    numbers_for_sign_off,
    untraced,
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Plans rose because referrals rose.", "because"),
        ("Plans surged.", "surged"),
        ("45 children came into care.", "numeral"),
        ("The ICPC was late.", "ICPC"),
        ("There were  two spaces.", "two spaces"),
        ("It will rise.", "will"),
        ("Plans rose on the 3rd of June.", "ordinal"),
        ("The percentage rose by 2.1%.", "percentage points"),
        ("It fell 1 months ago.", "plural after 1"),
        ("It was {value}.", "unfilled"),
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


def test_a_figure_after_the_word_quarter_is_no_date() -> None:
    assert untraced(Sentence("Quarter 3.2%, a year ago 3.5%. Quarter 2 was late.", "W5", ("3.2%", "3.5%"))) == []
    assert untraced(Sentence("Quarter 4%.", "W5")) == ["4"]


REVIEWS = Indicator.model_validate(
    {"name": "Reviews held within 10 days", "section": "care", "kind": "percentage", "from": "r", "when": "d",
     "polarity": "high", "target": 85}
)  # fmt: skip
QUARTER = Quarter(2025, 2)
NOW = Figure(date(2025, 7, 1), date(2025, 9, 30), 79.0, 1012, 1281)


def _told(*sentences: Sentence, indicator: Indicator = REVIEWS, now: Figure = NOW) -> list[Fault]:
    finding = Finding(
        indicator="a", area="", headline="quarter", value=now, previous=None, same_quarter_last_year=None,
        year_to_date=None, rolling_12_months=None, quarters=(now,), months=(), status="off_target", status_rule="",
        direction="too_few", change=Change(None), spc=Spc("none", ""), sentences=sentences,
    )  # fmt: skip
    return lint_findings([finding], {"a": indicator}, QUARTER, ["EHC"])


def _faults(*sentences: Sentence, indicator: Indicator = REVIEWS, now: Figure = NOW) -> list[tuple[str, str]]:
    return [(fault.code, fault.severity) for fault in _told(*sentences, indicator=indicator, now=now)]


def test_numbers_that_a_finding_holds_are_traced() -> None:
    held = Sentence("It was 79% (1,012 of 1,281), 6 points below 85%.", "W4", ("79%", "1,012 of 1,281", "6", "85%"))
    assert _faults(held) == []
    assert _faults(Sentence("Reviews held within 10 days: 79%.", "W3", ("79%",))) == []


def test_a_rate_whose_name_leaves_out_its_scale_builds() -> None:
    rate = Indicator.model_validate(
        {"name": "Plans", "section": "protection", "kind": "rate", "polarity": "neither", "from": "plans",
         "open": ["start", "end"], "per": {"population": "children_0_17", "scale": 10000}}
    )  # fmt: skip
    now = Figure(date(2025, 7, 1), date(2025, 9, 30), 53.1, 109, 20500)
    said = Sentence("Plans: 53.1 per 10,000 children at 30 September 2025.", "W1", ("53.1",))
    assert _faults(said, indicator=rate, now=now) == []
    assert _faults(said, now=now) == [("WO001", "error")]


@pytest.mark.parametrize("figures", [("78%",), ("79%",)])
def test_a_number_that_no_figure_holds_fails_the_build(figures) -> None:
    assert _faults(Sentence("It was 78%.", "W3", figures)) == [("WO001", "error")]


def test_clumsy_wording_is_a_warning() -> None:
    assert _faults(Sentence("It rose because ICPC was late.", "W3")) == [("WO002", "warning")] * 2


def test_a_header_in_a_sentence_is_remedied_where_the_column_is_named() -> None:
    told = _told(Sentence("Of the records, 79% had a valid “ACCOM”.", "W24", ("79%",)))
    assert [(fault.code, "`name` in config/extracts.yaml" in fault.help) for fault in told] == [("WO002", True)]
    told = _told(Sentence("Of the records, 79% had a valid ACCOM.", "W24", ("79%",)))
    assert ["config/extracts.yaml" in fault.help for fault in told] == [False]


def test_abbreviations_of_the_glossary_are_known() -> None:
    assert glossary_words('<tr><th scope="row">EHC plan</th><td>A plan of the LA.</td></tr>') == {"EHC"}


def test_numbers_of_officer_text_are_listed_without_dates() -> None:
    (fault,) = numbers_for_sign_off(
        {"risks": "Caseloads fell to 17.5 by 30 September 2025, in 12 teams.", "voice": "None."}
    )
    assert (fault.code, fault.severity, fault.count) == ("WO003", "note", 2)
    assert fault.message == "numbers for sign-off in risks: 17.5, 12"
