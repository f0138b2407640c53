"""The roster: one officer to a counter and half-day, copied week by week, imported with every fault told."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest

from server.duty.queries import officer_on_duty
from server.duty.rules import HEADINGS, Officer, clashes, copied, intake, week_of
from server.offices.queries import Unit
from server.offices.workbook import BookError
from tests.server.conftest import ORIGIN, csrf

OFFICE, Q1, Q2 = "xa-tan-trao.ttpvhcc", "xa-tan-trao.q1", "xa-tan-trao.q2"
MONDAY = date(2026, 11, 23)
DESKS = [Unit(one, "counter", one, "", one.upper(), OFFICE, date(2025, 7, 1), None) for one in (Q1, Q2)]
LAN, MINH = Officer("cb-1", OFFICE, "Nguyễn Thị Lan", "CB01", ""), Officer("cb-2", OFFICE, "Trần Minh", "CB02", "")
GONE = Officer("cb-3", OFFICE, "Lê Gone", "CB03", "", date(2026, 11, 20))


def book(*rows: tuple[object, ...], people: tuple[tuple[object, ...], ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Lịch trực"
    for row in (HEADINGS, *rows):
        made.active.append(row)
    if people:
        sheet = made.create_sheet("CÁN BỘ")
        for row in (("DANH SÁCH CÁN BỘ",), ("Mã cán bộ", "Họ tên", "Chức vụ", "Thôi từ ngày"), *people):
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


# ---- the pure rules ---------------------------------------------------------------------------------------


def test_a_week_begins_on_monday():
    assert week_of(date(2026, 11, 29))[0] == MONDAY
    assert week_of(MONDAY)[-1] == date(2026, 11, 29)


def test_copying_fills_free_half_days_only_and_leaves_out_days_off_and_who_left():
    before = {(Q1, MONDAY + timedelta(days=n), "am"): "cb-1" for n in range(7)}
    before |= {(Q2, MONDAY, "am"): "cb-3", (Q2, MONDAY, "pm"): "cb-2"}
    now = {(Q1, MONDAY + timedelta(days=7), "am"): "cb-2"}
    officers = {one.id: one for one in (LAN, MINH, GONE)}
    found = copied(before, now, officers, {MONDAY + timedelta(days=9): False})
    days = [(desk, (day - MONDAY).days, part) for desk, day, part in sorted(found)]
    assert days == [(Q1, 8, "am"), (Q1, 10, "am"), (Q1, 11, "am"), (Q2, 7, "pm")]


def test_whoever_sits_at_two_counters_at_once_is_told():
    assert clashes({(Q1, MONDAY, "am"): "cb-1", (Q2, MONDAY, "am"): "cb-1", (Q2, MONDAY, "pm"): "cb-1"}) == {
        ("cb-1", MONDAY, "am")
    }


def test_a_workbook_of_duties_is_read():
    found = intake(
        book(("23/11/2026", "Sáng", Q1.upper(), "CB01"), (MONDAY, "chiều", Q1, "cb02")), DESKS, [LAN, MINH], {}
    )
    assert found.faults == []
    assert found.wanted == {(Q1, MONDAY, "am"): "cb-1", (Q1, MONDAY, "pm"): "cb-2"}
    again = intake(book((MONDAY, "Sáng", Q1, "CB01")), DESKS, [LAN, MINH], found.wanted)
    assert (again.wanted, again.same) == ({}, 1)


def test_officers_come_from_the_same_workbook_and_may_sit_at_once():
    people = (
        ("CB07", "Lò Văn Sáu", "Công chức", None), ("cb01", LAN.name, "", ""),
        ("CB02", "Trần Minh", "Trưởng bộ phận", "01/12/2026"),
    )  # fmt: skip
    found = intake(book((MONDAY, "Sáng", Q1, "cb07"), people=people), DESKS, [LAN, MINH], {})
    assert found.faults == []
    assert [(one.code, one.title, one.ended_on) for one in found.people] == [
        ("CB07", "Công chức", None), ("CB02", "Trưởng bộ phận", date(2026, 12, 1)),
    ]  # fmt: skip
    assert found.wanted == {(Q1, MONDAY, "am"): "new:cb07"}


@pytest.mark.parametrize(
    ("person", "column", "words"),
    [
        (("CB07", "", "", ""), "B (Họ tên)", "Họ tên cần 1 đến"),
        (("", "Lò Văn Sáu", "", ""), "A (Mã cán bộ)", "Mã cán bộ cần 1 đến"),
        (("CB07", "Lò Văn Sáu", "", "hôm qua"), "D (Thôi từ ngày)", "không phải ngày"),
        (("CB01", "Nguyễn Thị Lan", "", ""), "A (Mã cán bộ)", "đã ghi ở dòng 3"),
    ],
)
def test_a_fault_of_an_officer_is_told_by_row_and_column(person, column, words):
    found = intake(book(people=(("CB01", "Nguyễn Thị Lan", "", ""), person)), DESKS, [LAN], {})
    assert [(one.row, one.column) for one in found.faults] == [(4, column)]
    assert words in found.faults[0].words


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("31/11/2026", "Sáng", Q1, "CB01"), "A (Ngày)", "không phải ngày"),
        ((None, "Sáng", Q1, "CB01"), "A (Ngày)", "chưa có ngày"),
        ((MONDAY, "Tối", Q1, "CB01"), "B (Buổi)", "Sáng hoặc Chiều"),
        ((MONDAY, "Sáng", "Q9", "CB01"), "C (Mã quầy)", "XA-TAN-TRAO.Q1"),
        ((MONDAY, "Sáng", Q1, "CB09"), "D (Mã cán bộ)", "CB01"),
        ((MONDAY, "Sáng", Q1, "CB03"), "D (Mã cán bộ)", "đã thôi việc"),
        ((date(2024, 1, 1), "Sáng", Q1, "CB01"), "C (Mã quầy)", "không hoạt động"),
        ((MONDAY, "Chiều", Q2, "CB01"), "C (Mã quầy)", "đã ghi ở dòng 2"),
    ],
)
def test_a_fault_in_a_duty_is_told_by_row_and_column(row, column, words):
    found = intake(book((MONDAY, "Chiều", Q2, "CB02"), row), DESKS, [LAN, MINH, GONE], {})
    assert [(one.row, one.column) for one in found.faults] == [(3, column)]
    assert words in found.faults[0].words


def test_what_is_no_workbook_is_refused():
    with pytest.raises(BookError):
        intake(b"PK", DESKS, [], {})


# ---- pages ------------------------------------------------------------------------------------------------


def send(client, path: str = "", **fields: str):
    data = {"csrf": csrf(client.get("/phien")), "don_vi": OFFICE, "tuan": str(MONDAY)} | fields
    return client.post(f"/truc-quay{path}", data=data, headers=ORIGIN, follow_redirects=True)


def officer(client, rows, name: str = "Nguyễn Thị Lan", code: str = "CB01") -> str:
    send(client, "/can-bo", name=name, code=code, title="Chuyên viên")
    return str(rows("SELECT id FROM officers WHERE code = ?", code)[0][0])


def test_officers_are_picked_for_half_days_and_the_week_copied(signed_in, rows, centre):
    lan = officer(signed_in, rows)
    assert "Đã lưu lịch trực" in send(signed_in, **{f"{Q1}|{MONDAY}|am": lan, f"{Q2}|{MONDAY}|pm": lan}).text
    with centre.engine.connect() as connection:
        assert officer_on_duty(connection, Q1, MONDAY, "am").name == "Nguyễn Thị Lan"
        assert officer_on_duty(connection, Q1, MONDAY, "pm") is None
    following = str(MONDAY + timedelta(days=7))
    assert "Đã chép" in send(signed_in, "/chep", tuan=following).text
    assert "không có gì để chép" in send(signed_in, "/chep", tuan=following).text
    assert rows("SELECT count(*) FROM duties") == [(4,)]
    send(signed_in, **{f"{Q1}|{MONDAY}|am": ""})
    assert rows("SELECT count(*) FROM duties") == [(3,)]
    actions = [row[0] for row in rows("SELECT action FROM audit ORDER BY id")]
    assert actions[-4:] == ["officer.add", "duty.set", "duty.copy", "duty.set"]


def test_a_leader_sets_the_own_office_alone_and_others_only_look(as_role, rows):
    leader = as_role("leader", "xa-tan-trao")
    officer(leader, rows)
    assert rows("SELECT office_id FROM officers") == [(OFFICE,)]
    assert send(leader, "/can-bo", don_vi="phuong-minh-xuan.ttpvhcc", name="X", code="X").status_code == 404
    assert leader.get("/truc-quay?don_vi=phuong-minh-xuan.ttpvhcc").status_code == 404
    viewer = as_role("viewer")
    assert "Nguyễn Thị Lan" in viewer.get(f"/truc-quay?don_vi={OFFICE}").text
    assert send(viewer, "/can-bo", name="X", code="X").status_code == 403


def test_two_officers_of_an_office_never_share_a_code_and_nothing_entered_is_lost(signed_in, rows):
    officer(signed_in, rows)
    page = send(signed_in, "/can-bo", name="Trần Minh", code="cb01")
    assert page.status_code == 422
    assert "đã là của Nguyễn Thị Lan" in page.text
    assert 'value="Trần Minh"' in page.text


def test_an_officer_of_another_office_cannot_be_put_at_a_counter(signed_in, rows):
    other = officer(signed_in, rows)
    data = {"don_vi": "phuong-minh-xuan.ttpvhcc", f"phuong-minh-xuan.q1|{MONDAY}|am": other}
    send(signed_in, **data)
    assert rows("SELECT count(*) FROM duties") == [(0,)]


def test_who_leaves_is_not_offered_later_but_stays_where_they_sat(signed_in, rows):
    lan = officer(signed_in, rows)
    send(signed_in, **{f"{Q1}|{MONDAY}|am": lan})
    send(signed_in, "/can-bo", officer=lan, name="Nguyễn Thị Lan", code="CB01", title="", is_ended="1")
    page = signed_in.get(f"/truc-quay?don_vi={OFFICE}&tuan={MONDAY + timedelta(days=14)}").text
    assert f'<option value="{lan}"' not in page
    assert rows("SELECT officer_id FROM duties") == [(lan,)]


def test_a_workbook_of_duties_is_looked_through_then_stored_and_given_back(signed_in, rows):
    officer(signed_in, rows)

    def look(body: bytes):
        data = {"csrf": csrf(signed_in.get("/phien")), "don_vi": OFFICE, "tuan": str(MONDAY)}
        return signed_in.post("/truc-quay/nhap", data=data, files={"file": ("l.xlsx", body)}, headers=ORIGIN)

    bad = look(book((MONDAY, "Sáng", Q1.upper(), "CB09")))
    assert bad.status_code == 422
    assert "D (Mã cán bộ)" in bad.text
    good = look(book((MONDAY, "Sáng", Q1.upper(), "CB01")))
    assert "<b>1</b> buổi được đặt" in good.text
    assert rows("SELECT count(*) FROM duties") == [(0,)]
    upload = re.search(r'name="upload" value="([^"]+)"', good.text)[1]
    assert "Đã nhập" in send(signed_in, "/nhap/xac-nhan", upload=upload).text
    assert rows("SELECT counter_id, part FROM duties") == [(Q1, "am")]
    file = signed_in.get(f"/truc-quay/tuan.xlsx?don_vi={OFFICE}&tuan={MONDAY}").content
    given = openpyxl.load_workbook(io.BytesIO(file))
    assert "Nguyễn Thị Lan" in str(list(given["Bảng tuần"].iter_rows(values_only=True)))
    assert "không có gì thay đổi" in look(file).text
    assert openpyxl.load_workbook(io.BytesIO(signed_in.get(f"/truc-quay/mau.xlsx?don_vi={OFFICE}").content))


def test_officers_of_a_workbook_are_shown_stored_and_given_back_in_the_template(signed_in, rows):
    def look(body: bytes):
        data = {"csrf": csrf(signed_in.get("/phien")), "don_vi": OFFICE, "tuan": str(MONDAY)}
        return signed_in.post("/truc-quay/nhap", data=data, files={"file": ("l.xlsx", body)}, headers=ORIGIN)

    people = (("CB07", "Lò Văn Sáu", "Công chức", None), ("CB08", "Mã Thị Bảy", "", "30/11/2026"))
    page = look(book((MONDAY, "Sáng", Q1.upper(), "CB07"), people=people))
    assert "<b>2</b> cán bộ mới hoặc sửa: Lò Văn Sáu (CB07)" in page.text
    assert rows("SELECT count(*) FROM officers") == [(0,)]
    send(signed_in, "/nhap/xac-nhan", upload=re.search(r'name="upload" value="([^"]+)"', page.text)[1])
    assert rows("SELECT code, name, title FROM officers ORDER BY code") == [
        ("CB07", "Lò Văn Sáu", "Công chức"), ("CB08", "Mã Thị Bảy", ""),
    ]  # fmt: skip
    assert rows("SELECT name FROM duties JOIN officers ON officers.id = officer_id") == [("Lò Văn Sáu",)]
    template = signed_in.get(f"/truc-quay/mau.xlsx?don_vi={OFFICE}").content
    assert "Mã Thị Bảy" in str(list(openpyxl.load_workbook(io.BytesIO(template))["Cán bộ"].iter_rows(values_only=True)))
    assert "không có gì thay đổi" in look(template).text
