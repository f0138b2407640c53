"""HTTP for data out: the page with files and tokens, and the read API for programs."""

from asyncio import to_thread
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final, cast

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath

from server.accounts import sessions
from server.accounts.forms import number_of
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.database import Work
from server.exports import queries, tokens
from server.exports.queries import START, Place, Wanted
from server.exports.rules import DATED, MEDIA, TABLES, TITLES, Kind, Row, dictionary, openapi, written
from server.offices.queries import all_versions
from server.offices.scope import subtree, within
from server.pages.download import download
from server.problem import RefusalError
from survey.local_time import local_date, local_words

ROWS_AT_MOST: Final = 200_000
"""Ballots in one file; more are asked for month by month."""
PAGE_ROWS: Final = 1_000
PAGE_AT_MOST: Final = 5_000


# ---- the page


@get("/xuat-du-lieu", sync_to_thread=True)
def exports_page(request: AnyRequest) -> Response[str]:
    """Show what can be taken out, and the tokens."""
    return _page(request, sessions.require(request, May.EXPORT_MAKE))


def _page(request: AnyRequest, session: Session, status: int = 200, wrong: str = "", **more: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    today, now_ms = local_date(centre.now_ms()), centre.now_ms()
    with centre.engine.connect() as connection:
        listed = tokens.listed(Work(connection), session)
        units = all_versions(connection, today, today)
    given = {"first": str(today.replace(day=1)), "last": str(today), "token": "", "done": "", **more}
    return page(
        request, "exports.html", status, session=session, titles=TITLES, words=dictionary(), tokens=listed,
        now_ms=now_ms, moment=local_words, wrong=wrong, days=tokens.DAYS, scopes=tokens.SCOPES,
        base=centre.settings.public_base,
        unit_name=lambda unit: units[unit].name_vi if unit in units else (unit or "Toàn tỉnh"), **given,
    )  # fmt: skip


@get("/xuat-du-lieu/tep", sync_to_thread=True)
def export_file(request: AnyRequest) -> Response[Any]:
    """Give one table of a period as a file; `?bang=ballots&tu=2026-11-01&den=2026-11-30&dang=csv`."""
    session = sessions.require(request, May.EXPORT_MAKE)
    given = request.query_params
    table, kind = given.get("bang", "ballots"), given.get("dang", "csv")
    first, last = _day(given.get("tu", "")), _day(given.get("den", ""))
    shown = {"first": given.get("tu", "")[:10], "last": given.get("den", "")[:10]}
    if table not in TABLES or kind not in MEDIA:
        return _page(request, session, 422, "Xin chọn một bảng và một dạng tệp trong danh sách.")
    if first is None or last is None or last < first:
        return _page(request, session, 422, "Khoảng ngày chưa đúng: ngày đầu phải trước hoặc bằng ngày cuối.", **shown)
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        work = Work(connection)
        reached = within(session, all_versions(connection, first, last))
        wanted = Wanted(first, last, reached, ROWS_AT_MOST)
        n = queries.count(work, wanted) if table in DATED else 0
        if n > ROWS_AT_MOST:
            words = f"Khoảng này có {n:,} phiếu, một tệp chứa nhiều nhất {ROWS_AT_MOST:,}. Xin chọn khoảng ngắn hơn."
            return _page(request, session, 422, words.replace(",", "."), **shown)
        rows, _ = _rows(work, table, wanted, reached, _secret(centre))
    subject = f"{table} {kind} {first} {last} {len(rows)}" if table in DATED else f"{table} {kind} {len(rows)}"
    actor = session.account.name
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "export.file", subject))
    name = f"hai-long-{table}-{first}-{last}.{kind}" if table in DATED else f"hai-long-{table}.{kind}"
    kind_ = cast(Kind, kind)
    return download(written(table, rows, kind_), name, MEDIA[kind_])


def _secret(centre: Any) -> bytes:
    return cast(bytes, centre.keys.session[32:])


def _rows(
    work: Work, table: str, wanted: Wanted, reached: frozenset[str] | None, secret: bytes
) -> tuple[list[Row], Place | None]:
    if table == "units":
        return queries.unit_rows(work, reached), None
    if table == "questions":
        return queries.question_rows(work), None
    found = queries.page(work, wanted)
    if table == "ballots":
        return queries.ballot_rows(found.ballots, secret), found.next
    return queries.answer_rows(work, found.ballots, secret), found.next


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


@post("/xuat-du-lieu/khoa", status_code=200)
async def make_token(request: AnyRequest, data: Form) -> Response[Any]:
    """Make a token, shown once, or end one."""
    return await to_thread(_tokens, request, data)


def _tokens(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    session = sessions.require(request, May.EXPORT_MAKE)
    sessions.check_form(request, session, data.get("csrf", ""))
    centre = sessions.centre_of(request)
    if data.get("do") == "revoke":
        wanted = number_of(data.get("id", ""))
        name = centre.writer.run(lambda work: tokens.revoke(work, session, wanted, centre.now_ms()))
        if name is None:
            return _page(request, session, 404, "Không có khóa này, hoặc khóa đã thu hồi.")
        return _page(request, session, done=f"Đã thu hồi khóa “{name}”. Chương trình dùng khóa này không đọc được nữa.")
    name, days = " ".join(data.get("name", "").split())[: tokens.NAME_AT_MOST], data.get("days", "")
    if not name or days not in {str(each) for each in tokens.DAYS}:
        return _page(request, session, 422, "Xin đặt tên cho khóa (dùng cho chương trình nào) và chọn thời hạn.")
    scope = data.get("scope", tokens.READ)
    needed = May.DEVICES_CHANGE if scope == tokens.ENROL else May.DATA_ENTER
    if scope not in tokens.SCOPES or (scope != tokens.READ and not session.may(needed)):
        return _page(request, session, 422, "Tài khoản của Ông/Bà không lập được khóa ghi số liệu. Xin chọn “Đọc”.")
    token = centre.writer.run(lambda work: tokens.make(work, session, name, int(days), centre.now_ms(), scope))
    return _page(request, session, token=token)


# ---- the read API


class Answered(msgspec.Struct, frozen=True):
    """One page of rows. next: what to give as `after`; None at the end."""

    rows: list[Any]
    next: str | None


@get("/api/v1/data/{table:str}", sync_to_thread=True)
def read_api(request: Request[Any, Any, Any], table: FromPath[str]) -> Response[bytes]:
    """Give a page of a table to a program with a token; `openapi.json` describes it and needs none."""
    centre = sessions.centre_of(request)
    if table == "openapi.json":
        body = msgspec.json.encode(openapi(centre.settings.public_base))
        return Response(body, media_type=MediaType.JSON, headers={"cache-control": "public, max-age=3600"})
    if table not in TABLES:
        raise RefusalError(404, "no_such_table", f"tables are {', '.join(TABLES)}; see /api/v1/data/openapi.json")
    token = bearer(request, tokens.READ)
    today = local_date(centre.now_ms())
    wanted = _wanted(request, today)
    with centre.engine.connect() as connection:
        work = Work(connection)
        reached = tokens.reach(work, token.unit, wanted.first, wanted.last)
        asked_for = request.query_params.get("unit", "")[:80]
        if asked_for:
            below = subtree(all_versions(connection, wanted.first, wanted.last).values(), asked_for)
            reached = below if reached is None else reached & below
        wanted = msgspec.structs.replace(wanted, offices=reached)
        rows, following = _rows(work, table, wanted, reached, _secret(centre))
    body = msgspec.json.encode(Answered(rows, None if following is None else _told(following)))
    etag = f'"{sha256(body).hexdigest()[:24]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match", "").removeprefix("W/") == etag:
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.JSON)
    return Response(body, headers=headers, media_type=MediaType.JSON)


def bearer(request: Request[Any, Any, Any], scope: str) -> tokens.Token:
    """Return the token a program came with. Raises RefusalError 401, or 403 where it is for something else."""
    centre, now_ms = sessions.centre_of(request), sessions.centre_of(request).now_ms()
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    found = None
    if kind.lower() == "bearer" and given.startswith(tokens.PREFIX) and len(given) < 100:
        with centre.engine.connect() as connection:
            found = tokens.held(Work(connection), given, now_ms)
    if found is None:
        words = "send `Authorization: Bearer hl_…` with a token that still holds; /xuat-du-lieu makes one"
        raise RefusalError(401, "no_token", words)
    if found.scope != scope:
        raise RefusalError(403, "wrong_scope", f"this token is for {found.scope}; make one for {scope}")
    if now_ms - (found.used_at or 0) > tokens.SEEN_EVERY_MS:
        token_id = found.id
        centre.writer.run(lambda work: tokens.seen(work, token_id, now_ms))
    return found


def _wanted(request: Request[Any, Any, Any], today: date) -> Wanted:
    given = request.query_params
    first = _day(given.get("from", str(today - timedelta(days=31))))
    last = _day(given.get("to", str(today)))
    if first is None or last is None or last < first:
        raise RefusalError(422, "bad_days", "from and to are days like 2026-11-01, from not after to")
    limit = given.get("limit", str(PAGE_ROWS))
    if not limit.isdecimal() or not 1 <= int(limit) <= PAGE_AT_MOST:
        raise RefusalError(422, "bad_limit", f"limit {limit[:20]!r} is not 1 to {PAGE_AT_MOST}")
    return Wanted(first, last, None, int(limit), _place(given.get("after", "")))


def _told(place: Place) -> str:
    return "~".join(str(each) for each in place)


def _place(text: str) -> Place:
    if not text:
        return START
    office, day, stream, seq = [*text.split("~"), "", "", "", ""][:4]
    if _day(day) is None or not stream.isdecimal() or not seq.isdecimal():
        raise RefusalError(422, "bad_after", "after is what the page before said as next")
    return (office[:80], day[:10], int(stream), int(seq))


ROUTES = [exports_page, export_file, make_token, read_api]
