"""Where the shared reference data lies, for the tests that use it; they skip where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


def shared_folder() -> Path:
    """Return the folder of shared data: the one CAREREPORT_SHARED names, else `shared` beside the checkout."""
    named = os.environ.get("CAREREPORT_SHARED")
    return Path(named) if named else _ROOT.parent / "shared"


def needs_shared(part: str) -> pytest.MarkDecorator:
    """Return a mark that skips a test where a part of the shared data is absent."""
    return pytest.mark.skipif(not (shared_folder() / part).exists(), reason=f"the shared data ({part}) is not here")
