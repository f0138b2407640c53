"""The database: connections, migrations, and the one writer thread that commits many jobs at once."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final, TypeVar

import alembic.command
import psycopg
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

T = TypeVar("T")
Row = tuple[Any, ...]

BUSY_MS: Final = 15_000
TRIES: Final = 4
GATHER_S: Final = 0.002
"""How long the first job of a group waits for company. A commit with its fsync costs as much CPU as many ballots."""

READY_SQL: dict[str, str] = {}


class BusyError(Exception):
    """The writer has as many jobs waiting as it may; try again a little later."""


def open_engine(url: str) -> Engine:
    """Return an engine for a database address; SQLite gets WAL, FULL, foreign keys and a busy timeout.

    Its errors never carry the values of a statement: they end in logs.
    """
    engine = create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "synchronous=FULL",
        "journal_mode=WAL",
        "wal_autocheckpoint=4000",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "cache_size=-65536",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def migrations() -> Config:
    """Return where the schema's versions are."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("server") / "migrations"))
    return config


def newest_revision() -> str:
    """Return the schema's newest version that this release knows."""
    return str(ScriptDirectory.from_config(migrations()).get_current_head())


def revision_of(engine: Engine) -> str:
    """Return the version of a database's schema, "" where there is none."""
    with engine.connect() as connection:
        return str(MigrationContext.configure(connection).get_current_revision() or "")


def migrate(engine: Engine) -> None:
    """Bring the schema to its newest version; does nothing if it is there already."""
    config = migrations()
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")


class Work:
    """One open write transaction; every job of a group commit works in it.

    connection: SQLAlchemy's, for ordinary statements. all, one, run, many: the thin path, driver statements with `?`.
    later: what jobs add to be done once before the commit; the key is the function that does it.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.later: dict[Callable[[Work, Any], None], Any] = {}
        self._cursor = connection.connection.cursor()

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return every row of a query."""
        return self._run(statement, values).fetchall()  # type: ignore[no-any-return]

    def one(self, statement: str, values: Sequence[Any] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        return self._run(statement, values).fetchone()  # type: ignore[no-any-return]

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Do one statement; returns how many rows it touched."""
        return int(self._run(statement, values).rowcount)

    def many(self, statement: str, rows: Sequence[Row]) -> int:
        """Do one statement for many rows; returns how many were touched in all."""
        if not rows:
            return 0
        self._cursor.executemany(statement if self.is_sqlite else _numbered(statement), rows)
        return int(self._cursor.rowcount)

    def locked(self, query: str) -> str:
        """Return a query that also locks its rows; on SQLite the transaction has locked everything already."""
        return query if self.is_sqlite else f"{query} FOR UPDATE"

    def finish(self) -> None:
        """Do what was put off to the end of the transaction."""
        for do, what in self.later.items():
            do(self, what)

    def _run(self, statement: str, values: Sequence[Any]) -> Any:
        self._cursor.execute(statement if self.is_sqlite else _numbered(statement), values)
        return self._cursor


def _numbered(statement: str) -> str:
    ready = READY_SQL.get(statement)
    if ready is None:
        ready = READY_SQL.setdefault(statement, statement.replace("?", "%s"))
    return ready


@contextmanager
def writing(engine: Engine) -> Iterator[Work]:
    """Give one write transaction; commits at the end, rolls back on an error."""
    with _to_write(engine) as connection, _transaction(connection) as work:
        yield work


def _to_write(engine: Engine) -> Connection:
    return engine.connect().execution_options(begin="BEGIN IMMEDIATE")


@contextmanager
def _transaction(connection: Connection) -> Iterator[Work]:
    with connection.begin():
        work = Work(connection)
        yield work
        work.finish()


Job = Callable[[Work], T]
Make = Callable[[], Job[T]]
Done = Future[Any] | asyncio.Future[Any]
Outcome = tuple[Done, Any, Exception | None]


class Writer:
    """One thread that takes all waiting jobs, does them in one transaction, commits, and only then answers each.

    It lets a first job wait GATHER_S for others, and wakes an event loop once for a whole group.

    A job must be repeatable: if one of a group fails, the group is rolled back and each job is done on its own.
    """

    def __init__(self, engine: Engine, limit: int = 64) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[tuple[Make[Any], Done] | None] = queue.SimpleQueue()
        self._limit = limit
        self._connection: Connection | None = None  # kept: taking one from the pool costs more than a ballot
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._thread.start()

    @property
    def is_full(self) -> bool:
        """Return whether another job would be sent away."""
        return self._waiting.qsize() >= self._limit

    def submit(self, job: Job[T]) -> "Future[T]":
        """Return a future of the job's value, done once it is committed. Raises BusyError if too many wait."""
        done: Future[T] = Future()
        self._put(lambda: job, done)
        return done

    async def done(self, job: Job[T]) -> T:
        """Return the job's value once it is committed, on an event loop. Raises BusyError if too many wait."""
        return await self.made(lambda: job)

    async def made(self, make: Make[T]) -> T:
        """Return the value of the job that `make` returns, as `done` does.

        make: run on the writer's thread before the transaction begins; what it raises is raised here. What one thread
        lays out and another stores costs a third more: it crosses from one core's cache to the other's.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._put(make, done)
        return await done

    def run(self, job: Job[T]) -> T:
        """Return the job's value once it is committed; raises what the job raised."""
        return self.submit(job).result()

    def close(self) -> None:
        """Do what still waits, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _put(self, make: Make[Any], done: Done) -> None:
        if self.is_full:
            raise BusyError(f"{self._limit} jobs are waiting")
        self._waiting.put((make, done))

    def _loop(self) -> None:
        try:
            self._work_off()
        finally:
            self._let_go()

    def _work_off(self) -> None:
        while (first := self._waiting.get()) is not None:
            time.sleep(GATHER_S)
            group = [first]
            is_last = False
            while not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    is_last = True
                    break
                group.append(following)
            jobs, outcomes = _make(group)
            _tell(outcomes + (self._commit(jobs) if jobs else []))
            if is_last:
                return

    def _commit(self, group: list[tuple[Job[Any], Done]]) -> list[Outcome]:
        try:
            if self._connection is None:
                self._connection = _to_write(self._engine)
            with _transaction(self._connection) as work:
                values = [job(work) for job, _ in group]
        except Exception:  # noqa: BLE001 - whichever job failed, each is now tried alone and told its own error
            self._let_go()
            return [self._alone(job, done) for job, done in group]
        return [(done, value, None) for (_, done), value in zip(group, values, strict=True)]

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _alone(self, job: Job[Any], done: Done) -> Outcome:
        tries_left = TRIES
        while True:
            tries_left -= 1
            try:
                with writing(self._engine) as work:
                    value = job(work)
            except (psycopg.OperationalError, OperationalError) as error:
                if not tries_left:
                    return done, None, error
            except Exception as error:  # noqa: BLE001 - handed to whoever asked for the job
                return done, None, error
            else:
                return done, value, None


def _make(group: list[tuple[Make[Any], Done]]) -> tuple[list[tuple[Job[Any], Done]], list[Outcome]]:
    """Return the jobs of a group, and the outcomes of those that could not be made."""
    jobs: list[tuple[Job[Any], Done]] = []
    failed: list[Outcome] = []
    for make, done in group:
        try:
            jobs.append((make(), done))
        except Exception as error:  # noqa: BLE001 - handed to whoever asked for the job
            failed.append((done, None, error))
    return jobs, failed


def _tell(outcomes: list[Outcome]) -> None:
    """Answer whoever asked: threads one by one, each event loop with one wake-up for all it asked."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for outcome in outcomes:
        if isinstance(outcome[0], Future):
            _settle([outcome])
        else:
            by_loop.setdefault(outcome[0].get_loop(), []).append(outcome)
    for loop, mine in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, mine)


def _settle(outcomes: list[Outcome]) -> None:
    for done, value, error in outcomes:
        if done.cancelled():
            continue  # whoever asked is gone; what was stored stays stored
        if error is None:
            done.set_result(value)
        else:
            done.set_exception(error)
