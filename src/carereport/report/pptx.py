"""slides.pptx: the slides of `carereport.report.slides` drawn with native charts, the same bytes every time.

Text is 18 points or larger; what does not fit on a slide stands whole in its notes. Nothing is computed
or worded here.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from carereport.charts.theme import HAIR, INK, MEANING, OURS, QUIET, text_width
from carereport.report.branding import Look
from carereport.report.context import ReportContext
from carereport.report.native_charts import FONT, SIZE, draw_bars, draw_line, rgb_of
from carereport.report.pages.material import Material, Tag
from carereport.report.settled import settled
from carereport.report.slide_text import BAR, BETWEEN, LINE, fitted, lines_of
from carereport.report.slides import BarChart, Block, Deck, Slide, SlideCard, slide_deck
from carereport.report.traced import check_numbers

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
TITLE, VALUE, LEAST_VALUE = 28, 36, 24
"""Sizes in points."""
BODY_TOP, BODY_END = 2.05, 6.78
CHART_WIDTH = 7.2
LOGO_WIDTH, LOGO_HEIGHT = 2.6, 0.6
TINTS = {
    "on-target": ("#005A30", "#CCE2D8"), "near-target": ("#594D00", "#FFF7BF"), "off-target": ("#942514", "#F6D7D2"),
    "information": ("#0C2D4A", "#BBD4EA"), "too-few": ("#383F43", "#EEEFEF"),
}  # fmt: skip
"""Text and tint of a status (report reference, section 3.2)."""
SHAPES = {
    "on-target": MSO_SHAPE.OVAL, "near-target": MSO_SHAPE.DIAMOND, "off-target": MSO_SHAPE.RECTANGLE,
    "information": MSO_SHAPE.MATH_MINUS, "too-few": MSO_SHAPE.DONUT, "usual": MSO_SHAPE.OVAL,
    "improving": MSO_SHAPE.ISOSCELES_TRIANGLE, "concerning": MSO_SHAPE.RECTANGLE,
    "unusually-high": MSO_SHAPE.DIAMOND, "unusually-low": MSO_SHAPE.DIAMOND,
}  # fmt: skip
DECORATIVE = (
    f'<a:extLst {nsdecls("a")}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst>"
)
NO_TABLE_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def write_pptx(material: Material, context: ReportContext, path: Path) -> None:
    """Write the slides; their only date is the day of extraction."""
    path.write_bytes(pptx_bytes(material, context))


def pptx_bytes(material: Material, context: ReportContext) -> bytes:
    """Return the slides (see `write_pptx`)."""
    deck = slide_deck(material, context)
    check_numbers(material, deck)
    day = material.as_at or material.quarter.end
    created = datetime(day.year, day.month, day.day)
    show = _empty(deck, created)
    layout = show.slide_layouts[0]
    for place, content in enumerate(deck.slides):
        slide = show.slides.add_slide(layout)
        if place == 0:
            _opening(slide, content, deck)
        else:
            _page(slide, content, deck, place + 1)
        _notes(slide, content.notes)
    target = io.BytesIO()
    show.save(target)
    return settled(target.getvalue(), created)


def _empty(deck: Deck, created: datetime) -> Any:
    """Return a presentation of one layout: a title at the top left, in one family of type."""
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDTH), Inches(HEIGHT)
    kept = next(layout for layout in show.slide_layouts if layout.name == "Title Only")
    for layout in list(show.slide_layouts):
        if layout is not kept:
            show.slide_layouts.remove(layout)
    master = show.slide_masters[0]
    for held in (*master.placeholders, *kept.placeholders):
        if held.placeholder_format.type == 1:  # the title
            held.left, held.top, held.width, held.height = (
                Inches(value) for value in (MARGIN, 0.86, WIDTH - 2 * MARGIN, 1.06)
            )
            held.text_frame.vertical_anchor = MSO_ANCHOR.TOP
            frame = held.text_frame
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        else:
            held._element.getparent().remove(held._element)
    style = master._element.find(f"{qn('p:txStyles')}/{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    style.find(qn("a:defRPr")).set("sz", str(TITLE * 100))
    style.find(qn("a:defRPr")).set("b", "1")
    _theme(master, deck.look.colour)
    for owner, kind in ((show.part.package, "/thumbnail"), (show.part, "/printerSettings")):
        for name in [name for name, held in owner._rels.items() if held.reltype.endswith(kind)]:
            owner._rels.pop(name)
    properties = show.core_properties
    properties.title, properties.author, properties.language = deck.title, deck.council, "en-GB"
    properties.created = properties.modified = created
    properties.last_modified_by, properties.revision = deck.council, 1
    return show


def _theme(master: Any, colour: str) -> None:
    """Set the theme's fonts and its first colours, so that what is added by hand looks alike."""
    part = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    root = parse_xml(part.blob)
    for kind in ("majorFont", "minorFont"):
        root.find(f".//{qn('a:' + kind)}/{qn('a:latin')}").set("typeface", FONT)
    for name, value in (("dk2", INK), ("accent1", colour), ("accent2", MEANING["concerning"]), ("accent3", QUIET)):
        held = root.find(f".//{qn('a:clrScheme')}/{qn('a:' + name)}")
        for old in list(held):
            held.remove(old)
        held.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{value[1:]}"/>'))
    part._blob = serialize_part_xml(root)


# ------------------------------------------------------------------ slides


def _opening(slide: Any, content: Slide, deck: Deck) -> None:
    """The first slide: white on the council's colour."""
    fill = slide.background.fill
    fill.solid()
    fill.fore_color.rgb = rgb_of(deck.look.colour)
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = (Inches(v) for v in (MARGIN, 1.55, WIDTH - 2 * MARGIN, 0.8))
    _put(title.text_frame, [(content.title, 36, True, "#FFFFFF")])
    _text(slide, MARGIN, 0.95, WIDTH - 2 * MARGIN, 0.5, [(content.kicker, 20, True, "#FFFFFF")])
    _text(slide, MARGIN, 2.35, WIDTH - 2 * MARGIN, 0.5, [(content.subtitle, 20, False, "#FFFFFF")])
    lines = [(text, 24, True, "#FFFFFF") for text in content.blocks[0].texts]
    _text(slide, MARGIN, 3.3, WIDTH - 2 * MARGIN - 1, 2.6, lines, after=12)
    data = [(text, SIZE, False, "#FFFFFF") for text in content.blocks[1].texts]
    _text(slide, MARGIN, 6.2, WIDTH - 2 * MARGIN, 0.8, data)
    _logo(slide, deck.look)
    if deck.mark:
        _text(slide, WIDTH - MARGIN - 5, 0.95, 5, 0.5, [(deck.mark, 20, True, "#FFFFFF")], align=PP_ALIGN.RIGHT)


def _logo(slide: Any, look: Look) -> None:
    """Put a PNG logo on a white plate in the lower right corner; PowerPoint takes no SVG alone."""
    if look.logo_file is None or look.logo_file.suffix.casefold() != ".png":
        return
    picture = slide.shapes.add_picture(str(look.logo_file), 0, 0, height=Inches(LOGO_HEIGHT))
    if picture.width > Inches(LOGO_WIDTH):
        picture.height = round(picture.height * Inches(LOGO_WIDTH) / picture.width)
        picture.width = Inches(LOGO_WIDTH)
    picture.left, picture.top = Inches(WIDTH - MARGIN) - picture.width, Inches(HEIGHT - MARGIN) - picture.height
    picture._element.nvPicPr.cNvPr.set("descr", look.logo_text)
    edge = Inches(0.12)
    plate = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, picture.left - edge, picture.top - edge,
                                   picture.width + 2 * edge, picture.height + 2 * edge)  # fmt: skip
    _plain_shape(plate, "#FFFFFF")
    picture._element.addprevious(plate._element)


def _page(slide: Any, content: Slide, deck: Deck, number: int) -> None:
    """A slide below the report's rule: what it is about, its finding, then chart and text."""
    _put(slide.shapes.title.text_frame, [(content.title, TITLE, True, INK)])
    rule = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(MARGIN), Inches(0.34), Inches(WIDTH - 2 * MARGIN), Pt(3))
    _plain_shape(rule, deck.look.colour)
    _text(slide, MARGIN, 0.44, 9, 0.4, [(content.kicker, SIZE, True, deck.look.colour)])
    top = BODY_TOP if lines_of(content.title, WIDTH - 2 * MARGIN, bold=True, size=TITLE) > 1 else BODY_TOP - 0.42
    if content.subtitle:
        _text(slide, MARGIN, top - 0.18, WIDTH - 2 * MARGIN, 0.36, [(content.subtitle, SIZE, False, QUIET)])
        top += 0.24
    if content.cards:
        _cards(slide, content.cards, top)
        if content.legend:
            _text(slide, MARGIN, BODY_END - 0.2, WIDTH - 2 * MARGIN, 0.36, [(content.legend, SIZE, False, QUIET)])
    elif content.chart is not None:
        _charted(slide, content, top)
    elif content.table:
        _table(slide, content.table, MARGIN, top, WIDTH - 2 * MARGIN)
    else:
        _blocks(slide, content.blocks, MARGIN, top, WIDTH - 2 * MARGIN)
    _text(slide, MARGIN, 6.95, 10, 0.36, [(deck.footer, SIZE, False, QUIET)])
    _text(slide, WIDTH - MARGIN - 1, 6.95, 1, 0.36, [(str(number), SIZE, False, QUIET)], align=PP_ALIGN.RIGHT)
    if deck.mark:
        _text(slide, WIDTH - MARGIN - 5, 0.44, 5, 0.4, [(deck.mark, SIZE, True, "#942514")], align=PP_ALIGN.RIGHT)


def _charted(slide: Any, content: Slide, top: float) -> None:
    """A chart at the left, tags and text or a table at the right."""
    chart, height = content.chart, BODY_END - top - (0.4 if content.chart_note else 0)
    box = tuple(Inches(value) for value in (MARGIN, top, CHART_WIDTH, height))
    if isinstance(chart, BarChart):
        draw_bars(slide, chart, box)
    elif chart is not None:
        draw_line(slide, chart, box)
    if content.chart_note:
        _text(slide, MARGIN, BODY_END - 0.38, CHART_WIDTH, 0.36, [(content.chart_note, SIZE, False, QUIET)])
    left = MARGIN + CHART_WIDTH + 0.35
    width = WIDTH - MARGIN - left
    if content.tags:
        _tags(slide, content.tags, left, top, width)
        top += 0.42 * len(content.tags) + 0.1
    foot = LINE * lines_of(content.legend, width) + 0.12 if content.legend else 0.0
    if content.table:
        _table(slide, content.table, left, top, width, BODY_END - foot)
    else:
        _blocks(slide, content.blocks, left, top, width)
    if foot:
        _text(slide, left, BODY_END - foot + 0.12, width, foot, [(content.legend, SIZE, False, QUIET)])


def _cards(slide: Any, cards: Sequence[SlideCard], top: float) -> None:
    """Eight cards at most, four in a row."""
    gap, across = 0.28, 4
    width = (WIDTH - 2 * MARGIN - gap * (across - 1)) / across
    height = (BODY_END - top) / 2
    size = next((size for size in range(VALUE, LEAST_VALUE, -2) if all(_fits(card, width, size) for card in cards)),
                LEAST_VALUE)  # fmt: skip
    for place, card in enumerate(cards):
        left, head = MARGIN + (place % across) * (width + gap), top + (place // across) * height
        rule = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(head), Inches(width), Pt(1.5))
        _plain_shape(rule, OURS)
        _text(slide, left, head + 0.06, width, 0.62, [(card.name, SIZE, True, INK)])
        _text(slide, left, head + 0.62, width, 0.6, [(card.value, size, True, INK)])
        if card.beside:
            room = _room(card, width, size)
            _text(slide, left + width - room, head + 0.84, room, 0.36, [(card.beside, SIZE, False, QUIET)],
                  align=PP_ALIGN.RIGHT)  # fmt: skip
        _tags(slide, (card.status, card.variation), left, head + 1.3, width)


def _room(card: SlideCard, width: float, size: int) -> float:
    """Return the inches that a card's number leaves for its target."""
    return width - text_width(card.value, True, size) / 72 - 0.1


def _fits(card: SlideCard, width: float, size: int) -> bool:
    return text_width(card.beside, False, SIZE) / 72 < _room(card, width, size)


def _tags(slide: Any, tags: Sequence[Tag], left: float, top: float, width: float) -> None:
    """Status and variation, a line each: a shape and its word."""
    for tag in tags:
        ink, tint = TINTS.get(tag.kind, (INK, ""))
        wide = text_width(tag.word, bool(tint), SIZE) / 72 + 0.62
        place = (Inches(left), Inches(top), Inches(min(wide, width)), Inches(0.36))
        box = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *place)
        _no_style(box)
        if tint:
            box.fill.solid()
            box.fill.fore_color.rgb = rgb_of(tint)
            box.line.color.rgb, box.line.width = rgb_of("#6B7280"), Pt(1)
        else:
            box.fill.background()
            box.line.fill.background()
        frame = box.text_frame
        _put(frame, [(tag.word, SIZE, bool(tint), ink)])
        frame.margin_left, frame.margin_right, frame.vertical_anchor = Inches(0.42), Inches(0.04), MSO_ANCHOR.MIDDLE
        frame.word_wrap = False
        shape = MSO_SHAPE.FLOWCHART_MERGE if tag.down else SHAPES.get(tag.kind)  # a triangle that points down
        if shape is not None:
            mark = slide.shapes.add_shape(shape, Inches(left + 0.14), Inches(top + 0.1), Inches(0.17), Inches(0.16))
            _plain_shape(mark, ink if tint else MEANING.get(tag.kind.replace("-", "_"), QUIET))
        top += 0.42


def _blocks(slide: Any, blocks: Sequence[Block], left: float, top: float, width: float) -> None:
    """Put what fits; the notes hold all."""
    for held in fitted(blocks, BODY_END - top, width):
        inner = width - (BAR if held.block.officer else 0)
        lines = [(held.block.heading, SIZE, True, INK)] if held.block.heading else []
        lines += [(text, SIZE, False, INK) for text in held.texts]
        if held.block.officer:
            bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Pt(4), Inches(held.height))
            _plain_shape(bar, "#9AA3AF")
        _text(slide, left + width - inner, top, inner, held.height, lines, after=4)
        top += held.height + BETWEEN


def _table(
    slide: Any, rows: Sequence[Sequence[str]], left: float, top: float, width: float, end: float = BODY_END
) -> None:
    """A native table with a header row; rows that do not fit stand in the notes."""
    columns = len(rows[0])
    first = 0.52 if columns == 3 else 0.44
    shares = [first, *[(1 - first) / (columns - 1)] * (columns - 1)] if columns > 1 else [1.0]
    heights, used = [], top
    for row in rows:
        cells = zip(row, shares, strict=False)
        height = LINE * max(lines_of(text, width * share - 0.2) for text, share in cells) + 0.14
        if used + height > end:
            break
        heights.append(height)
        used += height
    frame = slide.shapes.add_table(len(heights), columns, Inches(left), Inches(top), Inches(width), Inches(used - top))
    frame.name = "Table"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"Table with a header row: {', '.join(rows[0])}.")
    table = frame.table
    frame._element.find(f".//{qn('a:tableStyleId')}").text = NO_TABLE_STYLE
    table.horz_banding = False
    for place, share in enumerate(shares):
        table.columns[place].width = Inches(width * share)
    for number, height in enumerate(heights):
        table.rows[number].height = Inches(height)
        for place in range(columns):
            cell = table.cell(number, place)
            text = rows[number][place] if place < len(rows[number]) else ""
            _put(cell.text_frame, [(text, SIZE, number == 0, INK)])
            cell.margin_left = cell.margin_right = Inches(0.06)
            cell.margin_top = cell.margin_bottom = Inches(0.04)
            _border(cell, INK if number == 0 else HAIR, 1.5 if number == 0 else 0.75)


def _border(cell: Any, colour: str, points: float) -> None:
    fill = f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'
    line = f'<a:lnB {nsdecls("a")} w="{int(points * 12700)}">{fill}</a:lnB>'
    cell._tc.get_or_add_tcPr().append(parse_xml(line))


# ------------------------------------------------------------------- parts


def _text(
    slide: Any, left: float, top: float, width: float, height: float, lines: Sequence[tuple[str, float, bool, str]], *,
    align: Any = PP_ALIGN.LEFT, after: float = 0,
) -> None:  # fmt: skip
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    _put(box.text_frame, lines, align=align, after=after)


def _put(
    frame: Any, lines: Sequence[tuple[str, float, bool, str]], *, align: Any = PP_ALIGN.LEFT, after: float = 0
) -> None:
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    for place, (text, size, bold, colour) in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = align
        paragraph.space_after = Pt(after)
        run = paragraph.add_run()
        run.text = text
        font = run.font
        font.name, font.size, font.bold, font.color.rgb = FONT, Pt(size), bold, rgb_of(colour)
        font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


def _plain_shape(shape: Any, colour: str) -> None:
    """Fill a shape that only decorates, and mark it so that screen readers pass over it."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb_of(colour)
    shape.line.fill.background()
    _no_style(shape)
    shape._element.nvSpPr.cNvPr.append(parse_xml(DECORATIVE))


def _no_style(shape: Any) -> None:
    """Take the theme's shadow and outline off a shape."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def _notes(slide: Any, texts: Sequence[str]) -> None:
    said = [text for text in texts if text]
    if said:
        slide.notes_slide.notes_text_frame.text = "\n".join(said)
