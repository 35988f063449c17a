"""The council's templates: a fault in one names its file and line; nothing outside the page is reached."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from carereport.build import Options, run_build
from carereport.faults import CarereportError, ConfigurationError, Fault
from carereport.quarters import Quarter
from carereport.report import worker
from carereport.report.render import check_templates, render_report, template_folders
from tests import made_up_report as made
from tests.small_council import small_council

TEMPLATES = Path(__file__).parents[1] / "templates"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    return tmp_path


def add(root: Path, name: str, line: str) -> int:
    """Add a line to a template and return its number."""
    path = root / "templates" / name
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}{line}\n", encoding="utf-8")
    return text.count("\n") + 1


def fault_of(root: Path) -> Fault:
    findings, disclosed, project = made.material(root)
    with pytest.raises(ConfigurationError) as caught:
        render_report(findings, disclosed, project, made.QUARTER, as_at=made.AS_AT)
    return caught.value.faults[0]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{{ report.summery }}", "TP003"),
        ("{{ report.quarter.no_such_word }}", "TP003"),
        ("{% if report.quarter %}", "TP002"),
        ("{{ report.quarter | no_such_filter }}", "TP002"),
        ("{{ 1 / 0 }}", "TP003"),
        ('{% include "no_such_page.html.j2" %}', "TP003"),
        ('<img src="https://example.org/a.png">', "TP004"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "TP004"),
    ],
)
def test_a_wrong_line_is_named_by_file_and_line(root: Path, line: str, code: str) -> None:
    number = add(root, "glossary.html.j2", line)
    fault = fault_of(root)
    assert (fault.code, fault.severity) == (code, "error")
    if "no_such_page" not in line:
        assert fault.file == "templates/glossary.html.j2"
        assert fault.line == number or code == "TP002"
    assert fault.help


def test_a_template_that_sets_a_part_of_the_report_is_named(root: Path) -> None:
    add(root, "glossary.html.j2", "{% set report.title = 1 %}")
    fault = fault_of(root)
    assert (fault.code, fault.file) == ("TP003", "templates/glossary.html.j2")


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ report.__class__.__init__.__globals__ }}",
        "{{ [].append(1) }}",
        "{% set _ = report.officer_pages.__setattr__('a', 1) %}",
    ],
)
def test_a_template_cannot_leave_its_room(root: Path, line: str) -> None:
    add(root, "glossary.html.j2", line)
    assert fault_of(root).file == "templates/glossary.html.j2"


@pytest.mark.parametrize("line", ["{{ report.__class__ }}", "{{ report['__dict__'] }}", "{{ ''._private }}"])
def test_private_parts_are_found_before_a_report_is_built(root: Path, line: str) -> None:
    number = add(root, "glossary.html.j2", line)
    (fault,) = check_templates(root)
    assert (fault.code, fault.line, fault.severity) == ("TP003", number, "error")


@pytest.mark.parametrize("line", ["<section>{ report.title }}</section>", "<p>Text</p>\n{ % if report %}"])
def test_a_brace_too_few_is_said_before_it_is_printed(root: Path, line: str) -> None:
    number = add(root, "glossary.html.j2", line)
    (fault,) = check_templates(root)
    assert (fault.code, fault.line, fault.severity) == ("TP007", number + line.count("\n"), "warning")


def test_a_picture_beside_the_report_is_refused_and_one_that_is_filled_in_is_not(root: Path) -> None:
    number = add(root, "glossary.html.j2", '<p><img alt="" src="logo.png"></p>')
    add(root, "glossary.html.j2", '<img src="{{ report.look.logo }}" alt=""><img alt="" src="data:image/png;,A">')
    (fault,) = check_templates(root)
    assert (fault.code, fault.line, fault.position) == ("TP008", number, 4)


def test_a_style_sheet_names_only_files_that_are_there(root: Path) -> None:
    number = add(root, "report.css", '.logo { background: url("logo.png"); }')
    fault = fault_of(root)
    assert (fault.code, fault.file, fault.line) == ("TP005", "templates/report.css", number)


def test_a_template_that_is_a_link_out_of_the_folder_is_not_told_of_by_its_text(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("{{ planted_word }}", encoding="utf-8")
    (root / "templates" / "glossary.html.j2").unlink(missing_ok=True)
    (root / "templates" / "glossary.html.j2").symlink_to(outside)
    (fault,) = check_templates(root)
    assert (fault.code, fault.file) == ("TP004", "templates/glossary.html.j2")
    assert "planted" not in f"{fault}"


@pytest.mark.parametrize("line", ["{{ 'x' * 10**10 }}", "{{ 9**9**9 }}", "{% set x = 'x' | center(10**10) %}"])
def test_no_expression_is_worked_out_while_templates_are_only_looked_at(root: Path, line: str) -> None:
    add(root, "glossary.html.j2", line)
    assert check_templates(root) == []


def test_all_faults_are_found_in_one_run(root: Path) -> None:
    add(root, "glossary.html.j2", "{% endif %}")
    add(root, "summary.html.j2", '<img src="http://example.org/a.png">')
    assert {(fault.code, fault.file) for fault in check_templates(root)} == {
        ("TP002", "templates/glossary.html.j2"),
        ("TP004", "templates/summary.html.j2"),
    }


def test_templates_are_the_same_whichever_way_the_project_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert template_folders(Path()) == template_folders(root)  # else those compiled ahead are not those used


def test_the_templates_that_come_with_carereport_have_no_fault(root: Path) -> None:
    assert check_templates(root) == []


def test_a_build_names_the_line_of_a_template_that_fails_while_it_is_filled(tmp_path):
    root = small_council(tmp_path / "council")
    (root / "templates").mkdir()
    (root / "templates" / "report.html.j2").write_text("<p>\n{{ report.nothing }}</p>\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        run_build(Options(root, Quarter(2025, 2), formats=("html",)))
    assert (refused.value.faults[0].code, refused.value.faults[0].line) == ("TP003", 2)


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 10**10 }}",
    ],
    ids=["endless", "huge"],
)
def test_a_template_that_takes_all_the_time_or_memory_is_stopped_and_nothing_is_written(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SECONDS", 3)
    root = small_council(tmp_path / "council")
    (root / "templates").mkdir()
    (root / "templates" / "glossary.html.j2").write_text(template, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        run_build(Options(root, Quarter(2025, 2), formats=("html",)))
    assert [fault.code for fault in refused.value.faults] == ["TP006"]
    assert not (root / "output" / "Q2-2025").exists()


def test_a_library_that_fails_while_it_is_loaded_is_not_taken_for_a_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "weasyprint.py").write_text("raise RuntimeError('Zebedee')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "libraries")
    with pytest.raises(CarereportError) as failed:
        run_build(Options(small_council(tmp_path / "council"), Quarter(2025, 2), formats=("html",)))
    (fault,) = failed.value.faults
    assert (fault.code, fault.message) == ("XX070", "setting the pages failed: RuntimeError at weasyprint.py:1")
