"""Judgements kept by what they were made of, so that a second judging makes only what is new: for the preview.

A key holds all that the judgement reads, so that two of one key cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 1_000
"""Judgements kept; the oldest go first."""


class Remembered:
    """Results by key, held by one process and never written."""

    def __init__(self) -> None:
        self._held: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made for the key, or make it."""
        found: T = self._held.pop(key) if key in self._held else make()
        self._held[key] = found
        if len(self._held) > MOST:
            del self._held[next(iter(self._held))]
        return found
