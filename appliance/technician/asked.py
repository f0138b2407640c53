"""The support bundle that the centre asked for: made and sent on a thread of its own, never before a ballot.

It keeps nothing but how often a request was begun: the centre asks with every receipt until it holds an answer.
"""

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from appliance import identity, keys
from appliance.durable import write_durably
from appliance.link import Link, LinkError
from appliance.retry import Refused
from appliance.settings import Settings
from appliance.technician.bundle import fitted, parts
from appliance.technician.gather import Machine
from appliance.updates.told import version
from survey import wire
from survey.support import MAX_BUNDLE_BYTES, Bundle

log = logging.getLogger(__name__)

STATE: Final = "bundle-asked.json"
SIZES: Final = (MAX_BUNDLE_BYTES, 524_288, 131_072)
"""Bytes at most, at the first try, the second, and from the third on: a thin line gets a shorter bundle."""
TRIES: Final = 6
FIRST_S: Final = 600.0
LONGEST_S: Final = 6 * 3600.0


class Begun(msgspec.Struct, frozen=True):
    """How often a request was begun; written before each try, so that one which ends the process counts, too."""

    id: str
    tries: int = 0


def most_bytes(tries: int) -> int:
    """Return how large a bundle may be after so many tries.

    >>> [most_bytes(tries) // 1024 for tries in range(4)]
    [2048, 512, 128, 128]
    """
    return SIZES[min(tries, len(SIZES) - 1)]


def pause_s(tries: int, chance: float) -> float:
    """Return how long to wait after so many tries, at least one. chance: a random number in [0, 1).

    >>> pause_s(1, 0.0), pause_s(3, 0.0), pause_s(9, 0.0)
    (600.0, 2400.0, 21600.0)
    """
    return min(LONGEST_S, FIRST_S * 2.0 ** (tries - 1)) * (1 + chance / 4)


class Asked:
    """One kiosk's answers to the centre's requests. local: None where this process does not know the settings file."""

    def __init__(
        self,
        folder: Path,
        centre: str,
        local: Settings | None = None,
        root: Path = Path("/"),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self.local, self.root, self._monotonic = folder, local, root, monotonic
        self._machine = Machine(folder, centre, root)
        self._thread: threading.Thread | None = None
        self._link: Link | None = None
        self._id, self._due_s, self._last = "", 0.0, Begun("")

    def hear(self, request: str) -> None:
        """Begin with a request, if it is its time and nothing is under way. Returns at once, never raises."""
        if request != self._id:
            self._id, self._due_s = request, 0.0
        if self._monotonic() < self._due_s or (self._thread is not None and self._thread.is_alive()):
            return
        self._due_s = self._monotonic() + FIRST_S
        self._thread = threading.Thread(target=self._answer, args=(request,), name="bundle", daemon=True)
        self._thread.start()

    def make_way(self) -> None:
        """Cut a bundle that is on its way: ballots come first. It is tried again later, and shorter."""
        if (link := self._link) is not None:
            with contextlib.suppress(RuntimeError):  # it opens a connection this very moment; ballots go on beside it
                link.cut()

    def wait(self, most_s: float) -> None:
        """Wait for what is under way."""
        if self._thread is not None:
            self._thread.join(most_s)

    def _answer(self, request: str) -> None:
        try:
            tries = self._begin(request)
            self._due_s = self._monotonic() + pause_s(tries + 1, random.random())  # noqa: S311 spreads load
            self._send(self._made(request, tries))
        except Exception as error:  # noqa: BLE001 a thread with nobody above it; the centre asks again
            log.warning("support bundle not sent: %s", type(error).__name__)

    def _begin(self, request: str) -> int:
        """Return how often a request was begun before, and count this time; in memory alone where the card is full."""
        try:
            on_card = msgspec.json.decode((self.folder / STATE).read_bytes(), type=Begun)
        except (OSError, msgspec.MsgspecError):
            on_card = Begun(request)
        tries = max([each.tries for each in (on_card, self._last) if each.id == request], default=0)
        if tries < TRIES:
            self._last = Begun(request, tries + 1)
            try:
                write_durably(self.folder / STATE, msgspec.json.encode(self._last))
            except OSError as error:
                log.warning("the card takes no writes: %s", type(error).__name__)
        return tries

    def _made(self, request: str, tries: int) -> Bundle:
        granted = identity.grant(self.folder)
        device = granted.device if granted else ""
        plain = Bundle(version=wire.CONTRACT_VERSION, id=request, device=device, software=version()[:40])
        if tries >= TRIES:
            return msgspec.structs.replace(plain, why="given_up")
        try:
            zipped, left_out = self._zip(most_bytes(tries))
        except Exception as error:  # noqa: BLE001 whatever it was, the centre is told of which kind
            log.warning("support bundle not made: %s", type(error).__name__)
            return msgspec.structs.replace(plain, why="not_made", fault=type(error).__name__[:60])
        return msgspec.structs.replace(plain, zip=zipped, left_out=[name[:120] for name in left_out])

    def _zip(self, most: int) -> tuple[bytes, list[str]]:
        facts = self._machine.facts()
        outbox, _ = self._machine.open_outbox()
        try:
            return fitted(parts(self.folder, self.local, facts, outbox, self.root), most)
        finally:
            outbox.close()

    def _send(self, made: Bundle) -> None:
        granted = identity.grant(self.folder)
        if granted is None:
            return
        self._link = link = Link(
            self._machine.centre, keys.device_key(self.folder), granted.device, keys.centre_key(granted)
        )
        began_s = self._monotonic()
        try:
            link.send_bundle(wire.encode(made))
        except LinkError as error:
            log.warning("support bundle not taken: %s", error)
            if isinstance(error.outcome, Refused) and error.outcome.status == 409:
                self._forget()  # withdrawn, or over its term
        else:
            log.info("support bundle sent bytes=%d took_s=%.1f", len(made.zip), self._monotonic() - began_s)
            self._forget()
        finally:
            self._link = None
            link.close()

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            (self.folder / STATE).unlink(missing_ok=True)
