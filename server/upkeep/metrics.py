"""Figures for a monitor (Prometheus), on a port of this machine alone: counts and states, never a person."""

import time
from collections.abc import Iterator
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.centre import Centre
from server.database import Work
from survey import wire
from survey.batch import Health

SILENT_MS: Final = 3_600_000
PARTS: Final = frozenset(
    {
        "api",
        "ket-qua",
        "bao-cao",
        "thiet-bi",
        "tai-khoan",
        "nhat-ky",
        "p",
        "q",
        "static",
        "healthz",
        "dang-nhap",
        "don-vi",
        "truc-quay",
        "ngay-nghi",
        "xuat-du-lieu",
    }
)
"""First parts of addresses that are told apart; an address whole may hold a token and is never a label."""


class Figures(Collector):
    """What the database says when it is asked."""

    def __init__(self, centre: Centre) -> None:
        """centre: whose database and writer are asked."""
        self._centre = centre

    def collect(self) -> Iterator[Metric]:
        """Yield ballots by channel and lane, kiosks by state, their queues, alarms, and whether batches wait."""
        with self._centre.engine.connect() as connection:
            work = Work(connection)
            ballots = work.all("SELECT channel, lane, sum(n) FROM rollup_ballots GROUP BY channel, lane")
            alarms = work.all("SELECT kind, sum(times) FROM events GROUP BY kind")
            states, queued = self._kiosks(work)
        yield _family("hailong_ballots", "Ballots counted.", ("channel", "lane"), ballots)
        yield _family("hailong_alarms", "Alarms of kiosks.", ("kind",), alarms)
        yield _family("hailong_kiosks", "Kiosks by state.", ("state",), list(states.items()))
        yield _family("hailong_kiosk_queue_ballots", "Ballots that kiosks said they still hold.", (), [(queued,)])
        yield _family("hailong_writer_full", "1 while batches are sent away.", (), [(self._centre.writer.is_full,)])

    def _kiosks(self, work: Work) -> tuple[dict[str, int], int]:
        states, queued, now_ms = {"heard": 0, "silent": 0, "revoked": 0}, 0, self._centre.now_ms()
        for seen, health, revoked in work.all("SELECT last_seen, last_health, revoked_at FROM devices"):
            is_silent = seen is None or now_ms - seen > SILENT_MS
            states["revoked" if revoked is not None else "silent" if is_silent else "heard"] += 1
            queued += _queue(health) if revoked is None else 0
        return states, queued


def _family(name: str, words: str, labels: tuple[str, ...], rows: list[Any]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    for row in rows:
        family.add_metric([str(each) for each in row[:-1]], float(row[-1]))
    return family


def _queue(health: str | None) -> int:
    try:
        return wire.decode(health, Health).queue if health else 0
    except wire.WireError:
        return 0


def watched(app: ASGIApp, registry: CollectorRegistry) -> ASGIApp:
    """Return an application whose answers are counted and timed, by the first part of the address and the status."""
    answers = Counter("hailong_answers", "HTTP answers.", ("part", "method", "status"), registry=registry)
    took = Histogram("hailong_answer_seconds", "Seconds to an answer's first byte.", ("part",), registry=registry)

    async def watch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        began_s, part, method = time.monotonic(), _part(scope["path"]), str(scope.get("method", ""))

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                answers.labels(part, method, str(message["status"])).inc()
                took.labels(part).observe(time.monotonic() - began_s)
            await send(message)

        await app(scope, receive, told)

    return watch


def _part(path: str) -> str:
    first = path.strip("/").partition("/")[0]
    return first if first in PARTS else "other"


def serve(centre: Centre, app: ASGIApp, port: int) -> ASGIApp:
    """Return the application, watched, with its figures served on 127.0.0.1; the application itself where port is 0."""
    if not port:
        return app
    registry = CollectorRegistry()
    registry.register(Figures(centre))
    start_http_server(port, addr="127.0.0.1", registry=registry)
    return watched(app, registry)
