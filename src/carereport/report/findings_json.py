"""findings.json: what is known of each indicator, numbers unrounded, what is absent as null."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from carereport.figures import Figure, Finding, LookAhead
from carereport.quarters import Quarter


def findings_document(findings: Sequence[Finding], quarter: Quarter, as_at: date | None) -> dict[str, Any]:
    """Return the document as plain values."""
    return {
        "quarter": quarter.name,
        "as_at": as_at.isoformat() if as_at else None,
        "findings": [_finding(finding) for finding in findings],
    }


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


def _finding(f: Finding) -> dict[str, Any]:
    spc = f.spc
    return {
        "indicator": f.indicator,
        "area": f.area,
        "value": _value(f.value),
        "headline": f.headline,
        "previous": _value(f.previous),
        "same_quarter_last_year": _value(f.same_quarter_last_year),
        "year_to_date": _value(f.year_to_date),
        "rolling_12_months": _value(f.rolling_12_months),
        "status": f.status,
        "status_rule": f.status_rule,
        "direction": f.direction,
        "change": asdict(f.change),
        "spc": {
            "chart": spc.chart, "reason": spc.reason, "mean": spc.mean, "lower": spc.lower, "upper": spc.upper,
            "provisional": spc.provisional,
            "points": [
                {"period": p.period, "value": p.value, "lower": p.lower, "upper": p.upper, "special": p.special}
                for p in spc.points
            ],
            "variation": spc.variation, "assurance": spc.assurance,
        },
        "benchmarks": [
            {
                "area": b.area, "period": b.period, "value": b.value, "comparison": b.comparison,
                "lower": b.lower, "upper": b.upper, "method": b.method, "clear": b.clear,
            }
            for b in f.benchmarks
        ],
        "warning": f.warning,
        **({} if f.look_ahead is None else {"look_ahead": _look_ahead(f.look_ahead)}),
        "sentences": [{"text": s.text, "rule": s.rule, "figures": list(s.figures)} for s in f.sentences],
    }  # fmt: skip


def _look_ahead(found: LookAhead) -> dict[str, Any]:
    return {
        "start": found.start.isoformat(), "end": found.end.isoformat(), "months": found.months,
        "lower": found.lower, "upper": found.upper, "method": found.method,
        "methods": [asdict(record) for record in found.records], "reason": found.reason,
    }  # fmt: skip


def write_findings(findings: Sequence[Finding], quarter: Quarter, as_at: date | None, path: Path) -> None:
    """Write findings.json."""
    text = json.dumps(findings_document(findings, quarter, as_at), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="")
