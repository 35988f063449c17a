"""A small made-up council for tests of the build: two extracts, five indicators, built in a fraction of a second."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

EXTRACTS = """
extracted: 2025-10-14
tables:
  referrals:
    files: "referrals*.csv"
    key: [referral_id]
    date: received
    covers: {from: 2023-04-01, by: received}
    columns:
      referral_id: {from: "Referral ID", type: id}
      child_id: {from: "Child ID", type: id}
      received: {from: "Received", type: date, formats: ["%d/%m/%Y"]}
      nfa: {from: "NFA", type: code}
  plans:
    files: "plans*.csv"
    key: [plan_id]
    spell: [start_date, end_date]
    covers: all
    columns:
      plan_id: {from: "Plan ID", type: id}
      child_id: {from: "Child ID", type: id}
      start_date: {from: "Start", type: date, formats: ["%d/%m/%Y"]}
      end_date: {from: "End", type: date, formats: ["%d/%m/%Y"], optional: true}
"""

INDICATORS = """
indicators:
  referrals:
    name: Referrals
    section: front_door
    kind: count
    from: referrals
    when: received
    polarity: neither
  no_further_action:
    name: Referrals with no further action
    section: front_door
    kind: percentage
    from: referrals
    when: received
    count: "nfa = 'Y'"
    polarity: low
    target: 20
    things: referrals
    done: closed with no further action
  plans_open:
    name: Plans open
    section: protection
    kind: count
    from: plans
    open: [start_date, end_date]
    polarity: neither
  plans_started:
    name: Plans started
    section: protection
    kind: count
    from: plans
    when: start_date
    polarity: neither
  plan_length:
    name: Mean length of plans that ended
    section: protection
    kind: mean
    from: plans
    when: end_date
    of: "days(start_date, end_date)"
    polarity: neither
"""

FIRST, LAST = date(2023, 4, 1), date(2025, 10, 10)


def small_council(root: Path, more: int = 0) -> Path:
    """Write the project into `root`; `more` adds referrals to the last quarter, so that its report changes."""
    (root / "config").mkdir(parents=True, exist_ok=True)
    (root / "data").mkdir(exist_ok=True)
    (root / "config" / "extracts.yaml").write_text(EXTRACTS, encoding="utf-8")
    (root / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    write_extracts(root, more)
    return root


def write_extracts(root: Path, more: int = 0) -> None:
    """Write (again) the extracts of the project."""
    days = [FIRST + timedelta(days=step) for step in range((LAST - FIRST).days)]
    referrals = ["Referral ID,Child ID,Received,NFA"]
    for number, day in enumerate([*days, *([date(2025, 9, 12)] * more)]):
        referrals.append(f"R{number:05},C{number % 311:04},{day:%d/%m/%Y},{'Y' if number % 9 == 0 else 'N'}")
    plans = ["Plan ID,Child ID,Start,End"]
    for number, day in enumerate(days[::4]):
        end = day + timedelta(days=120 + number % 90)
        plans.append(f"P{number:05},C{number:04},{day:%d/%m/%Y},{end:%d/%m/%Y}" if end < LAST else
                     f"P{number:05},C{number:04},{day:%d/%m/%Y},")  # fmt: skip
    (root / "data" / "referrals.csv").write_text("\n".join(referrals) + "\n", encoding="utf-8")
    (root / "data" / "plans.csv").write_text("\n".join(plans) + "\n", encoding="utf-8")
