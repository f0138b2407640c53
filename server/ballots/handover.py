"""Sittings that went on by phone: two ballots of one person, stored both, counted once, whichever comes first.

They find each other by the code on the kiosk's screen: the kiosk's ballot names the codes it offered, and the phone's
was opened by one of them. The fuller of the two is counted, the phone's where both are as full.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from server.ballots import queries
from server.ballots.rollup import increments, of_row
from server.ballots.rules import ABSENT, Prepared, known
from server.database import Work
from server.questionnaires.queries import of_refs
from survey.ballot import Ballot
from survey.instant import from_instant
from survey.qr_token import Lane, boot_and_counter

NEAR_MS: Final = 25 * 3_600_000
"""A phone's page is good for a day; longer apart the two are not of one sitting."""

Code = tuple[int, int, int]
"""(kiosk number, boot modulo 4096, counter): what a code is known by."""


class Phone(msgspec.Struct, frozen=True):
    """A stored ballot that was opened by a code a kiosk's ballot names."""

    id: bytes
    code: Code
    lane: Lane
    levels: str


class Half(msgspec.Struct, frozen=True):
    """A kiosk's ballot that offered to go on by phone. phones: those that did and are stored, the first one first."""

    id: bytes
    codes: list[Code]
    levels: str
    phones: list[Phone]

    @property
    def lane(self) -> Lane:
        """Return the lane it is stored in."""
        return Lane.SUPERSEDED if self.phones and is_set_aside(self.levels, self.phones[0].levels) else Lane.KIOSK


def is_set_aside(half: str, phone: str) -> bool:
    """Return whether the kiosk's part is the one not counted. half, phone: levels as they are stored.

    >>> is_set_aside("44-", "443"), is_set_aside("443", "443"), is_set_aside("443", "4--")
    (True, True, False)
    """
    return len(phone.replace(ABSENT, "")) >= len(half.replace(ABSENT, ""))


def halves(work: Work, device: str, entries: Iterable[Prepared]) -> dict[bytes, Half]:
    """Return those of a kiosk's new ballots that offered to go on by phone, by id.

    The caller has locked the device's row, as `went_on` does: neither can miss the other.
    """
    offering = [entry for entry in entries if entry.ballot is not None and entry.ballot.codes]
    if not offering:
        return {}
    row = work.one("SELECT number FROM devices WHERE id = ?", (device,))
    found = [] if row is None else [_half(work, int(row[0]), entry) for entry in offering]
    return {half.id: half for half in found}


def _half(work: Work, kiosk: int, entry: Prepared) -> Half:
    ballot = entry.ballot
    assert ballot is not None
    codes: list[Code] = [(kiosk, *boot_and_counter(place)) for place in ballot.codes or ()]
    phones = [phone for code in codes for phone in _phones(work, code, ballot)]
    return Half(ballot.id.bytes, codes, entry.levels, phones)


def _phones(work: Work, code: Code, half: Ballot) -> list[Phone]:
    rows = work.all(
        "SELECT ballots.id, lane, levels, spent_at FROM qr_spent JOIN ballots ON ballots.id = ballot_id "
        "WHERE kiosk = ? AND qr_spent.boot = ? AND counter = ?",
        code,
    )
    is_own = {Lane.QR_FRESH, Lane.UNTIMED}
    return [
        Phone(bytes(row[0]), code, Lane(row[1]), row[2])
        for row in rows
        if Lane(row[1]) in is_own and _is_near(half.wall, half.clock, row[3])
    ]


def _is_near(wall: str, clock: str, at_ms: int) -> bool:
    """Return whether a moment is near a kiosk's; one whose clock is not proven says nothing against it."""
    try:
        return clock != "exact" or abs(from_instant(wall) - at_ms) <= NEAR_MS
    except ValueError:
        return True


def settle(work: Work, half: Half) -> None:
    """Write down that a kiosk's ballot was stored in its lane, and what that means for the phone's."""
    first = half.phones[0] if half.phones else None
    is_aside = half.lane is Lane.SUPERSEDED
    for code in half.codes:
        met = first if first is not None and first.code == code else None
        aside = None if met is None else half.id if is_aside else met.id
        work.run(
            "INSERT INTO handovers (kiosk, boot, counter, half_id, phone_id, aside_id) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (*code, half.id, met and met.id, aside),
        )
    for phone in half.phones:
        if phone is not first:
            move(work, phone.id, Lane.SHARED)
        elif not is_aside:
            move(work, phone.id, Lane.SUPERSEDED)
        elif phone.lane is Lane.UNTIMED:  # the kiosk's own ballot proves where it comes from
            move(work, phone.id, Lane.QR_FRESH)


def lock(work: Work, kiosk: int) -> None:
    """Let no ballot of a kiosk be judged elsewhere until this transaction ends."""
    work.one(work.locked("SELECT id FROM devices WHERE number = ?"), (kiosk,))


def went_on(work: Work, code: Code, phone_id: bytes, levels: str, lane: Lane, now_ms: int) -> Lane:
    """Return the lane of a phone's ballot that is the first by its code, and set the kiosk's part aside if need be.

    levels: as they are stored. lane: what it is if no sitting offered that code.
    """
    row = work.one(
        "SELECT half_id, levels, wall, clock FROM handovers JOIN ballots ON ballots.id = half_id "
        "WHERE kiosk = ? AND handovers.boot = ? AND counter = ?",
        code,
    )
    if row is None or not _is_near(row[2], row[3], now_ms):
        return lane
    half_id = bytes(row[0])
    if work.one("SELECT 1 FROM handovers WHERE half_id = ? AND phone_id IS NOT NULL", (half_id,)):
        return Lane.SHARED
    is_aside = is_set_aside(row[1], levels)
    work.run(
        "UPDATE handovers SET phone_id = ?, aside_id = ? WHERE kiosk = ? AND boot = ? AND counter = ?",
        (phone_id, half_id if is_aside else phone_id, *code),
    )
    if not is_aside:
        return Lane.SUPERSEDED
    move(work, half_id, Lane.SUPERSEDED)
    return Lane.QR_FRESH


def move(work: Work, ballot_id: bytes, lane: Lane) -> None:
    """Count a stored ballot in another lane from now on."""
    names = ", ".join(f"ballots.{name}" for name in queries.COLUMNS)
    found = work.one(
        f"SELECT device, {names} FROM ballots JOIN streams ON streams.id = stream_id WHERE ballots.id = ?",  # noqa: S608
        (ballot_id,),
    )
    if found is None:
        raise LookupError("a ballot to be moved is not stored")
    row: dict[str, Any] = dict(zip(queries.COLUMNS, found[1:], strict=True))
    (questionnaire,) = of_refs(work.connection, [row["questionnaire"]])
    cell, entry, hour = of_row(row, found[0], known(questionnaire))
    to = (*cell[:5], str(lane), cell[6])
    increments(work).move(cell, to, entry, hour)
    work.run("UPDATE ballots SET lane = ? WHERE id = ?", (str(lane), ballot_id))


def faults(work: Work) -> list[str]:
    """Return what does not fit between ballots set aside for another part and the hand-overs that say so."""
    aside = {bytes(row[0]) for row in work.all("SELECT aside_id FROM handovers WHERE aside_id IS NOT NULL")}
    laned = {bytes(row[0]) for row in work.all("SELECT id FROM ballots WHERE lane = ?", (str(Lane.SUPERSEDED),))}
    told = {True: "is counted beside its other part", False: "is set aside for a part that is not there"}
    return [f"ballot {one.hex()} {told[one in aside]}" for one in sorted(aside ^ laned)]
