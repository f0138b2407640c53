"""Results by the offices of today: what merged is added, what was split is not shared out, and the page says so."""

import html
import io
from datetime import date

import docx
import openpyxl
import pytest

from server.results.entered import Served, enter
from survey.ballot import Answer
from tests.kiosk_double import QUESTIONS
from tests.server import test_results
from tests.server.conftest import OFFICE

MERGED, SPLIT, PART = "phuong-minh-xuan.ttpvhcc", "so-noi-vu", "ban-dan-toc"
MONTH = "ky=thang&luc=2026-11"


def text(page):
    return html.unescape(test_results.text(page)).replace("\u00a0", " ")


@pytest.fixture
def reformed(enrol, centre):
    """Ballots of 10 November at three offices; on 15 November one went into another, one into two."""
    for counter, level, n in (("xa-tan-trao.q1", 5, 10), ("phuong-minh-xuan.q1", 1, 30), ("so-noi-vu.q1", 3, 20)):
        kiosk = enrol(counter)
        answers = {question: Answer(level, 2000) for question in QUESTIONS}
        kiosk.send([kiosk.cast(answers=answers, wall="2026-11-10T03:00:00.000Z") for _ in range(n)])

    def change(work):
        for old, new, kind in ((MERGED, OFFICE, "merge"), (SPLIT, PART, "split"), (SPLIT, OFFICE, "split")):
            work.run(
                "INSERT INTO org_successions (old_id, new_id, day, kind, legal_ref) VALUES (?, ?, ?, ?, '')",
                (old, new, "2026-11-15", kind),
            )
        work.run("UPDATE org_versions SET valid_to = ? WHERE unit_id IN (?, ?)", ("2026-11-14", MERGED, SPLIT))
        work.run("UPDATE org_versions SET valid_to = ? WHERE parent_id IN (?, ?)", ("2026-11-14", MERGED, SPLIT))

    centre.writer.run(change)


def test_what_merged_is_added_to_its_successor_only_when_asked(signed_in, reformed):
    then = text(signed_in.get(f"/ket-qua/xep-hang?{MONTH}"))
    assert "xã Tân Trào 10 " not in then.split("quá ít phiếu")[0]
    assert "phường Minh Xuân 30 0,0" in then
    now = text(signed_in.get(f"/ket-qua/xep-hang?{MONTH}&theo=nay"))
    assert "xã Tân Trào 40 25,0" in now
    assert "phường Minh Xuân 30" not in now
    assert "đơn vị hiện nay" in now


def test_what_was_split_stands_by_itself_and_names_its_parts(signed_in, reformed):
    for page in (f"/ket-qua/xep-hang?{MONTH}&theo=nay", f"/ket-qua?{MONTH}&theo=nay"):
        assert "Sở Nội vụ (đã tách: " in text(signed_in.get(page))


def test_one_office_of_today_counts_what_came_to_it_and_the_whole_stays_the_same(signed_in, reformed):
    def shown(address):
        return text(signed_in.get(address)).split("Số phiếu ")[1].split(" ")[0]

    assert shown(f"/ket-qua?{MONTH}&don_vi={OFFICE}") == "10"
    assert shown(f"/ket-qua?{MONTH}&don_vi={OFFICE}&theo=nay") == "40"
    assert shown(f"/ket-qua?{MONTH}") == shown(f"/ket-qua?{MONTH}&theo=nay") == "60"


@pytest.mark.parametrize(
    "name", ["", "/phan-tich", "/gio", "/ly-do", "/cau-hoi", "/can-bo", "/so-sanh", "/phu", "/tt01"]
)
@pytest.mark.parametrize("office", ["", OFFICE])
def test_every_page_answers_by_the_offices_of_today(signed_in, reformed, name, office):
    answer = signed_in.get(f"/ket-qua{name}?{MONTH}&theo=nay&don_vi={office}")
    assert answer.status_code == 200
    assert 'name="theo"' in answer.text


def test_a_leader_of_the_successor_sees_what_merged_and_nobody_elses(as_role, reformed):
    client = as_role("leader", "xa-tan-trao")
    assert "xã Tân Trào 40 " in text(client.get(f"/ket-qua/xep-hang?{MONTH}&theo=nay"))
    assert "Sở Nội vụ" not in text(client.get(f"/ket-qua?{MONTH}&theo=nay"))
    assert "Minh Xuân" not in text(client.get(f"/ket-qua?{MONTH}"))


def test_the_day_is_todays_whatever_period_is_looked_at():
    from server.offices.succession import Succession, by_current

    told = [Succession(MERGED, OFFICE, date(2026, 11, 15), "merge", "")]
    assert by_current(told, [MERGED], date(2026, 11, 14))[MERGED].unit == MERGED
    assert by_current(told, [MERGED], date(2026, 11, 15))[MERGED].unit == OFFICE


def rows(answer, sheet):
    """Return a sheet's rows of a downloaded workbook."""
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def line_of(found, name):
    return next(row for row in found if name in [str(cell) for cell in row])


def test_a_workbook_adds_what_merged_to_its_successor_when_asked(signed_in, reformed):
    address = "/bao-cao/so?ky=thang:2026-11"
    tan_trao, minh_xuan = "Trung tâm Phục vụ hành chính công xã Tân Trào", "Minh Xuân"
    then = rows(signed_in.get(address), "Tổng hợp")
    assert 10 in line_of(then, tan_trao)
    assert any(minh_xuan in str(cell) for row in then for cell in row)
    answer = signed_in.get(address + "&theo=nay")
    assert "don-vi-hien-nay" in answer.headers["content-disposition"]
    now = rows(answer, "Tổng hợp")
    assert 40 in line_of(now, tan_trao)
    assert not any(minh_xuan in str(cell) for row in now for cell in row)
    assert any("theo đơn vị hiện nay (" in str(cell) for row in now[:6] for cell in row)
    assert any("(đã tách: " in str(cell) for row in now for cell in row)
    total = [line_of(found, "Tổng cộng") for found in (then, now)]
    assert [60 in one for one in total] == [True, True]


def test_every_sheet_of_a_workbook_by_todays_offices_has_the_same_ballots(signed_in, reformed):
    address = f"/bao-cao/so?ky=nam:2026&theo=nay&don_vi={OFFICE}"
    answer = signed_in.get(address)
    data = rows(answer, "Dữ liệu phiếu")
    assert sum(any("2026-11-10" in str(cell) for cell in row) for row in data) == 40
    counters = rows(answer, "Theo quầy, lĩnh vực")
    counted = [row for row in counters if row[1] == "Quầy"]
    assert len(counted) == 2
    assert {row[2] for row in counted} == {"Trung tâm Phục vụ hành chính công xã Tân Trào"}


def test_transactions_of_joined_offices_are_unknown_not_added_up(signed_in, centre, reformed):
    spans = [Served(OFFICE, date(2026, 11, 1), date(2026, 11, 30), 100)]
    centre.writer.run(lambda work: enter(work, spans, "test", 1))
    address = "/bao-cao/so?ky=thang:2026-11"
    name = "Trung tâm Phục vụ hành chính công xã Tân Trào"
    assert 100 in line_of(rows(signed_in.get(address), "Tổng hợp"), name)
    assert "Chưa có số liệu" in line_of(rows(signed_in.get(address + "&theo=nay"), "Tổng hợp"), name)


def test_a_draft_by_todays_offices_says_so(signed_in, reformed):
    address = f"/bao-cao/van-ban/tai?dang=word&ky=thang:2026-11&don_vi={OFFICE}"
    for more, is_said in (("", False), ("&theo=nay", True)):
        document = docx.Document(io.BytesIO(signed_in.get(address + more).content))
        words = "\n".join(one.text for one in document.paragraphs)
        assert ("theo đơn vị hiện nay (" in words) == is_said
        assert ("40 phiếu" in words) == is_said


def test_a_leader_of_the_successor_may_report_what_merged(as_role, reformed):
    client = as_role("leader", "xa-tan-trao")
    now = rows(client.get("/bao-cao/so?ky=thang:2026-11&theo=nay"), "Tổng hợp")
    assert 40 in line_of(now, "Tổng cộng")
    assert not any("Nội vụ" in str(cell) for row in now for cell in row)
