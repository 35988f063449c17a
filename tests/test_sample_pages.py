"""The sample's own report on paper: its sections keep to their pages, and no page is nearly empty."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from carereport.build import Options, Result, run_build
from carereport.quarters import Quarter
from tests.sample_files import FOLDER
from tests.test_report_pages import headings, words_of

MOST_BYTES = 5_000_000
Words = list[list[tuple[float, float, str]]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Result:
    pytest.importorskip("carereport.report.pdf", reason="Pango cannot be loaded", exc_type=OSError)
    root = tmp_path_factory.mktemp("sample") / "council"
    for name in ("config", "commentary", "templates", "sample_data"):
        shutil.copytree(FOLDER.parent / name, root / name)
    return run_build(Options(root, Quarter(2025, 2), formats=("pdf", "html")))


@pytest.fixture(scope="module")
def folder(built: Result) -> Path:
    return built.folders[0]


@pytest.fixture(scope="module")
def words(folder: Path) -> Words:
    return words_of(folder / "report.pdf")


def test_sections_1_to_9_of_the_sample_stand_within_20_pages(words: Words) -> None:
    last = max(place for place, head in enumerate(headings(words), start=1) if "Workforce" in head)
    assert last <= 20


def test_every_exception_of_the_sample_is_one_page(words: Words) -> None:
    heads = [head for head in headings(words) if re.search(r"Exceptions, \d of \d", head)]
    assert len(heads) == len(set(heads)) == 6


def test_no_page_of_the_sample_but_the_last_of_a_section_is_nearly_empty(words: Words) -> None:
    heads = [head.removesuffix(" :") for head in headings(words)]
    for held, (head, following) in zip(words, pairwise(heads), strict=False):
        if head == following:
            height = 842 if max(b for _, b, _ in held) > 600 else 595
            assert max(b for _, b, _ in held if b < height - 60) > 0.6 * height, head


def test_the_sample_s_papers_can_be_uploaded(folder: Path) -> None:
    assert all((folder / name).stat().st_size < MOST_BYTES for name in ("report.pdf", "cover-report.pdf"))
    assert 2 <= len(words_of(folder / "cover-report.pdf")) <= 5


def test_every_text_that_the_sample_s_officers_wrote_is_shown(built: Result) -> None:
    assert [fault.message for fault in built.faults if fault.code == "CM013"] == []


def test_where_england_s_plans_fell_a_chart_says_so(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    drawn = re.search(r'aria-label="(Line chart of Protection plans per 10,000[^"]*)"', page)
    assert drawn is not None and "ours rose and England's fell" in drawn[1].replace("&#x27;", "'")
