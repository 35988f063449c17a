"""Makes matplotlib's SVG small: what clips, names or groups nothing goes, numbers keep two decimals.

Layout and writing of a PDF cost time with every node, so this saves more than it takes.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_DROPPED = {"metadata", "defs", "title"}
_EMPTY = re.compile(r"fill:\s*none;?\s*stroke:\s*none")
_ROTATED = re.compile(r"rotate\(-?0(?:[ ,][-\d.]+)*\)")


def cleaned(svg: str, family: str, size: float) -> str:
    """Return matplotlib's SVG without clip paths, ids, groups, empty paths and needless digits.

    `family` and `size` (points) are those of all text that names no size of its own. Only for
    drawings that clip nothing and refer to nothing inside themselves.
    """
    root = ElementTree.fromstring(svg[svg.index("<svg") :])
    flat = ElementTree.Element(root.tag, {"viewBox": _short(root.attrib["viewBox"])})
    flat.attrib |= {"font-family": f"{family}, Arial, sans-serif", "font-size": f"{size:g}"}
    _flatten(root, flat, f"{size:g}px")
    ElementTree.register_namespace("", SVG)  # WeasyPrint registers a prefix of its own when it is imported
    return ElementTree.tostring(flat, encoding="unicode").replace(" />", "/>")


def _flatten(element: ElementTree.Element, target: ElementTree.Element, size: str) -> None:
    for child in element:
        name = child.tag.removeprefix(f"{{{SVG}}}")
        if name in _DROPPED:
            continue
        if name == "g":
            _flatten(child, target, size)
            continue
        if name not in ("path", "text"):
            raise ValueError(f"a chart holds a {name}, which cannot be cleaned")
        style = child.attrib.pop("style", "")
        if name == "path" and (_EMPTY.search(style) or not child.attrib.get("d", "").strip()):
            continue
        kept = ElementTree.SubElement(target, child.tag, _places(child.attrib))
        usual = ("font-size", size)
        kept.attrib |= {key: value for key, value in _declared(style) if key != "font-family" and (key, value) != usual}
        kept.text = child.text


def _places(attributes: dict[str, str]) -> dict[str, str]:
    """Return where an element stands, rounded; a turn by nothing is dropped."""
    held: dict[str, str] = {}
    for key in ("d", "x", "y"):
        if key in attributes:
            held[key] = _short(" ".join(attributes[key].split()))
    turn = _ROTATED.sub("", attributes.get("transform", "")).strip()
    if turn:
        held["transform"] = _short(turn)
    return held


def _declared(style: str) -> list[tuple[str, str]]:
    parts = [part.partition(":") for part in style.split(";") if ":" in part]
    return [(key.strip(), value.strip()) for key, _, value in parts]


def _short(text: str) -> str:
    def shorter(found: re.Match[str]) -> str:
        number = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
        return "0" if number == "-0" else number

    return _NUMBER.sub(shorter, text)
