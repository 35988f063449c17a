"""Where the files that come with carereport lie: in the installed package, or beside the source it runs from."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def packed_folder(name: str) -> Path | None:
    """Return carereport's own folder of that name (`templates`, `config`, `sample_data`), None where there is none."""
    places = (_PACKAGE / "packed" / name, _PACKAGE.parents[1] / name)
    return next((place for place in places if place.is_dir()), None)
