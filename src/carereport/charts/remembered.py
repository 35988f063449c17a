"""Charts drawn once: of equal arguments in equal fonts the same is drawn, so an equal chart is not drawn again."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from carereport.charts import Chart
from carereport.charts.theme import fonts_chosen

P = ParamSpec("P")
MOST = 400
"""Charts kept, those of several reports; the oldest go first."""
_held: dict[bytes, Chart] = {}


def remembered(draw: Callable[P, Chart]) -> Callable[P, Chart]:
    """Return a chart function that remembers what it drew, by all that it was given."""

    @wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> Chart:
        key = _content((draw.__module__, draw.__name__, fonts_chosen(), given, named))
        found = _held.pop(key) if key in _held else draw(*given, **named)
        _held[key] = found
        if len(_held) > MOST:
            del _held[next(iter(_held))]
        return found

    return drawn


def _content(value: object) -> bytes:
    """Return bytes that tell the whole of a value; those of equal values do not depend on what they share."""
    target = io.BytesIO()
    pickler = pickle.Pickler(target, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.fast = True
    pickler.dump(value)
    return target.getvalue()
