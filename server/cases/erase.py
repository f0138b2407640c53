"""What is personal is erased: the box goes, its digest stays, so that every chain can still be checked."""

from typing import Final

import msgspec

from server.cases import events, queries
from server.cases.events import New, append
from server.cases.masks import mask_words
from server.cases.open import note_in
from server.cases.words import close
from server.database import Work
from server.keys import Keys

WRITTEN: Final = ("kept", "message")
"""Lines that hold what a citizen wrote."""

EVERY_WORD: Final = ("kept", "message", "note", "move", "answer", "priority", "call")


class Why(msgspec.Struct, frozen=True):
    """Why something is erased: citizen, closed, received, words. actor: who is written into the history."""

    reason: str
    actor: str
    at: int


def erase_boxes(work: Work, case: int | None, ballots: list[bytes], why: Why, keys: Keys, *, keeps_words: bool) -> int:
    """Erase what these ballots' respondents wrote; returns how many boxes went.

    keeps_words: the comment goes on in the case's history, numbers covered, without telephone number and name.
    """
    erased = 0
    for ballot in ballots:
        row = work.one(work.locked("SELECT sealed FROM ballots WHERE id = ? AND sealed IS NOT NULL"), (ballot,))
        if row is None:
            continue
        comment = mask_words(note_in(bytes(row[0]), keys).comment)
        if keeps_words and case is not None and comment:
            append(work, why.at, New(case, why.actor, "kept", words=close(comment, keys)))
        work.run("UPDATE ballots SET sealed = NULL, sealed_salt = NULL WHERE id = ?", (ballot,))
        work.run("UPDATE set_aside SET raw = NULL WHERE ballot_id = ?", (ballot,))
        erased += 1
    if erased:
        log(work, "contact" if keeps_words else "words", why, case, erased)
        if case is not None:
            append(work, why.at, New(case, why.actor, "erased", after=why.reason))
            work.run("UPDATE cases SET call_state = 'withdrawn' WHERE id = ? AND call_state = 'waiting'", (case,))
    return erased


def erase_words(work: Work, case: int, why: Why, kinds: tuple[str, ...] = WRITTEN) -> int:
    """Erase the words of a case's lines of some kinds, and its drafts; returns how many lines had any."""
    work.run("DELETE FROM case_drafts WHERE case_id = ?", (case,))
    erased = events.erase_words(work, case, kinds)
    if erased:
        log(work, "event", why, case, erased)
        append(work, why.at, New(case, why.actor, "erased", after=why.reason))
    return erased


def erase_files(work: Work, case: int, why: Why) -> int:
    """Erase the attachments of a case; returns how many had a body."""
    erased = work.run(
        "UPDATE case_files SET body = ?, name = kind, removed_at = ? WHERE case_id = ? AND length(body) > 0",
        (b"", why.at, case),
    )
    if erased:
        log(work, "files", why, case, erased)
    return erased


def log(work: Work, what: str, why: Why, case: int | None, n: int) -> None:
    """Write down that something was erased; nothing of what it said."""
    work.run(
        "INSERT INTO deletions (at, what, why, case_id, n) VALUES (?, ?, ?, ?, ?)",
        (why.at, what, why.reason, case, n),
    )


def ballots_of(work: Work, case: int) -> list[bytes]:
    """Return the ballots of a case."""
    return [paper.id for paper in queries.papers(work.connection, case)]
