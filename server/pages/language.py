"""Which language a page is shown in: Vietnamese, unless the reader asked for English.

In the office a cookie of one word remembers it; public pages keep no cookie and carry it in their addresses.
"""

from typing import Any, Final, Literal, cast
from urllib.parse import quote, urlsplit

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.response import Redirect

from server.pages.english import translated

Language = Literal["vi", "en"]
COOKIE: Final = "ngon_ngu"
YEAR_S: Final = 31_536_000


def language_of(request: Request[Any, Any, Any], *, is_public: bool = False) -> Language:
    """Return the language to answer in: the address's `?lang=`, then the cookie's, then Vietnamese."""
    asked = request.query_params.get("lang") or ("" if is_public else request.cookies.get(COOKIE, ""))
    return "en" if asked == "en" else "vi"


def rendered(
    request: Request[Any, Any, Any],
    template: str,
    *,
    is_public: bool = False,
    back: str = "",
    language: Language | None = None,
    **values: Any,
) -> str:  # fmt: skip
    """Return a page made from a template, in the reader's language.

    is_public: it keeps no cookie. back: where a choice of language leads, "" for this very address. language: this one,
    whatever the reader asked for.
    """
    language = language or language_of(request, is_public=is_public)
    other: Language = "vi" if language == "en" else "en"
    switch = f"?lang={other}" if is_public else f"/ngon-ngu?lang={other}&ve={quote(back or _back(request), safe='')}"
    pages = request.app.state.pages
    query = request.url.query
    tables = f"?{query}&tai=bang" if query else "?tai=bang"
    made = cast(
        str, pages.get_template(template).render({"lang": language, "switch": switch, "tables": tables} | values)
    )
    return translated(made)[0] if language == "en" else made


def _back(request: Request[Any, Any, Any]) -> str:
    """Return where to go back to: this address, or the page a form stood on."""
    if request.method != "GET":
        came = urlsplit(request.headers.get("referer", ""))
        return (came.path or "/") + (f"?{came.query}" if came.query else "")
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@get("/ngon-ngu", sync_to_thread=False)
def language_choice(request: Request[Any, Any, Any]) -> Response[Any]:
    """Remember a language, and go back; only to an address of our own."""
    back = request.query_params.get("ve", "/")
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and "\n" not in back and "\r" not in back
    chosen = "en" if request.query_params.get("lang") == "en" else "vi"
    cookie = Cookie(key=COOKIE, value=chosen, path="/", max_age=YEAR_S, httponly=True, samesite="lax")
    return Redirect(back if is_ours else "/", status_code=303, cookies=[cookie])
