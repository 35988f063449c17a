"""YAML read strictly, with the place of every value; what the values mean is said elsewhere.

On top of PyYAML's composer: duplicate keys, aliases, deep nesting, large files and words that
YAML 1.1 turns into something else (`no`, `on`, `12:30`) are faults with a remedy, never a surprise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

import yaml
import yaml.reader

from carereport.faults import Fault

LARGEST_FILE = 1_000_000
DEEPEST = 20
LONGEST_NUMBER = 40
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


_FAST = getattr(yaml, "CBaseLoader", yaml.SafeLoader)
_BOOLEAN = re.compile(r"^(?:yes|no|on|off|y|n|true|false)$", re.IGNORECASE)
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_FLOAT = re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that a quoted text can smuggle in by \\x07 or \\ud800, and those that turn the direction of writing."""
_OTHER_NUMBER = re.compile(
    r"^[-+]?(?:0b[01_]+|0x[0-9a-f_]+|0o[0-7_]+|0[0-9_]+|[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?"
    r"|[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9.]+e[-+]?[0-9]+|\.inf|\.nan)$",
    re.IGNORECASE,
)
"""Words that some YAML readers take for numbers: 1_000, 0o17, 017, 12:30 (750!), 1e3, .inf."""
_UNUSUAL = re.compile(r"(?:^|[\s\[{,:-])(?:[&*]\S|!)", re.MULTILINE)
"""Where an anchor, an alias or a tag may stand, all of which begin so; `a * b` is none."""
_MAY_NEST = re.compile(rf"^[ \-?:]{{{DEEPEST},}}", re.MULTILINE)


def read_yaml(path: FilePath, name: str) -> YamlFile:
    """Read one file; faults are in the result, `value` is None where it cannot be used."""
    result = YamlFile(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        result.faults.append(Fault("CF001", "error", f"cannot be read: {error.strerror}", file=name))
        return result
    if len(data) > LARGEST_FILE:
        message = "larger than 1 MB, the most that a YAML file may be"
        remedy = "a file of settings is small: is it another file?"
        result.faults.append(Fault("CF002", "error", message, remedy, name, 1))
        return result
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        result.faults.append(Fault("CF003", "error", "not UTF-8 text", "save the file as UTF-8", name, line))
        return result
    return parse_yaml(text, name)


@lru_cache(maxsize=64)
def parse_yaml(text: str, name: str) -> YamlFile:
    """Read the text of one YAML document, of one text once, so that nothing may change the result; see `read_yaml`."""
    result = YamlFile(name, lines=text.split("\n"))
    try:
        _refuse_unusual(text, result)
        node = None if result.faults else _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, position = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        shown = result.lines[line - 1] if line <= len(result.lines) else ""
        problem = error.problem or "cannot be read as YAML"
        problem = problem.replace("found character '\\t' that cannot start any token", "a tab, which is no blank")
        if "nesting depth" in problem:
            message = f"nested more than {DEEPEST} levels deep"
            result.faults.append(Fault("CF006", "error", message, "settings need fewer levels", name, line))
            return result
        tab = "\t" in shown
        help_line = "indent with blanks, not tabs" if tab else _yaml_help(problem, result.lines, line - 1, position)
        result.faults.append(Fault("CF004", "error", problem, help_line, name, line, None, position, 1, shown))
        return result
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        result.faults.append(
            Fault("CF004", "error", "a control character, which YAML does not allow", "delete it", name, line)
        )
        return result
    if node is not None:
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


def _yaml_help(problem: str, lines: list[str], number: int, position: int) -> str:
    """Return what is probably meant, by the line where reading stopped and the one above."""
    line, above = (lines[n] if 0 <= n < len(lines) else "" for n in (number, number - 1))
    if "mapping values" in problem:
        first = re.match(r"\s*[\w-]+:", line) and line.find(":") == position - 1
        return INDENTED if first else "a colon inside a text needs quotes around the text"
    if "expected <block end>" in problem and line.count('"') > 2:
        return "a double quote ends the text: inside it, texts of a condition stand in single quotes, 'yes'"
    if "could not find expected ':'" in problem and (found := re.match(r"\s*(\w+):(?=\S)", above)):
        return f"the line above needs a blank after {found[1]}:"
    if "expected ',' or" in problem:
        return "a bracket [ or { stands open above, or a text with brackets or commas needs quotes"
    if "expected <block end>" in problem or "could not find expected ':'" in problem:
        return f"{INDENTED}; else a quote may stand open further up"
    return "text with : # [ ] { } , & * ! | > ' \" % or @ needs quotes"


def _refuse_unusual(text: str, result: YamlFile) -> None:
    """Refuse anchors, aliases, tags and deep nesting before anything is composed of them."""
    if not _UNUSUAL.search(text) and not _MAY_NEST.search(text) and not _flow_depth(text) > DEEPEST:
        return
    depth = 0
    for token in yaml.scan(text, Loader=_FAST):
        if isinstance(token, _STARTS):
            depth += 1
        elif isinstance(token, _ENDS):
            depth -= 1
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
            _refuse("CF005", "anchors and aliases (& and *) are not allowed", "write the value out", token, result)
        elif isinstance(token, yaml.TagToken):
            _refuse("CF018", "tags (!) are not allowed", "put a text that starts with ! in quotes", token, result)
        elif depth > DEEPEST:
            _refuse("CF006", f"nested more than {DEEPEST} levels deep", "settings need fewer levels", token, result)
            return


INDENTED = "look at the indentation of this line and the one above: keys of one entry begin below each other"
_STARTS = (
    yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken,
)  # fmt: skip
_ENDS = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def _refuse(code: str, message: str, remedy: str, token: yaml.Token, result: YamlFile) -> None:
    mark = token.start_mark
    line = result.lines[mark.line] if mark.line < len(result.lines) else ""
    result.faults.append(
        Fault(code, "error", message, remedy, result.file, mark.line + 1, None, mark.column + 1, 1, line)
    )


def _flow_depth(text: str) -> int:
    """Return how deep brackets nest at most, those inside texts included."""
    depth = deepest = 0
    for mark in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if mark in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _build(node: yaml.Node, path: Path, result: YamlFile) -> Any:
    mark = node.start_mark
    result.values[path] = (mark.line + 1, mark.column + 1)
    if len(path) > DEEPEST:
        message = f"nested more than {DEEPEST} levels deep"
        result.faults.append(result.fault("CF006", path, message, "settings need fewer levels"))
        return None
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                line, position = key_node.start_mark.line + 1, key_node.start_mark.column + 1
                result.faults.append(
                    Fault("CF019", "error", "a key must be a text", "put quotes around a text with { or [",
                          result.file, line, None, position, 1, result.lines[line - 1])
                )  # fmt: skip
                continue
            key = key_node.value
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
    if _UNSEEN.search(text):
        message = "a control or direction character, or half a character, stands in the text"
        result.faults.append(result.fault("CF004", path, message, "delete it"))
        return None
    if getattr(node, "style", None) or not text:  # quoted; a plain style is None, and '' by libyaml
        return text if text or getattr(node, "style", None) else None
    if text in ("~", "null", "Null", "NULL"):
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
    if _INTEGER.match(text) or _FLOAT.match(text):
        if len(text) > LONGEST_NUMBER:
            message = f"a number of more than {LONGEST_NUMBER} characters"
            result.faults.append(result.fault("CF008", path, message, "put a text in quotes, or shorten the number"))
            return None
        return int(text) if _INTEGER.match(text) else float(text)
    if _OTHER_NUMBER.match(text):
        remedy = f'write "{text}" in quotes if it is a text, or the number in plain digits'
        result.faults.append(result.fault("CF008", path, f"{text} is read as a number by some programs", remedy))
        return text
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            result.faults.append(result.fault("CF009", path, "this date does not exist", "write year-month-day"))
            return None
    return text
