"""From facts to figures: rates, sums of indicators, markers, and the contract's columns and order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from carereport.comparators import PopulationRow
from carereport.conditions.parse import Arithmetic, Literal, Name, Node, names_in, parse
from carereport.faults import Fault
from carereport.figures import COLUMNS, PERIOD_KINDS
from carereport.project import Project
from carereport.settings import Indicator

LOW_BASE = 20
PLACE = ["period_kind", "period_start", "period_end", "breakdown", "category"]


def with_rates(
    name: str, indicator: Indicator, facts: pd.DataFrame, project: Project, area: str, faults: list[Fault]
) -> pd.DataFrame:
    """Divide counts by the population of the year, named in a note where it is not the period's own.

    A breakdown is kept where population.csv has a group of a category's name.
    """
    if indicator.per is None or indicator.denominator is not None:
        return facts
    held: dict[str, dict[int, PopulationRow]] = {}
    for row in project.population:
        if row.area == area:
            held.setdefault(row.group, {})[row.year] = row
    total = facts["breakdown"] == "total"
    split = {name for name, part in facts[~total].groupby("breakdown") if set(part["category"]) & set(held)}
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


def derive(indicator: Indicator, facts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the figures of a sum of indicators, where every part has a row.

    An empty part makes the value `x`, a division by zero `z`.
    """
    tree = parse(str(indicator.value))
    parts = sorted(names_in(tree))
    joined: pd.DataFrame | None = None
    for part in parts:
        held = facts[part][[*PLACE, "value"]].rename(columns={"value": part})
        joined = held if joined is None else joined.merge(held, on=PLACE, how="inner")
    if joined is None:
        return pd.DataFrame(columns=[*PLACE, "numerator", "denominator", "value", "marker"])
    empty = joined[parts].astype(float).isna().any(axis=1).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.broadcast_to(np.asarray(_evaluate(tree, joined), dtype=float), (len(joined),)).copy()
    impossible = ~np.isfinite(value) & ~empty
    value[~np.isfinite(value)] = np.nan
    result = joined[PLACE].copy()
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
    facts = facts.copy()
    marker = facts["marker"].fillna("").astype(object)
    denominator = facts["denominator"].astype(float)
    based = indicator.kind in ("percentage", "mean", "median") or (
        indicator.kind == "supplied" and indicator.denominator is not None
    )
    if based:
        marker[(denominator == 0) & (marker == "")] = "z"
        marker[(denominator > 0) & (denominator < LOW_BASE) & (marker == "")] = "u"
    unavailable = (marker == "x").to_numpy()
    for column in ("numerator", "denominator", "value"):
        facts[column] = facts[column].astype(float).mask(unavailable)
    facts["value"] = facts["value"].mask((marker == "z").to_numpy())
    facts["marker"] = marker
    return facts


def as_figures(
    name: str, indicator: Indicator, facts: pd.DataFrame, area: str, source: str, as_at: dt.date | None
) -> pd.DataFrame:
    """Return facts in the columns and order of figures.csv (one indicator)."""
    figures = facts.assign(indicator=name, area=area, unit=indicator.figure_unit, source=indicator.source or source)
    for column in ("period_start", "period_end"):
        figures[column] = figures[column].astype("datetime64[ns]")
    figures["as_at"] = pd.Series(pd.Timestamp(as_at) if as_at else pd.NaT, index=figures.index, dtype="datetime64[ns]")
    order = figures["period_kind"].map({kind: number for number, kind in enumerate(PERIOD_KINDS)})
    breakdowns = ["total", *[b for b in figures["breakdown"].unique() if b != "total"]]
    rank = figures["breakdown"].map({b: n for n, b in enumerate(breakdowns)})
    figures = figures.assign(_k=order, _b=rank).sort_values(["_k", "period_start", "_b", "category"], kind="stable")
    return figures[list(COLUMNS)].reset_index(drop=True)
