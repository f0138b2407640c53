"""How a start fails: one line, one exit code, nothing else; run as the program it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.centre import REPOSITORY


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "appliance", *arguments],
        env={**env, "PYTHONPATH": str(REPOSITORY), **environment},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


@pytest.mark.skipif(any(Path("/dev/dri").glob("card*")), reason="this machine has a graphics card to draw on")
def test_without_a_display_it_says_so_and_never_runs_unseen(tmp_path: Path) -> None:
    done = started(HAILONG_DATA_DIR=str(tmp_path))
    assert done.returncode == 3
    assert "no display" in one_line(done)


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "hailong.toml"
    broken.write_text("panel = [")
    done = started("--settings", str(broken))
    assert done.returncode == 2
    assert str(broken) in one_line(done)


def test_a_kiosk_that_is_not_enrolled_says_how(tmp_path: Path) -> None:
    done = started(HAILONG_DATA_DIR=str(tmp_path), SDL_VIDEODRIVER="offscreen")
    assert done.returncode == 4
    assert "appliance enrol --centre URL --code CODE" in one_line(done)


def test_enrolment_without_a_centre_or_with_one_that_is_down_says_so(tmp_path: Path) -> None:
    done = started("enrol", "--code", "HL-AAAA-BBBB", HAILONG_DATA_DIR=str(tmp_path))
    assert (done.returncode, "--centre" in one_line(done)) == (2, True)
    done = started("enrol", "--code", "HL-AAAA-BBBB", "--centre", "http://127.0.0.1:9", HAILONG_DATA_DIR=str(tmp_path))
    assert (done.returncode, "cannot be reached" in one_line(done)) == (4, True)
