"""The support bundle of a kiosk in use: all that helps; the zip is searched for what must not be in it."""

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from appliance import identity, keys
from appliance.technician import bundle
from appliance.technician.gather import Machine as Gathering
from demo.centre import Centre
from survey import pin, sealing, wire
from survey.ballot import Consent
from survey.note import Note
from tests.appliance.test_outbox import a_draft, a_moment
from tests.journey.test_acceptance import keep_one
from tests.machine import Machine

COMMENT, PHONE = "Chờ lâu quá, cán bộ nói khó nghe", "0912345678"


def spellings(secret: bytes) -> list[bytes]:
    return [secret, secret.hex().encode(), b64encode(secret).rstrip(b"=")]


def test_the_bundle_helps_and_betrays_nothing(
    centre: Centre, enrol_machine: Callable[[], Machine], tmp_path: Path
) -> None:
    kiosk = enrol_machine()
    kiosk.uploader.fetch_settings()
    settings = identity.kiosk_settings(kiosk.folder)
    assert settings is not None
    settings = replace(settings, pin_hash=pin.digest("402817"))
    identity.save_kiosk_settings(kiosk.folder, wire.encode(settings))
    sealed = sealing.seal(Note(comment=COMMENT, phone=PHONE), settings.seal_key)
    draft = replace(a_draft(), sealed=sealed, consent=Consent("contact_v1", "vi"))
    ballot = kiosk.outbox.cast(draft, a_moment())
    kiosk.outbox.keep(a_draft())
    keep_one(kiosk)
    token = f"HTTPS://KS/Q/{'AEAAAAABQAAACAAAAABQAAAAAAAEFA5WZ3FQIEXNQPMB'}"
    (kiosk.folder / "uploader.log").write_text(f"line one\n{token}\ncalled {PHONE} {settings.qr_key.hex()}\n")
    into = io.BytesIO()
    facts = Gathering(kiosk.folder, centre.url).facts()
    local = replace(kiosk.local, enrol_code="ABCDE-FGHJK-MNPQR-STVWX")
    name = bundle.write_bundle(into, kiosk.folder, local, facts, kiosk.outbox, Path("/"))
    assert name.startswith(f"hailong-ho-tro-{kiosk.outbox.device}-")
    with zipfile.ZipFile(into) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    whole = b"\n".join(parts.values())
    device_key = (kiosk.folder / keys.KEY).read_bytes()
    hidden = [COMMENT.encode(), PHONE.encode(), b"AEAAAAABQAAACAAAAABQ", local.enrol_code.encode(), b"402817"]
    hidden += [settings.pin_hash.encode(), *spellings(settings.qr_key), *spellings(device_key), *spellings(sealed)]
    hidden += [
        *spellings(ballot.answers_salt),
        str(ballot.id).encode(),
        b"answers",
        *(f'"{asked}"'.encode() for asked in draft.answers),
    ]
    assert [secret for secret in hidden if secret in whole] == []
    held = msgspec.json.decode(parts["outbox.json"])
    assert held["integrity_check"] == ["ok"]
    assert held["counts"] == {"unsent": 1}
    assert held["pragmas"]["journal_mode"] == "wal"
    assert b"line one" in parts["logs/uploader.log"]
    assert any(name.startswith("acceptance/") for name in parts)
    assert msgspec.json.decode(parts["settings.json"])["centre"]["has_pin"] is True
