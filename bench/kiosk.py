"""The kiosk against a bare Kivy window under the same settings: first frame, touch to next screen, idle CPU, memory."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.report import Figure
from demo.centre import REPOSITORY

TURNS = 7
CHILD = "bench.kiosk_child"


def child(what: str, folder: Path) -> dict[str, float]:
    """Run one measurement in a fresh process and return what it said."""
    env = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "PYTHONPATH": str(REPOSITORY), "GPIOZERO_PIN_FACTORY": "mock"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", CHILD, what, str(folder)]
    done = subprocess.run(command, env=env, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def figures() -> list[Figure]:
    """Return the kiosk's figures."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        child("prepare", folder)
        child("bare", folder), child("first", folder)  # both warm: bytecode written, files in memory
        pairs = [(child("first", folder)["first_s"], child("bare", folder)["first_s"]) for _ in range(TURNS)]
        ratio = statistics.median(ours / bare for ours, bare in pairs)
        ours_ms = 1000 * statistics.median(ours for ours, _ in pairs)
        bare_ms = 1000 * statistics.median(bare for _, bare in pairs)
        touch, at_30 = child("touch", folder), child("touch30", folder)
        press, press_30 = child("button", folder), child("button30", folder)
        idle = child("idle", folder)
        return [
            Figure(
                "first frame, against a bare Kivy label window",
                f"{ratio:.2f} ×",
                "≤ 1.2",
                ratio <= 1.2,
                f"CPU to first flip, median of {TURNS} pairs: {ours_ms:.0f} and {bare_ms:.0f} ms",
            ),
            Figure(
                "touch to next screen, p95 at 30 fps",
                f"{at_30['p95_ms']:.0f} ms",
                "≤ 40 ms",
                at_30["p95_ms"] <= 40,
                f"median {at_30['median_ms']:.0f} ms; {at_30['touches']:.0f} touches, real outbox, software GL",
            ),
            Figure(
                "the same at 60 fps, as shipped",
                f"{touch['p95_ms']:.0f} ms",
                "≤ 40 ms",
                touch["p95_ms"] <= 40,
                f"median {touch['median_ms']:.0f} ms",
            ),
            Figure(
                "button edge to next screen, p95 at 30 fps",
                f"{press_30['p95_ms']:.0f} ms",
                "≤ 40 ms",
                press_30["p95_ms"] <= 40,
                f"median {press_30['median_ms']:.0f} ms, {press_30['touches']:.0f} presses, a frame is 33 ms; the edge "
                "of a gpiozero mock pin comes from a thread",
            ),
            Figure(
                "the same at 60 fps, as shipped",
                f"{press['p95_ms']:.0f} ms",
                "≤ 40 ms",
                press["p95_ms"] <= 40,
                f"median {press['median_ms']:.0f} ms, a frame is 17 ms",
            ),
            Figure(
                "a press that wakes the still waiting screen, median",
                f"{press['waking_median_ms']:.0f} ms",
                "≤ 40 ms",
                press["waking_median_ms"] <= 40,
                f"p95 {press['waking_p95_ms']:.0f} ms of {press['waking_touches']:.0f}; the loop sleeps until the edge",
            ),
            Figure(
                "idle CPU on a still screen",
                f"{idle['cpu_percent']:.2f} %",
                "≤ 1 % of a core",
                idle["cpu_percent"] <= 1.0,
                f"{idle['seconds']:.0f} s, all threads of the window's process",
            ),
            Figure(
                "memory of the window's process",
                f"{idle['rss_mb']:.0f} MB",
                "≤ 175 MB",
                idle["rss_mb"] <= 175,
                "resident, software GL included",
            ),
        ]
