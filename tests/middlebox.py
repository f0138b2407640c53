"""A middlebox on loopback between kiosk and centre: passes everything on, or does what bad networks do."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

PORTAL = b"<html><title>Wi-Fi</title><body>Please log in</body></html>"


@dataclass
class Heard:
    """One request as it came. head: request line and headers; body: the bytes after them."""

    head: bytes
    body: bytes

    @property
    def whole(self) -> bytes:
        return self.head + self.body


Fault = Callable[["Middlebox", Heard, socket.socket], None]


@dataclass
class Middlebox:
    """fault: what is done with each request; None passes it on. heard: every request, oldest first."""

    centre_port: int
    fault: Fault | None = None
    heard: list[Heard] = field(default_factory=list)

    def __enter__(self) -> "Middlebox":
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listener.getsockname()[1]
        self._over = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over = True
        self._listener.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pass_on(self, heard: Heard) -> bytes:
        """Send a request to the centre and return its whole answer."""
        with socket.create_connection(("127.0.0.1", self.centre_port), 20) as upstream:
            head = heard.head.replace(b"Connection: keep-alive", b"Connection: close")
            upstream.sendall(head + heard.body)
            return read_answer(upstream)

    def _accept(self) -> None:
        while not self._over:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.settimeout(20)
            while (heard := read_request(client)) is not None:
                self.heard.append(heard)
                try:
                    if self.fault is None:
                        client.sendall(self.pass_on(heard))
                    else:
                        self.fault(self, heard, client)
                        return
                except OSError:
                    return


def read_request(client: socket.socket) -> Heard | None:
    """Return one HTTP request with its body, or None if the client hung up."""
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            piece = client.recv(65536)
            if not piece:
                return None
            data += piece
        head, body = data.split(b"\r\n\r\n", 1)
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        while len(body) < length:
            body += client.recv(65536)
    except OSError:
        return None
    return Heard(head + b"\r\n\r\n", body)


def read_answer(upstream: socket.socket) -> bytes:
    """Return an HTTP answer whole: head and body."""
    response = http.client.HTTPResponse(upstream)
    response.begin()
    body = response.read()
    head = f"HTTP/1.1 {response.status} {response.reason}\r\n"
    for name, value in response.getheaders():
        if name.lower() not in ("transfer-encoding", "connection", "content-length"):
            head += f"{name}: {value}\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def answer(status: str, body: bytes = b"", **headers: str) -> Fault:
    """A fault: this answer, whatever was asked; the centre hears nothing."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())

    def act(_box: Middlebox, _heard: Heard, client: socket.socket) -> None:
        client.sendall(f"HTTP/1.1 {status}\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return act


def lose_answer(box: Middlebox, heard: Heard, client: socket.socket) -> None:
    """The centre has committed; its answer never arrives."""
    box.pass_on(heard)
    client.close()


def cut_request(box: Middlebox, heard: Heard, client: socket.socket) -> None:
    """Half of the request reaches the centre, then the line is cut."""
    with socket.create_connection(("127.0.0.1", box.centre_port), 5) as upstream:
        upstream.sendall(heard.whole[: len(heard.head) + len(heard.body) // 2])
    client.close()


def send_twice(box: Middlebox, heard: Heard, client: socket.socket) -> None:
    """A proxy retries by itself: the centre hears the same request twice."""
    box.pass_on(heard)
    client.sendall(box.pass_on(heard))


def change_answer(box: Middlebox, heard: Heard, client: socket.socket) -> None:
    """One digit of the signed answer is changed on the way."""
    whole = box.pass_on(heard)
    head, body = whole.split(b"\r\n\r\n", 1)
    client.sendall(head + b"\r\n\r\n" + body.replace(b'"upto":', b'"upto":9', 1)[: len(body)])


def replay_older_answer(box: Middlebox, heard: Heard, client: socket.socket) -> None:
    """The answer to the first request ever heard comes again: rightly signed, for another nonce."""
    client.sendall(box.pass_on(box.heard[0]))


def drip(box: Middlebox, heard: Heard, client: socket.socket) -> None:
    """The answer comes a byte at a time."""
    for byte in box.pass_on(heard):
        client.sendall(bytes([byte]))
        time.sleep(0.25)


def endless(_box: Middlebox, _heard: Heard, client: socket.socket) -> None:
    """An answer without end, bounded here to 4 MB."""
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.hailong.v1+json\r\n\r\n")
    for _ in range(64):
        client.sendall(b"x" * 65536)


def hang_up(_box: Middlebox, _heard: Heard, client: socket.socket) -> None:
    """Reset before any answer."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
