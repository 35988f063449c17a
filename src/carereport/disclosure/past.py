"""What earlier reports published: their figures as known values, and which figures were revised since."""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.disclosure.policy import Mask
from carereport.figures import COLUMNS
from carereport.history import damaged

KEY = ["indicator", "area", "period_kind", "period_start", "period_end", "breakdown", "category"]
NUMBERS = ["numerator", "denominator", "value"]
Table = npt.NDArray[np.float64]
"""Numerator, denominator and value by row."""
DECIMALS = 6
"""Figures are published to this many decimals."""


def read_published(texts: Iterable[str], figures: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the rows of several figures.csv, earliest first, with `edition` counting the files from 0.

    A council's code may have changed since: its rows take the code that `figures` have today.

    Raises:
        MachineError: one is no figures.csv of this version.
    """
    try:
        frames = [_read(text).assign(edition=number) for number, text in enumerate(texts)]
    except (ValueError, KeyError):
        raise damaged() from None
    if not frames:
        return pd.DataFrame(columns=[*COLUMNS, "edition"])
    rows = pd.concat(frames, ignore_index=True)
    return rows if figures is None or not len(figures) else rows.assign(area=str(figures["area"].fillna("").iat[0]))


def _read(text: str) -> pd.DataFrame:
    rows = pd.read_csv(
        io.StringIO(text), keep_default_na=False, na_values={name: [""] for name in NUMBERS},
        dtype={name: float if name in NUMBERS else str for name in COLUMNS},
    )[list(COLUMNS)]  # fmt: skip
    for name in ("period_start", "period_end"):
        rows[name] = pd.to_datetime(rows[name], format="%Y-%m-%d").astype("datetime64[ns]")
    return rows


def known_rows(published: pd.DataFrame) -> pd.DataFrame:
    """Return each row ever published once: as last shown with its numbers, if it ever was."""
    if not len(published):
        return published
    shown = published[NUMBERS].notna().any(axis=1)
    ordered = published.assign(shown=shown).sort_values(["shown", "edition"], kind="stable")
    return ordered.drop_duplicates(KEY, keep="last").sort_index().reset_index(drop=True)


def hidden_last_time(public: pd.DataFrame, published: pd.DataFrame) -> set[int]:
    """Return the rows of `public` that the last report suppressed."""
    if not len(published):
        return set()
    last = published[(published["edition"] == published["edition"].max()) & (published["marker"] == "c")]
    return set(np.flatnonzero(_keys(public).isin(_keys(last))).tolist())


def withheld_last_time(public: pd.DataFrame, published: pd.DataFrame) -> set[tuple[str, str]]:
    """Return (indicator, period kind) of months and quarters that the last report had no row of, and could have had."""
    if not len(published):
        return set()
    last = published[(published["edition"] == published["edition"].max()) & (published["breakdown"] == "total")]
    then = public[(public["breakdown"] == "total") & public["period_kind"].isin(["month", "quarter"])]
    then = then[(then["period_end"] <= last["period_end"].max()) & then["indicator"].isin(last["indicator"])]
    could = set(zip(then["indicator"], then["period_kind"], strict=True))
    return could - set(zip(last["indicator"], last["period_kind"], strict=True))


def last_shown(public: pd.DataFrame, published: pd.DataFrame) -> Table:
    """Return numerator, denominator and value as last published for each row; empty where none was ever shown."""
    if not len(published):
        return np.full((len(public), len(NUMBERS)), np.nan)
    shown = published[published[NUMBERS].notna().any(axis=1)].drop_duplicates(KEY, keep="last")
    return np.asarray(shown.set_index(KEY)[NUMBERS].reindex(_keys(public)).to_numpy(dtype=float))


def differing(public: pd.DataFrame, before: Table) -> Mask:
    """Return where a figure differs from what was last published for it; suppressed ones never do."""
    now = public[NUMBERS].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        differs = np.abs(np.round(now, DECIMALS) - before) > 0.5 * 10**-DECIMALS
    both = ~np.isnan(now).all(axis=1) & ~np.isnan(before).all(axis=1)
    return np.asarray(both & (differs | (np.isnan(now) != np.isnan(before))).any(axis=1))


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[KEY].assign(area=rows["area"].fillna("")))
