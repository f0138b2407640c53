"""Settings of a kiosk as its counter would have them, for pictures: of a version not yet asked, of wishes not made."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.accounts.queries import Session
from server.centre import Centre
from server.devices.asked import Asked
from server.devices.queries import Device, acted_lately
from server.devices.rules import kiosk_settings
from server.offices.queries import COUNTER, Unit
from server.offices.rules import KINDS
from server.previews.drawer import PANELS, Drawer
from survey.enrolment import KioskSettings
from survey.questionnaire import Questionnaire

PANEL_WORDS: Final = {"7in": "7 inch ngang", "10in": "10 inch", "7in-portrait": "7 inch đứng"}
LANGUAGE_WORDS: Final = {"vi": "Tiếng Việt", "en": "English"}


class Look(msgspec.Struct, frozen=True):
    """How screens are looked at. name: of the set of pictures, "" where this server draws none."""

    panel: str
    lang: str
    name: str

    @property
    def width(self) -> int:
        """The pictures' width, pixels."""
        return PANELS[self.panel][0]

    @property
    def height(self) -> int:
        """The pictures' height, pixels."""
        return PANELS[self.panel][1]

    @property
    def is_upright(self) -> bool:
        """Whether the panel stands upright."""
        return self.height > self.width

    def picture(self, screen: str) -> str:
        """Return the address of a screen's picture."""
        return f"/man-hinh/{self.name}/{screen}.png"


def chosen(panel: str, lang: str) -> tuple[str, str]:
    """Return a panel and a language that there are: those asked for, else the first."""
    return panel if panel in PANELS else next(iter(PANELS)), lang if lang in LANGUAGE_WORDS else "vi"


def place_for(units: dict[str, Unit], session: Session, below: frozenset[str] | None) -> tuple[Unit, Unit] | None:
    """Return (office, counter) whose names a preview shows: the first counter there, None where none stands."""
    rank = {kind: n for n, kind in enumerate(KINDS)}
    counters = [
        one
        for one in units.values()
        if one.kind == COUNTER and one.parent in units and (below is None or one.id in below)
    ]
    counters.sort(key=lambda one: (rank.get(units[one.parent or ""].kind, 99), one.parent or "", one.id))
    return (units[counters[0].parent or ""], counters[0]) if counters else None


def nowhere(day: date) -> tuple[Unit, Unit]:
    """Return an office and a counter for a centre that has none yet."""
    office = Unit("don-vi", "commune", "Bộ phận Một cửa", "One-stop office", "", None, day, None)
    return office, Unit("quay", COUNTER, "Quầy số 1", "Counter 1", "", "don-vi", day, None)


def sample(
    centre: Centre,
    connection: Connection,
    asked: Questionnaire,
    wishes: dict[str, Any],
    place: tuple[Unit, Unit],
    day: date,
) -> KioskSettings:
    """Return a counter's settings with these wishes. Raises KioskWordsError for a wish settings cannot have."""
    office, counter = place
    device = Device("xem-truoc", 0, counter.id, b"", "", None)
    acted = acted_lately(connection, office, day)
    return kiosk_settings(
        device, office, counter, Asked(asked, [], wishes), centre.keys, centre.settings.public_base, None, acted
    )


def look(drawer: Drawer, kiosk: KioskSettings, panel: str, lang: str) -> Look:
    """Return how to look at settings; the pictures are drawn when a page fetches them."""
    return Look(panel, lang, drawer.ask(kiosk, panel, lang))
