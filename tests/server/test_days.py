"""The calendar of days off: the year as it is known, what the province decides, a workbook of it."""

import io
from datetime import date

import openpyxl
import pytest

from server.days.rules import HEADINGS, fault_of, intake, working_days, year_of
from server.offices.calendar import Day
from tests.server.conftest import ORIGIN, csrf

SWAPPED, MADE_UP = (
    Day(date(2027, 1, 4), "Nghỉ hoán đổi", is_working=False),
    Day(date(2027, 1, 9), "Làm bù", is_working=True),
)


def book(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Ngày nghỉ"
    for row in (HEADINGS, *rows):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_a_year_holds_what_is_public_and_what_was_decided():
    lines = {one.day.day: one for one in year_of([SWAPPED], 2027)}
    assert lines[date(2027, 2, 6)].day.name == "Tết Nguyên Đán"
    assert not lines[date(2027, 2, 6)].is_own
    assert lines[SWAPPED.day].is_own
    assert lines[SWAPPED.day].weekday == "Thứ Hai"
    assert working_days({SWAPPED.day: False}, 2027) == working_days({}, 2027) - 1


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (Day(date(2027, 1, 9), "Nghỉ", is_working=False), "vốn đã là ngày nghỉ"),
        (Day(date(2027, 1, 4), "Làm", is_working=True), "vốn đã là ngày làm việc"),
        (Day(date(2027, 1, 4), "", is_working=False), "tên ngày"),
        (Day(date(1999, 1, 4), "x", is_working=False), "1999"),
    ],
)
def test_a_day_that_changes_nothing_is_told(day, words):
    assert words in fault_of(day)
    assert fault_of(SWAPPED) is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("32/01/2027", "Nghỉ", "nghỉ"), "A (Ngày)"),
        (("04/01/2027", "", "nghỉ"), "B (Tên)"),
        (("04/01/2027", "Nghỉ", "chơi"), "C (Loại)"),
        (("09/01/2027", "Làm bù", "làm bù"), "A (Ngày)"),
    ],
)
def test_a_fault_in_a_workbook_of_days_is_told_by_row_and_column(row, column):
    found = intake(book(("09/01/2027", "Làm bù", "làm bù"), row), [])
    assert [(one.row, one.column) for one in found.faults] == [(3, column)]


def send(client, **fields: str):
    data = {"csrf": csrf(client.get("/phien")), "nam": "2027"} | fields
    return client.post("/ngay-nghi", data=data, headers=ORIGIN)


def test_a_day_is_set_and_left_to_the_common_calendar_again(signed_in, rows):
    assert "Đã đặt 04/01/2027" in send(signed_in, day="2027-01-04", how="off", name="Nghỉ hoán đổi").text
    assert [(str(row[0]), row[1]) for row in rows("SELECT day, name FROM holidays")] == [
        ("2027-01-04", "Nghỉ hoán đổi")
    ]
    refused = send(signed_in, day="2027-01-10", how="off", name="Chủ nhật")
    assert refused.status_code == 422
    assert 'value="2027-01-10"' in refused.text
    assert "Đã bỏ" in send(signed_in, day="2027-01-04", do="remove").text
    assert rows("SELECT count(*) FROM holidays") == [(0,)]
    actions = [row[0] for row in rows("SELECT action FROM audit ORDER BY id")]
    assert actions[-2:] == ["holiday.set", "holiday.remove"]


def test_a_workbook_of_days_is_looked_through_and_then_stored(signed_in, rows):
    body = book(("04/01/2027", "Nghỉ hoán đổi", "Nghỉ"), ("09/01/2027", "Làm bù", "làm bù"))

    def post(what: str):
        data = {"csrf": csrf(signed_in.get("/phien")), "nam": "2027", "do": what}
        return signed_in.post("/ngay-nghi/nhap", data=data, files={"file": ("n.xlsx", body)}, headers=ORIGIN)

    assert "2 ngày sẽ được đặt" in post("look").text
    assert rows("SELECT count(*) FROM holidays") == [(0,)]
    assert "Đã nhập 2 ngày" in post("save").text
    assert rows("SELECT count(*) FROM holidays") == [(2,)]
    assert "không có gì thay đổi" in post("save").text


def test_only_an_account_of_the_whole_province_sets_days(as_role):
    assert as_role("leader", "xa-tan-trao").get("/ngay-nghi").status_code == 200
    bound = as_role("admin", "xa-tan-trao")
    assert send(bound, day="2027-01-04", how="off", name="Nghỉ").status_code == 403
