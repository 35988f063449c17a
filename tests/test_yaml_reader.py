"""YAML is read the same way by libyaml and by PyYAML's own parser."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from carereport import yaml_reader

TEXT = """
number: 20
decimal: 20.5
quoted: "20"
empty:
nothing: ~
word: plain text
truth: true
day: 2025-09-30
list: [1, "1", ~]
folded: >
  two
  lines
"""


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_a_plain_number_is_a_number_and_a_quoted_one_is_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: type
) -> None:
    monkeypatch.setattr(yaml_reader, "_FAST", loader)
    path = tmp_path / "file.yaml"
    path.write_text(TEXT, encoding="utf-8")
    found = yaml_reader.read_yaml(path, "file.yaml")
    assert found.faults == []
    value = found.value
    assert value["number"] == 20 and isinstance(value["number"], int)
    assert value["decimal"] == 20.5
    assert value["quoted"] == "20"
    assert value["empty"] is None and value["nothing"] is None
    assert value["truth"] is True
    assert str(value["day"]) == "2025-09-30" and not isinstance(value["day"], str)
    assert value["list"] == [1, "1", None]
    assert value["folded"] == "two lines\n"
    assert found.values[("number",)] == (2, 9)
    assert found.keys[("quoted",)] == (4, 1)
