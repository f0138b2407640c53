"""Migrations, keys, settings and the command line."""

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server import keys
from server.__main__ import main
from server.centre import CentreError, init, open_centre
from server.settings import Settings, SettingsError, read
from server.tables import metadata
from survey import wire
from survey.questionnaire import bundled
from tests.kiosk_double import NOW_MS


def test_the_migrations_make_exactly_the_schema(centre):
    with centre.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_no_table_holds_a_network_address():
    names = {column.name for table in metadata.tables.values() for column in table.columns}
    assert not {name for name in names if "ip" in name.split("_") or "address" in name or "agent" in name}


def test_sqlite_is_opened_for_safety(centre):
    if centre.engine.dialect.name != "sqlite":
        assert centre.engine.dialect.name == "postgresql"
        return
    with centre.engine.connect() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in
                   ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")}  # fmt: skip
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}


def test_keys_are_made_once_and_only_for_their_user(tmp_path: Path):
    folder = tmp_path / "keys"
    assert keys.make(folder)
    first = keys.load(folder)
    assert not keys.make(folder)
    assert keys.load(folder).qr_master == first.qr_master
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    (folder / "signing.key").chmod(0o644)
    with pytest.raises(keys.KeysError, match="chmod 600"):
        keys.load(folder)


def test_a_missing_or_short_key_is_named(tmp_path: Path):
    folder = tmp_path / "keys"
    keys.make(folder)
    (folder / "sealing.key").write_bytes(b"short")
    with pytest.raises(keys.KeysError, match=r"sealing\.key has 5 bytes"):
        keys.load(folder)
    (folder / "sealing.key").unlink()
    with pytest.raises(keys.KeysError, match="is not there"):
        keys.load(folder)


def test_init_twice_changes_nothing(tmp_path: Path):
    settings = Settings(data_dir=str(tmp_path / "c"))
    assert init(settings, NOW_MS)
    first = open_centre(settings)
    epoch = first.writer.run(lambda work: work.one("SELECT epoch FROM centre"))
    first.close()
    assert not init(settings, NOW_MS)
    again = open_centre(settings)
    assert again.writer.run(lambda work: work.one("SELECT epoch FROM centre")) == epoch
    again.close()


def test_a_centre_never_made_says_how_to_make_it(tmp_path: Path):
    keys.make(tmp_path / "keys")
    with pytest.raises(CentreError, match="init"):
        open_centre(Settings(data_dir=str(tmp_path)))


def test_settings_come_from_the_file_and_then_the_environment(tmp_path: Path):
    path = tmp_path / "centre.toml"
    path.write_text("port = 9000\nmin_cell = 1\n")
    settings = read(path, {"HAILONG_CENTRE_PORT": "9001"})
    assert (settings.port, settings.min_cell) == (9001, 1)
    with pytest.raises(SettingsError, match="port"):
        read(None, {"HAILONG_CENTRE_PORT": "many"})
    with pytest.raises(SettingsError, match="colour"):
        read(None, {"HAILONG_CENTRE_COLOUR": "red"})
    with pytest.raises(SettingsError, match="is not there"):
        read(tmp_path / "none.toml", {})


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", str(tmp_path / "c"))

    def run(*words):
        status = main(list(words))
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def test_the_command_line_makes_and_fills_a_centre_and_a_second_run_changes_nothing(command, tmp_path):
    assert command("init")[0] == 0
    status, out, _ = command("seed-demo")
    assert status == 0
    assert "quantri, one-time password: " in out
    password = out.split("password: ")[1].split()[0]
    dump = list(sqlite3.connect(tmp_path / "c/centre.db").iterdump())
    assert password not in "\n".join(dump)
    status, out, _ = command("seed-demo")
    assert (status, "nothing changed" in out) == (0, True)
    assert list(sqlite3.connect(tmp_path / "c/centre.db").iterdump()) == dump


def test_the_sample_province_has_26_agencies_whose_districts_have_ended(command, tmp_path):
    command("init")
    command("seed-demo")
    rows = sqlite3.connect(tmp_path / "c/centre.db").execute(
        "SELECT kind, valid_to, count(*) FROM org_units JOIN org_versions ON unit_id = org_units.id "
        "WHERE kind IN ('agency', 'district') GROUP BY kind, valid_to ORDER BY kind"
    )
    assert rows.fetchall() == [("agency", None, 19), ("district", "2025-06-30", 7)]


def test_an_enrolment_code_is_printed_for_a_counter_that_stands(command):
    command("init")
    command("seed-demo")
    status, out, _ = command("enrol-code", "--counter", "so-noi-vu.q1")
    assert (status, len(out.strip())) == (0, 23)
    status, _, err = command("enrol-code", "--counter", "huyen-son-duong.q1")
    assert (status, "not a counter that stands" in err) == (1, True)
    assert "so-noi-vu.q1\tQuầy số 1\tSở Nội vụ" in command("counters")[1]


def test_commands_on_no_centre_say_what_to_do(command):
    status, _, err = command("seed-demo")
    assert status == 1
    assert err.startswith("error: ")


def test_verify_and_new_epoch_and_accounts_on_the_command_line(command, tmp_path):
    command("init")
    command("seed-demo")
    assert command("verify")[0] == 0
    assert "epoch" in command("new-epoch")[1]
    assert command("create-admin", "lan")[0] == 0
    assert "exists" in command("create-admin", "lan")[2]
    assert "one-time password: " in command("reset-password", "lan")[1]
    assert command("revoke", "ks-000009")[0] == 1
    path = tmp_path / "q.json"
    body = json.loads(wire.encode(bundled()))
    path.write_text(json.dumps(body | {"version": "1.1.0"}))
    assert "published" in command("publish", str(path))[1]
    path.write_text(json.dumps(body | {"version": "1.1.0", "status": "final"}))
    assert "never" in command("publish", str(path))[2]
    assert command("verify")[0] == 0


def test_an_error_of_the_database_never_carries_values(centre):
    with centre.engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT no_such_column WHERE :words = ''"), {"words": "0912345678"})
    assert "0912345678" not in str(caught.value)
