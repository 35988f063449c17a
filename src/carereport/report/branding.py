"""The council's own look: colour, logo and fonts from report.yaml, and what keeps them from being printed or read."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from carereport.faults import Fault
from carereport.packed import packed_folder
from carereport.project import REPORT, Project

STYLE_COLOUR = "#12436D"
"""The colour in report.css that the council's replaces."""
STYLE_FONTS = {
    "text": "fonts/Inter-Regular.otf",
    "bold": "fonts/Inter-SemiBold.otf",
    "display": "fonts/InterDisplay-Bold.otf",
}
"""The files in report.css that the council's replace."""
LEAST_CONTRAST = 4.5
"""Of text on white (WCAG 2.2, success criterion 1.4.3)."""
MOST_BYTES = 500_000
KINDS = {".png": "image/png", ".svg": "image/svg+xml"}
_UNSAFE = re.compile(
    rb"""<script|<foreignobject|<!entity|\bon\w+\s*=|@import|(?:href|src)\s*=\s*["']\s*(?!#|data:)"""
    rb"""|url\(\s*["']?(?!#|data:)""",
    re.IGNORECASE,
)
NEEDED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;()%£–’-+"
"""The characters that a report cannot do without."""
USUAL = "children in our care at the end of september and protection plans"
MOST_WIDER = 0.03
NO_EMBEDDING = 0x0002
"""The bit of a font's fsType that forbids embedding (OpenType, table OS/2)."""


@dataclass(frozen=True)
class Look:
    """How a report looks: its colour, its logo as a data address with the words for it, and the files of its fonts."""

    colour: str = STYLE_COLOUR
    logo: str = ""
    logo_text: str = ""
    logo_file: Path | None = None
    fonts: Mapping[str, Path] = field(default_factory=dict)
    """By the names of STYLE_FONTS; none where carereport's own are used."""


def look_of(project: Project) -> Look:
    """Return the look that report.yaml asks for; its files are those that `branding_faults` has passed."""
    branding, council = project.report.branding, project.report.council
    logo, path = "", None
    if branding.logo:
        path = project.root / branding.logo
        logo = f"data:{KINDS[path.suffix.casefold()]};base64,{base64.b64encode(path.read_bytes()).decode()}"
    fonts = {name: project.root / file for name, file in _fonts(project)}
    if fonts:
        fonts.setdefault("display", fonts["bold"])
    return Look(branding.colour, logo, branding.logo_text or council.name, path, fonts)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def darkened(colour: str) -> str:
    """Return the colour, made darker in small steps until it can be read on white."""
    parts = _parts(colour)
    for step in range(101):
        made = "#" + "".join(f"{round(part * (100 - step) / 100):02X}" for part in parts)
        if contrast(made, "#FFFFFF") >= LEAST_CONTRAST:
            return made
    return "#000000"


def branding_faults(project: Project) -> list[Fault]:
    """Return what is wrong with the colour, the logo and the fonts that report.yaml names."""
    branding = project.report.branding
    faults: list[Fault] = []
    if (found := contrast(branding.colour, "#FFFFFF")) < LEAST_CONTRAST:
        message = f"the colour has a contrast of {found:.1f} to 1 on white; text needs {LEAST_CONTRAST}"
        help_ = f"a darker one of its kind is {darkened(branding.colour)}"
        faults.append(_fault(project, ("branding", "colour"), "BR001", message, help_))
    if branding.logo:
        faults += _of_logo(project, branding.logo)
    for name, file in _fonts(project):
        faults += _of_font(project, name, file)
    return faults


def _fonts(project: Project) -> Iterator[tuple[str, str]]:
    fonts = project.report.branding.fonts
    if fonts is not None:
        yield from (("text", fonts.text), ("bold", fonts.bold))
        if fonts.display is not None:
            yield "display", fonts.display


def _of_logo(project: Project, file: str) -> Iterator[Fault]:
    place = ("branding", "logo")
    path = project.root / file
    if path.suffix.casefold() not in KINDS:
        yield _fault(project, place, "BR002", "a logo is a PNG or an SVG file", "save it as one of the two")
        return
    data = _read(project, path)
    if data is None:
        yield _fault(project, place, "BR002", "there is no such file in the project", "put it into config/")
    elif len(data) > MOST_BYTES:
        message = f"the logo takes {len(data) // 1000:,} kB, more than {MOST_BYTES // 1000} kB"
        yield _fault(project, place, "BR002", message, "save it smaller: it is printed 12 millimetres high")
    elif path.suffix.casefold() == ".png" and not data.startswith(b"\x89PNG\r\n\x1a\n"):
        yield _fault(project, place, "BR002", "the file is not a PNG image, whatever its name", "save it as PNG")
    elif path.suffix.casefold() == ".svg" and (b"<svg" not in data or _UNSAFE.search(data)):
        message = "the file is no SVG image, or it holds a script or refers to something outside itself"
        yield _fault(project, place, "BR002", message, "save it as plain SVG, or as PNG")


def _of_font(project: Project, name: str, file: str) -> Iterator[Fault]:
    place = ("branding", "fonts", name)
    path = project.root / file
    if path.suffix.casefold() not in (".otf", ".ttf"):
        yield _fault(project, place, "BR003", "a font is an .otf or a .ttf file", "name the font's file")
        return
    if _read(project, path) is None:
        yield _fault(project, place, "BR003", "there is no such file in the project", "put it into config/fonts/")
        return
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, lazy=True) as font:
            held, allowed = font.getBestCmap() or {}, int(font["OS/2"].fsType)
            wide = _width(font) if {ord(letter) for letter in NEEDED} <= set(held) else 0.0
    except (TTLibError, KeyError, AssertionError, ValueError, OSError):
        yield _fault(project, place, "BR003", "the file cannot be read as a font", "take it from the font's maker anew")
        return
    missing = [letter for letter in NEEDED if ord(letter) not in held]
    if missing:
        message = f"the font has no {' '.join(missing[:5])}{' …' if len(missing) > 5 else ''}"
        yield _fault(project, place, "BR003", message, "take a font with all Latin letters and figures")
    if allowed & NO_EMBEDDING:
        message = "the font's maker forbids to embed it, and a PDF must"
        yield _fault(project, place, "BR003", message, "take another font, or ask its maker for a licence")
    folder = packed_folder("templates")
    if folder is not None:
        with TTFont(folder / STYLE_FONTS[name], lazy=True) as own:
            wider = wide / _width(own) - 1
        if wider > MOST_WIDER:
            message = f"the font is {wider:.0%} wider than carereport's own, so that pages made for one may take two"
            fault = _fault(project, place, "BR004", message, "look at every page, or take a narrower font")
            yield replace(fault, severity="warning")


def _width(font: Any) -> float:
    """Return how wide a font sets the usual letters, as a part of its size."""
    names, advances = font.getBestCmap(), font["hmtx"]
    return float(sum(advances[names[ord(letter)]][0] for letter in USUAL) / font["head"].unitsPerEm)


def _read(project: Project, path: Path) -> bytes | None:
    """Return a file of the project; nothing where there is none, or it lies elsewhere."""
    inside = path.resolve()
    if project.root.resolve() not in inside.parents or not inside.is_file():
        return None
    return inside.read_bytes()


def _fault(project: Project, place: tuple[str, ...], code: str, message: str, help_: str) -> Fault:
    line, position, text = project.locate(REPORT, place)
    return Fault(code, "error", message, help_, REPORT, line, None, position, 1, text)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _parts(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
