"""`make demo`: a centre, a kiosk enrolled there, the real window; a person at it, or a scripted respondent unseen."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from demo.centre import REPOSITORY, Centre, end_with_parent, free_port

FOLDER: Final = Path(os.environ.get("HAILONG_DEMO_FOLDER", REPOSITORY / "demo-run")).absolute()
PINS: Final = [5, 6, 13, 19, 26]
ADMIN: Final = "quantri"
WANTED_PORT: Final = 8123


def say(step: str, words: str) -> None:
    """Print one step."""
    print(f"\033[1m[{step}]\033[0m {words}")


def port(ends: ExitStack) -> int:
    """Return the port people expect, or a free one if something else has it, or another demo that is only starting."""
    claim = ends.enter_context(socket.socket(socket.AF_UNIX))
    try:
        claim.bind("\0hailong-demo")  # no file: the kernel forgets it with this process
        with socket.create_server(("127.0.0.1", WANTED_PORT)):
            return WANTED_PORT
    except OSError:
        return free_port()


def begin(ends: ExitStack) -> Centre:
    """Make everything anew: folder, centre, sample province."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "pictures").mkdir(parents=True)
    say("1/6", "the centre: keys, schema, a sample province (26 agencies, communes, counters)")
    centre = Centre(FOLDER / "centre", port(ends), {"HAILONG_CENTRE_MIN_CELL": "1"})
    ends.callback(centre.stop)
    centre.prepare().start()
    print(f"      {centre.url}  account {ADMIN}, one-time password {centre.password}")
    return centre


def enrol(centre: Centre) -> None:
    """Enrol the kiosk over HTTP with a one-time code."""
    from appliance import enrol as enrolment

    local = kiosk_settings(centre, is_seen=False)
    counter = centre.counter()
    device = enrolment.enrol(local, centre.code(counter))
    say("2/6", f"the kiosk: enrolled over HTTP as {device} at counter {counter}")


def kiosk_settings(centre: Centre, *, is_seen: bool):  # type: ignore[no-untyped-def]
    """Return this machine's settings: a 10-inch panel; pins only where nobody sees (a desk has keys)."""
    from appliance.settings import PANELS, Settings

    return Settings(
        data_dir=str(FOLDER / "kiosk"),
        centre=centre.url,
        panel=PANELS["10in"],
        fullscreen=False,
        button_pins=[] if is_seen else PINS,
        upload_every_s=5.0,
        log_level="warning",
    )


def seen(centre: Centre, ends: ExitStack) -> int:
    """Open the kiosk's window for a person and wait until it is closed."""
    say("3/6", "the kiosk's window opens: the mouse is a finger, the keys 1–5 are the five buttons")
    print(f"      Rate, then look: {centre.url}/ket-qua  ({ADMIN} / {centre.password})")
    print("      Close the window, or press Ctrl-C here, to end.")
    settings = FOLDER / "kiosk.toml"
    settings.write_text(
        f'data_dir = "{FOLDER / "kiosk"}"\ncentre = "{centre.url}"\npanel = "10in"\nfullscreen = false\n'
        'upload_every_s = 5.0\nlog_level = "warning"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "appliance", "--settings", str(settings), "run", "--at-once"]
    process = subprocess.Popen(
        command, start_new_session=True, preexec_fn=end_with_parent
    )  # Ctrl-C is for this process, which passes it on once
    ends.callback(end, process)
    code = process.wait()
    n = centre.rows("SELECT coalesce(sum(n), 0) FROM rollup_ballots")[0][0]
    say("6/6", f"ballots counted at the centre: {n}; everything is in {FOLDER}")
    return code


def end(process: subprocess.Popen[bytes]) -> None:
    """See that a process has ended, and what it started with it."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def unseen(centre: Centre, ends: ExitStack) -> int:
    """Draw on SDL's offscreen driver and let scripted people use it all; return 0 if every ballot arrived."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    from appliance import __main__ as program
    from appliance.keeper import Keeper, command

    pictures = FOLDER / "pictures"
    local = kiosk_settings(centre, is_seen=False)
    uploader = Keeper(command(local, ["--at-once"]), FOLDER / "kiosk" / "uploader.log", time.monotonic)
    uploader.start()
    ends.callback(uploader.end)
    wait_for(lambda: (FOLDER / "kiosk" / "link.json").exists(), "the first heartbeat")
    kiosk = program.join(local)
    ends.callback(kiosk.close)
    say("3/6", "the kiosk's window: no screen here, so it draws unseen (real GL); a script touches it")
    walk(centre, kiosk, pictures)
    return report(centre, pictures)


def walk(centre: Centre, kiosk, pictures: Path) -> None:  # type: ignore[no-untyped-def]
    """Let the three respondents cast their ballots and wait until the centre has them."""
    from demo import people
    from demo.rig import Rig

    kiosk.look()
    rig = Rig(kiosk.app, is_virtual=False)
    try:
        rig.wait(0.5)
        code = people.by_touch(rig, pictures)
        print(f"      nine questions by touch, one low grade, reasons, a comment in Telex: mã phiếu {code}")
        rig.wait(kiosk.local.cooldown_s + 0.5)
        people.by_button(rig, PINS[0])
        print("      one press of a button (gpiozero mock pin): a quick ballot")
        rig.wait(0.5)
        url = people.read_qr(rig.shot(pictures / "1-idle.png"))
        print("      the QR on the kiosk's screen, read by a QR reader, opened in Chromium as a phone")
        people.by_phone(url, pictures)
        say("4/6", "waiting for the uploads")
        rig.until(lambda: ballots_at(centre) >= 3, 60)
    finally:
        rig.close()


def report(centre: Centre, pictures: Path) -> int:
    """Let the leader look; return 0 if page and workbook have all three ballots."""
    from demo import people

    say("5/6", "a leader signs in, sees today, fetches the month's workbook")
    workbook = FOLDER / "thang.xlsx"
    counted, rows = people.by_leader(centre.url, ADMIN, centre.password, pictures, workbook)
    lanes = centre.rows("SELECT channel, lane, status, sum(n) FROM rollup_ballots GROUP BY 1, 2, 3 ORDER BY 1")
    for channel, lane, status, n in lanes:
        print(f"      {n} ballot: {channel}, lane {lane}, {status}")
    print(centre.do("verify").strip().replace("\n", "\n      ").join(["      ", ""]))
    say("6/6", f"{counted} ballots on the results page, {rows} in the workbook")
    print(f"      pictures  {pictures}\n      workbook  {workbook}\n      the rest  {FOLDER}")
    return 0 if counted == rows == 3 else 1


def ballots_at(centre: Centre) -> int:
    """Return how many ballots the centre has stored."""
    return int(centre.rows("SELECT count(*) FROM ballots")[0][0])


def wait_for(fact, what: str, at_most_s: float = 30.0) -> None:  # type: ignore[no-untyped-def]
    """Wait for something another process brings about. Raises TimeoutError naming it."""
    until = time.monotonic() + at_most_s
    while not fact():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not come within {at_most_s:.0f} s; see the logs in {FOLDER}")
        time.sleep(0.1)


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by KeyboardInterrupt, and again each second: one raised inside a library's callback is lost."""
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    raise KeyboardInterrupt


def end_the_rest() -> None:
    """End what was being started when the interrupt came, before anyone held it."""
    for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
        os.waitpid(int(child), 0)


def main() -> int:
    """Run the demo; return 0 if it did all it says."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    for one in signals:
        signal.signal(one, stop)
    ends = ExitStack()
    try:
        centre = begin(ends)
        enrol(centre)
        has_screen = bool(os.environ.get("DISPLAY")) and os.environ.get("SDL_VIDEODRIVER") != "offscreen"
        code = seen(centre, ends) if has_screen else unseen(centre, ends)
    except KeyboardInterrupt:
        code = 130
    finally:
        for one in signals:
            signal.signal(one, signal.SIG_IGN)  # what is being ended is ended whole
        ends.close()
    if code == 130:
        end_the_rest()
        print("\nended; nothing is left running")
    return code


if __name__ == "__main__":
    sys.exit(main())
