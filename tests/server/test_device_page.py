"""One kiosk's page: what it says of itself, revoked for good only when meant, a code for the one after it."""

import re

import pytest

from server.devices.device_routes import told_by
from survey.batch import Health
from tests.server.conftest import ORIGIN, connect, csrf

HEALTH = Health(
    version="0.1.0", queue=3, oldest_unsent_s=200_000, uptime_s=90_061, disk_free_mb=120, temperature_c=81.25,
    throttled="0x50005", buttons={"5": "ok", "1": "stuck"}, casts=12, notes=["synchronous is off"],
)  # fmt: skip


def say(kiosk, health):
    kiosk.send([kiosk.cast()], health=health)


def text(answer):
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def act(client, kiosk, **data):
    page = client.get(f"/thiet-bi/may/{kiosk.device}")
    return client.post(f"/thiet-bi/may/{kiosk.device}", data={"csrf": csrf(page)} | data, headers=ORIGIN)


def test_what_is_wrong_is_marked_and_what_is_well_is_not():
    told = {one.name: one for one in told_by(HEALTH)}
    bad = {name for name, one in told.items() if one.is_bad}
    assert bad == {
        "Phiếu chờ gửi", "Phiếu chờ lâu nhất", "Thẻ nhớ còn trống", "Nhiệt độ", "Nguồn điện", "Nút 1", "Máy báo",
    }  # fmt: skip
    assert told["Nhiệt độ"].value == "81,2 °C"
    assert told["Chạy liên tục"].value == "1 ngày 1 giờ"
    well = Health(version="0.1.0", disk_free_mb=9000, temperature_c=50.0, throttled="0x0", buttons={"5": "ok"})
    assert not any(one.is_bad for one in told_by(well))


def test_the_page_shows_the_kiosk_and_leads_there_from_the_list(signed_in, kiosk):
    kiosk.send([kiosk.cast()])
    assert f'href="/thiet-bi/may/{kiosk.device}"' in signed_in.get("/thiet-bi").text
    page = text(signed_in.get(f"/thiet-bi/may/{kiosk.device}"))
    assert "đang liên lạc" in page
    assert "Phiếu chờ gửi" in page


def test_a_kiosk_that_is_not_known_and_one_outside_reach_are_told_alike(as_role, enrol):
    kiosk = enrol("phuong-minh-xuan.q1")
    client = as_role("leader", "xa-tan-trao")
    other, none = client.get(f"/thiet-bi/may/{kiosk.device}"), client.get("/thiet-bi/may/ks-000999")
    assert (other.status_code, other.text) == (404, none.text)


def test_revoking_needs_the_name_and_holds(signed_in, kiosk):
    kiosk.send([kiosk.cast()])
    answer = act(signed_in, kiosk, act="revoke", sure="ks-1")
    assert answer.status_code == 422
    assert "Chưa thu hồi" in answer.text
    assert kiosk.device in answer.text
    assert "Đã thu hồi" in act(signed_in, kiosk, act="revoke", sure=kiosk.device).text
    journal = re.sub(r"<select.*?</select>", "", signed_in.get("/nhat-ky").text, flags=re.DOTALL)
    assert "Thu hồi ki-ốt" in journal
    with pytest.raises(AssertionError):
        kiosk.send([kiosk.cast()])
    assert "Thu hồi máy này" not in signed_in.get(f"/thiet-bi/may/{kiosk.device}").text


def test_a_code_for_the_next_kiosk_enrols_it_at_the_same_counter(signed_in, client, kiosk, rows):
    answer = act(signed_in, kiosk, act="code")
    code = re.search(r"<code>([A-Z0-9]{5}(?:-[A-Z0-9]{5}){3})</code>", answer.text)[1]
    following = connect(client)
    following.enrol(code)
    assert following.device != kiosk.device
    places = rows("SELECT DISTINCT counter_id FROM devices")
    assert len(places) == 1
    assert code not in signed_in.get(f"/thiet-bi/may/{kiosk.device}").text


def test_a_technician_may_look_but_an_auditor_may_not_revoke(as_role, kiosk):
    kiosk.send([kiosk.cast()])
    auditor = as_role("auditor")
    page = auditor.get(f"/thiet-bi/may/{kiosk.device}")
    assert "Thu hồi máy này" not in page.text
