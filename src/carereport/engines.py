"""The engines that measure: pandas, polars or Spark, each behind the same narwhals frames; nothing is counted here.

Only the source of a frame differs from engine to engine. pandas and polars hold their frames in
memory; Spark's are plans, which run when `collected` or `total` asks for their result.
"""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import pandas as pd

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ENGINES = ("pandas", "polars", "spark")

Frame = nw.LazyFrame[Any]
"""A frame of any engine, by what all of them can do; those of pandas and polars are in truth eager."""


def native(frame: pd.DataFrame, engine: str) -> Frame:
    """Return a table as a narwhals frame of the engine chosen.

    Raises:
        ModuleNotFoundError: the engine's library is not installed.
    """
    if engine == "polars":
        import polars as pl

        return cast(Frame, nw.from_native(pl.from_pandas(frame), eager_only=True))
    if engine == "spark":
        return nw.from_native(_session().createDataFrame(_for_spark(frame)))
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


def total(frame: Frame, what: nw.Expr) -> int:
    """Return the sum of an expression over a frame's rows, 0 where there are none."""
    found = collected(frame.select(what.sum().alias("_total")))["_total"].iloc[0]
    return 0 if pd.isna(found) else int(found)


@cache
def _session() -> SparkSession:
    """Return the running Spark session, or one on this machine's cores.

    Spark reads a day written in a condition in the process' time zone, so that is set to UTC, as the data's is.
    """
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession() or (
        SparkSession.builder.master("local[*]").appName("carereport").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4").config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )  # fmt: skip
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    return session


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
