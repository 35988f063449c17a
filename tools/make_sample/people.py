"""Children of the made-up city: who they are, and that nobody is in two places at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

FIRST, LAST = date(2018, 4, 1), date(2025, 10, 14)
"""The simulation's first day, and the day on which the extracts are taken."""
QUARTER_END = date(2025, 9, 30)

LOCALITIES = {
    "North": ["Abbey Fields", "Brook Hill", "Cedar Park", "Dovecote", "Elm Rise"],
    "East": ["Fosse Gate", "Granby", "Highcross", "Ivy Lane"],
    "South": ["Jubilee", "Kiln Meadow", "Larkfield", "Millstone"],
    "West": ["Newfound", "Orchard", "Priory", "Quarry Bank"],
    "Central": ["Rowan Street", "Saltersford", "Tanners Row", "Upper Wharf"],
}
WARDS = [(ward, locality) for locality, wards in LOCALITIES.items() for ward in wards]
ETHNICITIES = {
    "WBRI": 0.36, "AIND": 0.2, "APKN": 0.08, "ABAN": 0.04, "AOTH": 0.05, "BAFR": 0.07, "BCRB": 0.03, "BOTH": 0.03,
    "MWBC": 0.04, "MWAS": 0.03, "MWBA": 0.02, "MOTH": 0.02, "WOTH": 0.02, "OOTH": 0.01,
}  # fmt: skip


@dataclass
class Child:
    """One made-up child; `busy` is the first day on which a new episode may start."""

    id: str
    birth: date
    gender: str
    ethnicity: str
    ward: str
    locality: str
    disabled: bool
    family: int
    busy: date = FIRST
    last_referral: date | None = None
    known: bool = False
    """Was on a plan before, and is being referred again."""

    def eighteen(self) -> date:
        """The day on which the child is 18."""
        return birthday(self.birth, 18)


def birthday(birth: date, age: int) -> date:
    """Return a birthday; 1 March for those born on 29 February, in other years."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


class City:
    """Makes children, each with an id of its own."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.children: list[Child] = []
        numbers = rng.permutation(90_000)
        self._numbers = iter(numbers.tolist())
        self._families = 0
        weights = np.array(list(ETHNICITIES.values()))
        self._ethnicities = list(ETHNICITIES)
        self._weights = weights / weights.sum()
        ward_weights = rng.dirichlet(np.full(len(WARDS), 6.0))
        self._ward_weights = ward_weights

    def child(self, on: date, youngest: float = 0.0, oldest: float = 17.0, like: Child | None = None) -> Child:
        """Return a new child aged between `youngest` and `oldest` on a day; a sibling where `like` is given."""
        rng = self.rng
        age = rng.uniform(youngest, oldest)
        birth = on - timedelta(days=int(age * 365.25) + 1)
        if like is None:
            self._families += 1
            ethnicity = self._ethnicities[rng.choice(len(self._weights), p=self._weights)]
            ward, locality = WARDS[rng.choice(len(WARDS), p=self._ward_weights)]
            family = self._families
        else:
            ethnicity, ward, locality, family = like.ethnicity, like.ward, like.locality, like.family
        gender = "a) Male" if rng.random() < 0.52 else "b) Female"
        made = Child(
            f"{next(self._numbers) + 4_000:07d}", birth, gender, ethnicity, ward, locality, bool(rng.random() < 0.09),
            family, busy=FIRST,
        )  # fmt: skip
        self.children.append(made)
        return made


def after(day: date, days: float | np.integer[Any]) -> date:
    """Return a day some days later."""
    return day + timedelta(days=int(days))


def weekday(day: date) -> date:
    """Return the day, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def known(day: date | None) -> date | None:
    """Return a day that the extract knows of; later ones lie ahead."""
    return day if day is not None and day <= LAST else None
