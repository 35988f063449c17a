"""A project on disk: its settings, comparators and population, read once with all their faults.

Nothing of the extracts is read here, and conditions are checked by `carereport.measures`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from carereport.faults import ConfigurationError, Fault
from carereport.quarters import month_end
from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings, Indicator, IndicatorSettings
from carereport.yaml_reader import Path as YamlPath
from carereport.yaml_reader import YamlFile, read_yaml

EXTRACTS, INDICATORS, REPORT = "config/extracts.yaml", "config/indicators.yaml", "config/report.yaml"
POPULATION, BENCHMARKS = "config/population.csv", "config/benchmarks"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class PopulationRow:
    """A mid-year population estimate."""

    area: str
    year: int
    group: str
    value: float
    source: str


@dataclass(frozen=True)
class PublishedFigure:
    """A published comparator. `end` is the last day of its period, `decimals` as published."""

    indicator: str
    area: str
    period: str
    end: date
    value: float
    unit: str
    statistic: str
    source: str
    decimals: int
    denominator: float | None = None
    """The base of a percentage or rate, where it is published (an optional column)."""


@dataclass(frozen=True)
class Project:
    """Everything that config/ says."""

    root: Path
    extracts: ExtractSettings
    indicators: dict[str, Indicator]
    report: ReportSettings
    population: tuple[PopulationRow, ...] = ()
    benchmarks: Mapping[str, tuple[PublishedFigure, ...]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    files: Mapping[str, YamlFile] = field(default_factory=dict)

    def locate(self, file: str, path: YamlPath, key: bool = False) -> tuple[int, int, str]:
        """Return line, position and text of a YAML value, or of its key."""
        found = self.files.get(file)
        return found.locate(path, key) if found else (1, 1, "")

    @property
    def area(self) -> str:
        return self.report.council.area

    @property
    def neighbours(self) -> list[str]:
        return self.report.council.neighbours


def load_project(root: Path) -> Project:
    """Read a project's settings.

    Raises:
        ConfigurationError: with every fault found, in the order of the files.
    """
    project, faults = read_settings(root)
    if project is None or any(fault.severity == "error" for fault in faults):
        raise ConfigurationError(faults)
    return project


def read_settings(root: Path) -> tuple[Project | None, list[Fault]]:
    """Return a project as far as its settings can be read, and everything wrong with them.

    The project is None where extracts.yaml cannot be used; without usable indicators it has none, so
    that the extracts can be checked all the same.
    """
    faults: list[Fault] = []
    files: dict[str, YamlFile] = {}
    extracts = _read(root, EXTRACTS, ExtractSettings, files, faults, required=True)
    indicators = _read(root, INDICATORS, IndicatorSettings, files, faults, required=True)
    report = _read(root, REPORT, ReportSettings, files, faults, required=False)
    population = _population(root, faults)
    known = indicators.indicators if indicators else {}
    benchmarks = _benchmarks(root, known, files.get(INDICATORS), faults) if indicators else {}
    if indicators and report:
        faults.extend(_unknown_names(known, report, files))
    if extracts is None:
        return None, faults
    held = Project(
        root, extracts, dict(known), report or ReportSettings(), population, benchmarks, tuple(faults), files
    )
    return held, faults


def shown_folder(root: Path, data: Path) -> str:
    """Return the data folder relative to the project; one outside it by its name alone."""
    try:
        return data.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return data.name


def data_folder(root: Path, given: Path | None) -> Path:
    """Return the folder of extracts: the one given, else data/, else sample_data/."""
    if given is not None:
        return given
    return root / "data" if (root / "data").is_dir() else root / "sample_data"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return 'did you mean …?' for the nearest known name, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


def number_in(text: str) -> float:
    """Return the number a plain text holds: digits, a sign, a point.

    Raises:
        ValueError: the text is anything else ('nan', '1_000' and '1,000' included).
    """
    if not re.fullmatch(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", text.strip(), re.ASCII):
        raise ValueError("the value is not a number")
    return float(text)


def period_end(text: str) -> date:
    """Return the last day of a comparator's period: 2024/25, 2025, 2025-03 or 2025-03-31.

    Raises:
        ValueError: the text is none of these.
    """
    text = text.strip()
    if re.fullmatch(r"\d{4}/\d{2}", text):
        if (int(text[:4]) + 1) % 100 != int(text[5:]):
            raise ValueError(f"the financial year {text} does not exist")
        return date(int(text[:4]) + 1, 3, 31)
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 12, 31)
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return month_end(date(int(text[:4]), int(text[5:]), 1))
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("the period cannot be read: write 2024/25, 2025, 2025-03 or 2025-03-31") from None


def _read(
    root: Path, name: str, model: type[M], files: dict[str, YamlFile], faults: list[Fault], *, required: bool
) -> M | None:
    path = root / name
    if not path.is_file():
        if required:
            faults.append(
                Fault("CF010", "error", "the file is missing", "carereport init writes one to start from", name)
            )
        else:
            faults.append(Fault("CF011", "note", "the file is missing; defaults are used", file=name))
        return None
    found = files[name] = read_yaml(path, name)
    faults.extend(found.faults)
    if found.faults and found.value is None:
        return None
    value = {} if found.value is None else found.value
    if not isinstance(value, dict):
        faults.append(found.fault("CF012", (), "a list or text where settings (key: value) are expected"))
        return None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults.extend(_model_faults(error, model, found))
        return None


_EXPECTED = {
    "string_type": ("CF016", "a text is expected"),
    "float_type": ("CF017", "a number is expected"),
    "int_type": ("CF017", "a whole number is expected"),
    "int_from_float": ("CF017", "a whole number is expected"),
    "bool_type": ("CF017", "true or false is expected"),
    "list_type": ("CF017", "a list is expected"),
    "tuple_type": ("CF017", "a list of two is expected, as [start, end]"),
    "dict_type": ("CF017", "settings (key: value) are expected"),
    "model_type": ("CF017", "settings (key: value) are expected"),
    "string_too_long": ("CF017", "a shorter text is expected"),
    "string_too_short": ("CF017", "a longer text is expected"),
}


def _model_faults(error: ValidationError, model: type[BaseModel], found: YamlFile) -> list[Fault]:
    """Turn pydantic's errors into faults at their place in the file."""
    faults = []
    for item in error.errors():
        path = _yaml_path(item["loc"], found)
        kind, message = item["type"], str(item["msg"]).removeprefix("Value error, ")
        given = item.get("input")
        if kind == "extra_forbidden":
            key = str(path[-1]) if path else ""
            known = _known_keys(model, path[:-1])
            faults.append(
                found.fault("CF013", path, f"unknown key '{key}'", suggestion(key, known) or _listed(known), key=True)
            )
        elif kind == "missing":
            parent = path if path in found.values else path[:-1]
            last = item["loc"][-1]
            what = f"'{last}' is missing" if isinstance(last, str) else "the list is too short: [start, end] is meant"
            remedy = f"add {last}: …" if isinstance(last, str) else ""
            faults.append(found.fault("CF014", parent, what, remedy, key=bool(parent)))
        elif kind == "literal_error":
            expected = str(item.get("ctx", {}).get("expected", ""))
            words = re.findall(r"'([^']*)'", expected)
            hint = suggestion(given, words) if isinstance(given, str) else ""
            listed = ", ".join(word for word in words if word)
            faults.append(found.fault("CF015", path, f"one of {listed} is expected", hint))
        elif kind in _EXPECTED:
            code, words_ = _EXPECTED[kind]
            quotes = kind == "string_type" and isinstance(given, (bool, int, float, date))
            remedy = "put it in quotes" if quotes else "write it without quotes" if _plain(given) else ""
            faults.append(found.fault(code, path, words_, remedy))
        else:
            faults.append(found.fault("CF017", path, message[:1].lower() + message[1:]))
    unique = {(fault.line, fault.position, fault.message): fault for fault in faults}
    return list(unique.values())


def _plain(given: object) -> bool:
    """Whether a quoted text would be right without its quotes: a number, true or false."""
    return isinstance(given, str) and re.fullmatch(r"-?\d+(\.\d+)?|true|false", given) is not None


def _yaml_path(location: Sequence[str | int], found: YamlFile) -> YamlPath:
    """Drop the parts of a pydantic location that do not stand in the file (union branches, short forms)."""
    path: YamlPath = ()
    for part in location:
        longer = (*path, part)
        if longer in found.values or longer in found.keys:
            path = longer
    last = location[-1] if location else None
    if isinstance(last, str) and path and path[-1] != last and (*path, last) in found.keys:
        path = (*path, last)
    return path


def _known_keys(model: type[BaseModel], path: YamlPath) -> list[str]:
    """Return the keys allowed at a path, following the models' fields."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        fields = getattr(current, "model_fields", None)
        if fields is None:
            break
        chosen = next((f for n, f in fields.items() if part in (n, f.alias)), None)
        if chosen is None:
            continue  # the key of a mapping of models: stay
        current = _inner_model(chosen.annotation) or current
    fields = getattr(current, "model_fields", {})
    return sorted(f.alias or n for n, f in fields.items())


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None


def _listed(words: Sequence[str]) -> str:
    return f"known here: {', '.join(words)}" if words else ""


def _rows(root: Path, name: str, columns: Sequence[str], faults: list[Fault]) -> list[tuple[int, dict[str, str]]]:
    """Read a small settings table strictly; rows with their line numbers."""
    try:
        text = (root / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        faults.append(Fault("CF020", "error", "cannot be read as UTF-8 text", "save it as CSV UTF-8", name))
        return []
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in columns if column not in header]
        if missing:
            faults.append(Fault("CF021", "error", f"missing column: {', '.join(missing)}", "", name, 1))
            return []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"{len(cells)} fields where the header has {len(header)}"
                faults.append(Fault("CF022", "error", message, "", name, reader.line_num))
                continue
            rows.append((reader.line_num, dict(zip(header, (c.strip() for c in cells), strict=True))))
    except csv.Error:
        faults.append(Fault("CF023", "error", "not a well-formed CSV row", "", name, reader.line_num))
    return rows


def _population(root: Path, faults: list[Fault]) -> tuple[PopulationRow, ...]:
    if not (root / POPULATION).is_file():
        faults.append(Fault("CF024", "note", "the file is missing; no rates can be computed", file=POPULATION))
        return ()
    rows = []
    held: dict[tuple[str, int, str], float] = {}
    for line, row in _rows(root, POPULATION, ("area", "year", "group", "value", "source"), faults):
        try:
            made = PopulationRow(row["area"], int(row["year"]), row["group"], number_in(row["value"]), row["source"])
        except ValueError:
            message = "year or value is not a number"
            faults.append(Fault("CF025", "error", message, "write 90123, without commas", POPULATION, line))
            continue
        if made.value <= 0:
            message = "a population must be above 0"
            faults.append(Fault("CF025", "error", message, "leave the row out instead", POPULATION, line, "value"))
        elif held.setdefault((made.area, made.year, made.group), made.value) != made.value:
            message = "one area, year and group with two differing values"
            faults.append(Fault("CF026", "error", message, "keep the published one", POPULATION, line))
        rows.append(made)
    return tuple(rows)


def _benchmarks(
    root: Path, indicators: Mapping[str, Indicator], yaml_file: YamlFile | None, faults: list[Fault]
) -> dict[str, tuple[PublishedFigure, ...]]:
    found: dict[tuple[str, str, str], PublishedFigure] = {}
    columns = ("indicator", "area", "period", "value", "unit", "statistic", "source")
    folder = root / BENCHMARKS
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        name = f"{BENCHMARKS}/{path.name}"
        for line, row in _rows(root, name, columns, faults):
            if row["indicator"] not in indicators:
                faults.append(
                    Fault("CF031", "warning", f"unknown indicator {row['indicator']}",
                          suggestion(row["indicator"], indicators), name, line, "indicator")
                )  # fmt: skip
                continue
            try:
                figure = _published(
                    row["indicator"],
                    row["area"],
                    row["period"],
                    row["value"],
                    row["unit"],
                    row["statistic"],
                    row["source"],
                    row.get("denominator", ""),
                )
            except ValueError as error:
                faults.append(Fault("CF032", "error", f"{error}", "correct the row", name, line))
                continue
            wanted = indicators[figure.indicator].figure_unit
            if figure.unit and figure.unit != wanted:
                message = f"unit {figure.unit}, while the indicator is in {wanted}"
                faults.append(Fault("CF033", "error", message, "", name, line, "unit"))
            _add(found, figure, name, line, faults)
    for name, indicator in indicators.items():
        for number, given in enumerate(indicator.benchmarks):
            if given.file is not None:
                present = [path.name for path in sorted(folder.glob("*.csv"))] if folder.is_dir() else []
                if given.file not in present and yaml_file:
                    place = ("indicators", name, "benchmarks", number, "file")
                    remedy = suggestion(given.file, present) or _listed(present)
                    faults.append(yaml_file.fault("CF034", place, f"no file {given.file} in {BENCHMARKS}", remedy))
                continue
            path_ = ("indicators", name, "benchmarks", number)
            line, _, _ = yaml_file.locate(path_) if yaml_file else (1, 1, "")
            if given.area is None or given.value is None or given.period is None:
                if yaml_file:
                    faults.append(yaml_file.fault("CF035", path_, "a benchmark needs area, value and period, or file"))
                continue
            try:
                figure = _published(
                    name,
                    given.area,
                    given.period,
                    f"{given.value:g}",
                    indicator.figure_unit,
                    given.statistic,
                    given.source,
                )
            except ValueError as error:
                if yaml_file:
                    faults.append(yaml_file.fault("CF032", (*path_, "period"), f"{error}"))
                continue
            _add(found, figure, INDICATORS, line, faults)
    grouped: dict[str, list[PublishedFigure]] = {}
    for figure in found.values():
        grouped.setdefault(figure.indicator, []).append(figure)
    return {name: tuple(sorted(rows, key=lambda f: (f.area, f.end))) for name, rows in grouped.items()}


def _published(
    indicator: str, area: str, period: str, value: str, unit: str, statistic: str, source: str, base: str = ""
) -> PublishedFigure:
    decimals, denominator = len(value.partition(".")[2]), number_in(base) if base else None
    end = period_end(period)
    return PublishedFigure(
        indicator, area, period, end, number_in(value), unit, statistic, source, decimals, denominator
    )


def _add(
    found: dict[tuple[str, str, str], PublishedFigure],
    figure: PublishedFigure,
    file: str,
    line: int,
    faults: list[Fault],
) -> None:
    key = (figure.indicator, figure.area, figure.period)
    other = found.get(key)
    if other is not None and other.value != figure.value:
        message = f"{figure.indicator}, {figure.area}, {figure.period} is given twice with differing values"
        faults.append(Fault("CF036", "error", message, "keep the published one", file, line))
    found[key] = figure


def _unknown_names(
    indicators: Mapping[str, Indicator], report: ReportSettings, files: Mapping[str, YamlFile]
) -> list[Fault]:
    """Return warnings for cards, journey, flows, relations and pairs that name no indicator."""
    named: list[tuple[str, YamlPath, str]] = []
    named += [(REPORT, ("cards", n), card) for n, card in enumerate(report.cards)]
    named += [(REPORT, ("journey", n, "indicator"), stage.indicator) for n, stage in enumerate(report.journey)]
    named += [(REPORT, ("journey", n, "of"), stage.of) for n, stage in enumerate(report.journey) if stage.of]
    for n, flow in enumerate(report.flows):
        named += [(REPORT, ("flows", n), name) for name in (flow.stock, *flow.joined, *flow.left)]
    for n, relation in enumerate(report.relations):
        named += [(REPORT, ("relations", n), name) for name in (relation.whole, *relation.parts)]
    for n, override in enumerate(report.disclosure.publish_small):
        named.append((REPORT, ("disclosure", "publish_small", n, "indicator"), override.indicator))
    for name, indicator in indicators.items():
        named += [(INDICATORS, ("indicators", name, "pair", n), pair) for n, pair in enumerate(indicator.pair)]
    faults = []
    for file, path, name in named:
        if name not in indicators and file in files:
            line, position, text = files[file].locate(path)
            faults.append(
                Fault("CF040", "warning", f"unknown indicator {name}", suggestion(name, indicators), file, line, None,
                      position, 1, text)
            )  # fmt: skip
    return faults
