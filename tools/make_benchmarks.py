"""Write config/population.csv and config/benchmarks/ from published statistics.

`python -m tools.make_benchmarks FOLDER [PROJECT]` reads the Department for Education's files (`dfe/`) and
the Local Authority Interactive Tool (`lait/`) in FOLDER. Kept are England, the region and the neighbours
for several years, for charts, and every other authority for the latest year, for the place in England and
for funnel plots. The base of a value stands beside it where it is published: a percentage's from the same
table, a rate's from the mid-year population estimates of the year before (which the department divides by).
Suppressed and missing values are left out; percentages keep the publisher's decimals.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

AREA, OWN, REGION = "E06000016", "Leicester", "East Midlands"
"""The made-up council stands where Leicester stands: its population and neighbours, never its figures."""
MADE_UP = (
    "Ashcombe is a made-up council: it takes Leicester's code, population and neighbours, "
    "and all that it is compared with is real and published, in part after the meeting that this report is made up "
    "for"
)
"""What the report's data notes print after the population's source."""
CHILDREN_BY_GROUP = {
    "under 1": 4800, "1 to 4": 19200, "5 to 9": 24900, "10 to 15": 31400, "16 to 17": 10463,
    "Boys": 46500, "Girls": 44263,
    "White": 29000, "Mixed": 7300, "Asian or Asian British": 41000, "Black or Black British": 9100, "Other": 4363,
    "Disabled": 8200, "Not disabled": 82563,
}  # fmt: skip
"""The equality view's groups of 2024's children: no published table here has them, so they are made up and say so."""
FIRST_YEAR = 2018
MARKERS = frozenset({"c", "x", "z", "k", "u", "low", "-", "nan", ""})
COLUMNS = ("indicator", "area", "period", "value", "unit", "statistic", "source", "denominator")

IN_NEED = "Department for Education, Children in need"
LOOKED_AFTER = "Department for Education, Children looked after in England including adoptions"
EHC = "Department for Education, Education, health and care plans"
WORKFORCE = "Department for Education, Children's social work workforce"

Period = Callable[[int], str]


def financial_year(year: int) -> str:
    """Return the year that ended in March of a year, as 2024/25."""
    return f"{year - 1}/{year % 100:02d}"


def end_of_march(year: int) -> str:
    return f"{year}-03-31"


def end_of_september(year: int) -> str:
    return f"{year}-09-30"


def calendar_year(year: int) -> str:
    return str(year)


@dataclass(frozen=True)
class Series:
    """One published series and the indicator that it is like.

    `where` picks the rows of a department's file; `measure` names a series of the interactive tool instead.
    """

    indicator: str
    file: str
    period: Period
    decimals: int
    unit: str
    source: str
    column: str = ""
    where: tuple[tuple[str, str], ...] = ()
    measure: str = ""
    statistic: str = ""
    less_from_100: bool = False
    """The published share is of the opposite: 100 less it is kept, and `statistic` says so."""
    base: tuple[str, ...] = ()
    """The columns whose sum is the base, in the same row or in that which `base_where` picks."""
    base_where: tuple[tuple[str, str], ...] = ()
    release: int = 0
    """Years from the latest figures to the year in the title of the release, which revises the earlier ones."""


IN_TOUCH = "100 less information not known"
FLOW, DAY, YEAR, AUTUMN = financial_year, end_of_march, calendar_year, end_of_september
REFERRALS = "c1_children_in_need_referrals_and_rereferrals_2013_to_2025"
CARE_RATES = "cla_number_and_rate_per_10k_children"
STABILITY = "la_cla_placement_stability"
LEAVERS = "la_care_leavers_activity"
POSTS = "csww_indicators_2017_to_2025"
AGED_19 = ("care_leaver_age", "19 to 21 years")

FILES: dict[str, tuple[Series, ...]] = {
    "children_in_need.csv": (
        Series("referrals_rate", "lait", FLOW, 1, "per_10000", IN_NEED, measure="CPP_Total_Rateper10,000"),
        Series("re_referrals_12_months", REFERRALS, FLOW, 1, "percent", IN_NEED, "rereferral_percent",
               base=("referral_count",)),
        Series("referrals_no_further_action", REFERRALS, FLOW, 1, "percent", IN_NEED, "no_further_action_percent",
               base=("referral_count",)),
        Series("assessments_45_days", "lait", FLOW, 1, "percent", IN_NEED, measure="Continue_Assess_Comp"),
        Series("section_47_rate", "lait", FLOW, 1, "per_10000", IN_NEED, measure="Section_47"),
        Series("initial_conferences_rate", "lait", FLOW, 1, "per_10000", IN_NEED, measure="ISCP_Conf"),
        Series("conferences_15_days", "lait", FLOW, 1, "percent", IN_NEED, measure="CP_conf_15days"),
    ),
    "protection_plans.csv": (
        Series("child_protection_plans_rate", "lait", DAY, 1, "per_10000", IN_NEED, measure="CPP_rate"),
        Series("plans_started_rate", "lait", FLOW, 1, "per_10000", IN_NEED, measure="CPP_Abuse_Rate"),
        Series("second_or_later_plan", "d3_cpps_subsequent_plan_2013_to_2025", FLOW, 1, "percent", IN_NEED,
               "CPP_subsequent_percent", base=("CPP_start",)),
        Series("plans_two_years", "d5_cpps_at31march_by_duration_2013_to_2025", DAY, 1, "percent", IN_NEED,
               "2_years_or_more_percent", base=("CPP_At31",)),
    ),
    "children_looked_after.csv": (
        Series("children_in_care_rate", CARE_RATES, DAY, 0, "per_10000", LOOKED_AFTER, "rate_per_10000",
               (("population_type", "Children looked after on 31 March each year"),)),
        Series("three_placements", STABILITY, DAY, 0, "percent", LOOKED_AFTER, "children_percent",
               (("cla_group", "CLA on 31 March"),
                ("placement_stability", "With 3 or more placements during the year")),
               base=("children_count",),
               base_where=(("cla_group", "CLA on 31 March"), ("placement_stability", "Total children"))),
        Series("left_care_adopted", "lait", FLOW, 0, "percent", LOOKED_AFTER, measure="%_of LAC Adopted"),
        Series("foster_care", "lait", DAY, 0, "percent", LOOKED_AFTER, measure="LAC_Foster_Placements"),
        Series("unaccompanied_share", "lait", DAY, 0, "percent", LOOKED_AFTER, measure="Unacc_Asylmn_Seek_Childn%"),
        Series("dental_checks", "lait", DAY, 0, "percent", LOOKED_AFTER, measure="LACDental%"),
        Series("health_assessments", "lait", DAY, 0, "percent", LOOKED_AFTER, measure="LACHealth%"),
    ),
    "care_leavers.csv": (
        Series("care_leavers_in_touch", LEAVERS, FLOW, 0, "percent", LOOKED_AFTER, "care_leaver_percent",
               (AGED_19, ("breakdown", "Total information not known")), base=("care_leaver_count",),
               base_where=(AGED_19, ("breakdown", "Total")), statistic=IN_TOUCH, less_from_100=True),
        Series("care_leavers_eet", LEAVERS, FLOW, 0, "percent", LOOKED_AFTER, "care_leaver_percent",
               (AGED_19, ("breakdown", "Total in education, employment or training")),
               base=("care_leaver_count",), base_where=(AGED_19, ("breakdown", "Total"))),
        Series("care_leavers_suitable", "la_care_leavers_accommodation_suitability", FLOW, 0, "percent",
               LOOKED_AFTER, "care_leaver_percent", (AGED_19, ("breakdown", "Accommodation considered suitable")),
               base=("care_leaver_count",), base_where=(AGED_19, ("breakdown", "Suitability total"))),
    ),
    "send.csv": (
        Series("ehc_plans_20_weeks", "lait", YEAR, 1, "percent", EHC, measure="SEN_EHC_Excpt_20wks", release=1),
        Series("ehc_plans_20_weeks_all", "lait", YEAR, 1, "percent", EHC, measure="SEN_EHC_All_20wks", release=1),
    ),
    "workforce.csv": (
        Series("social_worker_vacancies", POSTS, AUTUMN, 1, "percent", WORKFORCE, "vacancy_rate_fte",
               base=("inpost_fte", "vacancy_fte")),
        Series("agency_rate", POSTS, AUTUMN, 1, "percent", WORKFORCE, "agency_rate_fte"),
        Series("social_worker_turnover", POSTS, AUTUMN, 1, "percent", WORKFORCE, "turnover_rate_fte"),
        Series("sickness_absence", POSTS, AUTUMN, 1, "percent", WORKFORCE, "absence_rate_fte"),
        Series("caseload", POSTS, AUTUMN, 1, "cases", WORKFORCE, "caseload_fte"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Published:
    """One cell of a published table, as text."""

    area: str
    year: int
    value: str


def write_all(folder: Path, project: Path) -> int:
    """Write population and comparators into a project's config; return the number of comparators."""
    config = project / "config"
    (config / "benchmarks").mkdir(parents=True, exist_ok=True)
    _write(config / "population.csv", ("area", "year", "group", "value", "source"), _population(folder))
    total = 0
    for name, series in FILES.items():
        rows = [row for one in series for row in _rows(folder, one)]
        _write(config / "benchmarks" / name, COLUMNS, rows)
        total += len(rows)
    return total


def neighbours(folder: Path) -> list[str]:
    """Return the ten statistical neighbours of the 2025 model, closest first."""
    model = _table(folder / "dfe" / "sn_model_2025_wide.csv")
    names = dict(zip(model["old_la_code"], model["la_name"], strict=True))
    own = model[model["la_name"] == OWN].iloc[0]
    return [names[own[f"SN_{place}"]] for place in range(1, 11)]


def _population(folder: Path) -> Iterator[tuple[str, ...]]:
    table = _populations(folder)
    own = table[(table["new_la_code"] == AREA) & (table["time_period"].astype(int) >= FIRST_YEAR)]
    for row in own.sort_values("time_period").itertuples():
        source = f"Office for National Statistics, mid-{row.time_period} population estimates"
        if row.time_period == own["time_period"].max():
            source += f" for {OWN}. {MADE_UP}"
        yield AREA, str(row.time_period), "children_0_17", str(row.population_estimate), source
    for group, children in CHILDREN_BY_GROUP.items():
        yield AREA, "2024", group, str(children), "made up for this sample, to show the comparison"


def _rows(folder: Path, series: Series) -> list[tuple[str, ...]]:
    """Return a series' rows: the few areas of the charts by year, then all others for the latest year."""
    cells = [cell for cell in _cells(folder, series) if cell.year >= FIRST_YEAR and cell.area != OWN]
    latest = max(cell.year for cell in cells)
    near = ("England", REGION, *neighbours(folder))
    place = {area: n for n, area in enumerate(near)}
    kept = [cell for cell in cells if cell.area in place or cell.year == latest]
    kept.sort(key=lambda cell: (place.get(cell.area, len(near)), cell.area, cell.year))
    bases = _bases(folder, series)
    rows: list[tuple[str, ...]] = []
    for cell in kept:
        number = 100 - float(cell.value) if series.less_from_100 else float(cell.value)
        rows.append(
            (series.indicator, cell.area, series.period(cell.year), f"{number:.{series.decimals}f}", series.unit,
             series.statistic, f"{series.source} {latest + series.release}", bases.get((cell.area, cell.year), ""))
        )  # fmt: skip
    return rows


def _cells(folder: Path, series: Series) -> Iterator[Published]:
    found = _from_tool(folder, series.measure) if series.measure else _from_department(folder, series)
    return (cell for cell in found if cell.value.lower() not in MARKERS)


def _bases(folder: Path, series: Series) -> dict[tuple[str, int], str]:
    """Return the bases of a series by area and year: sums of its table's columns, or for a rate the children."""
    columns, ahead = series.base, 0
    if series.unit == "per_10000":
        columns, ahead = ("population_estimate",), 1
        table = _populations(folder)
    else:
        table = _department(folder, series.file, series.base_where or series.where) if columns else pd.DataFrame()
    found: dict[tuple[str, int], str] = {}
    if columns:
        cells = zip(*(_of_areas(table, column) for column in columns), strict=True)
        for parts in cells:
            if not any(part.value.lower() in MARKERS for part in parts):
                total = sum(float(part.value) for part in parts)
                found[parts[0].area, parts[0].year + ahead] = f"{total:.1f}".removesuffix(".0")
    return found


def _from_department(folder: Path, series: Series) -> Iterator[Published]:
    return _of_areas(_department(folder, series.file, series.where), series.column)


def _department(folder: Path, file: str, where: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Return the rows of a department's file in which the columns of `where` hold what it says."""
    table = _table(folder / "dfe" / f"{file}.csv")
    for column, wanted in where:
        table = table[table[column] == wanted]
    return table


def _populations(folder: Path) -> pd.DataFrame:
    return _department(folder, "ons_mid-year_population_estimates_2012_to_2024", ())


def _of_areas(table: pd.DataFrame, column: str) -> Iterator[Published]:
    """Return a column's cells of England, the region and every authority."""
    levels = zip(table["geographic_level"], table["region_name"], table["la_name"], strict=True)
    for (level, region, authority), year, value in zip(levels, table["time_period"], table[column], strict=True):
        area = {"National": "England", "Regional": region}.get(level, authority)
        if level != "Regional" or region == REGION:
            yield Published(str(area), int(year), str(value))


def _from_tool(folder: Path, measure: str) -> Iterator[Published]:
    table = _tool(folder / "lait" / "bds_long.parquet")
    names = _authorities(folder)
    rows: Iterator[Any] = table[table["Short Desc"] == measure].itertuples()
    for row in rows:
        number, area, value = row._6, str(row._4), str(row.Values)
        if area not in ("England", REGION):
            if pd.isna(number) or int(number) not in names:
                continue
            area = names[int(number)]
        yield Published(area, int(row.Years), value)


def _authorities(folder: Path) -> dict[int, str]:
    """Return the names of today's authorities by their number."""
    table = _table(folder / "dfe" / f"{REFERRALS}.csv")
    now = table[(table["geographic_level"] == "Local authority") & (table["time_period"] == table["time_period"].max())]
    return {int(code): name for code, name in zip(now["old_la_code"], now["la_name"], strict=True)}


@cache
def _table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)


@cache
def _tool(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m tools.make_benchmarks FOLDER [PROJECT]")
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parents[1]
    print(f"{write_all(Path(sys.argv[1]), target):,} published figures written; neighbours, closest first:")
    print(", ".join(neighbours(Path(sys.argv[1]))))
