"""A project on disk: its settings, comparators and population, read once with all their faults.

Nothing of the extracts is read here, and conditions are checked by `carereport.measures`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from carereport.comparators import (
    INDICATORS,
    NEIGHBOURS,
    AreaRow,
    NeighbourRow,
    PopulationRow,
    PublishedFigure,
    read_areas,
    read_benchmarks,
    read_neighbours,
    read_population,
)
from carereport.faults import ConfigurationError, Fault, UsageError, listed, suggestion
from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings, Indicator, IndicatorSettings
from carereport.yaml_reader import Path as YamlPath
from carereport.yaml_reader import YamlFile, read_yaml

EXTRACTS, REPORT = "config/extracts.yaml", "config/report.yaml"
AREA_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""What a council's code looks like: it names folders."""

M = TypeVar("M", bound=BaseModel)


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
    areas: Mapping[str, AreaRow] = field(default_factory=dict)
    """The councils of config/areas.csv by code."""
    models: tuple[NeighbourRow, ...] = ()
    """The rows of config/neighbours.csv."""

    def locate(self, file: str, path: YamlPath, key: bool = False) -> tuple[int, int, str]:
        """Return line, position and text of a YAML value, or of its key."""
        found = self.files.get(file)
        return found.locate(path, key) if found else (1, 1, "")

    @property
    def area(self) -> str:
        return self.report.council.area

    def in_area(self, area: str, *, asked: bool = False) -> Project:
        """Return the project as that of one area: of the council named with --area, or in the extracts.

        What report.yaml says of a council is another's where one was `asked` for that is not council.area:
        its name and region then come from areas.csv, its neighbours from the model, if report.yaml names one.
        """
        if area == self.area:
            return self
        council, row = self.report.council, self.areas.get(area)
        changes: dict[str, Any] = {"area": area}
        if asked:
            changes |= {"name": row.name if row else area, "short_name": ""}
            changes["neighbours"] = [one.neighbour for one in model_of(self.models, area, council.neighbours_model)]
            changes["region"] = row.region if row else ""
        return replace(self, report=self.report.model_copy(update={"council": council.model_copy(update=changes)}))

    @property
    def neighbours(self) -> list[str]:
        return self.report.council.neighbours

    @property
    def neighbour_model(self) -> tuple[NeighbourRow, ...]:
        """The council's neighbours in the model that report.yaml names, closest first; none where it names none."""
        return model_of(self.models, self.area, self.report.council.neighbours_model)


def model_of(rows: Sequence[NeighbourRow], area: str, model: str) -> tuple[NeighbourRow, ...]:
    """Return a council's neighbours in a model, closest first."""
    held = [row for row in rows if model and (row.area, row.model) == (area, model)]
    return tuple(sorted(held, key=lambda row: row.rank))


def definitions(project: Project) -> dict[str, dict[str, Any]]:
    """Return what indicators.yaml says of each indicator, key by key, without what it leaves to its default."""
    return {
        name: indicator.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for name, indicator in project.indicators.items()
    }


def changed_keys(then: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return for each indicator the keys whose settings differ; none where it is new, and it is not named if gone."""
    return {
        name: sorted(key for key in {*then.get(name, {}), *held} if then[name].get(key) != held.get(key))
        if name in then else []
        for name, held in now.items()
        if then.get(name) != held
    }  # fmt: skip


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
    extracts = read_model(root, EXTRACTS, ExtractSettings, files, faults, required=True)
    indicators = read_model(root, INDICATORS, IndicatorSettings, files, faults, required=True)
    report = read_model(root, REPORT, ReportSettings, files, faults, required=False)
    population = read_population(root, faults)
    areas, models = read_areas(root, faults), read_neighbours(root, faults)
    if report and report.council.neighbours_model:
        report = _with_model(report, models, files[REPORT], faults)
    known = indicators.indicators if indicators else {}
    benchmarks = read_benchmarks(root, known, files.get(INDICATORS), faults) if indicators else {}
    if indicators and (report or not (root / REPORT).is_file()):  # of a file that cannot be read nothing is known
        faults.extend(_unknown_names(known, report or ReportSettings(), files))
    if extracts is None:
        return None, faults
    held = Project(
        root, extracts, dict(known), report or ReportSettings(), population, benchmarks, tuple(faults), files,
        areas, models,
    )  # fmt: skip
    return held, faults


def _with_model(
    report: ReportSettings, models: Sequence[NeighbourRow], file: YamlFile, faults: list[Fault]
) -> ReportSettings:
    """Return the settings with the neighbours of the model that they name."""
    council, path = report.council, ("council", "neighbours_model")
    held = [row.neighbour for row in model_of(models, council.area, council.neighbours_model)]
    if not held:
        known = sorted({row.model for row in models if row.area == council.area})
        message = f"{NEIGHBOURS} holds no neighbours of {council.area or 'the council'} in that model"
        others = ", ".join(sorted({row.area for row in models}))
        remedy = f"it holds those of {others}: is council.area right? " if others and not known else ""
        remedy = listed(known) if known else f"{remedy}carereport benchmarks neighbours FILE writes them"
        faults.append(file.fault("CF029", path, message, remedy))
    elif council.neighbours and council.neighbours != held:
        message = "`neighbours` and the model's differ: the model's are used"
        fault = file.fault("CF029", ("council", "neighbours"), message, "leave `neighbours` out", key=True)
        faults.append(replace(fault, severity="warning"))
    return report.model_copy(update={"council": council.model_copy(update={"neighbours": held or council.neighbours})})


def shown_folder(root: Path, data: Path) -> str:
    """Return the data folder relative to the project; one outside it by its name alone."""
    try:
        return data.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return data.name


def history_home(root: Path, area: str = "") -> Path:
    """Return the folder whose history/ knows what was published of a council: of one of several, its own.

    Raises:
        UsageError: the code could not name a folder.
    """
    if area and not AREA_CODE.fullmatch(area):
        message = "an area's code has letters and digits only"
        raise UsageError(Fault("CL022", "error", message, "write it as E06000016"))
    return root / "history" / area if area else root


def data_folder(root: Path, given: Path | None) -> Path:
    """Return the folder of extracts: the one given, else data/, else sample_data/."""
    if given is not None:
        return given
    return root / "data" if (root / "data").is_dir() else root / "sample_data"


def read_model(
    root: Path, name: str, model: type[M], files: dict[str, YamlFile], faults: list[Fault], *, required: bool
) -> M | None:
    """Return one YAML file of settings as its model, None where it cannot be used; its faults join `faults`."""
    path = root / name
    if not path.is_file():
        if required:
            faults.append(
                Fault("CF010", "error", "the file is missing",
                      "is this the project's folder? --project names another, carereport init starts one", name)
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
        told = {(fault.line, fault.position) for fault in found.faults}
        faults.extend(one for one in _model_faults(error, model, found) if (one.line, one.position) not in told)
        return None


REMEDY = "the reference, docs/reference/settings.md, says what may stand here"
DECIMAL = "a decimal has a point, not a comma: 85.5"
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
_BOUNDS = {
    "greater_than_equal": "at least",
    "less_than_equal": "at most",
    "greater_than": "more than",
    "less_than": "less than",
}


def _model_faults(error: ValidationError, model: type[BaseModel], found: YamlFile) -> list[Fault]:
    """Turn pydantic's errors into faults at their place in the file."""
    faults = []
    items = [(item, _yaml_path(item["loc"], found)) for item in error.errors()]
    misspelt = {(path[:-1], str(path[-1])) for item, path in items if item["type"] == "extra_forbidden" and path}
    for item, path in items:
        deeper = any(len(other) > len(path) and other[: len(path)] == path for _, other in items)
        if item["type"] == "literal_error" and deeper:
            continue  # the other form of the setting was meant, and what is wrong in it is said
        kind, message = item["type"], str(item["msg"]).removeprefix("Value error, ")
        given = item.get("input")
        if kind == "extra_forbidden":
            key = str(path[-1]) if path else ""
            known = _known_keys(model, path[:-1])
            remedy = DECIMAL if key.isdecimal() else suggestion(key, known) or listed(known)
            faults.append(found.fault("CF013", path, f"unknown key '{key}'", remedy, key=True))
        elif kind == "missing":
            parent = path if path in found.values else path[:-1]
            last = item["loc"][-1]
            if any(place == parent and suggestion(key, [str(last)]) for place, key in misspelt):
                continue  # it is there, misspelt, and that is said
            what = f"'{last}' is missing" if isinstance(last, str) else "the list is too short: [start, end] is meant"
            remedy = f"add {last}: …" if isinstance(last, str) else ""
            faults.append(found.fault("CF014", parent, what, remedy, key=bool(parent)))
        elif kind == "literal_error":
            expected = str(item.get("ctx", {}).get("expected", ""))
            words = re.findall(r"'([^']*)'", expected)
            hint = suggestion(given, words) if isinstance(given, str) else ""
            allowed = ", ".join(word for word in words if word)
            faults.append(found.fault("CF015", path, f"one of {allowed} is expected", hint))
        elif kind in _EXPECTED:
            code, words_ = _EXPECTED[kind]
            quotes = kind == "string_type" and isinstance(given, (bool, int, float, date))
            remedy = "put it in quotes" if quotes else "write it without quotes" if _plain(given) else ""
            if isinstance(given, str) and re.fullmatch(r"-?\d+(\.\d+)?\s*%", given):
                remedy = f"write the number alone: {given.rstrip('% ')}"
            if isinstance(given, str) and re.fullmatch(r"-?\d+,\d+\s*%?", given):
                remedy = DECIMAL
            faults.append(found.fault(code, path, words_, remedy or REMEDY))
        elif kind in _BOUNDS:
            bound = next(iter(item["ctx"].values()))
            faults.append(found.fault("CF017", path, f"a number of {_BOUNDS[kind]} {bound} is expected", REMEDY))
        else:
            own = bool(item["loc"]) and item["loc"][-1] == "[key]"
            if kind == "string_pattern_mismatch":
                names = "an indicator's id has letters, digits, hyphens and underscores only"
                message = names if own else "a colour such as #12436D is expected, in quotes"
            faults.append(found.fault("CF017", path, message[:1].lower() + message[1:], REMEDY, key=own))
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
        named += [(REPORT, ("flows", n, "rate"), flow.rate)] if flow.rate else []
    for n, relation in enumerate(report.relations):
        named += [(REPORT, ("relations", n), name) for name in (relation.whole, *relation.parts)]
    for n, added in enumerate(report.added_exceptions):
        named.append((REPORT, ("added_exceptions", n, "indicator"), added.indicator))
    for part, listing in (("look_ahead", report.look_ahead.indicators), ("equality", report.equality.indicators)):
        named += [(REPORT, (part, "indicators", n), one) for n, one in enumerate(listing)]
    for n, override in enumerate(report.disclosure.publish_small):
        named.append((REPORT, ("disclosure", "publish_small", n, "indicator"), override.indicator))
    for name, indicator in indicators.items():
        named += [(INDICATORS, ("indicators", name, "pair", n), pair) for n, pair in enumerate(indicator.pair)]
    faults = []
    for file, path, name in named:
        if name not in indicators and file in files:
            line, position, text = files[file].locate(path)
            near = suggestion(name, indicators) or "carereport list shows those there are"
            message = f"unknown indicator {name}"
            faults.append(Fault("CF040", "warning", message, near, file, line, None, position, 1, text))
    used = {indicator.section for indicator in indicators.values()}
    sections = [section.id for section in report.sections if section.id in used]
    for name, indicator in indicators.items():
        near = suggestion(indicator.section, sections) if indicator.section not in sections else ""
        if near:
            line, position, text = files[INDICATORS].locate(("indicators", name, "section"))
            message = f"report.yaml lists no section {indicator.section}, so it becomes one of its own"
            faults.append(Fault("CF042", "warning", message, near, INDICATORS, line, None, position, 1, text))
    for n, section in enumerate(report.sections):
        if section.id not in used and REPORT in files:
            line, position, text = files[REPORT].locate(("sections", n))
            near = suggestion(section.id, used - {listed.id for listed in report.sections})
            faults.append(
                Fault("CF041", "warning" if near else "note", f"no indicator is in section {section.id}", near, REPORT,
                      line, None, position, 1, text)
            )  # fmt: skip
    return faults
