"""Correcting the roster on request: asked by one, decided by another, results follow, nobody else sees officers."""

import io
import re

import openpyxl
import pytest

from server.accounts.rules import ROLES, May
from tests.server.conftest import ORIGIN, csrf
from tests.server.test_results_pages import text

OFFICE, Q1, PAGE = "xa-tan-trao.ttpvhcc", "xa-tan-trao.q1", "/truc-quay/de-nghi"
DAY = "2026-11-21"
SEEN = f"/ket-qua/can-bo?ky=thang&luc=2026-11&don_vi={OFFICE}"


@pytest.fixture
def sat(enrol, centre):
    """Lan sits in the roster on a half-day with twelve ballots; Minh says it was him."""

    def add(work):
        for id, name, code in (("cb-1", "Nguyễn Thị Lan", "CB01"), ("cb-2", "Trần Minh", "CB02")):
            work.run("INSERT INTO officers (id, office_id, name, code, title) VALUES (?, ?, ?, ?, '')",
                     (id, OFFICE, name, code))  # fmt: skip
        for part in ("am", "pm"):
            work.run("INSERT INTO duties (counter_id, day, part, officer_id) VALUES (?, ?, ?, 'cb-1')", (Q1, DAY, part))

    centre.writer.run(add)
    kiosk = enrol(Q1)
    kiosk.send([kiosk.cast() for _ in range(12)])


def send(client, **form):
    token = csrf(client.get(f"{PAGE}?don_vi={OFFICE}"))
    return client.post(PAGE, data={"csrf": token, "don_vi": OFFICE, **form}, headers=ORIGIN)


def ask(client, **changed):
    form = {"do": "ask", "counter": Q1, "day": DAY, "part": "pm", "officer": "cb-2", "why": "Đổi ca, có sổ trực"}
    return send(client, **(form | changed))


def test_an_empty_list_teaches(as_role, sat):
    assert "Chưa có đề nghị nào" in as_role("leader", "xa-tan-trao").get(f"{PAGE}?don_vi={OFFICE}").text


def test_an_accepted_request_moves_the_ballots_and_says_so(as_role, sat, rows):
    leader = as_role("leader", "xa-tan-trao")
    assert re.search(r"Nguyễn Thị Lan CB01 .*?1 12 100,0", text(leader.get(SEEN)))
    assert "Trần Minh" not in text(leader.get(SEEN))
    assert "Đã gửi đề nghị" in ask(as_role("steward", "xa-tan-trao")).text
    leader = as_role("leader", "xa-tan-trao", "truong")
    assert "Đã chấp nhận" in send(leader, do="accept", request="1").text
    assert rows("SELECT officer_id FROM duties WHERE part = 'pm'") == [("cb-2",)]
    page = text(leader.get(SEEN))
    assert re.search(r"Trần Minh CB02 .*?1 12 100,0", page)
    assert "Đã đính chính theo đề nghị: Trần Minh (1 buổi)" in page
    assert rows("SELECT action, actor FROM audit WHERE action IN ('duty.ask', 'duty.correct') ORDER BY id") == [
        ("duty.ask", "steward-xa-tan-trao"), ("duty.correct", "truong"),
    ]  # fmt: skip


def test_who_asks_does_not_decide(as_role, sat, rows):
    leader = as_role("leader", "xa-tan-trao")
    ask(leader)
    assert "Chờ người khác quyết định" in leader.get(f"{PAGE}?don_vi={OFFICE}").text
    assert "không tự quyết định" in send(leader, do="accept", request="1").text
    assert rows("SELECT state FROM duty_requests") == [("new",)]


def test_a_refusal_needs_its_reason_and_changes_nothing(as_role, sat, rows):
    ask(as_role("steward", "xa-tan-trao"))
    leader = as_role("leader", "xa-tan-trao")
    assert "phải ghi lý do" in send(leader, do="refuse", request="1").text
    assert "Sổ trực ghi chị Lan" in send(leader, do="refuse", request="1", reason="Sổ trực ghi chị Lan").text
    assert rows("SELECT officer_id FROM duties WHERE part = 'pm'") == [("cb-1",)]
    assert "đã có người quyết định" in send(leader, do="accept", request="1").text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"day": "2026-11-22"}, "chưa đến"),
        ({"day": "mai"}, "không hợp lệ"),
        ({"officer": "cb-9"}, "không trực tại đơn vị"),
        ({"officer": "cb-1"}, "đã đúng như đề nghị"),
        ({"why": ""}, "Lý do cần"),
        ({"counter": "phuong-minh-xuan.q1"}, "không có trong danh sách"),
    ],
)
def test_each_fault_of_a_request_is_named(as_role, sat, changed, says, rows):
    answer = ask(as_role("leader", "xa-tan-trao"), **changed)
    assert answer.status_code == 422
    assert says in answer.text
    assert rows("SELECT COUNT(*) FROM duty_requests") == [(0,)]


def test_a_roster_changed_meanwhile_is_not_overwritten(as_role, sat, centre, rows):
    ask(as_role("steward", "xa-tan-trao"))
    centre.writer.run(lambda work: work.run("DELETE FROM duties WHERE part = 'pm'"))
    assert "đã đổi sau khi có đề nghị" in send(as_role("leader", "xa-tan-trao"), do="accept", request="1").text
    assert rows("SELECT COUNT(*) FROM duties WHERE part = 'pm'") == [(0,)]


def test_five_working_days_are_given_and_a_late_one_is_told(as_role, sat, clock, rows):
    leader = as_role("leader", "xa-tan-trao")
    ask(leader)
    assert str(rows("SELECT due_on FROM duty_requests")[0][0]) == "2026-11-30"
    clock.now_ms += 11 * 86_400_000
    assert (
        'class="differs">Hạn 30/11/2026' in as_role("leader", "xa-tan-trao", "l2").get(f"{PAGE}?don_vi={OFFICE}").text
    )


def test_another_unit_sees_and_asks_nothing(as_role, sat):
    other = as_role("leader", "phuong-minh-xuan")
    assert other.get(f"{PAGE}?don_vi={OFFICE}").status_code == 404
    assert other.get(f"{PAGE}.xlsx?don_vi={OFFICE}").status_code == 404


def test_the_workbook_holds_the_requests(as_role, sat):
    leader = as_role("leader", "xa-tan-trao")
    ask(leader)
    sheet = openpyxl.load_workbook(io.BytesIO(leader.get(f"{PAGE}.xlsx?don_vi={OFFICE}").content)).active
    (row,) = [row for row in sheet.iter_rows(values_only=True) if row[0] == 1]
    assert row[4:7] == ("Nguyễn Thị Lan", "Trần Minh", "Đổi ca, có sổ trực")


@pytest.mark.parametrize("role", ROLES)
def test_results_of_officers_are_for_who_may_see_them_alone(as_role, sat, role):
    client = as_role(role, "xa-tan-trao" if ROLES[role].is_local else None)
    may = May.OFFICERS_SEE in ROLES[role].may
    assert (client.get(SEEN).status_code == 200) == may
    for path in (f"/bao-cao/ket-qua/can-bo.xlsx?ky=thang&luc=2026-11&don_vi={OFFICE}",):
        assert (client.get(path).status_code == 200) == (may and May.REPORTS_MAKE in ROLES[role].may)


def test_exports_name_no_officer(as_role, sat):
    client = as_role("viewer")
    for table in ("ballots", "answers", "units", "questions"):
        body = client.get(f"/xuat-du-lieu/tep?bang={table}&dang=csv&tu={DAY}&den={DAY}").content
        assert "Nguyễn Thị Lan".encode() not in body
        assert b"cb-1" not in body
