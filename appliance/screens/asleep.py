"""The sleeping screen: dark, one quiet line; a touch anywhere wakes it."""

from appliance.screens import theme
from appliance.screens.idle import Mark, Plain
from appliance.screens.parts import Screen, Target, Words
from appliance.view import AsleepView

NIGHT = "#05101C"
DUSK = "#8FA3B8"


class Asleep(Screen):
    """The mark and when the office opens."""

    def shape(self, view: AsleepView) -> object:
        """One shape."""
        return ()

    def build(self, view: AsleepView) -> None:
        """Make the line."""
        s, u = self.sizes, self.sizes.unit
        whole = s.whole
        self.add_widget(Plain(whole.inset(-theme.DRIFT_ROOM), NIGHT))
        box = whole.within(whole.w * 0.8, 190 * u)
        mark, words = box.top(60 * u, 18 * u)
        self.add_widget(Mark(mark.within(56 * u, 56 * u), DUSK))
        title, hint = words.top(words.h * 0.6)
        self.title = Words(title, s.text, s.least, colour=DUSK)
        self.hint = Words(hint, s.small, s.least, colour=DUSK)
        for each in (self.title, self.hint, Target("wake", whole, self.tap)):
            self.add_widget(each)

    def update(self, view: AsleepView) -> None:
        """Take the words."""
        self.title.say(view.title)
        self.hint.say(view.hint)
