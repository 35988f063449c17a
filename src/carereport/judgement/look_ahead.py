"""What next quarter may bring, as an interval with its record: the methods are back-tested, and often none is shown.

Source of the score: Gneiting and Raftery 2007. Only published totals are used, and never a point is given.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from carereport.faults import Fault, MachineError
from carereport.figures import Figure, Finding, LookAhead, MethodRecord
from carereport.judgement.declared import can_look_ahead
from carereport.judgement.projection_methods import AHEAD, METHODS, Projection, one_thread, quarter_values
from carereport.judgement.special_cause import Floats
from carereport.quarters import Quarter, add_months
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

LEVEL = 0.8
LEAST, MOST = 0.7, 0.9
FIRST = 24
"""Months known at the first forecast of the back-test."""
FEWEST = 10
"""Fewest quarters from which a back-test is read."""
NEEDED = FIRST + AHEAD * FEWEST
"""Months in a row without which nothing is projected."""
MEMORY, KEPT = ".carereport/look-ahead", 500
"""Where results are kept by content, and how many; the oldest go first."""
RULE = (
    "Four methods are tried: last quarter again, the same quarter last year, exponential smoothing with a damped "
    "trend, and ARIMA. Each is asked for past quarters, with no more than was known before them. The method with "
    "the best interval score is taken. Its interval is meant to hold four of five quarters. It is shown only where "
    "70% to 90% of the past quarters, ten at least, lay inside. It continues the past and knows nothing of plans, "
    "policy or events."
)
"""The rule as the report prints it."""

NO_LIBRARY = Fault(
    "MA007", "error", "a look-ahead needs statsmodels, which is not installed", "pip install 'carereport[lookahead]'"
)


def with_look_ahead(findings: Iterable[Finding], project: Project, quarter: Quarter) -> tuple[Finding, ...]:
    """Return the findings with the look-ahead of those that report.yaml names for it.

    Raises:
        MachineError: statsmodels is not installed.
    """
    named = project.report.look_ahead.indicators
    if not named:
        return tuple(findings)
    memory = project.root / MEMORY
    return tuple(
        replace(found, look_ahead=look_ahead(project.indicators[found.indicator], found.months, quarter, memory))
        if found.indicator in named and can_look_ahead(project.indicators[found.indicator])
        else found
        for found in findings
    )


def look_ahead(indicator: Indicator, months: Sequence[Figure], quarter: Quarter, memory: Path | None) -> LookAhead:
    """Return the interval of the quarter after `quarter`, or the reason why none is shown.

    Results are kept by content in the folder `memory`, where one is given.

    Raises:
        MachineError: statsmodels is not installed.
    """
    following = quarter.shift(1)
    values = usable_months(indicator, months, quarter)
    empty = LookAhead(following.start, following.end, len(values))
    if len(values) < NEEDED:
        before = add_months(quarter.start, 2 - len(values))
        suppressed = any(figure.start == before and figure.marker == "c" for figure in months)
        return replace(empty, reason="suppressed" if suppressed else "too_few")
    key = _key(values, indicator.is_snapshot)
    held = _kept(memory, key)
    found = back_test(values, indicator.is_snapshot) if held is None else held
    if held is None and memory is not None:
        _keep(memory, key, found)
    return _chosen(empty, found)


def usable_months(indicator: Indicator, months: Sequence[Figure], quarter: Quarter) -> Floats:
    """Return the values of the months in a row up to the quarter's end, none before a gap or a new definition."""
    held = {figure.start: figure.value for figure in months}
    month, values = add_months(quarter.start, 2), list[float]()
    if indicator.valid_to is not None and indicator.valid_to < quarter.end:
        return np.empty(0)
    while indicator.valid_from is None or month >= indicator.valid_from:
        value = held.get(month)
        if value is None:
            break
        values.append(value)
        month = add_months(month, -1)
    return np.array(values[::-1], dtype=np.float64)


Tested = dict[str, tuple[MethodRecord, int, int]]
"""By method: its record, and the interval of the next quarter."""


def back_test(values: Floats, is_stock: bool) -> Tested:
    """Forecast each past quarter from the months before it, by every method, and the next quarter.

    `values` are whole quarters up to now, the first one perhaps cut short. A method that fails once is left out.
    """
    origins = range(len(values) - AHEAD * ((len(values) - FIRST) // AHEAD), len(values), AHEAD)
    actual = [float(quarter_values(values[: origin + AHEAD], is_stock)[-1]) for origin in origins]
    found: Tested = {}
    for name, method in METHODS.items():
        try:
            with one_thread():
                past = [_interval(method(values[:origin], is_stock)) for origin in origins]
                lower, upper = _interval(method(values, is_stock))
        except (ValueError, ArithmeticError, np.linalg.LinAlgError):
            continue
        inside = sum(low <= value <= high for (low, high), value in zip(past, actual, strict=True))
        score = sum(interval_score(*span, value) for span, value in zip(past, actual, strict=True)) / len(actual)
        found[name] = (MethodRecord(name, len(actual), inside, score), lower, upper)
    return found


def interval_score(lower: float, upper: float, value: float) -> float:
    """Return the score of an 80% interval, less being better: its width, and ten times what it missed by."""
    miss = max(lower - value, value - upper, 0.0)
    return upper - lower + 2 / (1 - LEVEL) * miss


def _interval(projection: Projection) -> tuple[int, int]:
    """Return the interval in whole numbers, rounded outwards and never below 0."""
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * projection.spread
    lower, upper = projection.centre - half, projection.centre + half
    return max(0, math.floor(lower + 1e-9)), max(0, math.ceil(upper - 1e-9))


def _chosen(empty: LookAhead, tested: Tested) -> LookAhead:
    records = tuple(record for record, _, _ in tested.values())
    if not records:
        return replace(empty, reason="no_method")
    best = min(records, key=lambda record: record.score)
    _, lower, upper = tested[best.method]
    found = replace(empty, method=best.method, records=records)
    if not LEAST <= best.inside / best.quarters <= MOST:
        return replace(found, reason="coverage")
    if lower == upper:
        return replace(found, reason="no_width")
    return replace(found, lower=lower, upper=upper)


def _key(values: Floats, is_stock: bool) -> str:
    """Return what a result is kept by: the months, the rule and the library's version."""
    try:
        library = version("statsmodels")
    except PackageNotFoundError:
        raise MachineError(NO_LIBRARY) from None
    parts = [values.tolist(), is_stock, list(METHODS), LEVEL, FIRST, library, version("numpy"), version("carereport")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _kept(memory: Path | None, key: str) -> Tested | None:
    if memory is None:
        return None
    with suppress(OSError, ValueError, TypeError, KeyError):
        held = json.loads((memory / f"{key}.json").read_text(encoding="utf-8"))
        return {one["method"]: (MethodRecord(**one), lower, upper) for one, lower, upper in held}
    return None


def _keep(memory: Path, key: str, tested: Tested) -> None:
    """Write a result beside the others; a folder that cannot be written costs time only."""
    text = json.dumps([[asdict(record), lower, upper] for record, lower, upper in tested.values()])
    with suppress(OSError):
        memory.mkdir(parents=True, exist_ok=True)
        new = memory / f"{key}.new"
        new.write_text(text, encoding="utf-8")
        new.replace(memory / f"{key}.json")
        held = sorted(memory.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in held[: max(0, len(held) - KEPT)]:
            path.unlink()
