"""All forms print the same strings, and what is suppressed is in none of them, nor in the files inside them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from pptx import Presentation

from carereport.disclosure import disclose
from carereport.judgement.findings import judge
from carereport.report.context import report_context
from carereport.report.figures_csv import figures_text
from carereport.report.findings_json import findings_document
from carereport.report.pages.material import Material
from carereport.report.pptx import pptx_bytes
from carereport.report.render import render_context
from carereport.report.xlsx import xlsx_bytes
from carereport.settings import IndicatorSettings
from carereport.wording.statement import write_sentences
from tests import made_up_report as made

NUMERATOR, DENOMINATOR = 3.0, 7919.0
"""Three of 7,919: suppressed, and 7919 stands nowhere else in the made-up council."""


def _material(root) -> Material:
    project = made.project(root)
    frame = made.figures(IndicatorSettings.model_validate({"indicators": made.INDICATORS}))
    secret = (frame["indicator"] == "plans_two_years") & (frame["period_kind"] != "month")
    frame.loc[secret, ["numerator", "denominator", "value", "marker"]] = (
        NUMERATOR, DENOMINATOR, 100 * NUMERATOR / DENOMINATOR, "")  # fmt: skip
    disclosed = disclose(frame, project, made.QUARTER)
    findings = tuple(
        replace(found, sentences=write_sentences(found, project.indicators[found.indicator], made.QUARTER))
        for found in judge(disclosed.figures, project, made.QUARTER)
    )
    return Material(findings, disclosed, project, made.QUARTER, "public", True, made.AS_AT, (), made.SET_ASIDE,
                    made.COMMENTARY)  # fmt: skip


@pytest.fixture(scope="module")
def forms(tmp_path_factory) -> dict[str, str]:
    """The text of every form, with all that is packed inside."""
    root = tmp_path_factory.mktemp("council")
    material = _material(root)
    context = report_context(material)
    document = findings_document(material.findings, made.QUARTER, made.AS_AT)
    return {
        "html": render_context(context, root),
        "csv": figures_text(material.disclosed.figures),
        "json": json.dumps(document),
        "xlsx": _unpacked(xlsx_bytes(material, context)),
        "pptx": _unpacked(pptx_bytes(material, context)),
    }


def _unpacked(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        held = [parts.read(name) for name in parts.namelist()]
    return "\n".join(_unpacked(part) if part[:2] == b"PK" else part.decode("utf-8", "ignore") for part in held)


@pytest.mark.parametrize("form", ["html", "csv", "json", "xlsx", "pptx"])
def test_a_suppressed_value_is_in_no_form(forms, form):
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", forms[form])
    assert not re.search(r"(?<!\d)7,?919(?!\d)|0\.03788", text)


def test_the_suppressed_measure_is_there_with_its_marker(forms):
    assert "[c]" in forms["html"] and "[c]" in forms["xlsx"]
    assert ",c," in forms["csv"]


def test_every_number_of_the_slides_stands_in_the_pages(tmp_path):
    material = _material(tmp_path)
    context = report_context(material)
    page = re.sub(r"<style.*?</style>|<[^>]+>", " ", render_context(context, tmp_path), flags=re.DOTALL)
    printed = set(_numbers(page))
    show = Presentation(io.BytesIO(pptx_bytes(material, context)))
    for slide in show.slides:
        number = str(show.slides.index(slide) + 1)
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text != number and "Axis" not in shape.text_frame.text:
                assert set(_numbers(shape.text_frame.text)) <= printed, shape.text_frame.text


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*(?:\.\d+)?%?", text.replace(", ", " "))
