"""Two drawings of PDF pages become one: pages, targets of links, bookmarks and the tags' tree; it draws nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pydyf
import weasyprint

from carereport.report.pdf import object_of

_REFERENCE = re.compile(rb"(\d+) 0 R")
_SUBSET = re.compile(rb"/[A-Z]{6}\+")
_NEXT_LETTER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"BCDEFGHIJKLMNOPQRSTUVWXYZA")


@dataclass(frozen=True)
class Bookmarked:
    """What a page tells of itself when the bookmarks of all pages are made: WeasyPrint's own, and its height."""

    bookmarks: Sequence[Any]
    height: float


@dataclass(frozen=True)
class _Tags:
    """The tree of a drawing's tags: its root, the whole document's element, and the elements by pages and links."""

    root: Any
    document: Any
    parents: Any


def bind(pdf: pydyf.PDF, other: pydyf.PDF) -> None:
    """Append the pages of `other` to `pdf`, with their links' targets and tags; neither has bookmarks yet.

    Objects of `other` are taken over and numbered anew. Both must be drawings of WeasyPrint's with tags.
    """
    tags, added = _tags(pdf), _tags(other)
    numbers = {other.pages.number: pdf.pages.number, added.document.number: tags.document.number}
    single = {0, other.catalog.number, added.root.number, added.parents.number, *numbers}
    single.add(object_of(other, other.catalog["Metadata"]).number)
    moved = [item for item in other.objects if item.number not in single]
    for item in moved:
        number = item.number
        pdf.add_object(item)
        numbers[number] = item.number
    targets = _targets(other)
    seen: set[int] = set()
    for item in (*moved, targets, added.document["K"], added.parents["Nums"]):
        _renumber(item, numbers, seen)

    first = 1 + max(tags.parents["Nums"][::2], default=-1)
    for item in moved:
        if isinstance(item, dict):
            _make_unlike(item, first)
    nums = added.parents["Nums"]
    tags.parents["Nums"].extend(part + first if index % 2 == 0 else part for index, part in enumerate(nums))
    tags.document["K"].extend(added.document["K"])
    pdf.pages["Kids"].extend(
        part if index % 3 else numbers[part] for index, part in enumerate(other.pages["Kids"])
    )
    pdf.pages["Count"] += other.pages["Count"]
    own = _targets(pdf)
    known = {name.string for name in own[::2]}
    pairs = [*_pairs(own), *(pair for pair in _pairs(targets) if pair[0].string not in known)]
    own[:] = [part for pair in sorted(pairs, key=lambda pair: pair[0].string) for part in pair]


def _make_unlike(item: Any, first: int) -> None:
    """Number an object among the tags' elements from `first` on, and change the names that both drawings gave."""
    for key in ("StructParents", "StructParent"):
        if key in item:
            item[key] += first
    if isinstance(item.get("ID"), pydyf.String):
        item["ID"].string = f"{first}-{item['ID'].string}"  # a header cell's, which data cells hold as well
    for key in ("BaseFont", "FontName"):
        name = item.get(key)
        found = _SUBSET.match(name) if isinstance(name, bytes) else None
        if found is not None:  # the letters tell the subsets of a font apart
            item[key] = found[0].translate(_NEXT_LETTER) + name[found.end() :]


def forget_targets(pdf: pydyf.PDF, names: set[str]) -> None:
    """Take out targets that only stood in for those of pages drawn elsewhere."""
    targets = _targets(pdf)
    targets[:] = [part for pair in _pairs(targets) if pair[0].string not in names for part in pair]


def add_bookmarks(pdf: pydyf.PDF, document: weasyprint.Document, pages: Sequence[Bookmarked]) -> None:
    """Give a PDF the bookmarks of its `pages`, in their order."""
    tree = document.copy(list(pages)).make_bookmark_tree(0.75, transform_pages=True)
    if tree:
        root = pydyf.Dictionary({})
        pdf.add_object(root)
        root["Count"] = _bookmarks(pdf, tree, root)
        pdf.catalog["Outlines"] = root.reference


def _bookmarks(pdf: pydyf.PDF, tree: Sequence[Any], parent: Any) -> int:
    """Add bookmarks below `parent`; return how many show."""
    shown, before = 0, None
    for title, (page, left, top), below, state in tree:
        place = pydyf.Array([pdf.page_references[page], "/XYZ", left, top, 0])
        item = pydyf.Dictionary({"Title": pydyf.String(title), "Dest": place, "Parent": parent.reference})
        pdf.add_object(item)
        count = _bookmarks(pdf, below, item)
        item["Count"] = -count if state == "closed" else count
        shown += 1 if state == "closed" else 1 + count
        if before is None:
            parent["First"] = item.reference
        else:
            before["Next"], item["Prev"] = item.reference, before.reference
        parent["Last"], before = item.reference, item
    return shown


def _tags(pdf: pydyf.PDF) -> _Tags:
    root = object_of(pdf, pdf.catalog["StructTreeRoot"])
    return _Tags(root, object_of(pdf, root["K"][0]), object_of(pdf, root["ParentTree"]))


def _targets(pdf: pydyf.PDF) -> Any:
    """Return the PDF's list of targets, a name and its place in turn; one of its own where it has none."""
    names = pdf.catalog.setdefault("Names", pydyf.Dictionary({}))
    return names.setdefault("Dests", pydyf.Dictionary({"Names": pydyf.Array([])}))["Names"]


def _pairs(targets: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(targets[::2], targets[1::2], strict=True)


def _renumber(item: Any, numbers: dict[int, int], seen: set[int]) -> None:
    """Change every reference inside an object to its new number; what two objects share is changed once."""
    if id(item) in seen:
        return
    seen.add(id(item))
    if isinstance(item, pydyf.Stream):
        item = item.extra
    places = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    for key, value in places:
        if isinstance(value, bytes):
            found = _REFERENCE.fullmatch(value)
            if found is not None:
                item[key] = b"%d 0 R" % numbers[int(found[1])]
        elif isinstance(value, dict | list | pydyf.Stream):
            _renumber(value, numbers, seen)
