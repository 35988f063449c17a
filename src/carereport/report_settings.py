"""What config/report.yaml may say: the council, its committee, and what the report shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from carereport.settings import Day, Model, OneOrMore, Whole, Words


def _year(value: Any) -> Any:
    """Take 2025 without quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Council(Model):
    name: str = Field(default="The council", description="As it stands on the title page.")
    short_name: str = Field(default="", description="For tables and charts: Ashcombe.")
    area: str = Field(default="", description="The authority's nine-letter code: E06000016.")
    former_areas: list[str] = Field(
        default=[], description="Codes it had before: what was published under them counts as its own."
    )
    region: str = Field(default="", description="The region, as published comparators name it.")
    neighbours: list[str] = Field(default=[], description="The statistical neighbours, by name.")
    neighbours_model: Annotated[str, BeforeValidator(_year, json_schema_input_type=int | str)] = Field(
        default="", description="The year of the model in neighbours.csv that names them instead: 2025."
    )
    neighbour_average: Literal["mean", "median"] = Field(
        default="mean", description="How the neighbours' published values are put together."
    )

    @property
    def called(self) -> str:
        """What tables, charts and titles call it: the short name, where it has one."""
        return self.short_name or self.name


class Committee(Model):
    name: str = Field(default="Scrutiny committee", description="As it stands on the title page.")
    profile: str = Field(default="leicester", description="The layout of the committee's reports.")
    meeting: Day | None = Field(default=None, description="The day of the meeting.")
    members: str = Field(default="members", description="What the report calls them: members, commissioners.")


class Officer(Model):
    role: str = Field(description="As it stands in the report: Head of Service.")
    name: str = Field(default="", description="Printed where it is given.")
    contact: str = Field(default="", description="For questions about the report.")


class PrivateReport(Model):
    """Why a report is not for publication (Local Government Act 1972, Schedule 12A)."""

    paragraphs: list[Whole] = Field(description="The paragraphs of Part 1 of Schedule 12A that apply: [1, 2].")
    reason: str = Field(description="Why they apply.")
    public_interest: str = Field(description="Why withholding outweighs publishing.")
    approved_by: str = Field(description="The role that decided.")


VERBS = ("note", "comment", "consider", "identify", "identifie", "request", "endorse", "scrutinise")
"""How a recommendation to scrutiny may begin, with or without an s; policy is approved elsewhere."""


class Cover(Model):
    """What the committee's own template asks for, besides figures and officers' advice."""

    subject: str = Field(default="", description="The title of the cover report; the report's own where empty.")
    wards: str = Field(default="All", description="Ward(s) affected.")
    version: str = Field(default="1", description="Report version number.")
    portfolio_holder: str = Field(default="", description="Where the template asks for one.")
    recommendations: list[str] = Field(default=[], description="Instead of the profile's own; without letters.")
    background_papers: list[str] = Field(default=[], description="Listed under background papers.")
    private: PrivateReport | None = Field(default=None, description="Only where the report is not for publication.")
    key_decision: bool = Field(default=False, description="true where the report asks for a key decision.")

    @field_validator("recommendations")
    @classmethod
    def _begin_with_a_verb_of_scrutiny(cls, value: list[str]) -> list[str]:
        for text in value:
            first = text.split(" ")[0].lower()
            if first not in VERBS and first.removesuffix("s") not in VERBS:
                raise ValueError("a recommendation to scrutiny begins with note, comment, consider, identify, "
                                 "request or endorse")  # fmt: skip
        return value


class PublishSmall(Model):
    """A recorded decision to publish an indicator's small numbers; the report shows it."""

    indicator: str = Field(description="Whose small numbers are published.")
    reason: Words = Field(description="Why; the report prints it.")
    approved_by: Words = Field(description="The role that decided.")
    date: Day = Field(description="The day of the decision.")


class Disclosure(Model):
    policy: Literal["dfe", "round5", "midpoint6"] = Field(
        default="dfe", description="dfe hides 1 to 5 and what gives them away; the others round."
    )
    publish_small: list[PublishSmall] = Field(default=[], description="Recorded decisions to publish small numbers.")


class Relation(Model):
    """A sum between indicators, from which a hidden number could be worked out."""

    whole: str = Field(description="The indicator that is the sum.")
    parts: list[str] = Field(min_length=1, description="The indicators that add up to it.")

    @model_validator(mode="after")
    def _sum_of_others(self) -> Relation:
        if self.whole in self.parts or len(set(self.parts)) < len(self.parts):
            raise ValueError("a sum is made of other indicators, each named once")
        return self


class Flow(Model):
    """A flow account: start + joined - left = end."""

    name: str = Field(description="The account's heading.")
    stock: str = Field(description="The indicator counted at start and end.")
    joined: OneOrMore = Field(description="The indicators that count who joined.")
    left: OneOrMore = Field(description="The indicators that count who left.")
    rate: str | None = Field(
        default=None, description="The stock's rate, drawn year by year beside England's and the neighbours'."
    )


class JourneyStage(Model):
    """A stage of the child's journey."""

    indicator: str = Field(description="The indicator that counts the stage.")
    name: str = Field(default="", description="The stage's name; else the indicator's.")
    of: str | None = Field(default=None, description="The stage it is a share of.")


class Section(Model):
    id: str = Field(description="The section, as indicators name it.")
    name: str = Field(default="", description="Its heading.")


def _sections(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    rows: list[Any] = []
    for item in value:
        if isinstance(item, str):
            rows.append({"id": item})
        elif isinstance(item, dict) and len(item) == 1 and "id" not in item:
            ((key, name),) = item.items()
            rows.append({"id": key, "name": name})
        else:
            rows.append(item)
    return rows


class AddedException(Model):
    """An exception that officers add; the rule's own are never removed."""

    indicator: str = Field(description="The indicator that gets a page.")
    reason: str = Field(min_length=1, description="Why, as the report prints it.")
    approved_by: str = Field(min_length=1, description="Who approved it.")


class Equality(Model):
    """Which measures the equality view splits, by what, and how codes are put together.

    Groups of population.csv named as a group here, or as its label, give the share of all children beside them.
    """

    indicators: list[str] = Field(default=[], max_length=4, description="Counts with breakdowns, four at most.")
    breakdowns: list[str] = Field(default=["age_band", "gender", "ethnicity", "disability"], description="In order.")
    groups: dict[str, dict[str, list[str]]] = Field(
        default={}, description="Codes added up to a group, by breakdown: {ethnicity: {Mixed: [MWBC, MWBA]}}."
    )

    @field_validator("groups")
    @classmethod
    def _once(cls, groups: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
        for breakdown, named in groups.items():
            codes = Counter(code for held in named.values() for code in held)
            twice = ", ".join(code for code, times in codes.items() if times > 1)
            if twice:
                raise ValueError(f"a code stands in two groups of {breakdown}: {twice}")
        return groups


class LookAheadSettings(Model):
    """Which measures are projected into the next quarter; none unless they are named here."""

    indicators: list[str] = Field(
        default=[], max_length=8, description="Counted stocks and flows; an interval is shown where its record holds."
    )


class Fonts(Model):
    """The council's own fonts, as files in the project; they are embedded in the PDF and the web page."""

    text: str = Field(description="The .otf or .ttf file of the text, as config/fonts/Name-Regular.otf.")
    bold: str = Field(description="Of headings and labels.")
    display: str | None = Field(default=None, description="Of titles and large numbers; that of `bold` without it.")


class Branding(Model):
    """The council's colour, logo and fonts. Meaning keeps its own colours: blue, orange, and those of the status."""

    colour: str = Field(default="#12436D", pattern=r"^#[0-9A-Fa-f]{6}$", description="The report's colour, as #12436D.")
    logo: str | None = Field(default=None, description="A PNG or SVG file in the project, as config/logo.svg.")
    logo_text: str | None = Field(default=None, description="What the logo says; the council's name without it.")
    fonts: Fonts | None = Field(default=None, description="Files of the council's own fonts.")


def schedule_paragraphs(paragraphs: Sequence[int]) -> str:
    """Name paragraphs of the law's list of exempt matter: 'paragraphs 1 and 2 of Part 1 of Schedule 12A'."""
    numbers = [str(number) for number in sorted(set(paragraphs))]
    listed = " and ".join([", ".join(numbers[:-1]), numbers[-1]] if len(numbers) > 1 else numbers)
    return f"paragraph{'s' if len(numbers) > 1 else ''} {listed} of Part 1 of Schedule 12A"


class ExemptPaper(Model):
    """The decision that a paper with small numbers goes to members and not to the public."""

    paragraphs: list[Annotated[Whole, Field(ge=1, le=7)]] = Field(
        min_length=1, description="The paragraphs of Part 1 of Schedule 12A that apply: [1, 2]."
    )
    reason: str = Field(min_length=1, description="Why they apply.")
    public_interest: str = Field(min_length=1, description="Why withholding outweighs publishing.")
    approved_by: str = Field(min_length=1, description="The role of the officer who decided.")
    date: Day = Field(description="The day of the decision.")

    @property
    def heading(self) -> str:
        """What stands on every page (Local Government Act 1972, Schedule 12A)."""
        return f"NOT FOR PUBLICATION - exempt under {schedule_paragraphs(self.paragraphs)}"

    @staticmethod
    def file_name(name: str, quarter: str) -> str:
        """Return what a file of the exempt paper is called, so that it cannot be taken for the public one."""
        stem, dot, ending = name.rpartition(".")
        return f"{stem}_EXEMPT_{quarter}{dot}{ending}"


class ReportSettings(Model):
    """config/report.yaml"""

    council: Council = Field(default=Council(), description="Whose report this is.")
    committee: Committee = Field(default=Committee(), description="Who reads it, and when.")
    service: str = Field(default="Children's social care", description="In the footer of each page.")
    title: str = Field(default="", description="The report's title; else one is made of service and quarter.")
    director: Officer | None = Field(default=None, description="Who answers for the report.")
    author: Officer | None = Field(default=None, description="Who wrote it.")
    disclosure: Disclosure = Field(default=Disclosure(), description="How small numbers are protected.")
    exempt: ExemptPaper | None = Field(
        default=None, description="An exempt paper for members, built with --audience both into a folder of its own."
    )
    cover: Cover = Field(default=Cover(), description="The cover report, in the committee's own template.")
    closure_days: list[Day] = Field(
        default=[], description="Days on which the council is closed, besides England's bank holidays."
    )
    sections: Annotated[
        list[Section], BeforeValidator(_sections, json_schema_input_type=list[str | Section | dict[str, str]])
    ] = Field(default=[], description="The scorecard's sections in order; others are appended.")
    relations: list[Relation] = Field(default=[], description="Sums between indicators, for disclosure.")
    flows: list[Flow] = Field(default=[], description="Flow accounts: who joined and who left.")
    journey: list[JourneyStage] = Field(default=[], description="The child's journey, stage by stage.")
    cards: list[str] = Field(default=[], description="The indicators on the first page, 8 at most.")
    added_exceptions: list[AddedException] = Field(
        default=[], description="Exception pages that officers add to those the rule chooses, with their reason."
    )
    exceptions: Whole = Field(default=6, ge=0, le=6, description="At most this many exception pages.")
    shown: dict[Literal["risks", "actions", "maturity"], str] = Field(
        default={}, description="Tables whose rows are shown: {risks: risk_register}; never one of children."
    )
    equality: Equality = Field(default=Equality(), description="The equality view.")
    look_ahead: LookAheadSettings = Field(
        default=LookAheadSettings(), description="Intervals for the next quarter; needs carereport[lookahead]."
    )
    labels: dict[str, dict[str, str]] = Field(
        default={}, description="Plain words for codes, by breakdown: {ethnicity: {WBRI: White British}}."
    )
    orders: dict[str, list[str]] = Field(default={}, description="The order of codes in tables, by breakdown.")
    branding: Branding = Field(default=Branding(), description="How the council's reports look.")

    @field_validator("cards")
    @classmethod
    def _at_most_eight(cls, value: list[str]) -> list[str]:
        if len(value) > 8:
            raise ValueError("at most 8 cards fit the first page; move the rest to the scorecard")
        if len(set(value)) < len(value):
            raise ValueError("an indicator stands twice among the cards")
        return value
