"""The JSON Schemas of the YAML files: shipped, described, named in the files, and of one mind with the models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from carereport.schemas import schema_line, schema_texts, schemas

ROOT = Path(__file__).parents[1]


def settings(name: str) -> Any:
    text = (ROOT / "config" / f"{name}.yaml").read_text(encoding="utf-8")
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    for name, part in schema.get("properties", {}).items():
        yield name, part
    for title, definition in schema.get("$defs", {}).items():
        for name, part in properties(definition):
            yield f"{title}.{name}", part


def test_the_schemas_in_the_repository_are_those_of_the_models() -> None:
    shipped = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "config/schema").iterdir()}
    assert shipped == schema_texts(), "run: carereport schema --to config/schema"


@pytest.mark.parametrize("name", ["extracts", "indicators", "report"])
def test_the_repository_s_own_settings_fit_their_schema(name: str) -> None:
    jsonschema.validate(settings(name), schemas()[name])


@pytest.mark.parametrize("name", ["extracts", "indicators", "report"])
def test_each_yaml_file_names_its_schema_in_its_first_line(name: str) -> None:
    first = (ROOT / "config" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == schema_line(name)
    assert (ROOT / "config" / first.split("=")[1]).is_file()


@pytest.mark.parametrize("name", ["extracts", "indicators", "report"])
def test_every_key_is_described(name: str) -> None:
    assert [key for key, part in properties(schemas()[name]) if not part.get("description")] == []


@pytest.mark.parametrize(
    ("short", "fits"),
    [
        ({"target": 85}, True),
        ({"target": [{"value": 80}, {"value": 85, "from": "2025-04-01"}]}, True),
        ({"breakdowns": ["age_band", {"ward": {"within": "locality"}}]}, True),
        ({"target": "high"}, False),
        ({"polarty": "high"}, False),
        ({"kind": "ratio"}, False),
    ],
)
def test_short_forms_fit_and_mistakes_do_not(short: dict[str, Any], fits: bool) -> None:
    indicator = {"name": "A", "section": "b", "kind": "count", "from": "c", "polarity": "high"} | short
    errors = list(
        jsonschema.Draft202012Validator(schemas()["indicators"]).iter_errors({"indicators": {"a": indicator}})
    )
    assert (not errors) is fits
