"""The engines that measure: pandas, polars or Spark, each behind the same narwhals frames; nothing is counted here.

Only the source of a frame differs from engine to engine. pandas and polars hold their frames in
memory; Spark's are plans, which run when `collected` asks for their result.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import pandas as pd

from carereport.faults import Fault, MachineError
from carereport.side_by_side import can

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_JAVA = "install Java 17 or later (Debian: openjdk-17-jre-headless) and set JAVA_HOME"
_CONNECT = "pip install 'pyspark[connect]'; or is the server's address at fault, or does it not run?"
_MEMORY = "it may lack memory: give more, as SPARK_DRIVER_MEMORY=8g, or use --engine pandas"
_ZONE = "spark.sql.session.timeZone"

Frame = nw.LazyFrame[Any]
"""A frame of any engine, by what all of them can do; those of pandas are in truth eager."""


def require(engine: str, asked: str = "") -> None:
    """Look whether an engine can run here, before anything is read; `asked` says what needs it, if not --engine.

    Raises:
        MachineError: its library, or Spark's Java, is not installed.
    """
    library, extra = {"polars": ("polars", "fast"), "spark": ("pyspark", "spark")}.get(engine, ("pandas", ""))
    asked = asked or f"--engine {engine}"
    if find_spec(library) is None:
        message = f"{asked} needs {library}, which is not installed"
        raise MachineError(Fault("MA005", "error", message, f"pip install 'carereport[{extra}]'"))
    if engine == "spark" and not _server() and not _has_java():
        raise MachineError(Fault("MA006", "error", f"{asked} needs Java, which is not here", _JAVA))


def forks(engine: str) -> bool:
    """Return whether a process may be divided before it measures: polars' threads, once started, outlive no fork."""
    return can() and (engine == "pandas" or (engine == "polars" and "polars" not in sys.modules))


def _server() -> str:
    """Return the address of the server on which Spark runs, where it is spoken to through Spark Connect."""
    named = (os.environ.get(name, "") for name in ("SPARK_REMOTE", "CAREREPORT_SPARK_MASTER"))
    return next((address for address in named if address.startswith("sc://")), "")


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java"))


def native(frame: pd.DataFrame, engine: str) -> Frame:
    """Return a table as a narwhals frame of the engine chosen, which `require` has looked for."""
    if engine == "polars":
        # read once, as polars loads: its allocator gives back what is free at once, not after ten seconds, and keeps it
        # in one place: a tenth less memory in the same time
        os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:20,muzzy_decay_ms:0")
        import polars as pl

        return nw.from_native(pl.from_pandas(frame).lazy())
    if engine == "spark":
        plan: Frame = nw.from_native(_session().createDataFrame(_for_spark(frame)))
        return plan
    return cast(Frame, nw.from_native(frame, eager_only=True))


def collected(frame: Frame) -> pd.DataFrame:
    """Return a frame's rows as pandas, running a plan that has not run yet."""
    held: nw.DataFrame[Any] | nw.LazyFrame[Any] = frame
    if isinstance(held, nw.DataFrame):
        return pd.DataFrame(held.to_pandas())
    found = held.collect("pyarrow").to_pandas()
    for name in found.columns[[kind.kind == "M" for kind in found.dtypes]]:
        found[name] = pd.to_datetime(found[name], utc=True).dt.tz_localize(None).astype("datetime64[ns]")
    return found


def all_collected(frames: Iterable[Frame]) -> list[pd.DataFrame]:
    """Return the rows of several frames as pandas; polars works them out side by side."""
    held = list(frames)
    if held and held[0].implementation.is_polars():
        import polars as pl

        return [found.to_arrow().to_pandas() for found in pl.collect_all([nw.to_native(frame) for frame in held])]
    return [collected(frame) for frame in held]


def kept(frame: Frame, engine: str) -> Frame:
    """Return a frame that several indicators use, so that polars works it out once; Spark plans anew each time."""
    if engine != "polars":
        return frame
    return frame.lazy().collect("polars").lazy()


@contextmanager
def measuring(engine: str) -> Iterator[None]:
    """Measure with an engine, and say so where it is Spark and its process has ended.

    Raises:
        MachineError: it has.
    """
    if engine != "spark":
        yield
        return
    session = _session()
    try:
        with _unlogged():
            yield
    except Exception:
        try:
            session.conf.get(_ZONE)
        except Exception:  # there is nobody to answer
            raise MachineError(Fault("MA008", "error", "Spark ended while it measured", _MEMORY)) from None
        raise


@contextmanager
def spark_catalogue() -> Iterator[SparkSession]:
    """Give the Spark session to read tables from: in its own time zone, by which the platform's views make days.

    Raises:
        MachineError: Spark cannot be started.
    """
    session, zone = _started()
    with _unlogged():
        session.conf.set(_ZONE, zone)
        yield session


def _session() -> SparkSession:
    """Return the Spark session to measure with: in UTC, as the data's days are."""
    session = _started()[0]
    session.conf.set(_ZONE, "UTC")
    session.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    return session


@cache
def _started() -> tuple[SparkSession, str]:
    """Return the running Spark session and its own time zone, or one that is started here.

    That is one on the server of Spark Connect or the master that the environment names, else where spark-submit says,
    else on this machine's cores. Spark reads a day written in a condition in the process' time zone, so that is set to
    UTC, as the data's is.
    """
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()
    from pyspark.sql import SparkSession

    try:
        with _quiet():
            session = SparkSession.getActiveSession() or _new(SparkSession.builder)
        with _tried(session):
            zone = str(session.conf.get(_ZONE))
    except Exception as error:  # of pyspark, py4j or Java, whose words are not ours to say
        message = f"Spark could not be started ({type(error).__name__})"
        remedy = f"{_JAVA}; or is CAREREPORT_SPARK_MASTER, or the session that runs here, at fault?"
        remedy = _CONNECT if _server() else remedy
        raise MachineError(Fault("MA006", "error", message, remedy)) from None
    return session, zone


def _new(builder: SparkSession.Builder) -> SparkSession:
    """Return a session on a server or CAREREPORT_SPARK_MASTER, else where spark-submit says, else on this machine."""
    if server := _server():
        return builder.remote(server).getOrCreate()
    builder = (
        builder.appName("carereport").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4").config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
    )  # fmt: skip
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    master = os.environ.get("CAREREPORT_SPARK_MASTER", "" if submitted else "local[*]")
    builder = builder.master(master) if master else builder
    if master.startswith("local"):
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        # Spark itself takes 1 GiB, and waits for ever where that is too little
        os.environ.setdefault("SPARK_DRIVER_MEMORY", f"{max(_memory() // 2, 1024)}m")
        builder = builder.config("spark.driver.extraJavaOptions", "-XX:+ExitOnOutOfMemoryError")
    return builder.getOrCreate()


@contextmanager
def _tried(session: Any) -> Iterator[None]:
    """Wait two minutes for a server's first answer: Spark tries for ten, and as long once more as a process ends."""
    if not _server():
        yield
        return
    usual = session.client.get_retry_policies()
    policy, tries = type(usual[0]), 7
    session.client.set_retry_policies([policy(max_retries=tries)])
    try:
        yield
    except BaseException:
        session.client.set_retry_policies([policy(max_retries=0)])
        raise
    session.client.set_retry_policies(usual)


def _memory() -> int:
    """Return this machine's memory in MiB; 0 where it is not told."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20 if hasattr(os, "sysconf") else 0


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep what exceptions say out of the log, where pyspark would write it: it may hold what stands in a cell."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep from the terminal what Java says while it starts, and whatever it says later."""
    sys.stderr.flush()
    held, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(held, 2)
        os.close(held)
        os.close(nothing)


def _for_spark(frame: pd.DataFrame) -> Any:
    """Return a table in Arrow, its dates in the microseconds that Spark knows and its missing values as nulls."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = [
        pa.field(field.name, pa.timestamp("us") if pa.types.is_timestamp(field.type) else
                 pa.string() if pa.types.is_large_string(field.type) else field.type)
        for field in table.schema
    ]  # fmt: skip
    return table.cast(pa.schema(fields))
