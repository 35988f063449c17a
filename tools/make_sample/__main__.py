"""Write sample_data/: `python -m tools.make_sample [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.make_sample.write import write_all

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "sample_data"
    print(f"{write_all(folder):,} rows written to {folder.name}")
