"""Officers' Markdown becomes safe HTML here; not a word of it is changed, added or judged."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from carereport.quarters import MONTHS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_CELL = re.compile(r"<td\b.*?</td>", re.DOTALL)
_DATE = re.compile(rf"\b\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}\b")
"""A date in a table is not broken over lines."""
SCHEMES = re.compile(r"^(https?:|mailto:|#)", re.IGNORECASE)


def to_html(text: str, *, heading: int = 4, caption: str = "") -> str:
    """Return Markdown as HTML: raw HTML shown as text, pictures left as their words, tables with scopes.

    `heading` is the level of the text's highest heading; `caption` names its tables, which are
    numbered where there are several.
    """
    markdown = _parser()
    tokens = markdown.parse(text)
    _shift_headings(tokens, heading)
    made = str(markdown.renderer.render(tokens, markdown.options, {"caption": caption})).strip()
    return _CELL.sub(lambda cell: _DATE.sub(r'<span class="date">\g<0></span>', cell[0]), made)


def plain(text: str) -> str:
    """Return the first paragraph as escaped text without marks, for one line in a table."""
    first = text.strip().split("\n\n")[0].replace("\n", " ")
    return html.escape(re.sub(r"[*_`]", "", first))


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs and list items of Markdown as plain text, without headings and tables."""
    tokens = _parser().parse(text)
    return tuple(
        _words(token)
        for place, token in enumerate(tokens)
        if token.type == "inline" and tokens[place - 1].type == "paragraph_open"
    )


def table_rows(text: str) -> list[list[str]]:
    """Return the rows of the first table in Markdown as plain text, its header first; none without a table."""
    rows: list[list[str]] = []
    for token in _parser().parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(_words(token))
        elif token.type == "table_close":
            break
    return rows


def _words(inline: Token) -> str:
    return "".join(" " if part.type == "softbreak" else part.content for part in inline.children or ()).strip()


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").disable("image")
    markdown.validateLink = lambda url: bool(SCHEMES.match(url.strip()))  # type: ignore[method-assign]
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("th_open", _header_cell)
    return markdown


def _table_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    made: Any = env
    caption = html.escape(str(made.get("caption", "")))
    made["tables"] = int(made.get("tables", 0)) + 1
    several = sum(token.type == "table_open" for token in tokens) > 1
    number = f" ({made['tables']})" if several and caption else ""
    held = f"<caption>{caption}{number}</caption>" if caption else ""
    return f'<table class="plain">{held}\n'


def _header_cell(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    style = tokens[index].attrGet("style")
    return f'<th scope="col" style="{html.escape(str(style))}">' if style else '<th scope="col">'


def _shift_headings(tokens: Sequence[Token], top: int) -> None:
    """Put headings under the page's own, without a skipped level."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    levels = {tag: f"h{min(top + place, 6)}" for place, tag in enumerate(used)}
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = levels[token.tag]
