"""Officer text: Markdown files with front matter in commentary/Q2-2025/, read but never written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from carereport.faults import Fault, suggestion
from carereport.quarters import Quarter, written
from carereport.yaml_reader import LARGEST_FILE, parse_yaml

KEYS = ("owner", "role", "due", "status", "evidence", "date", "title")
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n?", re.DOTALL)
_STRAY = re.compile(rf"\A\s*(?:[-–—]+\s*\n)?(?=({'|'.join(KEYS)}):)")
"""What front matter begins with whose lines of --- are not as they should be."""

_PICTURE = re.compile(r"!\[[^\]\n]*\]\(")
_QUARTER = re.compile(r"Q[1-4]-\d{4}")


@dataclass(frozen=True)
class Commentary:
    """One officer's text. `sections` maps a `## Heading` to its Markdown; `body` stands before the first."""

    key: str
    body: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    role: str = ""
    due: str = ""
    status: str = ""
    evidence: str = ""
    date: str = ""
    title: str = ""

    def section(self, heading: str) -> str:
        """Return the text under a heading, compared without case and question mark; '' where absent."""
        wanted = plain(heading)
        return next((text for name, text in self.sections.items() if plain(name) == wanted), "")

    @property
    def attribution(self) -> str:
        """Who says it, and when: 'Head of Service, First Response, 4 November 2025'."""
        who = self.role or self.owner
        return ", ".join(part for part in (who, self.date) if part)


def plain(heading: str) -> str:
    """Return a heading as it is compared: in small letters, without marks."""
    return re.sub(r"[^a-z0-9 ]", "", heading.lower()).strip()


def read_commentary(
    root: Path, quarter: Quarter, area: str = "", ours: str = ""
) -> tuple[dict[str, Commentary], list[Fault]]:
    """Return the officer texts of a quarter by file stem, and what is wrong with them.

    Those of one council of several stand in a folder of its code: commentary/E06000016/Q2-2025/. Where the
    project's own council, `ours`, has no such folder, its texts are those of the project.
    """
    if area == ours and not (root / "commentary" / area).is_dir():
        area = ""
    place = f"{area}/{quarter.name}" if area else quarter.name
    folder = root / "commentary" / place
    texts: dict[str, Commentary] = {}
    faults = _unread(root, folder)
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
        name = f"commentary/{place}/{path.name}"
        if not path.resolve().is_relative_to(root.resolve()):
            message, remedy = "is a link to a file outside the project", "copy the file itself"
            faults.append(Fault("CM001", "error", message, remedy, name, 1))
            continue
        try:
            if not path.is_file():
                raise OSError
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            faults.append(Fault("CM001", "error", "cannot be read as UTF-8 text", "save it as UTF-8", name, 1))
            continue
        if len(text) > LARGEST_FILE:
            faults.append(Fault("CM004", "error", "larger than 1 MB", "officer text is a few paragraphs", name, 1))
            continue
        front: dict[str, str] = {}
        found = _FRONT.match(text)
        if found:
            front = _front_matter(found.group(1), name, faults)
            text = text[found.end() :]
        elif stray := _STRAY.match(text):
            line = stray[0].count("\n") + 1
            message = "front matter that is not between two lines of ---, so that it would be printed"
            remedy = "put a line of three hyphens, ---, before it and after it"
            shown = text.split("\n")[line - 1].rstrip()
            faults.append(Fault("CM006", "error", message, remedy, name, line, None, 1, 1, shown))
        if picture := _PICTURE.search(text):
            line = (found[0] if found else "").count("\n") + text.count("\n", 0, picture.start()) + 1
            message = "a picture has no place in officer text: its mark would be printed"
            faults.append(Fault("CM015", "warning", message, "say it in words, or in a table", name, line))
        body, sections = _split(text)
        texts[path.stem] = Commentary(path.stem, body, sections, **front)
    return texts, faults


def _unread(root: Path, folder: Path) -> list[Fault]:
    """Return warnings of officers' words that no report would show: in other files, or in no quarter's folder."""
    faults = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.suffix != ".md" and path.name[0] not in ".~":
            message = "officer text is read from files that end in .md: this one is not shown"
            name = path.relative_to(root).as_posix()
            faults.append(Fault("CM007", "warning", message, "save it as text (Markdown) with that ending", name, 1))
    for path in sorted(folder.parent.iterdir()) if folder.parent.is_dir() else []:
        if path.is_dir() and not _QUARTER.fullmatch(path.name) and next(path.glob("*.md"), None) is not None:
            message = "no quarter's folder has this name: its officer text is not shown"
            name = path.relative_to(root).as_posix()
            faults.append(Fault("CM007", "warning", message, "rename it, as Q2-2025", name))
    return faults


def _front_matter(text: str, name: str, faults: list[Fault]) -> dict[str, str]:
    held = parse_yaml("\n" + text, name)  # the line of --- stands before it
    if held.faults:
        faults.extend(held.faults)
        return {}
    if held.value is not None and not isinstance(held.value, dict):
        faults.append(held.fault("CM002", (), "the front matter is not a list of key: value", "write owner: …"))
        return {}
    front: dict[str, str] = {}
    for key, value in (held.value or {}).items():
        if key not in KEYS:
            remedy = suggestion(key, KEYS) or f"known: {', '.join(KEYS)}"
            fault = held.fault("CM003", (key,), f"unknown key {key}", remedy, key=True)
            faults.append(replace(fault, severity="warning"))
        elif isinstance(value, (list, dict)):
            faults.append(held.fault("CM002", (key,), "a text is expected", "write it on one line"))
        elif value is not None:
            front[key] = written(value) if isinstance(value, date) else str(value)
    return front


def _split(text: str) -> tuple[str, dict[str, str]]:
    parts = re.split(r"^##\s+(.+?)\s*#*\s*$", text, flags=re.MULTILINE)
    sections: dict[str, str] = {}
    for title, held in zip(parts[1::2], parts[2::2], strict=True):
        name = next((known for known in sections if plain(known) == plain(title)), title.strip())
        sections[name] = f"{sections[name]}\n\n{held.strip()}" if name in sections else held.strip()
    return parts[0].strip(), sections
