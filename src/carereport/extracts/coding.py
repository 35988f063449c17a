"""From bytes to text: UTF-8, UTF-16 with its mark, or Windows-1252; and text that was read in the wrong one before."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

import numpy as np

_RUN = re.compile("[\u0080-\uffff]{2,}")
_NO_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
"""Bytes that Windows-1252 gives no meaning."""


class UnreadableError(Exception):
    """The bytes are no text: what they are instead, what to do, and the line."""

    def __init__(self, what: str, remedy: str, line: int) -> None:
        super().__init__(what)
        self.what, self.remedy, self.line = what, remedy, line


def count_of(sign: str, data: bytes) -> int:
    """Return how often a sign of ASCII stands in the data: by NumPy, since `bytes.count` is slow."""
    if sign.encode() not in data:
        return 0
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord(sign)))


def decoded(data: bytes) -> tuple[bytes, int]:
    """Return a file's text in UTF-8, and the line that shows it to be Windows-1252 text, 0 where it is not.

    Raises:
        UnreadableError: it is no text.
    """
    coding, line = coding_of([data])
    if coding == "utf-8":
        return data.removeprefix(codecs.BOM_UTF8), 0
    return data.decode(coding).encode("utf-8"), line


def coding_of(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Return the coding of a file that comes in pieces, and the line that shows it to be Windows-1252 text, else 0.

    Raises:
        UnreadableError: it is no text.
    """
    decoder: codecs.IncrementalDecoder | None = None
    before = windows = neither = 0
    utf16 = False
    for piece in pieces:
        if decoder is None:
            utf16 = piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            decoder = codecs.getincrementaldecoder("utf-16" if utf16 else "utf-8")()
        plain = piece.isascii() and not utf16
        if not windows and not (plain and not decoder.getstate()[0]):
            windows = _fails(decoder, piece, before)
        if not plain and not utf16 and not neither and (found := _NO_WINDOWS.search(piece)):
            neither = before + piece.count(b"\n", 0, found.start()) + 1
        before += count_of("\n", piece)
    if decoder is not None and not windows:
        windows = _fails(decoder, b"", before, final=True)
    if utf16 and windows:
        raise UnreadableError("the text breaks off: not well-formed UTF-16", "export the file again", 1)
    if windows and neither:
        what = "bytes that are neither UTF-8 nor Windows-1252 text"
        raise UnreadableError(what, "save it as CSV UTF-8", neither)
    return "utf-16" if utf16 else "cp1252" if windows else "utf-8", windows


def _fails(decoder: codecs.IncrementalDecoder, piece: bytes, before: int, *, final: bool = False) -> int:
    """Return the line on which a piece cannot be decoded, 0 where it can; `before` are the lines before it."""
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        return before + error.object.count(b"\n", 0, error.start) + 1
    return 0


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
