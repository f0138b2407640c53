"""HTTP for support bundles: what a kiosk sends when asked, and the file for whoever asked."""

from typing import Final

from litestar import Response, get
from litestar.params import FromPath

from server.accounts import sessions
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.audit.queries import record
from server.database import Work
from server.devices.bundles import take, zip_of
from server.devices.device_routes import machine_of
from server.devices.filed import Kind
from server.offices.scope import reach
from server.pages.download import download
from server.problem import RefusalError
from survey.local_time import local_date
from survey.support import MAX_MESSAGE_BYTES, Bundle, BundleReceipt

ZIP = "application/zip"
ZIP_BEGINS = b"PK\x03\x04"


def _check(bundle: Bundle) -> None:
    if bool(bundle.zip) == bool(bundle.why):
        raise RefusalError(400, "not_a_bundle", "give either zip or why there is none")
    if bundle.zip and not bundle.zip.startswith(ZIP_BEGINS):
        raise RefusalError(400, "not_a_bundle", "what is in zip is no zip file")


BUNDLES: Final = Kind("/api/v1/bundles", "bundle", Bundle, BundleReceipt, MAX_MESSAGE_BYTES, _check, take)


@get("/thiet-bi/may/{device:str}/goi-ho-tro/{wanted:str}", sync_to_thread=True)
def bundle_file(request: AnyRequest, device: FromPath[str], wanted: FromPath[str]) -> Response[bytes]:
    """Give a bundle as a file; who took it is written down."""
    session, centre = sessions.require(request, May.DEVICES_SEE), sessions.centre_of(request)
    now_ms = centre.now_ms()
    with centre.engine.connect() as connection:
        machine = machine_of(connection, device[:80], now_ms, reach(connection, session, local_date(now_ms)))
        found = zip_of(Work(connection), machine.id, wanted[:32])
    if found is None:
        raise RefusalError(404, "no_such_bundle", "there is no such bundle; it may have been removed after its time")
    body, came_at = found
    day = local_date(came_at)
    centre.writer.run(lambda work: record(work, now_ms, session.account.name, "bundle.fetch", f"{machine.id} {day}"))
    return download(body, f"hailong-ho-tro-{machine.id}-{day}.zip", ZIP)


ROUTES = [bundle_file]
