"""What the YAML says of judging is checked before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from carereport.judgement.checks import check_judgement
from carereport.settings import Indicator


@dataclass(frozen=True)
class FakeProject:
    indicators: dict[str, Indicator]

    def locate(self, file: str, path: tuple[str | int, ...], key: bool = False) -> tuple[int, int, str]:
        return 7, 3, ".".join(str(part) for part in path)


def _faults(**given):
    base = {"name": "In time", "section": "care", "kind": "percentage", "from": "reviews", "polarity": "high"}
    return check_judgement(FakeProject({"a": Indicator.model_validate(base | given)}))


@pytest.mark.parametrize(
    ("given", "code", "severity", "place"),
    [
        ({"target": 120}, "JD001", "error", "target.0.value"),
        ({"target": -1, "kind": "count"}, "JD001", "error", "target.0.value"),
        ({"target": 80, "polarity": "neither"}, "JD002", "warning", "target"),
        ({"target": [{"value": 80}, {"value": 85}]}, "JD003", "error", "target"),
        ({"status": {"green": "=> 85"}}, "JD004", "error", "status.green"),
        ({"status": {"green": ">= 85", "amber": ">= 800"}}, "JD005", "error", "status.amber"),
        ({"spc": {"chart": "u"}}, "JD006", "error", "spc.chart"),
        ({"spc": {"rebase": [{"from": "Oct 24", "reason": "a", "approved_by": "b"}]}}, "JD007", "error",
         "spc.rebase.0.from"),
        ({"spc": {"rebase": [{"from": "2024-10", "reason": " ", "approved_by": "b"}]}}, "JD008", "error",
         "spc.rebase.0"),
        ({"spc": {"baseline": {"from": "2024-13", "to": "2025-01"}}}, "JD007", "error", "spc.baseline.from"),
        ({"spc": {"baseline": {"from": "2024-04", "to": "2024-12"}}}, "JD009", "warning", "spc.baseline"),
        ({"spc": {"baseline": {"from": "2025-04", "to": "2024-12"}}}, "JD009", "error", "spc.baseline"),
        ({"benchmarks": [{"area": "England", "value": 850, "period": "2024/25"}]}, "JD010", "error",
         "benchmarks.0.value"),
    ],
)  # fmt: skip
def test_fault_is_found_at_its_place(given, code, severity, place) -> None:
    (fault,) = _faults(**given)
    assert (fault.code, fault.severity, fault.text) == (code, severity, f"indicators.a.{place}")
    assert (fault.file, fault.line, fault.position) == ("config/indicators.yaml", 7, 3)
    assert fault.help


def test_sound_settings_have_no_fault() -> None:
    assert not _faults(
        target=[{"value": 80}, {"value": 85, "from": "2025-04-01"}],
        status={"green": ">= 85", "amber": "between 80 and 85"},
        spc={"chart": "laney_p", "baseline": {"from": "2023-04", "to": "2024-03"}},
    )
