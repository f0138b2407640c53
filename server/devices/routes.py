"""HTTP for devices: enrolment and settings."""

import asyncio
from datetime import date

import structlog
from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from server.centre import Centre
from server.database import Work
from server.devices import enrol as enrolment
from server.devices.asked import asked_at
from server.devices.queries import Device, acted_lately, duty_ahead
from server.devices.release_wish import step_now, wished
from server.devices.rules import KioskWordsError, kiosk_settings
from server.devices.signed import Answer, Doorkeeper, answered, message, read, signed_answer, unknown
from server.problem import RefusalError
from server.questionnaires.queries import PublishError
from survey import wire
from survey.clock import TimeTold
from survey.enrolment import EnrolRequest, KioskSettings
from survey.instant import to_instant
from survey.local_time import local_date

log = structlog.get_logger()

SMALL = 16_384


class SettingsShelf:
    """The settings of each kiosk, made when first asked for and again whenever anything of them changed."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._made: dict[str, tuple[tuple[int, date], str, bytes]] = {}

    def etag(self, device: Device, version: int) -> str:
        """Return the etag of a device's newest settings, "" where they cannot be made: that never costs a receipt.

        version: the centre's config_version.
        """
        try:
            return self.get(device, version)[0]
        except (RefusalError, KioskWordsError, PublishError) as error:
            log.warning("no settings for a kiosk", device=device.id, why=str(error))
            return ""

    def get(self, device: Device, version: int) -> tuple[str, bytes]:
        """Return (etag, JSON) of a device's newest settings."""
        made, state = self._made.get(device.id), (version, local_date(self._centre.now_ms()))
        if made is None or made[0] != state:
            fresh = self._make(device)
            made = self._made[device.id] = (state, fresh.etag, wire.encode(fresh))
        return made[1], made[2]

    def _make(self, device: Device) -> KioskSettings:
        centre = self._centre
        with centre.engine.connect() as connection:
            work = Work(connection)
            row = work.one("SELECT counter_id FROM devices WHERE id = ?", (device.id,))
            counter = row[0] if row else device.counter
            today = local_date(centre.now_ms())
            places = enrolment.places_of(work, counter, today)
            if places is None:
                raise RefusalError(409, "counter_closed", "the counter of this kiosk does not stand any more")
            asked = asked_at(connection, *places, today)
            ahead = duty_ahead(connection, counter, today)
            acted = acted_lately(connection, places[0], today)
            base, release = centre.settings.public_base, wished(step_now(connection), device.id)
            return kiosk_settings(device, *places, asked, centre.keys, base, ahead, acted, release)


def enrolment_route(centre: Centre) -> ASGIRouteHandler:
    """Return `POST /api/v1/enrolments`."""

    async def handle(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, SMALL)
        question.check("POST", "enrol with POST")
        request = message(question.body, EnrolRequest, "not_a_request")
        outcome = await centre.writer.done(lambda work: enrolment.enrol(work, request, centre.now_ms()))
        if isinstance(outcome, RefusalError):
            raise outcome
        return signed_answer(centre, request.nonce, wire.encode(enrolment.grant(centre, outcome, request.nonce)))

    @asgi("/api/v1/enrolments", copy_scope=False)
    async def enrolments(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, handle)

    return enrolments


def settings_route(centre: Centre, door: Doorkeeper, shelf: SettingsShelf) -> ASGIRouteHandler:
    """Return `GET /api/v1/settings`."""

    def fresh(device: Device) -> tuple[str, bytes]:
        with centre.engine.connect() as connection:
            row = Work(connection).one(
                "SELECT config_version, revoked_at FROM centre, devices WHERE devices.id = ?", (device.id,)
            )
        if row is None or row[1] is not None:
            raise unknown()
        return shelf.get(device, row[0])

    async def handle(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, SMALL)
        question.check("GET", "fetch the settings with GET")
        device, nonce = door.check(question)
        etag, body = await asyncio.to_thread(fresh, device)
        if question.headers.get("if-none-match", "").strip('"') == etag:
            return signed_answer(centre, nonce, b"", 304, etag=f'"{etag}"')
        return signed_answer(centre, nonce, body, etag=f'"{etag}"')

    @asgi("/api/v1/settings", copy_scope=False)
    async def settings(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, handle)

    return settings


def time_route(centre: Centre, door: Doorkeeper) -> ASGIRouteHandler:
    """Return `GET /api/v1/time`: for a kiosk whose clock is too wrong for anything else."""

    async def handle(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, SMALL)
        question.check("GET", "ask for the time with GET")
        _, nonce = door.check(question)
        told = TimeTold(version=wire.CONTRACT_VERSION, time=to_instant(centre.now_ms()), nonce=nonce)
        return signed_answer(centre, nonce, wire.encode(told))

    @asgi("/api/v1/time", copy_scope=False)
    async def told_time(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, handle)

    return told_time
