"""A bundle asked for on the centre's page, made by the real uploader, opened and searched; no ballot waits for it."""

import io
import os
import signal
import socket
import zipfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import requests

from appliance import identity, keys
from appliance.clock import Clock
from appliance.technician import asked as asking
from appliance.technician.asked import Asked
from appliance.uploader import Uploader
from demo.centre import Centre
from survey import sealing
from survey.ballot import Consent
from survey.note import Note
from tests.appliance.test_outbox import a_draft, a_moment
from tests.journey.test_acceptance import keep_one
from tests.journey.test_kills import child
from tests.journey.test_press import leader
from tests.machine import Machine, machine
from tests.middlebox import Heard, Middlebox, lose_answer
from tests.waiting import until

COMMENT, PHONE = "Chờ lâu quá, cán bộ nói khó nghe", "0912345678"


@pytest.fixture(scope="module")
def desk(centre: Centre) -> requests.Session:
    """The administrator, signed in at the running centre."""
    return leader(centre)


def ask(centre: Centre, desk: requests.Session, device: str) -> str:
    """Ask on the kiosk's page as a person does; return the request's id."""
    address = f"{centre.url}/thiet-bi/may/{device}"
    token = desk.get(address, timeout=10).text.split('name="csrf" value="')[1].split('"')[0]
    form = {"csrf": token, "act": "bundle", "ly_do": "Máy hay tắt màn hình"}
    answer = desk.post(address, form, headers={"Origin": centre.url}, timeout=10)
    assert "Đã ghi yêu cầu" in answer.text
    held = centre.rows("SELECT id FROM support_bundles WHERE device_id = ?", device)
    return str(held[-1][0])


def came(centre: Centre, request: str) -> list[tuple[int, str, str]]:
    return centre.rows(
        "SELECT size, why, fault FROM support_bundles WHERE id = ? AND came_at IS NOT NULL", request
    )  # fmt: skip


def counted(centre: Centre, kiosk: Machine) -> int:
    query = "SELECT count(*) FROM ballots b JOIN streams s ON s.id = b.stream_id WHERE s.device = ?"
    return int(centre.rows(query, kiosk.outbox.device)[0][0])


def fetched(centre: Centre, desk: requests.Session, device: str, request: str) -> requests.Response:
    return desk.get(f"{centre.url}/thiet-bi/may/{device}/goi-ho-tro/{request}", timeout=20)


def opened(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


def with_asked(kiosk: Machine, url: str, clock: list[float] | None = None) -> tuple[Uploader, Asked]:
    """Return a kiosk's uploader and its bundles, both by a line of their own. clock: one number, set by the test."""
    line = machine(kiosk.local, url)
    line.outbox.close()
    helper = Asked(kiosk.folder, url, monotonic=(lambda: clock[0]) if clock else (lambda: 0.0))
    outbox = kiosk.outbox
    return Uploader(outbox, line.uploader.link, Clock(outbox.boot), kiosk.folder, every_s=1.0, asked=helper), helper


def spellings(secret: bytes) -> list[bytes]:
    return [secret, secret.hex().encode(), b64encode(secret).rstrip(b"=")]


def test_a_real_uploader_sends_what_was_asked_and_it_betrays_nothing(
    centre: Centre, desk: requests.Session, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    settings = identity.kiosk_settings(kiosk.folder)
    assert settings is not None
    sealed = sealing.seal(Note(comment=COMMENT, phone=PHONE), settings.seal_key)
    draft = msgspec.structs.replace(a_draft(), sealed=sealed, consent=Consent("contact_v1", "vi"))
    ballot = kiosk.outbox.cast(draft, a_moment())
    kiosk.outbox.keep(a_draft())
    keep_one(kiosk)
    (kiosk.folder / "uploader.log").write_text(f"line one\ncalled {PHONE} {settings.qr_key.hex()}\n")
    request = ask(centre, desk, kiosk.outbox.device)
    arguments = ("--data", str(kiosk.folder), "--centre", centre.url, "--every", "1", "--at-once")
    process = child("appliance.uploader", *arguments)
    try:
        until(lambda: came(centre, request), 40)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert counted(centre, kiosk) == 1
    answer = fetched(centre, desk, kiosk.outbox.device, request)
    assert answer.headers["content-type"] == "application/zip"
    parts = opened(answer.content)
    whole = b"\n".join([answer.content, *parts.values()])
    hidden = [COMMENT.encode(), PHONE.encode(), str(ballot.id).encode(), b"answers"]
    hidden += [*spellings(settings.qr_key), *spellings((kiosk.folder / keys.KEY).read_bytes()), *spellings(sealed)]
    hidden += [*spellings(ballot.answers_salt), *(f'"{one}"'.encode() for one in draft.answers)]
    assert [secret for secret in hidden if secret in whole] == []
    assert msgspec.json.decode(parts["outbox.json"])["integrity_check"] == ["ok"]
    assert msgspec.json.decode(parts["facts.json"])["trip"]["is_receipted"] is True
    assert b"line one" in parts["logs/uploader.log"]
    assert any(name.startswith("acceptance/") for name in parts)
    assert "local" not in msgspec.json.decode(parts["settings.json"])
    assert not [name for name in parts if name.endswith(".fault")]
    log = (centre.folder / "serve.log").read_text()
    assert request not in log
    assert not (kiosk.folder / asking.STATE).exists()
    assert centre.rows("SELECT kind FROM events WHERE device = ?", kiosk.outbox.device) == []


def test_a_lost_answer_makes_no_second_bundle(
    centre: Centre, desk: requests.Session, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    request = ask(centre, desk, kiosk.outbox.device)

    def fault(box: Middlebox, heard: Heard, client: socket.socket) -> None:
        if b"/api/v1/bundles" in heard.head:
            lose_answer(box, heard, client)
        else:
            client.sendall(box.pass_on(heard))

    clock = [0.0]
    with Middlebox(centre.port, fault) as box:
        uploader, helper = with_asked(kiosk, box.url, clock)
        for _ in range(3):
            uploader.exchange()
            helper.wait(30)
            clock[0] += 24 * 3600
        sent = [heard for heard in box.heard if b"/api/v1/bundles" in heard.head]
    uploader.link.close()
    assert len(sent) == 1
    assert [size > 0 for size, _, _ in came(centre, request)] == [True]


def test_a_kiosk_killed_in_the_middle_makes_it_again(
    centre: Centre, desk: requests.Session, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    request = ask(centre, desk, kiosk.outbox.device)
    process: list[object] = []

    def fault(box: Middlebox, heard: Heard, client: socket.socket) -> None:
        if b"/api/v1/bundles" in heard.head and len(process) == 1:
            os.kill(process[0].pid, signal.SIGKILL)  # type: ignore[attr-defined]
            process.append("killed")
        else:
            client.sendall(box.pass_on(heard))

    with Middlebox(centre.port, fault) as box:
        arguments = ("--data", str(kiosk.folder), "--centre", box.url, "--every", "1", "--at-once")
        first = child("appliance.uploader", *arguments)
        process.append(first)
        first.communicate(timeout=40)
        assert process[-1] == "killed"
        assert came(centre, request) == []
        again = child("appliance.uploader", *arguments)
        try:
            until(lambda: came(centre, request), 40)
        finally:
            again.send_signal(signal.SIGTERM)
            again.communicate(timeout=10)
    held = centre.rows("SELECT count(*) FROM support_bundles WHERE device_id = ?", kiosk.outbox.device)
    assert held == [(1,)]


def test_ballots_go_before_a_bundle_and_past_one_that_is_stuck(
    centre: Centre, desk: requests.Session, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    request = ask(centre, desk, kiosk.outbox.device)
    stuck: list[bytes] = []

    def fault(box: Middlebox, heard: Heard, client: socket.socket) -> None:
        if b"/api/v1/bundles" in heard.head and not stuck:
            stuck.append(heard.body)
            client.recv(1)  # until the kiosk itself hangs up
            stuck.append(b"cut")
        else:
            client.sendall(box.pass_on(heard))

    clock = [0.0]
    with Middlebox(centre.port, fault) as box:
        uploader, helper = with_asked(kiosk, box.url, clock)
        for second in range(3):
            kiosk.outbox.cast(a_draft(), a_moment(second))
        uploader.pace = msgspec.structs.replace(uploader.pace, batch=2)
        uploader.exchange()
        assert stuck == []
        assert helper._thread is None, "a ballot still waited"
        uploader.exchange()
        assert counted(centre, kiosk) == 3
        until(lambda: stuck, 30)
        kiosk.outbox.cast(a_draft(), a_moment(9))
        uploader.exchange()
        assert counted(centre, kiosk) == 4
        until(lambda: len(stuck) == 2, 10)
        helper.wait(10)
        assert came(centre, request) == []
        uploader.exchange()
        helper.wait(30)
        assert came(centre, request) == [], "it waits before it tries again"
        clock[0] += 3600
        uploader.exchange()
        helper.wait(30)
        assert len(came(centre, request)) == 1
    uploader.link.close()


def test_after_six_tries_the_kiosk_says_so_and_makes_none(
    centre: Centre, desk: requests.Session, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    request = ask(centre, desk, kiosk.outbox.device)
    begun = asking.Begun(request, asking.TRIES)
    (kiosk.folder / asking.STATE).write_bytes(msgspec.json.encode(begun))
    uploader, helper = with_asked(kiosk, centre.url)
    uploader.exchange()
    helper.wait(30)
    assert came(centre, request) == [(0, "given_up", "")]
    other = ask(centre, desk, kiosk.outbox.device)
    uploader.exchange()
    helper.wait(30)
    assert other != request
    assert [why for _, why, _ in came(centre, other)] == [""]
    uploader.link.close()


def test_a_kiosk_that_cannot_open_its_ballots_says_why_and_one_bad_part_costs_only_itself(
    centre: Centre, desk: requests.Session, enrol_machine: Callable[[], Machine], tmp_path: Path
) -> None:
    kiosk = enrol_machine()
    request = ask(centre, desk, kiosk.outbox.device)
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in kiosk.folder.iterdir():
        if path.is_file() and not path.name.startswith("outbox"):
            (broken / path.name).write_bytes(path.read_bytes())
    (broken / "outbox.db").mkdir()
    helper = Asked(broken, centre.url)
    helper.hear(request)
    helper.wait(30)
    assert came(centre, request) == [(0, "not_made", "OperationalError")]
    (kiosk.folder / "acceptance" / "bad.json").mkdir(parents=True)
    request = ask(centre, desk, kiosk.outbox.device)
    uploader, helper = with_asked(kiosk, centre.url)
    uploader.exchange()
    helper.wait(30)
    parts = opened(fetched(centre, desk, kiosk.outbox.device, request).content)
    assert parts["acceptance/bad.json.fault"] == b"IsADirectoryError"
    assert "outbox.json" in parts
    uploader.link.close()
