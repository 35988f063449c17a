"""From a council's figures to those that may be published, given its history; what to do where that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from carereport.council_facts import CouncilFacts
from carereport.disclosure import Disclosed, disclose, undisclosed
from carereport.faults import ConfigurationError, Fault
from carereport.history import Edition, earlier, editions
from carereport.project import Project
from carereport.quarters import Quarter

UNSAFE = "DC002"


def unprotected(figures: pd.DataFrame, project: Project, quarter: Quarter, home: Path) -> Disclosed:
    """Return all figures as they are, for papers that are withheld, with what was revised since publication."""
    return undisclosed(figures, project, earlier(home, quarter))


def protect(facts: CouncilFacts, project: Project, quarter: Quarter, home: Path, area: str = "") -> Disclosed:
    """Return the figures that may be published beside all that was before.

    `home` is the folder whose history/ knows what was published, `area` the council where it was asked for.

    Raises:
        ConfigurationError: a small number cannot be protected; the help names what stands in the way, and
            the commands to run next.
    """
    known = editions(home, quarter)
    try:
        return disclose(facts.figures, project, quarter, facts.within, [one.text for one in known])
    except ConfigurationError as error:
        if not any(fault.code == UNSAFE for fault in error.faults):
            raise
        remedy = _remedy(facts, project, quarter, known, area)
        raise ConfigurationError([_with(fault, remedy) for fault in error.faults]) from None


def _with(fault: Fault, remedy: str) -> Fault:
    return replace(fault, help=remedy) if fault.code == UNSAFE else fault


def _remedy(facts: CouncilFacts, project: Project, quarter: Quarter, known: Sequence[Edition], area: str) -> str:
    """Return what to do: by trying which of the earlier editions stands in the way."""

    def safe(left: Sequence[Edition]) -> bool:
        try:
            disclose(facts.figures, project, quarter, facts.within, [one.text for one in left])
        except ConfigurationError:
            return False
        return True

    def build(*quarters: Quarter) -> str:
        asked = f" --area {area}" if area else ""
        return "; ".join(f"carereport build --quarter {one.name}{asked}" for one in quarters)

    decide = "take a breakdown of the indicator out of config/indicators.yaml, or record the decision under "
    decide += f"disclosure: publish_small in config/report.yaml; then {build(quarter)}"
    if not known or not safe([]):
        return decide
    published = [one for one in known if one.frozen]
    if safe(published):
        drafts = sorted({one.quarter for one in known if not one.frozen})
        alone = [one for one in drafts if safe([held for held in known if held.frozen or held.quarter != one])]
        names = ", ".join(one.name for one in alone or drafts)
        word = "draft" if len(alone or drafts) == 1 else "drafts"
        return (
            f"the {word} of {names} in history/ never went out, but count as published: build each draft again, "
            f"earliest first, then this quarter: {build(*drafts, quarter)}"
        )
    quarters = sorted({one.quarter for one in published})
    alone = [one for one in quarters if safe([held for held in published if held.quarter != one])]
    names = ", ".join(one.name for one in alone or quarters)
    return f"what {names} published, together with this report, would tell it: {decide}"
