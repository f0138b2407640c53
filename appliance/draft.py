"""A draft: what a sitting has given so far, as the outbox keeps it and finally casts it."""

from uuid import UUID

import msgspec

from survey.ballot import Answer, Channel, Consent, Flag, Status


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One sitting's answers so far; each new one replaces the last on disk. No word is ever in it unsealed.

    id: the ballot's, made once at the first press. questionnaire: `id@version`.
    sealed: comment and contact, already closed to the centre's key, or None.
    codes: places of the codes it showed for going on by phone.
    """

    id: UUID
    questionnaire: str
    layout: str
    lang: str
    channel: Channel
    status: Status
    answers: dict[str, Answer] = {}
    reasons: dict[str, list[str]] = {}
    context: dict[str, str] = {}
    sealed: bytes | None = None
    consent: Consent | None = None
    flags: list[Flag] = []
    codes: list[int] = []
