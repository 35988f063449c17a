"""From facts to figures: rates, sums of indicators, markers, and the contract's columns and order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from carereport.comparators import PopulationRow
from carereport.conditions.parse import Arithmetic, Literal, Name, Node, names_in, parse
from carereport.faults import Fault
from carereport.figures import COLUMNS, COMPLETENESS, PERIOD_KINDS, SPREAD
from carereport.measures.totals import COUNCIL, each
from carereport.project import Project
from carereport.settings import Indicator

LOW_BASE = 20
"""A base of fewer is marked `u`: one case moves a percentage by 5 points or more."""
PLACE = ["period_kind", "period_start", "period_end", "breakdown", "category"]


def with_rates(
    name: str, indicator: Indicator, facts: pd.DataFrame, project: Project, area: str, faults: list[Fault]
) -> pd.DataFrame:
    """Divide one council's counts by the population of the year, named in a note where it is not the period's own.

    A breakdown is kept where population.csv has a group of a category's name.
    """
    if indicator.per is None or indicator.denominator is not None or facts.empty:
        return facts
    held: dict[str, dict[int, PopulationRow]] = {}
    for row in project.population:
        if row.area == area:
            held.setdefault(row.group, {})[row.year] = row
    total = facts["breakdown"] == "total"
    split = {name for name, part in facts[~total].groupby("breakdown") if set(part["category"]) & set(held)}
    unsplit = sorted(set(facts.loc[~total, "breakdown"]) - split)
    if unsplit:
        message = f"{name}: no rate by {', '.join(unsplit)}, since population.csv has no group named so"
        faults.append(Fault("IN316", "note", message, "add such groups, or take the breakdown out", count=len(unsplit)))
    facts = facts[total | facts["breakdown"].isin(split)].reset_index(drop=True)
    group = facts["category"].where(facts["breakdown"] != "total", indicator.per.population)
    wanted = facts["period_end"].dt.year - (facts["period_end"].dt.month < 4)
    used = {key: _population(held.get(key[0], {}), int(key[1])) for key in set(zip(group, wanted, strict=True))}
    found = [used[key] for key in zip(group, wanted, strict=True)]
    population = np.array([row.value if row else np.nan for row in found], dtype=float)
    numerator = facts["numerator"].astype(float)
    facts["denominator"] = population
    facts["value"] = indicator.per.scale * numerator / population
    missing = np.isnan(population) & numerator.notna().to_numpy()
    facts.loc[missing, "marker"] = "x"
    if missing.any():
        faults.append(
            Fault("IN311", "note", f"{name}: no population {indicator.per.population} for some periods",
                  "add it to config/population.csv", count=int(missing.sum()))
        )  # fmt: skip
    older = sorted({row.year for (_, year), row in used.items() if row and row.year != year})
    if older:
        message = f"{name}: later periods use the population estimate of {', '.join(map(str, older))}, the latest held"
        faults.append(Fault("IN312", "note", message))
    return facts


def _population(rows: Mapping[int, PopulationRow], year: int) -> PopulationRow | None:
    earlier = [held for held in rows if held <= year]
    return rows[max(earlier)] if earlier else None


def derive(indicator: Indicator, facts: Mapping[str, pd.DataFrame], place: Sequence[str] = PLACE) -> pd.DataFrame:
    """Return the figures of a sum of indicators, where every part has a row; `place` tells rows apart.

    An empty part makes the value `x`, a division by zero `z`.
    """
    tree = parse(str(indicator.value))
    parts = sorted(names_in(tree))
    joined: pd.DataFrame | None = None
    for part in parts:
        held = facts[part][[*place, "value"]].rename(columns={"value": part})
        joined = held if joined is None else joined.merge(held, on=list(place), how="inner")
    if joined is None:
        return pd.DataFrame(columns=[*place, "numerator", "denominator", "value", "marker"])
    empty = joined[parts].astype(float).isna().any(axis=1).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.broadcast_to(np.asarray(_evaluate(tree, joined), dtype=float), (len(joined),)).copy()
    impossible = ~np.isfinite(value) & ~empty
    value[~np.isfinite(value)] = np.nan
    result = joined[list(place)].copy()
    result["numerator"], result["denominator"] = np.nan, np.nan
    result["value"] = value
    result["marker"] = np.where(empty, "x", np.where(impossible, "z", ""))
    return result


def _evaluate(node: Node, frame: pd.DataFrame) -> float | np.ndarray[tuple[int], np.dtype[np.float64]]:
    if isinstance(node, Literal) and isinstance(node.value, float):
        return node.value
    if isinstance(node, Name):
        return frame[node.text].to_numpy(dtype=float)
    if isinstance(node, Arithmetic):
        left, right = _evaluate(node.left, frame), _evaluate(node.right, frame)
        if node.operator == "+":
            return left + right
        if node.operator == "-":
            return left - right
        return left * right if node.operator == "*" else left / np.asarray(right, dtype=float)
    raise TypeError("a derived indicator adds, subtracts, multiplies and divides indicators")


def mark(indicator: Indicator, facts: pd.DataFrame) -> pd.DataFrame:
    """Set the markers z (nothing to measure) and u (a base under 20), and empty what they empty."""
    marker = facts["marker"].fillna("").to_numpy(dtype=object)
    numbers = {column: facts[column].to_numpy(dtype=float) for column in ("numerator", "denominator", "value")}
    based = indicator.kind in ("percentage", "mean", "median") or (
        indicator.kind == "supplied" and indicator.denominator is not None
    )
    if based:
        base, unmarked = numbers["denominator"], marker == ""
        marker = np.where(unmarked & (base == 0), "z", marker)
        marker = np.where(unmarked & (base > 0) & (base < LOW_BASE), "u", marker)
    for column, held in numbers.items():
        empty = (marker == "x") | ((marker == "z") & (column == "value"))
        numbers[column] = np.where(empty, np.nan, held)
    return facts.assign(**numbers, marker=pd.Series(marker, index=facts.index, dtype=object))


def as_figures(
    facts: Mapping[str, pd.DataFrame],
    indicators: Mapping[str, Indicator],
    areas: Sequence[str],
    taken: Mapping[str, dt.date | None],
) -> list[pd.DataFrame]:
    """Return each council's facts of all indicators in the columns and order of figures.csv, and what intervals need.

    `taken` gives each table's day of extraction; where an indicator's has none, the latest of all stands.
    """
    names = [name for name in indicators if len(facts.get(name, ()))]
    if not names:
        days = dict.fromkeys(("period_start", "period_end", "as_at"), "datetime64[ns]")
        return [pd.DataFrame(columns=[*COLUMNS, *SPREAD, *COMPLETENESS]).astype(days) for _ in areas]
    held = [indicators[name] for name in names]
    place = np.repeat(np.arange(len(names)), [len(facts[name]) for name in names])

    def column(name: str, kind: str) -> np.ndarray[tuple[int], Any]:
        """Return what the facts of all indicators hold in a column, NaN where they have none."""
        parts = [facts[one][name] if name in facts[one] else np.full(len(facts[one]), np.nan) for one in names]
        return np.concatenate([np.asarray(part, dtype=kind) for part in parts])

    def further(name: str, refused: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> np.ndarray[tuple[int], Any]:
        some = any(name in facts[one] for one in names)
        return np.where(refused, np.nan, column(name, "float64")[order]) if some else np.full(len(order), np.nan)

    council, start = column(COUNCIL, "int64"), column("period_start", "datetime64[ns]")
    kinds, categories = (pd.factorize(column(name, "O"), sort=True) for name in ("period_kind", "category"))
    breakdowns, markers = (pd.factorize(column(name, "O")) for name in ("breakdown", "marker"))
    kind = np.array([PERIOD_KINDS.index(found) for found in kinds[1]])[kinds[0]]
    breakdown = pd.factorize(place * len(breakdowns[1]) + breakdowns[0])[0]
    breakdown[(breakdowns[1] == "total")[breakdowns[0]]] = -1
    within = breakdown * len(categories[1]) + categories[0]
    order = np.lexsort((within, start, (council * len(names) + place) * len(PERIOD_KINDS) + kind))
    place, council, marker = place[order], council[order], markers[1][markers[0][order]]
    latest = max((day for day in taken.values() if day), default=None)
    stamps = np.array([np.datetime64(taken.get(str(one.from_)) or latest or "NaT", "ns") for one in held])
    value = column("value", "float64")[order]
    figures = pd.DataFrame({
        "indicator": each(names, place),
        "area": each(areas, council),
        "period_kind": each(list(kinds[1]), kinds[0][order]),
        "period_start": start[order],
        "period_end": column("period_end", "datetime64[ns]")[order],
        "breakdown": each(list(breakdowns[1]), breakdowns[0][order]),
        "category": each(list(categories[1]), categories[0][order]),
        "numerator": column("numerator", "float64")[order],
        "denominator": column("denominator", "float64")[order],
        "value": value,
        "unit": each([one.figure_unit for one in held], place),
        "marker": pd.Series(marker, dtype=object),
        "source": each([one.source or one.from_ or "derived" for one in held], place),
        "as_at": stamps[place],
        **{name: further(name, np.isnan(value)) for name in SPREAD},
        **{name: further(name, marker == "x") for name in COMPLETENESS},
    }, copy=False)  # fmt: skip
    ends = np.searchsorted(council, np.arange(len(areas) + 1))
    return [figures[ends[n] : ends[n + 1]].reset_index(drop=True) for n in range(len(areas))]
