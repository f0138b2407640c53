"""Opening hours: read with every fault named, inherited downwards, and fetched by kiosks."""

import pytest

from server.units.hours import HoursError, fields, in_words, known, read
from survey.enrolment import Hours
from tests.server.conftest import ORIGIN, csrf

MONDAY = {"s1mo": "07:30", "s1dong": "11:30", "c1mo": "13:30", "c1dong": "17:00"}
READ = [Hours(1, "07:30", "11:30"), Hours(1, "13:30", "17:00")]


def test_a_form_is_read_and_filled_again():
    assert read(MONDAY) == READ
    assert fields(READ) == MONDAY
    assert in_words(READ) == ["Thứ Hai: 07:30–11:30, 13:30–17:00"]
    assert len(fields([])) == 20
    assert known("rubbish") == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"s1dong": ""}, "Thứ Hai, buổi sáng: mới có một giờ “07:30”"),
        ({"s1dong": "07:00"}, "trước khi mở"),
        ({"c1mo": "11:00"}, "chưa đóng"),
        ({"s1mo": "7h"}, "chưa đúng"),
        ({"c1dong": "29:00"}, "“29:00” chưa đúng"),
        (dict.fromkeys(MONDAY, ""), "ít nhất một buổi"),
    ],
)
def test_hours_that_cannot_be_are_named(changed, words):
    with pytest.raises(HoursError, match=words):
        read(MONDAY | changed)


def send(client, unit: str, **fields: str):
    data = {"csrf": csrf(client.get("/phien"))} | fields
    return client.post(f"/don-vi/{unit}/gio", data=data, headers=ORIGIN)


def test_hours_reach_the_kiosk_from_above_and_its_own_office_is_stronger(signed_in, kiosk):
    assert kiosk.settings().hours == []
    assert "Đã lưu giờ mở cửa" in send(signed_in, "tq", **MONDAY).text
    assert kiosk.settings().hours == READ
    assert "Theo Tỉnh Tuyên Quang" in signed_in.get("/don-vi/xa-tan-trao/gio").text
    send(signed_in, "xa-tan-trao", s2mo="08:00", s2dong="11:00")
    assert kiosk.settings().hours == [Hours(2, "08:00", "11:00")]
    send(signed_in, "xa-tan-trao", do="inherit")
    assert kiosk.settings().hours == READ


def test_a_fault_keeps_what_was_entered(signed_in):
    page = send(signed_in, "tq", **(MONDAY | {"s1dong": ""}))
    assert page.status_code == 422
    assert 'name="c1dong" value="17:00"' in page.text
    assert send(signed_in, "moon", **MONDAY).status_code == 404
