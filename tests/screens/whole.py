"""Whether the glass is whole: no words cut, nothing over anything else, targets as large as a finger needs."""

from appliance.screens import theme
from appliance.screens.parts import Words
from appliance.settings import PANELS
from demo.rig import Rig
from tests.screens.conftest import PANEL

LEAST_MM = 13
KEY_MM = 7.0
KEYS = {"key", "erase"}


def overlap(one: theme.Box, other: theme.Box) -> bool:
    """Return whether two boxes share more than an edge."""
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    along = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return across > 1 and along > 1


def assert_whole(rig: Rig) -> None:
    """Assert it of the screen that is shown now."""
    panel, screen = PANELS[PANEL], rig.screen
    words = [each for each in rig.app.glass.walk() if isinstance(each, Words) and each.text]
    places = [(each.text, theme.Box(*each.pos, *each.texture_size)) for each in words]
    assert words, f"{screen} says nothing"
    for each, (text, place) in zip(words, places, strict=True):
        told = (screen, text)
        assert each.overflow == 0, told
        assert place.w <= each.room.w + 1, told
        assert place.h <= each.room.h + 1, told
        assert min(place.x, place.y) >= 0, told
        assert place.x + place.w <= panel.width_px, told
        assert place.y + place.h <= panel.height_px, told
    targets = [(name, target.box) for name, target in rig.targets().items()]
    for things in (places, targets):
        for n, (one, box) in enumerate(things):
            for other, other_box in things[n + 1 :]:
                assert not overlap(box, other_box), (screen, one, other)
    for name, box in targets:
        least = KEY_MM if name.partition("-")[0] in KEYS else LEAST_MM - 0.1
        assert box.w * panel.width_mm / panel.width_px >= least, (screen, name)
        assert box.h * panel.height_mm / panel.height_px >= least, (screen, name)
