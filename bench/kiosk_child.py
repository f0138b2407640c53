"""One measurement of the kiosk in a process of its own: see the names at the end. Prints JSON."""

import json
import random
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from appliance.settings import PANELS, Settings

IDLE_S = 15.0
TOUCHES = 60
PRESSES = 40
UNANSWERED_S = 5.0
WAKINGS = 12
PINS = [5, 6, 13, 19, 26]


def hide_tools() -> None:
    """Hide what only the tests brought here: a kiosk has none of it, and a library that finds it loads it."""
    for name in ("numpy", "PIL", "typing_extensions"):
        sys.modules[name] = None  # type: ignore[assignment]


def local_settings(folder: Path) -> Settings:
    """Return settings of a 7-inch kiosk whose data lie in this folder."""
    return Settings(data_dir=str(folder), panel=PANELS["7in"], fullscreen=False, log_level="error")


def prepare(folder: Path) -> dict[str, float]:
    """Write the files of an enrolled kiosk, as the centre would have it."""
    from nacl.public import PrivateKey

    from appliance import identity, keys
    from survey import wire
    from survey.enrolment import Grant, KioskSettings, Place
    from survey.questionnaire import bundled

    name = {"vi": "UBND phường Minh Xuân", "en": "Minh Xuân ward"}
    grant = Grant(
        version=1, device="k-bench", centre_key=b"c" * 32, epoch="0" * 32, nonce="0" * 32, office=name, counter=name
    )
    kiosk = KioskSettings(
        version=1,
        etag="1",
        device="k-bench",
        office=Place("o", name),
        counter=Place("c", {"vi": "Quầy số 1", "en": "Counter 1"}),
        questionnaire=bundled(),
        public_base="HTTPS://KS.EXAMPLE.VN",
        qr_kiosk=7,
        qr_key=bytes(32),
        seal_key=bytes(PrivateKey.generate().public_key),
    )
    keys.device_key(folder)
    identity.save_grant(folder, grant)
    identity.save_kiosk_settings(folder, wire.encode(kiosk))
    return {}


def started_s() -> float:
    """Return the CPU seconds this process has used since it began: what a start costs, whatever else runs here."""
    return time.process_time()


def bare(folder: Path) -> dict[str, float]:
    """Return CPU seconds to the first flip of a window with one label, under the kiosk's own Kivy settings."""
    from appliance import window

    window.prepare(local_settings(folder), "offscreen")
    from kivy.app import App
    from kivy.base import EventLoop
    from kivy.core.window import Window
    from kivy.uix.label import Label

    class Bare(App):
        def build(self) -> Any:
            return Label(text="Mời Ông/Bà đánh giá sự phục vụ", font_size=40)

    return first_flip(Bare(), EventLoop, Window)


def first(folder: Path) -> dict[str, float]:
    """Return CPU seconds to the first flip of the whole kiosk, outbox opened and checked."""
    from appliance import __main__ as program

    kiosk = program.join(local_settings(folder))
    from kivy.base import EventLoop
    from kivy.core.window import Window

    said = first_flip(kiosk.app, EventLoop, Window)
    kiosk.close()
    return said


def first_flip(app: Any, loop: Any, window: Any) -> dict[str, float]:
    """Run an app to its first picture."""
    from kivy.graphics.opengl import glFinish

    flipped: list[float] = []

    def is_there(*_: Any) -> None:
        glFinish()  # with software GL a flip alone draws nothing: the picture has to be whole on both sides
        flipped.append(started_s())

    window.bind(on_flip=is_there)
    loop.quit = False
    loop.status = "started"
    app._run_prepare()
    while not flipped:
        loop.idle()
    return {"first_s": flipped[0]}


def joined(folder: Path, fps: int = 60, **more: Any) -> tuple[Any, Any]:
    """Return a kiosk and hands for it, in real time. more: fields of its settings."""
    from appliance import __main__ as program

    kiosk = program.join(replace(local_settings(folder), max_fps=fps, **more))
    from demo.rig import Rig

    return kiosk, Rig(kiosk.app, is_virtual=False)


def touch_at_30(folder: Path) -> dict[str, float]:
    """Return the same as `touch` with the loop held to 30 frames a second."""
    return touch(folder, 30)


def touch(folder: Path, fps: int = 60) -> dict[str, float]:
    """Return milliseconds from a tap, left in the provider's queue by a thread, to the flip of its answer.

    Alternately a face, whose answer is the face marked, and the way back, whose answer is the question before.
    """
    kiosk, rig = joined(folder, fps)
    from kivy.base import EventLoop
    from kivy.core.window import Window

    took_ms: list[float] = []
    flips: list[float] = []
    Window.bind(on_flip=lambda *_: flips.append(time.perf_counter()))
    rig.tap("start")
    rig.frames(30)
    chance = random.Random(1)
    while len(took_ms) < TOUCHES:
        for name in (f"level-{5 - len(took_ms) // 2 % 2}", "back"):
            rig.wait(0.6)
            place, before = rig.find(name).box.middle, kiosk.app.glass.shown
            touched: list[float] = []
            finger = threading.Timer(chance.random() * 0.1, lambda: touch_now(rig, place, touched))  # noqa: B023 ends below
            finger.start()
            while kiosk.app.glass.shown is before:
                EventLoop.idle()
            took_ms.append(1000 * (flips[-1] - touched[0]))
            finger.join()
    rig.wait(0.6)
    rig.tap("exit")
    rig.until(lambda: rig.screen == "thanks", 10)
    rig.close()
    kiosk.close()
    return spread(took_ms)


def button_at_30(folder: Path) -> dict[str, float]:
    """Return the same as `button` with the loop held to 30 frames a second."""
    return button(folder, 30)


def button(folder: Path, fps: int = 60) -> dict[str, float]:
    """Return milliseconds from a pin's edge, in a thread as lgpio's, to the flip of its answer; and of a waking press.

    Within a visit as `touch` does it: the answer is the face marked, and a touch leads back. Waking: the first press
    on the still waiting screen, whose loop sleeps; the answer is the quick grade received.
    """
    more = {"button_pins": PINS, "cooldown_s": 0.0}
    kiosk, rig = joined(folder, fps, **more)
    flips: list[float] = []
    from kivy.core.window import Window

    Window.bind(on_flip=lambda *_: flips.append(time.perf_counter()))
    rig.until(lambda: kiosk.buttons is not None and kiosk.store.clock is not None, 20)
    kiosk.app.kiosk = replace(kiosk.app.kiosk, thanks_s=3)
    rig.tap("start")
    rig.frames(30)
    chance = random.Random(1)
    took_ms: list[float] = []
    while len(took_ms) < PRESSES:
        took_ms.append(edge_to_flip(kiosk, len(took_ms) % 2, chance, flips))
        rig.wait(0.6)
        rig.tap("back")
        rig.wait(0.6)  # a press straight after a touch is locked out
    rig.tap("exit")
    rig.until(lambda: rig.screen == "thanks", 10)
    rig.tap("done")
    woken_ms: list[float] = []
    while len(woken_ms) < WAKINGS:
        rig.wait(1.0)
        woken_ms.append(edge_to_flip(kiosk, len(woken_ms) % 2, chance, flips))
        rig.until(lambda: rig.has("done"), 10)
        rig.tap("done")
        rig.until(lambda: rig.screen in {"thanks", "idle"}, 10)
        if rig.screen == "thanks":
            rig.tap("done")
    rig.close()
    kiosk.close()
    return {**spread(took_ms), **{f"waking_{name}": value for name, value in spread(woken_ms).items()}}


def edge_to_flip(kiosk: Any, which: int, chance: random.Random, flips: list[float]) -> float:
    """Press one button from a thread at any phase of the loop; return milliseconds to the flip of another frame."""
    from gpiozero import Device
    from kivy.base import EventLoop

    pin, before, edges = Device.pin_factory.pin(PINS[which]), kiosk.app.glass.shown, []

    def press() -> None:
        edges.append(time.perf_counter())
        pin.drive_low()

    finger = threading.Timer(chance.random() * 0.1, press)
    finger.start()
    while kiosk.app.glass.shown is before or not edges or flips[-1] < edges[0]:
        EventLoop.idle()
        assert not edges or time.perf_counter() - edges[0] < UNANSWERED_S, "a press was not answered"
    took_ms = 1000 * (flips[-1] - edges[0])
    finger.join()
    lifting = threading.Thread(target=pin.drive_high)
    lifting.start()
    lifting.join()
    return took_ms


def spread(took_ms: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and count."""
    ordered = sorted(took_ms)
    return {
        "median_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[int(0.95 * len(ordered))],
        "touches": float(len(ordered)),
    }


def restart(folder: Path) -> dict[str, float]:
    """Start as `python -m appliance run` does; say `first` at the first picture and `ready` once a ballot can be cast.

    The uploader is started as there.
    """
    from appliance import __main__ as program
    from appliance import overrides

    changes, _ = overrides.read_overrides(folder)
    local = replace(local_settings(folder), centre="http://127.0.0.1:9", button_pins=PINS, log_level="critical")
    kiosk = program.join(overrides.overridden(local, changes))
    kiosk.uploads = []
    from kivy.base import EventLoop
    from kivy.core.window import Window

    first_flip(kiosk.app, EventLoop, Window)
    print("first", flush=True)
    while kiosk.store.clock is None or kiosk.keeper is None:
        EventLoop.idle()
    print("ready", flush=True)
    kiosk.close()
    return {}


def touch_now(rig: Any, place: tuple[float, float], touched: list[float]) -> None:
    """Leave a tap in the provider's queue, as the thread that reads the panel does, and say when."""
    touched.append(time.perf_counter())
    rig.tap_at(*place)


def idle(folder: Path) -> dict[str, float]:
    """Return CPU percent of a core on the still waiting screen, and the resident megabytes."""
    kiosk, rig = joined(folder)
    from kivy.base import EventLoop

    rig.wait(3.0)
    began_s, cpu_s = time.monotonic(), time.process_time()
    while time.monotonic() < began_s + IDLE_S:
        EventLoop.idle()
    seconds = time.monotonic() - began_s
    used_s = time.process_time() - cpu_s
    rig.close()
    kiosk.close()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "cpu_percent": 100 * used_s / seconds,
        "seconds": seconds,
        "rss_mb": pages * resource.getpagesize() / 1e6,
    }


if __name__ == "__main__":
    hide_tools()
    doing = {
        "prepare": prepare, "bare": bare, "first": first, "touch": touch, "touch30": touch_at_30, "idle": idle,
        "button": button, "button30": button_at_30, "restart": restart,
    }[sys.argv[1]]  # fmt: skip
    print(json.dumps(doing(Path(sys.argv[2]))))
