"""A release off a stick survives the cord and proves itself; one of the centre's that hangs is taken back by itself.

Signed by the keys that the image was made with: HAILONG_KEYS names their folder, HAILONG_WORDS a file of their words.
"""

import base64
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.centre import Centre
from provisioning.image import wheels
from provisioning.recover.partitions import of_table
from provisioning.release import build, repository
from server.centre import config_changed
from server.database import open_engine, writing
from server.devices.release_wish import ALL, Step
from server.devices.roster import health_of
from server.releases import queries
from survey.batch import Health
from tests.image.machine import Machine, a_stick
from tests.image_boot import respondent
from tests.image_boot.boots import SLOW, complete, known, second_boot
from tests.waiting import until

HERE = Path(__file__).parents[2]
KEYS = Path(os.environ.get("HAILONG_KEYS", HERE / "build/release-keys"))
WORDS = os.environ.get("HAILONG_WORDS", "")
SOON = "[Timer]\nOnBootSec=\nOnBootSec=15s\nOnUnitInactiveSec=20s\nRandomizedDelaySec=0\n"
"""The timer's half hours, made short by the kernel's words; the image stays as it is."""
HANGS = "import time\n\ntime.sleep(3600)\n"
KIND = (wheels.MACHINES["arm64"], wheels.PYTHON)
pytestmark = [
    pytest.mark.timeout(3600 * SLOW),
    pytest.mark.skipif(not WORDS, reason="HAILONG_WORDS names no words: no release can be signed for this image"),
]


class Maker:
    """Whoever makes releases for this image: its own libraries, this checkout's program."""

    def __init__(self, folder: Path, image: Path, centre: Centre) -> None:
        self.folder, self.centre = folder, centre
        self.lib = folder / "lib"
        with image.open("rb") as file:
            at = of_table(file.read(512), image.stat().st_size)[-1].start
        words = ["debugfs", "-R", f"rdump /opt/hailong/factory/lib {folder}", f"{image}?offset={at}"]
        subprocess.run(words, check=True, capture_output=True)

    def sign(self, version: str, counter: int, first: str = "") -> Path:
        """Sign a release and return the repository. first: what its program begins with."""
        app = build.sources(HERE)
        if first:
            changed = self.folder / f"main-{version}.py"
            changed.write_text(first + app["app/appliance/__main__.py"].read_text())
            app["app/appliance/__main__.py"] = changed
        build.build(self.folder / version, version, counter, KIND, app, build.libraries(self.lib))
        kept = self.folder / "repository"
        repository.publish(kept, self.folder / version, KEYS, Path(WORDS).read_bytes().strip())
        return kept

    def wish(self, version: str, counter: int, first: str = "") -> None:
        """Sign a release, have the centre take it in and wish it for all."""
        self.centre.do("releases", "add", str(self.sign(version, counter, first)))
        engine = open_engine(f"sqlite:///{self.centre.folder / 'centre.db'}")
        with writing(engine) as work:
            queries.add_step(work, Step(version, "", ALL, False, [], 0, ""), 1, "test")
            config_changed(work)
        engine.dispose()


def health(centre: Centre) -> Health:
    return health_of(centre.rows("SELECT last_health FROM devices")[0][0]) or Health()


@pytest.fixture
def hasty(machine: Machine, centre: Centre) -> Iterator[Machine]:
    """The enrolled machine, which looks for releases as soon as it is up."""
    known(machine, centre)
    soon = base64.b64encode(SOON.encode()).decode()
    machine.words = f"systemd.set_credential_binary=systemd.unit-dropin.hailong-update.timer:{soon}"
    yield machine
    machine.cut()
    machine.words = ""


def test_a_release_is_taken_through_a_power_cut_and_one_that_hangs_is_taken_back(
    hasty: Machine, centre: Centre, tmp_path: Path
) -> None:
    maker, thanked = Maker(tmp_path, hasty.image, centre), complete(centre)
    (tmp_path / "stick").mkdir()
    repository.to_stick(maker.sign("9.1", 2), tmp_path / "stick")
    second_boot(hasty)
    respondent.visit(hasty)
    hasty.plug(a_stick(hasty.folder / "updates.img", tmp_path / "stick"))
    hasty.wait("release laid down version=9.1", 600 * SLOW)
    hasty.cut()
    second_boot(hasty)
    assert "starting slot=a release=9.1" in hasty.said(), "the cord pulled just then starts the trial"
    hasty.wait("release 9.1 confirmed", 200 * SLOW)
    hasty.wait("starting slot=a release=9.1", 120 * SLOW, count=2)  # the uploader takes it too
    until(lambda: (health(centre).version, health(centre).slot) == ("9.1", "a"), 400 * SLOW)

    maker.wish("9.2", 3, HANGS)
    hasty.wait("release laid down version=9.2", 900 * SLOW)
    hasty.wait("starting slot=b release=9.2", 600 * SLOW)
    began_s = hasty.up_s
    hasty.wait("release 9.2 undone: no sign of life", 180 * SLOW)
    took_s = hasty.up_s - began_s
    respondent.wait(hasty, "idle", within_s=300 * SLOW)
    assert took_s < 180, f"undone only after {took_s:.0f} s"
    respondent.visit(hasty)
    until(lambda: health(centre).failed_release == "9.2", 400 * SLOW)
    until(lambda: complete(centre) == thanked + 2, 660 * SLOW)
    assert health(centre).slot == "a"
