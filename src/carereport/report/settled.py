"""An Office file becomes the same bytes every time: fixed dates and order of parts, embedded workbooks too."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP archive can carry."""
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def settled(raw: bytes, created: datetime) -> bytes:
    """Return an Office file whose only date is `created`, with a fixed order of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith(".xlsx"):
                data = settled(data, created)
            elif name == "docProps/core.xml":
                data = _DATES.sub(rb"\g<1>" + f"{created:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<2>", data)
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            written.writestr(entry, data)
    return target.getvalue()
