"""The very screens a case's ballot was answered on: its version, panel and language; what is not whole is said."""

import json
import re

from server.database import Work
from tests.server.test_cases_pages import case  # noqa: F401 - the fixture


def wanted(page, centre) -> dict:
    name = re.search(r"/man-hinh/([0-9a-f]{40})/", page.text)
    assert name is not None, page.text
    return json.loads((centre.settings.folder / "previews" / name[1] / "wanted.json").read_bytes())


def test_a_ballot_leads_to_the_screens_it_was_answered_on(as_role, case, centre):  # noqa: F811
    case(layout="l1-720x1280", lang="en")
    client = as_role("handler", "xa-tan-trao")
    assert "/vu-viec/1/man-hinh" in client.get("/vu-viec/1").text
    page = client.get("/vu-viec/1/man-hinh")
    spec = wanted(page, centre)
    assert (spec["panel"], spec["lang"]) == ("7in-portrait", "en")
    assert spec["kiosk"]["questionnaire"]["version"] == "1.0.0"
    assert spec["kiosk"]["counter"]["id"] == "xa-tan-trao.q1"
    assert "Không biết đúng màn hình" not in page.text
    assert "question-overall.png" in page.text


def test_a_ballot_whose_screen_is_not_known_says_so(as_role, case):  # noqa: F811
    case(layout="phone-1")
    page = as_role("handler", "xa-tan-trao").get("/vu-viec/1/man-hinh")
    assert "Không biết đúng màn hình của phiếu này" in page.text


def test_a_questionnaire_that_is_not_whole_any_more_is_said(as_role, case, centre):  # noqa: F811
    case()

    def spoil(work: Work) -> None:
        work.run("UPDATE ballots SET questionnaire = ?", ("phieu-cu@0.9.0",))

    centre.writer.run(spoil)
    page = as_role("handler", "xa-tan-trao").get("/vu-viec/1/man-hinh")
    assert page.status_code == 200
    assert "Phiếu hỏi phieu-cu@0.9.0 không còn nguyên vẹn" in page.text


def test_screens_of_another_units_case_are_told_like_those_of_none(as_role, case):  # noqa: F811
    case(counter="phuong-minh-xuan.q1")
    client = as_role("handler", "xa-tan-trao")
    assert client.get("/vu-viec/1/man-hinh").status_code == 404
