"""The JSON Schema of findings.json, published with every build and by `carereport schema`; it checks nothing."""

from __future__ import annotations

from typing import Any, get_args

from carereport import figures
from carereport.settings import Headline

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_TRUTH: dict[str, Any] = {"type": ["boolean", "null"]}
_PERIOD = r"^\d{4}-(0[1-9]|1[0-2]|Q[1-4])$"


def findings_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of findings.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "carereport findings.json",
        "description": "What is known of each indicator at a quarter. Numbers are unrounded, what is absent is null.",
        **_object(
            quarter={"type": "string", "pattern": r"^Q[1-4]-\d{4}$"},
            as_at={"type": ["string", "null"], "format": "date"},
            findings={"type": "array", "items": _finding()},
        ),
    }


def _finding() -> dict[str, Any]:
    found = _object(
        indicator={"type": "string"},
        area={"type": "string"},
        value={**_NUMBER, "description": "The quarter's figure; a snapshot's at its last day."},
        headline={"enum": list(get_args(Headline))},
        previous={**_NUMBER, "description": "The quarter before."},
        same_quarter_last_year=_NUMBER,
        year_to_date=_NUMBER,
        rolling_12_months=_NUMBER,
        status={"enum": list(get_args(figures.Status))},
        status_rule={"type": "string"},
        direction={"enum": list(get_args(figures.DirectionWord))},
        change={
            **_object(value=_NUMBER, lower=_NUMBER, upper=_NUMBER, clear=_TRUTH),
            "description": "On the same quarter last year, in the indicator's unit, with its 95% interval.",
        },
        spc=_object(
            chart={"enum": list(get_args(figures.ChartKind))},
            reason={"type": "string"},
            mean=_NUMBER,
            lower={**_NUMBER, "description": "The latest point's limit; null where there are too few points."},
            upper=_NUMBER,
            provisional={"type": "boolean", "description": "Limits from 12 to 19 points."},
            points={"type": "array", "items": _point()},
            variation={"enum": list(get_args(figures.Variation))},
            assurance={"enum": [*get_args(figures.Assurance), None]},
        ),
        benchmarks={
            "type": "array",
            "items": _object(
                area={"type": "string"},
                period={"type": "string"},
                value={"type": "number"},
                comparison={"enum": [*get_args(figures.Comparison), None]},
                lower={**_NUMBER, "description": "The 95% interval of our figure."},
                upper=_NUMBER,
                method={"type": "string"},
                clear={**_TRUTH, "description": "By the false discovery rate across the scorecard."},
            ),
        },
        warning={"type": ["string", "null"]},
        sentences={
            "type": "array",
            "items": _object(
                text={"type": "string"},
                rule={"type": "string"},
                figures={"type": "array", "items": {"type": "string"}},
            ),
        },
    )
    found["properties"]["look_ahead"] = _look_ahead()
    return found


def _look_ahead() -> dict[str, Any]:
    whole = {"type": ["integer", "null"]}
    day = {"type": "string", "format": "date"}
    return {
        **_object(
            start=day,
            end=day,
            months={"type": "integer", "description": "Published months in a row that it is made from."},
            lower={**whole, "description": "An 80% interval of the next quarter; null where none is shown."},
            upper=whole,
            method={"type": "string", "description": "The method with the best interval score in the back-test."},
            methods={
                "type": "array",
                "items": _object(
                    method={"type": "string"},
                    quarters={"type": "integer"},
                    inside={"type": "integer"},
                    score={"type": "number"},
                ),
            },
            reason={"enum": list(get_args(figures.NotProjected)), "description": "Why no interval is shown."},
        ),
        "description": "Only for the measures that report.yaml names under look_ahead.",
    }


def _point() -> dict[str, Any]:
    return {
        **_object(
            period={"type": "string", "pattern": _PERIOD},
            value=_NUMBER,
            lower=_NUMBER,
            upper=_NUMBER,
            special={"enum": [*get_args(figures.Special), None]},
        ),
        "description": "A gap has neither value nor label.",
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
