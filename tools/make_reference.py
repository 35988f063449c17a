"""Writes docs/reference/ from the commands, models and codes: ./run python -m tools.make_reference"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from carereport.cli.main import cli
from carereport.looking.explanations import known_codes
from carereport.schemas import schemas

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
MADE = "<!-- made by tools/make_reference.py -->"


def commands() -> str:
    """Return the reference of the command line: each command's own help."""
    lines = ["# Commands", "", MADE]
    context = click.Context(cli, info_name="carereport", **cli.context_settings)
    for name, command in cli.commands.items():
        child = click.Context(command, info_name=name, parent=context, terminal_width=96, max_content_width=96)
        text = re.sub(r"[ \t]+$", "", command.get_help(child), flags=re.MULTILINE)
        lines += ["", f"## {name}", "", "```text", text, "```"]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Return the reference of the YAML files: every key with its type and meaning."""
    lines = ["# Settings", "", MADE]
    for name, schema in schemas().items():
        lines += ["", f"## {name}.yaml"]
        parts = {"(top)": schema, **schema.get("$defs", {})}
        for title, part in parts.items():
            if "properties" not in part:
                continue
            lines += ["", f"### {name}: {'the file' if title == '(top)' else title}", ""]
            if part.get("description") and title != "(top)":
                lines += [part["description"], ""]
            lines += ["| key | value | meaning |", "|---|---|---|"]
            required = part.get("required", [])
            lines += [_row(key, value, key in required) for key, value in part["properties"].items()]
    return "\n".join(lines) + "\n"


def _row(key: str, schema: Any, required: bool) -> str:
    words = " or ".join(dict.fromkeys(_types(schema))).replace("|", "\\|")
    default = schema.get("default")
    extra = " (required)" if required else ""
    if isinstance(default, (str, int, float, bool)) and default != "":
        extra = f", default {str(default).lower() if isinstance(default, bool) else default}"
    return f"| `{key}` | {words}{extra} | {str(schema.get('description', '')).replace('|', chr(92) + '|')} |"


def _types(schema: Any) -> Iterator[str]:
    if "enum" in schema:
        yield ", ".join(str(value) or "nothing" for value in schema["enum"])
    elif "const" in schema:
        yield str(schema["const"])
    elif "$ref" in schema:
        yield schema["$ref"].rsplit("/", 1)[1]
    elif "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from (word for word in _types(option) if word != "null")
    elif schema.get("type") == "array":
        inner = " or ".join(dict.fromkeys(_types(schema.get("items", {})))) or "values"
        yield f"list of {inner}"
    elif schema.get("type") == "object":
        inner = " or ".join(dict.fromkeys(_types(schema.get("additionalProperties", {})))) or "values"
        yield f"name: {inner}"
    else:
        yield {"string": "date" if schema.get("format") == "date" else "text"}.get(
            schema.get("type", ""), schema.get("type", "value")
        )


def codes() -> str:
    """Return the list of all codes of findings."""
    rows = [f"| `{code}` | {title} | {text} |" for code, (title, text) in sorted(known_codes().items())]
    return (
        "\n".join(["# Codes of findings", "", MADE, "", "| code | what | what to do |", "|---|---|---|", *rows]) + "\n"
    )


PAGES = {"commands.md": commands, "settings.md": settings, "codes.md": codes}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
