"""Signed batches through HTTP to a durable commit, against raw executemany of the very same rows (SQLite, FULL)."""

import gzip
import http.client
import secrets
import sqlite3
import statistics
import tempfile
import threading
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import Moment, wall_ms
from appliance.draft import Draft
from appliance.link import Link
from appliance.outbox import Outbox
from bench.report import Figure, cpu_s
from demo.centre import Centre
from survey import signature, wire
from survey.ballot import Answer, Channel, Status, ballot_id
from survey.batch import Batch, Entry, Head
from survey.questionnaire import bundled

CLIENTS = 16
SETTLE_S = 0.3


class Device:
    """One enrolled kiosk with signed requests made beforehand, so that only the centre works while it is measured."""

    def __init__(self, centre: Centre, folder: Path) -> None:
        self.authority = f"127.0.0.1:{centre.port}"
        self.key = Ed25519PrivateKey.generate()
        link = Link(centre.url, self.key)
        self.device = link.enrol(centre.code(centre.counter()), model="bench", software="bench").device
        link.close()
        folder.mkdir(parents=True)
        self.outbox = Outbox(folder / "outbox.db", self.device, secrets.token_hex(16))
        self.outbox.db.execute("PRAGMA synchronous=OFF")
        self.n = 0

    def requests(self, ballots: int, size: int) -> list[tuple[bytes, dict[str, str]]]:
        """Return signed requests that hold `ballots` new ballots in batches of `size`."""
        questions = bundled().questions
        for _ in range(ballots):
            self.n += 1
            draft = Draft(
                id=ballot_id(wall_ms(), secrets.token_bytes(14)),
                questionnaire=bundled().ref,
                layout="l1-800x480",
                lang="vi",
                channel=Channel.TOUCH,
                status=Status.COMPLETE,
                answers={q.id: Answer(1 + secrets.randbelow(5), secrets.randbelow(9000)) for q in questions},
            )
            self.outbox.cast(draft, Moment(self.outbox.boot, self.n, wall_ms(), True))
        entries, _ = self.outbox.next_entries(ballots)
        self.outbox.db.execute("UPDATE ballots SET verdict = 'accepted'")
        made = []
        for start in range(0, len(entries), size):
            made.append(self._signed(entries[start : start + size]))
        return made

    def _signed(self, entries: list[Entry]) -> tuple[bytes, dict[str, str]]:
        self.n += 1
        last = entries[-1]
        batch = Batch(
            version=1,
            device=self.device,
            stream=self.outbox.stream,
            boot=self.outbox.boot,
            inst=self.outbox.boot_id,
            n=self.n,
            echo=0,
            head=Head(last.seq, self.outbox.link_at(last.seq) or ""),
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


def send_all(port: int, requests: list[tuple[bytes, dict[str, str]]]) -> None:
    """Send one device's requests over one kept line; each must be receipted."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body, headers in requests:
        line.request("POST", "/api/v1/batches", body, headers)
        answer = line.getresponse()
        said = answer.read()
        assert answer.status == 200, (answer.status, said[:300])
    line.close()


def served_cpu_s(centre: Centre, several: list[list[tuple[bytes, dict[str, str]]]]) -> float:
    """Return the CPU seconds the centre used to take all requests, one thread a device."""
    assert centre.process is not None
    before = cpu_s(centre.process.pid)
    threads = [threading.Thread(target=send_all, args=(centre.port, requests)) for requests in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(SETTLE_S)
    return cpu_s(centre.process.pid) - before


def raw_cpu_s(centre: Centre, folder: Path, rows: int, size: int) -> float:
    """Return the CPU seconds of executemany of the centre's newest rows, `size` a transaction, same table, FULL."""
    source = sqlite3.connect(centre.folder / "centre.db")
    schema = [
        sql for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'ballots' AND sql IS NOT NULL")
    ]
    taken = source.execute("SELECT * FROM ballots ORDER BY rowid DESC LIMIT ?", [rows]).fetchall()
    source.close()
    path = folder / f"raw-{secrets.token_hex(4)}.db"
    target = sqlite3.connect(path, isolation_level=None)
    target.execute("PRAGMA synchronous=FULL")
    target.execute("PRAGMA journal_mode=WAL")
    for statement in schema:
        target.execute(statement)
    into = f"INSERT INTO ballots VALUES ({', '.join('?' * len(taken[0]))})"
    started_s = time.process_time()
    for start in range(0, len(taken), size):
        target.execute("BEGIN IMMEDIATE")
        target.executemany(into, taken[start : start + size])
        target.execute("COMMIT")
    used_s = time.process_time() - started_s
    target.close()
    return used_s


def compared(centre: Centre, folder: Path, devices: list[Device], ballots: int, size: int) -> tuple[float, float]:
    """Return (ratio of CPU efficiency, centre's ballots per CPU second), the median of three turns."""
    ratios, speeds = [], []
    for _ in range(3):
        requests = [device.requests(ballots // len(devices), size) for device in devices]
        count = sum(len(made) for made in requests) * size
        ours_s = served_cpu_s(centre, requests)
        raw_s = raw_cpu_s(centre, folder, count, size)
        ratios.append(raw_s / ours_s)
        speeds.append(count / ours_s)
    return statistics.median(ratios), statistics.median(speeds)


def figures() -> list[Figure]:
    """Return the centre's figures."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        centre = Centre(folder / "centre").prepare().start()
        try:
            devices = [Device(centre, folder / f"kiosk-{n}") for n in range(CLIENTS)]
            served_cpu_s(centre, [device.requests(100, 50) for device in devices])  # warm: decoders, statements, pages
            found = []
            for size, ballots, least in ((100, 8000, 0.33), (500, 16000, 0.45)):
                ratio, speed = compared(centre, folder, devices[:4], ballots, size)
                found.append(
                    Figure(
                        f"batches of {size}, signed and chained, HTTP to durable commit with rollup",
                        f"{ratio:.2f} ×",
                        f"≥ {least}",
                        ratio >= least,
                        f"CPU efficiency against raw executemany of the same rows; {speed:,.0f} ballots per CPU-s",
                    )
                )
            ratio, speed = compared(centre, folder, devices, 1600, 1)
            found.append(
                Figure(
                    f"single signed ballots of {CLIENTS} clients",
                    f"{ratio:.2f} ×",
                    "≥ 0.60",
                    ratio >= 0.60,
                    f"CPU efficiency against raw one-per-commit; {speed:,.0f} ballots per CPU-s",
                )
            )
            return found
        finally:
            centre.stop()
