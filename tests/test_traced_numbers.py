"""A number that no figure holds fails the build, whichever form was asked for and wherever the number stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carereport.build import Options, run_build
from carereport.faults import CarereportError
from carereport.figures import Sentence
from carereport.quarters import Quarter
from carereport.wording import headlines, sentences, statement
from tests.small_council import small_council

QUARTER = Quarter(2025, 2)
STRAY = "471.5"


def _in_a_sentence(patch: pytest.MonkeyPatch) -> None:
    def rogue(*_: object) -> Iterator[Sentence]:
        yield Sentence(f"There were {STRAY} of them.", "W1", (STRAY,))

    patch.setattr(statement, "ORDER", (*statement.ORDER, rogue))


def _in_a_title(patch: pytest.MonkeyPatch) -> None:
    for variation in headlines.USUAL:
        patch.setitem(headlines.USUAL, variation, f", within {STRAY} of usual")


def _on_a_card(patch: pytest.MonkeyPatch) -> None:
    real = sentences.shown

    def doubled(figure, indicator, decimals=None):
        text = real(figure, indicator, decimals)
        return text if text.startswith("[") else STRAY

    patch.setattr(headlines, "shown", doubled)


def _over_a_chart(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(headlines, "point_name", lambda _: STRAY)
    patch.setattr(headlines, "short_name", lambda _: f"Measure {STRAY}")


FORMS = ("pdf", "html", "xlsx", "pptx", "json")


@pytest.mark.parametrize(
    ("plant", "form"),
    [*((_in_a_sentence, form) for form in FORMS), *((_in_a_title, form) for form in FORMS),
     (_on_a_card, "html"), (_over_a_chart, "html")],
)  # fmt: skip
def test_a_number_from_nowhere_fails_the_build_of_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], form: str
) -> None:
    root = small_council(tmp_path / "project")
    plant(monkeypatch)
    with pytest.raises(CarereportError) as failed:
        run_build(Options(root, QUARTER, root / "data", formats=(form,)))
    assert {fault.code for fault in failed.value.faults if fault.severity == "error"} == {"WO001"}
    assert [path for path in (root / "output").rglob("*") if path.is_file()] == []
    assert STRAY not in " ".join(fault.message for fault in failed.value.faults)


def test_the_same_council_builds_without_it(tmp_path: Path) -> None:
    root = small_council(tmp_path / "project")
    assert run_build(Options(root, QUARTER, root / "data", formats=("html",))).folders
