"""Where a report's HTML can be divided so that its parts print exactly as the whole; it sets nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

NUMBER, TOTAL = "page-of-report", "pages-of-report"
"""The counter styles with which a style sheet prints a page's number in the whole report, and how many there are."""
WORTHWHILE = 80_000
"""Characters of a report, without its drawings, from which on a second process saves time."""

_PAGE = re.compile(r'<section class="page[ "]')
_LINK = re.compile(r'<a class="page-link" href="#([^"]+)"')
_NAME = re.compile(r'\sid="([^"]+)"')
_UNSEEN = re.compile(r'<svg\b.*?</svg>|<details class="values">.*?</details>', re.DOTALL)
_BODY, _MAIN = re.compile(r"<body\b[^>]*>"), re.compile(r"<main\b[^>]*>\s*")
_UNPRINTED = re.compile(
    r'(?:\s|<a class="skip".*?</a>|<nav class="contents-list".*?</nav>|<div class="running-mark">[^<]*</div>'
    r"|<script>.*?</script>|</main>|</body>|</html>)*",
    re.DOTALL,
)
"""What may stand outside the main element: nothing that paper shows."""
_ELEMENTS = re.compile(r"<(/?)(section|div|article|main|table|ul|ol|dl)\b")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MARGIN = re.compile(r"@(?:top|bottom|left|right)[a-z-]*\s*\{([^{}]*)\}")
_OWN_NUMBER = re.compile(rf"counter\(\s*page\s*,\s*{NUMBER}\s*\)|counter\(\s*pages\s*,\s*{TOTAL}\s*\)")
_LINKED = "a.page-link:not([data-page])"
"""The rule with this in its selector prints the page of a link that has none yet: not needed in parts."""
_INSIDE = re.compile(r"base64,[A-Za-z0-9+/=]*")
_COUNTED = re.compile(r"counters?\(|counter-(?:increment|reset|set)|target-text\(|-of-report")


@dataclass(frozen=True)
class Parts:
    """A report's HTML as three pages of HTML with the same head: the front and two halves of like size."""

    front: str
    fronts: int
    """How many sections the front has, each of which begins a new page."""
    first: str
    second: str
    anchors: frozenset[str]
    """All names in the report that a link can lead to."""
    identifier: bytes


def divided(html: str) -> Parts | None:
    """Return a report's parts; None where it is short, or would print otherwise than as a whole.

    A part begins where a section of the class `page` does. The front goes to the last section with a link that
    prints a page number. A style sheet that counts in its own way keeps a report whole, since each part would
    count anew; so does what paper shows outside the main element.
    """
    style, body, main = (found.search(html) for found in (_STYLE, _BODY, _MAIN))
    begins = [found.start() for found in _PAGE.finditer(html)]
    end = html.rfind("</main>")
    if style is None or body is None or main is None or len(begins) < 3 or end < begins[-1]:
        return None
    outside = html[body.end() : main.start()], html[main.end() : begins[0]], html[end:]
    if not all(_UNPRINTED.fullmatch(text) for text in outside) or not _numbered_as_one(style[1]):
        return None
    sections = [html[start:stop] for start, stop in zip(begins, [*begins[1:], end], strict=True)]
    if not all(_complete(section) for section in sections):
        return None
    fronts = max((number for number, section in enumerate(sections, 1) if _LINK.search(section)), default=0)
    weights = [len(_UNSEEN.sub("", section)) for section in sections]
    second = _middle(weights)
    if sum(weights) < WORTHWHILE or not 0 < fronts < second < len(sections):
        return None
    head = html[: body.end()] + main[0]
    pieces = sections[:fronts], sections[fronts:second], sections[second:]
    front, first, rest = ("".join([head, *piece, "</main></body></html>"]) for piece in pieces)
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    return Parts(front, fronts, first, rest, frozenset(_NAME.findall(html)), identifier)


def with_page_numbers(front: str, places: Mapping[str, Sequence[int]]) -> str:
    """Return the front with the number of the page that each of its links leads to."""

    def numbered(found: re.Match[str]) -> str:
        pages = places.get(found[1])
        return f'{found[0]} data-page="{pages[0]}"' if pages else found[0]

    return _LINK.sub(numbered, front)


def _numbered_as_one(style: str) -> bool:
    """Whether a style sheet counts nothing but pages, and these by the counter styles for whole reports."""
    text = _COMMENT.sub("", _INSIDE.sub("", style))
    text = _MARGIN.sub(lambda found: _OWN_NUMBER.sub("", found[1]), text)
    return not any(_COUNTED.search(rule) for rule in text.split("}") if _LINKED not in rule)


def _complete(section: str) -> bool:
    """Whether every element that begins in a section's text ends in it, and none that began before."""
    depth = 0
    for found in _ELEMENTS.finditer(section):
        depth += -1 if found[1] else 1
        if depth < 0:
            return False
    return depth == 0


def _middle(weights: Sequence[int]) -> int:
    """Return before which section the halves are most nearly alike."""
    sums = [0, *accumulate(weights)]
    return min(range(len(sums)), key=lambda place: abs(sums[-1] - 2 * sums[place]))
