"""A dead strip of the glass: named where one is, never on a sound panel, whatever people press and however aslant."""

import random
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance import strips
from appliance.settings import PANELS
from appliance.strips import Side, Span, Strips, cells_of, chance, failed_sides, false_alarms, worth
from appliance.uses import STRIPS, read_strips, write_strips
from survey.strip import Strip, strip_words

WIDE, HIGH = 154.1, 85.9
FACES = [(3 + 30.2 * n, 27.2) for n in range(5)]
"""Left edge and width of the five faces on the 7" panel, mm; the happiest stands at the left."""
BAR = [(3, 27.7), (84, 27.7), (114, 38)]
START = [(3, 90)]
MANY = 60_000


def span(left: float, side: float) -> Span:
    return Span(left + side / 2, side, left, left + side)


def press(side: Side, target, rng, *, lean=0.0, share=0.0, spread=3.0, dead=None) -> None:
    """Press a target until a finger is felt on it: it is felt on the glass, on the target, beside the dead strip."""
    left, wide = target
    for _ in range(40):
        at = rng.gauss(left + wide / 2 + lean + share * wide, spread)
        if left <= at <= left + wide and not (dead and dead[0] <= at < dead[1]):
            side.landed(at, span(left, wide))
            return


def visits(rng, grades, n: int, side: Side, **how) -> None:
    """Answer nine questions again and again. grades: how often each face is meant."""
    for _ in range(n // 12):
        press(side, START[0], rng, **how)
        for face in rng.choices(FACES, grades, k=9):
            press(side, face, rng, **how)
        press(side, rng.choice(BAR), rng, **how)


def test_the_chance_of_a_false_alarm_in_ten_years_is_below_one_in_ten_thousand():
    for panel in PANELS.values():
        cells = (cells_of(panel.width_mm), cells_of(panel.height_mm))
        assert false_alarms(strips.TOUCHES_AT_MOST, cells) < 1e-4


sides = st.floats(8, 150)
shares = st.floats(-1, 1)


@settings(max_examples=400)
@given(sides, shares, st.floats(0, 1), st.floats(-0.2, 1.2), st.floats(0, 1.2), st.sampled_from(["column", "row"]))
def test_a_touch_is_worth_no_more_than_its_chance_whoever_aims(side, lean, spread, begin, long, way):
    """The claim the bound rests on: for every aim and spread allowed the true chance is at least the worth."""
    target, share = span(20, side), strips.LEAN_SHARE[way]
    low, high = 20 + begin * side, 20 + (begin + long) * side
    aim = target.aim + lean * (strips.LEAN_MM + share * side)
    sd = strips.SPREAD_MM + spread * strips.SPREAD_SHARE * side
    felt = chance(max(low, target.low), min(high, target.high), aim, sd) if high > low else 0.0
    assert worth(low, high, target, share) <= max(felt, 0.0) + 1e-12


UNEVEN = {
    "everyone presses the happy face": (1, 0, 0, 0, 0), "nobody presses the outer ones": (0, 1, 1, 1, 0),
    "as it mostly is": (70, 25, 3, 1, 1), "evenly": (1, 1, 1, 1, 1), "only the worst": (0, 0, 0, 0, 1),
}  # fmt: skip


@pytest.mark.parametrize("grades", UNEVEN.values(), ids=UNEVEN)
@pytest.mark.parametrize("lean", [-1, -0.6, 0, 1])
def test_a_sound_panel_is_never_said_to_have_a_dead_strip(grades, lean):
    for seed, spread in enumerate((1.5, 2.8, 5.0)):
        rng, side = random.Random(seed), Side("column", WIDE)
        how = {"lean": lean * strips.LEAN_MM, "share": lean * strips.LEAN_SHARE["column"], "spread": spread}
        visits(rng, grades, MANY // 10, side, **how)
        assert side.dead() == []
        assert max(side.lacking.values(), default=0) < strips.LACKS / 2, "nor comes it near"


def test_the_control_without_any_lean_and_spread_allowed_for_raises_false_alarms(monkeypatch):
    """What the margins are for: people who aim aslant at a sound panel would be taken for a dead strip."""
    monkeypatch.setattr(strips, "LEAN_MM", 0.0)
    monkeypatch.setattr(strips, "LEAN_SHARE", {"column": 0.0, "row": 0.0})
    side = Side("column", WIDE)
    visits(random.Random(1), (1, 0, 0, 0, 0), MANY // 10, side, lean=5.0, spread=1.5)
    assert side.dead() != []


@pytest.mark.parametrize(
    ("dead", "grades", "words"),
    [
        ((0, 24), "as it mostly is", "dải bên trái"),
        ((0, 24), "everyone presses the happy face", "dải bên trái"),
        ((130, 155), "evenly", "dải bên phải"),
        ((70, 84), "evenly", "dải dọc ở giữa"),
    ],
)
def test_a_dead_strip_is_named_within_a_week_of_sixty_visits_a_day(dead, grades, words):
    side = Side("column", WIDE)
    visits(random.Random(3), UNEVEN[grades], 7 * 60 * 12, side, dead=dead)
    (found,) = side.dead()
    assert strip_words(found).startswith(words)
    assert dead[0] - 1 <= found.first / 100 * WIDE
    assert found.last / 100 * WIDE <= dead[1] + 1, "never wider than it is"
    assert found.last - found.first >= 7


def test_one_touch_in_the_strip_is_a_sign_of_life():
    side = Side("column", WIDE)
    visits(random.Random(3), (1, 1, 1, 1, 1), MANY // 10, side, dead=(0, 24))
    assert side.dead()
    side.landed(20.0, None)
    assert side.dead() == []


def test_a_strip_is_remembered_and_of_a_sound_panel_nothing_is_written(tmp_path):
    ill, well = Strips(WIDE, HIGH), Strips(WIDE, HIGH)
    visits(random.Random(3), (1, 1, 1, 1, 1), MANY // 10, ill.across, dead=(0, 24))
    visits(random.Random(3), (1, 1, 1, 1, 1), MANY // 10, well.across)
    write_strips(tmp_path, well.kept())
    assert not (tmp_path / STRIPS).exists()
    write_strips(tmp_path, ill.kept())
    again, other = Strips(WIDE, HIGH), Strips(216.6, 135.4)
    again.remember(read_strips(tmp_path))
    other.remember(read_strips(tmp_path))
    assert again.found() == ill.found() != []
    assert other.found() == []
    write_strips(tmp_path, well.kept())
    assert read_strips(tmp_path).lacking == {}


def test_rubbish_in_the_file_costs_only_what_was_remembered(tmp_path):
    (tmp_path / STRIPS).write_bytes(b"{")
    assert read_strips(tmp_path) is None


ANSWERED = dict.fromkeys(range(5), True)


@pytest.mark.parametrize(
    ("failed", "found"),
    [
        ((0, 3), [Strip("column", 0, 13, True)]),
        ((1, 4), [Strip("column", 87, 100, True)]),
        ((0, 1), [Strip("row", 0, 23, True)]),
        ((3, 4, 2), [Strip("row", 77, 100, True)]),
        ((0,), []),
        ((2,), []),
        ((0, 1, 3), []),
        ((0, 1, 2, 3, 4), []),
        ((), []),
    ],
)
def test_two_corners_of_a_side_that_fail_while_the_others_answer_are_a_strip(failed, found):
    assert failed_sides(ANSWERED | dict.fromkeys(failed, False), (13, 23)) == found
    assert failed_sides({0: False, 3: False}, (13, 23)) == [], "a test broken off says nothing"


def test_a_tried_strip_goes_with_a_touch_in_it_and_not_with_one_beside_it():
    glass = Strips(WIDE, HIGH)
    glass.tried_spots(ANSWERED | {0: False, 3: False}, (13, 23))
    glass.landed(100, 40, None, None)
    assert glass.found() == [Strip("column", 0, 13, True)]
    glass.landed(10, 40, None, None)
    assert glass.found() == []


def test_the_spread_of_the_source_lies_within_what_is_allowed_for():
    """Bi, Li, Zhai 2013: variance 0.0075 W^2 + 1.33 mm^2 along one axis."""
    for side in (13, 28, 60, 120):
        seen = sqrt(0.0075 * side**2 + 1.33**2)
        assert seen <= strips.SPREAD_MM + strips.SPREAD_SHARE * side
