"""E-mail of alerts: what is due to a person goes into the outbox as one letter, each alert once.

Whoever was locked, or may see it no longer, is sent nothing.
"""

from server.alerts.gather import Frame, frame_of
from server.alerts.queries import COLUMNS
from server.alerts.queries import persons as persons_in
from server.alerts.queries import wants_of as wants_in
from server.alerts.rules import may_see
from server.alerts.words import Alert, letter
from server.centre import Centre
from server.database import Work
from server.mail.message import Message
from server.mail.outbox import put


def post(centre: Centre) -> int:
    """Put what is due into the outbox; returns how many letters."""
    with centre.engine.connect() as connection:
        if Work(connection).one("SELECT 1 FROM alert_receipts WHERE mail_at <= ? LIMIT 1", (centre.now_ms(),)) is None:
            return 0
        frame = frame_of(connection, centre)
    return centre.writer.run(lambda work: _post(work, centre, frame))


def _post(work: Work, centre: Centre, frame: Frame) -> int:
    work.all(work.locked("SELECT id FROM centre"))
    rows = work.all(
        f"SELECT account_id, {COLUMNS} FROM alert_receipts JOIN alerts ON alerts.id = alert_id "  # noqa: S608
        "WHERE mail_at <= ? ORDER BY account_id, alerts.id",
        (frame.now_ms,),
    )
    persons = {one.account: one for one in persons_in(work)}
    due: dict[int, list[Alert]] = {}
    for account, *rest in rows:
        alert = Alert(*rest)
        if account in persons and may_see(alert.kind, frame.line(*alert.places), persons[account]):
            due.setdefault(account, []).append(alert)
    work.run("UPDATE alert_receipts SET mailed_at = mail_at, mail_at = NULL WHERE mail_at <= ?", (frame.now_ms,))
    return sum(_letter(work, centre, account, several, frame) for account, several in due.items())


def _letter(work: Work, centre: Centre, account: int, several: list[Alert], frame: Frame) -> bool:
    mailbox = wants_in(work.connection, account).mailbox
    subject, text = letter(several, frame.name, centre.settings.public_base)
    once = f"alerts {account} {several[0].id}-{several[-1].id}"
    message = Message(once, subject, text, [mailbox] if mailbox else [])
    return put(work, message, centre.settings.smtp_from, frame.now_ms)


def try_out(work: Work, centre: Centre, account: int, mailbox: str, now_ms: int) -> bool:
    """Put a trial into the outbox; returns False within a minute of the one before."""
    base = centre.settings.public_base
    text = f"Kính gửi Ông/Bà,\n\nĐây là thư thử. Cảnh báo sẽ đến hộp thư này.\n\n--\nHài Lòng · {base}/canh-bao\n"
    message = Message(f"alert trial {account} {now_ms // 60_000}", "Thư thử: cảnh báo của Hài Lòng", text, [mailbox])
    return put(work, message, centre.settings.smtp_from, now_ms)
