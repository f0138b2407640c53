"""HTTP for programs that write: transactions of offices, by a token made for that alone."""

from asyncio import to_thread
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Request, Response, post

from server.accounts import sessions
from server.exports import tokens
from server.exports.routes import bearer
from server.offices.queries import all_versions
from server.problem import RefusalError
from server.results import entered
from server.results.entry import EntryError, check_span
from survey.local_time import local_date

ROWS_AT_MOST = 5_000


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many people an office served in a span of days. office: its id or code."""

    office: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    first: date
    last: date
    n: Annotated[int, msgspec.Meta(ge=0, le=entered.MOST)]


class Spans(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program sends, all stored or nothing."""

    rows: Annotated[list[Span], msgspec.Meta(min_length=1, max_length=ROWS_AT_MOST)]


@post("/api/v1/data/transactions", status_code=200)
async def write_transactions(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Store transactions; the same office and days again take the place of what was there."""
    return await to_thread(_write, request, await request.body())


def _write(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
    centre = sessions.centre_of(request)
    token = bearer(request, tokens.WRITE)
    try:
        given = msgspec.json.decode(body, type=Spans)
    except msgspec.DecodeError as error:
        raise RefusalError(422, "bad_body", str(error)[:200]) from None
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        units = all_versions(connection, date(2020, 1, 1), today)
        reached = tokens.reach_of(connection, token.unit, date(2020, 1, 1), today)
    known = {key: one.id for one in units.values() if reached is None or one.id in reached
             for key in (one.code.casefold(), one.id)}  # fmt: skip
    try:
        rows = [_served(one, known, today, at) for at, one in enumerate(given.rows)]
        centre.writer.run(lambda work: entered.enter(work, rows, f"token {token.name}"[:80], centre.now_ms()))
    except (EntryError, entered.OverlapError) as error:
        raise RefusalError(422, "bad_row", str(error)) from None
    return Response(msgspec.json.encode({"stored": len(rows)}), media_type=MediaType.JSON)


def _served(one: Span, known: Mapping[str, str], today: date, at: int) -> entered.Served:
    office = known.get(one.office) or known.get(one.office.casefold())
    if office is None:
        raise EntryError(f"rows[{at}].office: no office {one.office!r} within this token's reach; send its id or code")
    check_span(one.first, one.last, today, f"rows[{at}]")
    return entered.Served(office, one.first, one.last, one.n, "api")


ROUTES = [write_transactions]
