"""manifest.json: what was published, with which settings and versions; nothing of hidden values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carereport import __version__
from carereport.faults import Fault, UsageError
from carereport.quarters import Quarter

if TYPE_CHECKING:
    from carereport.report_settings import PublishSmall

NAME = "manifest.json"
MOST_NAMES = 5
PASSING, DESKTOP = (".", "~$"), ("thumbs.db", "desktop.ini")
"""How files begin, or are called, that programs leave behind and nobody misses."""


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def settings_hash(root: Path, folders: Iterable[str]) -> str:
    """Return one hash of all files in some folders of a project, by name and content."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def manifest(
    folder: Path, root: Path, quarter: Quarter, audience: str, final: bool, as_at: date | None, policy: str,
    suppressed: int, overrides: Iterable[PublishSmall], libraries: Mapping[str, str], commentary: Iterable[str],
) -> dict[str, Any]:  # fmt: skip
    """Return the manifest of the files in `folder`; `commentary` names the folders of the officer text."""
    return {
        "carereport": __version__,
        "libraries": dict(sorted(libraries.items())),
        "quarter": quarter.name,
        "audience": audience,
        "state": "final" if final else "draft",
        "extracted": as_at.isoformat() if as_at else None,
        "config": settings_hash(root, ["config"]),
        "commentary": settings_hash(root, commentary),
        "templates": settings_hash(root, ["templates"]),
        "disclosure": {
            "policy": policy,
            "suppressed": suppressed,
            "published_small": [
                {"indicator": o.indicator, "reason": o.reason, "approved_by": o.approved_by, "date": o.date.isoformat()}
                for o in overrides
            ],
        },
        "files": {path.name: sha256(path) for path in sorted(folder.iterdir()) if path.name != NAME},
    }


def write_manifest(document: Mapping[str, Any], folder: Path) -> None:
    """Write manifest.json beside the files it lists, with a hash of all else that it says."""
    (folder / NAME).write_bytes(_as_bytes({**document, "manifest": _own_hash(document)}))


def _as_bytes(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _own_hash(document: Mapping[str, Any]) -> str:
    """Return the hash of a manifest's text without the entry that holds it."""
    return hashlib.sha256(_as_bytes({key: value for key, value in document.items() if key != "manifest"})).hexdigest()


def refuse_foreign(folder: Path, written: Iterable[str]) -> None:
    """Refuse to replace a report's folder that holds files of somebody's own: they would be lost.

    `written` are the names that a build gives, for a folder whose manifest cannot be read.

    Raises:
        UsageError: with the files' names.
    """
    if not folder.is_dir():
        return
    try:
        known = {NAME, *written, *json.loads((folder / NAME).read_bytes())["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        known = {NAME, *written}
    held = sorted(path.name for path in folder.iterdir() if path.name not in known)
    own = [name for name in held if not name.startswith(PASSING) and name.casefold() not in DESKTOP]
    if own:
        message = f"{folder.name} holds what no build wrote, and would be lost: {', '.join(own[:MOST_NAMES])}"
        message += ", …" if own[MOST_NAMES:] else ""
        raise UsageError(Fault("CL005", "error", message, "keep it elsewhere, then build again"))


def verify(folder: Path) -> list[Fault]:
    """Return a fault for every file that is missing, changed or not listed, the manifest itself included."""
    try:
        held = (folder / NAME).read_bytes()
        document = json.loads(held)
        listed = dict(document["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return [Fault("MF001", "error", "there is no readable manifest here", "name a folder that build wrote", NAME)]
    faults = []
    if document.get("manifest") != _own_hash(document) or held != _as_bytes(document):
        faults.append(Fault("MF005", "error", "the manifest was changed after it was written", "", NAME))
    for name, digest in listed.items():
        path = folder / name
        if not path.is_file():
            faults.append(Fault("MF002", "error", "the file is missing", "", name))
        elif sha256(path) != digest:
            faults.append(Fault("MF003", "error", "the file was changed after it was published", "", name))
    for path in sorted(folder.iterdir()):
        if path.name != NAME and path.name not in listed:
            faults.append(Fault("MF004", "error", "the file is not in the manifest", "", path.name))
    return faults
