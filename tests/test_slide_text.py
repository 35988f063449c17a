"""A slide keeps room for what is being done; our own words give way by whole sentences, officers' by paragraphs."""

from __future__ import annotations

from carereport.report.slide_text import LINE, fitted
from carereport.report.slides import Block

TELLING = Block("What is it telling us?", ("One short sentence. Another short sentence. A third short sentence.",))
WHY = Block("Service explanation", ("Leave was not covered in one team. " * 6,), officer=True)
DOING = Block("What are we doing?", ("Cover leave, head of service, in place.", "A second action."), officer=True)
WIDE = 20.0
"""Inches: each paragraph here is one line."""


def shown(room: float, *blocks: Block, width: float = WIDE) -> list[tuple[str, tuple[str, ...]]]:
    return [(held.block.heading, held.texts) for held in fitted(blocks, room, width)]


def test_all_is_shown_where_there_is_room() -> None:
    assert shown(20, TELLING, WHY, DOING) == [(block.heading, block.texts) for block in (TELLING, WHY, DOING)]


def test_what_is_being_done_goes_before_an_explanation_and_the_last_sentences_of_what_is_told() -> None:
    (telling, told), (doing, done) = shown(7.6 * LINE, TELLING, WHY, DOING, width=2.6)
    assert (telling, doing) == (TELLING.heading, DOING.heading)
    assert 0 < len(told[0]) < len(TELLING.texts[0])
    assert told[0].endswith("sentence.")
    assert done == DOING.texts[:1]


def test_an_officers_paragraph_is_never_cut() -> None:
    for tenths in range(10, 120):
        for heading, texts in shown(tenths / 10 * LINE, TELLING, WHY, DOING, width=2.6):
            if heading != TELLING.heading:
                assert set(texts) <= {*WHY.texts, *DOING.texts}


def test_nothing_is_higher_than_its_room() -> None:
    for tenths in range(10, 120):
        held = fitted([TELLING, WHY, DOING], tenths / 10 * LINE, 2.6)
        assert sum(one.height for one in held) + 0.16 * max(len(held) - 1, 0) <= tenths / 10 * LINE + 1e-9


def test_a_slide_without_text_stays_without() -> None:
    assert shown(5) == []
