"""The ballots of a report in SQL, one row each; its sums come from the rollups, by results.queries."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, select

from server.results.queries import Scope
from server.tables import ballots
from survey.qr_token import Lane

PAGE: Final = 2000


def each_ballot(connection: Connection, scope: Scope) -> Iterator[dict[str, Any]]:
    """Give every dated ballot of a scope, days in order, within a day in the order of their digests: shuffled.

    A part that another one stands for is left out: one person is one row.
    """
    c = ballots.c
    query = (
        select(
            c.day, c.office_id, c.counter_id, c.channel, c.lane, c.status, c.lang, c.questionnaire,
            c.levels, c.reasons, c.context, c.flags, c.marks, (c.sealed_digest.is_not(None)).label("is_erased"),
            (c.sealed.is_not(None)).label("is_sealed"),
        )
        .where(c.is_dated, c.day.between(scope.first, scope.last), c.lane != Lane.SUPERSEDED.value)
        .order_by(c.day, c.leaf)
    )  # fmt: skip
    if scope.within is not None:
        query = query.where(c.office_id.in_(scope.within))
    if scope.office:
        query = query.where(c.office_id == scope.office)
    if scope.counter:
        query = query.where(c.counter_id == scope.counter)
    for row in connection.execution_options(yield_per=PAGE).execute(query).mappings():
        yield dict(row)
