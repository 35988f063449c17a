"""Published comparators: real, dated, of today's areas, and remade by their script."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from carereport.judgement.compare import comparators, neighbour_values, published_authorities
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from tests.shared import needs_shared, shared_folder
from tools.make_benchmarks import neighbours, write_all

ROOT = Path(__file__).parents[1]
QUARTER = Quarter(2025, 2)
PUBLISHED = {
    # indicator: (East Midlands, England, mean of the neighbours), as the statistics of 2024/25 give them
    "referrals_rate": (515.3, 519.4, 520.9),
    "re_referrals_12_months": (24.7, 22.6, 18.8),
    "referrals_no_further_action": (8.9, 6.5, 5.5),
    "assessments_45_days": (90.9, 85.7, 84.8),
    "section_47_rate": (172.4, 189.3, 191.5),
    "initial_conferences_rate": (58.3, 59.2, 60.7),
    "conferences_15_days": (84.2, 81.4, 81.7),
    "child_protection_plans_rate": (40.4, 40.6, 40.7),
    "plans_started_rate": (50.1, 50.8, 51.1),
    "second_or_later_plan": (26.0, 24.5, 22.2),
    "plans_two_years": (1.6, 2.3, 2.0),
    "children_in_care_rate": (62, 67, 61),
    "unaccompanied_share": (8, 8, 9),
    "three_placements": (9, 10, 11),
    "left_care_adopted": (11, 9, 9),
    "foster_care": (64, 67, 66),
    "health_assessments": (85, 90, 92),
    "dental_checks": (84, 81, 86),
    "care_leavers_eet": (56, 54, 53),
    "care_leavers_suitable": (91, 89, 91),
    "ehc_plans_20_weeks": (39.0, 46.4, 56.2),
    "ehc_plans_20_weeks_all": (38.0, 45.9, 54.8),
    "social_worker_vacancies": (11.8, 14.2, 18.3),
    "agency_rate": (10.3, 13.0, 18.5),
    "social_worker_turnover": (9.8, 11.8, 13.3),
    "caseload": (15.3, 15.2, 15.0),
    "sickness_absence": (4.1, 3.5, 3.7),
}


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


@pytest.mark.parametrize("indicator", PUBLISHED)
def test_comparators_are_those_published(project: Project, indicator: str) -> None:
    held = {figure.area: figure.value for figure in comparators(project, indicator, QUARTER)}
    region, england, similar = PUBLISHED[indicator]
    assert held["East Midlands"] == region
    assert held["England"] == england
    digits = 0 if isinstance(similar, int) else 1
    assert held["Statistical neighbours"] == pytest.approx(similar, abs=0.5 * 10**-digits + 0.051)


def test_no_indicator_has_comparators_that_no_one_checked(project: Project) -> None:
    assert set(project.benchmarks) == {*PUBLISHED, "care_leavers_in_touch", "children_in_care"}


def test_every_indicator_with_comparators_names_their_file(project: Project) -> None:
    for name in project.benchmarks:
        assert [given.file for given in project.indicators[name].benchmarks] != [], name


def test_the_council_is_never_compared_with_the_place_whose_code_it_borrows(project: Project) -> None:
    areas = {figure.area for figures in project.benchmarks.values() for figure in figures}
    assert "Leicester" not in areas
    assert len(areas) > 150


def test_ten_neighbours_are_named_and_published(project: Project) -> None:
    assert len(project.neighbours) == 10
    assert len(neighbour_values(project, "re_referrals_12_months", QUARTER)) == 10


def test_charts_of_published_series_have_several_years(project: Project) -> None:
    england = [f for f in project.benchmarks["child_protection_plans_rate"] if f.area == "England"]
    assert len(england) >= 6
    assert england[-1].value < england[-2].value  # England's plans fell in the year to March 2025


def test_every_comparator_names_its_release(project: Project) -> None:
    for name, figures in project.benchmarks.items():
        for figure in figures if name != "children_in_care" else ():  # the council's own return, made up
            assert figure.source.startswith("Department for Education, ")
            assert figure.source[-4:].isdigit()


def test_the_councils_own_return_is_made_up_and_compared_with_nothing(project: Project) -> None:
    (own,) = project.benchmarks["children_in_care"]
    assert (own.area, own.period) == (project.report.council.name, "2025-03-31")
    assert "made up" in own.source
    assert comparators(project, "children_in_care", QUARTER) == []


def test_the_population_reaches_from_the_first_rate_to_the_last(project: Project) -> None:
    rows = [row for row in project.population if row.area == project.area]
    years = {row.year: row.value for row in rows if row.group == "children_0_17"}
    assert set(years) == set(range(2018, 2025))
    assert years[2024] == 90763


def test_the_made_up_groups_of_children_come_to_all_children_and_say_that_they_are_made_up(project: Project) -> None:
    held = {row.group: row for row in project.population if row.group != "children_0_17"}
    assert all(row.year == 2024 and row.source.startswith("made up") for row in held.values())
    groups = (
        ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 to 17"), ("Boys", "Girls"), ("Disabled", "Not disabled"),
        ("White", "Mixed", "Asian or Asian British", "Black or Black British", "Other"),
    )  # fmt: skip
    assert {name for part in groups for name in part} == set(held)
    assert [sum(held[name].value for name in part) for part in groups] == [90763] * 4


@needs_shared("data/dfe")
def test_the_script_makes_the_same_files(project: Project, tmp_path: Path) -> None:
    folder = shared_folder() / "data"
    write_all(folder, tmp_path)
    for path in sorted((tmp_path / "config").rglob("*.csv")):
        held = (ROOT / path.relative_to(tmp_path)).read_bytes()
        assert held == path.read_bytes(), path.name
    assert project.neighbours == neighbours(folder)


@pytest.mark.parametrize(("indicator", "area", "base"), [
    ("re_referrals_12_months", "Luton", 3137), ("second_or_later_plan", "Kent", 1274),
    ("care_leavers_eet", "Luton", 265), ("referrals_rate", "Kent", 355390), ("social_worker_vacancies", "Luton", 244.9),
])  # fmt: skip
def test_comparators_carry_their_published_bases(project: Project, indicator: str, area: str, base: float) -> None:
    held = [figure for figure in project.benchmarks[indicator] if figure.area == area]
    assert held[-1].denominator == base


@pytest.mark.parametrize("indicator", ["re_referrals_12_months", "second_or_later_plan", "care_leavers_eet"])
def test_nearly_every_council_has_a_base_where_a_funnel_is_asked_for(project: Project, indicator: str) -> None:
    assert project.indicators[indicator].comparison_chart == "funnel"
    held = published_authorities(project, indicator, QUARTER)
    assert sum(figure.denominator is not None for figure in held) >= 150


def test_bases_and_values_give_whole_numbers_of_children(project: Project) -> None:
    """A base of another year or group would not: the share of it is the published number, within rounding."""
    kent = next(f for f in project.benchmarks["re_referrals_12_months"] if (f.area, f.period) == ("Kent", "2024/25"))
    assert kent.denominator is not None
    assert kent.value * kent.denominator / 100 == pytest.approx(5194, abs=13)


def test_files_hold_each_figure_once() -> None:
    for path in (ROOT / "config" / "benchmarks").glob("*.csv"):
        held = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert not held.duplicated(["indicator", "area", "period"]).any(), path.name
