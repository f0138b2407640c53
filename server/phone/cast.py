"""A phone's form becomes a ballot: token spent, words sealed, stored and counted in one transaction."""

import hmac
import secrets
from hashlib import sha256
from uuid import UUID

import msgspec

from server.ballots import handover, queries
from server.ballots.ingest import Stream, take_own
from server.ballots.place import Place
from server.ballots.rules import known, levels_text, prepare
from server.centre import Centre
from server.database import Work
from server.offices.queries import office_on, offices_of_counter
from server.phone import rules
from server.phone.one_time import spend
from server.phone.rules import Filled
from server.phone.tickets import Ticket
from server.problem import RefusalError
from survey import chain, wire
from survey.ballot import Ballot, Consent
from survey.batch import Entry, Verdict
from survey.instant import to_instant
from survey.local_time import local_date
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire
from survey.sealing import seal

SPENT_BY = (Lane.QR_FRESH, Lane.UNTIMED)
LAYOUT = "phone@1"


def cast(centre: Centre, ticket: Ticket, filled: Filled, questionnaire: Questionnaire, lang: str) -> UUID:
    """Return the id of the ballot, stored for good; a form sent twice gives the same ballot once.

    Raises RefusalError 422 if the answers break the questionnaire's rules, which the form itself never does.
    """
    now_ms = centre.now_ms()
    ballot = _ballot(centre, ticket, filled, questionnaire, lang, now_ms)
    centre.writer.run(lambda work: _store(work, ballot, ticket, questionnaire, now_ms))
    return ballot.id


def _ballot(
    centre: Centre, ticket: Ticket, filled: Filled, questionnaire: Questionnaire, lang: str, now_ms: int
) -> Ballot:
    note = rules.note_of(filled)
    is_note = not note.is_empty()
    key, nonce = centre.keys.session[32:], bytes.fromhex(ticket.nonce)
    return Ballot(
        id=ticket.ballot,
        device="",
        stream="0" * 32,
        seq=1,
        boot=0,
        mono_ms=0,
        wall=to_instant(now_ms),
        clock="exact",
        questionnaire=questionnaire.ref,
        layout=LAYOUT,
        lang=lang,
        channel=ticket.channel,
        status=rules.status(filled, questionnaire),
        answers=rules.answers_of(filled),
        answers_salt=secrets.token_bytes(16),
        reasons=filled.reasons,
        context=filled.context,
        sealed=seal(note, centre.keys.seal_key) if is_note else None,
        # the same words under the same ticket have the same salt: that is how a form sent twice is known
        sealed_salt=hmac.digest(key, b"salt" + nonce + wire.encode(note), sha256)[:16] if is_note else None,
        consent=Consent("contact_v1", lang) if note.phone else None,
        flags=rules.flags(filled, questionnaire, now_ms - ticket.opened_at),
    )


def _store(work: Work, ballot: Ballot, ticket: Ticket, questionnaire: Questionnaire, now_ms: int) -> None:
    order = known(questionnaire)
    if _is_stored(work, ballot, order.order):
        return
    history = offices_of_counter(work, ticket.place)
    device = f"web-{office_on(history, local_date(now_ms).isoformat(), ticket.place)}"
    stream = _stream(work, device, now_ms)
    placed = msgspec.structs.replace(ballot, device=device, seq=stream.upto + 1)
    entry = Entry(placed.seq, chain.leaf(placed).hex(), msgspec.Raw(wire.encode(placed)))
    prepared = prepare(entry, {questionnaire.ref: order})
    lane = _lane(work, ticket, ballot.id, prepared.levels, now_ms)
    judged = take_own(work, stream, prepared, Place(ticket.place, history), lane, now_ms)
    if judged.verdict is Verdict.REJECTED:
        raise RefusalError(422, judged.code, judged.words)


def _is_stored(work: Work, ballot: Ballot, order: tuple[str, ...]) -> bool:
    row = work.one("SELECT levels, reasons, sealed_salt FROM ballots WHERE id = ?", (ballot.id.bytes,))
    if row is None:
        return False
    salt = None if row[2] is None else bytes(row[2])
    reasons = wire.encode(ballot.reasons).decode() if ballot.reasons else None
    return (row[0], row[1], salt) == (levels_text(ballot.answers, order), reasons, ballot.sealed_salt)


def _stream(work: Work, device: str, now_ms: int) -> Stream:
    stream = queries.current_stream(work, device) or secrets.token_hex(16)
    row, upto, head, _ = queries.open_stream(work, device, stream, chain.genesis(device, stream), now_ms)
    return Stream(row, device, upto, head)


def _lane(work: Work, ticket: Ticket, ballot: UUID, levels: str, now_ms: int) -> Lane:
    if ticket.invitation:
        return Lane.MAIL if spend(work, bytes.fromhex(ticket.invitation)) else Lane.SHARED
    if now_ms - ticket.opened_at > rules.TICKET_MS:
        return Lane.QUARANTINE if ticket.lane is Lane.QUARANTINE else Lane.OPEN
    if ticket.kiosk is None or ticket.lane not in SPENT_BY:
        return ticket.lane
    handover.lock(work, ticket.kiosk)
    is_first = work.run(
        "INSERT INTO qr_spent (kiosk, boot, counter, ballot_id, spent_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (ticket.kiosk, ticket.boot, ticket.counter_no, ballot.bytes, now_ms),
    )
    if not is_first:
        return Lane.SHARED
    code = (ticket.kiosk, ticket.boot, ticket.counter_no)
    return handover.went_on(work, code, ballot.bytes, levels, ticket.lane, now_ms)
