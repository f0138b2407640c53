"""Alerts from real ballots on both databases: told once, mailed once, posted signed, and dead letters sent again."""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from standardwebhooks import Webhook as Verifying

from server.accounts import queries as accounts
from server.alerts import call as calling
from server.alerts import hooks, queries
from server.alerts.call import call, url_fault
from server.alerts.gather import frame_of
from server.alerts.hooks import Webhook
from server.alerts.kinds import KINDS, Wants
from server.alerts.payload import TRIAL, headers, trial_body
from server.alerts.post import post
from server.alerts.tell import _tell_cases, tell_cases, tell_measures
from server.cases.open import open_waiting
from server.cases.watch import watch
from survey.ballot import Answer, Channel
from survey.note import Note
from survey.sealing import seal
from tests.kiosk_double import NOW_MS, QUESTIONS
from tests.server.conftest import OFFICE
from tests.server.listening import listening
from tests.waiting import until

COMMENT = "Chờ lâu quá, gọi tôi 0912345678"
EVERY = tuple(KINDS)


def low(**reasons: str) -> dict[str, Any]:
    answers = {question: Answer(1 if question in reasons else 5, 900) for question in QUESTIONS}
    return {"answers": answers, "reasons": {asked: [reason] for asked, reason in reasons.items()}}


@pytest.fixture
def person(centre):
    """Return a function that makes an account with what it wants; returns its id."""

    def made(name: str, role: str = "leader", unit: str | None = "xa-tan-trao", **wants: object) -> int:
        def add(work) -> int:
            accounts.add(work, name, "x", role, NOW_MS, must_change=False, unit=unit)
            account = accounts.by_name(work.connection, name)
            given = {"kinds": EVERY, "quiet": {"begin": 0, "end": 0, "has_days_off": False}} | wants
            queries.set_wants(work, account.id, msgspec.convert(given, Wants), NOW_MS)
            return account.id

        return centre.writer.run(add)

    return made


@pytest.fixture
def opened(kiosk, centre):
    """Return a function that sends low ballots and opens their cases."""

    def send(n: int = 1, reason: str = "attitude.unfair") -> None:
        kiosk.send([kiosk.cast(**low(attitude=reason)) for _ in range(n)])
        open_waiting(centre)

    return send


def hooked(centre, url: str, *, kinds: tuple[str, ...] = EVERY, unit: str | None = None, persons: bool = False) -> str:
    """Store a program; returns its secret."""
    new = Webhook(f"{abs(hash((url, persons))):032x}"[:32], "Cổng", url, persons, kinds, unit, "test", NOW_MS, None)
    return centre.writer.run(lambda work: hooks.make(work, centre, new))


def inside(centre) -> Any:
    return msgspec.structs.replace(centre, settings=msgspec.structs.replace(centre.settings, webhook_inside=True))


def test_a_case_is_one_alert_and_one_receipt_however_often_the_worker_looks(opened, person, centre, rows):
    lan = person("lan")
    opened()
    assert tell_cases(centre) == 1
    assert tell_cases(centre) == 0
    assert rows("SELECT kind, case_id, office_id, counter_id FROM alerts") == [
        ("case_opened", 1, OFFICE, "xa-tan-trao.q1")
    ]
    assert rows("SELECT account_id FROM alert_receipts") == [(lan,)]


def test_a_worker_killed_before_the_commit_has_told_nothing_and_the_next_tells_it_once(opened, person, centre, rows):
    person("lan", mailbox="lan@xa.example")
    hooked(centre, "http://127.0.0.1:9/")
    opened(3)

    def dies(work) -> int:
        _tell_cases(work, centre, frame_of(work.connection, centre))
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        centre.writer.run(dies)
    assert rows("SELECT count(*) FROM alerts") == rows("SELECT count(*) FROM webhook_deliveries") == [(0,)]
    assert tell_cases(centre) == 3
    assert rows("SELECT count(*) FROM alert_receipts") == rows("SELECT count(*) FROM webhook_deliveries") == [(3,)]
    assert (post(centre), post(centre)) == (1, 0)
    assert rows("SELECT count(*) FROM mails") == [(1,)]


def test_informal_payment_is_a_priority_alert_and_no_second_one_for_the_same_case(opened, person, centre, rows):
    person("lan")
    opened(reason="attitude.harassment")
    tell_cases(centre)
    assert rows("SELECT kind FROM alerts") == [("case_priority",)]


def test_a_case_is_told_at_four_fifths_and_at_its_end(opened, person, centre, clock, rows):
    person("lan")
    opened()
    (warn_at, due_at), = rows("SELECT warn_at, due_at FROM cases")  # fmt: skip
    for at in (warn_at, due_at):
        clock.now_ms = at
        watch(centre)
        tell_cases(centre)
    assert [row[0] for row in rows("SELECT kind FROM alerts ORDER BY id")] == [
        "case_opened",
        "case_warned",
        "case_late",
    ]


def test_only_whoever_sees_the_unit_and_may_see_the_kind_is_told(opened, person, centre, rows):
    lan, tinh = person("lan"), person("tinh", "viewer", None)
    person("other", unit="phuong-minh-xuan")
    person("ky-thuat", "technician", None)
    opened()
    tell_cases(centre)
    assert rows("SELECT account_id FROM alert_receipts ORDER BY account_id") == [(lan,), (tinh,)]


def test_low_grades_are_told_by_each_persons_threshold_and_never_a_small_number(kiosk, person, centre, clock, rows):
    lan, minh = person("lan", low_n=2), person("minh", low_n=6, low_minutes=30)
    bad = {QUESTIONS[-1]: Answer(1, 900)}

    def press(n: int) -> None:
        kiosk.send([kiosk.cast(answers=bad, status="quick", channel=Channel.BUTTON) for _ in range(n)])
        clock.now_ms += 60_000
        tell_measures(centre)

    def told() -> list[tuple[object, ...]]:
        return rows(
            "SELECT account_id, base FROM alerts JOIN alert_receipts ON alert_id = id WHERE kind = 'low_grades' "
            "ORDER BY account_id, id"
        )

    press(4)
    assert told() == []
    press(1)
    assert told() == [(lan, 5)]
    clock.now_ms += 45 * 60_000
    press(1)
    assert told() == [(lan, 5)]
    press(5)
    assert told() == [(lan, 5), (lan, 5), (minh, 6)]
    tell_measures(centre)
    assert len(told()) == 3


def test_a_share_below_the_threshold_is_told_once_with_its_base(kiosk, person, centre, rows):
    person("lan")
    kiosk.send([kiosk.cast() for _ in range(6)] + [kiosk.cast(answers={**low()["answers"], QUESTIONS[-1]: Answer(2, 1)})
                                                   for _ in range(4)])  # fmt: skip
    assert tell_measures(centre) >= 1
    assert rows("SELECT base, tenths, limit_n FROM alerts WHERE kind = 'satisfaction'") == [(10, 600, 70)]
    tell_measures(centre)
    assert rows("SELECT count(*) FROM alerts WHERE kind = 'satisfaction'") == [(1,)]


def test_a_silent_kiosk_is_told_in_opening_hours_once_for_each_silence(kiosk, person, centre, clock, rows):
    person("ky-thuat", "technician", None)
    kiosk.send()
    clock.now_ms = NOW_MS + 2 * 86_400_000
    tell_measures(centre)
    assert rows("SELECT count(*) FROM alerts") == [(1,)], "Saturday 15:00 to Monday 15:00: open for 5.5 hours"
    clock.now_ms += 600_000
    tell_measures(centre)
    assert rows("SELECT kind, device FROM alerts") == [("kiosk_silent", kiosk.device)]


def test_a_letter_tells_kind_place_and_number_and_nothing_a_citizen_wrote(kiosk, person, centre, rows):
    person("lan", mailbox="lan@xa.example")
    note = seal(Note(comment=COMMENT, phone="0912345678"), centre.keys.seal_key)
    kiosk.send([kiosk.cast(sealed=note, sealed_salt=secrets.token_bytes(16), **low(attitude="attitude.harassment"))])
    open_waiting(centre)
    hooked(centre, "http://127.0.0.1:9/")
    tell_cases(centre)
    assert post(centre) == 1
    (mail,) = rows("SELECT subject, message FROM mails")
    (told,) = rows("SELECT body FROM webhook_deliveries")
    assert str(mail[0]).startswith("Cảnh báo: Ưu tiên: vụ việc VV-00001")
    text = message_from_bytes(bytes(mail[1]), policy=default).get_content()
    assert "/canh-bao/1" in text
    for everything in (text, str(told[0])):
        assert "0912345678" not in everything
        assert "lâu quá" not in everything
        assert "attitude" not in everything


def test_a_digest_gathers_what_came_until_the_hour(opened, person, centre, clock, rows):
    person("lan", mailbox="lan@xa.example", pace="hour")
    clock.now_ms = NOW_MS + 60_000
    opened(2)
    tell_cases(centre)
    assert post(centre) == 0
    clock.now_ms = NOW_MS + 3_600_000
    assert post(centre) == 1
    assert rows("SELECT subject FROM mails") == [("2 cảnh báo mới",)]


def test_what_was_acknowledged_before_the_digest_is_not_mailed(opened, person, centre, clock, rows):
    lan = person("lan", mailbox="lan@xa.example", pace="hour")
    clock.now_ms = NOW_MS + 60_000
    opened()
    tell_cases(centre)
    centre.writer.run(lambda work: queries.acknowledge(work, lan, 1, clock.now_ms))
    clock.now_ms = NOW_MS + 3_600_000
    assert post(centre) == 0


@pytest.mark.parametrize("change", ["disabled_at = 1", "unit = 'xa-na-hang'", "role = 'technician'"])
def test_whoever_may_see_it_no_longer_is_mailed_nothing(opened, person, centre, clock, rows, change):
    person("lan", mailbox="lan@xa.example", pace="hour")
    clock.now_ms = NOW_MS + 60_000
    opened()
    tell_cases(centre)
    centre.writer.run(lambda work: work.run(f"UPDATE accounts SET {change}"))
    clock.now_ms = NOW_MS + 3_600_000
    assert post(centre) == 0
    assert rows("SELECT count(*) FROM mails") == [(0,)]


# ---- webhooks ------------------------------------------------------------------------------------------


def test_a_signature_is_that_of_the_published_example():
    key, secret = "msg_p5jXN8AQM9LWM0D4loKWxJek", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    told = headers(key, 1_614_265_330_000, '{"test": 2432232314}', [secret])
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_program_is_posted_each_thing_once_signed(opened, person, centre, rows):
    person("lan")
    with listening() as program:
        secret = hooked(centre, program.url)
        opened(2)
        tell_cases(centre)
        assert call(inside(centre)) == 2
        assert call(inside(centre)) == 0
    for told, body in program.taken:
        signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(base64.b64decode(secret[6:]), signed, hashlib.sha256)).decode()
        assert told["webhook-signature"] == f"v1,{expected}"
        assert told["content-type"].startswith("application/json")
    data = [json.loads(body)["data"] for _, body in program.taken]
    assert {one["case"] for one in data} == {"VV-00001", "VV-00002"}
    assert all(len(one["text_vi"]) <= 160 and len(one["text_ascii"]) <= 160 and one["to"] is None for one in data)
    assert all(one["text_ascii"].isascii() for one in data)
    assert rows("SELECT DISTINCT state FROM webhook_deliveries") == [("sent",)]


def test_a_gateway_is_told_for_each_person_who_asked_and_when_they_allow_it(opened, person, centre, clock):
    person("lan", is_messaged=True)
    person("minh", is_messaged=True, pace="hour")
    person("hoa")
    clock.now_ms = NOW_MS + 60_000
    with listening() as program:
        hooked(centre, program.url, persons=True)
        opened()
        tell_cases(centre)
        call(inside(centre))
        assert [json.loads(body)["data"]["to"] for _, body in program.taken] == ["lan"]
        clock.now_ms = NOW_MS + 3_600_000
        call(inside(centre))
    assert [json.loads(body)["data"]["to"] for _, body in program.taken] == ["lan", "minh"]


def test_a_failing_program_is_tried_ever_later_then_dead_and_sent_again_by_hand(opened, centre, clock, rows):
    with listening() as program:
        hooked(centre, program.url)
        program.answer = 500
        opened()
        tell_cases(centre)
        mine = inside(centre)
        for wait in hooks.WAITS_MS:
            call(mine)
            assert rows("SELECT state, fault FROM webhook_deliveries") == [("waiting", "Trả lời mã 500.")]
            clock.now_ms += wait - 1
            call(mine)
            clock.now_ms += 1
        call(mine)
        (dead,) = rows("SELECT id, webhook_id, state, tries FROM webhook_deliveries")
        assert dead[2:] == ("dead", 8)
        assert len(program.taken) == 8
        assert len({told["webhook-id"] for told, _ in program.taken}) == 1
        program.answer = 204
        assert centre.writer.run(lambda work: hooks.again(work, dead[0], [dead[1]], clock.now_ms))
        assert call(mine) == 1
    assert rows("SELECT state, fault FROM webhook_deliveries") == [("sent", "")]


def test_gone_ends_it_at_once_and_a_redirect_is_not_followed(opened, centre, rows):
    with listening() as program, listening() as elsewhere:
        hooked(centre, program.url)
        program.answer, program.location = 302, elsewhere.url
        opened()
        tell_cases(centre)
        call(inside(centre))
        assert elsewhere.taken == []
        assert rows("SELECT state, fault FROM webhook_deliveries") == [("waiting", "Trả lời mã 302.")]
        program.answer, program.location = 410, ""
        centre.writer.run(lambda work: work.run("UPDATE webhook_deliveries SET next_at = 0"))
        call(inside(centre))
    assert rows("SELECT state FROM webhook_deliveries") == [("dead",)]


def test_a_program_that_thinks_too_long_is_left(opened, centre, rows, monkeypatch):
    monkeypatch.setattr(calling, "DEADLINE_S", 0.5)
    with listening() as program:
        program.wait_s = 2.0
        hooked(centre, program.url)
        opened()
        tell_cases(centre)
        call(inside(centre))
    assert "Không trả lời" in str(rows("SELECT fault FROM webhook_deliveries"))


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """Return a TLS server's context and the certificate to trust, for a name."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, str(certificate)


@pytest.mark.parametrize(("name", "fault"), [("localhost", ""), ("khac.example", "ConnectError")])
def test_over_tls_the_certificate_must_be_of_the_name_not_of_the_address(centre, rows, tmp_path, name, fault):
    context, trusted = certified(tmp_path, name)
    mine = inside(centre)
    mine = msgspec.structs.replace(mine, settings=msgspec.structs.replace(mine.settings, webhook_ca_file=trusted))
    with listening(context) as program:
        hooked(centre, program.url)
        (webhook,) = hooks.listed(centre.engine.connect(), None)
        centre.writer.run(
            lambda work: hooks.put(work, webhook.id, None, "", trial_body("https://a.vn", NOW_MS), (0, 0))
        )
        assert call(mine) == (not fault)
        assert len(program.taken) == (not fault)
        if not fault:
            assert program.taken[0][0]["host"].startswith("localhost:")
    assert fault in str(rows("SELECT fault FROM webhook_deliveries"))


def test_an_address_that_breaks_holds_up_no_other(opened, centre, rows):
    with listening() as program:
        hooked(centre, f"https://{'a' * 70}.vn/")
        hooked(centre, program.url)
        opened()
        tell_cases(centre)
        assert call(inside(centre)) == 1
        assert len(program.taken) == 1
    assert sorted(row[0] for row in rows("SELECT state FROM webhook_deliveries")) == ["sent", "waiting"]


def test_alerts_go_after_four_hundred_days_with_all_that_hangs_on_them(opened, person, centre, clock, rows):
    lan = person("lan")
    hooked(centre, "https://a.vn/")
    opened()
    tell_cases(centre)
    centre.writer.run(lambda work: queries.add_note(work, 1, "lan", NOW_MS, b"x"))
    centre.writer.run(lambda work: queries.acknowledge(work, lan, 1, NOW_MS))
    assert centre.writer.run(lambda work: queries.sweep(work, NOW_MS + queries.KEPT_MS)) == 0
    assert centre.writer.run(lambda work: queries.sweep(work, NOW_MS + queries.KEPT_MS + 1)) == 1
    for table in ("alerts", "alert_receipts", "alert_notes", "webhook_deliveries"):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_private_addresses_are_refused_unless_the_setting_allows_them(opened, centre, rows):
    with listening() as program:
        hooked(centre, program.url)
        opened()
        tell_cases(centre)
        call(centre)
        assert program.taken == []
    assert "mạng riêng" in str(rows("SELECT fault FROM webhook_deliveries"))


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1",
                "0.0.0.0", "100.64.0.1", "224.0.0.1", "fe80::1%eth0"],
)  # fmt: skip
def test_no_address_but_a_public_one_is_called(address):
    assert not calling.is_allowed("https", address, is_inside=False)
    assert not calling.is_allowed("http", address, is_inside=False)


@pytest.mark.parametrize(
    "url", ["http://cong.tinh.gov.vn/x", "ftp://a", "https://", "https://u:p@a.vn/", "https://a.vn/#x",
            "https://a b.vn", "https://a.vn:99999/", "http://10.0.0.1/", "x" * 600, "https://[::1", "https://a.vn:0/"],
)  # fmt: skip
def test_an_address_that_cannot_be_is_told_in_vietnamese(url):
    assert url_fault(url, is_inside=False)
    assert url_fault("https://cong.tinh.gov.vn:8443/x?y=1", is_inside=False) is None
    assert url_fault("http://127.0.0.1:8000/", is_inside=True) is None


def test_for_a_day_after_a_change_both_secrets_sign(opened, centre, clock):
    with listening() as program:
        first = hooked(centre, program.url)
        (webhook,) = hooks.listed(centre.engine.connect(), None)
        second = centre.writer.run(lambda work: hooks.rotate(work, centre, webhook.id, clock.now_ms))
        for later in (0, hooks.BOTH_MS + 1):
            clock.now_ms += later
            body = trial_body("https://a.vn", clock.now_ms)
            centre.writer.run(lambda work, body=body: hooks.put(work, webhook.id, None, "", body, (clock.now_ms, 0)))
            call(inside(centre))
    counts = [told["webhook-signature"].count("v1,") for told, _ in program.taken]
    assert counts == [2, 1]
    told, body = program.taken[0]
    for secret in (first, second):
        key, at = told["webhook-id"], int(told["webhook-timestamp"])
        mine = Verifying(secret).sign(key, datetime.fromtimestamp(at, UTC), body.decode())
        assert mine in told["webhook-signature"]
    assert json.loads(body)["type"] == TRIAL


def test_a_secret_is_nowhere_in_the_database_as_it_is_shown(centre, rows):
    secret = hooked(centre, "https://a.vn/")
    (stored,) = rows("SELECT secret FROM webhooks")
    assert secret.encode() not in bytes(stored[0])
    assert base64.b64decode(secret[6:]) not in bytes(stored[0])


def test_the_receiver_of_the_documents_verifies_forwards_once_and_refuses_a_forgery(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    (tmp_path / "gateway.py").write_text(code)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    given = os.environ | {"SECRET": secret, "PHONES": json.dumps({"lan": "0900000001"})}
    gateway = subprocess.Popen([sys.executable, tmp_path / "gateway.py", str(port)], env=given, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    try:
        now_ms = time.time_ns() // 1_000_000
        body = trial_body("https://a.vn", now_ms, "lan")

        def send(key: str, text: str) -> int:
            signed = headers(key, now_ms, body, [secret])
            return httpx.post(f"http://127.0.0.1:{port}/", content=text.encode(), headers=signed).status_code

        def is_up() -> bool:
            try:
                return bool(httpx.post(f"http://127.0.0.1:{port}/", content=b"").status_code)
            except httpx.HTTPError:
                return False

        until(is_up, 20)
        assert [send("msg_1", body), send("msg_1", body), send("msg_2", body.replace("lan", "minh"))] == [200, 200, 401]
    finally:
        gateway.kill()
        out, _ = gateway.communicate()
    assert out == "SMS 0900000001 Tin thu cua he thong Hai Long https://a.vn/canh-bao\n"
