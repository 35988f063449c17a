"""What the YAML says of judging is checked before anything is judged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from carereport.comparators import AreaRow, PublishedFigure
from carereport.faults import Fault
from carereport.judgement import checks
from carereport.judgement.checks import check_judgement
from carereport.judgement.codes import CODES
from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings, Indicator


@dataclass(frozen=True)
class FakeProject:
    indicators: dict[str, Indicator]
    benchmarks: dict[str, tuple[PublishedFigure, ...]] = field(default_factory=dict)
    report: ReportSettings = field(default_factory=ReportSettings)
    extracts: ExtractSettings = field(
        default_factory=lambda: ExtractSettings.model_validate({"extracted": "2025-10-14", "tables": {}})
    )
    root: Path = Path("nowhere")
    areas: dict[str, AreaRow] = field(default_factory=dict)

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
        ({"pair": ["a"]}, "JD013", "warning", "pair.0"),
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


BASE = {"name": "In time", "section": "care", "kind": "percentage", "from": "reviews", "polarity": "high"}
REGIONS = [
    "North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East of England",
    "London", "South East", "South West",
]  # fmt: skip


def _held(values: dict[str, float], period: str = "2024/25", end: date = date(2025, 3, 31)) -> list[str]:
    rows = tuple(
        PublishedFigure("a", area, period, end, value, "percent", "", "DfE", 1) for area, value in values.items()
    )
    project = FakeProject({"a": Indicator.model_validate(BASE)}, {"a": rows})
    return [fault.code for fault in check_judgement(project)]


def test_england_outside_the_range_of_its_regions_is_a_finding() -> None:
    regions = {area: 60.0 + place for place, area in enumerate(REGIONS)}
    assert _held({**regions, "England": 70.0}) == ["JD012"]
    assert _held({**regions, "England": 64.0}) == []
    assert _held({"East Midlands": 60.0, "England": 70.0}) == []  # one region says nothing of the range


def test_a_published_figure_of_the_wrong_unit_or_year_is_a_finding() -> None:
    assert _held({"England": 640.0}) == ["JD010"]
    assert _held({"England": 64.0}, "2044/45", date(2045, 3, 31)) == ["JD011"]
    assert _held({"England": 64.0}, "1994/95", date(1995, 3, 31)) == ["JD011"]


def _funnel(kind: str, bases: list[float | None]) -> list[str]:
    rows = tuple(
        PublishedFigure("a", f"Council {place}", "2024/25", date(2025, 3, 31), 60.0, "percent", "", "DfE", 1, base)
        for place, base in enumerate(bases)
    )
    given = Indicator.model_validate(BASE | {"kind": kind, "comparison_chart": "funnel"})
    return [f"{fault.code} {fault.text}" for fault in check_judgement(FakeProject({"a": given}, {"a": rows}))]


def test_a_funnel_that_cannot_be_drawn_is_a_finding() -> None:
    assert _funnel("percentage", [100.0] * 10) == []
    assert _funnel("percentage", [100.0] * 9 + [None] * 100) == ["JD018 indicators.a.comparison_chart"]
    assert _funnel("count", [100.0] * 20) == ["JD018 indicators.a.comparison_chart"]


def _region(region: str, **given: Any) -> list[Fault]:
    report = ReportSettings.model_validate({"council": {"name": "Ashcombe", "region": region}})
    return check_judgement(FakeProject({"a": Indicator.model_validate(BASE)}, report=report, **given))


def test_a_region_that_nobody_knows_is_a_finding() -> None:
    assert _region("East Midlands") == _region("") == []
    (fault,) = _region("East Midland")
    assert (fault.code, fault.text, fault.help) == ("JD019", "council.region", "did you mean East Midlands?")


def test_a_misspelt_theme_is_noted() -> None:
    themed = {name: Indicator.model_validate(BASE | {"theme": theme}) for name, theme in
              (("a", "Front door"), ("b", "Front door"), ("c", "Frontdoor"))}  # fmt: skip
    (fault,) = check_judgement(FakeProject(themed))
    assert (fault.code, fault.help) == ("JD014", "did you mean Front door?")


def test_every_code_is_explained() -> None:
    source = Path(checks.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r'"(JD\d{3})"', source)) <= set(CODES)


# ------------------------------------------------------------- baselines against the data


def _figures(kind: str, starts: pd.DatetimeIndex, months: int) -> pd.DataFrame:
    return pd.DataFrame({
        "indicator": "a", "breakdown": "total", "period_kind": kind, "period_start": starts,
        "period_end": starts + pd.offsets.MonthEnd(months), "value": 5.0,
    })  # fmt: skip


MONTHS = _figures("month", pd.date_range("2022-04-01", periods=42, freq="MS"), 1)
QUARTERS = _figures("quarter", pd.date_range("2022-04-01", periods=14, freq="QS"), 3)


def _baseline_faults(baseline: dict[str, str], figures: pd.DataFrame, **spc: str):
    given = {"name": "In time", "section": "care", "kind": "count", "from": "reviews", "polarity": "high"}
    indicator = Indicator.model_validate(given | {"spc": {"baseline": baseline, **spc}})
    return checks.baseline_faults(FakeProject({"a": indicator}), figures)


@pytest.mark.parametrize(
    ("baseline", "severity", "inside", "hint"),
    [
        ({"from": "2018-04", "to": "2020-03"}, "warning", 0, "; as it stands all points make the limits"),
        ({"from": "2020-04", "to": "2022-12"}, "warning", 9, "; as it stands no limits are drawn"),
        ({"from": "2021-04", "to": "2024-03"}, "note", 24, ""),
        ({"from": "2024-10", "to": "2026-03"}, "note", 12, ""),
    ],
)
def test_a_baseline_that_reaches_outside_the_data_is_found_at_its_place(baseline, severity, inside, hint) -> None:
    (fault,) = _baseline_faults(baseline, MONTHS)
    assert (fault.code, fault.severity, fault.text) == ("JD021", severity, "indicators.a.spc.baseline")
    assert fault.message == f"a: the baseline reaches outside the data, which hold {inside} of its months"
    assert fault.help == f"the data hold 2022-04 to 2025-09{hint}"


def test_a_baseline_inside_the_data_is_no_finding_and_quarters_are_looked_at_where_they_are_charted() -> None:
    both = pd.concat([MONTHS, QUARTERS])
    assert _baseline_faults({"from": "2022-04", "to": "2025-09"}, both) == []
    (fault,) = _baseline_faults({"from": "2019-04", "to": "2025-09"}, both, period="quarter")
    assert fault.message.endswith("hold 14 of its quarters")
    assert _baseline_faults({"from": "2018-04", "to": "2020-03"}, MONTHS.iloc[:0]) == []
