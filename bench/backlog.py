"""A year offline: 180,000 unsent ballots in the outbox, against an empty one; then the catch-up with a local centre."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.ballots import a_ballot
from bench.report import Figure
from demo.centre import REPOSITORY, Centre

BALLOTS = 180_000
CASTS = 40
CATCH_UP_S = 600.0


def child(*words: str) -> dict[str, float]:
    """Run this module's other side in a process of its own and return what it said."""
    env = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "PYTHONPATH": str(REPOSITORY), "GPIOZERO_PIN_FACTORY": "mock"}
    command = [sys.executable, "-m", "bench.backlog", *words]
    done = subprocess.run(command, env=env, cwd=REPOSITORY, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def fill(folder: Path, count: int) -> dict[str, float]:
    """Put this many unsent ballots into an outbox, chained as casting would, a thousand to a commit."""
    from appliance import identity
    from appliance.clock import boot_id
    from appliance.outbox import Outbox

    granted = identity.grant(folder)
    assert granted is not None
    outbox = Outbox(folder / "outbox.db", granted.device, boot_id())
    now_ms = time.time_ns() // 1_000_000
    previous = bytes.fromhex(outbox.head().link)
    from survey import chain

    for start in range(0, count, 1000):
        with outbox._writing():
            for seq in range(start + 1, min(start + 1000, count) + 1):
                ballot = a_ballot(granted.device, outbox.stream, seq, now_ms - (count - seq) * 170_000)
                outbox._append(ballot, previous)
                previous = chain.link(previous, seq, chain.leaf(ballot))
    outbox.close()
    return {"mb": (folder / "outbox.db").stat().st_size / 1e6}


def use(folder: Path) -> dict[str, float]:
    """Return seconds to the first picture and until the outbox is open, and milliseconds a cast takes, the median."""
    from appliance import __main__ as program
    from appliance.draft import Draft
    from bench.kiosk_child import hide_tools, local_settings

    hide_tools()
    from survey.ballot import Answer, Channel, Status

    began_s = time.perf_counter()
    kiosk = program.join(local_settings(folder))
    from demo.rig import Rig

    rig = Rig(kiosk.app, is_virtual=False)
    shown_s = time.perf_counter() - began_s
    rig.until(lambda: kiosk.store.clock is not None, 120)
    open_s = time.perf_counter() - began_s
    took_ms = []
    for _ in range(CASTS):
        draft = Draft(
            id=UUID(bytes=secrets.token_bytes(16)),
            questionnaire=kiosk.kiosk.questionnaire.ref,
            layout="l1-800x480",
            lang="vi",
            channel=Channel.BUTTON,
            status=Status.QUICK,
            answers={kiosk.kiosk.questionnaire.quick_question: Answer(4)},
        )
        took_ms.append(cast_ms(kiosk.store, draft))
    rig.close()
    kiosk.close()
    ordered = sorted(took_ms)
    return {"shown_s": shown_s, "open_s": open_s, "cast_ms": ordered[len(ordered) // 2]}


def cast_ms(store: Any, draft: Any) -> float:
    """Return the milliseconds from the wish to cast a draft to its code."""
    done: list[Any] = []
    began_s = time.perf_counter()
    store.cast(draft, done.append, done.append)
    while not done:
        time.sleep(0.0002)
    assert isinstance(done[0], str), done
    return 1000 * (time.perf_counter() - began_s)


def catch_up(centre: Centre, folder: Path) -> tuple[float, int]:
    """Let a kiosk's uploader send all it has; return seconds and how many the centre counted."""
    command = [sys.executable, "-m", "appliance.uploader", "--data", str(folder), "--centre", centre.url]
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    began_s = time.monotonic()
    process = subprocess.Popen(
        [*command, "--every", "300", "--at-once"], env=env, cwd=REPOSITORY,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    count = 0
    try:
        while count < BALLOTS and time.monotonic() < began_s + 2 * CATCH_UP_S:
            time.sleep(1.0)
            count = int(centre.rows("SELECT count(*) FROM ballots")[0][0])
    finally:
        process.terminate()
        process.wait(20)
    return time.monotonic() - began_s, count


def figures() -> list[Figure]:
    """Return the figures of a year offline."""
    from appliance.enrol import enrol
    from appliance.settings import PANELS, Settings

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        centre = Centre(folder / "centre").prepare().start()
        try:
            full, empty = folder / "full", folder / "empty"
            for each in (full, empty):
                local = Settings(data_dir=str(each), centre=centre.url, panel=PANELS["7in"], fullscreen=False)
                enrol(local, centre.code(centre.counter()))
            mb = child("fill", str(full), str(BALLOTS))["mb"]
            child("use", str(empty))
            bare, laden = child("use", str(empty)), child("use", str(full))
            took_s, count = catch_up(centre, full)
        finally:
            centre.stop()
    shown, cast = laden["shown_s"] / bare["shown_s"], laden["cast_ms"] / bare["cast_ms"]
    said = f"{BALLOTS:,} unsent ({mb:.0f} MB)"
    return [
        Figure(
            "idle screen with a year of unsent ballots",
            f"{shown:.2f} ×",
            "unchanged",
            shown <= 1.25,
            f"to the first picture, against an empty outbox, {said}; outbox open after {laden['open_s']:.1f} s",
        ),
        Figure(
            "cast with a year of unsent ballots",
            f"{cast:.2f} ×",
            "unchanged",
            cast <= 1.25,
            f"to the thank-you: {laden['cast_ms']:.1f} and {bare['cast_ms']:.1f} ms, durable",
        ),
        Figure(
            "catch-up of a year against a local centre",
            f"{took_s:.0f} s",
            "< 600 s",
            took_s < CATCH_UP_S and count >= BALLOTS,
            f"{count:,} counted, signed batches of 500, one after the other",
        ),
        Figure(
            "ballots to disk, one after the other",
            f"{1000 / bare['cast_ms']:.0f} a second",
            "(a person needs one in 10 s)",
            True,
            "each with its chain link and its own durable commit",
        ),
    ]


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        print(json.dumps(fill(Path(sys.argv[2]), int(sys.argv[3]))))
    elif sys.argv[1] == "use":
        print(json.dumps(use(Path(sys.argv[2]))))
