"""A committee's own report template: its headings in their order, read from YAML; nothing is written here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from carereport.faults import ConfigurationError, Fault, suggestion
from carereport.project import REPORT, Project, read_model
from carereport.settings import Model

OWN = "config/profiles"
"""Where a project keeps a profile of its own; it comes before carereport's of the same name."""
PACKED = Path(__file__).parent / "profiles"

FrontField = Literal[
    "committee", "meeting", "director", "author", "contact", "wards", "subject", "portfolio_holder", "release",
    "version",
]  # fmt: skip


def _text(value: object) -> object:
    """Accept 4 and 4.1 as well as "4.1"."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


class Line(Model):
    """A line above the first heading."""

    label: str = Field(description="Fixed text: Date of meeting.")
    field: FrontField = Field(description="What stands beside it.")


class Part(Model):
    """A heading of the template, and where the words under it come from."""

    id: str = Field(description="summary, recommendations, detail, implications_legal and so on.")
    heading: str = Field(description="Fixed text: generated words go under it, never into it.")
    numbering: Annotated[str, BeforeValidator(_text)] = Field(default="", description='Such as "4.1"; none if empty.')
    required: bool = Field(default=False, description="true: a final report is refused without it.")
    source: Literal["", "config", "generated", "officer"] = Field(default="", description="Empty: a heading alone.")
    text: str = Field(default="", description="Fixed words under the heading; of `private`, those of a public report.")


class Profile(Model):
    """A council's report template."""

    council: str = Field(description="Whose template it is.")
    front: list[Line] = Field(description="The lines above the first heading.")
    asked: str = Field(description="The words before the recommendations.")
    recommendations: list[str] = Field(description="With {service}, {period} and {concerns} as slots.")
    parts: list[Part] = Field(description="The headings in their order.")


def known_profiles(root: Path) -> list[str]:
    """Return the names of the profiles that a project may use."""
    return sorted({path.stem for folder in (root / OWN, PACKED) for path in folder.glob("*.yaml")})


def read_profile(project: Project) -> Profile:
    """Return the profile that report.yaml names.

    Raises:
        ConfigurationError: there is no such profile, or it cannot be read.
    """
    name, faults = project.report.committee.profile, list[Fault]()
    folder = next((held for held in (project.root / OWN, PACKED) if (held / f"{name}.yaml").is_file()), None)
    if folder is None or Path(name).name != name:
        known = known_profiles(project.root)
        line, position, text = project.locate(REPORT, ("committee", "profile"))
        hint = suggestion(name, known) or f"known: {', '.join(known)}"
        fault = Fault("CV001", "error", "there is no such profile", hint, REPORT, line, None, position, 1, text)
        raise ConfigurationError(fault)
    root, shown = (project.root, f"{OWN}/{name}.yaml") if folder != PACKED else (PACKED, f"{name}.yaml")
    profile = read_model(root, shown, Profile, {}, faults, required=True)
    if profile is None:
        raise ConfigurationError(faults)
    return profile
