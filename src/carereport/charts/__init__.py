"""Charts as SVG with real text, drawn by matplotlib from findings; what a chart says is worded elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Chart", "Label"]


@dataclass(frozen=True)
class Label:
    """A text in a drawing and the box it takes, in points from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Label) -> bool:
        """Return whether two boxes overlap."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


@dataclass(frozen=True)
class Chart:
    """A drawing (an `<svg>` element), its text alternative, its printed size and the texts in it."""

    svg: str
    alt: str
    width_mm: float
    height_mm: float
    labels: tuple[Label, ...] = ()
    places: tuple[tuple[float, float | None], ...] = ()
    """Where the rows of the chart's table lie, in percent of width and height from the upper left corner;
    the height is None where a row has nothing drawn (suppressed, or a gap)."""
