"""HTTP for the one-stop software: one link for one dossier, to be sent, or shown as a QR at the counter."""

from asyncio import to_thread
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Request, Response, post

from server.accounts import sessions
from server.accounts.qr import drawn
from server.centre import Centre
from server.exports import tokens
from server.exports.routes import bearer
from server.offices.queries import COUNTER, PROVINCE, Unit, standing
from server.offices.scope import subtree
from server.phone.dossier import Dossier, codes_for
from server.problem import RefusalError
from server.questionnaires.queries import on_day
from survey.local_time import local_date

ROWS_AT_MOST = 500


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dossier. place: a counter's or office's id or code. reference: the dossier's own code. qr: draw it, too."""

    place: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    field: Annotated[str, msgspec.Meta(max_length=80)] = ""
    days: Annotated[int, msgspec.Meta(ge=1, le=180)] = 30
    qr: bool = False


class AllAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program sends, all made or nothing."""

    rows: Annotated[list[Asked], msgspec.Meta(min_length=1, max_length=ROWS_AT_MOST)]


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """One link. expires_on: its last day. qr: an SVG, where it was asked for."""

    url: str
    expires_on: str
    qr: str = ""


@post("/api/v1/data/invitations", status_code=200)
async def make_invitations(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Make links; the same dossier again gives the same link. Whether one was used is never told."""
    return await to_thread(_make, request, await request.body())


def _make(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
    centre = sessions.centre_of(request)
    token = bearer(request, tokens.INVITE)
    try:
        given = msgspec.json.decode(body, type=AllAsked).rows
    except msgspec.DecodeError as error:
        raise RefusalError(422, "bad_body", str(error)[:200]) from None
    places, fields = _known(centre, token)
    made = codes_for(centre, [_dossier(one, places, fields, at) for at, one in enumerate(given)])
    base = centre.settings.public_base
    rows = [_told(f"{base}/I/{code}", until, one) for (code, until), one in zip(made, given, strict=True)]
    return Response(msgspec.json.encode({"rows": rows}), media_type=MediaType.JSON)


def _known(centre: Centre, token: tokens.Token) -> tuple[dict[str, str], set[str]]:
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        units = standing(connection, today)
        fields = {
            option.id for item in on_day(connection, today, "").items if item.id == "field" for option in item.options
        }
    reached = None if token.unit is None else subtree(units, token.unit)
    inside = [one for one in units if one.kind != PROVINCE and (reached is None or one.id in reached)]
    return {key: one.id for one in sorted(inside, key=_counters_last) for key in (one.id, one.code)}, fields


def _counters_last(one: Unit) -> bool:
    return one.kind == COUNTER


def _dossier(one: Asked, places: dict[str, str], fields: set[str], at: int) -> Dossier:
    place = places.get(one.place)
    if place is None:
        words = f"rows[{at}].place: no unit {one.place!r} within this token's reach today; send its id or code"
        raise RefusalError(422, "bad_row", words)
    if one.field and one.field not in fields:
        words = f"rows[{at}].field: no field {one.field!r}; one of {', '.join(sorted(fields))}, or leave it out"
        raise RefusalError(422, "bad_row", words)
    return Dossier(place, " ".join(one.reference.split()), one.field, one.days)


def _told(url: str, until: str, one: Asked) -> Made:
    return Made(url, until, str(drawn(url.upper(), "mã đánh giá hồ sơ")) if one.qr else "")


ROUTES = [make_invitations]
