"""The documentation: its pages build offline, its references are up to date, and its examples run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from carereport.checking import check_project
from carereport.cli.main import cli
from carereport.conditions.check import FUNCTIONS
from carereport.project import Project, load_project
from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings, IndicatorSettings
from tests.small_council import small_council
from tests.test_every_area import CODES, region
from tools.make_reference import FOLDER, PAGES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PROSE = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
EXAMPLES = [
    pytest.param(block, id=f"{path.stem}-{number}")
    for path in PROSE
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL))
]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


@pytest.mark.parametrize("name", list(PAGES))
def test_the_reference_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run: python -m tools.make_reference"


def test_every_function_of_conditions_is_documented() -> None:
    text = (FOLDER / "conditions.md").read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}(" not in text] == []


@pytest.mark.parametrize("block", EXAMPLES)
def test_every_yaml_example_is_accepted(block: str, project: Project) -> None:
    found = yaml.safe_load(block)
    tables, indicators = dict(project.extracts.tables), dict(project.indicators)
    if "tables" in found:
        tables |= ExtractSettings.model_validate(found).tables
    elif "indicators" in found:
        indicators |= IndicatorSettings.model_validate(found).indicators
    else:
        ReportSettings.model_validate(found)
    extracts = project.extracts.model_copy(update={"tables": tables})
    changed = Project(ROOT, extracts, indicators, project.report, project.population, project.benchmarks)
    assert [fault.message for fault in check_project(changed) if fault.severity == "error"] == []


def test_every_command_named_in_the_documentation_exists() -> None:
    for path in PROSE:
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"(?:^    |^\$ |^\./run |`)(carereport [^`\n]*)", text, re.MULTILINE):
            words = shlex.split(line, comments=True)[1:]
            if not words or words[0].startswith("-"):
                continue
            command = cli.commands.get(words[0])
            assert command is not None, f"{path.name}: {line}"
            known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
            assert {word for word in words if word.startswith("--")} <= known | {"--help"}, f"{path.name}: {line}"


def commands(page: str) -> list[str]:
    """Return the lines of a page's console examples, without the prompt."""
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def run(line: str) -> None:
    done = CliRunner().invoke(cli, shlex.split(line)[1:])
    assert done.exit_code in (0, 1), f"{line}\n{done.output}"


def test_the_tutorial_s_commands_run_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = commands("tutorial.md")
    assert len(lines) > 5
    for line in lines:
        if line.startswith("cd "):
            monkeypatch.chdir(line.removeprefix("cd "))
        else:
            run(line)
    assert (tmp_path / "council" / "output" / "Q2-2025" / "report.html").is_file()


def test_the_commands_for_many_councils_run_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(region(tmp_path / "region"))
    for line in commands("how-to/many-councils.md"):
        run(line.replace("E06000016", CODES[0]))
    assert all((Path("output") / code / "Q2-2025" / "figures.csv").is_file() for code in CODES)


def test_the_commands_for_a_schedule_run_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small_council(tmp_path / "council"))
    lines = commands("how-to/schedule.md")
    assert len(lines) == 3
    for line in lines:
        run(line)


def test_every_page_whose_commands_are_shown_has_them_run() -> None:
    """Those of performance.md are benchmarks: they take minutes, and their numbers depend on the machine."""
    shown = {path.name for path in DOCS.rglob("*.md") if commands(str(path.relative_to(DOCS)))}
    assert shown == {"tutorial.md", "many-councils.md", "schedule.md", "performance.md"}


def test_the_pages_build_without_a_network(tmp_path: Path) -> None:
    pytest.importorskip("material")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    environment = {**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "tutorial.html").read_text(encoding="utf-8")
    assert not re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="https?://', page)


def test_every_term_of_the_glossary_is_in_order() -> None:
    terms = re.findall(r"^\*\*(.+?)\*\*", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert terms == sorted(terms, key=str.casefold)
