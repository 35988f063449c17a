"""The look-ahead: methods against library and simulation, a back-test without hindsight, and silence elsewhere."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carereport.faults import MachineError
from carereport.figures import Figure
from carereport.judgement import look_ahead as module
from carereport.judgement.declared import can_look_ahead
from carereport.judgement.look_ahead import (
    LEAST,
    MOST,
    NEEDED,
    back_test,
    interval_score,
    look_ahead,
)
from carereport.judgement.projection_methods import METHODS, arima, damped_smoothing, naive, seasonal_naive
from carereport.quarters import Quarter, add_months, month_end
from carereport.settings import Indicator
from tests.councils.run import run
from tests.small_council import EXTRACTS, INDICATORS

QUARTER = Quarter.parse("Q2-2025")
ROOT = Path(__file__).parents[1]


def _indicator(**given) -> Indicator:
    base = {"name": "Cases", "section": "care", "kind": "count", "from": "t", "when": "d", "polarity": "low"}
    return Indicator.model_validate(base | given)


FLOW = _indicator()
STOCK = _indicator(open=["s", "e"], when=None)


def _months(values, last=date(2025, 9, 1), marker="") -> list[Figure]:
    starts = [add_months(last, place - len(values) + 1) for place in range(len(values))]
    return [
        Figure(start, month_end(start), None if value is None else float(value), marker="c" if value is None else "")
        for start, value in zip(starts, values, strict=True)
    ]


def _walk(seed: int, size: int = 84) -> np.ndarray:
    return np.round(500 + np.cumsum(np.random.default_rng(seed).normal(0, 8, size)))


# ---------------------------------------------------------------------- methods


def test_the_plain_methods_repeat_a_quarter() -> None:
    months = np.arange(1.0, 31.0)
    assert naive(months, is_stock=True).centre == 30
    assert naive(months, is_stock=True).spread == 3
    assert naive(months, is_stock=False).centre == 28 + 29 + 30
    assert naive(months, is_stock=False).spread == 9
    assert seasonal_naive(months, is_stock=True).centre == 21  # month 33 of the series is 12 months after month 21
    assert seasonal_naive(months, is_stock=False).centre == 19 + 20 + 21
    assert seasonal_naive(months, is_stock=False).spread == 36


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_spread_of_a_stock_is_that_of_the_library(seed: int) -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    months = _walk(seed) + 4 * np.arange(84.0)  # a slope, so that the trend has weights
    fitted = ETSModel(pd.Series(months), error="add", trend="add", damped_trend=True).fit(disp=False)
    ahead = fitted.get_prediction(start=len(months), end=len(months) + 2)
    assert damped_smoothing(months, is_stock=True).centre == pytest.approx(float(np.asarray(fitted.forecast(3))[-1]))
    variance = float(np.asarray(ahead.forecast_variance)[-1])
    assert damped_smoothing(months, is_stock=True).spread**2 == pytest.approx(variance)


def test_the_spread_of_a_flow_is_that_of_simulated_quarters() -> None:
    from statsmodels.tsa.arima.model import ARIMA

    rng = np.random.default_rng(4)
    months = 200 + np.cumsum(rng.normal(0, 6, 90))
    found = arima(months, is_stock=False)
    orders = [(p, 1, q) for p in range(3) for q in range(3) if p + q <= 2]
    best = min((ARIMA(months, order=order).fit() for order in orders), key=lambda fit: fit.aicc)
    paths = best.simulate(3, repetitions=20_000, anchor="end", rng=np.random.default_rng(5)).reshape(3, -1).sum(axis=0)
    assert found.centre == pytest.approx(paths.mean(), rel=0.01)
    assert found.spread == pytest.approx(paths.std(), rel=0.03)


def test_a_series_around_one_level_is_not_differenced() -> None:
    months = np.random.default_rng(6).normal(100, 5, 90)
    assert arima(months, is_stock=True).spread == pytest.approx(5, rel=0.2)
    assert arima(months, is_stock=True).centre == pytest.approx(100, abs=4)


# -------------------------------------------------------------------- back-test


def test_the_score_adds_ten_times_the_miss_to_the_width() -> None:
    assert interval_score(10, 20, 15) == 10
    assert interval_score(10, 20, 22) == pytest.approx(30)
    assert interval_score(10, 20, 9) == pytest.approx(20)


def test_the_back_test_knows_no_more_than_was_known_then(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def method(months, is_stock):
        seen.append(len(months))
        return naive(months, is_stock)

    monkeypatch.setattr(module, "METHODS", {"one": method})
    months = _walk(7, 60)
    ((record, _, _),) = back_test(months, is_stock=True).values()
    assert seen == [*range(24, 60, 3), 60]
    assert record.quarters == 12
    expected = 0
    for origin in range(24, 60, 3):
        found = naive(months[:origin], is_stock=True)
        half = 1.2815515655 * found.spread
        expected += np.floor(found.centre - half) <= months[origin + 2] <= np.ceil(found.centre + half)
    assert record.inside == expected


def test_eighty_per_cent_intervals_hold_four_of_five_quarters_of_random_walks() -> None:
    inside = {"last quarter again": 0, "ARIMA": 0}
    quarters = 0
    for seed in range(8):
        found = back_test(_walk(100 + seed), is_stock=True)
        quarters += found["ARIMA"][0].quarters
        for name in inside:
            inside[name] += found[name][0].inside
    for name, count in inside.items():
        assert count / quarters == pytest.approx(0.8, abs=0.08), name


def test_a_method_that_fails_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(months, is_stock):
        raise np.linalg.LinAlgError

    monkeypatch.setattr(module, "METHODS", {"broken": broken, "naive": naive})
    assert list(back_test(_walk(8), is_stock=True)) == ["naive"]
    monkeypatch.setattr(module, "METHODS", {"broken": broken})
    assert look_ahead(FLOW, _months(_walk(8)), QUARTER, None).reason == "no_method"


# ------------------------------------------------------------ what is and is not shown


def test_an_interval_is_shown_only_with_a_record_between_seventy_and_ninety_per_cent() -> None:
    shown = silent = 0
    calmed = np.round(300 + np.random.default_rng(9).normal(0, 1, 84) * np.r_[[40.0] * 24, [4.0] * 60])
    for values in (_walk(1), _walk(2), calmed):
        found = look_ahead(STOCK, _months(values), QUARTER, None)
        assert found.record is not None
        assert found.record.score == min(record.score for record in found.records)
        holds = LEAST <= found.record.inside / found.record.quarters <= MOST
        assert (found.lower is not None) == (found.upper is not None) == holds
        assert found.reason == ("" if holds else "coverage")
        assert found.lower is None or found.upper is None or found.lower < found.upper
        shown, silent = shown + holds, silent + (not holds)
    assert shown and silent


def test_the_next_quarter_is_the_one_after_the_reports() -> None:
    found = look_ahead(STOCK, _months(_walk(1)), QUARTER, None)
    assert (found.start, found.end) == (date(2025, 10, 1), date(2025, 12, 31))


def test_nothing_is_projected_across_a_suppressed_month() -> None:
    values = [*_walk(1)]
    values[-20] = None
    found = look_ahead(STOCK, _months(values), QUARTER, None)
    assert (found.reason, found.months, found.lower, found.records) == ("suppressed", 19, None, ())
    assert look_ahead(STOCK, _months([*values[:-1], None]), QUARTER, None).months == 0


def test_nothing_is_projected_from_too_few_months_or_an_old_definition() -> None:
    assert look_ahead(STOCK, _months(_walk(1, NEEDED - 1)), QUARTER, None).reason == "too_few"
    assert look_ahead(STOCK, _months(_walk(1, NEEDED)), QUARTER, None).reason in ("", "coverage")
    changed = _indicator(open=["s", "e"], when=None, valid_from=date(2024, 4, 1))
    assert look_ahead(changed, _months(_walk(1)), QUARTER, None).months == 18
    ended = _indicator(open=["s", "e"], when=None, valid_to=date(2025, 6, 30))
    assert look_ahead(ended, _months(_walk(1)), QUARTER, None).months == 0


def test_a_series_that_never_moved_gives_no_point() -> None:
    found = look_ahead(STOCK, _months([40] * 60), QUARTER, None)
    assert found.lower is None and found.reason in ("coverage", "no_width", "no_method")


@pytest.mark.parametrize(
    ("given", "can"),
    [
        ({}, True),
        ({"open": ["s", "e"], "when": None}, True),
        ({"open": ["s", "e"], "when": None, "distinct": "child_id"}, True),
        ({"distinct": "child_id"}, False),
        ({"kind": "percentage", "count": "a = 1"}, False),
        ({"kind": "rate", "per": {"population": "children"}}, False),
        ({"kind": "mean", "of": "days(a, b)"}, False),
    ],
)
def test_only_counted_stocks_and_flows_can_be_projected(given, can) -> None:
    assert can_look_ahead(_indicator(**given)) is can


# ------------------------------------------------------------------------- memory


def test_a_second_look_costs_nothing_and_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    months = _months(_walk(2))
    first = look_ahead(STOCK, months, QUARTER, tmp_path)
    monkeypatch.setattr(module, "back_test", lambda values, is_stock: pytest.fail("computed again"))
    assert look_ahead(STOCK, months, QUARTER, tmp_path) == first
    with pytest.raises(pytest.fail.Exception):
        look_ahead(FLOW, months, QUARTER, tmp_path)


def test_a_damaged_memory_is_computed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "METHODS", {"naive": naive})
    months = _months(_walk(2))
    first = look_ahead(STOCK, months, QUARTER, tmp_path)
    (kept,) = tmp_path.glob("*.json")
    for damage in ("", "[", "[[1, 2, 3]]", "{}"):
        kept.write_text(damage, encoding="utf-8")
        assert look_ahead(STOCK, months, QUARTER, tmp_path).records in (first.records, ())
    kept.write_text("", encoding="utf-8")
    assert look_ahead(STOCK, months, QUARTER, tmp_path) == first


def test_without_its_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", missing)
    with pytest.raises(MachineError) as raised:
        look_ahead(STOCK, _months(_walk(2)), QUARTER, None)
    assert raised.value.faults[0].code == "MA007"
    assert "carereport[lookahead]" in raised.value.faults[0].help


# -------------------------------------------------------------------- in the report


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A council whose referrals and plans have six and a half years of months."""
    root = tmp_path_factory.mktemp("council")
    (root / "config").mkdir()
    (root / "data").mkdir()
    text = EXTRACTS.replace("2023-04-01", "2019-04-01")
    (root / "config" / "extracts.yaml").write_text(text, encoding="utf-8")
    (root / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    (root / "config" / "report.yaml").write_text(
        "look_ahead: {indicators: [referrals, plans_open, plans_started]}\n", encoding="utf-8"
    )
    draw = random.Random(5)
    day, number = date(2019, 4, 1), 0
    referrals, plans = ["Referral ID,Child ID,Received,NFA"], ["Plan ID,Child ID,Start,End"]
    while day < date(2025, 10, 10):
        for _ in range(draw.choice([1, 2, 3, 4])):
            number += 1
            referrals.append(f"R{number:06},C{number:06},{day:%d/%m/%Y},{'Y' if number % 9 == 0 else 'N'}")
        end = day + timedelta(days=draw.randint(60, 500))
        ended = f"{end:%d/%m/%Y}" if end < date(2025, 10, 10) else ""
        plans.append(f"P{number:06},C{number:06},{day:%d/%m/%Y},{ended}")
        day += timedelta(days=1)
    (root / "data" / "referrals.csv").write_text("\n".join(referrals) + "\n", encoding="utf-8")
    (root / "data" / "plans.csv").write_text("\n".join(plans) + "\n", encoding="utf-8")
    return root


def _build(council: Path, out: Path) -> Path:
    done = run("build", "--project", council, "--quarter", "Q2-2025", "--out", out,
               "--format", "html", "--format", "json", "--format", "xlsx")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    return out / "Q2-2025"


def test_the_section_the_json_and_the_sheet_say_one_thing_the_same_way_twice(council: Path, tmp_path: Path) -> None:
    import openpyxl

    first, second = _build(council, tmp_path / "a"), _build(council, tmp_path / "b")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name
    document = json.loads((first / "findings.json").read_text(encoding="utf-8"))
    held = {one["indicator"]: one for one in document["findings"] if "look_ahead" in one}
    assert set(held) == {"referrals", "plans_open", "plans_started"}
    html = (first / "report.html").read_text(encoding="utf-8")
    section = html[html.index('id="look_ahead"') :]
    section = section[: section.index("</section>")]
    shown = {name: one["look_ahead"] for name, one in held.items() if one["look_ahead"]["lower"] is not None}
    assert shown, "no interval of this council is shown: choose another seed"
    rows = list(openpyxl.load_workbook(first / "figures.xlsx").worksheets[-1].iter_rows(values_only=True))
    for name, one in held.items():
        (said,) = [sentence["text"] for sentence in one["sentences"] if sentence["rule"] == "L1"]
        assert any(row[-1] == said for row in rows)
        assert " will " not in said
        ahead = one["look_ahead"]
        if name in shown:
            ends = f"between {ahead['lower']} and {ahead['upper']}"
            assert ends in said
            assert ends in section.replace("\N{NO-BREAK SPACE}", " ")
            assert any(row[6:8] == (ahead["lower"], ahead["upper"]) for row in rows)
        else:
            assert said in section
    assert "knows nothing of plans, policy or events" in section
    assert 'scope="row">ARIMA<' in html


def test_an_ordinary_build_neither_shows_nor_loads_it(council: Path, tmp_path: Path) -> None:
    report = council / "config" / "report.yaml"
    named = report.read_text(encoding="utf-8")
    report.write_text("council: {name: Ashcombe}\n", encoding="utf-8")
    code = f"""
import sys
from pathlib import Path
from carereport.build import Options, run_build
from carereport.quarters import Quarter
run_build(Options(Path({str(council)!r}), Quarter(2025, 2), out=Path({str(tmp_path)!r}), formats=("html", "json")))
assert not [name for name in sys.modules if name.startswith("statsmodels")]
"""
    try:
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        report.write_text(named, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "Q2-2025" / "report.html").read_text(encoding="utf-8")
    assert 'id="look_ahead"' not in html and "ARIMA" not in html
    assert "look_ahead" not in (tmp_path / "Q2-2025" / "findings.json").read_text(encoding="utf-8")


def test_the_command_prints_each_methods_record(council: Path) -> None:
    done = run("look-ahead", "--project", council, "--quarter", "Q2-2025", "--indicator", "referrals")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "referrals: Referrals, from 78 months in a row"
    assert [line[2:46].strip() for line in lines[2:6]] == list(METHODS)
    assert sum(line.endswith("picked") for line in lines) == 1
    assert "quarters lay inside" in lines[-1]


def test_the_command_refuses_what_cannot_be_projected(council: Path) -> None:
    done = run("look-ahead", "--project", council, "--quarter", "Q2-2025", "--indicator", "plan_length")
    assert done.exit_code == 2
    assert "plan_length is no count" in done.stderr


def test_report_yaml_naming_a_share_is_a_finding_with_its_place(council: Path) -> None:
    report = council / "config" / "report.yaml"
    named = report.read_text(encoding="utf-8")
    report.write_text("look_ahead:\n  indicators:\n    - referrals\n    - no_further_action\n", encoding="utf-8")
    try:
        done = run("check", "--project", council, "--json")
    finally:
        report.write_text(named, encoding="utf-8")
    (fault,) = [one for one in json.loads(done.stdout)["findings"] if one["code"] == "JD017"]
    assert (fault["file"], fault["line"], fault["severity"]) == ("config/report.yaml", 4, "error")
