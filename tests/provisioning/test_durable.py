"""What the desk writes onto cards and sticks is there once it is said to be, whole or as before."""

import os
from pathlib import Path

import pytest

from provisioning.durable import put


def test_a_file_is_synced_before_and_after_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, sync = [], os.fsync
    at = tmp_path / "kiosk.toml"

    def synced(handle: int) -> None:
        seen.append((os.fstat(handle).st_ino, at.exists()))
        sync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    put(at, b"rotation = 0\n", 0o600)
    number = at.stat().st_ino
    assert seen == [(number, False), (number, True)]
    assert (at.read_bytes(), at.stat().st_mode & 0o777) == (b"rotation = 0\n", 0o600)


def test_a_disk_that_is_full_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = tmp_path / "a"
    put(at, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(at, b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a", b"old")]
