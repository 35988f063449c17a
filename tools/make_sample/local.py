"""What the returns lack, as plain local lists: contacts' decisions, visits, demand, posts, quality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tools.make_sample.front_door import SOURCES, Story, working_days_after
from tools.make_sample.people import LAST, QUARTER_END, Child, City, after, birthday, known, weekday

WINDOW = date(2021, 4, 1)
MONTHS = [
    date(y, m, 1) for y in range(2021, 2026) for m in range(1, 13) if date(2021, 4, 1) <= date(y, m, 1) <= QUARTER_END
]


ASSESSMENT_CASES = 619
"""Cases that the assessment teams held at the end of September 2025."""


@dataclass
class Contact:
    child: Child
    received: date
    source: str
    decided: date | None
    outcome: str


def contacts(city: City, story: Story) -> list[Contact]:
    """Return a contact for each referral and many that lead to none."""
    rng = city.rng
    made = []
    for referral in story.referrals:
        if referral.received >= WINDOW:
            day = referral.received
            made.append(_contact(rng, referral.child, day, referral.source, "Referral"))
    crowd = [city.child(date(2021, 4, 1), 0, 14) for _ in range(12_500)]
    season = {1: 1.0, 2: 1.0, 3: 1.1, 4: 0.92, 5: 1.06, 6: 1.12, 7: 1.08, 8: 0.62, 9: 1.0, 10: 1.1, 11: 1.1, 12: 0.9}
    weights = np.array([w for _, w in SOURCES])
    day = WINDOW
    while day <= LAST:
        growth = 1.0 + 0.1 * max(0.0, (day - date(2025, 1, 1)).days / 270)
        mean = 6100 / 365.25 * season[day.month] * growth * (1.34 if day.weekday() < 5 else 0.15)
        for _n in range(rng.poisson(mean)):
            child = crowd[rng.integers(len(crowd))]
            while child.birth >= day or child.eighteen() <= day:
                child = crowd[rng.integers(len(crowd))]
            source = SOURCES[rng.choice(len(SOURCES), p=weights / weights.sum())][0]
            outcome = str(rng.choice(["Early help", "Advice", "No action"], p=[0.24, 0.5, 0.26]))
            made.append(_contact(rng, child, day, source, outcome))
        day += timedelta(days=1)
    return sorted(made, key=lambda c: (c.received, c.child.id))


def _contact(rng: np.random.Generator, child: Child, day: date, source: str, outcome: str) -> Contact:
    wait = 0 if rng.random() < 0.45 else 1 if rng.random() < 0.83 else int(rng.integers(2, 7))
    decided = known(working_days_after(day, wait) if wait else day)
    return Contact(child, day, source, decided, outcome if decided else "")


def early_help(city: City) -> list[tuple[Child, date, date | None, str]]:
    rng, rows = city.rng, []
    day = date(2020, 12, 1)
    while day <= LAST:
        for _ in range(rng.poisson(3.4 if day.weekday() < 5 else 0)):
            child = city.child(day, 0, 16)
            done = after(day, rng.gamma(3, 16) + 5)
            who = str(rng.choice(["Council", "School", "Health", "Voluntary sector"], p=[0.4, 0.35, 0.15, 0.1]))
            if done > WINDOW:
                rows.append((child, day, known(done), who))
        day += timedelta(days=1)
    return rows


def plan_visits(city: City, story: Story) -> list[tuple[Child, date, str]]:
    """Visits to children on plans, about every three weeks, sometimes late."""
    rng, rows = city.rng, []
    for plan in story.plans:
        end = min(plan.end or LAST, LAST)
        day = after(plan.start, rng.integers(3, 10))
        while day < end:
            if day >= date(2021, 3, 1):
                alone = "Yes" if rng.random() < 0.82 else "No"
                if weekday(day) < end:
                    rows.append((plan.child, weekday(day), alone))
            day = after(day, rng.integers(18, 28) if rng.random() < 0.93 else rng.integers(29, 48))
    return sorted(((c, d, s) for c, d, s in rows if d <= LAST), key=lambda r: (r[1], r[0].id))


def plan_reviews(city: City, story: Story) -> list[tuple[Child, date, date | None]]:
    rng, rows = city.rng, []
    for plan in story.plans:
        end, due, step = min(plan.end or LAST, LAST), after(plan.start, 90), 182
        while due < end:
            if due >= WINDOW:
                held = after(due, -rng.integers(0, 10)) if rng.random() < 0.87 else after(due, rng.integers(2, 35))
                rows.append((plan.child, due, held if held < end else None))
            due = after(due, step)
    return sorted(rows, key=lambda r: (r[1], r[0].id))


def demand(city: City) -> list[tuple[Child, str, date, date | None]]:
    """The analysis tool's cases; the index is screening + 2 x assessment + 3 x protection open cases.

    About 300 until March 2025, exactly 309 on 31 March and 485 on 30 September 2025.
    """
    rng = city.rng
    ends = [date(2021, 3, 31), *[_month_end(m) for m in MONTHS]]
    open_cases: dict[str, list[list[object]]] = {"Screening": [], "Assessment": [], "Protection": []}
    rows: list[list[object]] = []
    rise = {4: 334, 5: 367, 6: 399, 7: 432, 8: 458, 9: 485}
    for n, end in enumerate(ends):
        start = end if n == 0 else after(ends[n - 1], 1)
        target = (
            rise[end.month]
            if end > date(2025, 3, 31)
            else 309
            if end == date(2025, 3, 31)
            else int(300 + rng.normal(0, 6))
        )
        protection = round(target * 0.4 / 3)
        assessment = round(target * 0.38 / 2)
        screening = target - 3 * protection - 2 * assessment
        for stage, wanted, stay in (
            ("Screening", screening, 0.15), ("Assessment", assessment, 0.45), ("Protection", protection, 0.75),
        ):  # fmt: skip
            held = open_cases[stage]
            kept = [case for case in held if rng.random() < stay][:wanted]
            kept_ids = {id(case) for case in kept}
            for case in held:
                if id(case) not in kept_ids:
                    case[3] = after(start, rng.integers(0, max(1, (end - start).days)))
            for _ in range(wanted - len(kept)):
                day = after(start, rng.integers(0, max(1, (end - start).days + 1)))
                case = [city.child(day, 0, 16), stage, min(day, end), None]
                rows.append(case)
                kept.append(case)
            open_cases[stage] = kept
    for case in rows:
        if case[3] is not None and case[3] < case[2]:  # type: ignore[operator]
            case[3] = case[2]
    return [(c, s, o, e) for c, s, o, e in rows]  # type: ignore[misc]


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def workforce(city: City) -> list[list[object]]:
    """Posts by month and team; four new posts, still empty, are created in September 2025."""
    rng, rows = city.rng, []
    teams = ["Assessment", "Family support", "Children in care", "Leaving care", "Disabled children", "Fostering"]
    posts = [42.0, 58.0, 38.0, 14.0, 16.0, 13.0]
    vacancy = np.array([0.14, 0.15, 0.12, 0.1, 0.13, 0.08])
    left = [[round(post * 0.0112 * 2) / 2] * 11 for post in posts]
    for n, month in enumerate(MONTHS):
        new = month >= date(2025, 9, 1)
        for t, team in enumerate(teams):
            established = posts[t] + (2.0 if new and t < 2 else 0.0)
            drift = 0.02 * np.sin(n / 7 + t) + rng.normal(0, 0.008)
            vacant = round(max(0.0, (vacancy[t] + drift) * posts[t]) * 2) / 2 + (2.0 if new and t < 2 else 0.0)
            if month == date(2025, 9, 1):
                vacant = [8.5, 9.5, 4.5, 2.0, 3.0, 1.5][t] + (0.5 if t == 1 else 0)
            in_post = established - vacant
            agency = round(in_post * (0.155 + 0.02 * np.sin(n / 9 + 2 * t)) * 2) / 2
            leavers = float(rng.binomial(max(1, int(in_post)), 0.0112))
            left[t].append(leavers)
            holders = round(in_post * 0.72 + agency * 0.85, 1)
            cases = round(holders * (17.2 + 1.2 * np.sin(n / 8) + 0.02 * n + rng.normal(0, 0.35)))
            if month == date(2025, 9, 1) and team == "Assessment":
                cases = ASSESSMENT_CASES
            days = 21 * in_post
            due = max(4, int(in_post))
            rows.append(
                [month, team, established, vacant, agency, in_post, leavers, cases, holders,
                 round(days * (0.041 + 0.008 * np.sin(n / 2) + rng.normal(0, 0.003)), 1), round(days, 1), due,
                 int(rng.binomial(due, 0.87)), sum(left[t][-12:])]
            )  # fmt: skip
    return rows


def audits(city: City) -> list[tuple[date, str, str, str]]:
    rng, rows = city.rng, []
    for n, month in enumerate(MONTHS):
        good = 0.36 + 0.003 * n
        for _ in range(int(rng.integers(12, 16))):
            grade = str(rng.choice(["Outstanding", "Good", "Requires improvement", "Inadequate"],
                                   p=[0.03, good, 0.87 - good, 0.1]))  # fmt: skip
            moderated = rng.random() < 0.3
            agreed = ("Yes" if rng.random() < 0.84 else "No") if moderated else ""
            rows.append((weekday(after(month, rng.integers(0, 27))), grade, "Yes" if moderated else "No", agreed))
    return sorted(rows)


def complaints(city: City) -> list[tuple[date, str, date | None, str]]:
    rng, rows = city.rng, []
    day = date(2020, 10, 1)
    while day <= LAST:
        day = after(day, rng.exponential(3.4) + 0.4)
        if day > LAST:
            break
        received = weekday(day)
        stage = str(rng.choice(["1", "2", "3"], p=[0.86, 0.11, 0.03]))
        wait = rng.integers(4, 20) if rng.random() < 0.74 else rng.integers(21, 45)
        answered = known(working_days_after(received, int(wait)))
        upheld = str(rng.choice(["Yes", "Partly", "No"], p=[0.18, 0.36, 0.46])) if answered else ""
        if received <= LAST:
            rows.append((received, stage, answered, upheld))
    return rows


def ehc_plans(city: City) -> list[tuple[Child, date, date | None, str]]:
    rng, rows = city.rng, []
    day = date(2020, 4, 1)
    while day <= LAST:
        for _ in range(rng.poisson(2.1 if day.weekday() < 5 else 0)):
            child = city.child(day, 2, 16)
            prompt = rng.random() < (0.5 if day < date(2024, 6, 1) else 0.55)
            weeks = rng.uniform(14, 19.9) if prompt else 20.2 + rng.gamma(2, 6)
            issued = after(day, weeks * 7)
            agreed = rng.random() < 0.8
            rows.append(
                (child, day, known(weekday(issued)) if agreed else None, "Yes" if rng.random() < 0.16 else "No")
            )
        day += timedelta(days=1)
    return rows


def ehc_caseload() -> list[tuple[date, int, int, int]]:
    """Return by month the education plans open, and the yearly reviews that fell due and were held in time."""
    rng, rows = np.random.default_rng(2014), []
    for n, month in enumerate(MONTHS):
        plans = round(2150 + 13.5 * n + rng.normal(0, 6))
        due = int(rng.poisson(plans / 12))
        rows.append((month, plans, due, int(rng.binomial(due, 0.78))))
    return rows


def care_leavers(city: City) -> list[tuple[Child, str, str, str]]:
    """Return young people of 17 to 25 with contact, activity and accommodation (OC3's codes).

    Those out of touch and those unsuitably housed are spread evenly over the years of birth.
    """
    rng, rows = city.rng, []
    day, number, lost, unsuitable = date(2000, 3, 1), 0, 0, 0
    while day < date(2008, 3, 1):
        day = after(day, rng.exponential(3.2) + 0.9)
        child = city.child(after(day, 17 * 365.25), 16.999, 17.0)
        child.birth = day
        if number % 43 == 0:
            lost = number + int(rng.integers(43))
        if number % 20 == 0:
            unsuitable = number + int(rng.integers(20))
        if number == lost:
            touch, activity, home = str(rng.choice(["NO", "REFU", "RHOM"], p=[0.7, 0.2, 0.1])), "0", "0"
        else:
            touch = "YES"
            activity = str(rng.choice(["F1", "F2", "F4", "F5", "P2", "P5", "G4", "G5", "G6"],
                                      p=[0.09, 0.21, 0.1, 0.27, 0.04, 0.04, 0.08, 0.13, 0.04]))  # fmt: skip
            home = str(rng.choice(["U1", "D1", "T1", "B1", "E1", "Z1", "K1"],
                                  p=[0.37, 0.2, 0.07, 0.15, 0.06, 0.12, 0.03]))  # fmt: skip
            if number == unsuitable:
                home = str(rng.choice(["X2", "S2", "V2"], p=[0.55, 0.25, 0.2]))
        rows.append((child, touch, activity, home))
        number += 1
    return rows


def pathway_plans(city: City, leavers: list[tuple[Child, str, str, str]]) -> list[tuple[Child, date]]:
    rng, rows = city.rng, []
    for child, *_ in leavers:
        day = max(birthday(child.birth, 18), date(2020, 10, 1))
        end = min(birthday(child.birth, 25), LAST)
        while day < end:
            rows.append((child, day))
            day = after(day, rng.integers(120, 182) if rng.random() < 0.9 else rng.integers(190, 300))
    return sorted(rows, key=lambda r: (r[1], r[0].id))


def unregistered(city: City, story: Story) -> list[tuple[Child, date, date | None]]:
    """Stays in homes that should be registered: rare, six of them open on 30 September 2025."""
    rng = city.rng
    rows: list[tuple[Child, date, date | None]] = []
    held = [s for s in story.care if s.end is None or s.end > date(2023, 1, 1)]
    teenagers = [s for s in held if birthday(s.child.birth, 13) < date(2025, 6, 1) and s.start < date(2025, 3, 1)]
    order = [teenagers[i] for i in rng.permutation(len(teenagers))]
    today = [s for s in order if s.end is None or s.end > date(2025, 12, 1)]
    now, before = today[:6], [s for s in order if s not in today[:6]][:22]
    for spell in now:
        rows.append((spell.child, after(QUARTER_END, -rng.integers(10, 110)), None))
    for spell in before:
        first = max(spell.start, date(2023, 1, 1))
        last = min(spell.end or LAST, date(2025, 9, 1))
        if (last - first).days > 60:
            start = after(first, rng.integers(0, (last - first).days - 50))
            rows.append((spell.child, start, after(start, rng.integers(6, 45))))
    return sorted(rows, key=lambda r: (r[1], r[0].id))
