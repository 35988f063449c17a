"""What a preview remembers is never seen: after any run of saves its page is, byte for byte, that of a build."""

from __future__ import annotations

import shutil
from pathlib import Path

import matplotlib as mpl
import pytest

from benchmarks import preview as saves
from carereport.build import Options, run_build
from carereport.charts.count_columns import CountColumn, count_columns
from carereport.charts.theme import choose_fonts
from carereport.council_facts import CouncilFacts
from carereport.faults import ConfigurationError
from carereport.preview.memory import Memory
from carereport.preview.pages import Pages
from carereport.project import Project
from carereport.protecting import protect
from carereport.quarters import Quarter
from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings
from tests.disclosure_rows import QUARTER
from tests.small_council import small_council
from tests.test_protecting import INDICATORS, NOW, both_told, record

ROOT = Path(__file__).parents[1]
FONTS = {"light": ROOT / "templates" / "fonts" / "Inter-Regular.otf",
         "wide": Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"}  # fmt: skip


def built(root: Path) -> bytes:
    """Return the page of a build, which knows nothing of earlier ones."""
    out = root.parent / "built"
    run_build(Options(root, Quarter(2025, 2), out=out, formats=("html",)))
    shutil.rmtree(root / "history")
    return (out / "Q2-2025" / "report.html").read_bytes()


def test_the_page_of_the_sample_after_saves_of_every_kind_and_back(tmp_path: Path) -> None:
    root = tmp_path / "project"
    for name in ("config", "commentary", "templates", "sample_data"):
        shutil.copytree(ROOT / name, root / name)
    settings = root / "config" / "indicators.yaml"
    as_it_was = settings.read_text(encoding="utf-8")
    with Pages(Options(root, Quarter(2025, 2))) as pages:
        first = pages.make().html
        for number, save in enumerate((saves.save_threshold, saves.save_text, saves.save_style, saves.save_condition)):
            save(root, number)
            pages.make()
        saves.save_rows(root, 0)
        assert pages.make().html == built(root)
        settings.write_text(as_it_was, encoding="utf-8")
        for name in ("commentary", "templates", "sample_data"):
            shutil.copytree(ROOT / name, root / name, dirs_exist_ok=True)
        assert pages.make().html == first


def test_the_page_in_another_font_under_the_same_name(tmp_path: Path) -> None:
    root = small_council(tmp_path / "council")
    file = root / "config" / "Own.otf"
    shutil.copy(FONTS["light"], file)
    text = "branding: {fonts: {text: config/Own.otf, bold: config/Own.otf}}\n"
    (root / "config" / "report.yaml").write_text(text, encoding="utf-8")
    with Pages(Options(root, Quarter(2025, 2))) as pages:
        light = pages.make().html
        shutil.copy(FONTS["wide"], file)
        wide = pages.make().html
        assert wide != light
        assert wide == built(root)
        shutil.copy(FONTS["light"], file)
        assert pages.make().html == light


def test_a_chart_is_drawn_once_for_what_it_shows_its_size_and_its_fonts() -> None:
    def drawn(value: float = 3.0, width: float = 60.0) -> object:
        columns = [CountColumn("Q1", "2025/26", 2.0, "2"), CountColumn("Q2", "", value, "3")]
        return count_columns(columns, width, 30.0, "Columns.")

    first = drawn()
    assert drawn() is first
    assert drawn(value=4.0) != first
    assert drawn(width=61.0) != first
    try:
        choose_fonts(FONTS["wide"], FONTS["wide"])
        assert drawn() != first
    finally:
        choose_fonts(None, None)
    assert drawn() is first


def test_a_small_number_that_cannot_be_protected_has_the_help_of_a_build(tmp_path: Path) -> None:
    record(tmp_path, Quarter(2025, 1), both_told(), frozen=False)
    facts, memory = CouncilFacts("E1", NOW, {}, (), (), (), None, {}), Memory()
    held = Project(tmp_path, ExtractSettings(tables={}), INDICATORS, ReportSettings())
    with pytest.raises(ConfigurationError) as built:
        protect(facts, held, QUARTER, tmp_path)
    for _ in range(2):
        with pytest.raises(ConfigurationError) as seen:
            memory.disclosed(facts, held, Options(tmp_path, QUARTER))
        assert seen.value.faults == built.value.faults
    (fault,) = seen.value.faults
    assert "the draft of Q1-2025 in history/ never went out" in fault.help
    assert "carereport build --quarter Q1-2025; carereport build --quarter Q2-2025" in fault.help
