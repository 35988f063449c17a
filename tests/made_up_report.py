"""A small made-up council with figures for every page of the report; judged by the real rules."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from carereport.commentary import Commentary
from carereport.comparators import PublishedFigure
from carereport.disclosure import Disclosed
from carereport.extracts import SetAside
from carereport.figures import COLUMNS
from carereport.judgement.findings import judge
from carereport.project import Project
from carereport.quarters import Quarter, add_months, month_end
from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings, IndicatorSettings
from carereport.wording.statement import write_sentences

QUARTER = Quarter(2025, 2)
AS_AT = date(2025, 10, 14)
NEIGHBOURS = ["Coventry", "Sandwell", "Derby", "Luton", "Slough", "Nottingham", "Birmingham", "Bradford",
              "Wolverhampton", "Blackburn with Darwen"]  # fmt: skip


def percentage(name, section, things, done, polarity, target, **more):
    return {"name": name, "section": section, "kind": "percentage", "from": "rows", "when": "day", "things": things,
            "done": done, "polarity": polarity, "target": target, "source": "case management system",
            "definition": f"{name}.", **more}  # fmt: skip


def local(value, reason="Set by the improvement board."):
    return {"value": value, "basis": "local", "reason": reason}


INDICATORS = {
    "contacts": {"name": "Contacts to the front door", "ref": "D1", "section": "front_door", "kind": "count",
                 "from": "rows", "when": "day", "polarity": "neither", "things": "contacts", "thing": "contact"},
    "referrals": {"name": "Referrals per 10,000 children", "ref": "D2", "section": "front_door", "kind": "rate",
                  "from": "rows", "when": "day", "polarity": "neither", "things": "referrals", "thing": "referral",
                  "per": {"population": "children_0_17"}, "headline": "rolling_12_months"},
    "re_referrals": percentage("Referred again within 12 months", "front_door", "referrals",
                               "of children referred in the 12 months before", "low", local(18), ref="D3",
                               headline="rolling_12_months"),
    "assessments_45_days": percentage("Assessments completed within 45 working days", "front_door", "assessments",
                                      "completed within 45 working days", "high", local(85), ref="D4",
                                      short_name="Assessed within 45 working days", pair=["assessments_overdue"],
                                      decimals=0),
    "assessments_overdue": {"name": "Assessments open and overdue", "ref": "D5", "section": "front_door",
                            "kind": "count", "from": "rows", "open": ["start", "end"], "polarity": "low",
                            "things": "overdue assessments", "target": local(60)},
    "section_47": {"name": "Section 47 enquiries", "ref": "P1", "section": "protection", "kind": "count",
                   "from": "rows", "when": "day", "polarity": "neither", "things": "enquiries"},
    "conferences": {"name": "Initial child protection conferences", "ref": "P2", "section": "protection",
                    "short_name": "First conferences", "kind": "count", "from": "rows", "when": "day",
                    "polarity": "neither", "things": "conferences"},
    "conference_15_days": percentage("Initial conferences within 15 working days", "protection", "conferences",
                                     "held within 15 working days", "high", local(85), ref="P3",
                                     short_name="Conference within 15 working days"),
    "child_protection_plans": {"name": "Children on child protection plans", "ref": "P4", "section": "protection",
                               "short_name": "Children on protection plans", "kind": "count", "from": "rows",
                               "open": ["start", "end"], "polarity": "neither", "things": "children on plans",
                               "thing": "child on a plan"},
    "plans_started": {"name": "Plans started", "ref": "P5", "section": "protection", "kind": "count", "from": "rows",
                      "when": "day", "polarity": "neither", "things": "plans"},
    "plans_ended": {"name": "Plans ended", "ref": "P6", "section": "protection", "kind": "count", "from": "rows",
                    "when": "day", "polarity": "neither", "things": "plans"},
    "plans_two_years": percentage("Plans open two years or more", "protection", "plans", "open two years or more",
                                  "low", local(2), ref="P7"),
    "visits_10_days": percentage("Child protection visits in time", "protection", "visits", "made in time", "high",
                                 local(95), ref="P8", safety_critical=True, process_measure=True),
    "children_in_care": {"name": "Children in our care", "ref": "C1", "section": "care", "kind": "rate",
                         "from": "rows", "open": ["start", "end"], "per": {"population": "children_0_17"},
                         "polarity": "neither", "things": "children", "thing": "child", "decimals": 0},
    "three_placements": percentage("Three or more homes in a year", "care", "children in care",
                                   "in three or more homes within a year", "low", local(9), ref="C2"),
    "unregistered": {"name": "Children in homes that should be registered with Ofsted and are not", "ref": "C3",
                     "short_name": "Children in homes not registered with Ofsted", "section": "care",
                     "kind": "count", "from": "rows", "open": ["start", "end"], "polarity": "low",
                     "target": {"value": 0, "basis": "statutory", "reason": "Such homes are unlawful."},
                     "things": "children", "thing": "child", "safety_critical": True},
    "care_started": {"name": "Started care", "ref": "C4", "section": "care", "kind": "count", "from": "rows",
                     "when": "day", "polarity": "neither", "things": "children", "thing": "child"},
    "care_leavers_in_touch": percentage("Care leavers in touch", "care_leavers", "care leavers", "in touch", "high",
                                        local(95), ref="L1", headline="rolling_12_months"),
    "care_leavers_work": percentage("Care leavers in work or learning", "care_leavers", "care leavers",
                                    "in education, employment or training", "high", local(70), ref="L2",
                                    headline="rolling_12_months"),
    "vacancies": {"name": "Social worker posts vacant", "ref": "W1", "section": "workforce", "kind": "supplied",
                  "from": "rows", "when": "month", "numerator": "vacant", "denominator": "established",
                  "stock": True, "polarity": "low", "target": local(14), "people": False, "decimals": 1},
    "agency": {"name": "Agency social workers", "ref": "W2", "section": "workforce", "kind": "supplied",
               "from": "rows", "when": "month", "numerator": "agency", "denominator": "posts", "stock": True,
               "polarity": "low", "target": local(15), "people": False, "decimals": 1},
    "supervision": percentage("Supervision held in time", "workforce", "supervisions", "held in time", "high",
                              local(90), ref="W3"),
    "audits_good": percentage("Audits graded good or better", "quality", "audits", "graded good or better", "high",
                              local(70), ref="Q1", people=False),
    "complaints_in_time": percentage("Complaints answered in time", "quality", "complaints", "answered in time",
                                     "high", local(90), ref="Q2", people=False),
}  # fmt: skip

REPORT = {
    "council": {"name": "Ashcombe City Council", "short_name": "Ashcombe", "area": "E06000016",
                "region": "East Midlands", "neighbours": NEIGHBOURS},
    "committee": {"name": "Children, Young People and Education Scrutiny Commission", "meeting": "2025-11-18"},
    "director": {"role": "Strategic Director of Social Care and Education", "name": ""},
    "sections": ["front_door", "protection", "care", "care_leavers", "workforce", "quality"],
    "cards": ["child_protection_plans", "children_in_care", "re_referrals", "assessments_45_days",
              "conference_15_days", "three_placements", "care_leavers_work", "vacancies"],
    "journey": [{"indicator": "contacts", "name": "Contacts"}, {"indicator": "referrals", "name": "Referrals",
    "of": "contacts"},
                {"indicator": "assessments_45_days", "name": "Assessments", "of": "referrals"},
                {"indicator": "section_47", "of": "referrals"}, {"indicator": "conferences", "of": "section_47"},
                {"indicator": "plans_started", "of": "conferences"}, {"indicator": "care_started"}],
    "flows": [{"name": "children on protection plans", "stock": "child_protection_plans",
               "joined": ["plans_started"], "left": ["plans_ended"]}],
}  # fmt: skip

POPULATION = 91_200.0


def wobble(place: int, key: int) -> float:
    """A fixed, irregular number from -1 to 1."""
    x = math.sin((place + 1) * 12.9898 + key * 78.233) * 43758.5453
    return 2 * (x - math.floor(x)) - 1


def level(id_: str, place: int, months: int) -> tuple[float, float]:
    """(numerator, denominator) of a month; `place` counts from the first of `months` months."""
    t, w = place / months, wobble(place, sum(map(ord, id_)))
    late = max(0.0, place - (months - 9))
    shapes = {
        "contacts": (960 + 60 * t + 45 * w + 9 * late, 0), "referrals": (248 + 12 * w + 3 * late, POPULATION),
        "re_referrals": ((52 - (9 if place > months - 10 else 0)) + 5 * w, 262),
        "assessments_45_days": (232 * (0.71 + 0.05 * w + (0.06 if late > 0 else 0) + 0.006 * late), 400 + 20 * w),
        "assessments_overdue": (231 - 12 * late + 9 * w, 0), "section_47": (95 + 7 * w + 3.2 * late, 0),
        "conferences": (36 + 3 * w + 1.3 * late, 0), "conference_15_days": (36 * (0.8 + 0.05 * w), 45),
        "child_protection_plans": (403 + 3 * w + 9.2 * late, 0), "plans_started": (32 + 2 * w + 1.2 * late, 0),
        "plans_ended": (31 + 2 * w - 0.4 * late, 0), "plans_two_years": (0, 480),
        "visits_10_days": (1040 * (0.9 + 0.012 * w) - 9 * late, 1100 + 20 * w),
        "children_in_care": (512 + 6 * w, POPULATION), "three_placements": (37 + 3 * w, 520),
        "unregistered": (6 if late > 3 else 7, 0), "care_started": (15 + 3 * w, 0),
        "care_leavers_in_touch": (19.4 + 0.5 * w, 20), "care_leavers_work": (14 + 2 * w, 20),
        "vacancies": (25 + 2 * w + 0.5 * late, 185), "agency": (26 + 2 * w, 180), "supervision": (168 + 8 * w, 200),
        "audits_good": (15 + 2 * w, 24), "complaints_in_time": (10 + 2 * w, 14),
    }  # fmt: skip
    x, n = shapes[id_]
    if id_ == "assessments_45_days":
        x, n = x * 1.0 / 232 * 425, 425
    return float(round(x)), float(round(n))


def figures(settings: IndicatorSettings, months: int = 42) -> pd.DataFrame:
    """figures.csv of the made-up council: months, quarters, year to date, rolling 12 months, totals only."""
    first = add_months(date(2025, 10, 1), -months)
    rows = []
    for id_, indicator in settings.indicators.items():
        held = [(add_months(first, place), *level(id_, place, months)) for place in range(months)]

        def add(kind, start, end, part, id_=id_, indicator=indicator) -> None:
            snapshot = indicator.is_snapshot
            x = part[-1][1] if snapshot else sum(row[1] for row in part)
            rate = indicator.per is not None
            n = part[-1][2] if snapshot or rate else sum(row[2] for row in part)
            value = 1e4 * x / n if rate else 100 * x / n if n else x
            if not n:
                n = math.nan
            marker = ""
            if id_ == "plans_two_years":
                x = n = value = math.nan
                marker = "c"
            number = indicator.kind == "count"
            rows.append((id_, "E06000016", kind, start, end, "total", "total", x, math.nan if number else n, value,
                         indicator.figure_unit, marker, "case management system", AS_AT))  # fmt: skip

        for row in held:
            add("month", row[0], month_end(row[0]), [row])
        for place in range(0, months, 3):
            part = held[place : place + 3]
            add("quarter", part[0][0], month_end(part[-1][0]), part)
        if not indicator.is_snapshot:
            add("year_to_date", date(2025, 4, 1), QUARTER.end, held[-6:])
            add("rolling_12_months", date(2024, 10, 1), QUARTER.end, held[-12:])
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for column in ("period_start", "period_end", "as_at"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[ns]")
    return frame


PUBLISHED = {"assessments_45_days": (85.7, 84.8), "re_referrals": (22.6, 18.8), "conference_15_days": (81.4, 81.7),
             "child_protection_plans": (None, None), "children_in_care": (67, 61), "three_placements": (10, 11),
             "care_leavers_work": (54, 53), "vacancies": (14.2, 18.3), "agency": (13.0, 18.5),
             "referrals": (519.4, 520.9), "care_leavers_in_touch": (91, 92)}  # fmt: skip


def published(settings: IndicatorSettings) -> dict[str, tuple[PublishedFigure, ...]]:
    result = {}
    for id_, (england, neighbours) in PUBLISHED.items():
        if england is None or neighbours is None:
            continue
        unit = settings.indicators[id_].figure_unit
        rows = [PublishedFigure(id_, "England", "2024/25", date(2025, 3, 31), england, unit, "", "DfE statistics", 1)]
        for place, name in enumerate(NEIGHBOURS):
            value = round(neighbours * (1 + 0.08 * wobble(place, sum(map(ord, id_)))), 1)
            rows.append(PublishedFigure(id_, name, "2024/25", date(2025, 3, 31), value, unit, "", "DfE statistics", 1))
        for place in range(140):
            value = round(england * (1 + 0.25 * wobble(place, 7)), 1)
            rows.append(
                PublishedFigure(
                    id_, f"Council {place}", "2024/25", date(2025, 3, 31), value, unit, "", "DfE statistics", 1
                )
            )
        result[id_] = tuple(rows)
    return result


def project(root: Path, **report) -> Project:
    settings = IndicatorSettings.model_validate({"indicators": INDICATORS})
    return Project(
        root,
        ExtractSettings.model_validate({"tables": {"rows": {"files": "rows.csv"}}}),
        settings.indicators,
        ReportSettings.model_validate({**REPORT, **report}),
        (),
        published(settings),
    )


COMMENTARY = {
    "assessments_45_days": Commentary(
        "assessments_45_days",
        "",
        {
            "Why?": "Demand rose while three posts stood vacant. Two teams carried most late assessments.",
            "What are we doing?": "| Action | Who, by when |\n|---|---|\n| Day-30 review in every team | "
            "Service managers, done |\n"
            "| Two assessment posts filled | Head of Service, 30 November |\n| Backlog under 60 | Head of "
            "Service, 31 December |",
            "What difference has last quarter's action made?": "A weekly review at day 30 began in May. Overdue "
            "assessments fell by 45 since Quarter 1.",
            "Back on track": "Expected in March 2026, at 85%.",
        },
        role="Head of Service, First Response",
        date="4 November 2025",
    ),
    "since_the_quarter_ended": Commentary(
        "since_the_quarter_ended",
        "The second assessment team opened on 20 October 2025. Two of the six children in homes that are not "
        "registered have moved to registered homes.",
        role="Director of Children's Services",
        date="6 November 2025",
    ),
    "journey": Commentary(
        "journey",
        "An independent assessment in July 2025 reviewed 40 plans and found the threshold applied consistently. "
        "Plans rose in six of ten similar councils.",
        role="Director of Children's Services",
        evidence="Independent assessment, July 2025",
        date="4 November 2025",
    ),
    "risks": Commentary(
        "risks",
        "| Risk | Evidence | Likelihood and impact | Owner | What we do | Next review |\n|---|---|---|---|---|---|\n"
        "| Too few homes for teenagers | Six children in homes not registered | Likely, high | Head of "
        "Commissioning | Two homes open in spring | January 2026 |\n"
        "| Agency costs | 14% of posts | Possible, medium | Principal Social Worker | Recruitment abroad | "
        "February 2026 |",
        role="Strategic Director",
        date="6 November 2025",
    ),
    "workforce": Commentary(
        "workforce",
        "Four posts were added in July, so the vacancy rate rose.",
        {"Caseloads": "- The mean is 16.2\n- Newly qualified workers hold at most 12"},
        role="Principal Social Worker",
        date="3 November 2025",
    ),
}


def material(root: Path):
    """(findings, disclosed, project) of the made-up council."""
    made = project(root)
    frame = figures(IndicatorSettings.model_validate({"indicators": INDICATORS}))
    findings = tuple(
        replace(found, sentences=write_sentences(found, made.indicators[found.indicator], QUARTER))
        for found in judge(frame, made, QUARTER)
    )
    return findings, Disclosed(frame, 212, 180, 41_350, (), "dfe"), made


SET_ASIDE = (
    SetAside("assessments", "EX012", "end before start", 4),
    SetAside("contacts", "EX020", "the same row twice", 17),
)
