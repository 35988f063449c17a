"""What makes a page fit any screen, and safe: tables that scroll alone, nothing from outside; it words nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import re

_PARTS = re.compile(
    r"<h[1-6]\b[^>]*>(?P<heading>.*?)</h[1-6]>|(?P<held><div class=\"scroll\"[^>]*>\s*)?(?P<table><table\b.*?</table>)",
    re.DOTALL,
)
_LABEL = re.compile(r'^<table\b[^>]*\baria-label="([^"]*)"')
_CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def with_scrolling_tables(page: str) -> str:
    """Return the page with each table in a region of its own, which scrolls on a phone and takes the keyboard.

    The region is named by the table's caption, or by the heading before it.
    """
    heading = "Table"

    def region(found: re.Match[str]) -> str:
        nonlocal heading
        if found["heading"] is not None:
            heading = _words(found["heading"]) or heading
            return found[0]
        if found["held"]:
            return found[0]
        table = found["table"]
        label, caption = _LABEL.search(table), _CAPTION.search(table)
        name = label[1] if label else html.escape(_words(caption[1]) if caption else heading)
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">{table}</div>'

    return _PARTS.sub(region, page)


def _words(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def inline_script(text: str) -> str:
    """Return a script as it can stand inside a page: nothing in it ends the element."""
    return text.replace("</", "<\\/")


def content_policy(script: str) -> str:
    """Return the page's Content Security Policy: nothing is loaded, and no script runs but this one."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
