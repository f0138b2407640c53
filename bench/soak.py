"""Thousands of visits on one real window in virtual time: resident memory after 400, 2,000 and, if asked for, 10,000.

What is freed leaves gaps of a megabyte or two, now more, now fewer: a mark is the median after each of the last twenty
visits.
`python -m bench.soak [VISITS]`; a visit answers nine questions with low grades, reasons and a comment among them, every
third ends half-way by time-out, every fifth comes by button. The outbox is a real file; settled ballots leave it.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from statistics import median
from typing import Any

from msgspec.structs import replace

from appliance.settings import Panel
from bench import kiosk_child

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
SMALL = Panel(400, 240, 154.1, 85.9)
"""Half the pixels each way: what grows from visit to visit does not depend on them, and software GL paints faster."""
MARKS = (1, 20, 40, 60, 100, 200, 400, 1_000, 2_000, 5_000, 10_000)
COMMENTS = ("cho lau", "can bo nhiet tinh", "thu tuc nhanh gon", "khong co cho de xe")


def rss_mb() -> float:
    """Return this process's resident megabytes now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def visit(rig: Any, n: int, chance: random.Random) -> None:
    """Play one visit to its end, back to the waiting screen."""
    if n % 5 == 4:
        rig.app.pressed(chance.randint(1, 5))
        rig.wait(0.5)
        rig.wait(9.0, 0.5)
        finish(rig)
        return
    rig.tap("start")
    while rig.screen != "thanks":
        if n % 3 == 2 and chance.random() < 0.15:
            rig.wait(70.0, 1.0)
            break
        step(rig, n, chance)
    finish(rig)


def step(rig: Any, n: int, chance: random.Random) -> None:
    """Do on this screen what people do."""
    if rig.screen == "question":
        rig.tap(f"level-{chance.choice((1, 2, 3, 4, 4, 5, 5, 5))}")
    elif rig.screen == "reasons":
        chips = [name for name in rig.targets() if name.startswith("reason-")]
        rig.tap(chance.choice(chips))
        rig.tap("next")
    elif rig.screen == "comment":
        if rig.view.text == "" and chance.random() < 0.5:
            rig.type_keys(COMMENTS[n % len(COMMENTS)])
        rig.tap("next" if rig.has("next") else "skip")
    elif rig.screen == "contact":
        rig.tap("refuse")
    else:
        rig.wait(0.3)


def finish(rig: Any) -> None:
    """Wait for the thanks, touch them away, and for the waiting screen."""
    rig.until(lambda: rig.screen in {"thanks", "idle"}, 20)
    if rig.screen == "thanks":
        rig.tap("done")
    rig.until(lambda: rig.screen == "idle", 20)
    rig.wait(6.0, 1.0)


def soak(visits: int) -> dict[str, Any]:
    """Return resident MB by number of visits, and CPU seconds a visit."""
    kiosk_child.hide_tools()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run(
            [sys.executable, "-m", "bench.kiosk_child", "prepare", str(folder)], check=True, capture_output=True
        )
        from appliance import __main__ as program

        kiosk = program.join(replace(kiosk_child.local_settings(folder), panel=SMALL))
        from demo.rig import Rig

        rig = Rig(kiosk.app)
        rig.step_s = 0.45
        rig.until(lambda: kiosk.store.clock is not None, 20)
        chance, marks, began_s = random.Random(1), {0: round(rss_mb(), 1)}, time.process_time()
        newest: deque[float] = deque(maxlen=20)
        for n in range(1, visits + 1):
            visit(rig, n, chance)
            newest.append(rss_mb())
            if n in MARKS:
                marks[n] = round(median(newest), 1)
                print(json.dumps({"visits": n, "rss_mb": marks[n], "casts": kiosk.store.casts}), flush=True)
        spent_s = (time.process_time() - began_s) / visits
        rig.close()
        kiosk.close()
    return {"rss_mb": marks, "cpu_s_a_visit": round(spent_s, 3)}


if __name__ == "__main__":
    print(json.dumps(soak(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)))
