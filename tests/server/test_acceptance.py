"""Acceptance sheets: signed, held once, never changed, and shown with the devices."""

import secrets
import threading

import pytest
from msgspec.structs import replace

from server.devices.enrol import revoke
from survey import signature, wire
from survey.acceptance import Item, Sheet, SheetReceipt
from survey.problem import Problem
from tests.kiosk_double import HOST, NOW_MS, KioskDouble

PATH = "/api/v1/acceptance"


def a_sheet(kiosk, **changed):
    plain = Sheet(
        version=1, id=secrets.token_hex(16), device=kiosk.device, software="0.1.0", began="2026-11-21T07:30:00.000Z",
        clock="exact", took_ms=70_000, who="NVA", verdict="pass", items=[Item("network", "pass", "eth0")],
    )  # fmt: skip
    return replace(plain, **changed)


def post(kiosk, body, **headers):
    nonce = secrets.token_hex(16)
    signed = signature.sign_request("POST", HOST, PATH, body, key=kiosk.key, keyid=kiosk.device, nonce=nonce)
    status, answered, answer = kiosk.post(PATH, body, {"content-type": wire.CONTENT_TYPE, **signed, **headers})
    if status != 200:
        return status, wire.decode(answer, Problem).code
    signature.check_response(200, answer, answered, kiosk.centre_key, nonce)
    return status, wire.decode(answer, SheetReceipt)


def test_a_sheet_sent_again_is_held_once(kiosk, rows):
    body = wire.encode(a_sheet(kiosk))
    assert post(kiosk, body)[1].id == post(kiosk, body)[1].id
    assert rows("SELECT count(*), max(verdict) FROM acceptances") == [(1, "pass")]


def test_five_at_once_are_one_row(kiosk, rows):
    body = wire.encode(a_sheet(kiosk))
    threads = [threading.Thread(target=post, args=(kiosk, body)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows("SELECT count(*) FROM acceptances") == [(1,)]


def test_another_sheet_of_a_known_id_changes_nothing(kiosk, enrol, rows):
    first = a_sheet(kiosk)
    post(kiosk, wire.encode(first))
    assert post(kiosk, wire.encode(replace(first, who="X"))) == (409, "sheet_known")
    other = enrol("xa-tan-trao.q2")
    assert post(other, wire.encode(replace(first, device=other.device))) == (409, "sheet_known")
    assert rows("SELECT device, who FROM acceptances") == [(kiosk.device, "NVA")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"verdict": "fail"}, "wrong_verdict"),
        ({"items": [Item("network", "fail")]}, "wrong_verdict"),
        ({"items": []}, "not_a_sheet"),
        ({"items": [Item("network", "perhaps")]}, "not_a_sheet"),
        ({"version": 2}, "unknown_version"),
        ({"device": "ks-000099"}, "bad_signature"),
    ],
)
def test_a_sheet_that_is_none_is_refused(kiosk, rows, changed, code):
    assert post(kiosk, wire.encode(a_sheet(kiosk, **changed)))[1] == code
    assert rows("SELECT count(*) FROM acceptances") == [(0,)]


def test_foreign_unsigned_revoked_and_huge_are_refused(kiosk, centre):
    body = wire.encode(a_sheet(kiosk))
    thief = KioskDouble(kiosk.post)
    thief.device, thief.centre_key = kiosk.device, kiosk.centre_key
    assert post(thief, body) == (401, "bad_signature")
    assert post(kiosk, body, **{"content-type": "text/plain"}) == (415, "wrong_content_type")
    assert post(kiosk, b"x" * 32_769) == (413, "too_large")
    assert post(kiosk, b"{}") == (400, "not_a_sheet")
    centre.writer.run(lambda work: revoke(work, kiosk.device, NOW_MS, "test"))
    assert post(kiosk, body) == (401, "unknown_device")


def test_the_devices_page_shows_place_queue_sheet_and_alarms_to_who_is_signed_in(signed_in, kiosk):
    kiosk.send([kiosk.cast()])
    kiosk.inst = "e" * 32
    kiosk.send()
    failed = [Item("button-5", "fail", "bấm <không> nhận")]
    post(kiosk, wire.encode(a_sheet(kiosk, verdict="fail", items=failed)))
    shown = signed_in.get("/thiet-bi")
    assert shown.status_code == 200
    for words in ("Quầy số 1", kiosk.device, "Không đạt", "bấm &lt;không&gt; nhận", "thẻ bị sao chép", "NVA"):
        assert words in shown.text, words
    assert "Failed" in signed_in.get("/thiet-bi?lang=en").text
    signed_in.cookies.clear()
    assert "dang-nhap" in str(signed_in.get("/thiet-bi", follow_redirects=False).headers["location"])
