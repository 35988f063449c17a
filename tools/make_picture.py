"""Makes the README's picture from a built report (needs pdftoppm): ./run python -m tools.make_picture"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

ROOT = Path(__file__).parents[1]
PAGES = (1, 3, 4)
DOTS = 72
GAP = 14


def main() -> None:
    """Set some pages of a report beside each other."""
    report = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "output" / "Q2-2025" / "report.pdf"
    pages = []
    with tempfile.TemporaryDirectory() as folder:
        for number in PAGES:
            target = Path(folder) / str(number)
            options = ["-r", str(DOTS), "-png", "-singlefile", "-f", str(number), "-l", str(number)]
            subprocess.run(["pdftoppm", *options, str(report), str(target)], check=True)
            pages.append(ImageOps.expand(Image.open(target.with_suffix(".png")).convert("RGB"), 1, "#C9CED6"))
    width = sum(page.width for page in pages) + GAP * (len(pages) + 1)
    sheet = Image.new("RGB", (width, max(page.height for page in pages) + 2 * GAP), "#F3F4F6")
    left = GAP
    for page in pages:
        sheet.paste(page, (left, GAP))
        left += page.width + GAP
    target = ROOT / "docs" / "images" / "report.png"
    target.parent.mkdir(exist_ok=True)
    sheet.quantize(48, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    main()
