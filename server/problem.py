"""Every error the centre answers with, and the one place that words it: JSON for programs, a page for people."""

from typing import Any

import psycopg
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from server.database import BusyError
from server.pages.language import rendered
from survey import wire
from survey.problem import Problem

log = structlog.get_logger()

WORDS_VI = {
    400: "Yêu cầu chưa đúng. Xin quay lại trang trước và thử lại.",
    401: "Ông/Bà cần đăng nhập để xem trang này.",
    403: "Trang đã hết hạn hoặc tài khoản không có quyền làm việc này. Xin tải lại trang và thử lại.",
    404: "Không tìm thấy trang này. Xin kiểm tra lại địa chỉ.",
    405: "Trang này không nhận yêu cầu kiểu đó.",
    413: "Nội dung gửi lên quá lớn.",
    415: "Kiểu nội dung gửi lên không được hỗ trợ.",
    429: "Có quá nhiều yêu cầu. Xin chờ một lát rồi thử lại.",
    503: "Hệ thống đang bận. Xin thử lại sau ít phút.",
}
NOT_ALLOWED_VI = (
    "Tài khoản của Ông/Bà không có quyền mở trang này hoặc làm việc này. Nếu cần, xin liên hệ người quản trị."
)
SORRY_VI = "Hệ thống gặp lỗi. Xin thử lại sau; nếu vẫn lỗi, xin báo cho người quản trị."
BUSY_S = 30
CODES = {401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class RefusalError(Exception):
    """Something the centre cannot do: a stable code, words with the way out, the HTTP status."""

    def __init__(self, status: int, code: str, words: str, retry_after_s: int | None = None) -> None:
        super().__init__(f"{code}: {words}")
        self.problem = Problem(code=code, words=words, status=status, retry_after_s=retry_after_s)


class SignInError(Exception):
    """Someone must sign in, or change a one-time password, before this page. to: where that is done."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


def body_of(problem: Problem) -> tuple[bytes, dict[str, str]]:
    """Return a problem's JSON and its headers."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if problem.retry_after_s is not None:
        headers["retry-after"] = str(problem.retry_after_s)
    return wire.encode(problem), headers


def of_error(error: Exception) -> Problem:
    """Return the problem an error is told as. An error nobody foresaw says nothing of its inside."""
    if isinstance(error, RefusalError):
        return error.problem
    if isinstance(error, BusyError):
        return Problem(code="busy", words="the centre is busy; try again later", status=503, retry_after_s=BUSY_S)
    if isinstance(error, HTTPException):
        code = CODES.get(error.status_code, "bad_request")
        return Problem(code=code, words=str(error.detail)[:200], status=error.status_code)
    log.error("an error nobody foresaw", kind=type(error).__name__, exc_info=error)
    return Problem(code="internal", words="the centre failed; try again later", status=500)


UNKEEPABLE = RefusalError(400, "bad_value", "what was sent has a NUL character or a number that is too large")


def _is_unkeepable(error: Exception) -> bool:
    """Return whether a value is one that no database takes, or no calendar: a NUL, a number or a year too large."""
    return isinstance(getattr(error, "orig", None) or error, psycopg.DataError | OverflowError)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Return what an error is answered with: JSON under /api, a Vietnamese page elsewhere."""
    if isinstance(error, SignInError):
        return Redirect(error.to, status_code=303)
    if _is_unkeepable(error):
        log.warning("a value that cannot be kept", kind=type(error).__name__)
        error = UNKEEPABLE
    problem = of_error(error)
    if request.url.path.startswith("/api/"):
        body, headers = body_of(problem)
        return Response(body, status_code=problem.status, headers=headers, media_type=MediaType.JSON)
    words = NOT_ALLOWED_VI if problem.code == "not_allowed" else WORDS_VI.get(problem.status, SORRY_VI)
    html = rendered(request, "problem.html", back="/", words=words, status=problem.status)
    headers = {} if problem.retry_after_s is None else {"retry-after": str(problem.retry_after_s)}
    return Response(html, status_code=problem.status, media_type=MediaType.HTML, headers=headers)
