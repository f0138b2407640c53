"""The access screen: large switches for large text, low reach and reading aloud."""

from appliance.access import AccessView, Switch
from appliance.screens import theme
from appliance.screens.chips import ChipTarget
from appliance.screens.faces import draw_icon
from appliance.screens.parts import Screen, Tap, Target, Words, draw_card, say_evenly
from appliance.screens.theme import Box, Theme, rgb


class SwitchTarget(Target):
    """A card with an icon and words; on: navy with gold, and a tick in its corner."""

    def __init__(self, switch: Switch, box: Box, sizes: Theme, tap: Tap) -> None:
        """switch: as it is shown first."""
        super().__init__(switch.name, box, tap)
        self.sizes, self.switch = sizes, switch
        inner = box.inset(14 * sizes.unit, 12 * sizes.unit)
        if box.w > 1.6 * box.h:
            icon, room = inner.left(min(inner.h, inner.w * 0.3), 8 * sizes.unit)
            room = room.left(room.w - 26 * sizes.unit)[0]
        else:
            icon, room = inner.top(inner.h * 0.58, 6 * sizes.unit)
        side = min(icon.w, icon.h, 92 * sizes.unit) * 0.86
        self.icon_box = icon.within(side, side)
        tick = min(34 * sizes.unit, box.h * 0.3)
        self.tick = Box(box.x + box.w - tick - 12 * sizes.unit, box.y + box.h - tick - 12 * sizes.unit, tick, tick)
        self.words = Words(room, sizes.text, sizes.least, is_bold=True)
        self.add_widget(self.words)
        self.take(switch)

    def take(self, switch: Switch) -> None:
        """Show the same switch in another state or language."""
        self.switch = switch
        self.words.color = (*rgb(theme.CARD if switch.is_on else theme.INK), 1)
        self.paint()

    def paint(self) -> None:
        """Draw card, icon and tick."""
        is_on = self.switch.is_on
        fill = theme.NAVY if is_on else theme.TOUCHED if self.is_down else theme.CARD
        self.drawn.clear()
        draw_card(self.drawn, self.box, fill, None if is_on else theme.LINE, 18 * self.sizes.unit)
        draw_icon(self.drawn, self.icon_box, self.switch.icon, theme.GOLD if is_on else theme.NAVY)
        draw_card(self.drawn, self.tick, fill, theme.GOLD if is_on else theme.SOFT, 8 * self.sizes.unit, 1.6)
        if is_on:
            draw_icon(self.drawn, self.tick.inset(self.tick.w * 0.22), "check", theme.GOLD)


class AccessScreen(Screen):
    """Title, switches, the voice's languages where there is a choice, bar."""

    def shape(self, view: AccessView) -> object:
        """Which switches, and how many languages."""
        return [switch.name for switch in view.switches], [chip.name for chip in view.voices]

    def build(self, view: AccessView) -> None:
        """Place everything."""
        s, line = self.sizes, self.sizes.line
        box = s.glass.inset(s.margin, s.margin * 0.8)
        self.bar_box, box = box.bottom(s.target, s.gap)
        head, box = s.head(box, (74 if not s.is_portrait else 150) * line, s.gap)
        title, hint = head.top(head.h * 0.62, 4)
        self.title = Words(title, s.title, s.text if not s.is_large else s.small, is_bold=True)
        self.hint = Words(hint, s.small, s.least, colour=theme.SOFT)
        self.add_widget(self.title)
        self.add_widget(self.hint)
        self.voices: list[ChipTarget] = []
        if view.voices:
            row, box = box.bottom(min(s.target, (box.h - s.gap) / 2), s.gap)
            self.voices = [
                ChipTarget(chip, place, s, self.tap)
                for chip, place in zip(view.voices, row.columns([1.0] * len(view.voices), s.gap), strict=True)
            ]
        count = len(view.switches)
        high = min(box.h, (3.2 if not s.is_portrait else 4.6) * s.target)
        box = box.within(box.w, high)
        places = box.rows(count, s.gap) if s.is_portrait else box.columns([1.0] * count, s.gap)
        pairs = zip(view.switches, places, strict=True)
        self.switches = [SwitchTarget(switch, place, s, self.tap) for switch, place in pairs]
        for target in [*self.switches, *self.voices]:
            self.add_widget(target)

    def update(self, view: AccessView) -> None:
        """Take the choices."""
        self.title.say(view.title)
        self.hint.say(view.hint)
        for switch, seen in zip(self.switches, view.switches, strict=True):
            switch.take(seen)
        say_evenly([target.words for target in self.switches], [switch.text for switch in view.switches])
        for chip, heard in zip(self.voices, view.voices, strict=True):
            chip.take(heard)
        say_evenly([target.words for target in self.voices], [chip.text for chip in view.voices])
        self.control(view.controls, self.bar_box)
