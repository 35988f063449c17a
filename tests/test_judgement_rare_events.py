"""Rare events are charted by the gaps between months with an event, never by single dates, never silently."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from carereport.figures import Figure
from carereport.judgement.chart_choice import chart_indicator
from carereport.judgement.rare_events import POWER
from carereport.quarters import add_months, month_end
from carereport.settings import Indicator

DAY = date(2025, 9, 30)


def _indicator(**given) -> Indicator:
    base = {"name": "Deaths", "section": "care", "kind": "count", "from": "t", "when": "d", "polarity": "low"}
    return Indicator.model_validate(base | {"spc": {"chart": "t"}} | given)


def _months(counts, bases=None) -> list[Figure]:
    first = add_months(date(2025, 9, 1), 1 - len(counts))
    found = []
    for index, count in enumerate(counts):
        start = add_months(first, index)
        base = None if bases is None else bases[index]
        value = count if base is None or count is None else 100 * count / base
        found.append(Figure(start, month_end(start), value, count, base, "c" if count is None else ""))
    return found


def _spread(gaps) -> list[float]:
    counts = [1.0]
    for gap in gaps:
        counts += [0.0] * (gap - 1) + [1.0]
    return counts


EVEN = [4, 5, 3, 4, 6, 4, 3, 5, 4, 4, 5, 3, 4]


def test_points_are_months_between_events_and_limits_by_nelsons_power() -> None:
    spc = chart_indicator(_indicator(), _months(_spread(EVEN)), [], DAY)
    assert spc.chart == "t"
    assert [round(p.value) for p in spc.points if p.value is not None] == EVEN
    assert spc.points[-1].period == "2025-09"
    changed = np.array(EVEN, dtype=float) ** POWER
    half = 2.66 * np.abs(np.diff(changed)).mean()
    assert spc.mean == pytest.approx(changed.mean() ** 3.6)
    assert spc.upper == pytest.approx((changed.mean() + half) ** 3.6)
    assert (spc.variation, spc.assurance) == ("usual", None)
    assert "could identify a child" in spc.reason


def test_a_long_gap_is_an_improvement_where_fewer_events_are_better() -> None:
    months = _months(_spread([*EVEN, 30]))
    assert chart_indicator(_indicator(), months, [], DAY).variation == "improving"
    assert chart_indicator(_indicator(polarity="high"), months, [], DAY).variation == "concerning"
    assert chart_indicator(_indicator(polarity="neither"), months, [], DAY).variation == "unusually_low"


def test_a_gap_still_open_counts_once_it_is_longer_than_usual() -> None:
    """Where events had ceased, the last short gap stood as concerning for ever."""
    months = _months(_spread([*EVEN, 1, 1, 1, 1, 1, 1, 1]))
    assert chart_indicator(_indicator(), months, [], DAY).variation == "concerning"
    for quiet, word in ((3, "concerning"), (20, "improving")):
        longer = _months([*_spread([*EVEN, 1, 1, 1, 1, 1, 1, 1]), *[0.0] * quiet])
        spc = chart_indicator(_indicator(), longer, [], DAY)
        assert spc.variation == word
        assert ("still open" in spc.reason) == (quiet == 20) == (spc.points[-1].value == 20)


def test_suppressed_months_hold_an_event_so_the_public_chart_tells_no_more_than_the_table() -> None:
    shown = chart_indicator(_indicator(), _months(_spread(EVEN)), [], DAY)
    hidden = [None if count else 0.0 for count in _spread(EVEN)]
    assert chart_indicator(_indicator(), _months(hidden), [], DAY).points == shown.points


def test_an_unknown_month_ends_a_gap_without_a_value() -> None:
    months = _months(_spread(EVEN))
    missing = [f for f in months if f.start != months[2].start]  # in the first gap of four months
    spc = chart_indicator(_indicator(), missing, [], DAY)
    assert len([p for p in spc.points if p.value is not None]) == len(EVEN) - 1


def test_few_gaps_have_no_limits() -> None:
    spc = chart_indicator(_indicator(), _months(_spread(EVEN[:11])), [], DAY)
    assert (spc.chart, spc.variation, spc.lower) == ("t", "too_short", None)


def test_a_g_chart_counts_the_cases_between_events() -> None:
    counts = _spread(EVEN)
    bases = [30.0 + i % 4 for i in range(len(counts))]
    indicator = _indicator(kind="percentage", spc={"chart": "g"})
    spc = chart_indicator(indicator, _months(counts, bases), [], DAY)
    first = next(p for p in spc.points if p.value is not None)
    assert spc.chart == "g"
    assert first.value == pytest.approx(sum(bases[1:5]))


def test_frequent_events_are_shown_by_quarter_and_the_reason_says_so() -> None:
    counts = [float(3 + i % 2) for i in range(60)]
    months = _months(counts)
    quarters = [
        Figure(months[i].start, months[i + 2].end, sum(counts[i : i + 3]), sum(counts[i : i + 3]))
        for i in range(0, 60, 3)
    ]
    spc = chart_indicator(_indicator(), months, quarters, DAY)
    assert (spc.chart, spc.points[-1].period) == ("xmr", "2025-Q2")
    assert spc.reason.startswith("A t chart is declared, but most months hold an event or are unknown")


def test_a_mean_counts_no_events() -> None:
    indicator = _indicator(kind="mean", of="x")
    assert "count no events" in chart_indicator(indicator, _months(_spread(EVEN)), [], DAY).reason
