"""Checks of generated text: plain words, short sentences, and every number traced to a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from carereport.figures import Sentence

MOST_WORDS = 25
BANNED = (
    "because", "due to", "as a result of", "driven by", "thanks to", "led to", "caused", "reflects", "explains",
    "impact of", "soared", "plummeted", "surged", "spiked", "dropped sharply", "crept", "worryingly", "staggering",
    "as many as", "significant", "significantly", "trend", "record", "highest ever", "a handful", "almost none",
)  # fmt: skip
"""Causes, drama, praise, tests not done, and words that hint at a hidden number."""

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DATES = re.compile(
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:19|20)\d\d(?:/\d\d)?\b|\bQ[1-4]\b|\bQuarter [1-4]\b"
)


def sentences_of(text: str) -> list[str]:
    """Split a text into its sentences."""
    return [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", text.strip()) if part]


def faults_of(text: str, glossary: Iterable[str] = ()) -> Iterator[str]:
    """Yield what is wrong with a generated text, in words; nothing where it is well made."""
    known = set(glossary)
    for sentence in sentences_of(text):
        words = sentence.split()
        if len(words) > MOST_WORDS:
            yield f"a sentence of {len(words)} words; at most {MOST_WORDS}"
        if sentence[:1].isdigit():
            yield "a sentence that begins with a numeral"
    lowered = f" {text.lower()} "
    for word in BANNED:
        if re.search(rf"\b{re.escape(word)}\b", lowered):
            yield f"the word '{word}', which generated text may not use"
    if "  " in text:
        yield "two spaces in a row"
    for token in re.findall(r"\b[A-Z]{2,}\b", text):
        if token not in known:
            yield f"the abbreviation {token}, which the glossary does not explain"


def untraced(sentence: Sentence, fixed: str = "") -> list[str]:
    """Return the numbers of a sentence that are neither its figures nor dates.

    `fixed` is wording of the configuration, such as a name with '45 working days', whose numbers
    are part of a definition.
    """
    allowed = {n for figure in sentence.figures for n in _NUMBER.findall(figure)}
    allowed |= set(_NUMBER.findall(fixed))
    return [number for number in _NUMBER.findall(_DATES.sub(" ", sentence.text)) if number not in allowed]
