"""The commands around judgement: backtest, benchmarks import."""

from __future__ import annotations

from pathlib import Path

import click

from carereport.cli.console import guarded
from carereport.cli.options import (
    audience_option,
    data_option,
    examples,
    extracted_option,
    project_option,
    quarter_option,
    read_day,
    read_quarter,
)


@click.command(
    epilog=examples("carereport backtest --quarter Q2-2025", "carereport backtest --quarter latest --audience internal")
)
@quarter_option
@project_option
@data_option
@extracted_option
@audience_option
@guarded
def backtest(quarter: str | None, root: Path, data: Path | None, extracted: str | None, audience: str) -> None:
    """Replay the early-warning rule over the past: precision, recall, lead time and base rate of each theme."""
    from carereport.inspect import judged
    from carereport.judgement.early_warning import RULE, replay
    from carereport.project import load_project
    from carereport.wording.records import record_lines

    when, project = read_quarter(quarter), load_project(root)
    findings = judged(project, when, data, audience, read_day(extracted))
    records = replay(findings, project, when.end)
    if not records:
        click.echo("no theme has two indicators: name a `theme` in indicators.yaml to have one")
        return
    for record in records:
        for line in record_lines(record):
            click.echo(line)
    click.echo(f"\n{RULE}", err=True)


COMMANDS = (backtest,)
