"""Published figures that moved since: which are listed, what is said of them, and whose reason is printed."""

from __future__ import annotations

import csv
import html
import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from carereport.cli.main import cli
from carereport.commentary import Commentary
from carereport.disclosure import disclose, undisclosed
from carereport.disclosure.revisions import has_moved
from carereport.figures import Figure, Revision
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
from carereport.report.pages.officers import EXCEPTION_NAMES, PLACES
from carereport.report.reasons import misplaced_reasons, missing_reasons, reason_of, reasons
from carereport.wording.revisions import before_and_now, revision_sentence, stated
from tests.disclosure_rows import QUARTER, indicator, project, rows
from tests.test_disclosure_moved_child import published, write_project

FIRST = Quarter(2025, 1)
PLANS = {"plans": indicator()}
NONE = float("nan")


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [(100, 102, False), (100, 102.1, True), (100, 103, True), (400, 405, False), (400, 406, True), (400, 394, True),
     (1000, 1005, False), (0, 7, True), (7, 0, True), (40, 40, False)],
)  # fmt: skip
def test_a_count_is_listed_if_it_moves_by_more_than_two_per_cent_or_five_children(before, now, moved) -> None:
    assert has_moved(indicator(), [before, NONE, before], [now, NONE, now]) is moved


def test_both_numbers_of_a_percentage_and_the_numerator_of_a_rate_count_children() -> None:
    share = indicator(kind="percentage", count="late = 'yes'")
    assert not has_moved(share, [250.0, 500.0, 50.0], [252.0, 505.0, 49.9])
    assert has_moved(share, [250.0, 500.0, 50.0], [253.0, 506.0, 50.0])
    assert has_moved(share, [250.0, 500.0, 50.0], [256.0, 505.0, 50.69])
    assert not has_moved(share, [3560.0, 5000.0, 71.2], [3565.0, 5000.0, 71.3])
    assert has_moved(share, [3560.0, 5000.0, 71.2], [3570.0, 5007.0, 71.3])
    assert has_moved(share, [0.0, 0.0, NONE], [0.0, 30.0, 0.0])
    assert has_moved(share, [10.0, 500.0, 2.0], [12.0, 500.0, 2.4])
    rate = indicator(kind="rate", per={"population": "children_0_17"})
    assert not has_moved(rate, [400.0, 90_000.0, 44.4], [404.0, 90_500.0, 44.6])
    assert has_moved(rate, [400.0, 90_000.0, 44.4], [406.0, 91_300.0, 44.4])


def test_of_a_mean_the_children_are_those_measured_and_posts_are_none() -> None:
    mean = indicator(kind="mean", of="days(start_date, end_date)", breakdowns=[])
    assert not has_moved(mean, [4000.0, 100.0, 40.0], [4060.0, 101.0, 40.2])
    assert has_moved(mean, [4000.0, 100.0, 40.0], [4240.0, 106.0, 40.0])
    posts = indicator(people=False)
    assert not has_moved(posts, [900.0, NONE, 900.0], [910.0, NONE, 910.0])
    assert has_moved(posts, [100.0, NONE, 100.0], [103.0, NONE, 103.0])


def earlier(cells, indicators=PLANS) -> list[str]:
    return [figures_text(disclose(rows("plans", cells), project(indicators), FIRST).figures)]


def test_revisions_are_told_from_disclosed_figures_and_never_of_a_suppressed_one() -> None:
    before = earlier({("Q1", "total"): 100, ("Q1", "a"): 48, ("Q1", "b"): 52})
    now = rows("plans", {("Q1", "total"): 101, ("Q1", "a"): 98, ("Q1", "b"): 3, ("Q2", "total"): 80})
    result = disclose(now, project(PLANS), QUARTER, None, before)
    assert [(one.breakdown, one.before.value, one.now.value) for one in result.revisions] == []
    assert result.figures["marker"].tolist() == ["r", "c", "c", ""]
    assert result.compared


def test_a_withheld_paper_lists_revisions_of_what_the_public_saw() -> None:
    before = earlier({("Q1", "total"): 100, ("Q1", "a"): 48, ("Q1", "b"): 52})
    now = rows("plans", {("Q1", "total"): 108, ("Q1", "a"): 3, ("Q1", "b"): 105})
    result = undisclosed(now, project(PLANS), before)
    assert [(one.category, one.before.value, one.now.value) for one in result.revisions] == [
        ("total", 100, 108), ("a", 48, 3), ("b", 52, 105),
    ]  # fmt: skip
    assert now["marker"].tolist() == ["", "", ""]


def test_without_an_earlier_report_nothing_is_compared() -> None:
    result = disclose(rows("plans", {("Q2", "total"): 80}), project(PLANS), QUARTER)
    assert (result.revisions, result.compared) == ((), False)


def test_a_revised_figure_with_a_low_base_keeps_both_markers() -> None:
    share = {"plans": indicator(kind="percentage", count="late = 'yes'", breakdowns=[])}
    before = earlier({("Q1", "total"): (7, 14)}, share)
    figures = rows("plans", {("Q1", "total"): (8, 15)}).assign(marker="u")
    assert disclose(figures, project(share), QUARTER, None, before).figures["marker"].tolist() == ["u r"]


def test_a_change_by_one_to_five_between_editions_tells_the_net_only_and_passes_the_audit() -> None:
    before = earlier({("Q1", "total"): 60, ("Q1", "a"): 12, ("Q1", "b"): 48})
    now = rows("plans", {("Q1", "total"): 63, ("Q1", "a"): 14, ("Q1", "b"): 49, ("Q2", "total"): 70})
    alone = disclose(now, project(PLANS), QUARTER)
    result = disclose(now, project(PLANS), QUARTER, None, before)
    assert result.figures["marker"].tolist() == ["r", "r", "r", ""]
    assert result.protected == alone.protected + 3


def test_a_category_that_fell_to_a_small_number_is_hidden_with_the_total_that_would_tell_it() -> None:
    before = earlier({("Q1", "total"): 60, ("Q1", "a"): 6, ("Q1", "b"): 54})
    now = rows("plans", {("Q1", "total"): 59, ("Q1", "a"): 5, ("Q1", "b"): 54, ("Q2", "total"): 70})
    assert disclose(now, project(PLANS), QUARTER, None, before).figures["marker"].tolist() == ["c", "c", "", ""]


def test_sums_of_the_earlier_edition_still_bind_what_was_not_revised() -> None:
    first = {("Q1", "total"): 60, ("Q1", "a"): 3, ("Q1", "b"): 20, ("Q1", "c"): 37}
    before = earlier(first)
    hidden = next(name for name in ("b", "c") if f",{name},,,," in before[0])
    other = "c" if hidden == "b" else "b"
    second = {**first, ("Q1", "total"): 80, ("Q1", other): first["Q1", other] + 20}
    now = rows("plans", second)
    shown_now = dict(zip(now["category"], disclose(now, project(PLANS), QUARTER, None, before).figures["marker"],
                         strict=True))  # fmt: skip
    assert (shown_now["a"], shown_now[hidden]) == ("c", "c")


# ---------------------------------------------------------------- words and reasons


def moved(name="plans", kind="quarter", start=date(2025, 4, 1), end=date(2025, 6, 30), old=20.0, new=27.0,
          breakdown="total") -> Revision:  # fmt: skip
    return Revision(name, kind, breakdown, "total", Figure(start, end, old), Figure(start, end, new))


def test_the_sentence_says_the_period_and_both_figures() -> None:
    assert revision_sentence(moved(), indicator()).text == (
        "The figure for April to June 2025 has been revised from 20 to 27."
    )
    stock = indicator(open=["start_date", "end_date"])
    assert "The figure for 30 June 2025 has" in revision_sentence(moved(), stock).text
    year = moved(kind="rolling_12_months", start=date(2024, 7, 1))
    assert "for the 12 months to 30 June 2025 has" in revision_sentence(year, indicator()).text


def test_figures_that_print_alike_are_told_apart_by_what_they_are_made_of() -> None:
    start, end = date(2025, 4, 1), date(2025, 6, 30)
    pair = Figure(start, end, 50.0, 250, 500), Figure(start, end, 50.0, 256, 512)
    one = Revision("plans", "quarter", "total", "total", *pair)
    share = indicator(kind="percentage", count="late = 'yes'")
    assert before_and_now(one, share) == ("50.0% (250 of 500)", "50.0% (256 of 512)")
    slight = [Figure(start, end, 100 * x / n, x, n) for x, n in ((3560, 5000), (3570, 5007))]
    assert before_and_now(Revision("plans", "quarter", "total", "total", *slight), share) == (
        "71.2% (3,560 of 5,000)", "71.3% (3,570 of 5,007)",
    )  # fmt: skip
    rate = indicator(kind="rate", per={"population": "children_0_17"}, decimals=0)
    close = Revision("plans", "quarter", "total", "total", Figure(start, end, 10.2), Figure(start, end, 10.4))
    assert before_and_now(close, rate) == ("10.2", "10.4")


def test_months_of_a_quarter_that_is_stated_and_groups_have_no_sentence() -> None:
    may = moved(kind="month", start=date(2025, 5, 1), end=date(2025, 5, 31))
    july = moved(kind="month", start=date(2025, 7, 1), end=date(2025, 7, 31))
    assert stated([may, july, moved(), moved(breakdown="ward")]) == (july, moved())


REASONS = {
    "revisions": Commentary(
        "revisions", "Late records were entered",
        {"plans": "Plans were counted twice.", "plans, Q1-2025": "A team's plans came late.",
         "plans, 2025-05": "May was entered in July."},
        role="Head of Service",
    )
}  # fmt: skip


def test_the_most_particular_reason_is_the_one_given() -> None:
    given = reasons(REASONS)
    may = moved(kind="month", start=date(2025, 5, 1), end=date(2025, 5, 31))
    assert reason_of(may, given) == "May was entered in July."
    assert reason_of(moved(), given) == "A team's plans came late."
    assert reason_of(moved(start=date(2025, 1, 1), end=date(2025, 3, 31)), given) == "Plans were counted twice."
    assert reason_of(moved("referrals"), given) == "Late records were entered."
    assert reason_of(moved(), ()) == ""


def test_a_final_report_needs_a_reason_for_each_indicator_and_a_name() -> None:
    settings = project({"plans": indicator(), "referrals": indicator(name="Referrals")})
    own = {"revisions": Commentary("revisions", "", {"plans": "Late records."})}
    found = missing_reasons([moved(), moved("referrals"), moved("referrals")], settings, QUARTER, own)
    assert [(fault.code, fault.severity) for fault in found] == [("CM010", "error")] * 2
    assert "Referrals" in found[0].message
    assert "nobody is named" in found[1].message
    assert missing_reasons([moved()], settings, QUARTER, REASONS) == []
    assert missing_reasons([], settings, QUARTER, {}) == []


def test_a_heading_that_names_no_indicator_or_no_period_is_found() -> None:
    texts = {"revisions": Commentary("revisions", "", {"plens": "x", "plans, spring": "x", "plans, 2025-05": "x"})}
    found = list(misplaced_reasons(project(PLANS), QUARTER, texts))
    assert [fault.code for fault in found] == ["CM012", "CM012"]
    assert "did you mean plans?" in found[0].help
    assert "Q1-2025" in found[1].help


# ---------------------------------------------------------------- a project, from quarter to quarter


def call(root: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in (*arguments[:1], "--project", root, *arguments[1:])])


def late_records(root: Path, plans: int) -> None:
    """Enter plans of May and June, after the first quarter was published."""
    path = root / "data" / "plans.csv"
    rows_ = [f"late-{number},d{number},2025-0{5 + number % 2}-20,west,no" for number in range(plans)]
    path.write_text(path.read_text(encoding="utf-8") + "\n".join(rows_) + "\n", encoding="utf-8")


def two_quarters(root: Path, north: int = 2, south: int = 4, plans: int = 8, final: bool = False) -> None:
    write_project(root, north, south)
    if final:
        all_else_for_a_final_report(root)
    call(root, "build", "--quarter", "Q1-2025", "--format", "csv")
    assert call(root, "publish", "--quarter", "Q1-2025").exit_code <= 1
    late_records(root, plans)


def write_reason(root: Path, text: str) -> None:
    path = root / "commentary" / "Q2-2025" / "revisions.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def all_else_for_a_final_report(root: Path) -> None:
    """Write whatever a final report needs, but for the reasons of revisions."""
    path = root / "config" / "indicators.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    kind:", "    definition: Plans\n    source: a test\n    kind:"), encoding="utf-8")
    (root / "config" / "report.yaml").write_text(
        "council: {name: Ashcombe, area: E06000016}\ncommittee: {meeting: 2099-11-18}\n"
        "director: {name: A Person, role: Director}\nauthor: {name: B Person, role: Analyst, contact: b@example.org}\n",
        encoding="utf-8",
    )
    names = [place.names[0] for place in PLACES.values() if place.required]
    names += [f"implications_{name}" for name in ("climate", "equalities", "financial", "legal", "other")]
    names += ["plans_started", "plans_late"]
    parts = "\n\n".join(f"## {name}\n\nSome text." for name in EXCEPTION_NAMES.values())
    for name in names:
        words = parts if name.startswith("plans") else "Some text."
        path = root / "commentary" / "Q2-2025" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\nowner: C Person\nrole: Head\ndate: 2025-11-04\n---\n{words}\n", encoding="utf-8")


def visible(root: Path) -> str:
    page = (root / "output" / "Q2-2025" / "report.html").read_text(encoding="utf-8")
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_next_report_states_what_moved_and_asks_for_the_reason(tmp_path: Path) -> None:
    root = tmp_path / "one"
    two_quarters(root)
    assert call(root, "build", "--quarter", "Q2-2025", "--format", "csv,json,html,xlsx").exit_code <= 1
    with (root / "output" / "Q2-2025" / "figures.csv").open(encoding="utf-8") as handle:
        table = list(csv.DictReader(handle))
    wanted = ("plans_started", "quarter", "2025-04-01")
    first = {row["category"]: row for row in table
             if (row["indicator"], row["period_kind"], row["period_start"]) == wanted}  # fmt: skip
    assert {name: (row["value"], row["marker"]) for name, row in first.items()} == {
        "total": ("158", "r"), "east": ("60", ""), "west": ("98", "r"), "north": ("0", ""), "south": ("0", ""),
    }  # fmt: skip
    text = visible(root)
    assert "Plans started. The figure for April to June 2025 has been revised from 150 to 158." in text
    assert "Officer text needed : Reasons for revisions (commentary/Q2-2025/revisions.md)" in text
    document = json.loads((root / "output" / "Q2-2025" / "findings.json").read_text(encoding="utf-8"))
    said = [s for f in document["findings"] for s in f["sentences"] if s["rule"] == "W20"]
    assert said[0]["figures"] == ["150", "158"]
    book = openpyxl.load_workbook(root / "output" / "Q2-2025" / "figures.xlsx", read_only=True)
    sheet = next(sheet for sheet in book if "Revisions" in sheet.title)
    held = [row for row in sheet.iter_rows(values_only=True) if row[0] == "none" and row[1] == "Plans started"]
    assert [row[4:9] for row in held if row[5] == "Quarter"] == [
        ("Total", "Quarter", "April to June 2025", 150, 158), ("west", "Quarter", "April to June 2025", 90, 98),
    ]  # fmt: skip


def test_the_officers_reason_stands_in_the_report_and_without_it_a_final_one_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "one"
    two_quarters(root, final=True)
    final = ("build", "--quarter", "Q2-2025", "--format", "html,csv", "--final")
    refused = call(root, *final)
    assert refused.exit_code == 3
    assert re.findall(r"error (\w+)", refused.stderr) == ["CM010", "CM010"]
    assert "officer text needed: why Plans started was revised since published" in refused.stderr
    assert not (root / "output" / "Q2-2025").exists()
    write_reason(root, "---\nrole: Head of Service\ndate: 2025-11-04\n---\nOne team entered plans <late>.\n")
    assert call(root, *final).exit_code <= 1
    text = visible(root)
    assert "from 150 to 158." in text
    assert "Reason given by the service: One team entered plans <late>. " in text
    assert "Reasons for revisions (commentary" not in text


def test_a_small_change_is_marked_and_not_listed(tmp_path: Path) -> None:
    root = tmp_path / "one"
    two_quarters(root, plans=2)
    call(root, "build", "--quarter", "Q2-2025", "--format", "html,csv")
    text = visible(root)
    assert "No published figure has moved by that much." not in text  # west: 90 became 92, more than 2%
    assert "Plans started. The figure for April to June" not in text
    assert re.search(r"moved by that much", text)
    assert ",158," not in (root / "output" / "Q2-2025" / "figures.csv").read_text(encoding="utf-8")


def test_a_child_moved_between_hidden_numbers_changes_no_byte_of_a_report_with_revisions(tmp_path: Path) -> None:
    two_quarters(tmp_path / "one", north=2, south=4)
    two_quarters(tmp_path / "other", north=4, south=2)
    first = published(tmp_path / "one")
    assert "has been revised" in (tmp_path / "one" / "output" / "Q2-2025" / "report.html").read_text(encoding="utf-8")
    assert published(tmp_path / "other") == first
