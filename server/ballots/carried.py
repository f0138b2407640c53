"""Files of ballots carried by hand: proven whole before anything changes, then taken as uploads are."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

import msgspec

from server.audit.queries import record
from server.ballots import queries
from server.ballots.ingest import take
from server.ballots.routes import Shelf
from server.ballots.rules import Prepared, walk
from server.centre import Centre
from server.database import Work
from server.devices.queries import Device, device
from survey import chain, wire
from survey.batch import Batch, Entry, has_odd_leaf
from survey.carried import CarriedError, End, Label, read_label, read_records
from survey.signature import SwiftPublicKey

WORDS: Final = {
    "not_ours": "Tệp này không phải tệp phiếu của Hài Lòng.",
    "cut_short": "Tệp bị thiếu phần cuối. Xin chép lại từ ki-ốt.",
    "damaged": "Tệp bị hỏng, hoặc được niêm phong cho trung tâm khác. Xin chép lại từ ki-ốt.",
    "bad_signature": "Chữ ký trong tệp không phải của ki-ốt ghi trên tệp.",
    "too_large": "Tệp lớn bất thường, không nhận.",
    "unknown_device": "Ki-ốt ghi trên tệp chưa ghi danh ở trung tâm này.",
    "revoked_device": "Ki-ốt ghi trên tệp đã bị thu hồi, phiếu của nó không nhận nữa.",
    "gap": "Thiếu phiếu đứng trước tệp này. Xin nhập tệp có số nhỏ hơn trước.",
    "chain_mismatch": "Chuỗi phiếu trong tệp không nối với phiếu đã có ở trung tâm.",
    "not_whole": "Các phần trong tệp không khớp nhau.",
}
NOTHING: Final = "Không có gì thay đổi."


class ImportFault(ValueError):  # noqa: N818 a fault of a file, told to a person
    """A file that is not taken; nothing was changed. code: stable; `str()` is Vietnamese."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{WORDS.get(code, WORDS['damaged'])} {NOTHING}")
        self.code = code


class Imported(msgspec.Struct, frozen=True):
    """What became of a file. verdicts: how many of each."""

    device: str
    first: int
    last: int
    verdicts: dict[str, int]

    @property
    def words(self) -> str:
        """It in one Vietnamese line."""
        names = {"accepted": "nhận mới", "duplicate": "đã có", "rejected": "không hợp lệ", "conflict": "trùng mã"}
        told = ", ".join(f"{self.verdicts.get(verdict, 0)} {words}" for verdict, words in names.items())
        return f"{self.device}, phiếu {self.first}–{self.last}: {told}"


def import_file(centre: Centre, shelf: Shelf, file: BinaryIO, actor: str) -> Imported:
    """Take the ballots of a file that can be read twice; the same file again gives duplicates only.

    Raises ImportFault, before anything is changed, if a part of it is not what its device signed or does not join
    what is held.
    """
    try:
        label = read_label(file)
        sender = _sender(centre, label)
        start = file.tell()
        end = _proven(centre, label, sender, file)
        file.seek(start)
        verdicts = _taken(centre, shelf, _batches(centre, label, sender, file))
    except CarriedError as error:
        raise ImportFault(error.code) from error
    subject = f"{label.device} {end.first}-{end.last} {' '.join(f'{k}={n}' for k, n in sorted(verdicts.items()))}"
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "ballots.carried", subject))
    return Imported(label.device, end.first, end.last, dict(verdicts))


def _sender(centre: Centre, label: Label) -> Device:
    with centre.engine.connect() as connection:
        found = device(connection, label.device)
    if found is None:
        raise ImportFault("unknown_device")
    if found.revoked_at is not None:
        raise ImportFault("revoked_device")
    return found


def _batches(centre: Centre, label: Label, sender: Device, file: BinaryIO) -> Iterator[Batch | End]:
    return read_records(file, label, centre.keys.opening, SwiftPublicKey(sender.public_key))


def _proven(centre: Centre, label: Label, sender: Device, file: BinaryIO) -> End:
    """Return the end of a file of which every record, the count, and the chain from what is held on are right."""
    with centre.engine.connect() as connection:
        held = queries.stream_head(Work(connection), label.device, label.stream)
    upto, head = held or (0, chain.genesis(label.device, label.stream))
    batches = ballots = first = last = 0
    for each in _batches(centre, label, sender, file):
        if isinstance(each, End):
            if (each.batches, each.ballots, each.first, each.last) != (batches, ballots, first, last):
                raise ImportFault("not_whole")
            return each
        _check_form(each, label)
        path = walk(upto, head, [_bare(entry) for entry in each.ballots], each.gone, each.head)
        if path.trouble:
            raise ImportFault("gap" if path.trouble in {"gap", "ahead"} else "chain_mismatch")
        upto, head = path.upto, path.head
        batches, ballots = batches + 1, ballots + len(each.ballots)
        first, last = first or each.ballots[0].seq, each.ballots[-1].seq
    raise ImportFault("cut_short")


def _check_form(batch: Batch, label: Label) -> None:
    is_its = (batch.version, batch.device, batch.stream) == (wire.CONTRACT_VERSION, label.device, label.stream)
    if not is_its or not batch.ballots or has_odd_leaf(batch.ballots):
        raise ImportFault("not_whole")


def _bare(entry: Entry) -> Prepared:
    return Prepared(entry.seq, bytes.fromhex(entry.leaf), b"")


def _taken(centre: Centre, shelf: Shelf, batches: Iterator[Batch | End]) -> Counter[str]:
    verdicts: Counter[str] = Counter()
    for batch in batches:
        if isinstance(batch, End):
            break
        prepared, now_ms = shelf.prepare(batch.ballots), centre.now_ms()

        def job(
            work: Work, batch: Batch = batch, prepared: list[Prepared] = prepared, now_ms: int = now_ms
        ) -> list[str]:
            taken = take(work, batch, prepared, now_ms, is_carried=True)
            if not taken.known:
                raise ImportFault("revoked_device")
            if taken.trouble:  # an upload came between: the file may simply be given again
                raise ImportFault("chain_mismatch")
            return [judged.verdict.value for judged in taken.verdicts]

        verdicts.update(centre.writer.run(job))
    return verdicts
