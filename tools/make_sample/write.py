"""The files: Annex A lists, the SSDA903 tables and local lists, in the columns of their specifications."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tools.make_sample import care, front_door, local, services, tune
from tools.make_sample.front_door import Spell
from tools.make_sample.people import LAST, QUARTER_END, Child, City, after, birthday, known

SEED = 20251014
WINDOW = date(2021, 4, 1)
ETHNIC = {
    "WBRI": "a) WBRI", "WIRI": "b) WIRI", "WOTH": "d) WOTH", "MWBC": "f) MWBC", "MWBA": "g) MWBA", "MWAS": "h) MWAS",
    "MOTH": "i) MOTH", "AIND": "j) AIND", "APKN": "k) APKN", "ABAN": "l) ABAN", "AOTH": "m) AOTH", "BCRB": "n) BCRB",
    "BAFR": "o) BAFR", "BOTH": "p) BOTH", "OOTH": "r) OOTH",
}  # fmt: skip
PLANS = [
    (date(2021, 6, 30), 408), (date(2023, 3, 31), 402), (date(2024, 9, 30), 412), (date(2025, 3, 31), 449),
    (date(2025, 6, 30), 474), (QUARTER_END, 498),
]  # fmt: skip
CARE = [
    (date(2021, 6, 30), 498),
    (date(2023, 3, 31), 507),
    (date(2024, 9, 30), 503),
    (date(2025, 3, 31), 511),
    (QUARTER_END, 520),
]
"""Stocks that the story names; between them they drift."""
IN_TIME = {
    (2024, 7): 0.712, (2024, 8): 0.70, (2024, 9): 0.72, (2024, 10): 0.71, (2024, 11): 0.722, (2024, 12): 0.705,
    (2025, 1): 0.728, (2025, 2): 0.738, (2025, 3): 0.752, (2025, 4): 0.756, (2025, 5): 0.764, (2025, 6): 0.768,
    (2025, 7): 0.78, (2025, 8): 0.79, (2025, 9): 0.80,
}  # fmt: skip
"""The share of assessments ended in a month that took no more than 45 working days."""
PERSON = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
DISABLED = "Does the Child have a Disability"


def day(value: date | None) -> str:
    return "" if value is None else value.strftime("%d/%m/%Y")


def person(child: Child) -> list[str]:
    age = LAST.year - child.birth.year - ((LAST.month, LAST.day) < (child.birth.month, child.birth.day))
    return [child.id, child.gender, ETHNIC[child.ethnicity], day(child.birth), str(age)]


def disability(child: Child) -> str:
    return "a) Yes" if child.disabled else "b) No"


class Files:
    """Writes CSV files into a folder and counts their rows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rows = folder, 0
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\r\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow(row)
                self.rows += 1


def numbered(prefix: str, rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [[f"{prefix}{number:06d}", *row] for number, row in enumerate(rows, 1)]


def write_all(folder: Path) -> int:
    """Simulate the city and write every file; return the number of rows."""
    rng = np.random.default_rng(SEED)
    city = City(rng)
    story = front_door.tell(city)
    _tune(city, story)
    life = care.live(city, story)
    files = Files(folder)
    _front_door(files, city, story)
    _protection(files, city, story)
    _care(files, city, story, life)
    _leavers(files, city, life)
    _others(files, city)
    _services(files, story)
    return files.rows


def _tune(city: City, story: front_door.Story) -> None:
    long = tune.set_long_plans(city, story, 3, QUARTER_END)
    for month_end in _quarter_ends():
        noise = int(city.rng.integers(-7, 8))
        plans = float(np.interp(month_end.toordinal(), [d.toordinal() for d, _ in PLANS], [n for _, n in PLANS]))
        fixed = dict(PLANS).get(month_end)
        tune.set_stock(city, story, story.plans, month_end, fixed or round(plans) + noise, long)
        held = float(np.interp(month_end.toordinal(), [d.toordinal() for d, _ in CARE], [n for _, n in CARE]))
        fixed = dict(CARE).get(month_end)
        tune.set_stock(city, story, story.care, month_end, fixed or round(held) + noise // 2)
    for (year, month), share in IN_TIME.items():
        first = date(year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        tune.set_timeliness(city, story, first, last, share)


def _quarter_ends() -> list[date]:
    days = [date(y, m, 1) - timedelta(days=1) for y in range(2021, 2026) for m in (1, 4, 7, 10)]
    return [d for d in days if date(2021, 6, 1) < d <= QUARTER_END]


def _within(spells: list[Spell]) -> list[Spell]:
    """Return the spells that have begun and were open on 1 April 2021 or later, in order of their start."""
    rows = [s for s in spells if s.start <= LAST and (s.end is None or s.end >= WINDOW)]
    return sorted(rows, key=lambda s: (s.start, s.child.id))


def _front_door(files: Files, city: City, story: front_door.Story) -> None:
    made = local.contacts(city, story)
    files.write(
        "annex_a_01_contacts.csv", ["Contact ID", *PERSON, "Date of Contact", "Contact Source", "Decided", "Outcome"],
        numbered("C", ([*person(c.child), day(c.received), c.source, day(c.decided), c.outcome] for c in made)),
    )  # fmt: skip
    files.write(
        "annex_a_02_early_help.csv",
        ["Early Help ID", *PERSON, "Assessment start date", "Assessment completion date",
        "Organisation completing assessment"],
        numbered("E", ([*person(c), day(s), day(e), who] for c, s, e, who in local.early_help(city))),
    )  # fmt: skip
    referrals = [r for r in story.referrals if r.received >= date(2020, 4, 1)]
    files.write(
        "annex_a_03_referrals.csv",
        ["Referral ID", *PERSON, "Date of referral", "Referral Source", "Referral NFA?", "Allocated Team"],
        numbered("R",
        ([*person(r.child), day(r.received), r.source, "a) Yes" if r.nfa else "b) No", r.team] for r in referrals)),
    )  # fmt: skip
    files.write(
        "annex_a_04_assessments.csv",
        ["Assessment ID", *PERSON, DISABLED, "Continuous Assessment Start Date",
         "Continuous Assessment Date of Authorisation",
         "Was the child assessed as requiring LA children's social care support?", "Allocated Team", "Ward",
         "Locality"],
        numbered("A", ([*person(a.child), disability(a.child), day(a.start), day(known(a.end)),
                        a.detail if known(a.end) else "", a.team, a.child.ward, a.child.locality]
                       for a in _within(story.assessments))),
    )  # fmt: skip


def _protection(files: Files, city: City, story: front_door.Story) -> None:
    enquiries = [e for e in story.enquiries if date(2020, 10, 1) <= e.start <= LAST]
    enquiries.sort(key=lambda e: (e.start, e.child.id))
    rows = []
    for e in enquiries:
        held = known(e.conference)
        rows.append(
            [*person(e.child), disability(e.child), day(e.start), "a) Yes" if e.conference is None else "b) No",
            day(held),
             ("a) Yes" if e.plan else "b) No") if held else "", e.team]
        )  # fmt: skip
    files.write(
        "annex_a_05_section_47.csv",
        ["Enquiry ID", *PERSON, DISABLED, "Strategy discussion initiating Section 47 Enquiry Start Date",
         "Was an Initial Child Protection Conference deemed unnecessary?",
         "Date of Initial Child Protection Conference",
         "Did the Initial Child Protection Conference Result in a Child Protection Plan", "Allocated Team"],
        numbered("S", rows),
    )  # fmt: skip
    files.write(
        "annex_a_06_children_in_need.csv",
        ["Episode ID", *PERSON, DISABLED, "CIN Start Date", "Primary Need Code", "CIN Closure Date", "Case Status",
         "Allocated Team"],
        numbered("N", ([*person(n.child), disability(n.child), day(n.start), n.detail, day(known(n.end)),
                        "e) Closed episode" if known(n.end) else "c) Child in need plan", n.team]
                       for n in _within(story.needs))),
    )  # fmt: skip
    plans = sorted((p for p in story.plans if p.start <= LAST), key=lambda p: (p.start, p.child.id))
    files.write(
        "annex_a_07_child_protection_plans.csv",
        ["Plan ID", *PERSON, DISABLED, "Child Protection Plan Start Date", "Initial Category of Abuse",
         "Child Protection Plan End Date", "Allocated Team", "Ward", "Locality", "Family ID"],
        numbered("P",
        ([*person(p.child), disability(p.child), day(p.start), p.detail or "a) Neglect", day(known(p.end)),
                        p.team, p.child.ward, p.child.locality, f"F{p.child.family:06d}"] for p in plans)),
    )  # fmt: skip
    visits = {(c.id, d): (c, d, s) for c, d, s in local.plan_visits(city, story)}
    files.write(
        "plan_visits.csv", ["Visit ID", "Child Unique ID", "Visit Date", "Seen Alone"],
        numbered("V", ([c.id, day(d), s] for c, d, s in visits.values())),
    )  # fmt: skip
    files.write(
        "plan_reviews.csv", ["Review ID", "Child Unique ID", "Due", "Held"],
        numbered("W", ([c.id, day(d), day(h)] for c, d, h in local.plan_reviews(city, story))),
    )  # fmt: skip
    files.write(
        "demand_tool.csv", ["Case ID", "Child Unique ID", "Stage", "Opened", "Closed"],
        numbered("D", ([c.id, s, day(o), day(e)] for c, s, o, e in local.demand(city))),
    )  # fmt: skip


PLACE_WORDS = {
    "U6": "f) U6: Foster placement - not FFA", "U3": "c) U3: Foster placement - relative - not FFA",
    "K2": "p) K2: Children's Homes", "H5": "n) H5: Residential accommodation", "P1": "k) P1: Placed with parents",
    "Z1": "v) Z1: Other placements", "A5": "i) A5: Placed for adoption - order - foster",
}  # fmt: skip


def _care(files: Files, city: City, story: front_door.Story, life: care.CareLife) -> None:
    rng = city.rng
    episodes = sorted((e for e in life.episodes if e.decom <= LAST and (e.dec is None or e.dec >= date(2020, 4, 1))),
                      key=lambda e: (e.decom, e.child.id))  # fmt: skip
    latest = {e.child.id: e for e in sorted(life.episodes, key=lambda e: e.decom) if e.decom <= LAST}
    rows = []
    for spell in _within(story.care):
        at = latest[spell.child.id]
        open_now = known(spell.end) is None
        ref = min(LAST, spell.end or LAST)
        health = after(ref, -rng.integers(5, 350)) if rng.random() < 0.95 else after(ref, -rng.integers(370, 520))
        dental = after(ref, -rng.integers(5, 350)) if rng.random() < 0.78 else after(ref, -rng.integers(370, 600))
        rows.append(
            [*person(spell.child), disability(spell.child), day(spell.start), day(known(spell.end)),
             "a) Yes" if spell.detail == "uasc" else "b) No", PLACE_WORDS[at.place],
             "b) Out" if rng.random() < 0.36 else "a) In", day(max(spell.start, after(ref, -rng.integers(5, 180)))),
             day(max(spell.start, health)) if open_now else "", day(max(spell.start, dental)) if open_now else "",
             spell.team]
        )  # fmt: skip
    files.write(
        "annex_a_08_children_in_care.csv",
        ["Episode ID", *PERSON, DISABLED, "Date Started to be Looked After", "Date Ceased to be Looked After",
         "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)", "Placement Type",
         "Placement Location", "Date of Latest Statutory Review", "Date of Last Health Assessment",
         "Date of Last Dental Check", "Allocated Team"],
        numbered("L", rows),
    )  # fmt: skip
    files.write(
        "ssda903_episodes.csv",
        ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "URN"],
        ([e.child.id, day(e.decom), e.rne, e.ls, "N1", e.place, e.provider, day(known(e.dec)),
          e.rec if known(e.dec) else "", e.reason if known(e.dec) else "", e.urn] for e in episodes),
    )  # fmt: skip
    children = {e.child.id: e.child for e in episodes}
    files.write(
        "ssda903_header.csv", ["CHILD", "SEX", "DOB", "ETHNIC", "UPN"],
        ([c.id, "1" if c.gender == "a) Male" else "2", day(c.birth), c.ethnicity, f"Z{int(c.id):012d}"]
         for c in sorted(children.values(), key=lambda c: c.id)),
    )  # fmt: skip
    reviews = sorted({(c.id, d): (c, d, k) for c, d, k in life.reviews}.values(), key=lambda r: (r[1], r[0].id))
    files.write("ssda903_reviews.csv", ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"],
                ([c.id, day(c.birth), day(d), k] for c, d, k in reviews))  # fmt: skip
    missing = sorted(life.missing, key=lambda r: (r[1], r[0].id))
    files.write("ssda903_missing.csv", ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"],
                ([c.id, day(c.birth), "M", day(s), day(e)] for c, s, e in missing))  # fmt: skip
    alone = {s.child.id: s.child for s in _within(story.care) if s.detail == "uasc"}
    files.write("ssda903_uasc.csv", ["CHILD", "SEX", "DOB", "DUC"],
                ([c.id, "1" if c.gender == "a) Male" else "2", day(c.birth), day(c.eighteen())]
                 for c in sorted(alone.values(), key=lambda c: c.id)))  # fmt: skip
    files.write("ssda903_sw_episodes.csv", ["CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"],
                ([c.id, day(c.birth), w, day(s), day(e), r if e else ""]
                 for c, w, s, e, r in sorted(life.workers, key=lambda r: (r[2], r[0].id)) if s <= LAST))  # fmt: skip
    files.write("care_visits.csv", ["Visit ID", "Child Unique ID", "Due", "Held"],
                numbered("V", ([c.id, day(d), day(h)]
                              for c, d, h in sorted(life.care_visits, key=lambda r: (r[1], r[0].id)))))  # fmt: skip
    files.write("care_reviews.csv", ["Review ID", "Child Unique ID", "Due", "Held", "Child Took Part"],
                numbered("W", ([c.id, day(d), day(h), t]
                              for c, d, h, t in sorted(life.care_reviews, key=lambda r: (r[1], r[0].id)))))  # fmt: skip
    files.write("return_interviews.csv", ["Interview ID", "Child Unique ID", "Returned", "Offered", "Held"],
                numbered("I", ([c.id, day(d), "Yes" if o else "No", day(h)]
                              for c, d, o, h in sorted(life.interviews, key=lambda r: (r[1], r[0].id)))))  # fmt: skip
    files.write("unregistered_homes.csv", ["Placement ID", "Child Unique ID", "Start", "End", "Type"],
                numbered("U", ([c.id, day(s), day(e), "Home not registered"]
                              for c, s, e in local.unregistered(city, story))))  # fmt: skip


def _leavers(files: Files, city: City, life: care.CareLife) -> None:
    rng = city.rng
    young = sorted(local.care_leavers(city), key=lambda r: r[0].id)
    files.write("ssda903_oc3.csv", ["CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"],
                ([c.id, day(c.birth), t, a, h] for c, t, a, h in young))  # fmt: skip
    words = {"YES": "a) Yes", "NO": "b) No", "REFU": "d) Refu", "RHOM": "f) Rhom"}
    files.write(
        "annex_a_09_care_leavers.csv",
        [*PERSON, DISABLED, "Allocated Team", "Eligibility Category", "LA in Touch", "Suitability of Accommodation",
         "Activity Status"],
        ([*person(c), disability(c), "Leaving care",
        "b) Former relevant child" if c.eighteen() <= LAST else "a) Relevant child",
          words[t], "" if h == "0" else "a) Suitable" if h.endswith("1") else "b) Unsuitable", "" if a == "0" else a]
         for c, t, a, h in young if birthday(c.birth, 25) > LAST),
    )  # fmt: skip
    files.write("leaving_care_cases.csv", ["Child Unique ID", "Start", "End"],
                ([c.id, day(c.eighteen()), day(known(birthday(c.birth, 25)))]
                 for c, *_ in young if c.eighteen() <= LAST))  # fmt: skip
    files.write("pathway_plans.csv", ["Plan ID", "Child Unique ID", "Reviewed"],
                numbered("Y", ([c.id, day(d)] for c, d in local.pathway_plans(city, young))))  # fmt: skip
    adoptions = sorted((a for a in life.adoptions if a[2] <= LAST), key=lambda a: (a[2], a[0].id))
    files.write(
        "annex_a_10_adoption.csv",
        [*PERSON, DISABLED, "Date the Child Entered Care", "Date of Decision that Child Should be Placed for Adoption",
         "Date of Placement Order", "Date of Matching Child and Prospective Adopters", "Date Placed for Adoption",
         "Date of Adoption Order"],
        ([*person(c), disability(c), day(entered), day(decision),
        *(day(known(d)) for d in (order, matched, placed, adopted))]
         for c, entered, decision, order, matched, placed, adopted in adoptions),
    )  # fmt: skip
    rows = []
    for number in range(140):
        enquiry = after(date(2021, 4, 1), rng.integers(0, 1600))
        approved = after(enquiry, rng.integers(180, 420)) if rng.random() < 0.55 else None
        rows.append([f"AD{number:05d}", "b) Female", day(enquiry), day(known(approved))])
    files.write("annex_a_11_adopters.csv",
                ["Individual adopter identifier", "Gender", "Date enquiry received", "Date application approved"],
                rows)  # fmt: skip


def _others(files: Files, city: City) -> None:
    files.write("ehc_plans.csv", ["Request ID", "Child Unique ID", "Requested", "Issued", "Exception"],
                numbered("H", ([c.id, day(r), day(i), x] for c, r, i, x in local.ehc_plans(city))))  # fmt: skip
    files.write("ehc_caseload.csv", ["Month", "Plans Open", "Yearly Reviews Due", "Yearly Reviews In Time"],
                ([m.strftime("%b-%y"), *rest] for m, *rest in local.ehc_caseload()))
    files.write(
        "workforce.csv",
        ["Month", "Team", "Established FTE", "Vacant FTE", "Agency FTE", "In Post FTE", "Leavers FTE", "Cases",
         "Case Holders FTE", "Sickness Days", "Available Days", "Supervision Due", "Supervision Held",
         "Leavers In 12 Months FTE"],
        ([m.strftime("%b-%y"), *rest] for m, *rest in local.workforce(city)),  # type: ignore[attr-defined]
    )  # fmt: skip
    files.write("audits.csv", ["Audit ID", "Audited", "Grade", "Moderated", "Moderation Agreed"],
                numbered("Q", ([day(d), g, m, a] for d, g, m, a in local.audits(city))))  # fmt: skip
    files.write("complaints.csv", ["Complaint ID", "Received", "Stage", "Responded", "Upheld"],
                numbered("K", ([day(r), s, day(a), u] for r, s, a, u in local.complaints(city))))  # fmt: skip


def _services(files: Files, story: front_door.Story) -> None:
    def stream(number: int) -> np.random.Generator:
        return services.stream(SEED, number)

    held = [s for s in story.care if s.start <= LAST and (s.end is None or s.end >= services.CARE_PLANS_FROM)]
    files.write(
        "care_plans.csv",
        ["Plan ID", "Child Unique ID", "Updated"],
        numbered("Z", ([c.id, day(d)] for c, d in services.care_plans(stream(1), held))),
    )
    files.write(
        "babies.csv",
        ["Child Unique ID", "Date of Birth", "Entered Care", "Placed", "Home"],
        (
            [b.child.id, day(b.child.birth), day(b.entered), day(b.placed), b.home]
            for b in services.babies(stream(2), story.care)
        ),
    )
    files.write(
        "posts.csv",
        ["Post ID", "Team", "Role", "FTE", "Established", "Filled", "Closed"],
        numbered("F", ([t, role, "1.0", day(made), day(filled), ""] for t, role, made, filled in services.posts())),
    )
    files.write(
        "learning_actions.csv",
        ["Action ID", "Source", "Raised", "Due", "Closed"],
        numbered("G", ([s, day(r), day(d), day(c)] for s, r, d, c in services.learning_actions(stream(3)))),
    )
    files.write(
        "manager_learning.csv",
        ["Manager ID", "Session", "Session Date", "Attended", "Workbook Due", "Workbook Returned"],
        ([m, s, day(d), a, day(due), day(back)] for m, s, d, a, due, back in services.manager_learning(stream(4))),
    )
    files.write(
        "compliments.csv",
        ["Compliment ID", "Received", "From"],
        numbered("J", ([day(d), who] for d, who in services.compliments(stream(5)))),
    )
    files.write(
        "participation.csv",
        ["Event ID", "Held", "Group", "Young People"],
        numbered("X", ([day(d), group, people] for d, group, people in services.participation(stream(6)))),
    )
    files.write("maturity_matrix.csv", ["Area", "Level A Year Ago", "Level Now", "Evidence"], services.MATURITY)
    files.write(
        "action_tracker.csv",
        ["Action ID", "Action", "Owner", "Start", "Due", "Status", "Measure"],
        ([ref, what, who, day(start), day(due), *rest] for ref, what, who, start, due, *rest in services.ACTIONS),
    )
    files.write(
        "risk_register.csv",
        ["Risk ID", "Risk", "Evidence", "Likelihood", "Impact", "Owner", "Mitigation", "Next Review"],
        ([*rest, day(review)] for *rest, review in services.RISKS),
    )
