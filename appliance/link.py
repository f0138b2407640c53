"""The only caller of the centre: enrol, settings, batch. Believes nothing but what the centre's key signed."""

import contextlib
import gzip
import io
import os
import secrets
import socket
import ssl
import threading
import weakref
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from appliance.retry import Outcome, Refused, Unreachable, Untrusted
from survey import signature, wire
from survey.acceptance import SheetReceipt
from survey.batch import MAX_RECEIPT_BYTES, Batch, Receipt
from survey.clock import TimeTold
from survey.enrolment import EnrolRequest, Grant, KioskSettings
from survey.instant import from_instant
from survey.pairing import PairAnswer, PairOffer
from survey.problem import Problem
from survey.support import BUNDLE, UNDERSTANDS, BundleReceipt

T = TypeVar("T")
Told = TypeVar("Told", Receipt, TimeTold, SheetReceipt, BundleReceipt, PairAnswer, PairOffer)

CONNECT_S = 10.0
READ_S = 20.0
DEADLINE_S = 60.0
BUNDLE_DEADLINE_S = 300.0
"""A support bundle is large and nobody waits for it; it goes on a line of its own."""
ONE_PIECE = 262_144
"""A larger body goes out block by block: a socket's time-out is for all that one call sends."""
MAX_SETTINGS_BYTES = 512 * 1024
NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME; the ssl module has no name for it
NOT_NOW = (9, 10)  # a certificate that is not valid yet, or not any more
CLOCK = "clock"
"""Why nothing was reached: a certificate that would be right at another time; our clock is the likelier fault."""


class LinkError(Exception):
    """An exchange that brought nothing to believe; `outcome` says which kind."""

    def __init__(self, outcome: Outcome, words: str) -> None:
        super().__init__(words)
        self.outcome = outcome


class Answer:
    """Status, headers (lower case) and body of one answer, read within every limit."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class _Line(requests.adapters.HTTPAdapter):
    """An adapter whose sockets can be cut from outside: a socket's own time-out begins anew at every byte."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        opened: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()
        self.opened = opened

        class Plain(HTTPConnection):
            def connect(self) -> None:
                opened.add(self)
                super().connect()

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                opened.add(self)
                super().connect()

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def cut(self) -> None:
        """Cut every open socket; whoever reads from one gets an error at once."""
        for connection in list(self.opened):
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)


def trusted_authorities() -> str | bool:
    """Return the file of certificate authorities that SSL_CERT_FILE names, a province's own, or True for the usual."""
    return os.environ.get("SSL_CERT_FILE") or True


class _Dateless(_Line):
    """A line that checks a certificate's chain and name, not its dates: our own clock may be what is off."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        context = ssl.create_default_context()
        context.verify_flags |= NO_CHECK_TIME
        super().init_poolmanager(*given, ssl_context=context, **named)


class Link:
    """One device's line to its centre. device: "" before enrolment. centre_key: None before enrolment."""

    def __init__(
        self, centre: str, key: Ed25519PrivateKey, device: str = "", centre_key: Ed25519PublicKey | None = None
    ) -> None:
        self.centre, self._key, self.device, self._centre_key = centre.rstrip("/"), key, device, centre_key
        self._authority = urlsplit(self.centre).netloc
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = trusted_authorities()
        self._line = _Line()
        self._session.mount("http://", self._line)
        self._session.mount("https://", self._line)

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    @property
    def public_key(self) -> bytes:
        """Return this device's public key."""
        return self._key.public_key().public_bytes_raw()

    def signed(self, path: str, body: bytes, nonce: str, keyid: str) -> Answer:
        """Return the answer to a request signed with this device's key under a name it has not been given."""
        self.device = keyid
        return self._exchange("POST", path, body, {}, MAX_RECEIPT_BYTES, nonce)

    def met(self, answer: Answer, kind: type[PairOffer], nonce: str) -> PairOffer:
        """Return the offer of a centre that is not known yet; from now on every answer must be of its key."""
        if answer.status != 200:
            raise _refusal(answer)
        self._centre_key = Ed25519PublicKey.from_public_bytes(_decoded(answer, kind).centre_key)
        return self.told(answer, kind, nonce, "offer")

    def join(self, granted: Grant) -> None:
        """Be the device of a grant. Raises LinkError where another centre's key stands in it."""
        if self._centre_key is None or granted.centre_key != self._centre_key.public_bytes_raw():
            raise LinkError(Untrusted("the grant names another key"), "the grant names another centre's key")
        self.device = granted.device

    def enrol(self, code: str, *, model: str, software: str) -> Grant:
        """Return the grant for a one-time code and remember who the centre is. Raises LinkError.

        The same code and key give the same grant again, so a lost answer costs nothing.
        """
        nonce = secrets.token_hex(16)
        request = EnrolRequest(
            version=wire.CONTRACT_VERSION,
            code=code,
            public_key=self.public_key,
            nonce=nonce,
            model=model,
            software=software,
        )
        answer = self._exchange("POST", "/api/v1/enrolments", wire.encode(request), {}, MAX_RECEIPT_BYTES)
        if answer.status != 200:
            raise _refusal(answer)
        grant = _decoded(answer, Grant)
        centre_key = Ed25519PublicKey.from_public_bytes(grant.centre_key)
        _trusted(answer, centre_key, nonce)
        if grant.nonce != nonce:
            raise LinkError(Untrusted("the grant is for another request"), "the grant is for another request")
        self.device, self._centre_key = grant.device, centre_key
        return grant

    def settings(self, etag: str) -> tuple[KioskSettings, bytes] | None:
        """Return the newest settings and their bytes, or None if `etag` still names them. Raises LinkError."""
        nonce = secrets.token_hex(16)
        headers = {"If-None-Match": f'"{etag}"'} if etag else {}
        answer = self._exchange("GET", "/api/v1/settings", b"", headers, MAX_SETTINGS_BYTES, nonce)
        if answer.status == 304:
            return None
        if answer.status != 200:
            raise _refusal(answer)
        _trusted(answer, self._centre_key, nonce)
        return _decoded(answer, KioskSettings), answer.body

    def send(self, batch: Batch) -> Receipt:
        """Return the centre's receipt for a batch. Raises LinkError; then every ballot is kept."""
        nonce = secrets.token_hex(16)
        body = gzip.compress(wire.encode(batch), compresslevel=6, mtime=0)
        headers = {"Content-Encoding": "gzip", UNDERSTANDS: BUNDLE}
        answer = self._exchange("POST", "/api/v1/batches", body, headers, MAX_RECEIPT_BYTES, nonce)
        return self.told(answer, Receipt, nonce, "receipt")

    def time(self) -> tuple[int, int]:
        """Return (Unix milliseconds, give or take ms) as the centre signs it. Raises LinkError.

        The one request that goes through a certificate whose dates do not fit our clock: chain and name are checked,
        and the answer must be signed by our centre's own key for our nonce. Source: X509_V_FLAG_NO_CHECK_TIME.
        """
        nonce, session, began_s = secrets.token_hex(16), requests.Session(), monotonic()
        session.trust_env = False
        session.verify = trusted_authorities()
        session.mount("https://", _Dateless())
        session.mount("http://", _Line())
        try:
            answer = self._exchange("GET", "/api/v1/time", b"", {}, MAX_RECEIPT_BYTES, nonce, session)
        finally:
            session.close()
        told = self.told(answer, TimeTold, nonce, "time")
        half_ms = max(1, round(500 * (monotonic() - began_s)))
        return from_instant(told.time) + half_ms, half_ms

    def send_sheet(self, body: bytes) -> SheetReceipt:
        """Return the centre's receipt for an acceptance sheet, its bytes as they lie on the card. Raises LinkError."""
        nonce = secrets.token_hex(16)
        answer = self._exchange("POST", "/api/v1/acceptance", body, {}, MAX_RECEIPT_BYTES, nonce)
        return self.told(answer, SheetReceipt, nonce, "receipt")

    def send_bundle(self, body: bytes) -> BundleReceipt:
        """Return the centre's receipt for an answer to its request for a support bundle. Raises LinkError."""
        nonce = secrets.token_hex(16)
        answer = self._exchange(
            "POST", "/api/v1/bundles", body, {}, MAX_RECEIPT_BYTES, nonce, deadline_s=BUNDLE_DEADLINE_S
        )
        return self.told(answer, BundleReceipt, nonce, "receipt")

    def cut(self) -> None:
        """Cut what is under way, from any thread; whoever waits for it gets a LinkError at once."""
        self._line.cut()

    def told(self, answer: Answer, kind: type[Told], nonce: str, name: str) -> Told:
        """Return what the centre says, if it says it to this request. Raises LinkError."""
        if answer.status != 200:
            raise _refusal(answer)
        _trusted(answer, self._centre_key, nonce)
        told = _decoded(answer, kind)
        if told.nonce != nonce or told.version != wire.CONTRACT_VERSION:
            words = f"the {name} is for another request"
            raise LinkError(Untrusted(words), words)
        return told

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        most: int,
        nonce: str | None = None,
        session: requests.Session | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        sent = {
            "Content-Type": wire.CONTENT_TYPE,
            "Accept": wire.CONTENT_TYPE,
            "Accept-Encoding": "identity",
            **headers,
        }
        if nonce is not None:
            sent |= signature.sign_request(
                method, self._authority, path, body, key=self._key, keyid=self.device, nonce=nonce
            )
        session = session or self._session
        line = session.get_adapter(self.centre)
        deadline = threading.Timer(deadline_s or DEADLINE_S, line.cut if isinstance(line, _Line) else self._line.cut)
        deadline.daemon = True
        deadline.start()
        try:
            with session.request(
                method,
                self.centre + path,
                data=io.BytesIO(body) if len(body) > ONE_PIECE else body or None,
                headers=sent,
                timeout=(CONNECT_S, deadline_s or READ_S),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(
                    response.status_code,
                    {name.lower(): value for name, value in response.headers.items()},
                    _read(response, most),
                )
        except (requests.RequestException, HTTPError, OSError) as error:
            raise LinkError(Unreachable(_why(error)), f"the centre cannot be reached: {_why(error)}") from error
        finally:
            deadline.cancel()


def _read(response: requests.Response, most: int) -> bytes:
    """Read a body within `most` bytes: no endless answer, and no bomb, because nothing is decoded."""
    body = b""
    while chunk := response.raw.read1(8192, decode_content=False):
        body += chunk
        if len(body) > most:
            raise LinkError(Untrusted("the answer is too long"), f"the answer is longer than {most} bytes")
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and len(body) < int(declared):
        raise LinkError(Unreachable("cut"), f"the answer was cut after {len(body)} bytes")
    return body


def _trusted(answer: Answer, key: Ed25519PublicKey | None, nonce: str) -> None:
    """Return only if this answer is of our type, unencoded, and signed by our centre for our nonce."""
    kind = answer.headers.get("content-type", "").split(";")[0].strip()
    if kind != wire.CONTENT_TYPE:
        raise LinkError(Untrusted("the network asks for a login"), f"answered {kind or 'nothing'}: a captive portal?")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise LinkError(Untrusted("a proxy changed the answer"), "the answer came encoded; a proxy changed it")
    if key is None:
        raise LinkError(Untrusted("not enrolled"), "this kiosk does not know its centre yet")
    try:
        signature.check_response(answer.status, answer.body, answer.headers, key, nonce)
    except signature.SignatureError as error:
        raise LinkError(Untrusted("not signed by our centre"), f"not our centre: {error}") from error


def _decoded(answer: Answer, kind: type[T]) -> T:
    try:
        return wire.decode(answer.body, kind)
    except wire.WireError as error:
        raise LinkError(Untrusted("not our contract"), str(error)) from error


def _refusal(answer: Answer) -> LinkError:
    try:
        problem = wire.decode(answer.body, Problem)
        code, words = problem.code, problem.words
    except wire.WireError:
        code, words = "", f"HTTP {answer.status}"
    if answer.status < 300 or 300 <= answer.status < 400 or answer.status == 511:
        return LinkError(Untrusted("the network asks for a login"), f"HTTP {answer.status}: a captive portal?")
    return LinkError(Refused(answer.status, code, _retry_after(answer.headers)), words)


def _retry_after(headers: dict[str, str]) -> float | None:
    value = headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None


def _verify_code(error: BaseException) -> int | None:
    """Return OpenSSL's reason why a certificate was refused, from wherever the libraries wrapped it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_code
        inner = getattr(seen, "reason", None) or next((a for a in seen.args if isinstance(a, BaseException)), None)
        seen = inner if isinstance(inner, BaseException) else None
    return None


def _why(error: Exception) -> str:
    """Return one word for a network fault, without addresses."""
    if isinstance(error, requests.exceptions.SSLError):
        return CLOCK if _verify_code(error) in NOT_NOW else "tls"
    if isinstance(error, requests.Timeout | TimeoutError):
        return "timeout"
    text = str(error)
    if "NameResolution" in text or isinstance(error, socket.gaierror):
        return "no-name"
    return "refused" if "refused" in text.lower() else "cut"
