"""Documents of cases: drafts that can be written on, and issued ones: numbered, hashed, sealed, never changed."""

import secrets
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from sqlalchemy import Connection, select

from server.audit.queries import record
from server.cases.drafts import Draft
from server.cases.events import New, append
from server.cases.words import close, open_words
from server.centre import Centre
from server.database import Work
from server.documents.model import Document
from server.documents.pdf import pdf
from server.documents.store import next_number, take_number
from server.documents.word import word
from server.keys import Keys
from server.tables import case_documents, case_drafts
from survey.local_time import local_date

TRIES: Final = 5
BUSY: Final = "Nhiều văn bản đang được ban hành cùng lúc. Bản nháp còn nguyên. Xin bấm lại."
Form = Literal["pdf", "word"]


class Issued(msgspec.Struct, frozen=True):
    """One issued document of a case. is_whole: both files are still the ones that were issued."""

    id: str
    case: int
    kind: str
    unit: str
    year: int
    number: int
    day: date
    symbol: str
    about: str
    pdf_digest: str
    word_digest: str
    at: int
    actor: str
    is_whole: bool = True

    @property
    def numbered(self) -> str:
        """Return `03/PC-TTPVHCC`."""
        return f"{self.number:02d}/{self.symbol}"

    @property
    def reference(self) -> str:
        """Return what a step of the case is given as its document: `03/PC-TTPVHCC ngày 21/11/2026`."""
        return f"{self.numbered} ngày {self.day:%d/%m/%Y}"


# ---- drafts


def draft_of(connection: Connection, case: int, kind: str, keys: Keys) -> Draft | None:
    """Return what was written so far, None where nothing was."""
    d = case_drafts.c
    sealed = connection.scalar(select(d.sealed).where(d.case_id == case, d.kind == kind))
    words = open_words(None if sealed is None else bytes(sealed), keys)
    return msgspec.json.decode(words, type=Draft) if words else None


def drafts_of(connection: Connection, case: int) -> set[str]:
    """Return the kinds of document that are being written for a case."""
    d = case_drafts.c
    return {kind for (kind,) in connection.execute(select(d.kind).where(d.case_id == case))}


def save_draft(work: Work, case: int, kind: str, draft: Draft, actor: str, at: int, keys: Keys) -> None:
    """Keep what was written, closed to the centre's key."""
    _drop(work, case, kind)
    sealed = close(msgspec.json.encode(draft).decode(), keys).sealed
    work.run(
        "INSERT INTO case_drafts (case_id, kind, sealed, actor, at) VALUES (?, ?, ?, ?, ?)",
        (case, kind, sealed, actor, at),
    )


def _drop(work: Work, case: int, kind: str) -> None:
    work.run("DELETE FROM case_drafts WHERE case_id = ? AND kind = ?", (case, kind))


# ---- issuing


class Wanted(msgspec.Struct, frozen=True):
    """What is to be issued. document: without number and day. unit: whose number it takes."""

    case: int
    case_number: str
    kind: str
    unit: str
    document: Document


def issue(centre: Centre, wanted: Wanted, actor: str) -> Issued | None:
    """Issue a document under the next number of its unit's year; None if others were always faster.

    The files are made before the transaction that takes the number, as issued reports are.
    """
    for _ in range(TRIES):
        made, files = _made(centre, wanted, actor)

        def store(work: Work, made: Issued = made, files: dict[Form, bytes] = files) -> bool:
            if not take_number(work, made.unit, made.year, made.number):
                return False
            _insert(work, made, files, centre.keys)
            _drop(work, made.case, made.kind)
            append(work, made.at, New(made.case, actor, "document", after=made.kind, document=made.reference[:80]))
            record(work, made.at, actor, "case.issue", f"{wanted.case_number} {made.numbered} {made.pdf_digest}")
            return True

        if centre.writer.run(store):
            return made
    return None


def _made(centre: Centre, wanted: Wanted, actor: str) -> tuple[Issued, dict[Form, bytes]]:
    now = centre.now_ms()
    day = local_date(now)
    with centre.engine.connect() as connection:
        number = next_number(connection, wanted.unit, day.year)
    head = replace(wanted.document.letterhead, number=f"{number:02d}", day=day)
    document = replace(wanted.document, letterhead=head, draft="")
    files: dict[Form, bytes] = {"pdf": pdf(document), "word": word(document)}
    digests = [sha256(files["pdf"]).hexdigest(), sha256(files["word"]).hexdigest()]
    return Issued(secrets.token_hex(16), wanted.case, wanted.kind, wanted.unit, day.year, number, day, head.symbol,
                  document.about, digests[0], digests[1], now, actor), files  # fmt: skip


def _insert(work: Work, one: Issued, files: dict[Form, bytes], keys: Keys) -> None:
    box = SealedBox(PublicKey(keys.seal_key))
    work.run(
        "INSERT INTO case_documents (id, case_id, kind, unit_id, year, number, day, symbol, about, pdf, pdf_digest, "
        "word, word_digest, at, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (one.id, one.case, one.kind, one.unit, one.year, one.number, one.day, one.symbol, one.about,
         bytes(box.encrypt(files["pdf"])), one.pdf_digest, bytes(box.encrypt(files["word"])), one.word_digest, one.at,
         one.actor),
    )  # fmt: skip


# ---- reading

_D: Final = case_documents.c
_COLUMNS: Final[tuple[Any, ...]] = (
    _D.id, _D.case_id, _D.kind, _D.unit_id, _D.year, _D.number, _D.day, _D.symbol, _D.about, _D.pdf_digest,
    _D.word_digest, _D.at, _D.actor,
)  # fmt: skip


def issued_of(connection: Connection, case: int, keys: Keys) -> list[Issued]:
    """Return the issued documents of a case, the first one first, each looked at whether it is whole."""
    rows = connection.execute(select(*_COLUMNS).where(_D.case_id == case).order_by(_D.at, _D.id)).fetchall()
    return [_checked(connection, Issued(*row), keys) for row in rows]


def find(connection: Connection, document: str) -> Issued | None:
    """Return an issued document, not looked at whether it is whole; None if there is none of that id."""
    row = connection.execute(select(*_COLUMNS).where(_D.id == document)).first()
    return None if row is None else Issued(*row)


def file_of(connection: Connection, document: str, form: Form, keys: Keys) -> bytes:
    """Return an issued file as it lies there; nothing where it cannot be opened any more."""
    column: Any = _D.pdf if form == "pdf" else _D.word
    sealed = connection.scalar(select(column).where(_D.id == document))
    try:
        return bytes(SealedBox(PrivateKey(keys.sealing)).decrypt(bytes(sealed or b"")))
    except (CryptoError, ValueError):
        return b""


def _checked(connection: Connection, one: Issued, keys: Keys) -> Issued:
    digests: dict[Form, str] = {"pdf": one.pdf_digest, "word": one.word_digest}
    files = {form: file_of(connection, one.id, form, keys) for form in digests}
    return replace(one, is_whole=all(sha256(files[form]).hexdigest() == digests[form] for form in digests))
