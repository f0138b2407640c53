"""A centre comes back from its backup; the doctor finds what is wrong; a monitor sees counts."""

import os
import socket
import subprocess
import sys
import tarfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import msgspec
import pyrage
import pytest

from server.__main__ import main
from server.centre import Centre, mark, open_centre
from server.database import Work, newest_revision
from server.seals.seal import seal
from server.settings import Settings
from server.upkeep import doctor
from server.upkeep.backup import BackupError, back_up, new_key, newest, opened
from server.upkeep.restore import restore
from survey.local_time import local_date
from tests.kiosk_double import NOW_MS

SECRET, PUBLIC = new_key()


def with_key(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, backup_recipient=PUBLIC)


def count(centre: Centre) -> tuple[int, str]:
    with centre.engine.connect() as connection:
        work = Work(connection)
        rows = work.one("SELECT count(*) FROM ballots")
        return (rows[0] if rows else -1), mark(work).epoch


def test_a_centre_comes_back_from_its_backup_under_a_new_epoch(centre, kiosk, tmp_path: Path):
    kiosk.send([kiosk.cast() for _ in range(7)])
    ballots, epoch = count(centre)
    assert ballots == 7
    settings = with_key(centre.settings)
    path, about = back_up(settings, tmp_path / "elsewhere", NOW_MS)
    assert (about.ballots, about.epoch, about.revision) == (7, epoch, newest_revision())
    kiosk.send([kiosk.cast(), kiosk.cast()])
    sealing = centre.keys.sealing
    centre.close()
    with pytest.raises(BackupError, match="--replace"):
        restore(settings, path, SECRET, NOW_MS + 1000, replaces=False)
    done = restore(settings, path, SECRET, NOW_MS + 1000, replaces=True)
    assert (done.found.ballots, done.found.faults) == (7, [])
    assert done.aside is not None
    assert {each.suffix for each in (done.aside / "keys").iterdir()} == {".key"}
    back = open_centre(settings, lambda: NOW_MS)
    ballots, new_epoch = count(back)
    assert (ballots, back.keys.sealing) == (7, sealing)
    assert new_epoch != epoch
    back.close()
    assert [each for each in Path(settings.data_dir).iterdir() if each.name.startswith(".backup-")] == []


def test_a_restore_says_aloud_that_it_lost_a_published_seal(centre, kiosk, clock, tmp_path: Path, capsys):
    kiosk.send([kiosk.cast() for _ in range(3)])
    seal(centre, local_date(NOW_MS), "test")
    settings = with_key(centre.settings)
    path, _ = back_up(settings, tmp_path / "elsewhere", NOW_MS)
    kiosk.send([kiosk.cast()])
    clock.now_ms += 1000
    seal(centre, local_date(NOW_MS), "test")
    centre.close()
    key = tmp_path / "key.txt"
    key.write_text(SECRET)
    file = tmp_path / "settings.toml"
    file.write_text(
        f'data_dir = "{settings.data_dir}"\ndatabase_url = "{settings.database_url}"\n'
        f'public_base = "{settings.public_base}"\n'
    )
    assert main(["--settings", str(file), "restore", str(path), "--key", str(key), "--replace"]) == 0
    told = capsys.readouterr().out
    assert "1 published seals are newer than this backup" in told
    assert main(["--settings", str(file), "verify"]) == 1
    assert "it has 4 ballots, this database only 3" in capsys.readouterr().out
    assert main(["--settings", str(file), "seal"]) == 1
    assert "--new-log" in capsys.readouterr().err
    found = next(one for one in doctor.examine(settings, NOW_MS) if one.name == "seals")
    assert found.outcome == "bad"


def test_a_backup_is_sealed_and_opens_with_its_own_key_only(centre, tmp_path: Path):
    path, _ = back_up(with_key(centre.settings), tmp_path, NOW_MS)
    raw = path.read_bytes()
    assert raw.startswith(b"age-encryption.org/v1")
    assert path.stat().st_mode & 0o777 == 0o600
    other, _ = new_key()
    with pytest.raises(BackupError, match="is this its key"), opened(path, other, tmp_path / "room"):
        pass
    path.write_bytes(raw[:-40])
    with pytest.raises(BackupError, match="is it whole"), opened(path, SECRET, tmp_path / "room"):
        pass


def test_without_a_key_no_backup_is_made_and_the_way_is_said(centre, tmp_path: Path):
    with pytest.raises(BackupError, match="backup-key"):
        back_up(centre.settings, tmp_path, NOW_MS)
    with pytest.raises(BackupError, match="no age1"):
        back_up(msgspec.structs.replace(centre.settings, backup_recipient="age1x"), tmp_path, NOW_MS)
    assert newest(tmp_path) is None


def test_a_member_that_points_outside_is_not_unpacked(tmp_path: Path):
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "about.json").write_text("{}")
    with tarfile.open(evil, "w:gz") as tar:
        tar.add(tmp_path / "about.json", "../../out.json")
    pyrage.encrypt_file(str(evil), str(tmp_path / "evil.age"), [pyrage.x25519.Recipient.from_str(PUBLIC)])
    with pytest.raises(BackupError, match="cannot be opened"), opened(tmp_path / "evil.age", SECRET, tmp_path / "room"):
        pass
    assert not (tmp_path / "out.json").exists()


def test_a_backup_of_the_other_database_is_refused_before_anything_is_touched(centre, tmp_path: Path):
    path, _ = back_up(with_key(centre.settings), tmp_path, NOW_MS)
    url = "postgresql+psycopg://nobody@127.0.0.1:9/none" if centre.engine.dialect.name == "sqlite" else ""
    other = Settings(data_dir=str(tmp_path / "new"), database_url=url)
    with pytest.raises(BackupError, match="set database_url to fit"):
        restore(other, path, SECRET, NOW_MS, replaces=False)
    assert not (tmp_path / "new" / "keys").exists()


def findings(settings: Settings, now_ms: int = NOW_MS) -> dict[str, doctor.Finding]:
    return {each.name: each for each in doctor.examine(settings, now_ms)}


def test_the_doctor_names_what_is_to_be_mended(centre):
    Path(centre.settings.data_dir).chmod(0o700)
    found = findings(centre.settings)
    assert {name for name, each in found.items() if each.outcome == "bad"} == {"address", "administrators", "backup"}
    assert all(each.fix for each in found.values() if each.outcome == "bad")
    assert found["keys"].outcome == found["audit log"].outcome == "good"


def test_the_doctor_sees_an_open_folder_a_lost_key_a_changed_log_and_an_old_backup(centre, tmp_path: Path):
    settings = msgspec.structs.replace(with_key(centre.settings), backup_dir=str(tmp_path / "b"))
    path, _ = back_up(settings, settings.backups, NOW_MS)
    os.utime(path, (NOW_MS / 1000 - 30 * 3600,) * 2)
    Path(settings.data_dir).chmod(0o755)
    (Path(settings.data_dir) / "keys" / "sealing.key").unlink()
    line = "INSERT INTO audit (at, actor, action, subject, previous, digest) VALUES (1, 'a', 'b', 'c', ?, ?)"
    centre.writer.run(lambda work: work.run(line, (b"x" * 32, b"y" * 32)))
    found = findings(settings)
    assert {each for each in ("folder", "keys", "audit log", "backup") if found[each].outcome != "bad"} == set()
    assert "30 hours" in found["backup"].words


def test_the_doctor_says_that_a_database_without_our_schema_needs_it(tmp_path: Path):
    found = findings(Settings(data_dir=str(tmp_path)))
    assert found["schema"].outcome == "bad"
    assert "migrate" in found["schema"].fix


def test_a_certificate_that_ends_soon_is_told():
    settings, now = Settings(public_base="https://ks.example.vn"), datetime(2026, 11, 22, tzinfo=UTC)
    soon, late = datetime(2026, 11, 30, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
    now_ms = round(now.timestamp() * 1000)
    assert doctor._certificate(settings, now_ms, lambda *_: soon).outcome == "bad"
    assert doctor._certificate(settings, now_ms, lambda *_: late).outcome == "good"
    assert doctor._certificate(Settings(public_base="https://127.0.0.1:9"), now_ms).outcome == "bad"


def test_the_command_line_backs_up_restores_and_examines(tmp_path: Path, capsys, monkeypatch):
    data = tmp_path / "centre"
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", str(data))
    assert main(["init"]) == main(["seed-demo"]) == main(["backup-key"]) == 0
    said = capsys.readouterr().out
    secret = next(line for line in said.splitlines() if line.startswith("AGE-SECRET-KEY-"))
    public = said.split('backup_recipient = "')[1].split('"')[0]
    monkeypatch.setenv("HAILONG_CENTRE_BACKUP_RECIPIENT", public)
    assert main(["backup"]) == 0
    (tmp_path / "key").write_text(f"# mine\n{secret}\n")
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", str(tmp_path / "new"))
    kept = str(newest(data / "backups"))
    assert main(["restore", kept, "--key", str(tmp_path / "key")]) == 0
    assert "a new epoch" in capsys.readouterr().out
    assert main(["doctor"]) == 1
    told = capsys.readouterr()
    assert "✓ keys" in told.out
    assert "to mend" in told.err


def test_a_monitor_on_this_machine_sees_counts_and_no_address(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        port, figures = one.getsockname()[1], two.getsockname()[1]
    told = {"DATA_DIR": str(tmp_path / "c"), "PORT": str(port), "METRICS_PORT": str(figures)}
    environment = {**os.environ, **{f"HAILONG_CENTRE_{name}": value for name, value in told.items()}}
    command = [sys.executable, "-m", "server"]
    for each in ("init", "seed-demo"):
        subprocess.run([*command, each], env=environment, check=True, stdout=subprocess.DEVNULL)
    serving = subprocess.Popen([*command, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert serving.stdout is not None
        assert serving.stdout.readline().startswith("serving")
        assert fetched(f"http://127.0.0.1:{port}/healthz") == "ok"
        fetched(f"http://127.0.0.1:{port}/dang-nhap?secret=TOKEN")
        said = fetched(f"http://127.0.0.1:{figures}/metrics")
    finally:
        serving.terminate()
        serving.wait(20)
    assert 'hailong_answers_total{method="GET",part="dang-nhap",status="200"} 1.0' in said
    assert 'hailong_kiosks{state="heard"} 0.0' in said
    assert "TOKEN" not in said


def fetched(url: str, at_most_s: float = 20.0) -> str:
    """Return a page, waiting until somebody answers."""
    until_s = time.monotonic() + at_most_s
    while True:
        try:
            return str(urlopen(url).read().decode())
        except OSError:
            assert time.monotonic() < until_s, url
            time.sleep(0.05)
