"""The form for files of ballots carried by hand, on the page of devices."""

from typing import Annotated, Any, BinaryIO, cast

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body

from server.accounts import sessions
from server.accounts.forms import guarded
from server.accounts.routes import page
from server.accounts.rules import May
from server.ballots.carried import ImportFault, import_file
from server.ballots.routes import Shelf
from server.database import BusyError
from survey.carried import MAX_FILE

Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
AT_MOST = 4


@get("/mang-phieu", sync_to_thread=True)
def carry_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the page that reads a kiosk's row of codes with the phone's camera: the only one that may use it."""
    session = sessions.require(request, May.DEVICES_CHANGE)
    shown = page(request, "carry.html", session=session)
    shown.headers["permissions-policy"] = "camera=(self), microphone=(), geolocation=()"
    return shown


def carried_route(shelf: Shelf) -> HTTPRouteHandler:
    """Return `POST /thiet-bi/nhap-phieu`."""

    @post(
        "/thiet-bi/nhap-phieu",
        sync_to_thread=True,
        status_code=200,
        request_max_body_size=AT_MOST * MAX_FILE,
        guards=[guarded(May.DEVICES_CHANGE)],
    )
    def carried_form(request: Request[Any, Any, Any], data: Form) -> Response[str]:
        session = sessions.require(request, May.DEVICES_CHANGE)
        sessions.check_form(request, session, str(data.get("csrf", "")))
        given = data.get("files") or []
        files = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, UploadFile)]
        lines = [_outcome(request, shelf, one, session.account.name) for one in sorted(files, key=_order)[:AT_MOST]]
        is_good = bool(lines) and all(line[0] for line in lines)
        return page(request, "carried.html", 200 if is_good else 422, session=session, lines=lines)

    return carried_form


def _outcome(request: Request[Any, Any, Any], shelf: Shelf, one: UploadFile, actor: str) -> tuple[bool, str, str]:
    name = (one.filename or "")[-80:]
    try:
        return True, name, import_file(sessions.centre_of(request), shelf, cast(BinaryIO, one.file), actor).words
    except ImportFault as fault:
        return False, name, str(fault)
    except BusyError:
        return False, name, "Hệ thống đang bận. Xin thử lại sau ít phút."


def _order(one: UploadFile) -> tuple[int, str]:
    """Files of one kiosk join end to end: the lowest place first."""
    parts = (one.filename or "").removesuffix(".hlb").split("-")
    first = parts[-2] if len(parts) > 2 else ""
    return (int(first) if first.isdecimal() else 0, one.filename or "")
