"""The generator writes the sample again, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sample_files import FOLDER
from tools.make_sample.write import write_all


@pytest.mark.slow
def test_the_generator_writes_the_sample_byte_for_byte(tmp_path: Path) -> None:
    write_all(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in FOLDER.iterdir())
    unlike = [path.name for path in FOLDER.iterdir() if path.read_bytes() != (tmp_path / path.name).read_bytes()]
    assert unlike == []
