"""How one respondent wants the kiosk: large text, low reach, read aloud; pure, holds for one sitting."""

from typing import Final

import msgspec

from appliance.tongues import tongue
from appliance.view import Chip, Control, Icon, QuestionView
from survey.enrolment import KioskSettings
from survey.questionnaire import in_lang

WORDS: Final[dict[str, dict[str, str]]] = {
    "title": {"vi": "Ông/Bà muốn dùng máy thế nào?", "en": "How would you like to use this kiosk?"},
    "hint": {"vi": "Chỉ áp dụng cho lần trả lời này", "en": "For this visit only"},
    "access": {"vi": "Dễ dùng", "en": "Easier use"},
    "large": {"vi": "Chữ to", "en": "Large text"},
    "low": {"vi": "Tầm thấp", "en": "Low reach"},
    "read": {"vi": "Nghe đọc", "en": "Read aloud"},
}
"""Words of the access screen, by key and language."""

HOLD_S: Final = 2.0
"""So long a button is held to mean something else than a press."""


class Access(msgspec.Struct, frozen=True):
    """What was chosen. voice: the language to be read in, empty for the screen's own."""

    is_large: bool = False
    is_low: bool = False
    is_read: bool = False
    voice: str = ""


PLAIN: Final = Access()


class Switch(msgspec.Struct, frozen=True):
    """A large switch: an icon, its words, and whether it is on."""

    name: str
    text: str
    is_on: bool
    icon: Icon


class AccessView(msgspec.Struct, frozen=True):
    """The access screen: large switches and a way on."""

    title: str
    hint: str
    switches: list[Switch]
    voices: list[Chip]
    controls: list[Control]


def switched(access: Access, name: str, lang: str) -> Access:
    """Return the choice after a touch on a switch; a name that is none changes nothing. lang: the screen's."""
    fields = {"large": "is_large", "low": "is_low", "read": "is_read"}
    if name in fields:
        return msgspec.structs.replace(access, **{fields[name]: not getattr(access, fields[name])})
    verb, _, what = name.partition("-")
    return msgspec.structs.replace(access, voice="" if what == lang else what) if verb == "voice" else access


def view(access: Access, kiosk: KioskSettings, lang: str, voices: tuple[str, ...]) -> AccessView:
    """Return the access screen. voices: the languages that can be spoken; none, and reading aloud is not offered."""
    names = {row["code"]: row["name"] for row in kiosk.questionnaire.languages}
    switches = [
        Switch("large", in_lang(WORDS["large"], lang), access.is_large, "letters"),
        Switch("low", in_lang(WORDS["low"], lang), access.is_low, "low"),
        *([Switch("read", in_lang(WORDS["read"], lang), access.is_read, "speaker")] if voices else []),
    ]
    spoken = access.voice or lang
    return AccessView(
        title=in_lang(WORDS["title"], lang),
        hint=in_lang(WORDS["hint"], lang),
        switches=switches,
        voices=[Chip(f"voice-{code}", names.get(code) or tongue(code).name, code == spoken) for code in voices]
        if access.is_read and len(voices) > 1
        else [],
        controls=[
            Control("leave", kiosk.questionnaire.text("buttons.back", lang), "back"),
            Control("start", kiosk.questionnaire.text("buttons.start", lang), "next", is_main=True),
        ],
    )


def opener(lang: str) -> Control:
    """Return the target of the waiting screen that leads here."""
    return Control("access", in_lang(WORDS["access"], lang), "access")


def listener(kiosk: KioskSettings, lang: str) -> Control:
    """Return the target that has a question read aloud."""
    return Control("listen", kiosk.questionnaire.text("buttons.listen", lang), "speaker")


def with_listener(screen: QuestionView, kiosk: KioskSettings, lang: str) -> QuestionView:
    """Return a question's screen with the target that reads it aloud."""
    return msgspec.structs.replace(screen, listen=listener(kiosk, lang))
