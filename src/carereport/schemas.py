"""The JSON Schema of the YAML files, made from the models that read them, for editors."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings, IndicatorSettings

MODELS: dict[str, type[BaseModel]] = {
    "extracts": ExtractSettings,
    "indicators": IndicatorSettings,
    "report": ReportSettings,
}


class _Plain(GenerateJsonSchema):
    """Without the titles that pydantic makes of every key: an editor would show them instead of descriptions."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of extracts.yaml, indicators.yaml and report.yaml by name."""
    found = {}
    for name, model in MODELS.items():
        schema = model.model_json_schema(by_alias=True, mode="validation", schema_generator=_Plain)
        found[name] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"config/{name}.yaml of carereport",
            **{key: value for key, value in schema.items() if key != "title"},
        }
    return found


def schema_texts() -> dict[str, str]:
    """Return each schema as the text of its file, by file name."""
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in schemas().items()
    }


def schema_line(name: str) -> str:
    """Return the first line of a YAML file that tells editors where its schema lies."""
    return f"# yaml-language-server: $schema=schema/{name}.schema.json"
