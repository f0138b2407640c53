"""Handing one message to the mail server, over TLS; what went wrong is told without anybody's mailbox."""

import smtplib
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from server.settings import Settings

TIMEOUT_S: Final = 30.0


class SendError(Exception):
    """A message that was not taken. `str()`: in Vietnamese, without any mailbox. is_final: trying again is no use."""

    def __init__(self, words: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.is_final = is_final


def is_set(settings: Settings) -> bool:
    """Return whether a mail server is set."""
    return bool(settings.smtp_host and settings.smtp_from)


def send(settings: Settings, message: bytes, recipients: Sequence[str]) -> int:
    """Hand a message, as `message.as_bytes` made it, to the mail server.

    Returns how many recipients the server refused while it took the message for others. Raises SendError.
    """
    try:
        with _connected(settings) as server:
            return len(server.sendmail(_bare(settings.smtp_from), list(recipients), message))
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        words = f"Máy chủ thư từ chối mọi hộp thư nhận (mã {', '.join(map(str, codes))}). Xin kiểm tra hộp thư nhận."
        raise SendError(words, is_final=bool(codes) and min(codes) >= 500) from None
    except smtplib.SMTPAuthenticationError as error:
        words = f"Máy chủ thư không nhận tên, mật khẩu (mã {error.smtp_code}). Xin kiểm tra smtp_user và tệp mật khẩu."
        raise SendError(words) from None
    except smtplib.SMTPResponseException as error:
        words = f"Máy chủ thư trả lời mã {error.smtp_code}."
        raise SendError(words, is_final=error.smtp_code >= 500) from None
    except smtplib.SMTPException as error:
        raise SendError(f"Máy chủ thư không nhận thư ({type(error).__name__}).") from None
    except ssl.SSLError:
        raise SendError(
            "Không lập được kết nối TLS tới máy chủ thư. Xin kiểm tra chứng chỉ và smtp_security."
        ) from None
    except OSError as error:
        raise SendError(f"Không nối được tới máy chủ thư ({type(error).__name__}).") from None


def _connected(settings: Settings) -> smtplib.SMTP:
    port = settings.smtp_port
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, port, timeout=TIMEOUT_S, context=_trusting(settings)
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, port, timeout=TIMEOUT_S)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=_trusting(settings))
        if settings.smtp_user:
            server.login(settings.smtp_user, _password(settings))
    except BaseException:
        server.close()
        raise
    return server


def _trusting(settings: Settings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.smtp_ca_file or None)


def _password(settings: Settings) -> str:
    try:
        return Path(settings.smtp_password_file).read_text(encoding="utf-8").strip()
    except OSError:
        raise SendError("Không đọc được tệp mật khẩu thư (smtp_password_file).") from None


def _bare(sender: str) -> str:
    return sender.rpartition("<")[2].strip("> ")
