"""What a file with the name of a CSV file may be instead: told by its first bytes."""

from __future__ import annotations

import re

_DISGUISES = (
    (b"PK\x03\x04", "a workbook or archive (.xlsx, .zip), not a CSV file"),
    (b"PK\x05\x06", "an empty archive (.zip), not a CSV file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive, not a CSV file"),
    (b"\x89PNG", "a picture, not a CSV file"),
    (b"\xff\xd8\xff", "a picture, not a CSV file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), not a CSV file"),
    (b"%PDF", "a PDF, not a CSV file"),
    (b"\x1f\x8b", "a gzip archive, not a CSV file"),
    (b"7z\xbc\xaf", "a 7-Zip archive, not a CSV file"),
    (b"Rar!", "a RAR archive, not a CSV file"),
    (b"BZh", "a bzip2 archive, not a CSV file"),
    (b"\xfd7zXZ", "an xz archive, not a CSV file"),
    (b"SQLite format 3", "a database, not a CSV file"),
    (b"PAR1", "a Parquet file, not a CSV file"),
    (b"{\\rtf", "a Word document (.rtf), not a CSV file"),
    (b"ID;P", "a SYLK sheet (.slk), not a CSV file"),
    (b"version https://git-lfs", "a pointer to a file kept elsewhere (Git LFS), not the file"),
)
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<div", b"<script", b"mime-version:")
_MARKUP = re.compile(rb"<(?:[a-z][\w:-]*[\s>/]|!--)")
_JSON = re.compile(rb"^[\[{]\s*[\"{\[]")


def disguise_of(data: bytes) -> str | None:
    """Return what a file is, as its start shows; None where it may be a CSV file."""
    for magic, words in _DISGUISES:
        if data.startswith(magic):
            return words
    start = data[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if start.startswith(_PAGES):
        return "a web page, not a CSV file"
    if start.startswith(b"<?xml"):
        return "an XML file, not a CSV file"
    if _MARKUP.match(start):
        return "a web page or an XML file, not a CSV file"
    if _JSON.match(start):
        return "a JSON file, not a CSV file"
    return None
