"""Buttons: raw edges with their times in, presses out; the pins are gpiozero's own mock, driven from another thread."""

import threading
from itertools import pairwise

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from hypothesis import given
from hypothesis import strategies as st

from appliance.buttons import Debouncer, Press, open_buttons
from appliance.settings import Settings

LEVELS = [5, 4, 3, 2, 1]


def fed(*edges, bounce_s=0.03, stuck_s=10.0):
    debouncer = Debouncer(LEVELS, bounce_s, stuck_s)
    return [(level, at_s) for level, is_down, at_s in edges if debouncer.feed(level, is_down, at_s)]


def test_a_press_counts_on_its_first_edge():
    assert fed((5, True, 1.0)) == [(5, 1.0)]


def test_a_chattering_switch_is_one_press():
    chatter = [(5, n % 2 == 0, 1.0 + n * 0.002) for n in range(9)]
    assert fed(*chatter, (5, False, 1.3), (5, True, 1.31), (5, False, 1.312)) == [(5, 1.0)]


def test_a_second_press_counts_once_the_line_was_quiet():
    assert fed((5, True, 1.0), (5, False, 1.2), (5, True, 1.5)) == [(5, 1.0), (5, 1.5)]


def test_while_one_is_held_no_other_counts():
    assert fed((5, True, 1.0), (4, True, 1.2), (4, False, 1.3), (5, False, 1.4), (4, True, 1.6)) == [(5, 1.0), (4, 1.6)]


def test_a_stuck_button_is_muted_told_once_and_the_others_go_on():
    debouncer = Debouncer(LEVELS, 0.03, 10.0)
    assert debouncer.feed(2, True, 0.0)
    assert debouncer.newly_stuck(9.9) == []
    assert debouncer.newly_stuck(10.0) == [2]
    assert debouncer.newly_stuck(11.0) == []
    assert debouncer.stuck == [2]
    assert debouncer.feed(5, True, 12.0)
    debouncer.feed(2, False, 13.0)
    assert debouncer.newly_stuck(13.1) == []
    assert debouncer.stuck == []
    debouncer.feed(5, False, 13.2)
    assert debouncer.feed(2, True, 14.0)


@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.booleans(), st.floats(0, 0.02)), max_size=200))
def test_chatter_of_any_kind_is_at_most_one_press_for_each_quiet_time(edges):
    at_s, stamped = 0.0, []
    for level, is_down, gap_s in edges:
        at_s += gap_s
        stamped.append((level, is_down, at_s))
    accepted = fed(*stamped)
    for level in LEVELS:
        times = [when for which, when in accepted if which == level]
        assert all(later - earlier >= 0.03 for earlier, later in pairwise(times))


@pytest.fixture
def pins():
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


LOCAL = Settings(button_pins=[5, 6, 13, 19, 26])


def on_a_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_presses_come_from_the_pins_thread_and_are_read_on_ours(pins):
    buttons, why = open_buttons(LOCAL, lambda: 3.0)
    woken = []
    buttons.listen(lambda: woken.append(threading.current_thread()))
    on_a_thread(lambda: pins.pin(26).drive_low())
    assert why == ""
    assert buttons.drain() == [Press(1, 3.0)]
    assert woken[0] is not threading.current_thread()
    buttons.close()


def test_a_window_that_cannot_be_woken_does_not_end_the_pins_thread(pins):
    buttons, _ = open_buttons(LOCAL)

    def broken():
        raise RuntimeError("no window")

    buttons.listen(broken)
    on_a_thread(lambda: pins.pin(5).drive_low())
    assert [press.level for press in buttons.drain()] == [5]
    buttons.close()


def test_three_pins_are_the_levels_three_to_one(pins):
    buttons, _ = open_buttons(Settings(button_pins=[5, 6, 13]))
    assert buttons.levels == [3, 2, 1]
    buttons.close()


def test_a_pin_used_twice_is_no_buttons_and_a_reason(pins):
    buttons, why = open_buttons(Settings(button_pins=[5, 5, 6]))
    assert buttons is None
    assert "GPIOPinInUse" in why


def test_without_gpio_there_are_no_buttons_and_a_reason(monkeypatch):
    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    buttons, why = open_buttons(LOCAL)
    assert buttons is None
    assert "touch alone" in why


def test_no_pins_in_the_settings_is_no_buttons_and_a_reason():
    assert open_buttons(Settings()) == (None, "button_pins is empty in the settings")
