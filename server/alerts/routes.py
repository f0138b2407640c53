"""HTTP for alerts: the list, a version that changes with it, one alert, what a person does with it, a workbook."""

from asyncio import to_thread
from datetime import date
from io import BytesIO
from typing import Any, Final

from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from openpyxl import Workbook

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.alerts import hooks, queries
from server.alerts.desk import Desk, forget_hidden, line_in, lines_of, open_desk
from server.alerts.kinds import KINDS
from server.alerts.queries import Line
from server.alerts.rules import LONGEST_DAYS, snooze_until_ms
from server.alerts.words import detail
from server.audit.queries import record
from server.cases.words import close, open_words
from server.centre import Centre
from server.database import Work
from server.offices.queries import place_in
from server.pages.download import download
from server.problem import RefusalError
from server.reports.sheet import Column, Heading, open_sheet
from survey.local_time import local_words

GROUPS: Final = {"moi": "Mới", "tam-hoan": "Tạm hoãn", "da-nhan": "Đã nhận", "tat-ca": "Tất cả"}
STATES: Final = {"moi": "new", "tam-hoan": "snoozed", "da-nhan": "acknowledged"}
WORDS: Final = {
    "new": "Mới",
    "snoozed": "Tạm hoãn",
    "acknowledged": "Đã nhận",
    "ended": "Đã hết",
    "other": "Không báo cho Ông/Bà",
}
DONE: Final = {
    "nhan": "Đã nhận cảnh báo.", "tra": "Cảnh báo lại chờ Ông/Bà.", "hoan": "Đã tạm hoãn; đến giờ cảnh báo hiện lại.",
    "ghi": "Đã ghi.",
}  # fmt: skip
AT_MOST: Final = 200
NOTE_AT_MOST: Final = 2000


def waiting(centre: Centre, session: Session) -> int:
    """Return how many alerts wait for someone; the number in the bar."""
    with centre.engine.connect() as connection:
        return queries.unread(connection, session.account.id, centre.now_ms())


def _version(request: AnyRequest, session: Session) -> str:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        newest = queries.newest(connection, session.account.id)
    return f"{newest}-{waiting(centre, session)}"


def _list(request: AnyRequest) -> Response[str]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    now_ms = desk.frame.now_ms
    with centre.engine.connect() as connection:
        every = lines_of(desk, connection)
        ids = {one.alert.id for one in every}
        has_hidden = waiting(centre, desk.session) > sum(one.state(now_ms) == "new" for one in every)
        takers = queries.takers(connection, sorted(ids))
    if has_hidden:
        centre.writer.run(lambda work: forget_hidden(desk, work))
    group = request.query_params.get("nhom", "") if request.query_params.get("nhom") in GROUPS else "moi"
    counts = {name: sum(one.state(now_ms) == state for one in every) for name, state in STATES.items()}
    found = [one for one in every if group == "tat-ca" or one.state(now_ms) == STATES[group]]
    found.sort(key=lambda one: (not one.alert.is_priority if group == "moi" else False, -one.alert.id))
    return page(
        request, "alerts.html", session=desk.session, desk=desk, groups=GROUPS, group=group, counts=counts,
        lines=found[:AT_MOST], n=len(found), has_any=bool(every), takers=takers, at=local_words, kinds=KINDS,
        words=WORDS, now_ms=now_ms, done=DONE.get(request.query_params.get("xong", ""), ""), detail=detail,
        version=_version(request, desk.session), may_change=desk.session.may("offices.change"),
    )  # fmt: skip


def _show(request: AnyRequest, wanted: int, status: int = 200, wrong: str = "", given: str = "") -> Response[str]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        line = line_in(desk, connection, wanted)
        takers = queries.takers(connection, [wanted]).get(wanted, [])
        said = [(one, open_words(one.sealed, centre.keys)) for one in queries.notes(connection, wanted)]
    return page(
        request, "alert.html", status, session=desk.session, desk=desk, line=line, alert=line.alert, takers=takers,
        said=said, at=local_words, kinds=KINDS, words=WORDS, now_ms=desk.frame.now_ms, wrong=wrong, given=given,
        detail=detail(line.alert), done=DONE.get(request.query_params.get("xong", ""), ""), most=NOTE_AT_MOST,
        most_days=LONGEST_DAYS,
    )  # fmt: skip


def _act(request: AnyRequest, wanted: int, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        line_in(desk, connection, wanted)
    act, note = data.get("act", ""), " ".join(data.get("note", "").split())
    if act == "note" and not 0 < len(note) <= NOTE_AT_MOST:
        words = f"Xin ghi từ 1 đến {NOTE_AT_MOST} ký tự." if note else "Chưa ghi gì. Xin ghi ngắn gọn đã làm gì."
        return _show(request, wanted, 422, words, data.get("note", ""))
    until = snooze_until_ms(data.get("until", ""), _day(data.get("day", "")), desk.frame.now_ms)
    if act == "snooze" and until is None:
        words = f"Ngày “{data.get('day', '')[:10]}” không dùng được. Xin chọn từ ngày mai đến {LONGEST_DAYS} ngày tới."
        return _show(request, wanted, 422, words)
    done = _done(desk, centre, wanted, act, (note, until))
    back = "/canh-bao" if data.get("back") == "list" else f"/canh-bao/{wanted}"
    return Redirect(f"{back}?xong={done}", status_code=303)


def _done(desk: Desk, centre: Centre, alert: int, act: str, given: tuple[str, int | None]) -> str:
    """Do one thing with an alert and write it into the log; returns the word of what was done."""
    account, actor, now_ms = desk.person.account, desk.person.name, desk.frame.now_ms
    sealed = close(given[0], centre.keys).sealed

    def store(work: Work) -> str:
        if act == "acknowledge":
            queries.acknowledge(work, account, alert, now_ms)
            hooks.spare(work, alert, actor)
        elif act == "return":
            queries.give_back(work, account, alert)
        elif act == "snooze" and given[1] is not None:
            queries.snooze(work, account, alert, given[1], now_ms)
        elif act == "note" and sealed is not None:
            queries.add_note(work, alert, actor, now_ms, sealed)
        else:
            raise RefusalError(400, "no_such_act", "there is no such act")
        record(work, now_ms, actor, f"alert.{act}", str(alert))
        return {"acknowledge": "nhan", "return": "tra", "snooze": "hoan", "note": "ghi"}[act]

    return centre.writer.run(store)


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        return None


TABLE: Final = (
    Column("STT", 6), Column("Lúc", 17), Column("Loại", 22), Column("Cảnh báo", 62), Column("Đơn vị", 34),
    Column("Quầy", 26), Column("Vụ việc", 12), Column("Trạng thái của tôi", 16), Column("Đã nhận", 32),
)  # fmt: skip


def _book(request: AnyRequest) -> bytes:
    desk, centre = open_desk(request), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        every = lines_of(desk, connection)
        takers = queries.takers(connection, [one.alert.id for one in every])
    top = next((one for one in desk.frame.units.values() if one.parent is None), None)
    name = top.name_vi.split(" (")[0] if top else ""
    agency = desk.frame.name(desk.person.unit) if desk.person.unit else name
    today = desk.frame.today
    heading = Heading(name, agency, "DANH SÁCH CẢNH BÁO", f"Đến ngày {today:%d/%m/%Y}", place_in(name), today)
    book = Workbook(write_only=True)
    table = open_sheet(book, "Cảnh báo", TABLE, heading)
    for place, one in enumerate(every, 1):
        table.add(_row(desk, place, one, takers.get(one.alert.id, [])))
    file = BytesIO()
    book.save(file)
    actor, now_ms = desk.person.name, desk.frame.now_ms
    centre.writer.run(lambda work: record(work, now_ms, actor, "alert.export", str(len(every))))
    return file.getvalue()


def _row(desk: Desk, place: int, line: Line, takers: list[tuple[str, int]]) -> list[Any]:
    alert = line.alert
    return [
        place, local_words(alert.at), KINDS[alert.kind].name, desk.title(alert), desk.frame.name(alert.office),
        desk.frame.name(alert.counter) if alert.counter != alert.office else "", alert.number,
        WORDS[line.state(desk.frame.now_ms)], "; ".join(f"{name} {local_words(at)}" for name, at in takers),
    ]  # fmt: skip


@get("/canh-bao", sync_to_thread=True)
def alerts_page(request: AnyRequest) -> Response[str]:
    """Show the alerts in reach; `?nhom=` chooses new, snoozed, acknowledged or all."""
    return _list(request)


@get("/canh-bao/phien-ban", sync_to_thread=True, media_type=MediaType.TEXT)
def alerts_version(request: AnyRequest) -> Response[str]:
    """Say a word that changes when the list does; 304 while it does not."""
    version = _version(request, sessions.require(request, May.ALERTS_SEE))
    headers = {"etag": f'"{version}"', "cache-control": "no-cache"}
    is_same = request.headers.get("if-none-match") == f'"{version}"'
    return Response(
        "" if is_same else version, status_code=304 if is_same else 200, headers=headers, media_type=MediaType.TEXT
    )


@get("/canh-bao/danh-sach.xlsx", sync_to_thread=True)
def alerts_file(request: AnyRequest) -> Response[bytes]:
    """Give the list as a workbook; the download is audited."""
    return download(_book(request), "canh-bao.xlsx")


@get("/canh-bao/{wanted:int}")
async def alert_page(request: AnyRequest, wanted: FromPath[int]) -> Response[str]:
    """Show one alert with what was said of it."""
    return await to_thread(_show, request, wanted)


@post("/canh-bao/{wanted:int}", status_code=200)
async def alert_form(request: AnyRequest, wanted: FromPath[int], data: Form) -> Response[Any]:
    """Acknowledge, return, snooze or comment."""
    return await to_thread(_act, request, wanted, data)


ROUTES = [alerts_page, alerts_version, alerts_file, alert_page, alert_form]
