"""Whether it may be told how many records of a figure lack the value it needs: never where that tells a small number.

Published with the figure, the share without a value tells how many records that is, and how many have one
and yet are not in the numerator. Between two years to date it tells those of the quarter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from carereport.disclosure.concepts import counts_people
from carereport.disclosure.policy import Mask, small
from carereport.figures import COMPLETENESS
from carereport.settings import Indicator


def hide_completeness(
    shown: pd.DataFrame, truth: pd.DataFrame, hidden: Mask, indicators: Mapping[str, Indicator],
    opened: Collection[str], policy: str,
) -> None:  # fmt: skip
    """Empty the columns on completeness in `shown` where they may not be told; `hidden` rows are suppressed.

    That no record has the value stays, since it tells no number; of how many records is left out.
    """
    if COMPLETENESS[0] not in truth:
        return
    held = [column for column in COMPLETENESS if column in shown]
    records, share = (truth[column].to_numpy(dtype=float) for column in COMPLETENESS)
    missing = np.round(records * (1 - share))
    known = np.flatnonzero(np.isfinite(share))
    counted = truth["numerator"].mask(truth["indicator"].map({k: v.kind == "mean" for k, v in indicators.items()}))
    tells = small(missing) | small(records) | small(records - missing - counted.to_numpy(dtype=float))
    place = [(str(truth["indicator"].iat[row]), truth["period_end"].iat[row]) for row in known.tolist()]
    kinds = truth["period_kind"].to_numpy()[known]
    quarters = {at for at, kind, row in zip(place, kinds, known, strict=True) if kind == "quarter" and tells[row]}
    for at, kind, row in zip(place, kinds, known.tolist(), strict=True):
        tells[row] |= kind == "year_to_date" and at in quarters
        tells[row] &= counts_people(indicators[at[0]]) and at[0] not in opened
    if policy != "dfe":
        tells[known] = True  # it would tell more than what is rounded
    tells &= np.isfinite(share)
    shown.loc[hidden | tells, held] = np.nan
    none = tells & ~hidden & (share == 0)
    shown.loc[none, COMPLETENESS[1]] = 0.0
