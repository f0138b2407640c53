"""Releases from the command line, as the program it is: keys once, the same bytes twice, plain errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.centre import REPOSITORY


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a passphrase and a library."""
    (tmp_path / "words").write_text("một cụm mật khẩu dài\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/third.py").write_text("X = 1\n")
    return tmp_path


def release(desk: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}
    command = [sys.executable, "-m", "provisioning", "release", *arguments]
    return subprocess.run(command, env=env, cwd=desk, capture_output=True, text=True, timeout=60)


def build(
    desk: Path, out: str, version: str = "1.1", counter: str = "2", *more: str
) -> subprocess.CompletedProcess[str]:
    return release(desk, "build", out, "--version", version, "--counter", counter, "--lib", "lib", *more)


def publish(desk: Path, built: str) -> subprocess.CompletedProcess[str]:
    return release(desk, "publish", "kho", "--from", built, "--keys", "khoa", "--passphrase-file", "words")


def made(desk: Path) -> None:
    assert release(desk, "keys", "khoa", "--passphrase-file", "words").returncode == 0


def test_the_whole_way_from_keys_to_a_stick(desk: Path) -> None:
    made(desk)
    assert build(desk, "ban").returncode == 0
    assert "✓ Đã ký 1.1 (số 2)" in publish(desk, "ban").stdout
    assert "không có gì mới" in publish(desk, "ban").stdout
    assert "1.1" in release(desk, "look", "kho").stdout
    (desk / "usb").mkdir()
    assert release(desk, "stick", "kho", "--to", "usb").returncode == 0
    written = {path.relative_to(desk / "usb/hailong-updates") for path in (desk / "usb").rglob("*") if path.is_file()}
    assert written == {path.relative_to(desk / "kho") for path in (desk / "kho").rglob("*") if path.is_file()}


def test_the_same_sources_give_the_same_bytes(desk: Path) -> None:
    build(desk, "mot")
    build(desk, "hai")
    names = sorted(path.name for path in (desk / "mot").iterdir())
    assert len(names) == 3
    assert [(desk / "mot" / name).read_bytes() == (desk / "hai" / name).read_bytes() for name in names] == [True] * 3


def test_a_release_holds_our_packages_and_nothing_else_of_the_checkout(desk: Path) -> None:
    build(desk, "ban")
    (path,) = (desk / "ban").glob("release-*.json")
    held = json.loads(path.read_text())["files"]
    assert {"/".join(name.split("/")[:2]) for name in held} == {
        "app/appliance", "app/survey", "app/launcher", "lib/third.py"
    }  # fmt: skip
    assert not [name for name in held if "__pycache__" in name or name.endswith(".pyc")]


def test_a_factory_slot_carries_its_trust_anchor(desk: Path) -> None:
    made(desk)
    done = release(desk, "factory", "goc", "--version", "1.0", "--counter", "1", "--keys", "khoa", "--lib", "lib")
    assert done.returncode == 0, done.stderr
    assert (desk / "goc/root.json").read_bytes() == (desk / "khoa/1.root.json").read_bytes()
    assert (desk / "goc/app/appliance/__main__.py").exists()


def test_private_keys_are_for_their_owner_and_the_offline_ones_sealed(desk: Path) -> None:
    made(desk)
    for role in ("root", "targets", "snapshot", "timestamp"):
        path = desk / f"khoa/{role}.pem"
        assert path.stat().st_mode & 0o077 == 0
        assert (b"ENCRYPTED" in path.read_bytes()) == (role in {"root", "targets"})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("keys", "khoa", "--passphrase-file", "words"), "không bao giờ bị ghi đè"),
        (("keys", "moi", "--passphrase-file", "lib/third.py"), "quá ngắn"),
        (("keys", "moi"), "--passphrase-file"),
        (("build", "ban", "--version", "1 1", "--counter", "3", "--lib", "lib"), "không hợp lệ"),
        (("build", "khac", "--version", "1.1", "--counter", "3", "--lib", "usb"), "trống"),
        (("publish", "kho", "--from", "usb", "--keys", "khoa", "--passphrase-file", "words"), "không có bản"),
        (("publish", "kho", "--from", "cu", "--keys", "khoa", "--passphrase-file", "words"), "--counter 3"),
        (("stick", "kho", "--to", "khong-co"), "Không thấy USB"),
        (("refresh", "usb", "--keys", "khoa"), "chưa có bản"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(desk: Path, arguments: tuple[str, ...], words: str) -> None:
    made(desk)
    (desk / "usb").mkdir()
    build(desk, "ban-1")
    publish(desk, "ban-1")
    build(desk, "cu", "1.0", "1")
    done = release(desk, *arguments)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert words in done.stderr


def test_a_dry_run_writes_nothing(desk: Path) -> None:
    done = build(desk, "ban", "1.1", "2", "--dry-run")
    assert "chưa làm gì" in done.stdout
    assert not (desk / "ban").exists()
