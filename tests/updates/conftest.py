"""Keys, a repository and a kiosk: made by our own commands, small releases in place of the real program."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.updates.look import Outcome, Places, look
from appliance.updates.sources import Folder, Source
from provisioning.release import build, keys, repository
from tests.releases import LIVES, Kiosk

WORDS = b"mot cum mat khau dai"


class Maker:
    """Whoever makes releases: keys, a workbench, and the repository that is published."""

    def __init__(self, root: Path) -> None:
        self.root, self.keys, self.repository = root, root / "keys", root / "repository"
        self.anchor = keys.make(self.keys, WORDS)

    def files(
        self, program: str = LIVES, third: str = "HERE = 1\n", many: int = 0
    ) -> tuple[dict[str, Path], dict[str, Path]]:
        texts = {"app/appliance/__init__.py": "", "app/appliance/__main__.py": program, "lib/third.py": third}
        texts |= {f"app/appliance/part_{n}.py": f"N = {n}\n" for n in range(many)}
        found = {}
        for path, text in texts.items():
            at = self.root / "bench" / str(abs(hash((program, third, many)))) / path
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(text)
            found[path] = at
        return ({path: at for path, at in found.items() if path.startswith("app/")},
                {path: at for path, at in found.items() if path.startswith("lib/")})  # fmt: skip

    def publish(
        self, version: str, counter: int, program: str = LIVES, third: str = "HERE = 1\n", *, many: int = 0,
        now: datetime | None = None, into: Path | None = None, by: Path | None = None,
    ) -> Path:  # fmt: skip
        """Build and sign one release; returns the repository."""
        built = self.root / f"built-{version}-{counter}"
        build.build(built, version, counter, build.here(), *self.files(program, third, many))
        repository.publish(into or self.repository, built, by or self.keys, WORDS, now)
        return into or self.repository

    def factory(self, kiosk: Kiosk) -> None:
        """Lay release 1.0 out as a kiosk's factory slot."""
        app, lib = self.files()
        release = build.build(self.root / f"factory-{kiosk.root.name}", "1.0", 1, build.here(), app, lib)
        build.lay(kiosk.factory, release, app, lib, self.anchor)


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    """A maker of releases with fresh keys."""
    return Maker(tmp_path / "maker")


@pytest.fixture
def kiosk(tmp_path: Path, maker: Maker) -> Kiosk:
    """A kiosk fresh from its image, which trusts that maker."""
    made = Kiosk(tmp_path / "kiosk")
    maker.factory(made)
    return made


@pytest.fixture
def look_at(kiosk: Kiosk, maker: Maker) -> Callable[..., Outcome]:
    """Return a way to have the kiosk look once, by hand at the maker's repository unless told otherwise."""

    def looked(
        source: Source | None = None, wished: str = "", *, is_exact: bool = True, is_by_hand: bool = True
    ) -> Outcome:
        return look(
            Places(kiosk.slots, kiosk.factory), source or Folder(maker.repository), wished=wished, is_exact=is_exact,
            is_by_hand=is_by_hand,
        )  # fmt: skip

    return looked


def days_from_now(days: int) -> datetime:
    """Return a moment so many days away."""
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + days * 86_400, UTC)
