"""Ways from figures to a finished document: carereport, WeasyPrint, a notebook printed by Chromium, Typst."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.turns import Run, timed

WEASYPRINT = "WeasyPrint on the finished HTML"
FROM_FINDINGS, FROM_EXTRACTS = "carereport, PDF from findings", "carereport, PDF from extracts"
TYPST = "Typst, figures and charts given"
NOTEBOOK_OF_FIGURES = "Jupyter notebook of the figures, printed by Chromium"
NOTEBOOK_OF_EXTRACTS = "Jupyter notebook of the extracts, printed by Chromium"
"""Both draw and list every indicator's quarters; the second counts rows first. Neither judges or protects anything."""


def ways(root: Path, folder: Path) -> tuple[dict[str, Run], dict[str, str]]:
    """Return the ways that can be gone here, and why the others cannot; the sample's report is built first."""
    carereport = [sys.executable, "-m", "carereport", "build", "--project", str(root), "--quarter", "Q2-2025"]
    first = [*carereport, "--format", "html,csv", "--out", str(folder / "first")]
    subprocess.run(first, check=False, capture_output=True)
    built = folder / "first" / "Q2-2025"
    job = folder / "job"
    subprocess.run([sys.executable, "-c", _KEEP, str(root), str(folder / "kept"), str(job)], check=True)
    found: dict[str, Run] = {
        WEASYPRINT: timed([sys.executable, "-c", _WEASYPRINT, str(built / "report.html")]),
        FROM_FINDINGS: timed([sys.executable, "-c", _PAGES, str(job)]),
        FROM_EXTRACTS: timed([*carereport, "--format", "pdf", "--out", str(folder / "pdf")]),
    }
    skipped: dict[str, str] = {}
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    drawn = _DRAWN.format(figures=str(built / "figures.csv"))
    counted = _COUNTED.format(root=str(root))
    for name, cells in ((NOTEBOOK_OF_FIGURES, [drawn]), (NOTEBOOK_OF_EXTRACTS, [counted, drawn])):
        if find_spec("nbconvert") is None or find_spec("ipykernel") is None:
            skipped[name] = "nbconvert or ipykernel is not installed"
        elif chromium is None:
            skipped[name] = "Chromium is not installed"
        else:
            notebook = folder / f"{len(cells)}.ipynb"
            notebook.write_text(json.dumps(_notebook(cells)), encoding="utf-8")
            convert = [sys.executable, "-m", "nbconvert", "--execute", "--no-input", "--to", "html", str(notebook)]
            target, page = f"--print-to-pdf={notebook.with_suffix('.pdf')}", str(notebook.with_suffix(".html"))
            found[name] = timed(convert, [chromium, "--headless", "--no-sandbox", "--disable-gpu", target, page])
    if find_spec("typst") is None:
        skipped[TYPST] = "the typst package is not installed"
    else:
        source = _typst(built, folder)
        found[TYPST] = timed([sys.executable, "-c", _TYPST, str(source)])
    return found, skipped


_WEASYPRINT = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[1] + '.pdf')"
_KEEP = """
import pickle, sys
from pathlib import Path
from carereport.build import Options, run_build
from carereport.quarters import Quarter
from carereport.report.worker import Worker
root, out, kept = (Path(name) for name in sys.argv[1:])
ask = Worker.ask
def keep(worker, material, **asked):
    kept.write_bytes(pickle.dumps((material, asked)))
    ask(worker, material, **asked)
Worker.ask = keep
run_build(Options(root, Quarter(2025, 2), out=out, formats=("pdf",)))
"""
_PAGES = """
import gc, pickle, sys
from pathlib import Path
from carereport.report import worker
gc.disable()
material, asked = pickle.loads(Path(sys.argv[1]).read_bytes())
pages, pdf = worker._answers(worker._Job(material, **asked, beside=True), worker._load(None))
Path(sys.argv[1] + ".pdf").write_bytes(pdf.data)
"""
"""The findings of a build, kept once; then charts drawn, pages worded and set, and the PDF written from them."""
_TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[1] + '.pdf')"
_COUNTED = """
import pandas as pd, yaml
from pathlib import Path

root = Path({root!r})
tables, indicators = (yaml.safe_load((root / 'config' / f'{{name}}.yaml').read_text(encoding='utf-8'))[key]
                      for name, key in (('extracts', 'tables'), ('indicators', 'indicators')))
months = pd.period_range('2021-04', '2025-09', freq='M')
month_ends = pd.DataFrame({{'as_at': months.to_timestamp(how='end').normalize()}})

def read(table):
    path = next((root / 'sample_data').glob(table['files']))
    rows = pd.read_csv(path, dtype=str, encoding='utf-8-sig')
    found = {{}}
    for name, column in table['columns'].items():
        headers = [column['from']] if isinstance(column.get('from'), str) else column.get('from', [])
        header = next((one for one in headers if one in rows), None)
        if header is None:
            continue
        found[name] = rows[header].replace(column['codes']) if column.get('codes') else rows[header]
        if column['type'] == 'date':
            found[name] = pd.to_datetime(found[name], format=column['formats'][0], errors='coerce')
        if column['type'] == 'number':
            found[name] = pd.to_numeric(found[name], errors='coerce')
    return pd.DataFrame(found).assign(total='total')

def band(birth, day):
    short = birth.dt.strftime('%m%d') > day.dt.strftime('%m%d')
    years = day.dt.year - birth.dt.year - short.astype(int)
    return pd.cut(years, [-1, 0, 4, 9, 15, 17, 99]).astype(str)

frames = {{name: read(table) for name, table in tables.items() if 'files' in table}}
counts = {{}}
for name, one in indicators.items():
    rows = frames.get(one.get('from'))
    if rows is None:
        continue
    if 'open' in one:
        start, end = one['open']
        rows = rows.merge(month_ends, how='cross')
        rows = rows[(rows[start] <= rows['as_at']) & (rows[end].isna() | (rows[end] > rows['as_at']))]
    elif one.get('when') in rows:
        rows = rows.assign(as_at=rows[one['when']]).dropna(subset='as_at')
    else:
        continue
    rows = rows.assign(month=rows['as_at'].dt.to_period('M'))
    if 'birth' in rows:
        rows = rows.assign(age_band=band(rows['birth'], rows['as_at']))
    for by in ['total', *(b if isinstance(b, str) else next(iter(b)) for b in one.get('breakdowns', []))]:
        if by in rows:
            counts[name, by] = rows.groupby(['month', by]).size().unstack()
"""
"""An analyst's counting in plain pandas: rows by month and breakdown, without conditions, checks or longer periods."""
_DRAWN = """
import pandas as pd, matplotlib.pyplot as plt
figures = pd.read_csv({figures!r})
quarters = figures[(figures.period_kind == 'quarter') & (figures.breakdown == 'total')]
for name, rows in quarters.groupby('indicator', sort=False):
    rows.plot(x='period_end', y='value', title=name, figsize=(7, 2.5), legend=False)
    plt.show()
    display(rows[['period_start', 'numerator', 'denominator', 'value']].tail(8))
"""


def _notebook(sources: list[str]) -> dict[str, object]:
    """Return a notebook of some cells."""
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in sources
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4}


def _typst(built: Path, folder: Path) -> Path:
    """Write the report's charts and a table of every indicator's quarters as a Typst document."""
    import csv

    charts = re.findall(r"<svg.*?</svg>", (built / "report.html").read_text(encoding="utf-8"), re.DOTALL)
    parts = ["#set page(paper: \"a4\")\n#set text(size: 9pt)\n"]
    for number, chart in enumerate(charts):
        space = 'xmlns="http://www.w3.org/2000/svg"'
        named = chart if "xmlns=" in chart[:300] else chart.replace("<svg", f"<svg {space}", 1)
        (folder / f"{number}.svg").write_text(named, encoding="utf-8")
        parts.append(f'#image("{number}.svg", width: 50%)\n')
    with (built / "figures.csv").open(encoding="utf-8", newline="") as handle:
        every = list(csv.DictReader(handle))
    rows = [row for row in every if row["period_kind"] == "quarter" and row["breakdown"] == "total"]
    cells = ", ".join(f'"{row[name]}"' for row in rows for name in ("indicator", "period_end", "value"))
    parts.append(f"#table(columns: 3, {cells})\n")
    source = folder / "report.typ"
    source.write_text("".join(parts), encoding="utf-8")
    return source
