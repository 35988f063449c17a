"""95% intervals and p-values for percentages, rates, counts and means; they say nothing of causes.

Events are taken as independent. Siblings enter together: dividing counts and bases by the mean family size
before, as `carereport.judgement.compare` does, multiplies the variance by it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, lru_cache
from statistics import NormalDist
from types import ModuleType

Z95 = NormalDist().inv_cdf(0.975)
Interval = tuple[float, float]
_FAR = 50
"""Where so many are expected, the chance of less than one is under 1e-20."""


@cache
def _special() -> ModuleType:
    """Load SciPy only where its functions are needed: it takes longer than all else here."""
    from scipy import special

    return special


def wilson(x: float, n: float) -> Interval:
    """Return the interval of the proportion x of n (0 to 1): Wilson's score interval (Newcombe 1998).

    Raises ValueError where n is not positive or x lies outside 0 to n.
    """
    if n <= 0 or not 0 <= x <= n:
        raise ValueError("a proportion needs 0 <= x <= n and n above 0")
    p, z2 = x / n, Z95 * Z95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (0.0 if x == 0 else centre - half, 1.0 if x == n else centre + half)


def newcombe_difference(x1: float, n1: float, x2: float, n2: float) -> Interval:
    """Return the interval of x1/n1 - x2/n2: Newcombe's hybrid score method 10 (Newcombe 1998).

    Raises ValueError as `wilson` does.
    """
    (l1, u1), (l2, u2) = wilson(x1, n1), wilson(x2, n2)
    return hybrid(x1 / n1, l1, u1, x2 / n2, l2, u2)


def count(x: float) -> Interval:
    """Return the interval of a count: Byar's approximation for 10 or more, exact Poisson below.

    Source: OHID, Public health profiles technical guide (confidence intervals). The exact limits
    are Garwood's (1936), from the chi-squared distribution. Raises ValueError where x is negative.
    """
    if x < 0:
        raise ValueError("a count cannot be negative")
    if x < 10:
        lower = 0.0 if x == 0 else _mean_where(lambda mean: _at_least(x, mean), 0.025, rising=True)
        return lower, _mean_where(lambda mean: _at_most(x, mean), 0.025, rising=False)
    lower = x * (1 - 1 / (9 * x) - Z95 / (3 * math.sqrt(x))) ** 3
    more = x + 1
    upper = more * (1 - 1 / (9 * more) + Z95 / (3 * math.sqrt(more))) ** 3
    return lower, upper


def rate(x: float, population: float, scale: float = 10000) -> Interval:
    """Return the interval of scale * x / population, from the count's (Byar, exact below 10).

    Raises ValueError where the population is not positive or x is negative.
    """
    if population <= 0:
        raise ValueError("a rate needs a population above 0")
    lower, upper = count(x)
    return scale * lower / population, scale * upper / population


def count_difference(x1: float, x2: float, size1: float = 1.0, size2: float = 1.0) -> Interval:
    """Return the interval of x1 - x2, two independent Poisson counts, as `rate_difference` does.

    `size1` and `size2` are the mean sizes of the groups that come together.
    """
    return rate_difference(x1 / size1, 1 / size1, x2 / size2, 1 / size2, 1.0)


def rate_difference(x1: float, n1: float, x2: float, n2: float, scale: float = 10000) -> Interval:
    """Return the interval of scale * (x1/n1 - x2/n2) for two independent Poisson counts.

    Method of variance estimates recovery (Zou and Donner 2008), the hybrid that Newcombe used
    for proportions, from each rate's Byar or exact interval. Raises ValueError as `rate` does.
    """
    (l1, u1), (l2, u2) = rate(x1, n1, scale), rate(x2, n2, scale)
    return hybrid(scale * x1 / n1, l1, u1, scale * x2 / n2, l2, u2)


def mean(value: float, deviation: float, n: int) -> Interval:
    """Return Student's t interval of a mean from the rows' standard deviation and number.

    Raises ValueError for fewer than two rows.
    """
    if n < 2:
        raise ValueError("an interval of a mean needs at least two rows")
    half = float(_special().stdtrit(n - 1, 0.975)) * deviation / math.sqrt(n)
    return value - half, value + half


def two_sided(z: float) -> float:
    """Return the two-sided p-value of a standard normal deviate."""
    return math.erfc(abs(z) / math.sqrt(2))


def proportion_p_value(x: float, n: float, given: float) -> float:
    """Return the two-sided p-value of x of n against a fixed proportion: the score test that Wilson inverts."""
    observed = x / n
    spread = math.sqrt(given * (1 - given) / n) if 0 < given < 1 else 0.0
    if spread == 0:
        return 1.0 if math.isclose(observed, given, abs_tol=1e-12) else 0.0
    return two_sided(abs(observed - given) / spread)


@lru_cache(maxsize=4096)
def count_p_value(x: float, expected: float) -> float:
    """Return the two-sided p-value of a count against a fixed mean: exact Poisson, the smaller tail doubled."""
    if expected <= 0:
        return 1.0 if x == 0 else 0.0
    return min(1.0, 2 * min(_at_most(x, expected), _at_least(x, expected)))


def _at_most(x: float, mean: float) -> float:
    """Return the chance of x events or fewer where so many are expected (Poisson, summed term by term).

    Of a count that is not whole it is the upper incomplete gamma function, by its recurrence.
    """
    log, part = math.log(mean), x - math.floor(x)
    terms = (math.exp((k + part) * log - mean - math.lgamma(k + part + 1)) for k in range(math.floor(x) + 1))
    below = 1.0 - _from(part, mean) if part and mean < _FAR else 0.0
    return min(1.0, math.fsum(terms) + below)


def _at_least(x: float, mean: float) -> float:
    """Return the chance of x events or more; far out its terms are summed, as a difference from 1 would be lost."""
    return 1.0 - _at_most(x - 1, mean) if x <= mean else _from(x, mean)


def _from(x: float, mean: float) -> float:
    """Return the sum of the terms of x, x + 1, x + 2 and so on."""
    term = math.exp(x * math.log(mean) - mean - math.lgamma(x + 1))
    terms, k = [term], x
    while term > 1e-17 * terms[0]:
        k += 1
        term *= mean / k
        terms.append(term)
    return math.fsum(terms)


def _mean_where(chance: Callable[[float], float], share: float, *, rising: bool) -> float:
    """Return the mean at which a chance is a share, by halving the range in which it can lie."""
    low, high = 0.0, 100.0
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if (chance(middle) < share) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def hybrid(p1: float, l1: float, u1: float, p2: float, l2: float, u2: float) -> Interval:
    """Return the interval of p1 - p2 from the interval of each (Zou and Donner 2008)."""
    difference = p1 - p2
    lower = difference - math.hypot(p1 - l1, u2 - p2)
    upper = difference + math.hypot(u1 - p1, p2 - l2)
    return lower, upper
