"""The command as a process: how it starts, what it loads, in which places and languages it works, how it ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from carereport.staging import project_lock
from tests.small_council import small_council

ROOT = Path(__file__).parents[1]
HEAVY = (
    "pandas",
    "numpy",
    "matplotlib",
    "weasyprint",
    "pydantic",
    "narwhals",
    "jinja2",
    "rich",
    "lark",
    "yaml",
    "pyarrow",
)
BUILD = ("build", "--quarter", "Q2-2025", "--format", "csv,json")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_council(tmp_path / "council")


AS_AN_ORDINARY_USER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search",
                       "--inh-caps=-dac_override,-dac_read_search")  # fmt: skip
"""Takes from root what makes permissions nothing to it."""


def run(
    *arguments: object, cwd: Path = ROOT, before: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run carereport with almost nothing in its environment."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    command = [*before, sys.executable, "-m", "carereport", *map(str, arguments)]
    environment = {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", **kept, **environment}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)


def python(code: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **environment}
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False)


def figures(root: Path) -> bytes:
    return (root / "output" / "Q2-2025" / "figures.csv").read_bytes()


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["--version"], ["build"]])
def test_help_and_usage_load_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import atexit, sys
sys.argv = ["carereport", *{arguments!r}]
from carereport.__main__ import main
atexit.register(lambda: print([name for name in {HEAVY!r} if name in sys.modules]))
main()
"""
    assert python(code).stdout.splitlines()[-1] == b"[]"


def test_a_check_of_settings_alone_loads_no_library_of_calculation() -> None:
    never = sorted({*HEAVY} - {"pydantic", "lark", "yaml"})
    code = f"""
import atexit, sys
sys.argv = ["carereport", "check", "--settings"]
from carereport.__main__ import main
atexit.register(lambda: print([name for name in {never!r} if name in sys.modules]))
main()
"""
    done = python(code)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == b"[]"


def test_the_figures_do_not_depend_on_place_time_zone_or_language(root: Path) -> None:
    assert run(*BUILD, "--project", root).returncode == 0
    expected = {path.name: path.read_bytes() for path in (root / "output" / "Q2-2025").iterdir()}
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    for environment in ({"LANG": "C", "LC_ALL": "C", "TZ": "Pacific/Auckland"}, {"TZ": "America/Los_Angeles"}):
        done = run(*BUILD, "--project", "../council", "--out", "out", cwd=elsewhere, **environment)
        assert done.returncode == 0
        found = elsewhere / "out" / "Q2-2025"
        assert {path.name: path.read_bytes() for path in found.iterdir()} == expected


def test_paths_are_found_from_inside_the_project(root: Path) -> None:
    assert run(*BUILD, cwd=root).returncode == 0
    assert figures(root).startswith(b"indicator,area,")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_console_of_any_encoding_shows_every_command(root: Path, encoding: str) -> None:
    done = run("show", "plans_open", "--project", root, "--quarter", "Q2-2025", PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert b"Plans open" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="closes the standard streams as a service does")
def test_a_build_without_any_console_works(root: Path) -> None:
    code = f"""
import os, sys
for number in (0, 1, 2):
    os.close(number)
sys.stdin = sys.stdout = sys.stderr = None
sys.argv = ["carereport", *{[*BUILD, "--project", str(root)]!r}]
from carereport.__main__ import main
main()
"""
    assert python(code).returncode == 0
    assert figures(root)


def test_results_go_to_stdout_and_all_else_to_stderr(root: Path) -> None:
    done = run(*BUILD, "--project", root)
    assert done.stdout.count(b"\n") == 1
    assert b"Findings: " in done.stderr
    assert b"\x1b[" not in done.stdout + done.stderr


def test_a_reader_that_stops_early_is_no_error(root: Path) -> None:
    command = f"'{sys.executable}' -m carereport docs --project '{root}' | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")})  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0


def test_a_second_carereport_is_told_that_the_first_is_at_work(root: Path) -> None:
    with project_lock(root):
        done = run(*BUILD, "--project", root)
    assert done.returncode == 6
    assert b"CL010" in done.stderr
    assert not (root / "output").exists()


@pytest.mark.skipif(os.name != "posix", reason="folders have no such permissions")
def test_no_permission_ends_with_5(root: Path) -> None:
    is_root = os.getuid() == 0
    if is_root and shutil.which("setpriv") is None:
        pytest.skip("root heeds no permissions, and setpriv is not here")
    root.chmod(0o500)
    try:
        done = run(*BUILD, "--project", root, before=AS_AN_ORDINARY_USER if is_root else ())
    finally:
        root.chmod(0o700)
    assert (done.returncode, done.stdout) == (5, b"")
    assert not (root / "output").exists()


def test_without_pango_all_but_the_pdf_is_made(root: Path) -> None:
    hide = root.parent / "weasyprint"
    hide.mkdir()
    (hide / "__init__.py").write_text("raise OSError('cannot load library libpango')\n", encoding="utf-8")
    done = run(
        "build", "--quarter", "Q2-2025", "--project", root, PYTHONPATH=f"{root.parent}{os.pathsep}{ROOT / 'src'}"
    )
    assert done.returncode == 5
    assert b"Pango" in done.stderr
    made = {path.name for path in (root / "output" / "Q2-2025").iterdir()}
    assert "report.html" in made
    assert "figures.csv" in made
    assert "report.pdf" not in made


def test_a_fault_of_our_own_ends_with_70_and_names_only_its_place(root: Path) -> None:
    code = f"""
import sys
import carereport.build
def fail(*_):
    raise KeyError("Gwendolyn")
carereport.build.run_build = fail
sys.argv = ["carereport", *{[*BUILD, "--project", str(root)]!r}]
from carereport.__main__ import main
main()
"""
    done = python(code)
    assert done.returncode == 70
    assert b"KeyError" in done.stderr
    assert b"Gwendolyn" not in done.stderr


def test_progress_is_shown_on_a_terminal_and_leaves_nothing_behind(root: Path) -> None:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "carereport", *BUILD, "--project", str(root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=slave, cwd=ROOT, env=environment)
    os.close(slave)
    stdout, _ = process.communicate()
    fcntl.fcntl(master, fcntl.F_SETFL, os.O_NONBLOCK)
    shown = b""
    try:
        while block := os.read(master, 65536):
            shown += block
    except OSError:
        pass
    finally:
        os.close(master)
    assert process.returncode == 0
    assert b"Building Q2-2025" in shown
    assert b"\x1b[2K" in shown
    assert stdout.count(b"\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_an_output_that_takes_nothing_more_ends_with_5(root: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "carereport", "list", "--project", str(root)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert done.returncode == 5
    assert "MA003" in done.stderr and "Exception ignored" not in done.stderr
