"""Four methods that continue a monthly series by a quarter, each with the spread of its error; it judges none.

What is projected is a stock's last month, or the sum of a flow's three months. Spreads are those of the
methods' own errors and do not allow for parameters being estimated: the back-test tells whether that matters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

import numpy as np

from carereport.judgement.special_cause import Floats

AHEAD = 3
"""Months projected."""
YEAR = 12


@dataclass(frozen=True)
class Projection:
    """The middle of what a method expects of the quarter, and the standard deviation of its error."""

    centre: float
    spread: float


Method = Callable[[Floats, bool], Projection]
"""From monthly values without a gap, and whether they are a stock, to the next quarter."""


def naive(months: Floats, is_stock: bool) -> Projection:
    """The quarter as the last one was; the spread is the root mean square of such differences in the past."""
    values = quarter_values(months, is_stock)
    return Projection(float(values[-1]), _root_mean_square(values[AHEAD:] - values[:-AHEAD]))


def seasonal_naive(months: Floats, is_stock: bool) -> Projection:
    """The quarter as the same quarter was a year before."""
    values = quarter_values(months, is_stock)
    return Projection(float(values[AHEAD - YEAR - 1]), _root_mean_square(values[YEAR:] - values[:-YEAR]))


def damped_smoothing(months: Floats, is_stock: bool) -> Projection:
    """Exponential smoothing with a damped trend, additive errors (Hyndman and others 2008, model A, Ad, N).

    The error of month h is the sum of the weights of `1 + …` on the errors of months 1 to h (ibid., 6.3).
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = ETSModel(months, error="add", trend="add", damped_trend=True).fit(disp=False)
    level, trend, damping = (float(value) for value in found.params[:3])
    weights = [1.0]
    for step in range(1, AHEAD):
        weights.append(level + trend * sum(damping**power for power in range(1, step + 1)))
    return _of_model(found.forecast(AHEAD), np.array(weights), float(found.mse), is_stock)


def arima(months: Floats, is_stock: bool) -> Projection:
    """The ARIMA(p, d, q) of least AICc, p + q at most 2; d by the KPSS test at 5% (Hyndman and Khandakar 2008)."""
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.stattools import kpss

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        steady = np.ptp(months) == 0 or kpss(months, regression="c", nlags="auto")[1] >= 0.05
        fits = [
            ARIMA(months, order=(p, 0 if steady else 1, q), trend="c" if steady else "n").fit()
            for p, q in product(range(3), range(3))
            if p + q <= 2
        ]
    found = min(fits, key=lambda fit: float(fit.aicc))
    weights = np.asarray(found.impulse_responses(AHEAD - 1), dtype=np.float64).ravel()
    variance = float(found.params[-1])
    return _of_model(found.forecast(AHEAD), weights, variance, is_stock)


METHODS: dict[str, Method] = {
    "last quarter again": naive,
    "same quarter last year": seasonal_naive,
    "exponential smoothing with a damped trend": damped_smoothing,
    "ARIMA": arima,
}
"""By the name that the report gives; where two score alike, the first is taken."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep matrices to one thread: they are small, and several threads take ten times as long over them."""
    import statsmodels.tsa.api  # noqa: F401  (what is loaded later would not be kept to it)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def quarter_values(months: Floats, is_stock: bool) -> Floats:
    """Return for each month what a quarter that ends with it comes to: a stock's value, a flow's three months."""
    return months if is_stock else np.convolve(months, np.ones(AHEAD), mode="valid")


def _of_model(means: Floats, weights: Floats, variance: float, is_stock: bool) -> Projection:
    """Return the quarter of a linear model: `weights` are those of a month's error on that month and the next ones."""
    shares = weights[::-1] if is_stock else np.cumsum(weights)
    centre = means[-1] if is_stock else means.sum()
    return Projection(float(centre), float(np.sqrt(max(variance, 0.0) * np.square(shares).sum())))


def _root_mean_square(errors: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))
