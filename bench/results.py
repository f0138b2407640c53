"""How fast the results pages answer over a year of a province: 2 million ballots' worth of rollups, each page's p95.

The rollups are laid straight into their tables with the rows a real year makes: 124 communes, 5 counters each, 250
working days. Beside it the same sum straight over ballots, on a table of a stated size, as the ratio.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import httpx
import msgspec
from litestar.testing import TestClient
from sqlalchemy import text

from bench import workbook
from bench.report import Figure
from server.accounts import passwords
from server.accounts import queries as accounts
from server.app import make_app
from server.ballots.sums import TABLES, tenday
from server.centre import Centre, init, open_centre, system_ms
from server.database import Work
from server.offices.queries import Unit, add_unit
from server.questionnaires.queries import publish
from server.results.desk import VIEWS
from server.settings import Settings
from survey.local_time import local_date
from survey.questionnaire import bundled

OFFICES: Final = 124
DESKS: Final = 5
DAYS: Final = 250
BALLOTS: Final = 2_000_000
STRAIGHT: Final = 200_000
P95_AT_MOST_MS: Final = 200.0
PASSWORD: Final = "con mèo nhảy qua hàng rào"
FIELDS: Final = ("ho_tich", "chung_thuc", "dat_dai", "bao_tro_nguoi_co_cong")
BY_BALLOT: Final = "SELECT office_id, sum(substr(levels, 9, 1) >= '4'), count(*) FROM straight GROUP BY 1"
BY_ROLLUP: Final = (
    "SELECT office_id, sum(n4 + n5), sum(n1 + n2 + n3 + n4 + n5) FROM tenday_answers "
    "WHERE question = 'overall' GROUP BY 1"
)
KINDS: Final = (("touch", "kiosk", "complete", 0.62), ("touch", "kiosk", "partial", 0.1),
                ("button", "kiosk", "quick", 0.16), ("qr", "qr-fresh", "complete", 0.12))  # fmt: skip
"""(channel, lane, status, share of the ballots)."""


def figures() -> Iterator[Figure]:
    """Give the slowest page's p95 and the ratio to a sum over ballots."""
    with tempfile.TemporaryDirectory() as temporary:
        settings = prepared(Path(temporary))
        centre = open_centre(settings)
        ballots = fill(centre)
        centre.close()  # the last connection folds the write-ahead log of the filling into the file
        centre = open_centre(settings)
        try:
            with TestClient(make_app(centre), base_url=settings.public_base) as client:
                yield from _timed(client, ballots)
            yield _ratio(centre)
            yield from workbook.figures(centre, working_days()[-1])
        finally:
            centre.close()


def prepared(folder: Path) -> Settings:
    """Return the settings of a centre with a province of communes and a viewer of it all."""
    settings = Settings(data_dir=str(folder / "centre"), public_base="http://bench.test")
    init(settings, system_ms())
    centre = open_centre(settings)

    def plant(work: Work) -> None:
        begin = date(2024, 1, 1)
        add_unit(work, Unit("tinh", "province", "Tỉnh mẫu (đo tốc độ)", "", "T", None, begin, None))
        for place in range(OFFICES):
            add_unit(
                work,
                Unit(_office(place), "commune", f"Xã mẫu số {place + 1:03d}", "", f"X{place:03d}", "tinh", begin, None),
            )
            for desk in range(DESKS):
                name = f"Quầy số {desk + 1}"
                add_unit(work, Unit(_desk(place, desk), "counter", name, "", "Q", _office(place), begin, None))
        publish(work, bundled(), 1, begin)
        accounts.add(work, "do", passwords.digest(PASSWORD), "viewer", 1, must_change=False)

    centre.writer.run(plant)
    centre.close()
    return settings


def _office(place: int) -> str:
    return f"xa-{place:03d}"


def _desk(place: int, desk: int) -> str:
    return f"xa-{place:03d}.q{desk}"


def working_days() -> list[date]:
    """Return the last 250 weekdays before today."""
    found, day = [], local_date(system_ms())
    while len(found) < DAYS:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            found.append(day)
    return found[::-1]


def fill(centre: Centre) -> int:
    """Lay a year's rollups into their tables; returns how many ballots they stand for."""
    draw = random.Random(7)
    total = 0
    for chunk in range(0, DAYS, 10):
        rows = _Rows()
        for day in working_days()[chunk : chunk + 10]:
            for place in range(OFFICES):
                for desk in range(DESKS):
                    total += _counter_day(rows, draw, str(day), day, place, desk)
        centre.writer.run(rows.store)
    centre.writer.run(_duties)
    with centre.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    return total


def _duties(work: Work) -> None:
    work.many("INSERT INTO officers (id, office_id, name, code, title) VALUES (?, ?, ?, ?, 'Công chức')",
              [(f"o{place}-{desk}", _office(place), f"Cán bộ mẫu {desk + 1}", f"C{desk}") for place in range(OFFICES)
               for desk in range(DESKS)])  # fmt: skip
    work.many("INSERT INTO duties (counter_id, day, part, officer_id) VALUES (?, ?, ?, ?)",
              [(_desk(place, desk), str(day), part, f"o{place}-{(desk + day.toordinal()) % DESKS}")
               for place in range(OFFICES) for desk in range(DESKS) for day in working_days()
               for part in ("am", "pm")])  # fmt: skip


class _Rows:
    """Rollup rows of some days, summed in memory."""

    def __init__(self) -> None:
        self.day_ballots: list[tuple[Any, ...]] = []
        self.day_answers: list[tuple[Any, ...]] = []
        self.day_reasons: list[tuple[Any, ...]] = []
        self.sums: dict[str, dict[tuple[Any, ...], list[int]]] = {table: {} for table in TABLES}

    def add(self, table: str, key: tuple[Any, ...], counts: list[int]) -> None:
        there = self.sums[table].get(key)
        self.sums[table][key] = counts if there is None else [a + b for a, b in zip(there, counts, strict=True)]

    def store(self, work: Work) -> None:
        work.many(f"INSERT INTO rollup_ballots VALUES ({_marks(11)})", self.day_ballots)
        work.many(f"INSERT INTO rollup_answers VALUES ({_marks(16)})", self.day_answers)
        work.many(f"INSERT INTO rollup_reasons VALUES ({_marks(11)})", self.day_reasons)
        for table, rows in self.sums.items():
            keys, counts = TABLES[table]
            names = ", ".join(f'"{name}"' for name in (*keys, *counts))
            adding = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counts)
            conflict = ", ".join(f'"{name}"' for name in keys)
            work.many(
                f"INSERT INTO {table} ({names}) VALUES ({_marks(len(keys) + len(counts))}) "
                f"ON CONFLICT ({conflict}) DO UPDATE SET {adding}",
                [(*key, *values) for key, values in rows.items()],
            )


def _marks(n: int) -> str:
    return ", ".join("?" * n)


def _counter_day(rows: _Rows, draw: random.Random, day: str, at: date, place: int, desk: int) -> int:
    """Add one counter's day; returns its ballots. A commune's level differs from the next one's, and drifts."""
    asked, office, counter = bundled(), _office(place), _desk(place, desk)
    good = 0.78 + 0.17 * ((place * 37) % OFFICES) / OFFICES + 0.02 * (at.month - 6) / 6
    many, total = BALLOTS / OFFICES / DESKS / DAYS, 0
    for channel, lane, status, share in KINDS:
        n = int(many * share * draw.uniform(0.6, 1.4) + draw.random())
        if not n:
            continue
        total += n
        kind, cell = (office, lane, status, asked.ref), (office, channel, lane, status)
        ballots = [n, n // 12, n // 30, n // 40]
        rows.day_ballots.append((day, True, office, counter, channel, lane, status, *ballots))
        rows.add("tenday_ballots", (tenday(day), True, *cell), ballots)
        questions = [asked.quick_question] if status == "quick" else [one.id for one in asked.questions]
        questions = questions[: draw.randint(2, 8)] if status == "partial" else questions
        pooled = [0] * 5
        overall = [0] * 5
        for question in questions:
            levels = _levels(draw, n, good)
            overall = levels if question == asked.quick_question else overall
            pooled = (
                pooled if question == asked.quick_question else [a + b for a, b in zip(pooled, levels, strict=True)]
            )
            counts = [*levels, 0, 4200 * n]
            rows.day_answers.append((day, True, office, counter, channel, lane, status, asked.ref, question, *counts))
            rows.add("tenday_answers", (tenday(day), True, *cell, asked.ref, question), counts)
            rows.add("whole_answers", (day, True, channel, lane, status, asked.ref, question), counts)
            low = levels[0] + levels[1]
            follow = asked.question(question)
            if low and follow and follow.follow_up and status != "quick":
                reason = draw.choice(follow.follow_up.reasons).id
                rows.day_reasons.append(
                    (day, True, office, counter, channel, lane, status, asked.ref, question, reason, low)
                )
                rows.add("tenday_reasons", (tenday(day), True, *cell, asked.ref, question, reason), [low])
                rows.add("whole_reasons", (day, True, channel, lane, status, asked.ref, question, reason), [low])
        if status == "partial":
            rows.add("rollup_stops", (day, questions[-1], channel, *kind), [n])
            rows.add("whole_stops", (day, questions[-1], channel, *kind[1:]), [n])
        _hours(rows, draw, day, at, counter, kind, n, overall, pooled)
    return total


def _levels(draw: random.Random, n: int, good: float) -> list[int]:
    found = [0] * 5
    for _ in range(n):
        chance = draw.random()
        found[
            4 if chance < good * 0.7 else 3 if chance < good else 2 if chance < good + 0.1 else draw.randint(0, 1)
        ] += 1
    return found


def _hours(
    rows: _Rows, draw: random.Random, day: str, at: date, counter: str, kind: tuple[str, ...], n: int,
    overall: list[int], pooled: list[int],
) -> None:  # fmt: skip
    """Spread a counter's day over its hours, half-days and fields."""
    hours = sorted(draw.choices((7, 8, 9, 10, 11, 13, 14, 15, 16), (1, 3, 4, 4, 2, 2, 3, 2, 1), k=min(n, 5)))
    for place, hour in enumerate(hours):
        mine = [value // len(hours) + (place < value % len(hours)) for value in (n, *overall, *pooled)]
        if not any(mine):
            continue
        rows.add("rollup_hours", (day, hour, *kind), mine[:6])
        rows.add("whole_hours", (day, hour, *kind[1:]), mine[:6])
        rows.add("rollup_halves", (day, "am" if hour < 12 else "pm", counter, *kind), mine)
        if place % 2:
            field = draw.choice(FIELDS)
            rows.add("rollup_fields", (day, field, *kind), mine)
            rows.add("whole_fields", (day, field, *kind[1:]), mine)


def addresses() -> dict[str, str]:
    """Return every page over the periods people ask for."""
    year, last = working_days()[-1].year, working_days()[-1]
    custom = f"?tu={last - timedelta(days=200)}&den={last - timedelta(days=3)}"
    asked = {"year": f"?ky=nam&luc={year}", "quarter": f"?ky=quy&luc={year}-Q{(last.month - 1) // 3 + 1}",
             "month": f"?ky=thang&luc={last:%Y-%m}", "week": "?ky=tuan", "custom": custom,
             "office": f"?ky=nam&luc={year}&don_vi={_office(7)}"}  # fmt: skip
    pages = ["", *(f"/{name}" for name in VIEWS)]
    found = {f"{page or '/'} {words}": f"/ket-qua{page}{query}" for page in pages for words, query in asked.items()}
    return found | {
        f"/bieu-do/xu-huong {words}": f"/ket-qua/bieu-do/xu-huong.svg{query}" for words, query in asked.items()
    }


def enter(client: Any) -> None:
    """Sign in as the viewer."""
    origin = {"origin": "http://bench.test"}
    answer = client.post(
        "/dang-nhap", data={"name": "do", "password": PASSWORD}, headers=origin, follow_redirects=False
    )
    if answer.status_code != httpx.codes.SEE_OTHER:
        raise RuntimeError(f"sign-in answered {answer.status_code}")


class Told(msgspec.Struct, frozen=True):
    """One page's p95 in milliseconds, CPU of the whole process and wall, and its size."""

    name: str
    p95_ms: float
    wall_ms: float
    size: int


def measure(client: Any, rounds: int = 6) -> list[Told]:
    """Return each page's p95, the slowest first."""
    enter(client)
    found = []
    for name, address in addresses().items():
        client.get(address)
        took, waited = [], []
        for _ in range(rounds):
            began, at = time.process_time(), time.perf_counter()
            answer = client.get(address)
            took.append(1000 * (time.process_time() - began))
            waited.append(1000 * (time.perf_counter() - at))
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"{address} answered {answer.status_code}")
        found.append(Told(name, _p95(took), _p95(waited), len(answer.content)))
    return sorted(found, key=lambda one: -one.p95_ms)


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def _timed(client: Any, ballots: int) -> Iterator[Figure]:
    told = measure(client)
    slowest, widest = told[0], max(told, key=lambda one: one.size)
    slow = [one for one in told if one.p95_ms >= P95_AT_MOST_MS]
    note = f"{len(told)} pages over {ballots:,} ballots' rollups; slowest: {slowest.name}, client and centre together"
    wall = max(one.wall_ms for one in told)
    note += f"; slowest on the wall {wall:.0f} ms"
    if slow:
        note += "; above: " + ", ".join(f"{one.name} {one.p95_ms:.0f} ms" for one in slow[:8])
    yield Figure("results pages, slowest p95 of CPU time", f"{slowest.p95_ms:.0f} ms", "< 200 ms", not slow, note)
    size = widest.size / 1000
    yield Figure("results pages, largest", f"{size:.0f} KB", "≤ 200 KB", size <= 200, f"not compressed: {widest.name}")


def _ratio(centre: Centre) -> Figure:
    """Return how much faster a year's ranking is from rollups than straight over as many stored levels."""
    with centre.engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE straight (office_id TEXT, day DATE, levels TEXT)"))
        draw, days = random.Random(3), working_days()
        rows = [
            {"o": _office(draw.randrange(OFFICES)), "d": str(draw.choice(days)), "l": "".join(draw.choices("345", k=9))}
            for _ in range(STRAIGHT)
        ]
        connection.execute(text("INSERT INTO straight VALUES (:o, :d, :l)"), rows)
        straight = _took(connection, BY_BALLOT)
        rolled = _took(connection, BY_ROLLUP)
    ratio = straight / rolled * BALLOTS / STRAIGHT
    note = f"a year's ranking {1000 * rolled:.0f} ms; {STRAIGHT:,} bare ballots {1000 * straight:.0f} ms, times ten"
    return Figure("ranking from rollups against ballots", f"{ratio:.1f} × faster", "≥ 5 ×", ratio >= 5, note)


def _took(connection: Any, query: str) -> float:
    best = 1e9
    for _ in range(3):
        began = time.perf_counter()
        connection.execute(text(query)).fetchall()
        best = min(best, time.perf_counter() - began)
    return best
