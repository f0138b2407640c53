"""A real program that webhooks are posted to, on the loopback, with or without TLS."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listening:
    """What was posted. answer: the status it gives. wait_s: how long it thinks before it answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answer, self.wait_s, self.location = 200, 0.0, ""


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Listening]:
    """Give a program that listens; with a context over TLS, as `localhost`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(told.wait_s)
            self.send_response(told.answer)
            if told.location:
                self.send_header("location", told.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a broken handshake is told by the caller
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    where = "http://127.0.0.1" if tls is None else "https://localhost"
    told = Listening(f"{where}:{server.server_port}/hook?k=1")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
