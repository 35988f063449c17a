"""Every figure of the sample, computed a second time by hand-written DuckDB SQL over the raw CSV files.

Nothing of carereport is used here. `calendar.sql` holds the bank holidays and periods, `tables.sql`
reads the extracts, the files named after the report's sections say which rows count, `figures.sql`
adds them up.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

_FOLDER = Path(__file__).parent
_FILES = (
    "calendar", "tables", "front_door", "protection", "care", "care_leavers", "other_services", "local_lists",
    "figures",
)  # fmt: skip
_POPULATION = 'SELECT NULL::VARCHAR AS area, NULL::INTEGER AS year, NULL::VARCHAR AS "group", NULL::DOUBLE AS value'


def oracle_figures(data: Path, population: Path, area: str) -> pd.DataFrame:
    """Return the figures at the second quarter of 2025/26, from the CSV files of a folder."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(
        "CREATE MACRO raw(name) AS TABLE SELECT * FROM read_csv("
        f"'{data}/' || name || '.csv', header = true, all_varchar = true, delim = ',', quote = '\"', nullstr = '~')"
    )
    held = (
        f"SELECT area, year::INTEGER AS year, \"group\", value::DOUBLE AS value FROM read_csv('{population}', "
        f"header = true, all_varchar = true) WHERE area = '{area}'"
        if population.is_file()
        else f"{_POPULATION} WHERE false"
    )
    connection.execute(f"CREATE MACRO population_file() AS TABLE {held}")
    for name in _FILES:
        connection.execute((_FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    return connection.execute("FROM figures").df()
