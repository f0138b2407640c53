"""Somebody touches whatever is there, presses, waits, walks away: no fault, and every screen on the way is whole."""

import random
from collections import Counter

import pytest

from appliance.settings import PANELS, Settings
from tests.screens.conftest import PANEL, a_kiosk
from tests.screens.whole import assert_apart, assert_uncut, sight

STEPS = 250
LEAVING = {"exit", "back", "leave"}


def wander(rig, chance):
    """Do one thing that a person may do; return what it was."""
    targets, what = list(rig.targets()), chance.random()
    if what < 0.88 and targets:
        name = chance.choices(targets, [0.05 if each in LEAVING else 1 for each in targets])[0]
        rig.tap(name, chance.choice([0, 0.05, 0.3, 1.0]))
        return name
    if what < 0.94:
        seconds = chance.choice([0.1, 1, 1, 5, 20, 46])
        rig.wait(seconds, 0.5)
        return f"{seconds} s"
    level = chance.randint(1, 5)
    rig.app.pressed(level)
    rig.wait(0.2)
    rig.app.hands.released(level, rig.app.monotonic())
    return f"button {level}"


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_touched_the_glass_is_whole(start, seed):
    chance, trail, seen = random.Random(seed), [], Counter()
    questions = ["role", "step", "field", "age", "occupation", "ethnicity"]
    kiosk = a_kiosk(context_on=questions, officer="Trần Thị Bích Nguyệt")
    rig = start(Settings(panel=PANELS[PANEL], fullscreen=False), kiosk)
    for _ in range(STEPS):
        trail.append((wander(rig, chance), rig.screen))
        seen[rig.screen] += 1
        assert rig.app.notes == [], trail[-8:]
        here = sight(rig)
        try:
            assert_uncut(here)
            assert_apart(here)
        except AssertionError as fault:
            raise AssertionError(f"{fault} after {trail[-12:]}") from fault
    assert {"idle", "question", "reasons", "thanks", "access", "handover"} <= set(seen), seen
