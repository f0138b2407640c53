"""What a new device says to the centre, and what it is given back."""

from typing import Annotated, Literal

import msgspec

from survey.ballot import Hex128, Ident
from survey.questionnaire import Questionnaire, Text

Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-[01]\d-[0-3]\d$")]
NOON = 12
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9-]{6,40}$")]


class EnrolRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device asks to be known. code: single-use, from its card. public_key: Ed25519, made on the device."""

    version: int
    code: Code
    public_key: Key
    nonce: Hex128
    model: Annotated[str, msgspec.Meta(max_length=120)] = ""
    software: Annotated[str, msgspec.Meta(max_length=40)] = ""


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The centre knows the device now. centre_key: Ed25519, what every later answer is signed with."""

    version: int
    device: Ident
    centre_key: Key
    epoch: Hex128
    nonce: Hex128
    office: Text
    counter: Text


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An office or a counter as the kiosk shows it."""

    id: Ident
    name: Text


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One opening interval. weekday: 1 Monday … 7 Sunday; times local, HH:MM."""

    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)]
    opens: Annotated[str, msgspec.Meta(pattern=r"^[0-2]\d:[0-5]\d$")]
    closes: Annotated[str, msgspec.Meta(pattern=r"^[0-2]\d:[0-5]\d$")]


class Upcoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A questionnaire that is asked from a local day on, 00:00 in Hà Nội."""

    effective_from: Day
    questionnaire: Questionnaire


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sits at the counter on a half-day. part: am, or pm from noon on. officer: as citizens read it."""

    day: Day
    part: Literal["am", "pm"]
    officer: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class Acted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an office did after citizens said something, as they read it. en: "" where there is none."""

    vi: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    en: Annotated[str, msgspec.Meta(max_length=120)] = ""


class KioskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything the centre decides for one kiosk; signed, kept on disk, good without a network.

    public_base: what the QR starts with, e.g. `HTTPS://KS.EXAMPLE.VN`. qr_kiosk: the 4-byte number in the token.
    qr_key: 32 bytes, this device's alone. seal_key: the centre's X25519 public key.
    context_on: ids of context items and demographics to ask, in this order.
    upcoming: questionnaires of days to come, the next one first; absent where there is none.
    duty: the roster of the days ahead; absent where there is none. officer: a label for every day without it.
    acted: what was done after citizens said something, the newest first; absent where there is nothing.
    """

    version: int
    etag: str
    device: Ident
    office: Place
    counter: Place
    questionnaire: Questionnaire
    public_base: Annotated[str, msgspec.Meta(max_length=60)]
    qr_kiosk: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
    qr_key: Key
    seal_key: Key
    languages: list[Ident] = msgspec.field(default_factory=lambda: ["vi", "en"])
    hours: list[Hours] = []
    idle_messages: list[Text] = []
    officer: str = ""
    field: str = ""
    context_on: list[Ident] = []
    overall_first: bool = False
    idle_timeout_s: Annotated[int, msgspec.Meta(ge=20, le=600)] = 45
    countdown_s: Annotated[int, msgspec.Meta(ge=20, le=120)] = 20
    thanks_s: Annotated[int, msgspec.Meta(ge=3, le=60)] = 12
    retention_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 90
    contact_point: str = ""
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 60
    pin_hash: str = ""
    release: str = ""
    upcoming: Annotated[list[Upcoming], msgspec.Meta(min_length=1, max_length=4)] | msgspec.UnsetType = msgspec.UNSET
    duty: Annotated[list[Duty], msgspec.Meta(min_length=1, max_length=40)] | msgspec.UnsetType = msgspec.UNSET
    acted: Annotated[list[Acted], msgspec.Meta(min_length=1, max_length=5)] | msgspec.UnsetType = msgspec.UNSET


def officer_at(kiosk: KioskSettings, day: str | None, hour: int) -> str:
    """Return who sits at the counter; "" if that is not known. A roster that has run out names nobody.

    day: the local day, None while the clock cannot be trusted. hour: the local hour, 0 to 23.
    """
    if not kiosk.duty:
        return kiosk.officer
    part = "am" if hour < NOON else "pm"
    return next((one.officer for one in kiosk.duty if one.day == day and one.part == part), "")


def as_of(kiosk: KioskSettings, day: str) -> KioskSettings:
    """Return the settings with the questionnaire of a local day, `2026-12-01`; the same value if nothing is due."""
    coming = kiosk.upcoming or []
    due = [one for one in coming if one.effective_from <= day]
    if not due:
        return kiosk
    later = [one for one in coming if one.effective_from > day]
    newest = max(due, key=lambda one: one.effective_from)
    return msgspec.structs.replace(kiosk, questionnaire=newest.questionnaire, upcoming=later or msgspec.UNSET)
