"""HTTP for managers of accounts: the list, invitations, one account's page, the workbook."""

from asyncio import to_thread
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from server.accounts import queries as accounts
from server.accounts import sessions
from server.accounts.qr import drawn
from server.accounts.queries import Account, Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import Granted, May, grantable
from server.audit.queries import record
from server.offices.queries import COUNTER, PROVINCE, Unit, place_in, province_of, standing
from server.offices.scope import within
from server.pages.download import download
from server.problem import RefusalError
from server.results.rules import vietnamese_order
from server.users import change, queries, table
from server.users.invite import Wanted, invite, invite_again
from server.users.rules import LOGIN_AT_MOST, Line, is_found, may_manage, role_words, state_of
from survey.local_time import local_date, local_words


class Desk(msgspec.Struct, frozen=True):
    """Who manages, what lies in reach, and the units as they stand today."""

    session: Session
    units: dict[str, Unit]
    reach: frozenset[str] | None
    lines: list[Line]

    @property
    def actor(self) -> Account:
        """Return the manager's account."""
        return self.session.account

    @property
    def choices(self) -> list[Unit]:
        """Return the units an account may be bound to, by name."""
        found = [one for one in self.units.values() if one.kind != COUNTER and one.kind != PROVINCE]
        mine = [one for one in found if self.reach is None or one.id in self.reach]
        return sorted(mine, key=lambda one: vietnamese_order(one.name_vi))


def _desk(connection: Connection, request: AnyRequest) -> Desk:
    session = sessions.require(request, May.USERS_MANAGE)
    today = local_date(sessions.centre_of(request).now_ms())
    units = {one.id: one for one in standing(connection, today)}
    reach = within(session, units)
    return Desk(session, units, reach, queries.lines(connection, units, reach))


def _open(request: AnyRequest) -> Desk:
    with sessions.centre_of(request).engine.connect() as connection:
        return _desk(connection, request)


def _line(desk: Desk, account: int) -> Line:
    found = next((line for line in desk.lines if line.account.id == account), None)
    if found is None:
        raise RefusalError(404, "no_such_account", f"there is no account {account}")
    return found


@get("/tai-khoan", sync_to_thread=True)
def users_page(request: AnyRequest) -> Response[str]:
    """Show every account in reach; `?tim=` searches."""
    desk = _open(request)
    words = request.query_params.get("tim", "")[:80]
    shown = [line for line in desk.lines if is_found(line, words)]
    now_ms = sessions.centre_of(request).now_ms()
    return page(
        request, "users.html", session=desk.session, lines=shown, words=words, total=len(desk.lines),
        moment=local_words, state_of=lambda line: state_of(line, now_ms),
    )  # fmt: skip


@get("/tai-khoan/danh-sach.xlsx", sync_to_thread=True)
def users_workbook(request: AnyRequest) -> Response[bytes]:
    """Give the list as a workbook; the download is audited."""
    desk, centre = _open(request), sessions.centre_of(request)
    now_ms = centre.now_ms()
    province = province_of(desk.units.values())
    own = desk.units.get(desk.session.unit or "")
    agency = own.name_vi if own else "Hệ thống khảo sát sự hài lòng"
    place = place_in(province)
    made = table.workbook(desk.lines, province, agency, place, local_date(now_ms), now_ms)
    centre.writer.run(lambda work: record(work, now_ms, desk.actor.name, "account.export", str(len(desk.lines))))
    return download(made, "tai-khoan.xlsx")


def _unit_fault(desk: Desk, granted: Granted, now: str | None = None) -> str | None:
    """Return in Vietnamese why a unit cannot be given: it does not stand today. now: what the account has."""
    if granted.unit in (None, now) or granted.unit in {one.id for one in desk.choices}:
        return None
    return f"Không có đơn vị “{granted.unit}” trong phạm vi của Ông/Bà. Xin chọn trong danh sách."


def _granted(data: dict[str, str]) -> Granted:
    return Granted(data.get("role", "")[:20], data.get("unit", "")[:80] or None, data.get("is_manager") == "1")


def _login(data: dict[str, str]) -> str | None:
    return data.get("login", "").strip().casefold()[:LOGIN_AT_MOST] or None


def _invite_page(request: AnyRequest, desk: Desk, entered: dict[str, str], status: int = 200, wrong: str = "") -> Any:
    is_offered = bool(sessions.centre_of(request).settings.oidc_issuer)
    return page(
        request, "invite.html", status, session=desk.session, units=desk.choices, entered=entered, wrong=wrong,
        roles=grantable(desk.actor.allowed, desk.actor.unit), role_words=role_words, is_offered=is_offered,
    )  # fmt: skip


def _link_page(request: AnyRequest, desk: Desk, link: Any) -> Response[str]:
    address = f"{sessions.centre_of(request).settings.public_base}/moi/{link.token}"
    return page(
        request, "invited.html", session=desk.session, link=link, address=address, until=local_words(link.expires_at),
        qr=drawn(address, "Mã QR của đường dẫn"),
    )  # fmt: skip


def _invite(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    desk = _open(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    name, person = data.get("name", "").strip().lower(), " ".join(data.get("person", "").split())[:80]
    wanted = Wanted(name, person, _login(data), _granted(data))
    made = _unit_fault(desk, wanted.granted) or invite(sessions.centre_of(request), desk.actor, desk.reach, wanted)
    if isinstance(made, str):
        return _invite_page(request, desk, data, 422, made)  # type: ignore[no-any-return]
    return _link_page(request, desk, made)


def _user_page(
    request: AnyRequest, account: int, status: int = 200, wrong: str = "", done: str = "",
    undo: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    desk, centre = _open(request), sessions.centre_of(request)
    line = _line(desk, account)
    with centre.engine.connect() as connection:
        held = accounts.held(connection, account, centre.now_ms())
    return page(
        request, "user.html", status, session=desk.session, line=line, units=desk.choices, wrong=wrong, done=done,
        undo=undo, roles=grantable(desk.actor.allowed, desk.actor.unit), role_words=role_words, held=held,
        moment=local_words, state=state_of(line, centre.now_ms()), is_own=line.account.id == desk.actor.id,
        is_mine=may_manage(desk.actor, desk.reach, line.account), is_offered=bool(centre.settings.oidc_issuer),
    )  # fmt: skip


def _change(request: AnyRequest, account: int, data: dict[str, str]) -> Response[str]:
    desk, centre = _open(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    target = _line(desk, account).account
    if not may_manage(desk.actor, desk.reach, target):
        raise RefusalError(403, "not_allowed", f"{desk.actor.name} may not change {target.name}")
    what, undo, wrong = data.get("do", ""), None, None
    if what == "invite":
        return _link_page(request, desk, invite_again(centre, desk.actor, target))
    if what == "change":
        person = " ".join(data.get("person", "").split())[:80] or target.person
        granted = _granted(data)
        wrong = _unit_fault(desk, granted, target.unit) or change.regrant(
            centre, desk.actor, desk.reach, target, person, _login(data), granted
        )
        undo, done = _as_form(target), "Đã lưu thay đổi."
    elif what == "disable":
        wrong = change.disable(centre, desk.actor, target)
        undo, done = {"do": "enable"}, "Đã khóa tài khoản và kết thúc mọi phiên."
    elif what == "enable":
        change.enable(centre, desk.actor, target)
        undo, done = {"do": "disable"}, "Tài khoản dùng lại được."
    elif what == "second":
        change.reset_second_step(centre, desk.actor, target)
        done = "Đã đặt lại bước thứ hai; người dùng thiết lập lại ở lần đăng nhập tới."
    elif what == "sessions":
        done = f"Đã kết thúc {change.end_sessions(centre, desk.actor, target)} phiên."
    else:
        raise RefusalError(400, "no_such_change", f"there is no change {what[:20]!r}")
    if wrong is not None:
        return _user_page(request, account, 422, wrong)
    return _user_page(request, account, done=done, undo=undo)


def _as_form(target: Account) -> dict[str, str]:
    """Return the fields that set an account back to what it is now."""
    return {
        "do": "change", "person": target.person, "login": target.login or "", "role": target.role,
        "unit": target.unit or "", "is_manager": "1" if target.is_manager else "",
    }  # fmt: skip


@get("/tai-khoan/moi")
async def invite_page(request: AnyRequest) -> Response[str]:
    """Show the form of an invitation."""
    return await to_thread(lambda: _invite_page(request, _open(request), {}))


@post("/tai-khoan/moi", status_code=200)
async def invite_form(request: AnyRequest, data: Form) -> Response[str]:
    """Invite someone; the link is shown this once."""
    return await to_thread(_invite, request, data)


@get("/tai-khoan/{account:int}")
async def user_page(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Show one account; the own one is at /phien."""
    return await to_thread(_user_page, request, account)


@post("/tai-khoan/{account:int}", status_code=200)
async def user_form(request: AnyRequest, account: FromPath[int], data: Form) -> Response[str]:
    """Do one thing to an account."""
    return await to_thread(_change, request, account, data)


ROUTES = [users_page, users_workbook, invite_page, invite_form, user_page, user_form]
