"""HTTP for one's own account: the second step, and the list of sessions."""

from asyncio import to_thread
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from server.accounts import queries, second_step, sessions, totp
from server.accounts.qr import drawn
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, enter, page
from server.audit.queries import record
from server.database import Work
from survey.local_time import local_words

WRONG_CODE = (
    "Mã không đúng, đã dùng rồi hoặc đã hết hạn. Xin chờ mã mới hiện trên điện thoại rồi thử lại; "
    "nếu đã thử nhiều lần, xin chờ vài phút."
)
SET_UP_WRONG = "Mã chưa đúng. Xin xem giờ của điện thoại có đặt tự động không, rồi nhập mã đang hiện."


def _second(request: AnyRequest, found: Session, status: int = 200, wrong: str = "") -> Response[str]:
    centre = sessions.centre_of(request)
    if found.account.totp is not None:
        with centre.engine.connect() as connection:
            left = queries.recovery_left(connection, found.account.id)
        return page(request, "second_step.html", status, session=found, wrong=wrong, left=left)
    secret = second_step.offered(centre, found)
    text = totp.as_text(secret)
    return page(
        request,
        "second_step_new.html",
        status,
        session=found,
        wrong=wrong,
        qr=drawn(totp.address(secret, found.account.name), "Mã QR để thêm vào ứng dụng"),
        groups=[text[at : at + 4] for at in range(0, len(text), 4)],
        is_needed=sessions.missing_step(found) == "/hai-buoc",
    )


def _show_second(request: AnyRequest) -> Response[str]:
    return _second(request, sessions.partly(request, "/hai-buoc"))


def _set_up(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    found = sessions.partly(request, "/hai-buoc")
    sessions.check_form(request, found, data.get("csrf", ""))
    centre, given = sessions.centre_of(request), data.get("code", "")
    if found.account.totp is None:
        codes, wrong = second_step.set_up(centre, found, given), SET_UP_WRONG
    else:
        codes, wrong = second_step.new_recovery(centre, found, given), WRONG_CODE
    if codes is None:
        return _second(request, found, 422, wrong)
    now = sessions.find(request) or found
    return page(request, "recovery_codes.html", session=now, codes=codes, today=local_words(centre.now_ms()))


def _show_code(request: AnyRequest) -> Response[Any]:
    found = sessions.partly(request, "/dang-nhap/ma")
    return page(request, "code.html", session=found, wrong="") if found.needs_code else Redirect("/", status_code=303)


def _take_code(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    found = sessions.partly(request, "/dang-nhap/ma")
    sessions.check_form(request, found, data.get("csrf", ""))
    if not found.needs_code:
        return Redirect("/", status_code=303)
    centre = sessions.centre_of(request)
    entered = second_step.enter_code(centre, found, data.get("code", ""), sessions.browser_of(request))
    return (
        page(request, "code.html", 401, session=found, wrong=WRONG_CODE) if entered is None else enter(request, entered)
    )


def _show_sessions(request: AnyRequest) -> Response[str]:
    found = sessions.entered(request)
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        held = queries.held(connection, found.account.id, centre.now_ms())
    return page(request, "sessions.html", session=found, held=held, own=found.id_hash.hex(), moment=local_words)


def _end_sessions(request: AnyRequest, data: dict[str, str]) -> Redirect:
    found = sessions.entered(request)
    sessions.check_form(request, found, data.get("csrf", ""))
    centre, account, key = sessions.centre_of(request), found.account, data.get("key", "")

    def end(work: Work) -> None:
        if key == "all":
            ended = queries.close_all(work, account.id, but=found.id_hash)
        else:
            ended = int(queries.close_one(work, account.id, _bytes(key)))
        record(work, centre.now_ms(), account.name, "session.end", str(ended))

    centre.writer.run(end)
    return Redirect("/phien", status_code=303)


def _bytes(key: str) -> bytes:
    try:
        return bytes.fromhex(key)
    except ValueError:
        return b""


@get("/hai-buoc")
async def second_page(request: AnyRequest) -> Response[str]:
    """Show how the second step is set up, or that it is."""
    return await to_thread(_show_second, request)


@post("/hai-buoc", status_code=200)
async def second_form(request: AnyRequest, data: Form) -> Response[str]:
    """Set the second step up, or make new recovery codes."""
    return await to_thread(_set_up, request, data)


@get("/dang-nhap/ma")
async def code_page(request: AnyRequest) -> Response[Any]:
    """Ask for the code of the second step."""
    return await to_thread(_show_code, request)


@post("/dang-nhap/ma", status_code=200)
async def code_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Take the code of the second step."""
    return await to_thread(_take_code, request, data)


@get("/phien")
async def sessions_page(request: AnyRequest) -> Response[str]:
    """Show one's own sessions."""
    return await to_thread(_show_sessions, request)


@post("/phien", status_code=303)
async def sessions_form(request: AnyRequest, data: Form) -> Redirect:
    """End one's own sessions."""
    return await to_thread(_end_sessions, request, data)


ROUTES = [second_page, second_form, code_page, code_form, sessions_page, sessions_form]
