"""HTTP for people: sign-in, sign-out, change of password.

Two handlers of one path go to a thread themselves: Litestar 2.25 wraps a shared path's first handler twice.
"""

import re
from asyncio import to_thread
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, cast

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect
from msgspec.structs import replace

from server.accounts import sessions
from server.accounts.passwords import LONGEST
from server.accounts.queries import Session
from server.accounts.sign_in import Entered, change_password, sign_in, sign_out
from server.pages.download import download
from server.pages.language import rendered
from server.pages.navigation import ENTRIES, Entry, Menu, menus

HOME = "/"
WRONG = (
    "Tên đăng nhập hoặc mật khẩu không đúng. Nếu đã thử nhiều lần, xin chờ vài phút rồi thử lại; "
    "quên mật khẩu, xin liên hệ người quản trị."
)

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
AnyRequest = Request[Any, Any, Any]


TABLES = re.compile(r"<!--bang-->.*?<!--/bang-->", re.DOTALL)
"""Where a page offers its tables as a workbook; taken out of pages that have none, or a workbook of their own."""


class Navigation(msgspec.Struct, frozen=True):
    """What the common bar shows. path: of the page shown. is_entered: every step of signing in is done.

    counts: by page, how many things wait there for whoever looks.
    """

    entries: list[Entry]
    path: str
    is_entered: bool
    counts: Mapping[str, int] = {}

    @property
    def menus(self) -> list[Menu]:
        """The entries in their menus."""
        return menus(self.entries)


def navigation(session: Session, path: str) -> Navigation:
    """Return the bar for someone: only the pages they may open, none before the sign-in is whole."""
    is_entered = not session.needs_code and sessions.missing_step(session) is None
    return Navigation([one for one in ENTRIES if is_entered and session.may(one.permission)], path, is_entered)


def _counts(request: AnyRequest, session: Session, bar: Navigation) -> dict[str, int]:
    """Return what waits behind the entries of a bar; features add theirs to `badges` of the application's state."""
    badges = request.app.state.get("badges", {})
    centre = sessions.centre_of(request)
    return {one.path: badges[one.path](centre, session) for one in bar.entries if one.path in badges}


def page(request: AnyRequest, template: str, status: int = 200, **values: Any) -> Response[str]:
    """Return a page made from a template; with a `session` among its values it has the common bar.

    Asked for with `?tai=bang`, its tables come as a workbook; a page with tables and no workbook of its own says so.
    """
    session = values.get("session")
    if session is not None:
        bar = navigation(session, request.url.path)
        values = {"navigation": replace(bar, counts=_counts(request, session, bar))} | values
    may_tell = session is not None and status < HTTPStatus.BAD_REQUEST and request.method == "GET"
    if may_tell and request.query_params.get("tai") == "bang":
        made = request.app.state.tables_file(request, session, rendered(request, template, language="vi", **values))
        if made is not None:
            return cast(Response[str], download(*made))
    html = rendered(request, template, **values)
    if not may_tell or "<table" not in html or '.xlsx"' in html or ".xlsx?" in html:
        html = TABLES.sub("", html)
    return Response(html, status_code=status, media_type=MediaType.HTML, headers={"cache-control": "no-store"})


def enter(request: AnyRequest, entered: Entered) -> Redirect:
    """Return the answer to a sign-in: its cookie, and the way to the next step."""
    to = "/dang-nhap/ma" if entered.needs_code else "/doi-mat-khau" if entered.must_change else HOME
    return Redirect(to, status_code=303, cookies=[sessions.new_cookie(sessions.centre_of(request), entered.token)])


def _is_offered(request: AnyRequest) -> bool:
    settings = sessions.centre_of(request).settings
    return bool(settings.oidc_issuer and settings.oidc_client_id)


def _show_sign_in(request: AnyRequest) -> Response[Any]:
    found = sessions.find(request)
    if found is not None and not found.needs_code:
        return Redirect(HOME, status_code=303)
    return page(request, "sign_in.html", name="", wrong="", is_offered=_is_offered(request))


def _sign_in(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    sessions.check_origin(request)
    name, password = data.get("name", "").strip().lower()[:40], data.get("password", "")[:LONGEST]
    entered = sign_in(sessions.centre_of(request), name, password, sessions.browser_of(request))
    if entered is None:
        return page(request, "sign_in.html", 401, name=name, wrong=WRONG, is_offered=_is_offered(request))
    return enter(request, entered)


def _show_change(request: AnyRequest) -> Response[Any]:
    found = sessions.partly(request, "/doi-mat-khau", "/hai-buoc")
    return page(request, "change_password.html", session=found, wrong="")


def _change(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    found = sessions.partly(request, "/doi-mat-khau", "/hai-buoc")
    sessions.check_form(request, found, data.get("csrf", ""))
    old, new, again = (data.get(key, "") for key in ("old", "new", "again"))
    outcome = change_password(
        sessions.centre_of(request), found, old[:LONGEST], new, again, sessions.browser_of(request)
    )
    if isinstance(outcome, str):
        return page(request, "change_password.html", 422, session=found, wrong=outcome)
    return enter(request, outcome)


@get("/dang-nhap")
async def sign_in_page(request: AnyRequest) -> Response[Any]:
    """Show the sign-in page."""
    return await to_thread(_show_sign_in, request)


@post("/dang-nhap", status_code=200)
async def sign_in_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Sign someone in."""
    return await to_thread(_sign_in, request, data)


@get("/doi-mat-khau")
async def change_page(request: AnyRequest) -> Response[Any]:
    """Show the change of password."""
    return await to_thread(_show_change, request)


@post("/doi-mat-khau", status_code=200)
async def change_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Change a password."""
    return await to_thread(_change, request, data)


@post("/dang-xuat", sync_to_thread=True, status_code=303)
def sign_out_form(request: AnyRequest, data: Form) -> Redirect:
    """Sign someone out."""
    found = sessions.find(request)
    if found is not None:
        sessions.check_form(request, found, data.get("csrf", ""))
        sign_out(sessions.centre_of(request), found)
    answer = Redirect("/dang-nhap", status_code=303)
    answer.delete_cookie(sessions.cookie_name(sessions.centre_of(request)), path="/")
    return answer


ROUTES = [sign_in_page, sign_in_form, sign_out_form, change_page, change_form]
