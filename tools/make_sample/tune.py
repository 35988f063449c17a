"""Small changes to dates so that stocks on named days are what the story says, lives staying possible."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from tools.make_sample.front_door import Spell, Story, working_days_after
from tools.make_sample.people import City, after, weekday

LONGEST_PLAN = 700
"""Days; only the plans that set_long_plans names last two years."""


def is_open(spell: Spell, day: date) -> bool:
    return spell.start <= day and (spell.end is None or spell.end > day)


def stock(spells: list[Spell], day: date) -> int:
    return sum(is_open(spell, day) for spell in spells)


def next_event(story: Story) -> dict[str, list[date]]:
    """Return every child's later starts, so that an end is never moved beyond one."""
    found: dict[str, list[date]] = defaultdict(list)
    for referral in story.referrals:
        found[referral.child.id].append(referral.received)
    for spells in (story.assessments, story.plans, story.care, story.needs):
        for spell in spells:
            found[spell.child.id].append(spell.start)
    return found


def set_stock(
    city: City, story: Story, spells: list[Spell], day: date, target: int, keep: set[int] | None = None
) -> None:
    """End some spells shortly before `day`, or later than it, until `target` are open on it."""
    rng = city.rng
    starts = next_event(story)
    order = rng.permutation(len(spells)).tolist()
    for step, n in enumerate([*order, *order]):
        reach = 80 if step < len(order) else 200
        surplus = stock(spells, day) - target
        if surplus == 0:
            return
        spell = spells[n]
        if keep and id(spell) in keep:
            continue
        if surplus > 0 and is_open(spell, day) and spell.start < after(day, -15 - reach):
            _end(story, spell, after(day, -rng.integers(0, 75)))
        elif surplus < 0 and spell.end is not None and after(day, -reach) < spell.end <= day:
            new = after(day, rng.integers(20, 300))
            later = [s for s in starts[spell.child.id] if s > spell.start]
            short = keep is None or (new - spell.start).days < LONGEST_PLAN
            if short and new < spell.child.eighteen() and all(s > new for s in later):
                _end(story, spell, new)
    raise RuntimeError(f"no stock of {target} on {day}")


def _end(story: Story, spell: Spell, day: date) -> None:
    """Move an end, and that of the child in need episode beside a plan."""
    for need in story.needs:
        if need.child is spell.child and need.start == spell.start and need.end == spell.end:
            need.end = day
    spell.end = day


def set_long_plans(city: City, story: Story, count: int, day: date) -> set[int]:
    """Let exactly `count` plans have been open for two years on `day`, and few elsewhere."""
    limit = date(day.year - 2, day.month, day.day)
    starts = next_event(story)
    chosen: set[int] = set()
    for spell in story.plans:
        young = spell.child.eighteen() > after(day, 400)
        alone = all(s <= spell.start for s in starts[spell.child.id])
        if len(chosen) < count and date(2023, 5, 1) < spell.start <= limit and young and alone:
            _end(story, spell, after(day, 120))
            chosen.add(id(spell))
        elif is_open(spell, day) and spell.start <= limit and id(spell) not in chosen:
            _end(story, spell, after(limit, 600))
    return chosen


def set_timeliness(city: City, story: Story, first: date, last: date, share: float) -> None:
    """Move ends of assessments within a quarter until `share` of those ended in it were in time."""
    ended = [a for a in story.assessments if a.end is not None and first <= a.end <= last]
    limits = {id(a): working_days_after(a.start, 45) for a in ended}
    late = [a for a in ended if a.end is not None and a.end > limits[id(a)]]
    wanted = round(len(ended) * (1 - share))
    for spell in late:
        if len(late) <= wanted:
            break
        if first <= limits[id(spell)] <= last:
            spell.end = limits[id(spell)]
            late = [a for a in late if a is not spell]
    on_time = [a for a in ended if a not in late]
    starts = next_event(story)
    for spell in on_time:
        if len(late) >= wanted:
            break
        new = weekday(limits[id(spell)] + timedelta(days=4))
        later = [s for s in starts[spell.child.id] if s > spell.start]
        if new <= last and new < spell.child.eighteen() and all(s > new for s in later):
            spell.end = new
            late.append(spell)
