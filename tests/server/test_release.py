"""A database that an older release left behind is brought up, and everything in it still fits."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import alembic.command
import psycopg
import pytest
from sqlalchemy import MetaData, Table, insert

from server.__main__ import main
from server.database import Work, migrations, open_engine
from server.settings import Settings

STORED = Path(__file__).parent / "stored" / "release-0.1.0.sql"
"""Written by the release itself: a kiosk enrolled there, sixteen ballots in three channels' shapes, one with a note."""

READ: dict[type, Callable[[Any], Any]] = {bool: bool, date: date.fromisoformat}


@pytest.fixture(params=["sqlite", "postgresql"])
def left_behind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Return settings of a centre whose database is as the older release left it."""
    plain = sqlite3.connect(tmp_path / "centre.db")
    plain.executescript(STORED.read_text(encoding="utf-8"))
    if request.param == "sqlite":
        plain.close()
        yield Settings(data_dir=str(tmp_path))
        return
    host, _, port = request.getfixturevalue("postgres").partition(":")
    with psycopg.connect(f"host={host} port={port} user=postgres", autocommit=True) as line:
        line.execute("CREATE DATABASE left_behind")
        url = f"postgresql+psycopg://postgres@{host}:{port}/left_behind"
        copy_into(plain, url)
        yield Settings(data_dir=str(tmp_path), database_url=url)
        line.execute("DROP DATABASE left_behind WITH (FORCE)")
    plain.close()


def copy_into(plain: sqlite3.Connection, url: str) -> None:
    """Make the old release's schema in PostgreSQL by its own migration, and copy every row."""
    engine = open_engine(url)
    plain.row_factory = sqlite3.Row
    (revision,) = plain.execute("SELECT version_num FROM alembic_version").fetchone()
    with engine.begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        schema = MetaData()
        schema.reflect(connection)
        for table in schema.sorted_tables:
            if table.name != "alembic_version" and (rows := rows_of(plain, table)):
                connection.execute(insert(table), rows)
    engine.dispose()


def rows_of(plain: sqlite3.Connection, table: Table) -> list[dict[str, Any]]:
    """Return a table's rows with the values that its columns want."""
    reads = {column.name: READ.get(column.type.python_type, lambda value: value) for column in table.columns}
    rows = plain.execute(f"SELECT * FROM {table.name}").fetchall()
    return [{name: None if row[name] is None else read(row[name]) for name, read in reads.items()} for row in rows]


def test_an_older_database_is_brought_up_and_everything_in_it_still_fits(
    left_behind: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", left_behind.data_dir)
    monkeypatch.setenv("HAILONG_CENTRE_DATABASE_URL", left_behind.database_url)
    assert main(["migrate"]) == 0
    assert main(["verify"]) == 0
    assert "16 ballots in 1 streams, rollups, seals, history of cases and audit log fit" in capsys.readouterr().out
    engine = open_engine(left_behind.database)
    with engine.connect() as connection:
        work = Work(connection)
        counted = work.all("SELECT channel, status, n FROM rollup_ballots ORDER BY channel, status")
        wanted = [("button", "quick", 1), ("touch", "complete", 14), ("touch", "partial", 1)]
        assert [tuple(row) for row in counted] == wanted
        assert work.all("SELECT role, unit FROM accounts WHERE name = 'quantri'") == [("admin", None)]
    engine.dispose()
