"""findings.json keeps its contract: keys, words, nulls, and every point of a series."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from carereport.figures import BenchmarkFinding, Change, Figure, Finding, Sentence, Spc
from carereport.judgement.spc import Series, control_chart, read_points
from carereport.quarters import Quarter
from carereport.report.findings_json import findings_document, write_findings
from carereport.report.findings_schema import findings_schema

QUARTER = Quarter.parse("Q2-2025")
NOW = Figure(date(2025, 7, 1), date(2025, 9, 30), 200 / 3, 2, 3)
FINDING = Finding(
    indicator="a", area="E06000016", headline="quarter", value=NOW, previous=None, same_quarter_last_year=None,
    year_to_date=None, rolling_12_months=NOW, quarters=(NOW,), months=(), status="on_target", status_rule="rule",
    direction="too_few", change=Change(None), spc=Spc("none", "why"),
    benchmarks=(BenchmarkFinding("England", "2024/25", 70.0, "similar", 60.0, 80.0, "Wilson score", False),),
    sentences=(Sentence("It was 66.7%.", "W3", ("66.7%",)),),
)  # fmt: skip


def _chart(values: list[float | None]) -> Spc:
    periods = tuple(f"{2023 + (3 + i) // 12}-{(3 + i) % 12 + 1:02d}" for i in range(len(values)))
    return control_chart(Series(periods, read_points(values)), "xmr", "XmR chart.", 70.0, "high")


def _document(finding: Finding) -> Any:
    text = json.dumps(findings_document([finding], QUARTER, date(2025, 10, 14)), allow_nan=False)
    document = json.loads(text)
    jsonschema.validate(document, findings_schema(), format_checker=jsonschema.FormatChecker())
    return document["findings"][0]


def test_the_schema_itself_is_valid_and_the_published_copy_is_current() -> None:
    jsonschema.Draft202012Validator.check_schema(findings_schema())
    published = Path(__file__).parents[1] / "docs" / "findings.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == findings_schema()


def test_keys_are_those_of_the_contract() -> None:
    found = _document(FINDING)
    assert list(found) == [
        "indicator", "area", "value", "headline", "previous", "same_quarter_last_year", "year_to_date",
        "rolling_12_months", "status", "status_rule", "direction", "change", "spc", "benchmarks", "warning",
        "sentences",
    ]  # fmt: skip
    assert list(found["spc"]) == [
        "chart", "reason", "mean", "lower", "upper", "provisional", "points", "variation", "assurance",
    ]  # fmt: skip
    assert list(found["benchmarks"][0]) == [
        "area", "period", "value", "comparison", "lower", "upper", "method", "clear",
    ]  # fmt: skip


def test_numbers_are_unrounded_and_what_is_absent_is_null() -> None:
    found = _document(FINDING)
    assert found["value"] == 200 / 3
    assert found["previous"] is None
    assert found["change"] == {"value": None, "lower": None, "upper": None, "clear": None}
    assert found["warning"] is None


def test_points_hold_every_month_and_the_limits_are_the_latest_points() -> None:
    found = _document(replace(FINDING, spc=_chart([70.0, 72.0, 69.0, None, 71.0, 70.5] * 5)))
    spc = found["spc"]
    assert [p["period"] for p in spc["points"]][::15] == ["2023-04", "2024-07"]
    assert len(spc["points"]) == 30
    assert spc["points"][3] | {"lower": 0, "upper": 0} == {
        "period": "2023-07", "value": None, "lower": 0, "upper": 0, "special": None,
    }  # fmt: skip
    assert (spc["lower"], spc["upper"]) == (spc["points"][-1]["lower"], spc["points"][-1]["upper"])
    assert {p["special"] for p in spc["points"] if p["value"] is not None} == {"common"}


def test_a_short_series_has_its_points_and_no_limits() -> None:
    spc = _document(replace(FINDING, spc=_chart([70.0, 72.0, 69.0] * 3)))["spc"]
    assert (spc["mean"], spc["lower"], spc["upper"], spc["assurance"]) == (None, None, None, None)
    assert spc["variation"] == "too_short"
    assert [p["value"] for p in spc["points"]] == [70.0, 72.0, 69.0] * 3


@pytest.mark.parametrize("wrong", [{"status": "good"}, {"extra": 1}, {"value": "79"}])
def test_the_schema_refuses_what_the_contract_does_not_have(wrong) -> None:
    document = findings_document([FINDING], QUARTER, None)
    document["findings"][0] |= wrong
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, findings_schema())


def test_the_same_findings_give_the_same_bytes(tmp_path) -> None:
    for name in ("a", "b"):
        write_findings([FINDING], QUARTER, date(2025, 10, 14), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
