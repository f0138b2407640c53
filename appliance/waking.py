"""Lets other threads wake Kivy's loop: a touch or a press is drawn at once, however seldom the loop turns by itself.

Kivy's own interrupting clock turns hundreds of times a second on a still screen; this one sleeps until its next turn
or until it is woken.
"""

import threading
from collections import deque
from collections.abc import Callable
from time import sleep
from typing import Any, Final

from kivy.clock import Clock

LEAST_S: Final = 0.008
"""Turns are at least this far apart: a finger that slides says so a hundred times a second."""

_woken = threading.Event()


def wake() -> None:
    """Have the loop take its next turn now; from any thread."""
    _woken.set()


def install(clock: Any = Clock) -> None:
    """Make the loop's sleep one that `wake` ends; a loop without a rate of its own never sleeps, as before."""

    def idle() -> float:
        if clock._max_fps > 0:
            _sleep_until(clock._last_tick + 1 / clock._max_fps, clock._last_tick + LEAST_S, clock.time)
        now_s = float(clock.time())
        clock._dt, clock._last_tick = now_s - clock._last_tick, now_s
        return now_s

    clock.idle = idle


def _sleep_until(due_s: float, least_s: float, time_s: Callable[[], float]) -> None:
    left_s = due_s - time_s()
    is_woken = left_s > 0 and _woken.wait(left_s)
    _woken.clear()  # before the queues are read: who comes later wakes the turn after
    if is_woken and (early_s := least_s - time_s()) > 0:
        sleep(early_s)


class Queue(deque[Any]):
    """What an input thread leaves for the loop; leaving something wakes it."""

    def append(self, item: Any) -> None:
        """Leave something, then wake the loop."""
        super().append(item)
        wake()


def register_touch() -> None:
    """Have Kivy's mtdev provider wake the loop. Call before the window is made; needs libmtdev."""
    from kivy.input.factory import MotionEventFactory  # with a desktop's mouse none of it is there
    from kivy.input.providers.mtdev import MTDMotionEventProvider

    class WakingTouch(MTDMotionEventProvider):  # type: ignore[misc]
        """Touches of a panel, read by a thread."""

        def start(self) -> None:
            """Begin to read."""
            if self.input_fn is None:
                return
            self.uid, self.queue = 0, Queue()
            reading = {"queue": self.queue, "input_fn": self.input_fn}
            reading |= {"device": self.device, "default_ranges": self.default_ranges}
            self.thread = threading.Thread(target=self._thread_run, kwargs=reading, name="touch", daemon=True)
            self.thread.start()

    MotionEventFactory.register("mtdev", WakingTouch)
