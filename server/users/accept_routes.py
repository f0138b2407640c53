"""HTTP for invited people: the page behind the one-time link."""

from asyncio import to_thread
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, enter, page
from server.accounts.rules import needs_code
from server.users import queries
from server.users.invite import accept, digest_of


def _show(request: AnyRequest, token: str, status: int = 200, wrong: str = "") -> Response[str]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        account = queries.invited(connection, digest_of(centre, token[:64]), centre.now_ms())
    if account is None:
        return page(request, "invitation_over.html", 404)
    is_asked = needs_code(account.allowed)
    return page(request, "accept.html", status, account=account, token=token, wrong=wrong, needs_code=is_asked)


def _accept(request: AnyRequest, token: str, data: dict[str, str]) -> Response[Any]:
    sessions.check_origin(request)
    new, again = data.get("new", ""), data.get("again", "")
    outcome = accept(sessions.centre_of(request), token[:64], new, again, sessions.browser_of(request))
    if outcome is None or isinstance(outcome, str):
        return _show(request, token, 422, outcome or "")
    return enter(request, outcome)


@get("/moi/{token:str}")
async def accept_page(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show an invited person where to choose a password; looking does not use the link up."""
    return await to_thread(_show, request, token)


@post("/moi/{token:str}", status_code=200)
async def accept_form(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
    """Take the password an invited person chose, and sign them in."""
    return await to_thread(_accept, request, token, data)


ROUTES = [accept_page, accept_form]
