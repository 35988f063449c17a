"""What happens during a period of care: homes, legal status, reviews, visits, missing, workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from tools.make_sample.front_door import Spell, Story
from tools.make_sample.people import LAST, Child, City, after, known

WINDOW = date(2021, 4, 1)
FOSTER, HOME, SUPPORTED, PARENTS, KIN, OTHER = "U6", "K2", "H5", "P1", "U3", "Z1"


@dataclass
class Episode:
    """One row of the SSDA903 episodes: an unchanging home and legal status."""

    child: Child
    decom: date
    rne: str
    ls: str
    place: str
    provider: str
    urn: str
    dec: date | None
    rec: str
    reason: str


@dataclass
class CareLife:
    """Everything the care files hold."""

    episodes: list[Episode] = field(default_factory=list)
    reviews: list[tuple[Child, date, str]] = field(default_factory=list)
    care_reviews: list[tuple[Child, date, date | None, str]] = field(default_factory=list)
    care_visits: list[tuple[Child, date, date | None]] = field(default_factory=list)
    missing: list[tuple[Child, date, date | None]] = field(default_factory=list)
    interviews: list[tuple[Child, date, bool, date | None]] = field(default_factory=list)
    workers: list[tuple[Child, str, date, date | None, str]] = field(default_factory=list)
    adoptions: list[tuple[Child, date, date, date, date, date, date]] = field(default_factory=list)


def live(city: City, story: Story) -> CareLife:
    """Fill every period of care; later ends than the extract are unknown in the files."""
    life = CareLife()
    story.care.sort(key=lambda spell: (spell.start, spell.child.id))
    for spell in story.care:
        _episodes(city, life, spell)
        if spell.end is None or spell.end > WINDOW:
            _reviews(city, life, spell)
            _visits(city, life, spell)
            _workers(city, life, spell)
            _missing(city, life, spell)
    _short_breaks(city, life)
    return life


def _age(child: Child, day: date) -> float:
    return (day - child.birth).days / 365.25


def _home(rng: np.random.Generator, child: Child, day: date, uasc: bool) -> str:
    age = _age(child, day)
    if uasc or age >= 16:
        return str(rng.choice([SUPPORTED, FOSTER, HOME], p=[0.42, 0.43, 0.15]))
    if age >= 10:
        return str(rng.choice([FOSTER, KIN, HOME, PARENTS, OTHER], p=[0.55, 0.12, 0.24, 0.06, 0.03]))
    return str(rng.choice([FOSTER, KIN, PARENTS, HOME], p=[0.64, 0.22, 0.12, 0.02]))


def _urn(rng: np.random.Generator, place: str) -> str:
    return "" if place == PARENTS else f"{rng.integers(1_000_000, 9_999_999)}"


def _provider(rng: np.random.Generator, place: str) -> str:
    if place == PARENTS:
        return "PR0"
    return str(rng.choice(["PR1", "PR4", "PR5"], p=[0.55, 0.38, 0.07] if place in (FOSTER, KIN) else [0.15, 0.8, 0.05]))


def _episodes(city: City, life: CareLife, spell: Spell) -> None:
    rng, child, start = city.rng, spell.child, spell.start
    end = spell.end or LAST + timedelta(days=400)
    uasc = spell.detail == "uasc"
    restless = rng.gamma(0.5, 0.85)
    changes: list[tuple[date, str]] = []
    day = start
    while True:
        step = rng.exponential(365 / max(0.06, restless * (1.7 if (day - start).days < 200 else 0.75))) + 6
        day = after(day, step)
        if day >= end:
            break
        changes.append((day, "P"))
    court = "V2" if uasc or rng.random() < 0.3 else "C1"
    orders = [(start, court)]
    if court == "C1":
        full = after(start, rng.uniform(170, 330))
        if full < end:
            orders.append((full, "C2"))
    adopted = child_is_young(child, start) and court == "C1" and 300 < (end - start).days < 1600 and rng.random() < 0.85
    rec = _reason_to_leave(rng, child, end, adopted)
    if adopted:
        order = after(start, (end - start).days * 0.45)
        placed = after(start, (end - start).days * 0.66)
        orders = [o for o in orders if o[0] < order] + [(order, "E1")]
        changes = [c for c in changes if c[0] < placed] + [(placed, "P")]
        matched = after(placed, -25)
        decision = after(order, -50)
        life.adoptions.append((child, start, decision, order, matched, placed, end))
    place = _home(rng, child, start, uasc)
    urn, provider, ls = _urn(rng, place), _provider(rng, place), orders[0][1]
    events = sorted({(d, "L", o) for d, o in orders[1:]} | {(d, k, "") for d, k in changes})
    here, rne = start, "S"
    for n, (when, kind, order_code) in enumerate(events):
        if when <= here:
            continue
        reason = "" if kind == "L" else str(rng.choice(["CARPL", "CREQB", "PLACE", "CHILD", "STAND"]))
        life.episodes.append(Episode(child, here, rne, ls, place, provider, urn, when, "X1", reason))
        here, rne = when, kind
        if kind == "L":
            ls = order_code
        else:
            last_move = all(k == "L" for _, k, _ in events[n + 1 :])
            place = "A5" if adopted and last_move else _home(rng, child, when, uasc)
            urn, provider = _urn(rng, place), _provider(rng, place)
    life.episodes.append(Episode(child, here, rne, ls, place, provider, urn, spell.end, rec, ""))


def child_is_young(child: Child, day: date) -> bool:
    return _age(child, day) < 5


def _reason_to_leave(rng: np.random.Generator, child: Child, end: date, adopted: bool) -> str:
    if adopted:
        return "E12"
    if end >= child.eighteen():
        return str(rng.choice(["E5", "E17", "E6", "E7"], p=[0.55, 0.25, 0.12, 0.08]))
    return str(rng.choice(["E4A", "E4B", "E45", "E47", "E13", "E8"], p=[0.4, 0.14, 0.14, 0.06, 0.12, 0.14]))


def _due_days(spell: Spell, first: int, steps: list[int]) -> list[date]:
    """Return when something falls due during a spell: first, then by steps, the last one repeating."""
    end = min(spell.end or LAST, LAST)
    days, day, n = [], after(spell.start, first), 0
    while day < end:
        days.append(day)
        day = after(day, steps[min(n, len(steps) - 1)])
        n += 1
    return days


def _reviews(city: City, life: CareLife, spell: Spell) -> None:
    rng = city.rng
    for due in _due_days(spell, 26, [91, 182]):
        if due < WINDOW:
            continue
        on_time = rng.random() < 0.91
        held = after(due, -rng.integers(0, 9)) if on_time else after(due, rng.integers(2, 40))
        held = max(held, after(spell.start, 1))
        held_known = None if held >= min(spell.end or LAST, LAST) else known(held)
        young = _age(spell.child, due) < 4
        took_part = "" if young or held_known is None else ("Yes" if rng.random() < 0.93 else "No")
        life.care_reviews.append((spell.child, due, held_known, took_part))
        if held_known is not None:
            life.reviews.append((spell.child, held_known, "PN0" if young else "PN1" if took_part == "Yes" else "PN3"))


def _visits(city: City, life: CareLife, spell: Spell) -> None:
    rng = city.rng
    for due in _due_days(spell, 7, [49]):
        if due < WINDOW:
            continue
        chance = 0.9 if due < date(2025, 1, 1) else 0.885
        held = after(due, -rng.integers(0, 12)) if rng.random() < chance else after(due, rng.integers(3, 30))
        held = max(held, after(spell.start, 1))
        late = held >= min(spell.end or LAST, LAST)
        life.care_visits.append((spell.child, due, None if late else known(held)))


def _workers(city: City, life: CareLife, spell: Spell) -> None:
    rng, day = city.rng, spell.start
    end = spell.end or LAST + timedelta(days=1)
    while day < end:
        leave = after(day, rng.exponential(420) + 25)
        stop = min(leave, end)
        life.workers.append(
            (spell.child, f"SW{rng.integers(100, 290)}", day, known(stop), "LEFTRL" if stop < end else "MANAGE")
        )
        day = stop


def _missing(city: City, life: CareLife, spell: Spell) -> None:
    rng, child = city.rng, spell.child
    end = min(spell.end or LAST, LAST)
    day = max(spell.start, WINDOW, after(child.birth, 12 * 365.25))
    if day >= end or rng.random() > 0.3:
        return
    rate = rng.gamma(0.8, 4.0) + 0.3
    while True:
        day = after(day, rng.exponential(365 / rate) + 4)
        if day >= after(end, -4):
            return
        back = after(day, rng.integers(1, 4))
        life.missing.append((child, day, known(back)))
        if back <= LAST:
            offered = bool(rng.random() < 0.95)
            held = after(back, rng.integers(0, 4) if rng.random() < 0.8 else rng.integers(4, 12)) if offered else None
            life.interviews.append((child, back, offered, known(held) if held and rng.random() < 0.86 else None))


def _short_breaks(city: City, life: CareLife) -> None:
    """Disabled children with agreed short breaks: in the return, not in care."""
    rng = city.rng
    for _ in range(36):
        start = after(date(2020, 5, 1), rng.integers(0, 1700))
        child = city.child(start, 5, 14)
        child.disabled = True
        end = min(after(start, rng.integers(200, 900)), child.eighteen())
        life.episodes.append(Episode(child, start, "S", "V4", FOSTER, "PR1", _urn(rng, FOSTER), end, "E8", ""))
