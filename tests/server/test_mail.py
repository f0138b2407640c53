"""Mail: a real mail server on the loopback takes it; what it refuses waits, is told, and dies in the end."""

import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from server.mail import outbox
from server.mail.message import File, MailboxError, Message, as_bytes, mailboxes
from server.mail.outbox import deliver, found, put
from server.mail.send import SendError, send
from tests.kiosk_double import NOW_MS

LETTER = Message(
    "test 1", "Báo cáo số 01/BC: Kết quả khảo sát mức độ hài lòng tháng 10/2026", "Kính gửi Ông/Bà,\n",
    ["vanthu@tinh.example", "ubnd@tinh.example"], [File("Báo cáo 01-BC 2026.pdf", "application/pdf", b"%PDF-x" * 9000)],
)  # fmt: skip


class Taking:
    """What the server was given; `answer` is what it says to it."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos, envelope.content))
        return self.answer


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[Taking, dict[str, object]]]:
    """Run a mail server with STARTTLS and a password; give what it took and the settings for it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def known(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"hailong", b"mat-khau")
        return AuthResult(success=is_right)

    taking = Taking()
    controller = Controller(
        taking, hostname="localhost", port=0, tls_context=context, require_starttls=True, authenticator=known,
        auth_required=True,
    )  # fmt: skip
    controller.port = _free_port()
    controller.start()
    (tmp_path / "password").write_text("mat-khau\n")
    settings: dict[str, object] = {
        "smtp_host": "localhost", "smtp_port": controller.port, "smtp_from": "Trung tâm <hailong@tinh.example>",
        "smtp_user": "hailong", "smtp_password_file": str(tmp_path / "password"), "smtp_ca_file": str(certificate),
    }  # fmt: skip
    yield taking, settings
    controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("localhost", 0))
        return int(one.getsockname()[1])


def with_mail(centre: Any, settings: dict[str, object]) -> Any:
    return msgspec.structs.replace(centre, settings=msgspec.structs.replace(centre.settings, **settings))


def state(centre: Any, once: str = LETTER.once) -> outbox.Mail:
    with centre.engine.connect() as connection:
        mail = found(connection, once)
    assert mail is not None
    return mail


def test_a_letter_arrives_with_its_vietnamese_subject_and_file(centre, post):
    taking, settings = post
    mine = with_mail(centre, settings)
    assert centre.writer.run(lambda work: put(work, LETTER, mine.settings.smtp_from, NOW_MS))
    assert not centre.writer.run(lambda work: put(work, LETTER, mine.settings.smtp_from, NOW_MS))
    assert deliver(mine) == (1, 0)
    assert deliver(mine) == (0, 0)
    (recipients, raw), *more = taking.taken
    assert more == []
    assert recipients == list(LETTER.recipients)
    assert max(raw[: raw.index(b"\r\n\r\n")]) < 128, "a header on the wire is ASCII"
    letter = message_from_bytes(raw, policy=default)
    assert letter["Subject"] == LETTER.subject
    assert letter["From"].addresses[0].display_name == "Trung tâm"
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (LETTER.files[0].name, LETTER.files[0].body)
    assert state(centre).state == "sent"


def test_without_a_server_everything_waits(centre):
    centre.writer.run(lambda work: put(work, LETTER, "", NOW_MS))
    assert deliver(centre) == (0, 0)
    assert state(centre).state == "waiting"


def test_a_refusal_for_now_is_tried_again_later_and_then_arrives(centre, post, clock):
    taking, settings = post
    mine = with_mail(centre, settings)
    centre.writer.run(lambda work: put(work, LETTER, "", NOW_MS))
    taking.answer = "451 later"
    assert deliver(mine) == (0, 1)
    assert state(centre).fault == "Máy chủ thư trả lời mã 451."
    taking.answer = "250 OK"
    assert deliver(mine) == (0, 0)
    clock.now_ms += 61_000
    assert deliver(mine) == (1, 0)


def test_a_refusal_for_good_is_a_dead_letter_until_someone_tries_again(centre, post, clock):
    taking, settings = post
    mine = with_mail(centre, settings)
    centre.writer.run(lambda work: put(work, LETTER, "", NOW_MS))
    taking.answer = "554 no"
    deliver(mine)
    assert state(centre).state == "dead"
    taking.answer = "250 OK"
    clock.now_ms += 10**8
    assert deliver(mine) == (0, 0)
    assert centre.writer.run(lambda work: outbox.again(work, LETTER.once, clock.now_ms))
    assert deliver(mine) == (1, 0)


def test_a_server_that_is_away_or_knows_us_not_is_told_without_any_mailbox(centre, post, tmp_path):
    _, settings = post
    wrong = tmp_path / "wrong"
    wrong.write_text("sai")
    cases = [{"smtp_password_file": str(wrong)}, {"smtp_port": _free_port()}, {"smtp_ca_file": ""},
             {"smtp_password_file": str(tmp_path / "none")}]  # fmt: skip
    for changed in cases:
        with pytest.raises(SendError) as told:
            send(with_mail(centre, settings | changed).settings, b"Subject: x\r\n\r\n", LETTER.recipients)
        assert "@" not in str(told.value)
        assert not told.value.is_final


def test_a_sender_that_died_leaves_the_letter_for_the_next(centre, post, clock):
    _, settings = post
    mine = with_mail(centre, settings)
    centre.writer.run(lambda work: put(work, LETTER, "", NOW_MS))
    centre.writer.run(lambda work: outbox._claimed(work, clock.now_ms))
    assert deliver(mine) == (0, 0)
    clock.now_ms += outbox.LEASE_MS
    assert deliver(mine) == (1, 0)


def test_a_subject_of_several_lines_adds_no_header():
    raw = as_bytes(msgspec.structs.replace(LETTER, subject="A\r\nBcc: ai@do.example"), "a@b.example", "1", NOW_MS)
    assert message_from_bytes(raw, policy=default)["Bcc"] is None


def test_mailboxes_are_read_and_a_wrong_one_is_named():
    assert mailboxes("a@b.vn, c@d.vn\na@b.vn") == ["a@b.vn", "c@d.vn"]
    for wrong in ("a@", "a b@c.vn", "<a@b.vn>", "a@b.vn\r\nBcc:x"):
        with pytest.raises(MailboxError, match="Hộp thư"):
            mailboxes(wrong)
