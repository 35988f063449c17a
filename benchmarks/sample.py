"""What the facts of the sample's indicators cost with one engine, in a process of its own.

    python benchmarks/sample.py ENGINE

It prints the seconds for loading the libraries and settings, and for the facts: extracts read and checked, every
indicator counted with all its breakdowns and periods; its CPU seconds, the peak memory of its largest process, and
how many figures there are.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from benchmarks.peers import used

ROOT = Path(__file__).parents[1]


def main() -> None:
    gc.disable()  # as in every command
    began = time.perf_counter()
    from carereport.build import Options, measured, settings_of
    from carereport.engines import require
    from carereport.extracts import read_extracts
    from carereport.quarters import Quarter

    engine, data = sys.argv[1], ROOT / "sample_data"
    options = Options(ROOT, Quarter(2025, 2), data=data, engine=engine)
    require(engine)
    project, _, _ = settings_of(options, data)
    loaded = time.perf_counter()
    extracts = read_extracts(project, data, options.quarter)
    facts = measured(options, project.in_area(extracts.area, asked=False), extracts, data)
    counted = time.perf_counter()
    found = {"loading": loaded - began, "wall": counted - loaded, **used()}
    print(json.dumps({**found, "figures": len(facts.figures)}))


if __name__ == "__main__":
    main()
