"""HTTP for batches: raw bytes in, a signed receipt out; limits first, then the signature, then the contents."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import structlog
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec.structs import replace

from server.ballots.ingest import Taken, take
from server.ballots.rules import Known, Prepared, known, prepare
from server.centre import Centre
from server.database import BusyError, Job
from server.devices.queries import Device
from server.devices.routes import SettingsShelf
from server.devices.signed import Answer, Doorkeeper, Question, answered, read, signed_answer, unknown
from server.problem import RefusalError
from server.questionnaires.queries import of_refs
from survey import packed, wire
from survey.batch import MAX_BALLOTS, Batch, Entry, Receipt, Verdict, has_odd_leaf
from survey.instant import to_instant
from survey.support import BUNDLE, UNDERSTANDS

log = structlog.get_logger()

BATCHES = "/api/v1/batches"
PACKED_AT_MOST = 2_000_000
PLAIN_AT_MOST = 16_000_000
RATIO_AT_MOST = 40
RATIO_FREE = 65_536
"""A body that unpacks to no more than this is never called a bomb."""

PLAIN_WORDS_AT = 100
"""With more verdicts than this the words are left out, so that a receipt stays under 64 KB."""


def unpack(body: bytes, encoding: str) -> bytes:
    """Return a body unpacked. Raises RefusalError: 413 beyond 16 MB or 40 times its size, 400 if it is not one gzip."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise RefusalError(415, "wrong_encoding", "pack with gzip or not at all")
    limit = min(PLAIN_AT_MOST, max(RATIO_FREE, RATIO_AT_MOST * len(body)))
    try:
        return packed.unpack(body, limit)
    except packed.PackedError as error:
        raise RefusalError(*((413, "too_large") if error.is_too_large else (400, "bad_gzip")), str(error)) from error


class Shelf:
    """Published questionnaires made ready, loaded when a ballot first names them."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self.known: dict[str, Known] = {}

    def prepare(self, entries: Sequence[Entry]) -> list[Prepared]:
        """Return entries looked at one by one; a questionnaire published meanwhile is found."""
        prepared = [prepare(entry, self.known) for entry in entries]
        missing = {one.questionnaire for one in prepared if one.code == "unknown_questionnaire" and one.questionnaire}
        if not missing or not self.load(sorted(missing)):
            return prepared
        return [
            prepare(entry, self.known) if one.code == "unknown_questionnaire" else one
            for entry, one in zip(entries, prepared, strict=True)
        ]

    def load(self, refs: list[str]) -> bool:
        """Load questionnaires by ref; returns whether any was found."""
        with self._centre.engine.connect() as connection:
            found = of_refs(connection, refs)
        self.known |= {one.ref: known(one) for one in found}
        return bool(found)


class Tally:
    """Says what came in: plain batches of one commit in one line, since a line costs as much as storing a ballot."""

    def __init__(self) -> None:
        self._batches = 0
        self._verdicts: Counter[str] = Counter()

    def count(self, batch: Batch, taken: Taken) -> None:
        """Count a batch; one with something a person may have to look at gets a line of its own at once."""
        if not batch.ballots and not taken.trouble:
            return
        counts = Counter([judged.verdict.value for judged in taken.verdicts])
        if taken.trouble or counts.keys() - {Verdict.ACCEPTED.value}:
            log.info("batch taken", device=batch.device, upto=taken.upto, trouble=taken.trouble, **counts)
            return
        if not self._batches:
            asyncio.get_running_loop().call_soon(self._say)
        self._batches += 1
        self._verdicts.update(counts)

    def _say(self) -> None:
        log.info("batches taken", batches=self._batches, **self._verdicts)
        self._batches = 0
        self._verdicts.clear()


def batches_app(centre: Centre, door: Doorkeeper, settings: SettingsShelf, shelf: Shelf) -> ASGIApp:
    """Return `POST /api/v1/batches`, an application of its own: it stands before the framework."""

    tally = Tally()

    async def handle(scope: Scope, receive: Receive) -> Answer:
        if centre.writer.is_full:
            raise BusyError("too many jobs are waiting")
        question = await read(scope, receive, PACKED_AT_MOST)
        question.check("POST", "send batches with POST")
        device, nonce = door.check(question)
        now_ms = centre.now_ms()

        def make() -> Job[tuple[Batch, Taken]]:
            batch = _batch(question, device)
            prepared = shelf.prepare(batch.ballots)
            return lambda work: (batch, take(work, batch, prepared, now_ms))

        batch, taken = await centre.writer.made(make)
        if not taken.known:
            raise unknown()
        tally.count(batch, taken)
        receipt = _receipt(batch, taken, nonce, settings.etag(device, taken.config_version), now_ms)
        if taken.bundle and BUNDLE in question.headers.get(UNDERSTANDS, "").split():
            receipt = replace(receipt, bundle=taken.bundle)
        return signed_answer(centre, nonce, wire.encode(receipt))

    async def batches(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, handle)

    return batches


def _batch(question: Question, device: Device) -> Batch:
    plain = unpack(question.body, question.headers.get("content-encoding", ""))
    try:
        batch = wire.decode(plain, Batch)
    except wire.WireError as error:
        if str(error).endswith("`$.ballots`"):
            raise RefusalError(413, "too_many", f"at most {MAX_BALLOTS} ballots at once") from error
        raise RefusalError(400, "not_a_batch", str(error)[:300]) from error
    if has_odd_leaf(batch.ballots):
        raise RefusalError(400, "not_a_batch", "a leaf is not lower-case hex - at `$.ballots[...].leaf`")
    if batch.version != wire.CONTRACT_VERSION:
        raise RefusalError(400, "unknown_version", f"this centre speaks version {wire.CONTRACT_VERSION}")
    if batch.device != device.id:
        raise RefusalError(401, "bad_signature", "the batch names another device than its signature")
    return batch


def _receipt(batch: Batch, taken: Taken, nonce: str, etag: str, now_ms: int) -> Receipt:
    is_long = sum(bool(judged.words) for judged in taken.verdicts) > PLAIN_WORDS_AT
    return Receipt(
        version=wire.CONTRACT_VERSION,
        epoch=taken.epoch,
        stream=batch.stream,
        upto=taken.upto,
        head=taken.head.hex(),
        counter=taken.answer,
        nonce=nonce,
        verdicts=[replace(judged, words="") for judged in taken.verdicts] if is_long else taken.verdicts,
        open=taken.open[:500],
        settings_etag=etag,
        time=to_instant(now_ms),
    )
