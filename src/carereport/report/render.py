"""Templates become one self-contained HTML page; what they print is decided in `carereport.report.context`."""

from __future__ import annotations

import base64
import mimetypes
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import jinja2.meta
import jinja2.nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from carereport.commentary import Commentary
from carereport.faults import ConfigurationError, Fault, suggestion
from carereport.figures import Finding
from carereport.packed import packed_folder
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.report.branding import STYLE_COLOUR, STYLE_FONTS, Look
from carereport.report.context import ReportContext, missing_officer_text, report_context
from carereport.report.pages.material import Material
from carereport.report.screen import content_policy, inline_script, with_scrolling_tables

if TYPE_CHECKING:
    from carereport.disclosure import Disclosed
    from carereport.extracts import SetAside

MAIN, COVER, STYLE, SCRIPT = "report.html.j2", "cover.html.j2", "report.css", "report.js"
_HALF = re.compile(r"\}\}|%\}")
_REMOTE = re.compile(
    r"""(?:\bsrc(?:set)?\s*=\s*|url\(\s*|@import\s+|<link\b[^>]*\bhref\s*=\s*|\bdata\s*=\s*)["']?\s*(?:https?:|ftp:|file:|//)""",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"""<(?:img|image)\b[^>]*?\b(?:src|href)\s*=\s*["'](?!data:|\{|https?:|file:|ftp:|//)""", re.IGNORECASE
)
_URL = re.compile(r"""url\(\s*["']?(?!data:)([^"')]+)["']?\s*\)""")


def render_report(
    findings: tuple[Finding, ...],
    disclosed: Disclosed,
    project: Project,
    quarter: Quarter,
    *,
    audience: str = "public",
    final: bool = False,
    as_at: date | None = None,
    faults: tuple[Fault, ...] = (),
    set_aside: tuple[SetAside, ...] = (),
    commentary: Mapping[str, Commentary] | None = None,
) -> str:
    """Return the report as one HTML page with its fonts, styles and charts inside.

    Raises:
        ConfigurationError: a template is wrong (its file and line are named), or officer text is
            missing from a final report.
    """
    material = Material(
        findings, disclosed, project, quarter, audience, not final, as_at, faults, set_aside, commentary or {}
    )
    wanted = (findings, project, quarter, material.commentary, disclosed.revisions)
    if final and (missing := missing_officer_text(*wanted)):
        raise ConfigurationError(missing)
    return render_context(report_context(material), project.root)


def render_context(context: ReportContext, root: Path) -> str:
    """Return the page of a report whose values are already made.

    Raises:
        ConfigurationError: a template is wrong (its file and line are named).
    """
    return render_template(MAIN, {"report": context}, root, context.look)


def render_template(name: str, values: Mapping[str, Any], root: Path, look: Look) -> str:
    """Return one template filled in: `style` is the style sheet, `script` the script, `policy` what may be loaded.

    Raises:
        ConfigurationError: a template is wrong (its file and line are named).
    """
    wrong = check_templates(root)
    if wrong:
        raise ConfigurationError(wrong)
    folders = template_folders(root)
    script = inline_script(_find(folders, SCRIPT).read_text(encoding="utf-8"))
    inside = {"style": Markup(_style(folders, look)), "script": Markup(script), "policy": content_policy(script)}
    return with_scrolling_tables(_rendered(folders, name, {**values, **inside}))


def template_folders(root: Path) -> list[Path]:
    """Return where templates are looked for: the project's own, then those that come with the package."""
    folders = (root.absolute() / "templates", packed_folder("templates"))
    return [folder for folder in folders if folder and folder.is_dir()]


def check_templates(root: Path) -> list[Fault]:
    """Return what is wrong with the project's templates that can be told without data."""
    root = root.absolute()
    paths = [path for folder in template_folders(root) for path in sorted(folder.iterdir()) if path.is_file()]
    held = ((path, path.stat()) for path in paths)
    return list(_checked(root, tuple((path, state.st_mtime_ns, state.st_size) for path, state in held)))


def style_of(root: Path, look: Look) -> str:
    """Return the report's style sheet with all that it names inside it.

    Raises:
        ConfigurationError: it names a file that is not there.
    """
    return _style(template_folders(root), look)


def compile_templates(root: Path) -> None:
    """Read every template ahead, so that none has to be when the report is made."""
    folders = template_folders(root)
    for name in {path.name for folder in folders for path in folder.glob("*.j2")}:
        _environment(tuple(folders)).get_template(name)


@lru_cache(maxsize=4)
def _checked(root: Path, stamps: tuple[tuple[Path, int, int], ...]) -> tuple[Fault, ...]:
    """Check the templates, once for each state of their files."""
    faults: list[Fault] = []
    known = _names_given(root)
    for path in (path for kind in ("j2", "css", "js") for path in sorted((root / "templates").glob(f"*.{kind}"))):
        name = f"templates/{path.name}"
        if not path.resolve().is_relative_to((root / "templates").resolve()):
            message, remedy = "is a link to a file outside templates/", "copy the file itself into templates/"
            faults.append(Fault("TP004", "error", message, remedy, name, 1))
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            faults.append(Fault("TP001", "error", "cannot be read as UTF-8 text", "save it as UTF-8", name, 1))
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            found = _REMOTE.search(line)
            if found:
                faults.append(
                    Fault("TP004", "error", "refers to something outside the report, which is never fetched",
                          "put the file into templates/ and name it without http", name, number,
                          position=found.start() + 1, text=line)
                )  # fmt: skip
            if path.suffix == ".j2" and (picture := _PICTURE.search(line)):
                faults.append(
                    Fault("TP008", "error", "names a picture's file, which would not be in the report",
                          "name it in report.yaml as branding: logo, or in report.css by url(…)", name, number,
                          position=picture.start() + 1, text=line)
                )  # fmt: skip
        if path.suffix == ".j2":
            try:
                tree = _environment(()).parse(text)
                faults += [*_unknown_names(text, name, known), *_private_parts(tree, text, name)]
                faults += _half_marks(tree, text, name)
            except jinja2.TemplateSyntaxError as error:
                faults.append(
                    _fault("TP002", f"cannot be read as a template: {error.message}", name, error.lineno, text)
                )
    return tuple(faults)


def _names_given(root: Path) -> frozenset[str]:
    """Return the names a template may use: those of carereport's own templates, and what the project's set."""
    known = {"report", "cover", "style", "script", "policy"}
    packed = packed_folder("templates")
    for folder in template_folders(root):
        for path in sorted(folder.glob("*.j2")):
            try:
                names = _names_in(path.read_text(encoding="utf-8"))
            except (jinja2.TemplateSyntaxError, UnicodeDecodeError):
                continue  # reported where the template itself is checked
            known |= names.own
            if folder == packed:
                known |= set(names.wanted)
    return frozenset(known)


@dataclass(frozen=True)
class _Names:
    """The names that a template makes itself, and those that it must be given, each with its first line."""

    own: frozenset[str]
    wanted: Mapping[str, int]


@lru_cache(maxsize=64)
def _names_in(text: str) -> _Names:
    """Return the names in a template's text; of one text, once.

    Raises:
        TemplateSyntaxError: it cannot be read as a template.
    """
    environment = _environment(())
    tree = environment.parse(text)
    nodes = list(tree.find_all(jinja2.nodes.Name))
    tracking = jinja2.meta.TrackingCodeGenerator(environment)  # as find_undeclared_variables does,
    tracking.optimizer = None  # which would work out every constant expression
    tracking.visit(tree)
    wanted = tracking.undeclared_identifiers
    lines = {name: next((node.lineno for node in nodes if node.name == name), 1) for name in sorted(wanted)}
    return _Names(frozenset(node.name for node in nodes if node.ctx in ("store", "param")), lines)


def _unknown_names(text: str, file: str, known: frozenset[str]) -> list[Fault]:
    found = []
    for name, line in _names_in(text).wanted.items():
        if name in known:
            continue
        fault = _fault("TP003", f"'{name}' is undefined", file, line, text)
        found.append(replace(fault, help=suggestion(name, known) or fault.help))
    return found


def _half_marks(tree: jinja2.nodes.Template, text: str, file: str) -> list[Fault]:
    """Return a warning for each }} or %} whose beginning lacks a brace, so that it would be printed."""
    found = []
    for data in tree.find_all(jinja2.nodes.TemplateData):
        mark = _HALF.search(data.data)
        if mark and "<style" not in data.data and "<script" not in data.data:  # these may end so
            line = data.lineno + data.data.count("\n", 0, mark.start())
            fault = _fault("TP007", f"{mark[0]} ends what does not begin, and would be printed", file, line, text)
            found.append(replace(fault, severity="warning", help="write two braces before it: {{ name }}, {% if … %}"))
    return found


def _private_parts(tree: jinja2.nodes.Template, text: str, file: str) -> list[Fault]:
    """Return an error for each attribute that templates may not ask for; the sandbox refuses it as well."""
    asked = [(node.attr, node.lineno) for node in tree.find_all(jinja2.nodes.Getattr)]
    asked += [(str(node.arg.value), node.lineno) for node in tree.find_all(jinja2.nodes.Getitem)
              if isinstance(node.arg, jinja2.nodes.Const)]  # fmt: skip
    return [_fault("TP003", f"'{name}' is not for templates", file, line, text)
            for name, line in dict.fromkeys(asked) if name.startswith("_")]  # fmt: skip


@cache
def _environment(folders: tuple[Path, ...]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,
        finalize=_at_run_time,
    )
    environment.filters["tied"] = tied
    return environment


@jinja2.pass_context
def _at_run_time(context: jinja2.runtime.Context, value: object) -> object:
    """Return a value as it is.

    As it asks for the context, no expression is worked out while a template is only looked at, where nothing bounds it.
    """
    return value


def tied(text: str) -> str:
    """Return a title whose last words stay together, so that none stands alone on a line."""
    words = text.split(" ")
    if len(words) < 4:
        return text
    last = 3 if len(words[-1]) + len(words[-2]) < 9 else 2
    return " ".join([*words[:-last], "\u00a0".join(words[-last:])])


def _rendered(folders: list[Path], main: str, values: Mapping[str, Any]) -> str:
    try:
        return _environment(tuple(folders)).get_template(main).render(values)
    except jinja2.TemplateSyntaxError as error:
        name = f"templates/{Path(error.filename or error.name or main).name}"
        fault = _fault(
            "TP002", f"cannot be read as a template: {error.message}", name, error.lineno, error.source or ""
        )
        raise ConfigurationError(fault) from error
    except jinja2.TemplateNotFound as error:
        raise ConfigurationError(
            Fault("TP003", "error", f"the template {error.name} is missing",
                  "put it back, or delete templates/ to use those that come with carereport",
                  f"templates/{Path(str(error.name)).name}")
        ) from error  # fmt: skip
    except MemoryError:
        raise
    except Exception as error:
        place = _place_of(error, folders)
        if place is None:
            raise
        path, line = place
        text = path.read_text(encoding="utf-8", errors="replace")
        raise ConfigurationError(_fault("TP003", f"{error}", f"templates/{path.name}", line, text)) from error


def _place_of(error: Exception, folders: list[Path]) -> tuple[Path, int] | None:
    """Return the innermost template line an error passed through, None where it is no template's."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).parent in folders]
    return (Path(inside[-1].filename), inside[-1].lineno or 1) if inside else None


def _fault(code: str, message: str, name: str, line: int | None, text: str) -> Fault:
    lines = text.splitlines()
    number = line or 1
    shown = lines[number - 1] if 0 < number <= len(lines) else ""
    named = re.search(r"'([^']+)'", message)
    found = re.search(rf"(?<!\w){re.escape(named[1])}(?!\w)", shown) if named else None
    position = found.start() + 1 if found else len(shown) - len(shown.lstrip()) + 1
    return Fault(code, "error", message, "correct the line, or compare it with carereport's own template",
                 name, number, position=position, text=shown)  # fmt: skip


def _find(folders: list[Path], name: str) -> Path:
    return next(folder / name for folder in folders if (folder / name).is_file())


def _style(folders: list[Path], look: Look) -> str:
    """Return the style sheet in the council's colour, with the files it names, or the council's own, inside it."""
    path = _find(folders, STYLE)
    own = {STYLE_FONTS[name]: file for name, file in look.fonts.items()}

    def inside(found: re.Match[str]) -> str:
        for folder in folders:
            file = own.get(found[1], folder / found[1]).resolve()
            if file.is_file() and (found[1] in own or folder.resolve() in file.parents):
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                kind = {".otf": "font/otf", ".woff2": "font/woff2", ".ttf": "font/ttf"}.get(file.suffix, kind)
                return f"url(data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()})"
        text = path.read_text(encoding="utf-8")
        line = text[: text.index(found[0])].count("\n") + 1
        raise ConfigurationError(
            Fault("TP005", "error", f"names the file {found[1]}, which is not in templates/",
                  "put it there, or correct the name", f"templates/{STYLE}", line)
        )  # fmt: skip

    return _URL.sub(inside, path.read_text(encoding="utf-8").replace(STYLE_COLOUR, look.colour))
