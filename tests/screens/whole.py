"""Whether the glass is whole: no words cut, nothing over anything else, targets as large as a finger needs."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

from appliance.screens.parts import Words
from appliance.screens.theme import Box
from appliance.settings import PANELS
from demo.rig import Rig
from tests.screens.conftest import PANEL

LEAST_MM = 13.0
KEY_MM = 7.0
KEYS = {"key", "erase"}


class Sight(NamedTuple):
    """One screen as it lay on the glass. words: with text, overflow and room of each."""

    screen: str
    words: list[Any]
    places: list[Box]
    targets: dict[str, Box]


def sight(rig: Rig) -> Sight:
    """Return what is on the glass now."""
    glass = rig.app.glass
    over = glass.overlay if "still" in rig.screen else glass
    words = [each for each in over.walk() if isinstance(each, Words) and each.text]
    places = [Box(*each.pos, *each.texture_size) for each in words]
    told = [SimpleNamespace(text=each.text, overflow=each.overflow, room=each.room) for each in words]
    return Sight(rig.screen, told, places, {name: target.box for name, target in rig.targets().items()})


def assert_uncut(seen: Sight) -> None:
    """Assert that there are words and that each lies whole in its room and on the glass."""
    panel = PANELS[PANEL]
    assert seen.words, f"{seen.screen} says nothing"
    for words, place in zip(seen.words, seen.places, strict=True):
        told = (seen.screen, words.text)
        assert words.overflow == 0, told
        assert place.w <= words.room.w + 1, told
        assert place.h <= words.room.h + 1, told
        assert min(place.x, place.y) >= 0, told
        assert place.x + place.w <= panel.width_px, told
        assert place.y + place.h <= panel.height_px, told


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes share more than an edge."""
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    along = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return across > 1 and along > 1


def assert_apart(seen: Sight) -> None:
    """Assert that no words lie over words, and no target over a target."""
    for things in (list(zip(seen.words, seen.places, strict=True)), list(seen.targets.items())):
        for n, (one, box) in enumerate(things):
            for other, other_box in things[n + 1 :]:
                assert not overlap(box, other_box), (seen.screen, one, other)


def assert_reachable(seen: Sight, least_mm: Callable[[str, str], tuple[float, float]]) -> None:
    """Assert the size of each target. least_mm: its least width and height by screen and name."""
    panel = PANELS[PANEL]
    for name, box in seen.targets.items():
        wide, high = least_mm(seen.screen, name)
        assert box.w * panel.width_mm / panel.width_px >= wide - 0.1, (seen.screen, name)
        assert box.h * panel.height_mm / panel.height_px >= high - 0.1, (seen.screen, name)


def for_technicians(screen: str, name: str) -> tuple[float, float]:
    """Return the least width and height of a target that no citizen touches."""
    least = KEY_MM if name.partition("-")[0] in KEYS else LEAST_MM
    return least, least


def assert_whole(rig: Rig) -> None:
    """Assert all of it, of the technician's screen that is shown now."""
    seen = sight(rig)
    assert_uncut(seen)
    assert_apart(seen)
    assert_reachable(seen, for_technicians)
