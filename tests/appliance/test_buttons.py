"""Buttons: raw edges with their times in, presses out; the pins are gpiozero's own mock, driven from another thread."""

import threading
from itertools import pairwise

import pytest
from gpiozero import LED, Device
from gpiozero import Button as Pin
from hypothesis import given
from hypothesis import strategies as st

from appliance.buttons import Buttons, Debouncer, Press, open_buttons
from appliance.settings import Settings
from appliance.uses import read_uses, write_uses
from appliance.wear import Use, used

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


# ---- out of use


def test_a_loose_wire_is_out_of_use_until_it_is_still_and_the_others_go_on():
    debouncer = Debouncer(LEVELS, 0.03, 10.0)
    for n in range(200):
        debouncer.feed(2, n % 2 == 0, 1.0 + n * 0.01)
    assert debouncer.chattering == [2]
    assert debouncer.feed(5, True, 3.1)
    debouncer.feed(5, False, 3.2)
    assert debouncer.newly_stuck(7.9) == []
    assert debouncer.chattering == [2]
    debouncer.newly_stuck(8.0)
    assert debouncer.chattering == []
    assert debouncer.feed(2, True, 9.0)


@pytest.mark.parametrize("bounces", [0, 2, 6])
def test_a_child_who_hammers_a_bouncing_button_is_no_loose_wire(bounces):
    debouncer = Debouncer(LEVELS, 0.03, 10.0)
    presses = 0
    for n in range(80):  # eight a second for ten seconds
        for moment, is_down in ((n / 8, True), (n / 8 + 0.06, False)):
            for bounce in range(bounces + 1):
                at_s = moment + bounce * 0.003
                presses += debouncer.feed(5, is_down if bounce % 2 == 0 else not is_down, at_s)
    assert debouncer.chattering == []
    assert presses == 80


@pytest.mark.parametrize("every_s", [0.0005, 0.02, 0.04])
def test_a_wire_that_picks_up_the_mains_or_shakes_is_found(every_s):
    debouncer = Debouncer(LEVELS, 0.03, 10.0)
    for n in range(int(2.5 / every_s)):
        debouncer.feed(1, n % 2 == 0, n * every_s)
    assert debouncer.chattering == [1]


def test_a_press_ends_once_its_line_was_up_and_quiet():
    debouncer = Debouncer(LEVELS, 0.03, 10.0)
    debouncer.feed(4, True, 1.0)
    debouncer.feed(4, False, 2.0)
    debouncer.newly_stuck(2.02)
    assert debouncer.ended() == []
    debouncer.newly_stuck(2.04)
    assert debouncer.ended() == [Press(4, 2.0, False)]
    assert debouncer.ended() == []


WIRED = Settings(button_pins=[5, 6, 13, 19, 26], led_pins=[12, 16, 20, 21, 25], button_sense_pin=4)


class Hand:
    """Presses mock pins from a thread, at times of its own."""

    def __init__(self, pins):
        self.pins, self.now = pins, 100.0

    def press(self, number, hold_s=0.1):
        on_a_thread(self.pins.pin(number).drive_low)
        self.now += hold_s
        on_a_thread(self.pins.pin(number).drive_high)
        self.now += 0.1


@pytest.fixture
def wired(pins):
    hand = Hand(pins)
    buttons, why = open_buttons(WIRED, lambda: hand.now)
    assert why == ""
    pins.pin(4).drive_low()
    buttons.drain()
    yield buttons, hand
    buttons.close()


def lights(pins, settings=WIRED):
    return [pins.pin(number).state for number in settings.led_pins]


def test_every_button_that_can_be_used_is_lit(wired, pins):
    assert lights(pins) == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("place", range(5))
def test_a_press_of_any_button_looks_the_same(wired, pins, place):
    buttons, hand = wired
    number = WIRED.button_pins[place]
    on_a_thread(pins.pin(number).drive_low)
    buttons.drain()
    seen = [lights(pins)]
    for _ in range(4):
        hand.now += 0.1
        buttons.drain()
        seen.append(lights(pins))
    assert seen == [[0] * 5, [0] * 5, [1] * 5, [1] * 5, [1] * 5]


def test_a_stuck_and_a_chattering_button_go_dark_and_are_told_apart(wired, pins):
    buttons, hand = wired
    on_a_thread(pins.pin(26).drive_low)
    buttons.drain()
    for _ in range(120):
        on_a_thread(pins.pin(19).drive_low)
        hand.now += 0.01
        on_a_thread(pins.pin(19).drive_high)
        hand.now += 0.01
        buttons.drain()
    hand.now += 8
    on_a_thread(pins.pin(19).drive_low)
    for _ in range(60):
        on_a_thread(pins.pin(19).drive_high)
        hand.now += 0.01
        on_a_thread(pins.pin(19).drive_low)
        hand.now += 0.01
        buttons.drain()
    hand.now += 0.2
    buttons.drain()
    assert buttons.states() == {"5": "ok", "4": "ok", "3": "ok", "2": "chattering", "1": "stuck"}
    assert lights(pins) == [1, 1, 1, 0, 0]
    hand.press(5)
    assert [press.level for press in buttons.drain() if press.is_down] == [5]


def test_the_plug_pulled_out_is_known_by_its_own_wire(wired, pins):
    buttons, hand = wired
    on_a_thread(pins.pin(4).drive_high)
    hand.press(5)
    assert buttons.drain() == [Press(5, 100.1, False)]
    assert set(buttons.states().values()) == {"unplugged"}
    assert lights(pins) == [0] * 5
    on_a_thread(pins.pin(4).drive_low)
    buttons.drain()
    assert set(buttons.states().values()) == {"ok"}
    assert lights(pins) == [1] * 5


def test_leds_that_cannot_be_had_never_stop_the_buttons(pins, caplog):
    taken = pins.pin(12)
    holder = LED(12)
    buttons, why = open_buttons(WIRED)
    assert (buttons.lights, why, taken.state) == (None, "", 0)
    assert "no LEDs" in caplog.text
    on_a_thread(lambda: pins.pin(5).drive_low())
    pins.pin(4).drive_low()
    assert [press.level for press in buttons.drain()] == [5]
    buttons.close()
    holder.close()


def test_an_led_that_fails_later_is_said_once_and_the_buttons_go_on(wired, pins, caplog):
    buttons, hand = wired
    buttons.lights.leds[3].close()
    hand.press(5)
    assert [press.level for press in buttons.drain() if press.is_down] == [5]
    hand.press(6)
    assert [press.level for press in buttons.drain() if press.is_down] == [4]
    assert caplog.text.count("LEDs cannot be written") == 1


def test_lights_can_be_kept_for_the_buttons_that_do_something_now(wired, pins):
    buttons, _ = wired
    buttons.lights.ask([5, 1])
    buttons.drain()
    assert lights(pins) == [1, 0, 0, 0, 1]


def test_a_button_nobody_presses_for_two_weeks_is_suspected_and_stays_in_use(pins):
    day = [100]
    buttons = Buttons({n: Pin(number) for n, number in zip(LEVELS, LOCAL.button_pins, strict=True)}, LOCAL,
                      lambda: hand.now, day=lambda: day[0])  # fmt: skip
    hand = Hand(pins)
    for _ in range(99):
        hand.press(5)
        buttons.drain()
    day[0] = 114
    assert set(buttons.states().values()) == {"ok"}
    hand.press(5)
    buttons.drain()
    assert buttons.states() == {"5": "ok", **dict.fromkeys("4321", "quiet-suspect")}
    assert buttons.usable == LEVELS
    hand.press(26)
    assert [press.level for press in buttons.drain() if press.is_down] == [1]
    assert buttons.states()["1"] == "ok"
    buttons.close()


def test_use_is_remembered_over_a_restart_and_a_broken_file_is_no_memory(tmp_path):
    uses = used({}, LEVELS, 5, 7)
    write_uses(tmp_path, uses)
    assert read_uses(tmp_path) == uses == {5: Use(7), 4: Use(7, 1), 3: Use(7, 1), 2: Use(7, 1), 1: Use(7, 1)}
    (tmp_path / "buttons.json").write_text("{")
    assert read_uses(tmp_path) == {}
