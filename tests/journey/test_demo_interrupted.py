"""The demo, interrupted: it ends at once, and nothing it has started outlives it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from demo.centre import REPOSITORY


def running(mark: str) -> list[str]:
    """Return the command lines of all processes that were started under a mark."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"HAILONG_MARK={mark}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    ("step", "started", "how"),
    [("[1/6]", "-m server", signal.SIGINT), ("opened in Chromium", "--remote-debugging", signal.SIGTERM)],
)
def test_an_interrupted_demo_leaves_nothing_running(
    tmp_path: Path, step: str, started: str, how: signal.Signals
) -> None:
    mark = uuid4().hex
    own = {
        "HAILONG_MARK": mark,
        "HAILONG_DEMO_FOLDER": str(tmp_path / "demo"),
        "PYTHONPATH": str(REPOSITORY),
        "SDL_VIDEODRIVER": "offscreen",
    }
    demo = subprocess.Popen(
        [sys.executable, "-m", "demo"], env={**os.environ, **own}, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    assert any(step in line for line in demo.stdout), "the demo ended before that step"
    until = time.monotonic() + 20
    while not any(started in command for command in running(mark)):
        assert time.monotonic() < until, f"no {started} within 20 s: {running(mark)}"
        time.sleep(0.05)
    demo.send_signal(how)
    said, _ = demo.communicate(timeout=30)
    assert demo.returncode == 130, said
    assert "nothing is left running" in said
    assert running(mark) == []
