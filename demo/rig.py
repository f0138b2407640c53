"""Drives a real KioskApp by real touches through Kivy's own input path, offscreen or on a desk, in either kind of time.

Call appliance.window.prepare before importing this.

>>> rig = Rig(app)                     # doctest: +SKIP
>>> rig.tap("start"); rig.tap("level-5"); rig.shot("question.png")     # doctest: +SKIP
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glFinish, glReadPixels
from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider

from appliance.app import KioskApp
from appliance.screens.parts import Target, Words
from appliance.waking import Queue

REAL_TIME: Any = Clock.time
REAL_FPS: Any = Clock._max_fps
"""The loop's own, kept before any rig changed them: two rigs may be closed in any order."""
SETTLE_S = 0.45
"""After a tap: the lock-out and the pause on a chosen face are over."""


class Touch(MotionEvent):
    """One finger."""

    def __init__(self, number: int, x: float, y: float) -> None:
        """x, y: window pixels."""
        place = {"sx": x / (Window.width - 1.0), "sy": y / (Window.height - 1.0)}
        super().__init__("rig", number, place, is_touch=True, type_id="touch")

    def depack(self, args: dict[str, float]) -> None:
        """Take a place."""
        self.profile = ["pos"]
        self.sx, self.sy = args["sx"], args["sy"]
        super().depack(args)


class Finger(MotionEventProvider):
    """An input provider whose touches come from a script."""

    def __init__(self) -> None:
        """Wait for touches."""
        super().__init__("rig", "")
        self.waiting = Queue()
        self.count = 0

    def update(self, dispatch_fn: Callable[[str, Touch], None]) -> None:
        """Give Kivy what has happened since its last frame."""
        while self.waiting:
            dispatch_fn(*self.waiting.popleft())


class Rig:
    """Hands and eyes for one app; `close` it before the next."""

    def __init__(self, app: KioskApp, *, is_virtual: bool = True) -> None:
        """is_virtual: time passes only as the rig lets it, frame by frame; else it is the clock's own."""
        self.app, self.is_virtual, self.step_s = app, is_virtual, 0.05
        self.clock: Any = Clock
        self._real_time, self._real_fps = REAL_TIME, REAL_FPS
        self._real_monotonic = app.monotonic
        if is_virtual:
            self.now = max(self.clock.time(), self.clock._last_tick)
            self.clock.time = lambda: self.now
            self.clock._max_fps = 0
            app.monotonic = lambda: self.now
            if app.buttons is not None:
                app.buttons.monotonic = app.monotonic
        self.finger = Finger()
        EventLoop.quit = False
        EventLoop.status = "started"
        app._run_prepare()
        EventLoop.add_input_provider(self.finger)
        self.frames(3)

    # ---- time

    def frames(self, count: int = 1) -> None:
        """Draw this many frames, a 30th of a second apart."""
        for _ in range(count):
            if self.is_virtual:
                self.now += 1 / 30
            self._frame()
            if self.is_virtual:
                glFinish()  # no time passes between pictures: unfinished ones would pile up in the driver

    def _frame(self) -> None:
        """One turn of Kivy's loop, faults dealt with as there."""
        try:
            EventLoop.idle()
        except Exception as fault:
            if ExceptionManager.handle_exception(fault) == ExceptionManager.RAISE:
                raise

    def wait(self, seconds: float, step_s: float | None = None) -> None:
        """Let time pass. step_s: of virtual time, None for the rig's own."""
        step_s = step_s or self.step_s
        if not self.is_virtual:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                self._frame()
            return
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.now = min(end, self.now + step_s)
            self._frame()
            glFinish()

    def until(self, fact: Callable[[], bool], at_most_s: float = 5.0) -> None:
        """Draw frames until a fact holds that another thread brings about. Raises TimeoutError after real seconds."""
        end = time.monotonic() + at_most_s
        while not fact():
            if time.monotonic() > end:
                raise TimeoutError(f"not within {at_most_s} s; the screen is {self.screen}")
            time.sleep(0.002)
            self.frames(1)

    # ---- hands

    def down(self, name: str) -> Touch:
        """Put a finger on the middle of a target and leave it there."""
        return self.down_at(*self.find(name).box.middle)

    def down_at(self, x: float, y: float) -> Touch:
        """Put a finger on a place of the glass, in pixels."""
        self.finger.count += 1
        touch = Touch(self.finger.count, x, y)
        self.finger.waiting.append(("begin", touch))
        self.frames(1)
        return touch

    def up(self, touch: Touch) -> None:
        """Lift a finger."""
        self.finger.waiting.append(("end", touch))
        self.frames(1)

    def tap_at(self, x: float, y: float) -> None:
        """Put a finger on a place and lift it; it waits in the provider's queue for the next frame."""
        self.finger.count += 1
        touch = Touch(self.finger.count, x, y)
        self.finger.waiting.append(("begin", touch))
        self.finger.waiting.append(("end", touch))

    def tap(self, name: str, settle_s: float = SETTLE_S) -> None:
        """Touch a target by its name, then let the screen settle. Raises LookupError naming what is there."""
        self.up(self.down(name))
        self.wait(settle_s)

    def type_keys(self, keys: str, settle_s: float = 0.0) -> None:
        """Type on the kiosk's keyboard or phone pad, as keystrokes: Telex for Vietnamese; capitals through shift."""
        for key in keys:
            self._type(key)
            self.wait(settle_s)

    def _type(self, key: str) -> None:
        if self.screen == "phone":
            self.tap("digit-plus" if key == "+" else f"digit-{key}", 0)
            return
        name = "key-space" if key == " " else f"key-{key.lower()}"
        if key.isupper():
            self.tap("key-upper", 0)
        if self.has(name):
            self.tap(name, 0)
        else:
            self.tap("key-symbols", 0)
            self.tap(name, 0)
            self.tap("key-lower", 0)

    # ---- eyes

    @property
    def screen(self) -> str:
        """The name of the screen on the glass; `+still_there` while that question lies over it."""
        frame = self.app.glass.shown
        return frame.name if frame.still_there is None else f"{frame.name}+still_there"

    @property
    def view(self) -> Any:
        """The value the screen shows."""
        return self.app.glass.shown.screen

    def targets(self) -> dict[str, Target]:
        """Return what can be touched now, by name."""
        glass = self.app.glass
        over = glass.overlay if glass.overlay is not None and glass.overlay.parent is not None else glass
        return {widget.name: widget for widget in over.walk() if isinstance(widget, Target)}

    def has(self, name: str) -> bool:
        """Return whether a target of that name is on the glass."""
        return name in self.targets()

    def find(self, name: str) -> Target:
        """Return a target. Raises LookupError naming what is there."""
        targets = self.targets()
        if name not in targets:
            raise LookupError(f"no {name!r} on the {self.screen} screen; there is {', '.join(targets)}")
        return targets[name]

    def words(self) -> list[Words]:
        """Return every text on the glass."""
        return [widget for widget in self.app.glass.walk() if isinstance(widget, Words) and widget.text]

    def picture(self) -> tuple[bytes, int, int]:
        """Return the glass as RGB bytes, lowest row first, with width and height."""
        Window.canvas.ask_update()
        self.frames(2)
        w, h = map(int, Window.size)
        return bytes(glReadPixels(0, 0, w, h, GL_RGB, GL_UNSIGNED_BYTE)), w, h

    def pixel(self, x: float, y: float) -> tuple[int, int, int]:
        """Return one pixel's colour, y upwards."""
        data, w, _ = self.picture()
        spot = (int(y) * w + int(x)) * 3
        return data[spot], data[spot + 1], data[spot + 2]

    def shot(self, path: Path | str) -> Path:
        """Write the glass to a PNG file and return its path."""
        data, w, h = self.picture()
        Window._win.save_bytes_in_png(str(path), data, w, h)
        return Path(path)

    def close(self) -> None:
        """Take the app off the window and give time back."""
        EventLoop.remove_input_provider(self.finger)
        self.app.dispatch("on_stop")
        for child in Window.children[:]:
            Window.remove_widget(child)
        for event in self.clock.get_events():
            event.cancel()
        if self.is_virtual:
            self.clock.time, self.clock._max_fps = self._real_time, self._real_fps
            self.clock._last_tick = min(self.clock._last_tick, self.clock.time())
