"""Charts as SVG with real text, drawn by matplotlib from findings; what a chart says is worded elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Chart"]


@dataclass(frozen=True)
class Chart:
    """A drawing (an `<svg>` element), its text alternative and its printed size."""

    svg: str
    alt: str
    width_mm: float
    height_mm: float
