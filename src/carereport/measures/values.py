"""From facts to figures: rates, sums of indicators, markers, and the contract's columns and order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from carereport.comparators import PopulationRow
from carereport.conditions.parse import Arithmetic, Literal, Name, Node, names_in, parse
from carereport.faults import Fault
from carereport.figures import COLUMNS, COMPLETENESS, PERIOD_KINDS, SPREAD
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
    facts: Mapping[str, pd.DataFrame],
    indicators: Mapping[str, Indicator],
    area: str,
    taken: Mapping[str, dt.date | None],
) -> pd.DataFrame:
    """Return the facts of all indicators in the columns and order of figures.csv, and with what intervals need.

    `taken` gives each table's day of extraction; where an indicator's has none, the latest of all stands.
    """
    names = [name for name in indicators if len(facts.get(name, ()))]
    if not names:
        return pd.DataFrame(columns=[*COLUMNS, *SPREAD, *COMPLETENESS])
    figures = pd.concat([facts[name].assign(_i=number) for number, name in enumerate(names)], ignore_index=True)
    latest = max((day for day in taken.values() if day), default=None)
    held = [indicators[name] for name in names]
    days = [pd.Timestamp(day) if (day := taken.get(str(one.from_)) or latest) else pd.NaT for one in held]
    place = figures["_i"].to_numpy()
    figures["indicator"] = np.array(names, dtype=object)[place]
    figures["area"] = area
    figures["unit"] = np.array([one.figure_unit for one in held], dtype=object)[place]
    figures["source"] = np.array([one.source or one.from_ or "derived" for one in held], dtype=object)[place]
    figures["as_at"] = pd.DatetimeIndex(days, dtype="datetime64[ns]").to_numpy()[place]
    for column in ("period_start", "period_end"):
        figures[column] = figures[column].astype("datetime64[ns]")
    figures["_k"] = figures["period_kind"].map({kind: number for number, kind in enumerate(PERIOD_KINDS)})
    order = pd.factorize(figures["_i"].astype(str) + " " + figures["breakdown"].astype(str))[0]
    figures["_b"] = np.where(figures["breakdown"] == "total", -1, order)
    figures = figures.sort_values(["_i", "_k", "period_start", "_b", "category"], kind="stable")
    figures = figures.reindex(columns=[*COLUMNS, *SPREAD, *COMPLETENESS]).reset_index(drop=True)
    spread, complete = list(SPREAD), list(COMPLETENESS)
    figures[spread] = figures[spread].astype(float).mask(figures["value"].isna())
    figures[complete] = figures[complete].astype(float).mask(figures["marker"] == "x")
    return figures
