"""What a program is posted: JSON ready to be forwarded, and its signature by Standard Webhooks; pure."""

import base64
import json
import secrets
from datetime import UTC, datetime
from typing import Any, Final

from standardwebhooks import Webhook

from server.alerts.kinds import KINDS
from server.alerts.words import Alert, Namer, bare, link_of, short, title

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
TRIAL: Final = "test"


def new_secret() -> str:
    """Return a new secret as it is shown, once.

    >>> len(new_secret())
    50
    """
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(key: str, at_ms: int, body: str, held: list[str]) -> dict[str, str]:
    """Return the three headers of one attempt. key: the delivery's id. held: the secrets that hold, newest first."""
    at_s = at_ms // 1000
    moment = datetime.fromtimestamp(at_s, UTC)
    signatures = [Webhook(secret).sign(key, moment, body) for secret in held]
    return {"webhook-id": key, "webhook-timestamp": str(at_s), "webhook-signature": " ".join(signatures)}


def body_of(alert: Alert, name: Namer, base: str, receiver: str = "") -> str:
    """Return what is posted of an alert. receiver: the account a gateway forwards it to; "" for nobody."""
    words, link = title(alert, name), link_of(base, alert.id)
    data: dict[str, Any] = {
        "alert": alert.id,
        "kind": alert.kind,
        "kind_vi": KINDS[alert.kind].name if alert.kind in KINDS else alert.kind,
        "priority": alert.is_priority,
        "office": {"id": alert.office, "name": name(alert.office)},
        "unit": {"id": alert.unit, "name": name(alert.unit)},
        "counter": {"id": alert.counter, "name": name(alert.counter)} if alert.counter != alert.office else None,
        "case": alert.number or None,
        "link": link,
        "text_vi": short(words, link),
        "text_ascii": bare(short(bare(words), link)),
        "to": receiver or None,
    }
    return _json(f"alert.{alert.kind}", alert.at, data)


def trial_body(base: str, now_ms: int, receiver: str = "") -> str:
    """Return what is posted as a trial."""
    words, link = "Tin thử của hệ thống Hài Lòng", f"{base}/canh-bao"
    data = {"link": link, "text_vi": short(words, link), "text_ascii": bare(short(words, link)), "to": receiver or None}
    return _json(TRIAL, now_ms, data)


def _json(kind: str, at_ms: int, data: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"type": kind, "timestamp": at, "data": data}, ensure_ascii=False)
