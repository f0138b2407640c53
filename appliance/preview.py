"""Draws the screens of given settings into PNG files, by the very widgets of a kiosk, offscreen; casts nothing.

A process has one window and therefore one panel: whoever wants another starts another.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from appliance import sitting as sittings
from appliance import window
from appliance.draft import Draft
from appliance.settings import PANELS, Settings
from appliance.sitting import Kind, Sitting, Step
from survey import wire
from survey.ballot import Answer
from survey.enrolment import KioskSettings
from survey.scales import NA

NOBODY: Final = UUID(int=77)
CODE: Final = "0" * 10
FRAMES: Final = 4
"""Kivy lays words out in one picture and shows them in the next."""
TOKEN: Final = "A" * 48
"""Stands for a token in the address of a code; no centre takes it."""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to draw. screens: names of `names`, in any order; none for all. panel: one of PANELS."""

    kiosk: KioskSettings
    panel: Literal["7in", "10in", "7in-portrait"] = "7in"
    lang: str = "vi"
    screens: list[str] = []


class PreviewError(ValueError):
    """Something that cannot be drawn; `str()` names it."""


def names(kiosk: KioskSettings) -> list[str]:
    """Return the names of every screen of these settings, as a respondent may meet them."""
    found = ["idle"]
    sitting = sittings.opened(kiosk, NOBODY, "vi", "", 0.0)
    for question in sittings.asked(sitting):
        found.append(f"question-{question.id}")
        if question.follow_up is not None:
            found.append(f"reasons-{question.id}")
    found += [f"choice-{item.id}" for item in sittings.context_items(kiosk)]
    return [*found, "comment", "contact", "phone", "received", "thanks"]


def sitting_at(kiosk: KioskSettings, lang: str, layout: str, name: str) -> Sitting | None:
    """Return a sitting that stands at a screen, None for the waiting screen. Raises PreviewError for no such screen."""
    if name not in names(kiosk):
        raise PreviewError(f"screen {name!r} is none of these settings; there is {', '.join(names(kiosk))}")
    if name == "idle":
        return None
    kind, _, about = name.partition("-")
    sitting = sittings.opened(kiosk, NOBODY, lang, layout, 0.0)
    if kind == "received":
        quick = kiosk.questionnaire.quick_question
        asked = next(question for question in sittings.asked(sitting) if question.id == quick)
        return sittings.opened_by_button(kiosk, NOBODY, lang, layout, 0.0, int(max(asked.answer_scale().levels)))
    low = {question.id: Answer(_low(question)) for question in sittings.asked(sitting)}
    if kind == "thanks":
        return sittings.cast(sittings.change(sitting, answers=low), CODE, 0.0)
    before = _before(sitting, low, kind, about)
    return sittings.change(sitting, answers=before, step=Step(Kind(kind), about), wants_contact=True)


def _low(question: Any) -> int:
    levels = [level for level in question.answer_scale().levels if level != NA]
    return int(min(levels))


def _before(sitting: Sitting, low: dict[str, Answer], kind: str, about: str) -> dict[str, Answer]:
    """Return the answers someone has given who stands there: nothing yet to the question on the glass."""
    if kind not in {"question", "reasons"}:
        return low
    asked = [question.id for question in sittings.asked(sitting)]
    until = asked.index(about) + (kind == "reasons")
    return {question: low[question] for question in asked[:until]}


class _NoStore:
    """A disk that nothing is put on."""

    def keep(self, draft: Draft) -> None:
        """Nothing is kept."""

    def drop(self, ballot_id: UUID) -> None:
        """Nothing was kept."""

    def cast(self, draft: Draft, done: Callable[[str], None], failed: Callable[[Exception], None]) -> None:
        """Nothing is cast."""


def draw(wanted: Wanted, folder: Path) -> list[str]:
    """Write a PNG for each screen wanted into a folder; return the names drawn. Raises PreviewError."""
    screens = wanted.screens or names(wanted.kiosk)
    local = Settings(panel=PANELS[wanted.panel], fullscreen=False)
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    window.prepare(local, "offscreen")
    window.take_lean_style()
    from kivy.base import EventLoop  # Kivy opens its window at import; the environment is set by now
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

    from appliance.app import KioskApp

    address = f"{wanted.kiosk.public_base.upper()}/Q/{TOKEN}"
    app = KioskApp(wanted.kiosk, local, _NoStore(), lambda _: address, monotonic=lambda: 0.0)
    EventLoop.status = "started"
    app._run_prepare()
    app._to_rehearse = []
    for name in screens:
        app.lang = wanted.lang
        app._lang_until_s = float("inf")  # the waiting screen would fall back to the first language
        app.sitting = sitting_at(wanted.kiosk, wanted.lang, app.sizes.layout, name)
        app._show()
        for _ in range(FRAMES):
            Window.canvas.ask_update()
            EventLoop.idle()
        w, h = map(int, Window.size)
        pixels = bytes(glReadPixels(0, 0, w, h, GL_RGB, GL_UNSIGNED_BYTE))
        Window._win.save_bytes_in_png(str(folder / f"{name}.png"), pixels, w, h)
    return screens


def main(folder: Path) -> int:
    """Draw what standard input wants, JSON of a Wanted; return the exit code: 0, or 2 for what cannot be drawn."""
    try:
        wanted = wire.decode(sys.stdin.buffer.read(), Wanted)
        sys.stdout.write("".join(f"{name}\n" for name in draw(wanted, folder)))
    except (wire.WireError, PreviewError, KeyError, StopIteration) as error:
        sys.stderr.write(f"hailong: no preview: {type(error).__name__}: {error}\n")
        return 2
    return 0
