"""What one council's extracts came to, and how it is kept between measuring and reporting: no row, only figures.

With many councils, every one is measured before the first report is written, since the comparators
are sums over all of them; until then each council's facts lie in a file of Arrow's own format.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carereport.extracts import InputFile, SetAside
from carereport.faults import Fault

if TYPE_CHECKING:
    import pandas as pd

Within = dict[tuple[str, str], dict[str, str]]
"""(indicator, breakdown) to each category's parent."""
_KEY = b"carereport"


@dataclass(frozen=True)
class CouncilFacts:
    """All that a report needs of a council's extracts: every figure, unsuppressed, and what was met on the way."""

    area: str
    figures: pd.DataFrame
    within: Within
    faults: tuple[Fault, ...]
    inputs: tuple[InputFile, ...]
    set_aside: tuple[SetAside, ...]
    as_at: date | None
    shown: Mapping[str, tuple[Mapping[str, str | float | None], ...]] = field(default_factory=dict)
    """Rows of the council's own lists that the report shows."""


def keep_facts(facts: CouncilFacts, path: Path, fingerprint: str) -> None:
    """Write a council's facts to a file, whole or not at all; `fingerprint` tells what they were made from."""
    import pyarrow as pa
    from pyarrow import feather

    document = {
        "fingerprint": fingerprint,
        "area": facts.area,
        "within": [[*key, parents] for key, parents in facts.within.items()],
        "faults": [asdict(fault) for fault in facts.faults],
        "inputs": [asdict(held) for held in facts.inputs],
        "set_aside": [asdict(held) for held in facts.set_aside],
        "as_at": facts.as_at.isoformat() if facts.as_at else None,
        "shown": {place: [dict(row) for row in rows] for place, rows in facts.shown.items()},
    }
    table = pa.Table.from_pandas(facts.figures, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: json.dumps(document)})
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new-{os.getpid()}")
    feather.write_feather(table, new, compression="zstd")
    new.replace(path)


def kept_facts(path: Path) -> CouncilFacts:
    """Return the facts that a file keeps."""
    import pandas as pd
    from pyarrow import feather

    table = feather.read_table(path)
    held = json.loads(table.schema.metadata[_KEY])
    figures = table.to_pandas()
    for name in ("period_start", "period_end", "as_at"):
        figures[name] = pd.to_datetime(figures[name]).astype("datetime64[ns]")
    return CouncilFacts(
        held["area"], figures, {(one, other): parents for one, other, parents in held["within"]},
        tuple(_fault(one) for one in held["faults"]), tuple(InputFile(**one) for one in held["inputs"]),
        tuple(SetAside(**one) for one in held["set_aside"]),
        date.fromisoformat(held["as_at"]) if held["as_at"] else None,
        {place: tuple(rows) for place, rows in held["shown"].items()},
    )  # fmt: skip


def kept_totals(path: Path, end: date) -> pd.DataFrame:
    """Return a council's totals of the periods that end on a day: indicator, area, period_kind and both parts."""
    import pandas as pd
    import pyarrow.compute as pc
    from pyarrow import feather

    columns = ["indicator", "area", "period_kind", "numerator", "denominator"]
    table = feather.read_table(path, columns=[*columns, "period_end", "breakdown"])
    table = table.filter(pc.equal(table["breakdown"], "total")).select([*columns, "period_end"])
    held = pd.DataFrame(table.to_pandas())
    return held.loc[pd.to_datetime(held["period_end"]) == pd.Timestamp(end), columns]


def fingerprint_of(path: Path) -> str:
    """Return what the facts in a file were made from; '' where there is no file, or none that can be read."""
    from pyarrow import ArrowInvalid, feather

    try:
        schema = feather.read_table(path, columns=[]).schema
        return str(json.loads((schema.metadata or {})[_KEY])["fingerprint"])
    except (OSError, KeyError, ValueError, ArrowInvalid):
        return ""


def _fault(held: dict[str, Any]) -> Fault:
    return Fault(**{**held, "lines": tuple(held["lines"])})
