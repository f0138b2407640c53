"""Gathers what a comment is helped with: the table, read once when first met, and this machine's choices."""

import logging
import threading

from appliance import shared, writing
from appliance import sitting as sittings
from appliance.settings import Settings
from appliance.sitting import Kind, Sitting, Stage
from appliance.suggest import Table, suggestions
from appliance.telex import Typing

log = logging.getLogger(__name__)


class Offers:
    """Gives each sitting its way of typing and its suggestions; without a table, none. Keeps nothing of anyone."""

    def __init__(self, local: Settings) -> None:
        """local: names the table's file, the typing scheme and the place of tones."""
        self.path = shared.first(local.words_file)
        self.typing = Typing(scheme=local.typing_scheme, style=local.tone_style)
        self.table: Table | None = None
        self._reader: threading.Thread | None = None

    def __call__(self, sitting: Sitting) -> Sitting:
        """Return the sitting with suggestions for the words at the end of its comment."""
        if sitting.writing == writing.Writing():
            sitting = sittings.change(sitting, writing=writing.Writing(typing=self.typing))
        if sitting.step.kind is not Kind.COMMENT or sitting.stage is not Stage.OPEN or sitting.lang != "vi":
            return sitting
        if self._reader is None:  # the disk is not waited for: the first words have no suggestions
            self._reader = threading.Thread(target=self._read, name="words", daemon=True)
            self._reader.start()
        if self.table is None:
            return sitting
        text, settled = sitting.writing.text, sitting.writing.settled
        found = suggestions(self.table, text, settled, self.typing.style)
        helped = writing.offered(sitting.writing, found)
        return sitting if helped is sitting.writing else sittings.change(sitting, writing=helped)

    def _read(self) -> None:
        try:
            self.table = Table(self.path.read_bytes())
        except FileNotFoundError:
            log.info("no table of words at %s: no suggestions", self.path)
        except (OSError, ValueError) as error:
            log.warning("no suggestions: %s: %s", self.path, error)
