"""Figures for the disclosure tests: indicators and rows in short form, and what a report shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from carereport.disclosure import Disclosed
from carereport.figures import COLUMNS
from carereport.quarters import Quarter
from carereport.report_settings import ReportSettings
from carereport.settings import Indicator

QUARTER = Quarter(2025, 2)
PERIODS = {
    "Q2-24": ("quarter", "2024-07-01", "2024-09-30"),
    "Q3-24": ("quarter", "2024-10-01", "2024-12-31"),
    "Q4-24": ("quarter", "2025-01-01", "2025-03-31"),
    "Q1": ("quarter", "2025-04-01", "2025-06-30"),
    "Q2": ("quarter", "2025-07-01", "2025-09-30"),
    "July": ("month", "2025-07-01", "2025-07-31"),
    "August": ("month", "2025-08-01", "2025-08-31"),
    "September": ("month", "2025-09-01", "2025-09-30"),
    "year": ("year_to_date", "2025-04-01", "2025-09-30"),
    "12 months": ("rolling_12_months", "2024-10-01", "2025-09-30"),
    "12 months before": ("rolling_12_months", "2024-07-01", "2025-06-30"),
    "year before": ("year_to_date", "2025-04-01", "2025-06-30"),
}


def indicator(**more: Any) -> Indicator:
    """Return an indicator that counts plans started, with anything changed that is given."""
    settings = {"name": "Plans", "section": "protection", "kind": "count", "from": "plans", "when": "start_date",
                "polarity": "neither", "breakdowns": ["ward"]}  # fmt: skip
    if "open" in more:
        settings.pop("when")
    return Indicator.model_validate({**settings, **more})


def project(indicators: Mapping[str, Indicator], **report: Any) -> Any:
    """Return what of a project disclosure reads."""
    return SimpleNamespace(indicators=indicators, report=ReportSettings.model_validate(report))


def rows(name: str, cells: Mapping[tuple[str, str], Any], breakdown: str = "ward", scale: float = 100) -> pd.DataFrame:
    """Return figures from {(period, category): value or (numerator, denominator)}."""
    frame = []
    for (period, category), held in cells.items():
        kind, start, end = PERIODS[period]
        numerator, denominator = held if isinstance(held, tuple) else (held, np.nan)
        value = held if not isinstance(held, tuple) else (scale * numerator / denominator if denominator else np.nan)
        frame.append(
            (name, "E1", kind, pd.Timestamp(start), pd.Timestamp(end), "total" if category == "total" else breakdown,
             category, float(numerator), float(denominator), float(value), "number", "", "plans", pd.NaT)
        )  # fmt: skip
    return pd.DataFrame(frame, columns=list(COLUMNS)).astype({"as_at": "datetime64[ns]"})


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return several indicators' figures as one frame."""
    return pd.concat(frames, ignore_index=True)


def shown(disclosed: Disclosed) -> dict[tuple[str, str, str], Any]:
    """Return {(indicator, period, category): value or marker} of a report."""
    names = {(kind, start): name for name, (kind, start, _) in reversed(PERIODS.items())}
    table = disclosed.figures
    columns = (table[c] for c in ("indicator", "period_kind", "period_start", "category", "value", "marker"))
    return {
        (i, names[k, str(s.date())], c): ("c" if m == "c" else v) for i, k, s, c, v, m in zip(*columns, strict=True)
    }
