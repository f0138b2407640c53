"""One rating for one dossier: its code made, or told again, in one transaction."""

from datetime import timedelta

import msgspec

from server.centre import Centre
from server.database import Work
from server.phone import codes, one_time
from server.phone.one_time import Invitation
from survey.ballot import Channel
from survey.local_time import local_date


class Dossier(msgspec.Struct, frozen=True):
    """A dossier that was handed over. place: a unit's id. reference: its own code; nothing of it is stored.

    field: of the procedure, an id of the questionnaire, or "". days: how long its code holds, from the first asking.
    """

    place: str
    reference: str
    field: str
    days: int


def codes_for(centre: Centre, dossiers: list[Dossier]) -> list[tuple[str, str]]:
    """Return of each dossier its one code and the day it ends; asked for again, the same, and never a second ballot."""
    now_ms, key = centre.now_ms(), centre.keys.invitation_key
    made = [codes.of_dossier(key, one.place, one.reference) for one in dossiers]

    def store(work: Work) -> list[str]:
        return [_store(work, codes.stored(key, code), one, now_ms) for code, one in zip(made, dossiers, strict=True)]

    return list(zip(made, centre.writer.run(store), strict=True))


def _store(work: Work, digest: bytes, one: Dossier, now_ms: int) -> str:
    known = one_time.of_digest(work, digest)
    if known is not None:
        return known.expires_on
    until = (local_date(now_ms) + timedelta(days=one.days)).isoformat()
    one_time.add(work, "", [digest], Invitation(digest, one.place, str(Channel.LINK), one.field, until, is_spent=False))
    return until
