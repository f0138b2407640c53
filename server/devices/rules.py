"""What a kiosk is told about itself; pure."""

from hashlib import sha256
from typing import Any

import msgspec

from server.devices.asked import Asked
from server.devices.queries import Device
from server.keys import Keys
from server.offices.queries import Unit
from survey import qr_token, wire
from survey.enrolment import Acted, Duty, KioskSettings, Place


class KioskWordsError(ValueError):
    """What an office wishes for its kiosks cannot be read; `str()` says where."""


def kiosk_settings(
    device: Device,
    office: Unit,
    counter: Unit,
    asked: Asked,
    keys: Keys,
    base: str,
    duty: list[Duty] | None = None,
    acted: list[Acted] | None = None,
    release: str = "",
) -> KioskSettings:
    """Return a kiosk's settings with their etag.

    duty: the counter's roster of the days ahead. acted: what the office did after citizens said something.
    release: the version wished for this kiosk, "" for whichever it has.
    base: the centre's address; written in capitals, so that the QR needs fewer modules.
    Raises KioskWordsError if a wish has a field or value that settings cannot have.
    """
    plain = KioskSettings(
        version=wire.CONTRACT_VERSION,
        etag="",
        device=device.id,
        office=Place(office.id, office.name),
        counter=Place(counter.id, counter.name),
        questionnaire=asked.questionnaire,
        public_base=base.upper(),
        qr_kiosk=device.number,
        qr_key=qr_token.qr_key(keys.qr_master, device.id, device.qr_epoch),
        seal_key=keys.seal_key,
        context_on=[item.id for item in asked.questionnaire.context_items if item.default_on],
        upcoming=asked.upcoming or msgspec.UNSET,
        duty=duty or msgspec.UNSET,
        acted=acted or msgspec.UNSET,
        release=release,
    )
    fields: dict[str, Any] = msgspec.to_builtins(plain) | asked.wishes
    try:
        wished = msgspec.convert(fields, KioskSettings)
    except msgspec.ValidationError as error:
        raise KioskWordsError(f"kiosk wishes of {office.id} or {counter.id}: {error}; correct them") from error
    return msgspec.structs.replace(wished, etag=sha256(wire.encode(wished)).hexdigest()[:32])
