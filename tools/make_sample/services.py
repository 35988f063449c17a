"""Local lists that the returns know nothing of: care plans, babies, posts, learning, participation, risks.

Each list draws from a stream of its own, so that a change to one leaves all other files as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from tools.make_sample.front_door import Spell, working_days_after
from tools.make_sample.local import MONTHS
from tools.make_sample.people import LAST, Child, after, known, weekday

CARE_PLANS_FROM = date(2023, 7, 1)
"""The first day of the list of care plans, with which the council's new form began."""
POSTS = {
    "Assessment": 42, "Family support": 58, "Children in care": 38, "Leaving care": 14, "Disabled children": 16,
    "Fostering": 13,
}  # fmt: skip
NEW_POSTS = ("Assessment", "Assessment", "Family support", "Family support")
"""Teams of the posts created in September 2025 and not filled; workforce.csv counts them too."""
CREATED = date(2025, 9, 1)
MANAGERS = 24


@dataclass(frozen=True)
class Baby:
    """A child who came into care before the first birthday, and when the planned home was found."""

    child: Child
    entered: date
    placed: date | None
    home: str


def stream(seed: int, number: int) -> np.random.Generator:
    """Return the random stream of one list."""
    return np.random.default_rng([seed, number])


def care_plans(rng: np.random.Generator, care: list[Spell]) -> list[tuple[Child, date]]:
    """Return the days on which the plans of children in care were made or updated, mostly in six months."""
    rows = []
    for spell in care:
        end = min(spell.end or LAST, LAST)
        day = working_days_after(spell.start, int(rng.integers(3, 11)))
        while day < end:
            if day >= CARE_PLANS_FROM:
                rows.append((spell.child, day))
            day = weekday(after(day, rng.integers(120, 180) if rng.random() < 0.88 else rng.integers(186, 260)))
    return sorted(rows, key=lambda row: (row[1], row[0].id))


def babies(rng: np.random.Generator, care: list[Spell]) -> list[Baby]:
    """Return the children who came into care before their first birthday; most are placed within four weeks."""
    rows, late = [], 0
    entered = sorted((s for s in care if date(2021, 4, 1) <= s.start <= LAST), key=lambda s: (s.start, s.child.id))
    for spell in entered:
        if (spell.start - spell.child.birth).days >= 365:
            continue
        late = (late + 1) % 4
        wait = rng.integers(30, 75) if late == 0 else rng.integers(0, 29)
        placed = after(spell.start, wait)
        home = str(rng.choice(["Foster to adopt", "Foster carers", "Relative or friend", "Parent and child"],
                              p=[0.28, 0.34, 0.22, 0.16]))  # fmt: skip
        settled = known(placed) if spell.end is None or placed < spell.end else None
        rows.append(Baby(spell.child, spell.start, settled, home if settled else ""))
    return rows


def posts() -> list[tuple[str, str, date, date | None]]:
    """Return the posts of the establishment, none closed: team, role, when established, when first filled."""
    rows: list[tuple[str, str, date, date | None]] = []
    for team, number in POSTS.items():
        for place in range(number):
            role = "Team manager" if place % 9 == 0 else "Senior practitioner" if place % 9 < 3 else "Social worker"
            rows.append((team, role, date(2021, 4, 1), date(2021, 4, 1)))
    rows += [(team, "Social worker", CREATED, None) for team in NEW_POSTS]
    return rows


def learning_actions(rng: np.random.Generator) -> list[tuple[str, date, date, date | None]]:
    """Return actions from audits, complaints and reviews: source, raised, due, closed."""
    rows = []
    for number, month in enumerate(MONTHS):
        for _ in range(int(rng.integers(9, 14))):
            raised = weekday(after(month, rng.integers(0, 27)))
            source = str(rng.choice(["Audit", "Complaint", "Case review", "Inspection"], p=[0.62, 0.2, 0.12, 0.06]))
            due = weekday(after(raised, rng.choice([30, 60, 90])))
            late = rng.random() > 0.7 + 0.0025 * number
            closed = after(due, rng.integers(3, 60)) if late else after(due, -rng.integers(0, 20))
            rows.append((source, raised, due, known(weekday(max(closed, raised)))))
    return sorted(rows, key=lambda row: (row[1], row[2], row[0]))


def manager_learning(rng: np.random.Generator) -> list[tuple[str, str, date, str, date, date | None]]:
    """Return the three mandatory sessions: manager, session, day, attended, workbook due and returned."""
    sessions = [
        ("1: Reflective supervision", date(2025, 6, 11)), ("2: Thresholds and decisions", date(2025, 7, 9)),
        ("3: Learning from audits", date(2025, 9, 10)),
    ]  # fmt: skip
    rows = []
    for place, (session, day) in enumerate(sessions):
        absent = set(rng.choice(MANAGERS, size=[1, 2, 3][place], replace=False).tolist())
        late = set(rng.choice(MANAGERS, size=[3, 4, 6][place], replace=False).tolist())
        for manager in range(MANAGERS):
            due = after(day, 21)
            returned = after(due, rng.integers(5, 20)) if manager in late else after(due, -rng.integers(0, 15))
            back = None if manager in absent else known(weekday(returned))
            rows.append((f"M{manager + 1:02d}", session, day, "No" if manager in absent else "Yes", due, back))
    return rows


def compliments(rng: np.random.Generator) -> list[tuple[date, str]]:
    rows, day = [], date(2021, 4, 1)
    while day <= LAST:
        who = str(rng.choice(["Parent or carer", "Child or young person", "Partner agency", "Court"],
                             p=[0.5, 0.16, 0.24, 0.1]))  # fmt: skip
        rows.append((weekday(day), who))
        day = after(day, rng.exponential(5.2) + 0.5)
    return [row for row in rows if row[0] <= LAST]


def participation(rng: np.random.Generator) -> list[tuple[date, str, int]]:
    """Return sessions of the young people's groups and how many came; fewer meet in August."""
    groups = [("Children in Care Council", 5, 12), ("Care Leavers Forum", 6, 15), ("Disabled children", 4, 9)]
    rows = []
    for month in MONTHS:
        for place, (group, least, most) in enumerate(groups):
            for week in range(1 if month.month == 8 else 2):
                day = after(month, 4 + place + 14 * week)
                rows.append((weekday(day), group, int(rng.integers(least, most + 1))))
    return sorted(rows)


MATURITY = [
    ("Using data to run the service", 2, 3, "Dashboard under revision; weekly list of overdue assessments since May"),
    ("Audit and moderation", 3, 3, "39 or more audits a quarter; moderators agree with most grades"),
    ("Learning from complaints and reviews", 2, 3, "Learning actions tracked to closure since January 2025"),
    ("Supervision and reflection", 2, 3, "Three mandatory sessions and workbooks for team managers"),
    ("Voice of children and families", 3, 4, "Decision-making forum with staff who have lived experience"),
    ("Working to one practice method", 1, 2, "Six-month programme for a common method began in July 2025"),
    ("Workforce planning", 2, 2, "Four posts created in September 2025 and still to be filled"),
]
"""Area, level a year ago, level now (1 to 5), and the evidence."""

ACTIONS = [
    ("A01", "Programme for a common practice method, six months", "Principal Social Worker", date(2025, 7, 1),
     date(2025, 12, 31), "On track", "Audits good or better"),
    ("A02", "Inclusion plans agreed with every school, over 12 months", "Head of Inclusion", date(2025, 4, 1),
     date(2026, 3, 31), "On track", "Education plans in 20 weeks"),
    ("A03", "Review at day 30 of every open assessment", "Head of Service, First Response", date(2025, 5, 1),
     date(2025, 9, 30), "Done", "Assessed within 45 working days"),
    ("A04", "Fill the four posts created in September", "Head of Workforce", date(2025, 9, 1), date(2026, 1, 31),
     "On track", "Social worker posts vacant"),
    ("A05", "Threshold refresher for partners", "Head of Service, First Response", date(2025, 6, 1),
     date(2025, 11, 30), "On track", "No further action"),
    ("A06", "Move the six children to registered homes", "Head of Service, Children in Care", date(2025, 9, 30),
     date(2025, 12, 31), "At risk", "Children in unregistered homes"),
    ("A07", "Revise the performance dashboard", "Head of Performance", date(2025, 6, 1), date(2025, 12, 31),
     "On track", "Using data to run the service"),
    ("A08", "Return interviews commissioned from one provider", "Head of Service, Children in Care",
     date(2025, 5, 1), date(2025, 9, 30), "Late", "Return interviews in 72 hours"),
    ("A09", "Pre-birth assessment to begin by week 16 of pregnancy", "Head of Service, Family Support",
     date(2025, 4, 1), date(2025, 9, 30), "Done", "Babies placed within four weeks"),
]  # fmt: skip
"""Reference, action, owner, start, due, status, and the measure that it should move."""

RISKS = [
    ("R1", "Demand for protection grows faster than the teams that meet it", "Children on protection plans", "Likely",
     "High", "Director of Children's Social Care", "Funding reinvested with Adult Social Care in family support",
     date(2025, 12, 15)),
    ("R2", "Children live in homes that are not registered with Ofsted", "Children in unregistered homes", "Likely",
     "High", "Head of Service, Children in Care", "Weekly visits and a move plan for every child", date(2025, 11, 28)),
    ("R3", "Caseloads stay above the ceiling while posts are vacant", "Cases per social worker", "Likely", "High",
     "Head of Workforce", "Four new posts, newly qualified workers from January", date(2025, 12, 15)),
    ("R4", "More babies need protection than the pre-birth service can hold", "Babies who came into care", "Possible",
     "High", "Head of Service, Family Support", "Pre-birth assessment from week 16; parent-and-child homes",
     date(2026, 1, 15)),
    ("R5", "Visits to children in care slip further", "Care visits on time", "Possible", "Medium",
     "Head of Service, Children in Care", "Distant visits planned a term ahead; leave covered", date(2025, 11, 28)),
]  # fmt: skip
"""Reference, risk, evidence figure, likelihood, impact, owner, mitigation, next review."""
