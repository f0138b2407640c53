"""One look for a release: gathers, lets `decide` decide, fetches what is signed and lays it into the free slot."""

import fcntl
import logging
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from appliance.updates import decide, slot
from appliance.updates.decide import Facts, Stay
from appliance.updates.slot import LayError
from appliance.updates.sources import Source
from appliance.updates.trust import Trust, TrustError
from launcher import slots, state
from launcher.state import FACTORY, State, StateError
from survey.release import ROOT, Release

log = logging.getLogger(__name__)

TUF = "tuf"


class Places(msgspec.Struct, frozen=True):
    """folder: of the slots. factory: the image's own slot, the trust anchor beside it."""

    folder: Path
    factory: Path


class Laid(msgspec.Struct, frozen=True):
    """A release that the next start will try."""

    version: str

    @property
    def words(self) -> str:
        """Return what happened, in Vietnamese."""
        return f"Bản {self.version} đã sẵn sàng; máy sẽ tự khởi động lại khi không có ai."


class Failed(msgspec.Struct, frozen=True):
    """Nothing was changed for a reason outside. words: Vietnamese; why: for the log."""

    words: str
    why: str


Outcome = Laid | Stay | Failed
Tell = Callable[[str, float | None], None]
"""Is told what is under way, in Vietnamese, and how much of it is done, 0 to 1; None where a step begins."""


def quiet(words: str, share: float | None) -> None:
    """Tell nobody."""


def places() -> Places:
    """Return where the launcher said that things lie, or the image's places."""
    told = os.environ.get
    return Places(
        Path(told("HAILONG_SLOTS", "/var/lib/hailong-slots")), Path(told("HAILONG_FACTORY", "/opt/hailong/factory"))
    )


def look(at: Places, source: Source, *, wished: str, is_exact: bool, is_by_hand: bool, tell: Tell = quiet) -> Outcome:
    """Look once; returns what came of it. What runs goes on running.

    wished: the centre's version for this kiosk, "" for none. is_exact: the time is proven.
    """
    try:
        with _alone(at.folder):
            known = state.read(at.folder)
            facts = facts_of(at, known, wished=wished, is_exact=is_exact, is_by_hand=is_by_hand)
            outcome = decide.before(facts) or _take(at, known, facts, source, tell)
    except TrustError as error:
        outcome = Failed(error.words, str(error))
    except BlockingIOError:
        outcome = Failed("Đang có lần cập nhật khác chạy.", "another look is under way")
    except (LayError, StateError, OSError) as error:
        outcome = Failed("Chưa ghi được bản mới; máy vẫn chạy bản cũ.", f"{type(error).__name__}: {error}")
    why = outcome.why if isinstance(outcome, Failed) else getattr(outcome, "why", "")
    log.info("update looked outcome=%s why=%s", type(outcome).__name__.lower(), why)
    return outcome


def facts_of(at: Places, known: State, *, wished: str, is_exact: bool, is_by_hand: bool) -> Facts:
    """Return what is known before anything is fetched."""
    runs = slots.release_of(at.factory if known.current == FACTORY else at.folder / known.current)
    return Facts(
        wished=wished, version="" if runs is None else runs.version, digest="" if runs is None else runs.digest,
        counter=max(known.counter, 0 if runs is None else runs.counter),
        failed=frozenset(one.digest for one in known.failed), is_exact=is_exact, has_trial=bool(known.trial),
        is_by_hand=is_by_hand, architecture=platform.machine(),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
    )  # fmt: skip


def _take(at: Places, known: State, facts: Facts, source: Source, tell: Tell) -> Outcome:
    tell("kiểm chữ ký…", None)
    trust = Trust(source, at.folder / TUF, (at.factory / ROOT).read_bytes())
    label = decide.chosen(facts, trust.labels())
    if isinstance(label, Stay):
        return label
    release, body = trust.release(label)
    stay = decide.fits(facts, label, release, _digest(body)) or _room(at, trust, release)
    return stay or _lay(at, known, trust, release, body, tell)


def _room(at: Places, trust: Trust, release: Release) -> Stay | None:
    need = trust.size_of(release.app_file) + sum(one.size for one in release.part("app").values())
    if slot.lib_at(at.folder, at.factory, release) is None:
        need += trust.size_of(release.lib_file) + sum(one.size for one in release.part("lib").values())
    room = os.statvfs(at.folder)
    return decide.has_room(room.f_bavail * room.f_frsize, need)


def _lay(at: Places, known: State, trust: Trust, release: Release, body: bytes, tell: Tell) -> Outcome:
    into = at.folder / slot.DOWNLOADS
    into.mkdir(exist_ok=True)
    wanted = [release.app_file]
    if slot.lib_at(at.folder, at.factory, release) is None:
        wanted.append(release.lib_file)
    files = _fetched(trust, wanted, into, tell)
    tell("ghi vào thẻ và đọc lại…", None)
    slot.lay(at.folder, known, release, body, files, at.factory)
    slot.tidy(at.folder)
    log.info("release laid down version=%s counter=%d", release.version, release.counter)
    return Laid(release.version)


def _fetched(trust: Trust, names: list[str], into: Path, tell: Tell) -> dict[str, Path]:
    """Return signed files by name, fetched; how far is told over all of them."""
    sizes = {name: trust.size_of(name) for name in names}
    total, done, found = sum(sizes.values()), 0, {}

    def counted(size: int) -> None:
        tell(f"chép {(done + size) / 1e6:.1f} / {total / 1e6:.1f} MB".replace(".", ","), (done + size) / max(1, total))

    for name in names:
        found[name] = trust.fetch(name, into, counted)
        done += sizes[name]
    return found


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the slots for one look. Raises BlockingIOError if somebody else does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
