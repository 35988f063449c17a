"""Referral by referral: assessment, enquiry, conference, plan, care; each after the one before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from carereport.calendar import bank_holidays
from tools.make_sample.people import FIRST, LAST, Child, City, after, weekday

BANK = frozenset(bank_holidays(2017, 2027))
SOURCES = [
    ("e) 2A: Schools", 0.24),
    ("q) 6: Police", 0.27),
    ("h) 3B: Health services", 0.12),
    ("g) 3A: Health services", 0.06),
    ("n) 5A: LA services", 0.12),
    ("a) 1A: Individual", 0.07),
    ("m) 4: Housing", 0.03),
    ("s) 8: Other", 0.05),
    ("t) 9: Anonymous", 0.04),
]


@dataclass
class Spell:
    """Something that starts and may end."""

    child: Child
    start: date
    end: date | None
    team: str = ""
    detail: str = ""
    referral: int = 0


@dataclass
class Enquiry:
    """A section 47 enquiry and what came of it."""

    child: Child
    start: date
    conference: date | None
    plan: bool
    team: str


@dataclass
class Referral:
    child: Child
    received: date
    source: str
    nfa: bool
    team: str


@dataclass
class Story:
    """Everything that happened in the city."""

    referrals: list[Referral] = field(default_factory=list)
    assessments: list[Spell] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)
    needs: list[Spell] = field(default_factory=list)
    plans: list[Spell] = field(default_factory=list)
    care: list[Spell] = field(default_factory=list)
    nfa_owed: float = 0.0
    """The share of a referral with no further action still to come, so that months differ little."""


BABY = 300
"""Days: a younger child who needs care needs it sooner."""
TEAMS = ["Assessment 1", "Assessment 2", "Assessment 3", "Assessment 4"]
LONG_TEAMS = ["Family support North", "Family support East", "Family support South", "Family support West"]


def working_days_after(day: date, count: int) -> date:
    """Return the day that lies `count` working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in BANK:
            count -= 1
    return day


def year_of(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def returning(day: date) -> float:
    """The share of referrals of children referred within the last 12 months: falling slowly."""
    return float(np.interp(year_of(day), [2018.3, 2022.5, 2024.5, 2025.2, 2025.8], [0.24, 0.23, 0.205, 0.184, 0.175]))


def no_further_action(day: date) -> float:
    return float(np.interp(year_of(day), [2018.3, 2023.0, 2024.3, 2024.8], [0.09, 0.075, 0.045, 0.032]))


def pressure(day: date) -> float:
    """How much more often than usual a referral leads to an enquiry: more from April 2025."""
    return float(np.interp(year_of(day), [2018.3, 2025.2, 2025.4, 2025.75], [1.0, 1.0, 1.16, 1.22]))


def in_time(day: date) -> float:
    """The share of assessments started on a day that end within 45 working days."""
    return float(
        np.interp(
            year_of(day),
            [2018.3, 2022.5, 2023.5, 2024.0, 2024.8, 2025.2, 2025.6],
            [0.755, 0.745, 0.72, 0.69, 0.705, 0.765, 0.815],
        )
    )


def lateness(day: date) -> float:
    """How many days late assessments run on average beyond 45 working days."""
    return float(np.interp(year_of(day), [2018.3, 2023.0, 2024.2, 2024.9, 2025.4], [50, 60, 92, 70, 48]))


def referrals_a_day(day: date) -> float:
    season = {
        1: 1.0,
        2: 1.02,
        3: 1.06,
        4: 0.96,
        5: 1.04,
        6: 1.06,
        7: 1.05,
        8: 0.78,
        9: 1.0,
        10: 1.05,
        11: 1.06,
        12: 0.86,
    }
    growth = float(np.interp(year_of(day), [2018.3, 2025.2, 2025.5], [1.0, 1.0, 1.06]))
    return 2560 / 365.25 * season[day.month] * growth * (1.32 if day.weekday() < 5 else 0.2)


def tell(city: City) -> Story:
    """Let seven and a half years of referrals happen."""
    rng, story = city.rng, Story()
    recent: list[Child] = []
    older: list[Child] = []
    seed_stock(city, story)
    planned = [plan.child for plan in story.plans]
    day = FIRST
    while day <= LAST:
        for _ in range(rng.poisson(referrals_a_day(day))):
            child = _who(city, recent, older, planned, day)
            if child is None:
                continue
            before = len(story.plans)
            recent += _refer(city, story, child, day)
            planned += [plan.child for plan in story.plans[before:]]
            if child.last_referral == day and rng.random() < 0.22:
                sibling = city.child(day, 0, 16, like=child)
                recent += _refer(city, story, sibling, day)
        if day.day == 1:
            limit = day - timedelta(days=372)
            older += [c for c in recent if c.last_referral is not None and c.last_referral < limit]
            recent = [c for c in recent if c.last_referral is not None and c.last_referral >= limit]
        day += timedelta(days=1)
    return story


def _who(city: City, recent: list[Child], older: list[Child], planned: list[Child], day: date) -> Child | None:
    """Choose whom a referral is about: once on a plan, of the last year, of earlier years, or new."""
    rng = city.rng
    if rng.random() < 0.068:
        for _ in range(40):
            child = planned[rng.integers(len(planned))]
            quiet = child.last_referral is None or (day - child.last_referral).days > 372
            if child.busy < day and quiet and child.eighteen() > after(day, 200):
                child.known = True
                return child
    if recent and rng.random() < returning(day) * 1.2:
        for _ in range(60):
            child = recent[rng.integers(len(recent))]
            last = child.last_referral
            if (
                child.busy < day
                and last is not None
                and 20 < (day - last).days < 360
                and child.eighteen() > after(day, 120)
            ):
                return child
        return None
    if older and rng.random() < 0.25:
        for _ in range(20):
            child = older[rng.integers(len(older))]
            last = child.last_referral
            if child.busy < day and last is not None and (day - last).days > 372 and child.eighteen() > after(day, 120):
                return child
    return city.child(day, 0.0, 0.7) if rng.random() < 0.07 else city.child(day, 0.0, 16.8)


def _refer(city: City, story: Story, child: Child, day: date) -> list[Child]:
    """Let one referral run its course; return the child where it joins those recently referred."""
    rng = city.rng
    first_time = child.last_referral is None
    child.last_referral = day
    team = TEAMS[rng.integers(4)]
    weights = np.array([w for _, w in SOURCES])
    source = SOURCES[rng.choice(len(SOURCES), p=weights / weights.sum())][0]
    story.nfa_owed += no_further_action(day)
    nfa = story.nfa_owed >= 1
    story.nfa_owed -= float(nfa)
    story.referrals.append(Referral(child, day, source, nfa, team))
    joined = [child] if first_time else []
    if nfa:
        child.busy = after(day, 1)
        return joined
    start = weekday(after(day, rng.integers(0, 3)))
    if rng.random() < in_time(start):
        end = working_days_after(start, int(min(45, rng.gamma(9, 3.6) + 4)))
    else:
        end = after(working_days_after(start, 46), rng.exponential(lateness(start)))
    end = weekday(end)
    end = min(end, after(child.eighteen(), -1))
    if end <= start:
        end = after(start, 1)
    child.busy = after(end, 1)
    enquiry = rng.random() < (0.8 if child.known else 0.455 * pressure(day))
    support = bool(rng.random() < (0.85 if enquiry else 0.5))
    spell = Spell(child, start, end, team, "a) Yes" if support else "b) No")
    story.assessments.append(spell)
    planned = False
    if enquiry:
        planned = _enquire(city, story, child, start, team)
    elif rng.random() < (0.3 if (day - child.birth).days < BABY else 0.066):
        _into_care(city, story, child, after(start, rng.integers(1, 60)))
    if support and not planned and child.busy <= after(end, 1):
        close = after(end, 30 + rng.gamma(2.0, 75))
        close = min(close, after(child.eighteen(), -1))
        if close > end:
            story.needs.append(Spell(child, end, close, LONG_TEAMS[rng.integers(4)], "N1 - Abuse or neglect"))
            child.busy = after(close, 1)
    return joined


def _enquire(city: City, story: Story, child: Child, start: date, team: str) -> bool:
    """Let a section 47 enquiry run; return whether a plan or care came of it."""
    rng = city.rng
    strategy = weekday(after(start, rng.integers(0, 15)))
    if rng.random() >= (0.85 if child.known else 0.335) or child.eighteen() < after(strategy, 150):
        story.enquiries.append(Enquiry(child, strategy, None, False, team))
        return False
    wait = rng.integers(8, 16) if rng.random() < 0.81 else rng.integers(16, 31)
    conference = working_days_after(strategy, int(wait))
    plan = bool(rng.random() < 0.86)
    story.enquiries.append(Enquiry(child, strategy, conference, plan, team))
    if not plan:
        return False
    child.known = False
    length = 60 + rng.gamma(2.6, 128)
    end = min(after(conference, min(length, 700)), after(child.eighteen(), -1))
    category = ["a) Neglect", "d) Emotional abuse", "b) Physical abuse", "c) Sexual abuse"][
        rng.choice(4, p=[0.46, 0.36, 0.12, 0.06])
    ]
    made = Spell(child, conference, end, LONG_TEAMS[rng.integers(4)], category)
    story.plans.append(made)
    story.needs.append(Spell(child, conference, end, made.team, "N1 - Abuse or neglect"))
    child.busy = max(child.busy, after(end, 1))
    if rng.random() < 0.2:
        into = after(conference, rng.integers(20, 260))
        if into < end:
            made.end = into
            story.needs[-1].end = into
            _into_care(city, story, child, into)
    return True


def _into_care(city: City, story: Story, child: Child, start: date) -> None:
    """Start a period of care; how long it lasts is drawn by care.py's rules of thumb."""
    rng = city.rng
    if start >= after(child.eighteen(), -40):
        return
    length = rng.exponential(980) + 12
    end = min(after(start, length), child.eighteen())
    story.care.append(Spell(child, start, end, "Children in care"))
    child.busy = max(child.busy, after(end, 1))


def seed_stock(city: City, story: Story) -> None:
    """Those already on a plan or in care when the simulation begins, and unaccompanied children later."""
    rng = city.rng
    for _ in range(380):
        start = after(FIRST, -rng.integers(1, 300))
        child = city.child(start, 0, 15)
        end = after(FIRST, rng.integers(10, 330))
        story.plans.append(Spell(child, start, end, LONG_TEAMS[rng.integers(4)], "a) Neglect"))
        child.busy = after(end, 1)
    for _ in range(470):
        start = after(FIRST, -rng.exponential(700) - 5)
        child = city.child(start, 0, 15.5)
        while child.eighteen() <= after(FIRST, 60):
            child = city.child(start, 0, 12)
        end = min(after(FIRST, rng.exponential(1000) + 5), child.eighteen())
        story.care.append(Spell(child, start, end, "Children in care"))
        child.busy = after(end, 1)
    day = FIRST
    while day < LAST:
        day = after(day, rng.exponential(34) + 2)
        child = city.child(day, 15.2, 17.3)
        child.gender = "a) Male" if rng.random() < 0.9 else "b) Female"
        child.ethnicity = ["OOTH", "BAFR", "AOTH"][rng.integers(3)]
        story.care.append(Spell(child, day, child.eighteen(), "Children in care", "uasc"))
        child.busy = after(child.eighteen(), 1)
