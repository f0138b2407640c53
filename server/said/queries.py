"""Comments of an office's month in SQL; their words are opened in memory and stand in no table of this feature."""

import json
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from server.cases.masks import mask_words
from server.cases.open import note_in
from server.database import Work
from server.keys import Keys
from server.results.summary import HEADLINE
from server.said.rules import Comment, may_be_told
from server.tables import ballots, published_comments

AT_MOST: Final = 500


def comments_of(
    connection: Connection, office: str, span: tuple[date, date], told_from: str, keys: Keys, *, only: str = ""
) -> list[Comment]:
    """Return the comments of an office's days that may be published at all; erased ones are gone.

    only: a state; "" for every one.
    """
    b, p = ballots.c, published_comments.c
    query = (
        select(b.id, b.day, b.sealed, p.blacked, p.state, p.picked_by, p.reason)
        .join_from(ballots, published_comments, p.ballot_id == b.id, isouter=not only)
        .where(b.office_id == office, b.day.between(*span), b.is_dated, b.sealed.is_not(None), b.lane.in_(HEADLINE))
        .order_by(b.day.desc(), b.id)
        .limit(AT_MOST)
    )
    if only:
        query = query.where(p.state == only)
    found = []
    for ballot, day, sealed, blacked, state, picked_by, reason in connection.execute(query):
        text = mask_words(" ".join(note_in(bytes(sealed), keys).comment.split()))
        if text and may_be_told(told_from, day):
            places = tuple(json.loads(blacked)) if blacked else ()
            found.append(Comment(bytes(ballot), day, text, places, state or "", picked_by or "", reason or ""))
    return found


def put(work: Work, comment: Comment, actor: str, now_ms: int) -> None:
    """Store how a comment stands, not what it says."""
    work.run("DELETE FROM published_comments WHERE ballot_id = ?", (comment.ballot,))
    work.run(
        "INSERT INTO published_comments (ballot_id, blacked, state, picked_by, decided_by, reason, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            comment.ballot, json.dumps(list(comment.blacked)), comment.state, comment.picked_by,
            "" if comment.state == "picked" else actor, comment.reason, now_ms,
        ),
    )  # fmt: skip
