"""An engine that cannot run here is said before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from carereport.engines import measuring
from carereport.faults import MachineError
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
