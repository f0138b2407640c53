"""Batches of one-time codes made, taken back and read again: each in one transaction, written in the journal."""

import secrets
from datetime import timedelta

from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.invitations.rules import KINDS, Wanted
from server.phone import codes, one_time
from server.phone.one_time import Batch, Invitation
from survey.local_time import local_date


def make(centre: Centre, wanted: Wanted, actor: str) -> Batch:
    """Make a batch that was found in order; returns it."""
    now_ms = centre.now_ms()
    until = local_date(now_ms) + timedelta(days=wanted.days)
    batch = Batch(
        id=secrets.token_hex(8), place=wanted.place, kind=wanted.kind, count=wanted.count, note=wanted.note,
        made_by=actor, made_at=now_ms, expires_on=until.isoformat(), ended_at=None, spent=0,
    )  # fmt: skip
    key = centre.keys.invitation_key
    like = Invitation(b"", wanted.place, str(KINDS[wanted.kind].channel), "", batch.expires_on, is_spent=False)

    def store(work: Work) -> None:
        one_time.add_batch(work, batch)
        one_time.add(work, batch.id, [codes.stored(key, code) for code in codes_of(key, batch)], like)
        record(work, now_ms, actor, "invitation.make", f"{wanted.place} {wanted.kind} {wanted.count} {batch.id}")

    centre.writer.run(store)
    return batch


def codes_of(key: bytes, batch: Batch, first: int = 1, last: int | None = None) -> list[str]:
    """Return the codes of a batch by their numbers, 1 to its count."""
    until = batch.count if last is None else min(last, batch.count)
    return [codes.of_batch(key, batch.id, number) for number in range(first, until + 1)]


def end(centre: Centre, batch: Batch, actor: str, *, is_ended: bool) -> None:
    """Take a batch back, or let one that was taken back hold again."""
    now_ms = centre.now_ms()

    def store(work: Work) -> None:
        if is_ended:
            one_time.end_batch(work, batch.id, now_ms)
        else:
            one_time.resume_batch(work, batch.id)
        record(work, now_ms, actor, "invitation.end" if is_ended else "invitation.resume", f"{batch.place} {batch.id}")

    centre.writer.run(store)
