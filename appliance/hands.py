"""Joins voice, held buttons and easier modes to the kiosk's window; what follows from what is decided elsewhere."""

import logging
from typing import TYPE_CHECKING, Any, Final

import msgspec
from kivy.core.window import Window

from appliance import access as modes
from appliance import sitting as sittings
from appliance import view as views
from appliance.access import HOLD_S, PLAIN
from appliance.screens.glass import Glass
from appliance.screens.theme import Theme
from appliance.sitting import Kind, Sitting, Stage
from appliance.view import Frame, IdleView, QuestionView

if TYPE_CHECKING:  # loaded when someone wants to hear: the first picture does not wait for them
    from appliance.app import KioskApp
    from appliance.sound import Sound
    from appliance.speech import Say
    from appliance.spoken import Talk, Turn
    from appliance.voice import Voices

log = logging.getLogger(__name__)

DESK: Final = (5, 4, 3, 2, 1)
"""The buttons that the keys 5 … 1 stand in for on a desk."""


class Hands:
    """What one respondent needs beside the screens; everything falls back when the kiosk waits again."""

    def __init__(self, app: "KioskApp") -> None:
        """app: the window's; its sitting, glass and store are used here."""
        self.app = app
        self.access = PLAIN
        self.talk: Talk | None = None
        self.spoken_until_s = float("-inf")
        self._is_choosing = False  # means nothing while there is a sitting; its end forgets it
        self._chosen_at_s = 0.0
        self._hand: tuple[int, float] | None = None
        self._plain: tuple[Theme, Glass] | None = None
        self._voices: Voices | None = None
        self._sound: Sound | None = None
        self._languages: tuple[str, ...] | None = None

    # ---- what comes in

    def touched(self, name: str, at_s: float) -> bool:
        """Return whether a touch was for us; any touch ends what is being said."""
        self.hush(at_s)
        if name == "listen" and self.app.sitting is not None:
            self._listen(at_s)
            return True
        if self.app.sitting is not None or not (self._is_choosing or name == "access"):
            return False
        if name == "start":
            return False
        self._choose(name, at_s)
        return True

    def opened(self, at_s: float) -> None:
        """Take a sitting that was opened by touch: spoken, if that was asked for."""
        if self.access.is_read and self.app.sitting is not None:
            self._begin(self.app.sitting, at_s)

    def pressed(self, level: int, at_s: float) -> bool:
        """Return whether a press was for us. Its end decides what it means."""
        if self._hand is not None and self._hand[0] == level and self.app.buttons is None:
            return True  # a held key of a desk repeats itself
        self._hand = (level, at_s)
        self.hush(at_s)
        return self.talk is not None and bool(self.talk.buttons) and self.app.sitting is not None

    def released(self, level: int, at_s: float) -> None:
        """Take the end of a press: in a spoken sitting a short one acts now."""
        if self._hand is None or self._hand[0] != level:
            return
        (_, since_s), self._hand = self._hand, None
        self._acted(level, at_s, is_held=at_s - since_s >= HOLD_S)

    def tick(self, at_s: float) -> None:
        """See to what time brings: a button held long enough, the next thing to say, a menu left open."""
        if self._hand is not None:
            level, since_s = self._hand
            if self.app.buttons is not None and level not in self.app.buttons.usable:
                self._hand = None
            elif at_s - since_s >= HOLD_S:
                self._hand = None
                self._acted(level, at_s, is_held=True)
        if self.talk is not None and self.app.sitting is not None:
            from appliance import spoken

            self._follow(spoken.after(spoken.Turn(self.app.sitting, self.talk), at_s), at_s)
        if self.app.sitting is None and self._is_choosing and at_s - self._chosen_at_s >= self.app.kiosk.idle_timeout_s:
            self.idle()

    def idle(self) -> None:
        """Fall back: nobody is here."""
        self.talk, self._is_choosing, self.access, self._languages = None, False, PLAIN, None
        self._hand = None
        self.spoken_until_s = float("-inf")
        if self._sound is not None:
            self._sound.close()
        if self.app.buttons is not None and self.app.buttons.lights is not None:
            self.app.buttons.lights.ask(None)
        if self._plain is not None:
            self._wear(*self._plain)
            self._plain = None

    # ---- what is shown

    def frame(self, frame: Frame, at_s: float) -> Frame:
        """Return a frame with what is ours on it."""
        app = self.app
        if app.sitting is None:
            if self._is_choosing:
                screen: Any = modes.view(self.access, app.kiosk, app.lang, self.languages)
                return Frame("access", screen)
            if isinstance(frame.screen, IdleView):
                screen = msgspec.structs.replace(frame.screen, access=modes.opener(app.lang))
                return msgspec.structs.replace(frame, screen=screen)
        elif isinstance(frame.screen, QuestionView) and self.languages:
            screen = modes.with_listener(frame.screen, app.kiosk, app.sitting.lang)
            if self.talk is not None:
                from appliance import spoken

                marked = views.view(spoken.preview(app.sitting, self.talk), at_s).screen
                screen = msgspec.structs.replace(screen, faces=getattr(marked, "faces", screen.faces))
            return msgspec.structs.replace(frame, screen=screen)
        return frame

    def warm(self) -> None:
        """Look up what can be spoken while nobody waits for it."""
        if self._languages is None:
            self._languages = self.voices.languages(sittings.languages(self.app.kiosk))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be spoken, looked up once a visit; none where there are no prompts."""
        self.warm()
        return self._languages or ()

    @property
    def voices(self) -> "Voices":
        """The prompts of this kiosk."""
        if self._voices is None:
            from appliance.voice import voices

            self._voices = voices(self.app.local)
        return self._voices

    def notes(self) -> list[str]:
        """Return what the heartbeat should know: that nothing can be heard here, and why."""
        return [f"no sound: {self._sound.why_silent}"] if self._sound is not None and self._sound.why_silent else []

    # ---- modes

    def _choose(self, name: str, at_s: float) -> None:
        self._chosen_at_s = at_s
        if name == "leave":
            self.idle()
        elif name == "access":
            self._is_choosing = True
        elif name == "lang":
            self.app.lang = sittings.next_language(self.app.kiosk, self.app.lang)
        else:
            before, self.access = self.access, modes.switched(self.access, name, self.app.lang)
            if (before.is_large, before.is_low) != (self.access.is_large, self.access.is_low):
                self._dress()
        self.app._show()

    def _dress(self) -> None:
        """Show screens of the mode asked for; the plain ones are kept for when it is over, these are not."""
        if self._plain is None:
            self._plain = (self.app.sizes, self.app.glass)
        sizes, glass = self._plain
        if self.access.is_large or self.access.is_low:
            sizes = Theme(sizes.panel, is_large=self.access.is_large, is_low=self.access.is_low)
            glass = Glass(sizes, self.app.touched, self.app.stirred, self.app.landed)
        self._wear(sizes, glass)

    def _wear(self, sizes: Theme, glass: Glass) -> None:
        if glass is self.app.glass:
            return
        Window.remove_widget(self.app.glass)
        self.app.sizes, self.app.glass, self.app.root = sizes, glass, glass
        Window.add_widget(glass)

    # ---- the voice

    @property
    def _buttons(self) -> tuple[int, ...]:
        if self.app.buttons is not None:
            return tuple(self.app.buttons.levels)
        return () if self.app.local.fullscreen else DESK

    def _acted(self, level: int, at_s: float, *, is_held: bool) -> None:
        if self.talk is None or self.app.sitting is None:
            if is_held:
                self._held_to_begin(at_s)
            return
        if level not in self.talk.buttons:
            return
        from appliance import spoken

        place, turn = self.talk.buttons.index(level), spoken.Turn(self.app.sitting, self.talk)
        self._follow((spoken.held if is_held else spoken.pressed)(turn, place, at_s), at_s)

    def _held_to_begin(self, at_s: float) -> None:
        """Begin a spoken sitting. A quick grade that the same hand just made by pressing was no grade: it goes."""
        sitting = self.app.sitting
        if not self.languages or (sitting is not None and not _gives_way(sitting)):
            return
        if not self._can_begin(at_s):
            return
        if sitting is not None and sitting.stage is Stage.OPEN:
            self.app.store.drop(sitting.ballot)
        self.app.sitting = self.app.kept = None
        self.app._renew()
        opened = sittings.opened(
            self.app.kiosk, self.app.new_id(), self.app.lang, self.app.sizes.layout, at_s, self.app.pace
        )
        self._begin(opened, at_s)

    def _can_begin(self, at_s: float) -> bool:
        """Return whether the buttons answer every question; if not, that is said."""
        from appliance import spoken

        if spoken.fits(self.app.kiosk, self._buttons):
            return True
        self._say(("not_here",), self.app.lang, at_s)
        return False

    def _begin(self, sitting: Sitting, at_s: float) -> None:
        from appliance import spoken

        if not self.languages:
            return
        buttons, lang = self._buttons, self.access.voice or sitting.lang
        if not spoken.fits(sitting.kiosk, buttons):
            buttons = ()
        names = (lang,) if self.access.voice else self.languages
        turn = spoken.begun(sitting, names, lang, buttons, self.app.local.speech_output)
        log.info("a spoken sitting buttons=%d", len(buttons))
        self._follow(turn, at_s)
        self.tick(at_s)

    def _follow(self, turn: "Turn", at_s: float) -> None:
        """Take a turn: what is said, how long that needs, and the sitting, in this order."""
        self.talk = turn.talk
        sitting = turn.sitting
        if turn.say is not None:
            from appliance import spoken

            self._say(turn.say, turn.talk.lang, at_s)
            if turn.say != ("still_there",):
                sitting = spoken.listening(sitting, self.spoken_until_s)
        if sitting is not self.app.sitting:
            self.app._take(sitting)

    def _listen(self, at_s: float) -> None:
        """Read the present question aloud, once."""
        from appliance import speech, spoken

        sitting = self.app.sitting
        if sitting is None or sitting.stage is not Stage.OPEN or sitting.step.kind is not Kind.QUESTION:
            return
        if self.talk is not None:
            self._follow(spoken.Turn(sitting, self.talk, spoken.step(sitting, self.talk)), at_s)
            return
        self._say(speech.question(sitting, ()), sitting.lang, at_s)
        self.app._take(spoken.listening(sittings.stirred(sitting, at_s), self.spoken_until_s))

    def hush(self, at_s: float) -> None:
        """End what is being said: someone acts."""
        if self._sound is not None and at_s < self.spoken_until_s:
            self._sound.stop()
            self.spoken_until_s = at_s
            sitting = self.app.sitting
            if sitting is not None and sitting.touched_at_s > at_s:
                self.app.sitting = sittings.change(sitting, touched_at_s=at_s)

    def say_test(self, at_s: float) -> None:
        """Say the test sentence, for the technician."""
        self._say(("test",), "vi", at_s)

    def _say(self, say: "Say", lang: str, at_s: float) -> None:
        from appliance.sound import Sound

        self._sound = self._sound or Sound()
        if not say:
            self._sound.stop()
            return
        local = self.app.local
        volume = (self.app.kiosk.volume if local.volume is None else local.volume) / 100 * local.speech_volume / 100
        self.spoken_until_s = at_s + self._sound.say(self.voices.samples(say, lang), volume)


def _gives_way(sitting: Sitting) -> bool:
    """Return whether a held button may take the place of this sitting: a single press not cast yet, or one all done."""
    is_fresh_press = sitting.stage is Stage.OPEN and sitting.step.kind is Kind.RECEIVED
    return is_fresh_press or sitting.stage is Stage.CAST
