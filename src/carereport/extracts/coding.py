"""From bytes to text: UTF-8, UTF-16 with its mark, or Windows-1252; and text that was read in the wrong one before."""

from __future__ import annotations

import codecs
import re

_RUN = re.compile("[\u0080-\uffff]{2,}")


class UnreadableError(Exception):
    """The bytes are no text: what they are instead, what to do, and the line."""

    def __init__(self, what: str, remedy: str, line: int) -> None:
        super().__init__(what)
        self.what, self.remedy, self.line = what, remedy, line


def decoded(data: bytes) -> tuple[bytes, int]:
    """Return a file's text in UTF-8, and the line that shows it to be Windows-1252 text, 0 where it is not.

    Raises:
        UnreadableError: it is no text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16").encode("utf-8"), 0
        except UnicodeError:
            what = "the text breaks off: not well-formed UTF-16"
            raise UnreadableError(what, "export the file again", 1) from None
    try:
        if not data.isascii():
            data.decode("utf-8")
        return data.removeprefix(codecs.BOM_UTF8), 0
    except UnicodeDecodeError as first:
        line = data.count(b"\n", 0, first.start) + 1
    try:
        return data.decode("cp1252").encode("utf-8"), line
    except UnicodeDecodeError as second:
        line = data.count(b"\n", 0, second.start) + 1
        what = "bytes that are neither UTF-8 nor Windows-1252 text"
        raise UnreadableError(what, "save it as CSV UTF-8", line) from None


def garbled(data: bytes) -> tuple[int, int]:
    """Return the first line with UTF-8 that was read as Windows-1252, and how often it stands; (0, 0) where none does.

    Signs that are UTF-8 again when written as Windows-1252 belong to no word: Ã© for an e with its accent.
    """
    text = data.decode("utf-8")
    known: dict[str, bool] = {}
    first = count = 0
    for found in _RUN.finditer(text):
        signs = found.group()
        if signs not in known:
            known[signs] = _is_utf8_again(signs)
        if known[signs]:
            first = first or text.count("\n", 0, found.start()) + 1
            count += 1
    return first, count


def _is_utf8_again(signs: str) -> bool:
    try:
        signs.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True
