"""The first boot's window: the technician's own list on the glass, one button; it decides nothing."""

import logging
import threading
import time
from collections import deque
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from appliance.firstboot import progress as progresses
from appliance.firstboot.progress import Progress
from appliance.firstboot.work import Work
from appliance.screens import pairing, technician, theme
from appliance.screens.glass import Glass, sizes_of
from appliance.screens.theme import rgb
from appliance.settings import Settings
from appliance.watchdog import every_s, supervisor

log = logging.getLogger(__name__)

TICK_S = 0.5


class FirstBoot(App):
    """Shows a first boot until it is done; frames: pictures flipped so far; wants_trial: its acceptance test next."""

    use_kivy_settings = False

    def __init__(self, local: Settings) -> None:
        super().__init__()
        self.local, self.frames, self.is_done, self.wants_trial = local, 0, False, False
        self.progress = Progress(since_s=time.monotonic())
        self._news: deque[Progress] = deque(maxlen=1)
        self.work = Work(local, self._news.append)
        self._ended = threading.Event()

    def build(self) -> Glass:
        """Return the root widget."""
        technician.join()
        pairing.join()
        Window.clearcolor = (*rgb(theme.PAPER), 1)
        self.glass = Glass(sizes_of(self.local), self.touched, lambda: None)
        self.show()
        return self.glass

    def on_start(self) -> None:
        """Begin the work, and tell the supervisor of life."""
        Window.bind(on_flip=self._flipped)
        Clock.schedule_interval(self.tick, TICK_S)
        self.work.start()
        tell = supervisor()
        if tell is not None:
            threading.Thread(target=self._live, args=(tell,), name="watchdog", daemon=True).start()

    def on_stop(self) -> None:
        """End the work."""
        self._ended.set()
        self.work.close()
        Window.unbind(on_flip=self._flipped)

    def open_settings(self, *args: Any) -> bool:
        """Return False: there is no settings panel, whatever key asks for it."""
        return False

    def tick(self, _: float = 0.0) -> None:
        """Take the news, and a moment that passed."""
        while self._news:
            self.progress = self._news.popleft()
        if progresses.is_over(self.progress, time.monotonic()):
            self.leave()
        self.show()

    def touched(self, name: str) -> None:
        """Take a touch."""
        if name in {"begin", "trial"}:
            self.wants_trial = name == "trial"
            self.leave()
        elif name in {"pair", "again"}:
            self.work.pair()

    def leave(self) -> None:
        """The survey begins."""
        if not self.is_done:
            self.is_done = True
            self.stop()

    def show(self) -> None:
        """Bring the glass up to date."""
        self.glass.show(progresses.frame(self.progress, time.monotonic()))

    def _flipped(self, *_: Any) -> None:
        self.frames += 1
        if self.frames == 1:
            log.info("first boot: first picture")

    def _live(self, tell: Any) -> None:
        """Tell the supervisor while pictures are drawn."""
        seen, is_ready = 0, False
        while not self._ended.wait(min(every_s(), 5.0)):
            Clock.schedule_once(lambda _: Window.canvas.ask_update(), 0)
            if self.frames > seen:
                tell("WATCHDOG=1" if is_ready else "READY=1\nWATCHDOG=1")
                is_ready = True
            seen = self.frames


def run(local: Settings) -> FirstBoot:
    """Show a first boot until the kiosk is enrolled; returns it as it ended."""
    first = FirstBoot(local)
    first.run()
    return first
