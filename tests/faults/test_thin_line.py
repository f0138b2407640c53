"""A line so thin that a bundle takes many times a socket's time-out: it arrives, or is cut when ballots come."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance import link as link_module
from appliance.link import Link, LinkError
from appliance.retry import Refused, Unreachable

BODY = bytes(6_000_000)
PIECE, PAUSE_S = 65_536, 0.03


class Thin:
    """Takes one request, a piece at a time, and answers 409. taken: bytes of it so far."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(1)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.taken = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            while self.taken < len(BODY) and (piece := client.recv(PIECE)):
                self.taken += len(piece)
                time.sleep(PAUSE_S * len(piece) / PIECE)
            client.sendall(b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\n{}")

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def thin() -> Iterator[Thin]:
    made = Thin()
    yield made
    made.close()


@pytest.fixture
def line(thin: Thin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Link]:
    """A link that gives a block a third of a second, where all of a bundle takes many times that."""
    monkeypatch.setattr(link_module, "CONNECT_S", 0.3)
    monkeypatch.setattr(link_module, "READ_S", 0.5)
    made = Link(thin.url, Ed25519PrivateKey.generate(), "ks-000001")
    yield made
    made.close()


def test_a_bundle_goes_through_a_line_that_is_slow_but_moves(thin: Thin, line: Link) -> None:
    started_s = time.monotonic()
    with pytest.raises(LinkError) as caught:
        line.send_bundle(BODY)
    assert isinstance(caught.value.outcome, Refused), caught.value
    assert caught.value.outcome.status == 409
    assert thin.taken >= len(BODY)
    assert time.monotonic() - started_s > 2.0


def test_a_bundle_on_its_way_is_cut_at_once(thin: Thin, line: Link) -> None:
    cutter = threading.Timer(0.7, line.cut)
    cutter.start()
    started_s = time.monotonic()
    with pytest.raises(LinkError) as caught:
        line.send_bundle(BODY)
    assert isinstance(caught.value.outcome, Unreachable)
    assert time.monotonic() - started_s < 1.5
    assert thin.taken < len(BODY)
