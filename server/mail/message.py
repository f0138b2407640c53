"""A message as a value and as it goes over the wire; pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import msgspec

MAILBOX: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
MOST: Final = 50


class MailboxError(ValueError):
    """Recipients that cannot be used; `str()` says in Vietnamese which and why."""


class File(msgspec.Struct, frozen=True):
    """A file that goes with a message. kind: its media type, `application/pdf`."""

    name: str
    kind: str
    body: bytes


class Message(msgspec.Struct, frozen=True):
    """A message. once: what it is, `report 5f3a`; the same is never put into the outbox twice."""

    once: str
    subject: str
    text: str
    recipients: Sequence[str]
    files: Sequence[File] = ()


def mailboxes(text: str) -> list[str]:
    """Return the mailboxes of a form's text, one a line or with commas between, each once. Raises MailboxError."""
    found = list(dict.fromkeys(one for one in re.split(r"[\s,;]+", unicodedata.normalize("NFC", text)) if one))
    for one in found:
        if not MAILBOX.fullmatch(one) or not one.isascii():
            raise MailboxError(f"Hộp thư “{one[:60]}” không đúng. Xin ghi như ten@coquan.gov.vn, mỗi hộp thư một dòng.")
    if len(found) > MOST:
        raise MailboxError(f"{len(found)} hộp thư là quá nhiều. Xin ghi không quá {MOST}.")
    return found


def as_bytes(message: Message, sender: str, message_id: str, at_ms: int) -> bytes:
    """Return a message as it goes over the wire. message_id: stays the same when it is sent again."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = ", ".join(message.recipients)
    made["Subject"] = " ".join(unicodedata.normalize("NFC", message.subject).split())
    made["Date"] = format_datetime(datetime.fromtimestamp(at_ms / 1000, UTC))
    made["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].strip('> ') or 'localhost'}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = "vi"
    made.set_content(unicodedata.normalize("NFC", message.text))
    for file in message.files:
        main, _, sub = file.kind.partition("/")
        made.add_attachment(file.body, maintype=main, subtype=sub, filename=unicodedata.normalize("NFC", file.name))
    return made.as_bytes()
