"""The loop sleeps long and wakes at once: what another thread leaves is drawn before the loop's own next turn."""

import threading
import time
from itertools import pairwise

import pytest
from kivy.base import EventLoop
from kivy.clock import Clock

from appliance import waking
from demo.rig import Rig


@pytest.fixture
def slow(start):
    """A kiosk in real time whose loop turns once in two seconds by itself."""
    rig = start()
    rig.close()
    slow = Rig(rig.app, is_virtual=False)
    before, Clock._max_fps = Clock._max_fps, 0.5
    rig.app._show = lambda: None  # it would set the rate again
    yield slow
    Clock._max_fps = before
    slow.close()


def turn_s():
    began_s = time.monotonic()
    EventLoop.idle()
    return time.monotonic() - began_s


def test_a_loop_nobody_wakes_sleeps_until_its_turn(slow):
    turn_s()
    assert turn_s() > 1.0


def test_a_touch_from_another_thread_ends_the_sleep(slow):
    turn_s()
    place = slow.find("start").box.middle
    threading.Timer(0.1, lambda: slow.tap_at(*place)).start()
    assert turn_s() < 1.0
    assert slow.app.sitting is not None


def test_waking_a_hundred_times_a_second_turns_the_loop_no_oftener_than_a_screen_can_show(slow):
    turn_s()
    stop = threading.Event()

    def slide():
        while not stop.wait(0.0005):
            waking.wake()

    finger = threading.Thread(target=slide)
    finger.start()
    began_s = [Clock._last_tick]
    for _ in range(20):
        EventLoop.idle()
        began_s.append(Clock._last_tick)
    stop.set()
    finger.join()
    assert min(later - earlier for earlier, later in pairwise(began_s)) >= waking.LEAST_S * 0.9
    assert began_s[-1] - began_s[0] < 20  # by itself it would have taken 40 s


def test_the_screens_of_a_visit_are_built_before_the_first_respondent(rig):
    rig.wait(4.0)
    assert {"QuestionView", "ChipsView", "CommentView", "ThanksView"} <= {
        kind.__name__ for kind in rig.app.glass.screens
    }
    assert rig.screen == "idle"
    assert rig.app.sitting is None


def test_kivys_style_of_widgets_we_have_not_is_not_read():
    from kivy.lang import Builder

    read = {selector.key for selector, _ in Builder.rules}
    assert "label" in read
    assert not {"button", "textinput", "popup"} & read
