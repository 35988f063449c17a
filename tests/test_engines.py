"""An engine that cannot run here is said before anything is read."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from carereport import engines
from carereport.engines import measuring
from carereport.faults import MachineError
from carereport.side_by_side import can
from tests.councils.run import run
from tests.small_council import small_council


def build(root: Path, engine: str, *more: str) -> tuple[int, str]:
    done = run("build", "--project", str(root), "--quarter", "Q2-2025", "--engine", engine, "--format", "csv", *more)
    return done.exit_code, done.stderr


@pytest.mark.parametrize(("engine", "library", "extra"), [("polars", "polars", "fast"), ("spark", "pyspark", "spark")])
def test_an_engine_that_is_not_installed_is_named_with_the_extra_that_brings_it(
    engine: str, library: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carereport.engines.find_spec", lambda name: None if name == library else object())
    code, said = build(small_council(tmp_path), engine)
    assert code == 5
    assert "MA005" in said and f"pip install 'carereport[{extra}]'" in said
    assert not (tmp_path / "output").exists()


def test_spark_without_java_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carereport.engines.find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    code, said = build(small_council(tmp_path), "spark")
    assert code == 5
    assert "MA006" in said and "Java 17" in said


@pytest.mark.parametrize("name", ["SPARK_REMOTE", "CAREREPORT_SPARK_MASTER"])
@pytest.mark.parametrize("answers", [True, False])
def test_spark_on_a_server_is_asked_by_its_address_and_needs_no_java_here(
    name: str, answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass
    class Policy:
        max_retries: int

    class Sessions:
        def __init__(self) -> None:
            self.builder = self.conf = self.client = self
            self.policies = [Policy(15)]

        def getActiveSession(self) -> None:  # noqa: N802  # as Spark calls it
            return None

        def remote(self, address: str) -> Sessions:
            assert address == "sc://spark.example:15002"
            return self

        def getOrCreate(self) -> Sessions:  # noqa: N802
            return self

        def get_retry_policies(self) -> list[Policy]:
            return self.policies

        def set_retry_policies(self, policies: list[Policy]) -> None:
            self.policies = policies

        def get(self, asked: str) -> str:
            assert self.policies[0].max_retries < 15
            if not answers:
                raise ConnectionError("Zebedee")
            return "Europe/London"

    sessions = Sessions()
    monkeypatch.setitem(sys.modules, "pyspark.sql", SimpleNamespace(SparkSession=sessions))
    monkeypatch.setitem(sys.modules, "pyspark", SimpleNamespace(sql=sys.modules["pyspark.sql"]))
    monkeypatch.setattr(engines, "find_spec", lambda library: library)
    monkeypatch.setattr(engines, "_has_java", lambda: False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv(name, "sc://spark.example:15002")
    engines.require("spark")
    if answers:
        assert engines._started.__wrapped__() == (sessions, "Europe/London")
        assert sessions.policies == [Policy(15)]
        return
    with pytest.raises(MachineError) as error:
        engines._started.__wrapped__()
    (fault,) = error.value.faults
    assert sessions.policies == [Policy(0)]  # nor is it waited for when the process ends
    assert "pyspark[connect]" in fault.help and "Java" not in fault.help and "Zebedee" not in f"{fault}"


def test_all_areas_names_a_missing_engine_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carereport.engines.find_spec", lambda name: None)
    code, said = build(small_council(tmp_path), "polars", "--all-areas")
    assert code == 5 and "MA005" in said


@pytest.mark.parametrize("ended", [True, False])
def test_a_spark_that_ended_while_it_measured_is_said_with_what_to_do(
    ended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Session:
        def __init__(self) -> None:
            self.conf = self

        def get(self, name: str) -> str:
            if ended:
                raise ConnectionRefusedError("Zebedee")
            return "UTC"

    monkeypatch.setattr("carereport.engines._session", Session)
    with pytest.raises(MachineError if ended else EOFError) as error, measuring("spark"):
        raise EOFError("another fault")
    if isinstance(error.value, MachineError):
        (fault,) = error.value.faults
        assert fault.code == "MA008" and "SPARK_DRIVER_MEMORY" in fault.help
        assert "Zebedee" not in f"{fault}"


IN_A_PROCESS_OF_ITS_OWN = """
import os, sys
from pathlib import Path
from carereport.extracts import read_extracts
from carereport.measures import measure
from carereport.project import load_project
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
engine, root, fork = sys.argv[1], Path(sys.argv[2]), os.fork
forks = []
os.fork = lambda: forks.append(1) or fork()
project, quarter = load_project(root), Quarter(2025, 2)
extracts = read_extracts(project, root / "sample_data", quarter)
for _ in range(2):
    found = measure(project, extracts, quarter, engine)
    print(len(forks), hash(figures_text(found.figures)))
"""


@pytest.mark.skipif(not can(), reason="needs fork and two cores")
def test_polars_counts_in_two_processes_once_and_never_forks_when_it_has_threads() -> None:
    pytest.importorskip("polars")
    said = {}
    for engine in ("pandas", "polars"):
        done = subprocess.run(
            [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN, engine, str(Path(__file__).parents[1])],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        said[engine] = [line.split() for line in done.stdout.splitlines()]
    forks = {engine: [int(number) for number, _ in lines] for engine, lines in said.items()}
    assert forks == {"pandas": [1, 2], "polars": [1, 1]}
    assert len({figures for lines in said.values() for _, figures in lines}) == 1
