"""How pandas holds texts: those of extracts in Arrow, many and seldom looked up; labels and categories as Python's."""

from __future__ import annotations

import numpy as np
import pandas as pd

pd.options.mode.string_storage = "python"

ARROW_TEXTS = pd.StringDtype("pyarrow", na_value=np.nan)
"""The `str` of pandas, held by Arrow: for columns as long as an extract."""
