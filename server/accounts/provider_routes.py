"""HTTP for signing in with the organisation's account: away to the provider, and back."""

from typing import Any

import structlog
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from server.accounts import provider, sessions
from server.accounts.provider import ProviderError
from server.accounts.routes import AnyRequest, enter, page
from server.centre import Centre

log = structlog.get_logger()
COOKIE = "hailong-co-quan"


def _failed(request: AnyRequest, error: ProviderError, status: int) -> Response[str]:
    log.info("sign-in by the provider failed", why=error.why)
    return page(request, "sign_in.html", status, name="", wrong=str(error), is_offered=True)


def _cookie(centre: Centre, value: str) -> Cookie:
    return Cookie(
        key=COOKIE, value=value, path="/dang-nhap/co-quan", httponly=True, samesite="lax",
        secure=centre.settings.is_https, max_age=600 if value else 0,
    )  # fmt: skip


@get("/dang-nhap/co-quan", sync_to_thread=True)
def provider_page(request: AnyRequest) -> Response[Any]:
    """Lead to the organisation's sign-in."""
    centre = sessions.centre_of(request)
    if not provider.is_offered(centre.settings):
        raise NotFoundException("this centre has no provider")
    try:
        address, sealed = provider.begin(centre)
    except ProviderError as error:
        return _failed(request, error, 503)
    return Redirect(address, status_code=303, cookies=[_cookie(centre, sealed)])


@get(provider.RETURN_PATH, sync_to_thread=True)
def returned_page(request: AnyRequest) -> Response[Any]:
    """Take back whom the provider sends."""
    centre, given = sessions.centre_of(request), request.query_params
    if not provider.is_offered(centre.settings):
        raise NotFoundException("this centre has no provider")
    try:
        entered = provider.finish(
            centre, request.cookies.get(COOKIE, ""), given.get("state", ""), given.get("code", "")[:2000],
            sessions.browser_of(request),
        )  # fmt: skip
    except ProviderError as error:
        return _failed(request, error, 401)
    answer = enter(request, entered)
    answer.set_cookie(_cookie(centre, ""))
    return answer


ROUTES: list[Any] = [provider_page, returned_page]
