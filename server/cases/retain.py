"""What has been kept long enough goes: contacts after the close or receipt, words later; by the province's rules."""

from datetime import date, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection

from server.audit.queries import record
from server.cases import queries
from server.cases.erase import EVERY_WORD, Why, ballots_of, erase_boxes, erase_files, erase_words
from server.cases.events import CENTRE
from server.cases.opening import Retention
from server.centre import Centre
from server.database import Work
from server.keys import Keys
from survey.local_time import DAY_MS, local_date

AT_ONCE: Final = 200


class Due(msgspec.Struct, frozen=True):
    """What is due to go. closed, received: cases whose contacts go. loose: ballots of no case. words: cases."""

    closed: list[int]
    received: list[int]
    loose: list[bytes]
    words: list[int]

    @property
    def total(self) -> int:
        """How many things there are."""
        return len(self.closed) + len(self.received) + len(self.loose) + len(self.words)


def due(connection: Connection, now_ms: int) -> Due:
    """Return what is due now; changes nothing."""
    terms = queries.rules(connection).retention
    work, today = Work(connection), local_date(now_ms)
    closed = _cases(work, "closed_at <= ?", now_ms - terms.closed_days * DAY_MS)
    received = _cases(work, "received_day <= ?", today - timedelta(days=terms.received_days))
    return Due(closed, [one for one in received if one not in closed], _loose(work, terms, today),
               _wordy(work, now_ms - terms.words_days * DAY_MS))  # fmt: skip


def _cases(work: Work, where: str, limit: object) -> list[int]:
    rows = work.all(
        "SELECT DISTINCT cases.id FROM cases JOIN case_ballots ON case_id = cases.id "  # noqa: S608 our own words
        f"JOIN ballots ON ballots.id = ballot_id WHERE sealed IS NOT NULL AND {where} ORDER BY cases.id",
        (limit,),
    )
    return [row[0] for row in rows]


def _loose(work: Work, terms: Retention, today: date) -> list[bytes]:
    rows = work.all(
        "SELECT id FROM ballots WHERE sealed IS NOT NULL AND (received_day <= ? OR (consent IS NOT NULL AND "
        "received_day <= ?)) AND NOT EXISTS (SELECT 1 FROM case_ballots WHERE ballot_id = ballots.id) ORDER BY id",
        (today - timedelta(days=terms.words_days), today - timedelta(days=terms.received_days)),
    )
    return [bytes(row[0]) for row in rows]


def _wordy(work: Work, limit_ms: int) -> list[int]:
    rows = work.all(
        "SELECT id FROM cases WHERE closed_at IS NOT NULL AND opened_at <= ? AND (EXISTS (SELECT 1 FROM case_events "
        "WHERE case_id = cases.id AND sealed IS NOT NULL) OR EXISTS (SELECT 1 FROM case_files "
        "WHERE case_id = cases.id AND length(body) > 0)) ORDER BY id",
        (limit_ms,),
    )
    return [row[0] for row in rows]


def retain(centre: Centre, actor: str = CENTRE) -> int:
    """Erase what is due; returns how many things went. Each batch is one transaction, audited by its number."""
    total = 0
    while True:
        with centre.engine.connect() as connection:
            found = due(connection, centre.now_ms())
        if not found.total:
            return total
        done = centre.writer.run(lambda work, found=found: retain_now(work, found, centre.now_ms(), centre.keys, actor))  # type: ignore[misc]
        if not done:
            return total
        total += done


def retain_now(work: Work, found: Due, now_ms: int, keys: Keys, actor: str) -> int:
    """Erase up to AT_ONCE of each kind of what is due in this transaction; returns how many things went."""
    done = 0
    for reason, cases in (("closed", found.closed), ("received", found.received)):
        for case in cases[:AT_ONCE]:
            done += erase_boxes(
                work, case, ballots_of(work, case), Why(reason, CENTRE, now_ms), keys, keeps_words=True
            )  # fmt: skip
    loose = erase_boxes(work, None, found.loose[:AT_ONCE], Why("received", CENTRE, now_ms), keys, keeps_words=False)
    for case in found.words[:AT_ONCE]:
        why = Why("words", CENTRE, now_ms)
        done += erase_words(work, case, why, EVERY_WORD) + erase_files(work, case, why)
    if done + loose:
        record(work, now_ms, actor, "retain", str(done + loose))
    return done + loose
