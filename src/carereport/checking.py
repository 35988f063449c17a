"""Everything that can be found wrong in a project without building: settings, templates, text, extracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carereport.comparators import INDICATORS
from carereport.faults import CarereportError, ConfigurationError, ExtractError, Fault, MachineError
from carereport.printing import ordered
from carereport.project import EXTRACTS, REPORT, Project, data_folder, history_home, read_settings, shown_folder
from carereport.quarters import Quarter
from carereport.report.cover_checks import form_faults, unplaced_texts
from carereport.report.shown import shown_faults
from carereport.settings import Covers, Table

if TYPE_CHECKING:
    import pandas as pd

    from carereport.commentary import Commentary
    from carereport.extracts import Extracts
    from carereport.figures import Finding

MOST_NAMES = 5
LEAST_SHARE = 0.7
"""A table with a smaller share of its earlier rows is reported."""
FEWEST_ROWS = 50
"""Smaller tables come and go."""


def check_all(
    root: Path, data: Path | None, quarter: Quarter | None, extracted: date | None = None, area: str = ""
) -> list[Fault]:
    """Return all findings of settings, templates, officer text (of a quarter) and extracts, in one run.

    Faults of the settings do not hide those of the extracts. With a quarter, every indicator is
    measured as well, unless something is in error. `area` is the council asked for, where the extracts
    hold several.

    Raises:
        UsageError: the code of the area could not be one.
    """
    project, faults = without_extracts(root, quarter, area)
    if project is not None:
        faults += extract_faults(project, data_folder(root, data), quarter, faults, extracted, area)
    return ordered(faults)


def without_extracts(root: Path, quarter: Quarter | None, area: str = "") -> tuple[Project | None, list[Fault]]:
    """Return the project and all findings but those of the extracts.

    Raises:
        UsageError: the code of the area could not be one.
    """
    history_home(root, area)  # refuses a code that is none
    from carereport.report.render import check_templates

    project, faults = _settings(root)
    faults += check_templates(root)
    if quarter is not None:
        from carereport.commentary import read_commentary

        commentary, wrong = read_commentary(root, quarter, area, project.area if project else "")
        faults += wrong
        if project is not None and not any(fault.severity == "error" for fault in faults):
            faults += [*unplaced_texts(project, quarter, commentary), *_for_sign_off(commentary)]
    return project, faults


def check_settings(root: Path) -> list[Fault]:
    """Return all findings of the settings alone, without what reads templates, officer text or extracts."""
    return ordered(_settings(root)[1])


def _settings(root: Path) -> tuple[Project | None, list[Fault]]:
    project, faults = read_settings(root)
    return project, faults if project is None else [*faults, *check_project(project)]


def check_project(project: Project) -> list[Fault]:
    """Return what is wrong in settings beyond their form: references, conditions, judgement."""
    from carereport.judgement.checks import check_judgement
    from carereport.measures.check import check_measures

    return [
        *check_measures(project), *check_judgement(project), *form_faults(project), *shown_faults(project),
        *_taken_in_future(project),
    ]  # fmt: skip


def sound(project: Project) -> Project:
    """Return a project, whose settings are sound.

    Raises:
        ConfigurationError: they are not.
    """
    faults = [*project.faults, *check_project(project)]
    if any(fault.severity == "error" for fault in faults):
        raise ConfigurationError(faults)
    return project


def _taken_in_future(project: Project) -> list[Fault]:
    """Return a warning for each day of extraction that has not come."""
    given: list[tuple[tuple[str, ...], date | None]] = [(("extracted",), project.extracts.extracted)]
    given += [(("tables", name, "extracted"), table.extracted) for name, table in project.extracts.tables.items()]
    faults = []
    for path, day in given:
        if day is not None and day > date.today():
            line, position, text = project.locate(EXTRACTS, path)
            message, remedy = "the day of extraction has not come yet", "correct it: the report prints it"
            faults.append(Fault("CF043", "warning", message, remedy, EXTRACTS, line, None, position, 1, text))
    return faults


def unfinished(faults: Iterable[Fault], taken: date | None, quarter: Quarter) -> list[Fault]:
    """Return as an error of a final report that all extracts were taken before the quarter ended."""
    held = faults if taken is not None and taken < quarter.end else ()
    remedy = "extract again, or build a draft"
    return [replace(fault, severity="error", help=remedy) for fault in held if fault.code == "EX323"]


def check_final(project: Project) -> list[Fault]:
    """Return an error for each indicator that lacks what a final report needs: definition, source, target's basis."""
    faults = []
    for name, indicator in project.indicators.items():
        lacks = [part for part in ("definition", "source") if not getattr(indicator, part)]
        if any(target.basis is None for target in indicator.target):
            lacks.append("basis of the target")
        if lacks:
            line, position, text = project.locate(INDICATORS, ("indicators", name), key=True)
            message = f"{name}: a final report needs its {' and '.join(lacks)}"
            faults.append(
                Fault("FI002", "error", message, "write it, or build a draft", INDICATORS, line, None,
                      position, 1, text)
            )  # fmt: skip
    return faults


def check_wording(
    findings: Sequence[Finding], project: Project, commentary: Mapping[str, Commentary], quarter: Quarter
) -> list[Fault]:
    """Return warnings about generated sentences, and the numbers of officer text for sign-off.

    Raises:
        CarereportError: a sentence prints a number that is no figure; nothing is written.
    """
    from carereport.wording.lint import glossary_words, lint_findings

    page = project.root / "templates" / "glossary.html.j2"
    glossary = glossary_words(page.read_text(encoding="utf-8")) if page.is_file() else ()
    faults = lint_findings(findings, project.indicators, quarter, glossary)
    if any(fault.severity == "error" for fault in faults):
        raise CarereportError(faults)
    return [*faults, *_for_sign_off(commentary)]


def _for_sign_off(commentary: Mapping[str, Commentary]) -> list[Fault]:
    from carereport.wording.lint import numbers_for_sign_off

    texts = {name: "\n".join((held.body, *held.sections.values())) for name, held in commentary.items()}
    return numbers_for_sign_off(texts)


def extract_faults(
    project: Project, data: Path, quarter: Quarter | None, known: Sequence[Fault], extracted: date | None = None,
    area: str = "",
) -> list[Fault]:  # fmt: skip
    """Return the faults of the extracts (of one council's rows), none where extracts.yaml itself is at fault."""
    from carereport.extracts import read_extracts

    if unreadable(known):
        return []
    try:
        extracts = read_extracts(project, data, quarter, extracted, area)
    except (ExtractError, MachineError) as error:
        return list(error.faults)
    faults = [*extracts.faults, *input_faults(project, data, quarter, extracts, history_home(project.root, area))]
    if quarter is not None and not any(fault.severity == "error" for fault in known):
        from carereport.judgement.checks import baseline_faults
        from carereport.measures import measure

        found = measure(project.in_area(extracts.area, asked=bool(area)), extracts, quarter)
        faults += [*found.faults, *baseline_faults(project, found.figures)]
    return faults


def unreadable(known: Sequence[Fault]) -> bool:
    """Return whether extracts.yaml itself is at fault, so that no extract can be read."""
    return any(fault.severity == "error" and fault.file == EXTRACTS for fault in known)


def input_faults(
    project: Project, data: Path, quarter: Quarter | None, extracts: Extracts, home: Path | None = None
) -> list[Fault]:
    """Return what differs from the quarter before: another council; the same files; far fewer rows.

    `home` is the folder whose history/ knows what was there before, if it is not the project.
    """
    from carereport.history import earlier_inputs

    if quarter is None:
        return []
    folder = shown_folder(project.root, data)
    faults = _other_councils(project, quarter, extracts.area, home or project.root)
    faults += _absent_columns(project, extracts, folder)
    before, files = earlier_inputs(home or project.root, quarter)
    hashes = {digest for digest, _ in files.values()}
    same = [held.path for held in extracts.inputs if held.sha256 in hashes]
    if same:
        more = ", …" if len(same) > MOST_NAMES else ""
        message = f"the same as last time ({before}): {', '.join(same[:MOST_NAMES])}{more}"
        remedy = "extract again, unless one extract serves both quarters"
        faults.append(Fault("EX325", "warning", message, remedy, _shown(same[0], folder, project), 1, count=len(same)))
    for name, table in project.extracts.tables.items():
        now = [held for held in extracts.inputs if _matches(held.path, table)]
        then = sum(count for path, (_, count) in files.items() if _matches(path, table))
        rows = sum(held.rows for held in now)
        if now and then >= FEWEST_ROWS and rows < then * LEAST_SHARE:
            message = f"table {name} has {rows / then:.0%} of the rows it had last time ({before})"
            remedy = "is the extract complete?"
            faults.append(Fault("EX326", "warning", message, remedy, _shown(now[0].path, folder, project), 1))
    return faults


def _other_councils(project: Project, quarter: Quarter, area: str, home: Path) -> list[Fault]:
    """Return what would not count as published before: other codes in this history, this one's in another."""
    from carereport.history import editions

    if not area:
        return []
    faults = []
    others = sorted({one.area for one in editions(home, quarter)} - {"", area, *project.report.council.former_areas})
    if others:
        line, position, text = project.locate(REPORT, ("council", "area"))
        message = f"history/ holds reports of {', '.join(others)}, and this one is of another council"
        remedy = (f"if the council's code has changed, add it under council: former_areas: [{', '.join(others)}]; "
                  "another council needs a project of its own, or --area")  # fmt: skip
        faults.append(Fault("DC003", "error", message, remedy, REPORT, line, None, position, 1, text))
    own = project.root / "history" / area
    elsewhere = own if home == project.root else project.root
    if any(one.area == area for one in editions(elsewhere, quarter)):
        word = "with" if elsewhere == own else "without"
        message = f"the council was built {word} --area before: what those reports published is not known here"
        faults.append(Fault("DC004", "warning", message, f"build it {word} --area", "history/history.sqlite"))
    return faults


def _absent_columns(project: Project, extracts: Extracts, folder: str) -> list[Fault]:
    """Warn of optional columns that are not in the file, and that indicators are counted by."""
    from carereport.conditions.parse import ConditionError
    from carereport.measures.columns import columns_of

    asked: dict[tuple[str, str], list[str]] = {}
    for name, indicator in project.indicators.items():
        held = extracts.tables.get(str(indicator.from_))
        try:
            needed = columns_of(indicator) & held.absent if held is not None else set()
        except ConditionError:  # said elsewhere
            continue
        for column in sorted(needed):
            asked.setdefault((str(indicator.from_), column), []).append(name)
    faults = []
    said = {fault.column for fault in extracts.faults if fault.code == "EX122"}
    for (table, column), names in asked.items():
        path = next((held.path for held in extracts.inputs if held.table == table), "")
        file = _shown(path, folder, project) if path else EXTRACTS
        more = ", …" if len(names) > MOST_NAMES else ""
        message = f"the optional column for {table}.{column} is missing: {', '.join(names[:MOST_NAMES])}{more} need it"
        remedy = "add the file's header under `from` in extracts.yaml, or extract the column"
        header = project.extracts.tables[table].columns[column].from_[0]
        if header not in said:
            faults.append(Fault("EX329", "warning", message, remedy, file, 1, header))
    return faults


def same_council(faults: list[Fault]) -> list[Fault]:
    """Return the findings of the inputs.

    Raises:
        ConfigurationError: history holds another council's reports.
    """
    wrong = [fault for fault in faults if fault.severity == "error"]
    if wrong:
        raise ConfigurationError(wrong)
    return faults


def stop_if_late(project: Project, extracts: Extracts, quarter: Quarter) -> None:
    """Refuse extracts that have not come yet: taken too early, or without the rows that each quarter had so far.

    Where no table has a row in the quarter, all are an earlier quarter's.

    Raises:
        ExtractError: with each file that is late.
    """
    tables = {held.path: held.table for held in extracts.inputs}
    days = {name: _days(project, extracts, name) for name in extracts.tables}
    held = [one for one in days.values() if one is not None]
    stale = not any(((one >= quarter.start) & (one <= quarter.end)).any() for one in held)
    late = [
        fault
        for fault in extracts.faults
        if fault.code in ("EX321", "EX323")
        or (fault.code == "EX322" and (stale or _each_quarter(days[tables[Path(fault.file).name]], quarter)))
    ]
    if late:
        remedy = "the latest quarter is built when it has come; name the quarter to build it without"
        raise ExtractError([replace(fault, severity="error", help=remedy) for fault in late])


def _days(project: Project, extracts: Extracts, name: str) -> pd.Series[Any] | None:
    """Return the days by which a table's rows stand in quarters, None where it has none."""
    table, frame = project.extracts.tables[name], extracts.tables[name].frame
    covered = table.covers.by if isinstance(table.covers, Covers) else None
    column = table.date or covered or (table.spell[0] if table.spell else "")
    return frame[column].dropna().dt.date if column in frame else None


def _each_quarter(days: pd.Series[Any] | None, quarter: Quarter) -> bool:
    """Whether a table had rows in each of the four quarters before: one that seldom has any is not late."""
    if days is None:
        return False
    return all(((days >= one.start) & (days <= one.end)).any() for one in (quarter.shift(-n) for n in range(1, 5)))


def _matches(path: str, table: Table) -> bool:
    return path == table.spark_table or any(fnmatchcase(path.casefold(), one.casefold()) for one in table.files)


def _shown(path: str, folder: str, project: Project) -> str:
    """Return the name that findings give an input: of a file with its folder, of a table of Spark alone."""
    return path if path in project.extracts.spark_tables else f"{folder}/{path}"
