"""A kiosk made of nothing but the contract: casts, chains, packs and signs, as a real one must."""

import gzip
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey import chain, signature, wire
from survey.ballot import Answer, Ballot, Channel, Status, ballot_id
from survey.batch import Batch, Entry, Head, Receipt
from survey.enrolment import EnrolRequest, Grant, KioskSettings
from survey.questionnaire import bundled

NOW_MS = 1_795_248_000_000
"""2026-11-21T08:00:00Z: 15 o'clock in Vietnam."""

WALL = "2026-11-21T07:30:00.000Z"
HOST = "centre.test"
QUESTIONS = [question.id for question in bundled().questions]
LEVELS = dict.fromkeys(QUESTIONS, 5)


def a_ballot(**changed: Any) -> Ballot:
    """Return a valid complete ballot with some fields changed."""
    fields: dict[str, Any] = {
        "id": ballot_id(NOW_MS, secrets.token_bytes(14)),
        "device": "ks-000001",
        "stream": "0" * 32,
        "seq": 1,
        "boot": 1,
        "mono_ms": 60_000,
        "wall": WALL,
        "clock": "exact",
        "questionnaire": bundled().ref,
        "layout": "7in@1",
        "lang": "vi",
        "channel": Channel.TOUCH,
        "status": Status.COMPLETE,
        "answers": {question: Answer(level, 1500) for question, level in LEVELS.items()},
        "answers_salt": secrets.token_bytes(16),
    }
    return Ballot(**(fields | changed))


class KioskDouble:
    """One kiosk. post: a function (path, body, headers) → (status, headers in lower case, body)."""

    def __init__(self, post: Any, get: Any = None) -> None:
        self.post, self.get = post, get
        self.key = Ed25519PrivateKey.generate()
        self.device = ""
        self.centre_key: Ed25519PublicKey | None = None
        self.boot, self.inst, self.n, self.echo = 1, secrets.token_hex(16), 0, 0
        self.begin_stream()

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def begin_stream(self) -> None:
        """Start counting again in a new stream."""
        self.stream, self.seq, self.cast_here = secrets.token_hex(16), 0, []
        self.links: dict[int, bytes] = {}

    def enrol(self, code: str) -> Grant:
        """Enrol with a one-time code; returns the grant, its signature checked."""
        nonce = secrets.token_hex(16)
        body = wire.encode(EnrolRequest(version=1, code=code, public_key=self.public_key, nonce=nonce))
        status, headers, answer = self.post("/api/v1/enrolments", body, {"content-type": wire.CONTENT_TYPE})
        assert status == 200, answer
        grant = wire.decode(answer, Grant)
        self.centre_key = Ed25519PublicKey.from_public_bytes(grant.centre_key)
        signature.check_response(200, answer, headers, self.centre_key, nonce)
        assert grant.nonce == nonce
        self.device = grant.device
        return grant

    def settings(self) -> KioskSettings:
        """Fetch the settings; the answer's signature is checked."""
        status, headers, answer, nonce = self.fetch_settings()
        assert status == 200, answer
        assert self.centre_key is not None
        signature.check_response(200, answer, headers, self.centre_key, nonce)
        return wire.decode(answer, KioskSettings)

    def fetch_settings(self, **headers: str) -> tuple[int, dict[str, str], bytes, str]:
        nonce = secrets.token_hex(16)
        signed = signature.sign_request(
            "GET", HOST, "/api/v1/settings", b"", key=self.key, keyid=self.device, nonce=nonce
        )
        return (*self.get("/api/v1/settings", {**signed, **headers}), nonce)

    def cast(self, **changed: Any) -> Entry:
        """Cast one ballot into this stream; returns its entry."""
        ballot = a_ballot(**({"device": self.device, "stream": self.stream, "boot": self.boot} | changed))
        return self.enter(ballot)

    def enter(self, ballot: Ballot) -> Entry:
        """Give a ballot the next place of this stream."""
        ballot = msgspec.structs.replace(ballot, stream=self.stream, seq=self.seq + 1)
        return self.enter_raw(wire.encode(ballot), chain.leaf(ballot))

    def enter_raw(self, raw: bytes, leaf: bytes) -> Entry:
        """Give any bytes with a stated leaf the next place of this stream."""
        self.seq += 1
        self.links[self.seq] = chain.link(self.link_at(self.seq - 1), self.seq, leaf)
        entry = Entry(self.seq, leaf.hex(), msgspec.Raw(raw))
        self.cast_here.append(entry)
        return entry

    def link_at(self, seq: int) -> bytes:
        """Return the link of a place; the stream's genesis at 0."""
        return self.links[seq] if seq else chain.genesis(self.device, self.stream)

    def batch(self, entries: Sequence[Entry], **changed: Any) -> Batch:
        """Return a batch of these entries."""
        self.n += 1
        seq = entries[-1].seq if entries else 0
        fields: dict[str, Any] = {
            "version": 1,
            "device": self.device,
            "stream": self.stream,
            "boot": self.boot,
            "inst": self.inst,
            "n": self.n,
            "echo": self.echo,
            "head": Head(seq, self.link_at(seq).hex()),
            "ballots": list(entries),
        }
        return Batch(**(fields | changed))

    def packed(self, batch: Batch) -> tuple[bytes, dict[str, str], str]:
        """Return a batch as (compressed body, signed headers, nonce)."""
        body = gzip.compress(wire.encode(batch), 6)
        return body, *self.sign(body)

    def sign(self, body: bytes, **headers: str) -> tuple[dict[str, str], str]:
        """Return headers that sign any body, and the nonce."""
        nonce = secrets.token_hex(16)
        signed = signature.sign_request(
            "POST", HOST, "/api/v1/batches", body, key=self.key, keyid=self.device, nonce=nonce
        )
        plain = {"content-type": wire.CONTENT_TYPE, "content-encoding": "gzip"}
        return {**plain, **headers, **signed}, nonce

    def send(self, entries: Sequence[Entry] = (), **changed: Any) -> Receipt:
        """Send entries; returns the receipt, its signature and nonce checked."""
        return self.send_batch(self.batch(entries, **changed))

    def send_batch(self, batch: Batch) -> Receipt:
        body, headers, nonce = self.packed(batch)
        return self.receipt(self.post("/api/v1/batches", body, headers), nonce)

    def receipt(self, answer: tuple[int, dict[str, str], bytes], nonce: str) -> Receipt:
        """Return a checked receipt of an answer."""
        status, headers, body = answer
        assert status == 200, body
        assert headers["content-type"] == wire.CONTENT_TYPE
        assert "content-encoding" not in headers
        assert len(body) <= 65_536
        assert self.centre_key is not None
        signature.check_response(200, body, headers, self.centre_key, nonce)
        receipt = wire.decode(body, Receipt)
        assert receipt.nonce == nonce
        self.echo = receipt.counter
        return receipt
