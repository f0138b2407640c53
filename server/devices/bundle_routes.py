"""HTTP for support bundles: what a kiosk sends when asked, and the file for whoever asked."""

from litestar import Response, asgi, get
from litestar.handlers import ASGIRouteHandler
from litestar.params import FromPath
from litestar.types import Receive, Scope, Send

from server.accounts import sessions
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.devices.bundles import take, zip_of
from server.devices.device_routes import machine_of
from server.devices.signed import Answer, Doorkeeper, answered, message, read, signed_answer
from server.offices.scope import reach
from server.pages.download import download
from server.problem import RefusalError
from survey import wire
from survey.instant import to_instant
from survey.local_time import local_date
from survey.support import MAX_MESSAGE_BYTES, Bundle, BundleReceipt

ZIP = "application/zip"
ZIP_BEGINS = b"PK\x03\x04"


def _bundle(body: bytes, device: str) -> Bundle:
    bundle = message(body, Bundle, "not_a_bundle")
    if bundle.device != device:
        raise RefusalError(401, "bad_signature", "the bundle names another device than its signature")
    if bool(bundle.zip) == bool(bundle.why):
        raise RefusalError(400, "not_a_bundle", "give either zip or why there is none")
    if bundle.zip and not bundle.zip.startswith(ZIP_BEGINS):
        raise RefusalError(400, "not_a_bundle", "what is in zip is no zip file")
    return bundle


def bundles_route(centre: Centre, door: Doorkeeper) -> ASGIRouteHandler:
    """Return `POST /api/v1/bundles`."""

    async def handle(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, MAX_MESSAGE_BYTES)
        question.check("POST", "send bundles with POST")
        device, nonce = door.check(question)
        bundle, now_ms = _bundle(question.body, device.id), centre.now_ms()
        refusal = await centre.writer.done(lambda work: take(work, bundle, now_ms))
        if refusal is not None:
            raise refusal
        receipt = BundleReceipt(version=wire.CONTRACT_VERSION, id=bundle.id, nonce=nonce, time=to_instant(now_ms))
        return signed_answer(centre, nonce, wire.encode(receipt))

    @asgi("/api/v1/bundles", copy_scope=False)
    async def bundles(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, handle)

    return bundles


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
