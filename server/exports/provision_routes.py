"""HTTP for the technician's laptop: the counters there are, and one-time codes for the rows of a roster."""

from asyncio import to_thread
from typing import Any

from litestar import MediaType, Request, Response, get, post

from server.accounts import sessions
from server.devices.provision import RowError, give, places_of
from server.exports import tokens
from server.exports.routes import bearer
from server.problem import RefusalError
from survey import wire
from survey.local_time import local_date
from survey.provisioning import CodesAsked


@get("/api/v1/provisioning/places", sync_to_thread=True)
def places(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the counters within the token's reach."""
    centre = sessions.centre_of(request)
    token = bearer(request, tokens.ENROL)
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        found = places_of(connection, centre, tokens.reach_of(connection, token.unit, today, today))
    return Response(wire.encode(found), media_type=MediaType.JSON)


@post("/api/v1/provisioning/codes", status_code=200)
async def codes(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give a one-time code for each row of a roster; asked for again, the same."""
    return await to_thread(_codes, request, await request.body())


def _codes(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
    centre = sessions.centre_of(request)
    token = bearer(request, tokens.ENROL)
    try:
        asked = wire.decode(body, CodesAsked)
    except wire.WireError as error:
        raise RefusalError(422, "bad_body", str(error)[:200]) from None
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        reached = tokens.reach_of(connection, token.unit, today, today)
    try:
        found = centre.writer.run(lambda work: give(work, centre, asked, reached, f"token {token.name}"[:80]))
    except RowError as error:
        raise RefusalError(422, "bad_row", str(error)) from None
    headers = {"cache-control": "no-store"}
    return Response(wire.encode(found), media_type=MediaType.JSON, headers=headers)


ROUTES = [places, codes]
