"""Signed batches through HTTP to a durable commit, against raw executemany of the very same rows (SQLite, FULL).

Both sides are processes of their own, read by the same clock (user and system time of all threads), on databases that
began as one file and grow by the same rows in the same order. They take turns, so that a noisy machine is noisy for
both; the first turn of each size only warms up.
"""

import gzip
import re
import secrets
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Raw

from appliance.link import Link
from bench.ballots import a_ballot
from bench.report import Figure, cpu_s
from demo.centre import REPOSITORY, Centre, free_port
from survey import chain, signature, wire
from survey.batch import Batch, Entry, Head

CLIENTS = 16
SETTLE_S = 0.3
TURNS = 5
SINGLES = 3200

Request = tuple[bytes, dict[str, str]]


class Device:
    """One enrolled kiosk with signed requests made beforehand, so that only the centre works while it is measured."""

    def __init__(self, centre: Centre) -> None:
        self.authority = f"127.0.0.1:{centre.port}"
        self.key = Ed25519PrivateKey.generate()
        link = Link(centre.url, self.key)
        self.device = link.enrol(centre.code(centre.counter()), model="bench", software="bench").device
        link.close()
        self.stream, self.inst = secrets.token_hex(16), secrets.token_hex(16)
        self.link = chain.genesis(self.device, self.stream)
        self.seq = self.n = 0

    def requests(self, ballots: int, size: int, authority: str = "") -> list[Request]:
        """Return signed requests that hold `ballots` new ballots in batches of `size`. authority: "" for the centre."""
        self.authority = authority or self.authority
        return [self._signed([self._cast() for _ in range(size)]) for _ in range(ballots // size)]

    def _cast(self) -> Entry:
        self.seq += 1
        now_ms = time.time_ns() // 1_000_000
        ballot = a_ballot(self.device, self.stream, self.seq, now_ms)
        leaf = chain.leaf(ballot)
        self.link = chain.link(self.link, self.seq, leaf)
        return Entry(self.seq, leaf.hex(), Raw(wire.encode(ballot)))

    def _signed(self, entries: list[Entry]) -> Request:
        self.n += 1
        batch = Batch(
            version=1,
            device=self.device,
            stream=self.stream,
            boot=1,
            inst=self.inst,
            n=self.n,
            echo=0,
            head=Head(self.seq, self.link.hex()),
            ballots=entries,
        )
        body = gzip.compress(wire.encode(batch), 6, mtime=0)
        headers = {"Content-Type": wire.CONTENT_TYPE, "Content-Encoding": "gzip"}
        headers |= signature.sign_request(
            "POST",
            self.authority,
            "/api/v1/batches",
            body,
            key=self.key,
            keyid=self.device,
            nonce=secrets.token_hex(16),
        )
        return body, headers


class Line:
    """One kept connection: sends its next request as soon as the last one is receipted."""

    def __init__(self, port: int, requests: list[Request]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting = [_on_the_wire(port, *request) for request in reversed(requests)]
        self.said = b""

    def send(self) -> bool:
        """Send the next request; False if there is none."""
        if not self.waiting:
            return False
        self.said = b""
        self.socket.sendall(self.waiting.pop())
        return True

    def is_answered(self) -> bool:
        """Read what came; return whether the receipt is whole."""
        self.said += self.socket.recv(1 << 18)
        head, _, body = self.said.partition(b"\r\n\r\n")
        assert self.said.startswith(b"HTTP/1.1 200 "), self.said[:600]
        length = re.search(rb"content-length: (\d+)", head)
        return length is not None and len(body) >= int(length[1])


def _on_the_wire(port: int, body: bytes, headers: dict[str, str]) -> bytes:
    """Return a request as a proxy passes a kiosk's on: head and body together."""
    all_headers = {"Host": f"127.0.0.1:{port}", **headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
    return f"POST /api/v1/batches HTTP/1.1\r\n{head}\r\n".encode() + body


def send_all(port: int, several: list[list[Request]]) -> None:
    """Send all devices' requests, a connection each, all at once; each must be receipted.

    One thread, nothing but sockets: slow clients would keep the centre waiting, so that it could never commit together.
    """
    selector = selectors.DefaultSelector()
    for requests in several:
        line = Line(port, requests)
        line.send()
        selector.register(line.socket, selectors.EVENT_READ, line)
    while selector.get_map():
        for key, _ in selector.select():
            if key.data.is_answered() and not key.data.send():
                selector.unregister(key.data.socket)
                key.data.socket.close()


def served_cpu_s(centre: Centre, several: list[list[Request]]) -> float:
    """Return the CPU seconds the centre used to take all requests."""
    assert centre.process is not None
    before = cpu_s(centre.process.pid)
    send_all(centre.port, several)
    time.sleep(SETTLE_S)
    return cpu_s(centre.process.pid) - before


class Limit:
    """The limit of single ballots: HTTP and the two signatures, nothing else (bench/ingest_limit.py)."""

    def __init__(self, device: Device) -> None:
        self.port, self.device = free_port(), device
        public = device.key.public_key().public_bytes_raw().hex()
        command = [sys.executable, "-m", "bench.ingest_limit", str(self.port), public]
        self.process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == "ready"
        time.sleep(1.0)

    def cpu_s(self, count: int) -> float:
        """Return the CPU seconds it needs for `count` requests of one ballot each, from as many clients."""
        requests = self.device.requests(count, 1, f"127.0.0.1:{self.port}")
        before = cpu_s(self.process.pid)
        send_all(self.port, [requests[start::CLIENTS] for start in range(CLIENTS)])
        time.sleep(SETTLE_S)
        return cpu_s(self.process.pid) - before

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)


class Bare:
    """The other side: a process that does nothing but executemany of the rows the centre stored meanwhile."""

    def __init__(self, centre: Centre, folder: Path) -> None:
        command = [sys.executable, "-m", "bench.ingest_raw", str(centre.folder / "centre.db"), str(folder / "raw.db")]
        self.process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert self._say("") == "copied"

    def cpu_s(self, size: int, rows: int) -> float:
        """Return the CPU seconds it needs for the centre's newest rows, `size` a transaction."""
        assert self._say(f"load {size}") == str(rows)
        before = cpu_s(self.process.pid)
        assert self._say("go") == "done"
        time.sleep(SETTLE_S)
        return cpu_s(self.process.pid) - before

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)

    def _say(self, words: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if words:
            self.process.stdin.write(words + "\n")
        return self.process.stdout.readline().strip()


def compared(centre: Centre, bare: Bare, devices: list[Device], ballots: int, size: int) -> tuple[float, float]:
    """Return (ratio of CPU efficiency, centre's ballots per CPU second), the medians of several turns after one."""
    ratios, speeds = [], []
    for turn in range(1 + TURNS):
        requests = [device.requests(ballots // len(devices), size) for device in devices]
        count = sum(len(made) for made in requests) * size
        ours_s = served_cpu_s(centre, requests)
        raw_s = bare.cpu_s(size, count)
        if turn:
            ratios.append(raw_s / ours_s)
            speeds.append(count / ours_s)
    return statistics.median(ratios), statistics.median(speeds)


def figures() -> list[Figure]:
    """Return the centre's figures."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        centre = Centre(folder / "centre").prepare().start()
        devices = [Device(centre) for _ in range(CLIENTS)]
        served_cpu_s(centre, [device.requests(100, 50) for device in devices])  # streams, first statements and pages
        bare = Bare(centre, folder)
        try:
            return [
                _figure(
                    f"batches of {size}, signed and chained, HTTP to durable commit with rollup",
                    *compared(centre, bare, devices[:4], ballots, size),
                    least,
                    "executemany of the same rows",
                )
                for size, ballots, least in ((100, 12_000, 0.33), (500, 20_000, 0.45))
            ] + singles(centre, bare, devices)
        finally:
            bare.close()
            centre.stop()


def singles(centre: Centre, bare: Bare, devices: list[Device]) -> list[Figure]:
    """Return single ballots against one commit a row, and the limit that HTTP and two signatures alone set."""
    ratio, speed = compared(centre, bare, devices, SINGLES, 1)
    limit = Limit(devices[0])
    try:
        limit.cpu_s(SINGLES // 4)
        least_s = statistics.median(limit.cpu_s(SINGLES) for _ in range(TURNS)) / SINGLES
    finally:
        limit.close()
    raw_s = ratio / speed
    return [
        _figure(f"single signed ballots of {CLIENTS} clients", ratio, speed, 0.60, "one commit a row"),
        Figure(
            "the same without any database: HTTP, one signature checked, one made",
            f"{raw_s / least_s:.2f} ×",
            "(the limit)",
            True,
            f"{1e6 * least_s:.0f} µs a request; one raw commit {1e6 * raw_s:.0f} µs; the centre {1e6 / speed:.0f} µs",
        ),
    ]


def _figure(name: str, ratio: float, speed: float, least: float, against: str) -> Figure:
    note = f"CPU efficiency against raw {against}; {speed:,.0f} ballots per CPU-s"
    return Figure(name, f"{ratio:.2f} ×", f"≥ {least:.2f}", ratio >= least, note)
