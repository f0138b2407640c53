"""What a citizen does with a mã phiếu: looks, adds a message, rates, withdraws, erases; each in one transaction."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.cases import events, queries
from server.cases.erase import Why, erase_boxes, erase_words
from server.cases.events import CITIZEN, New, append
from server.cases.handle import enter
from server.cases.open import Frame, new_case
from server.cases.queries import Case
from server.cases.rules import State
from server.cases.words import close, open_words
from server.database import Work
from server.keys import Keys
from server.public.rules import MESSAGE_AT_MOST, MESSAGES_A_DAY
from server.seals.queries import head_of
from survey.local_time import DAY_MS

RATEABLE: Final = frozenset({State.ANSWERED, State.CLOSED})


class Held(msgspec.Struct, frozen=True):
    """What a code stands for. has_words, has_contact: still kept. case: None where there is none.

    sealed_on: the day of the public head it lies in; None before there is one.
    """

    ballot: bytes
    office: str
    counter: str
    day: date
    received: date
    lane: str
    has_words: bool
    has_contact: bool
    case: Case | None
    sealed_on: date | None = None


def find(connection: Connection, code: str | None) -> Held | None:
    """Return what a code stands for; None for a wrong one, an unknown one, and one that two ballots share."""
    rows = Work(connection).all(
        "SELECT ballots.id, office_id, counter_id, day, received_day, lane, sealed IS NOT NULL, consent IS NOT NULL, "
        "case_id FROM ballot_codes JOIN ballots ON ballots.id = ballot_codes.ballot_id "
        "LEFT JOIN case_ballots ON case_ballots.ballot_id = ballots.id WHERE code = ?",
        (code or "",),
    )
    if len(rows) != 1:
        return None
    row = rows[0]
    case = None if row[8] is None else queries.find(connection, row[8])
    head = head_of(connection, bytes(row[0]))
    return Held(bytes(row[0]), row[1], row[2], _day(row[3]), _day(row[4]), row[5], bool(row[6]),
                bool(row[6] and row[7]), case, None if head is None else head.day)  # fmt: skip


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def standing(connection: Connection, case: Case) -> Case:
    """Return the case a case is handled with: the one it repeats, or itself."""
    found = queries.find(connection, case.merged_into) if case.merged_into else None
    return found or case


def answers(connection: Connection, case: Case, keys: Keys) -> list[tuple[int, str]]:
    """Return (moment, words) of the office's answers that hold, the newest last."""
    found = [line for line in events.history(connection, case.id) if line.kind == "answer"]
    told = [(line.at, open_words(line.sealed, keys)) for line in found]
    is_told = case.state not in (State.NEW, State.TRIAGED, State.TRANSFERRED, State.EXPLAINING, State.EXPLAINED)
    return [one for one in told if one[1]] if is_told else []


def add_message(work: Work, held: Held, words: str, frame: Frame, keys: Keys) -> str:
    """Add a message to the case, opening one where there is none; returns the key of what is said back."""
    text = words.strip()
    if not text:
        return "empty"
    if len(text) > MESSAGE_AT_MOST:
        return "long"
    case = _handled_by(work, queries.case_of(work.connection, held.ballot) or _opened(work, held, frame))
    today = [one for one in events.history(work.connection, case) if one.at > frame.now_ms - DAY_MS]
    if sum(one.kind == "message" for one in today) >= MESSAGES_A_DAY:
        return "many"
    append(work, frame.now_ms, New(case, CITIZEN, "message", words=close(text, keys)))
    there = queries.hold(work, case)
    if there is not None and there.state is State.CLOSED:
        append(work, frame.now_ms, New(case, CITIZEN, "move", there.state, State.TRIAGED))
        enter(work, there, State.TRIAGED, frame)
    return "sent"


def _handled_by(work: Work, case: int) -> int:
    """Return the case a case is handled with: a message to a duplicate must reach someone."""
    found = queries.find(work.connection, case)
    return case if found is None else standing(work.connection, found).id


def _opened(work: Work, held: Held, frame: Frame) -> int:
    origin = f"b:{held.ballot.hex()}"
    made = new_case(work, frame, origin, held, "message", is_priority=False, call_state="none")
    if made is None:
        raise LookupError("a case of this ballot is there and not joined to it")
    queries.join(work, made, held.ballot)
    return made


def rate(work: Work, held: Held, level: str, frame: Frame) -> str:
    """Rate how a case was handled, once; returns the key of what is said back."""
    there = None if held.case is None else queries.hold(work, held.case.id)
    if there is None or there.state not in RATEABLE:
        return "unknown"
    if there.rating is not None:
        return "rated_before"
    if level not in set("12345"):
        return "no_face"
    append(work, frame.now_ms, New(there.id, CITIZEN, "rating", after=level))
    queries.change(work, there.id, rating=int(level))
    return "rated"


def forget(work: Work, held: Held, frame: Frame, keys: Keys, *, keeps_words: bool, actor: str = CITIZEN) -> str:
    """Erase the contact, or all that was written; returns the key of what is said back.

    actor: who did it for the citizen.
    """
    case = queries.case_of(work.connection, held.ballot)
    if case is None and keeps_words and held.has_words:
        case = _opened(work, held, frame)
    ballots = [held.ballot] if case is None else [paper.id for paper in queries.papers(work.connection, case)]
    why = Why("citizen", actor, frame.now_ms)
    erase_boxes(work, case, ballots, why, keys, keeps_words=keeps_words)
    if case is not None and not keeps_words:
        erase_words(work, case, why)
    return "withdrawn" if keeps_words else "erased"
