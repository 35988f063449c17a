"""The cover report: the committee's own headings, advice in officers' words only, and dates that can be checked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

import pikepdf
import pytest

from carereport.commentary import Commentary
from carereport.faults import ConfigurationError
from carereport.quarters import Quarter
from carereport.report.context import report_context
from carereport.report.cover import cover_report
from carereport.report.cover_checks import early_meeting, late_publication, missing_for_cover
from carereport.report.pages.material import Material
from carereport.report.pdf import pdf_bytes
from carereport.report.profile import known_profiles, read_profile
from carereport.report.render import COVER, render_template
from carereport.report_settings import Cover
from tests import made_up_report as made

COMMITTEE = {"name": "Children's Scrutiny Commission", "meeting": "2025-11-18"}
OFFICERS = {"director": {"role": "Strategic Director"}, "author": {"role": "Head of Service", "contact": "a@b.example"}}
LEGAL = Commentary("implications_legal", "There are none.", owner="I Marsh", role="Lawyer", date="5 November 2025")


def _project(root, profile="leicester", **report):
    return made.project(root, **{"committee": {**COMMITTEE, "profile": profile}, **OFFICERS, **report})


def _cover(root, profile="leicester", commentary=None, **report):
    findings, disclosed, _ = made.material(root)
    project = _project(root, profile, **report)
    material = Material(findings, disclosed, project, made.QUARTER, "public", True, made.AS_AT, (), (),
                        made.COMMENTARY if commentary is None else commentary)  # fmt: skip
    return cover_report(material, report_context(material))


def _part(cover, id_):
    return next(part for part in cover.parts if part.id == id_)


@pytest.mark.parametrize("profile", ["leicester", "brighton_and_hove", "cheshire_east"])
def test_headings_stand_as_the_profile_gives_them(tmp_path, profile):
    project = _project(tmp_path, profile)
    wanted = [(part.numbering, part.heading) for part in read_profile(project).parts]
    assert [(part.number, part.heading) for part in _cover(tmp_path, profile).parts] == wanted


def test_three_profiles_come_with_carereport(tmp_path):
    assert known_profiles(tmp_path) == ["brighton_and_hove", "cheshire_east", "leicester"]


def test_an_unknown_profile_is_named_with_the_nearest(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        read_profile(_project(tmp_path, "leicestr"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.help) == ("CV001", "did you mean leicester?")


def test_a_profile_of_the_projects_own_comes_first(tmp_path):
    folder = tmp_path / "config" / "profiles"
    folder.mkdir(parents=True)
    own = "council: Ours\nfront: []\nasked: x\nrecommendations: []\nparts: [{id: summary, heading: In short}]\n"
    (folder / "leicester.yaml").write_text(own, encoding="utf-8")
    assert [part.heading for part in _cover(tmp_path).parts] == ["In short"]


def test_a_fault_in_a_profile_has_its_line(tmp_path):
    folder = tmp_path / "config" / "profiles"
    folder.mkdir(parents=True)
    own = "council: Ours\nfront: []\nasked: x\nrecommendations: []\nparts:\n  - {id: summary, heding: In short}\n"
    (folder / "leicester.yaml").write_text(own, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_profile(_project(tmp_path))
    assert ("config/profiles/leicester.yaml", 6) in {(fault.file, fault.line) for fault in caught.value.faults}


def test_missing_advice_is_asked_for_in_a_draft(tmp_path):
    officer = _part(_cover(tmp_path, commentary={}), "implications_legal").officer
    assert officer is not None and "commentary/Q2-2025/implications_legal.md" in officer.needed
    assert officer.html == ""


def test_advice_carries_name_role_and_date(tmp_path):
    officer = _part(_cover(tmp_path, commentary={"implications_legal": LEGAL}), "implications_legal").officer
    assert officer is not None and officer.html == "<p>There are none.</p>"
    assert officer.attribution == "I Marsh, Lawyer, 5 November 2025"


def test_one_file_may_hold_all_advice_by_section(tmp_path):
    whole = replace(LEGAL, key="implications", body="", sections={"Legal": "See section 11.", "Financial": "None."})
    cover = _cover(tmp_path, commentary={"implications": whole})
    legal, equalities = _part(cover, "implications_legal").officer, _part(cover, "implications_equalities").officer
    assert legal is not None and "See section 11." in legal.html
    assert equalities is not None and equalities.needed


def test_a_final_report_is_refused_for_each_missing_advice(tmp_path):
    faults = missing_for_cover(_project(tmp_path), made.QUARTER, {"implications_legal": LEGAL})
    missing = [fault.file.rsplit("_", 1)[1] for fault in faults]
    assert missing == ["financial.md", "equalities.md", "climate.md", "other.md"]
    assert {fault.severity for fault in faults} == {"error"}


@pytest.mark.parametrize("gap", ["owner", "role", "date"])
def test_a_final_report_is_refused_for_advice_from_nobody(tmp_path, gap):
    faults = missing_for_cover(_project(tmp_path), made.QUARTER, {"implications_legal": replace(LEGAL, **{gap: ""})})
    assert any("who gave the advice is not named" in fault.message for fault in faults)


def test_a_final_report_needs_the_day_of_the_meeting(tmp_path):
    project = _project(tmp_path, committee={"name": "Commission"})
    messages = [fault.message for fault in missing_for_cover(project, made.QUARTER, {})]
    assert "a final cover report needs the day of the meeting" in messages


def test_the_latest_day_to_publish_leaves_five_clear_days(tmp_path):
    said = " ".join(_part(_cover(tmp_path), "detail").groups[0].paragraphs)
    assert "The latest day to publish is Monday 10 November 2025" in said
    assert "extracted on 14 October 2025, 14 days after the quarter ended" in said
    assert "by 11 November 2025" in said
    assert "7 weeks old" in said


def test_papers_after_the_latest_day_are_warned_of(tmp_path):
    project = _project(tmp_path)
    assert late_publication(project, date(2025, 11, 10)) == []
    assert [fault.code for fault in late_publication(project, date(2025, 11, 11))] == ["CV003"]


def test_a_meeting_before_the_quarter_s_end_is_an_earlier_quarter_s(tmp_path):
    (fault,) = early_meeting(_project(tmp_path), Quarter(2025, 3))
    assert (fault.code, fault.severity, fault.file) == ("CV004", "warning", "config/report.yaml")
    assert early_meeting(_project(tmp_path), made.QUARTER) == []


def test_recommendations_are_lettered_and_begin_with_a_verb_of_scrutiny(tmp_path):
    part = _part(_cover(tmp_path), "recommendations")
    assert part.lettered
    assert part.items[0] == "note the performance of children's social care for April to September 2025;"
    own = _part(_cover(tmp_path, cover={"recommendations": ["endorse the plan."]}), "recommendations")
    assert own.items == ("endorse the plan.",)


@pytest.mark.parametrize("text", ["approve the policy", "agree the budget"])
def test_scrutiny_is_not_asked_to_approve(text):
    with pytest.raises(ValueError, match="a recommendation to scrutiny begins with"):
        Cover.model_validate({"recommendations": [text]})


def test_the_summary_has_six_sentences_at_most(tmp_path):
    texts = _part(_cover(tmp_path), "summary").paragraphs
    assert sum(len(re.findall(r"\.(?= |$)", text)) for text in texts) <= 6


def test_its_numbers_are_the_reports(tmp_path):
    findings, disclosed, _ = made.material(tmp_path)
    material = Material(findings, disclosed, _project(tmp_path), made.QUARTER, "public", True, made.AS_AT, (), (), {})
    context = report_context(material)
    text = " ".join(_part(cover_report(material, context), "summary").paragraphs)
    assert all(message in text for message in context.performance.message)


def test_a_private_report_says_under_which_paragraphs(tmp_path):
    private = {"paragraphs": [1, 2], "reason": "It could reveal children.", "public_interest": "They must be safe.",
               "approved_by": "Monitoring Officer"}  # fmt: skip
    said = " ".join(_part(_cover(tmp_path, cover={"private": private}), "private").paragraphs)
    assert "exempt under paragraphs 1 and 2 of Part 1 of Schedule 12A" in said
    assert _part(_cover(tmp_path), "private").paragraphs == ("No.",)


def test_a_heading_that_is_no_question_has_the_profiles_own_answer_unless_the_report_is_private(tmp_path):
    assert _part(_cover(tmp_path, "cheshire_east"), "private").paragraphs == ("Part 1: open to the press and public.",)
    private = {"paragraphs": [1], "reason": "One.", "public_interest": "Two.", "approved_by": "Officer"}
    said = _part(_cover(tmp_path, "cheshire_east", cover={"private": private}), "private").paragraphs
    assert said[0].startswith("Yes. Not for publication") and not any("open to" in text for text in said)


def test_the_exempt_papers_cover_gives_the_decision_and_its_own_files_names(tmp_path):
    findings, disclosed, _ = made.material(tmp_path)
    exempt = {"paragraphs": [2, 1], "reason": "Small groups.", "public_interest": "Privacy outweighs.",
              "approved_by": "Monitoring Officer", "date": "2025-10-20"}  # fmt: skip
    project = _project(tmp_path, exempt=exempt)
    material = Material(findings, disclosed, project, made.QUARTER, "exempt", True, made.AS_AT, (), (), {})
    cover = cover_report(material, report_context(material))
    said = " ".join(_part(cover, "private").paragraphs)
    assert said == (
        "Yes. Not for publication: exempt under paragraphs 1 and 2 of Part 1 of Schedule 12A to the Local Government "
        "Act 1972. Small groups. Public interest: Privacy outweighs. (Monitoring Officer, 20 October 2025)"
    )
    assert any(f"figures_EXEMPT_{made.QUARTER.name}.xlsx" in item for item in _part(cover, "appendices").items)


def test_the_cover_is_a_short_tagged_pdf_with_its_title(tmp_path):
    cover = _cover(tmp_path)
    page = render_template(COVER, {"cover": cover}, tmp_path, cover.look)
    path = tmp_path / "cover.pdf"
    path.write_bytes(pdf_bytes(page, created=datetime(2025, 10, 14)))
    with pikepdf.open(path) as pdf:
        assert 2 <= len(pdf.pages) <= 5
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == f"{cover.title}, Ashcombe City Council"


def test_headings_never_skip_a_level(tmp_path):
    cover = _cover(tmp_path)
    page = render_template(COVER, {"cover": cover}, tmp_path, cover.look)
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
