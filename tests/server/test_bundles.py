"""Support bundles asked of a kiosk: told to who understands, held once, bounded, withdrawn, expired, removed."""

import io
import re
import secrets
import threading
import zipfile

import pytest
from msgspec.structs import replace

from server.devices import bundles
from server.devices.bundles import KEPT_AT_MOST, KEPT_DAYS, TERM_DAYS, sweep
from server.devices.enrol import revoke
from survey import signature, wire
from survey.local_time import DAY_MS
from survey.problem import Problem
from survey.support import BUNDLE, MAX_BUNDLE_BYTES, MAX_MESSAGE_BYTES, UNDERSTANDS, Bundle, BundleReceipt
from tests.kiosk_double import HOST, NOW_MS, KioskDouble
from tests.server.conftest import ORIGIN, csrf

PATH = "/api/v1/bundles"


def a_zip(words="hello"):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as zipped:
        zipped.writestr("versions.json", words)
    return into.getvalue()


def act(client, kiosk, **data):
    address = f"/thiet-bi/may/{kiosk.device}"
    return client.post(address, data={"csrf": csrf(client.get(address))} | data, headers=ORIGIN)


def ask(client, kiosk, reason="Máy hay tắt màn hình"):
    return act(client, kiosk, act="bundle", ly_do=reason)


def told(kiosk, **headers):
    """Return the request that the receipt of an empty batch names; headers: more than an older kiosk sends."""
    body = wire.encode(kiosk.batch([]))
    signed, nonce = kiosk.sign(body, **{"content-encoding": "identity"}, **headers)
    return kiosk.receipt(kiosk.post("/api/v1/batches", body, signed), nonce).bundle or ""


def asked_of(kiosk):
    return told(kiosk, **{UNDERSTANDS: f"something {BUNDLE}"})


def a_bundle(kiosk, request, **changed):
    plain = Bundle(version=1, id=request, device=kiosk.device, software="0.1.0", zip=a_zip())
    return replace(plain, **changed)


def send(kiosk, bundle, **headers):
    body, nonce = bundle if isinstance(bundle, bytes) else wire.encode(bundle), secrets.token_hex(16)
    signed = signature.sign_request("POST", HOST, PATH, body, key=kiosk.key, keyid=kiosk.device, nonce=nonce)
    status, answered, answer = kiosk.post(PATH, body, {"content-type": wire.CONTENT_TYPE, **signed, **headers})
    if status != 200:
        return status, wire.decode(answer, Problem).code
    signature.check_response(200, answer, answered, kiosk.centre_key, nonce)
    return status, wire.decode(answer, BundleReceipt).id


def shown(client, kiosk):
    page = client.get(f"/thiet-bi/may/{kiosk.device}").text
    section = re.search(r'<section class="card" id="goi-ho-tro">.*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", section[0]).split()) if section else ""


def fetch(client, kiosk, request):
    return client.get(f"/thiet-bi/may/{kiosk.device}/goi-ho-tro/{request}")


def test_what_was_asked_comes_is_listed_and_is_downloaded_as_it_was_sent(signed_in, kiosk, rows):
    assert asked_of(kiosk) == ""
    assert "Đã ghi yêu cầu" in ask(signed_in, kiosk).text
    assert "Đang chờ máy gửi" in shown(signed_in, kiosk)
    request = asked_of(kiosk)
    sent = a_bundle(kiosk, request, left_out=["logs/journal.log: 900 / 1200 B"])
    assert send(kiosk, sent) == (200, request)
    assert asked_of(kiosk) == ""
    words = shown(signed_in, kiosk)
    for part in ("quantri", "Máy hay tắt màn hình", "Tải gói", "1 KB", "logs/journal.log: 900 / 1200 B", "21/11/2026"):
        assert part in words, part
    answer = fetch(signed_in, kiosk, request)
    assert (answer.content, answer.headers["content-type"]) == (sent.zip, "application/zip")
    assert f'filename="hailong-ho-tro-{kiosk.device}-2026-11-21.zip"' in answer.headers["content-disposition"]
    assert rows("SELECT actor, action, subject FROM audit WHERE substr(action, 1, 7) = 'bundle.' ORDER BY id") == [
        ("quantri", "bundle.ask", f"{kiosk.device} Máy hay tắt màn hình"),
        ("quantri", "bundle.fetch", f"{kiosk.device} 2026-11-21"),
    ]


def test_an_older_kiosk_is_told_nothing_and_goes_on(signed_in, kiosk):
    ask(signed_in, kiosk)
    assert told(kiosk) == told(kiosk, **{UNDERSTANDS: "bundles"}) == ""
    assert len(kiosk.send([kiosk.cast()]).verdicts) == 1
    assert asked_of(kiosk)


def test_one_kiosk_is_never_told_what_another_was_asked(signed_in, kiosk, enrol, rows):
    ask(signed_in, kiosk)
    other = enrol("xa-tan-trao.q2")
    request = asked_of(kiosk)
    assert asked_of(other) == ""
    assert send(other, a_bundle(other, request)) == (409, "bundle_not_asked")
    assert rows("SELECT count(*) FROM support_bundles WHERE body IS NOT NULL") == [(0,)]


def test_a_bundle_made_again_after_a_lost_answer_changes_nothing(signed_in, kiosk):
    ask(signed_in, kiosk)
    request = asked_of(kiosk)
    first = a_bundle(kiosk, request)
    assert send(kiosk, first) == send(kiosk, replace(first, zip=a_zip("another"))) == (200, request)
    assert send(kiosk, replace(first, zip=b"", why="given_up")) == (200, request)
    assert fetch(signed_in, kiosk, request).content == first.zip


def test_five_at_once_are_one_bundle(signed_in, kiosk, rows):
    ask(signed_in, kiosk)
    request = asked_of(kiosk)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(send(kiosk, a_bundle(kiosk, request)))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(200, request)] * 5
    assert rows("SELECT count(*) FROM support_bundles") == [(1,)]


def test_a_request_is_made_once_with_a_reason_and_withdrawn(signed_in, kiosk, rows):
    assert ask(signed_in, kiosk, "  ").status_code == ask(signed_in, kiosk, "x" * 201).status_code == 422
    ask(signed_in, kiosk)
    again = ask(signed_in, kiosk)
    assert (again.status_code, "Đã có một yêu cầu" in again.text) == (422, True)
    request = asked_of(kiosk)
    assert "Đã rút yêu cầu" in act(signed_in, kiosk, act="bundle_withdraw").text
    assert asked_of(kiosk) == ""
    assert send(kiosk, a_bundle(kiosk, request)) == (409, "bundle_not_asked")
    assert act(signed_in, kiosk, act="bundle_withdraw").status_code == 422
    assert ask(signed_in, kiosk).status_code == 200
    assert rows("SELECT count(*) FROM audit WHERE action = 'bundle.withdraw'") == [(1,)]


def test_a_request_ends_by_itself(signed_in, kiosk, clock):
    ask(signed_in, kiosk)
    request = asked_of(kiosk)
    clock.now_ms = NOW_MS + TERM_DAYS * DAY_MS - 1
    assert asked_of(kiosk) == request
    clock.now_ms += 1
    assert asked_of(kiosk) == ""
    assert send(kiosk, a_bundle(kiosk, request)) == (409, "bundle_not_asked")


def test_why_there_is_none_is_said(signed_in, kiosk):
    ask(signed_in, kiosk)
    failed = a_bundle(kiosk, asked_of(kiosk), zip=b"", why="not_made", fault="OSError")
    send(kiosk, failed)
    assert "Không có gói: máy không lập được gói (OSError)" in shown(signed_in, kiosk)
    assert "Tải gói" not in shown(signed_in, kiosk)
    assert fetch(signed_in, kiosk, failed.id).status_code == 404
    assert ask(signed_in, kiosk).status_code == 200


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"zip": b"hello"}, (400, "not_a_bundle")),
        ({"zip": b""}, (400, "not_a_bundle")),
        ({"why": "not_made"}, (400, "not_a_bundle")),
        ({"why": "lazy", "zip": b""}, (400, "not_a_bundle")),
        ({"fault": "0912345678"}, (400, "not_a_bundle")),
        ({"fault": "no space"}, (400, "not_a_bundle")),
        ({"zip": b"PK\x03\x04" + bytes(MAX_BUNDLE_BYTES)}, (400, "not_a_bundle")),
        ({"left_out": ["x"] * 101}, (400, "not_a_bundle")),
        ({"version": 2}, (400, "unknown_version")),
        ({"device": "ks-000099"}, (401, "bad_signature")),
        ({"id": "0" * 32}, (409, "bundle_not_asked")),
    ],
)
def test_what_is_no_answer_to_a_request_is_refused(signed_in, kiosk, rows, changed, refused):
    ask(signed_in, kiosk)
    assert send(kiosk, a_bundle(kiosk, asked_of(kiosk), **changed)) == refused
    assert rows("SELECT came_at FROM support_bundles") == [(None,)]


def test_the_largest_is_taken_and_a_larger_message_is_not_even_read(signed_in, kiosk):
    ask(signed_in, kiosk)
    largest = b"PK\x03\x04" + secrets.token_bytes(MAX_BUNDLE_BYTES - 4)
    request = asked_of(kiosk)
    assert send(kiosk, b"x" * (MAX_MESSAGE_BYTES + 1)) == (413, "too_large")
    assert send(kiosk, a_bundle(kiosk, request, zip=largest, left_out=["x" * 120] * 100)) == (200, request)
    assert fetch(signed_in, kiosk, request).content == largest


def test_a_thief_and_a_revoked_kiosk_send_nothing(signed_in, kiosk, centre):
    ask(signed_in, kiosk)
    request = asked_of(kiosk)
    thief = KioskDouble(kiosk.post)
    thief.device, thief.centre_key = kiosk.device, kiosk.centre_key
    assert send(thief, a_bundle(kiosk, request)) == (401, "bad_signature")
    centre.writer.run(lambda work: revoke(work, kiosk.device, NOW_MS, "test"))
    assert send(kiosk, a_bundle(kiosk, request)) == (401, "unknown_device")
    assert ask(signed_in, kiosk).status_code == 422


def test_after_its_time_a_bundle_is_gone_with_its_request_and_the_log_says_so(signed_in, kiosk, centre, clock, rows):
    def swept():
        return centre.writer.run(lambda work: sweep(work, clock.now_ms))

    ask(signed_in, kiosk)
    send(kiosk, a_bundle(kiosk, asked_of(kiosk)))
    later = NOW_MS + DAY_MS
    centre.writer.run(lambda work: bundles.ask(work, kiosk.device, "x", later, "test"))
    centre.writer.run(lambda work: bundles.withdraw(work, kiosk.device, later, "test"))
    clock.now_ms = NOW_MS + KEPT_DAYS * DAY_MS - 1
    assert swept() == 0
    clock.now_ms += 1
    assert swept() == 1
    assert rows("SELECT withdrawn_at IS NULL FROM support_bundles") in ([(False,)], [(0,)])
    clock.now_ms += DAY_MS
    assert (swept(), swept()) == (1, 0)
    assert rows("SELECT actor, subject FROM audit WHERE action = 'bundle.remove'") == [
        ("hệ thống", f"{kiosk.device} 1")
    ]


def test_a_request_nobody_answered_goes_a_while_after_its_term(signed_in, kiosk, centre, rows):
    ask(signed_in, kiosk)
    end = NOW_MS + (TERM_DAYS + KEPT_DAYS) * DAY_MS
    assert centre.writer.run(lambda work: sweep(work, end - 1)) == 0
    assert centre.writer.run(lambda work: sweep(work, end)) == 1


def test_a_kiosk_has_its_newest_few_and_no_more(signed_in, kiosk, clock, rows):
    requests = []
    for n in range(KEPT_AT_MOST + 1):
        clock.now_ms = NOW_MS + n * 60_000
        ask(signed_in, kiosk)
        requests.append(asked_of(kiosk))
        send(kiosk, a_bundle(kiosk, requests[-1]))
    assert [row[0] for row in rows("SELECT id FROM support_bundles ORDER BY asked_at")] == requests[1:]
    assert fetch(signed_in, kiosk, requests[0]).status_code == 404


def test_who_may_not_see_the_kiosk_gets_no_bundle_and_who_only_sees_asks_for_none(as_role, signed_in, kiosk, rows):
    ask(signed_in, kiosk)
    request = asked_of(kiosk)
    send(kiosk, a_bundle(kiosk, request))
    elsewhere = as_role("technician", "phuong-minh-xuan")
    assert fetch(elsewhere, kiosk, request).status_code == 404
    assert elsewhere.get(f"/thiet-bi/may/{kiosk.device}").status_code == 404
    leader = as_role("leader", "xa-tan-trao")
    assert fetch(leader, kiosk, request).status_code == 200
    assert "Xin gói hỗ trợ" not in shown(leader, kiosk)
    data = {"csrf": csrf(leader.get("/doi-mat-khau")), "act": "bundle", "ly_do": "x"}
    assert leader.post(f"/thiet-bi/may/{kiosk.device}", data=data, headers=ORIGIN).status_code == 403
    assert fetch(as_role("steward"), kiosk, request).status_code == 403
    assert ask(as_role("technician", "xa-tan-trao"), kiosk).status_code == 200
    assert rows("SELECT count(*) FROM support_bundles") == [(2,)]


def test_the_register_says_what_is_kept_of_kiosks(signed_in, kiosk):
    ask(signed_in, kiosk)
    send(kiosk, a_bundle(kiosk, asked_of(kiosk)))
    page = signed_in.get("/du-lieu-ca-nhan").text
    line = page[page.index("Gói hỗ trợ của ki-ốt") :]
    assert "30 ngày từ khi máy gửi, nhiều nhất 5 gói một máy" in line
    assert 'data-name="Đang giữ">1<' in line
