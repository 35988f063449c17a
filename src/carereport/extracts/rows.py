"""A table's typed rows, the line each came from, and findings about them that name no value."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.extracts.convert import Problem
from carereport.extracts.read import FIRST_LINES, Places, RawFile
from carereport.faults import Fault, Severity

Mask = npt.NDArray[np.bool_]


@dataclass
class Rows:
    """Typed rows; `sources` and `numbers` say which file and which of its rows each came from."""

    frame: pd.DataFrame
    files: list[RawFile]
    sources: Places
    numbers: Places
    headers: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Column to its header in the file and the header's number, from 1."""
    unreadable: dict[str, Mask] = field(default_factory=dict)
    """Column to the rows whose cell could not be read; these are reported once, not as empty cells too."""
    problems: list[tuple[Problem, Mask, str]] = field(default_factory=list)
    """What was met in converting, the rows concerned and the column, before any row is left out."""
    keyless: bool = False
    """Whether rows are told apart by all cells of the file."""

    @property
    def whole(self) -> int:
        """How many rows the files have, where these are parts of them; else how many these are."""
        return sum(file.whole for file in self.files) or len(self.frame)

    def keep(self, mask: Mask) -> None:
        """Keep only the rows of a mask."""
        if not mask.all():
            self.frame = self.frame[mask].reset_index(drop=True)
            self.sources, self.numbers = self.sources[mask], self.numbers[mask]
            self.unreadable = {column: rows[mask] for column, rows in self.unreadable.items()}

    def problem_findings(self) -> list[Fault]:
        """Return what was met in converting as findings, once, while all rows are there."""
        met, self.problems = self.problems, []
        return [self.finding(p.code, p.severity, p.message, p.help, mask, column) for p, mask, column in met]

    def part(self, places: Places | slice) -> Rows:
        """Return some of the rows with what belongs to them; of a run of rows, without copying them."""
        sources, numbers = self.sources[places], self.numbers[places].copy()
        files = []
        for number, file in enumerate(self.files):
            mine = sources == number
            own = numbers[mine]
            table = file.table.take(own) if self.keyless and file.table is not None else None
            files.append(RawFile(file.name, file.sha256, header=file.header, table=table, row_lines=file.lines_of(own)))
            numbers[mine] = np.arange(len(own))
        problems = [(problem, mask[places], column) for problem, mask, column in self.problems]
        frame = self.frame.iloc[places] if isinstance(places, slice) else self.frame.take(places)
        return Rows(
            frame.reset_index(drop=True), files, sources, numbers, self.headers,
            {column: mask[places] for column, mask in self.unreadable.items()},
            [one for one in problems if one[1].any()], self.keyless,
        )  # fmt: skip

    def finding(
        self, code: str, severity: Severity, message: str, remedy: str, mask: Mask, column: str | None = None
    ) -> Fault:
        """Return a finding about the rows of a mask: their number, the first one's file and the first lines there."""
        file, lines = self._place(mask)
        header, position = self.headers.get(column or "", (column, None))
        return Fault(
            code, severity, message, remedy, file, lines[0] if lines else None, header, position,
            count=int(mask.sum()), lines=lines,
        )  # fmt: skip

    def same_in_file(self, mask: Mask) -> Mask:
        """Return which rows of a mask repeat another one in every cell of the file, unread columns included."""
        found = np.zeros(len(self.frame), dtype=bool)
        parts = []
        for number, file in enumerate(self.files):
            rows = np.flatnonzero(mask & (self.sources == number))
            if len(rows) and file.table is not None:
                parts.append(file.table.take(self.numbers[rows]).to_pandas().set_index(rows))
        cells = pd.concat(parts)
        found[cells.index[cells.duplicated()]] = True
        return found

    def _place(self, mask: Mask) -> tuple[str, tuple[int, ...]]:
        rows = np.flatnonzero(mask)
        if not len(rows):
            return (self.files[0].name if self.files else ""), ()
        source = self.sources[rows[0]]
        same = rows[self.sources[rows] == source][:FIRST_LINES]
        file = self.files[source]
        return file.name, tuple(file.line_of(int(self.numbers[row])) for row in same)
