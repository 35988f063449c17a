"""YAML read strictly, with the place of every value; what the values mean is said elsewhere.

On top of PyYAML's composer: duplicate keys, aliases, deep nesting, large files and words that
YAML 1.1 turns into something else (`no`, `on`, `12:30`) are faults with a remedy, never a surprise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import Any

import yaml

from carereport.faults import Fault

LARGEST_FILE = 1_000_000
DEEPEST = 20
Path = tuple[str | int, ...]


@dataclass
class YamlFile:
    """A YAML file's plain value, and where each part of it stands."""

    file: str
    value: Any = None
    faults: list[Fault] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    """Path to (line, position) of the value, both from 1."""
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def locate(self, path: Path, key: bool = False) -> tuple[int, int, str]:
        """Return line, position and text of a value (or of its key); of the nearest parent if absent."""
        places = self.keys if key else self.values
        while path and path not in places:
            path = path[:-1]
        line, position = places.get(path) or self.values.get(path) or (1, 1)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return line, position, text

    def fault(
        self, code: str, path: Path, message: str, remedy: str = "", *, key: bool = False, offset: int = 0
    ) -> Fault:
        """Return an error at a path of this file."""
        line, position, text = self.locate(path, key)
        return Fault(code, "error", message, remedy, self.file, line, None, position + offset, 1, text)


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEAN = re.compile(r"^(?:yes|no|on|off|y|n|true|false)$", re.IGNORECASE)
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_FLOAT = re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def read_yaml(path: FilePath, name: str) -> YamlFile:
    """Read one file; faults are in the result, `value` is None where it cannot be used."""
    result = YamlFile(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        result.faults.append(Fault("CF001", "error", f"cannot be read: {error.strerror}", file=name))
        return result
    if len(data) > LARGEST_FILE:
        result.faults.append(Fault("CF002", "error", "larger than 1 MB", "a YAML file of settings is small", name))
        return result
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        result.faults.append(Fault("CF003", "error", "not UTF-8 text", "save the file as UTF-8", name, line))
        return result
    result.lines = text.splitlines()
    try:
        node = _composed(text)
        _refuse_aliases(text, result)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, position = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        shown = result.lines[line - 1] if line <= len(result.lines) else ""
        problem = (error.problem or "cannot be read as YAML").replace("found character '\\t' that", "a tab, which")
        help_line = "indent with blanks, not tabs" if "\t" in shown else _yaml_help(problem)
        result.faults.append(Fault("CF004", "error", problem, help_line, name, line, None, position, 1, shown))
        return result
    except yaml.YAMLError:
        result.faults.append(Fault("CF004", "error", "holds characters that YAML does not allow", file=name, line=1))
        return result
    if node is not None and not result.faults:
        result.value = _build(node, (), result)
    return result


def _composed(text: str) -> yaml.Node | None:
    """Return the tree of a YAML text, by libyaml where it is there: fifteen times faster, poorer messages."""
    if _FAST is not yaml.SafeLoader:
        try:
            return yaml.compose(text, Loader=_FAST)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _yaml_help(problem: str) -> str:
    if "mapping values" in problem:
        return "a colon inside a text needs quotes around the text"
    if "expected <block end>" in problem or "could not find expected ':'" in problem:
        return "look at the indentation of this line and the one above"
    return "text with : # [ ] { } , & * ! | > ' \" % or @ needs quotes"


def _refuse_aliases(text: str, result: YamlFile) -> None:
    if "&" not in text and "*" not in text:
        return
    for token in yaml.scan(text, Loader=_FAST):
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
            mark = token.start_mark
            result.faults.append(
                Fault("CF005", "error", "anchors and aliases (& and *) are not allowed", "write the value out",
                      result.file, mark.line + 1, None, mark.column + 1, 1, result.lines[mark.line])
            )  # fmt: skip


def _build(node: yaml.Node, path: Path, result: YamlFile) -> Any:
    mark = node.start_mark
    result.values[path] = (mark.line + 1, mark.column + 1)
    if len(path) > DEEPEST:
        result.faults.append(result.fault("CF006", path, f"nested more than {DEEPEST} levels deep"))
        return None
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            place = (*path, key)
            if key in mapping:
                line, position = key_node.start_mark.line + 1, key_node.start_mark.column + 1
                first = result.keys[place][0]
                result.faults.append(
                    Fault("CF007", "error", f"the key '{key}' stands twice", f"it stands already in line {first}",
                          result.file, line, None, position, 1, result.lines[line - 1])
                )  # fmt: skip
                continue
            result.keys[place] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            mapping[key] = _build(value_node, place, result)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, number), result) for number, item in enumerate(node.value)]
    return _scalar(node, path, result)


def _scalar(node: yaml.Node, path: Path, result: YamlFile) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) is not None or not text:
        return text if text or getattr(node, "style", None) is not None else None
    if text in ("~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _BOOLEAN.match(text):
        result.faults.append(
            result.fault(
                "CF008",
                path,
                f"{text} is read as true or false by some programs",
                f'write "{text}" in quotes, or true or false',
            )
        )
        return text
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            result.faults.append(result.fault("CF009", path, "this date does not exist", "write year-month-day"))
            return None
    return text
