"""Voice and words that a release brought go before its image's: a real slot, its own program started from it."""

import subprocess
import sys
from pathlib import Path

import pytest

from appliance import shared
from appliance.settings import Settings
from provisioning.release import build

REPOSITORY = Path(__file__).parents[2]
ASKS = """
from appliance.offers import Offers
from appliance.settings import Settings
from appliance.voice import voices
local = Settings()
print(voices(local).find("vi", "test"), Offers(local).path, voices(local).find("vi", "none"))
"""


@pytest.fixture(scope="module")
def slot(tmp_path_factory) -> Path:
    """A slot of this checkout, laid as an image has it, with a voice and a table of its own (`--share`)."""
    folder = tmp_path_factory.mktemp("release")
    share = folder / "share"
    (share / "voice/vi").mkdir(parents=True)
    (share / "voice/vi/test.wav").write_bytes(b"RIFF")
    (share / "words.bin").write_bytes(b"words")
    third = folder / "third.py"
    third.write_text("HERE = 1\n")
    app, lib = build.sources(REPOSITORY, share), {"lib/third.py": third}
    release = build.build(folder / "built", "2.0", 2, build.here(), app, lib)
    build.lay(folder / "slot", release, app, lib, b"{}")
    return folder / "slot"


def asked(at: Path) -> list[str]:
    environment = {"PYTHONPATH": str(at), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", ASKS], env=environment, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_slot_s_own_voice_and_words_are_the_ones_used(slot):
    share = slot / "app/share"
    assert asked(slot / "app") == [str(share / "voice/vi/test.wav"), str(share / "words.bin"), "None"]


def test_a_release_without_them_uses_the_image_s():
    assert asked(REPOSITORY)[1] == Settings().words_file


def test_what_the_image_has_and_the_release_has_not_is_still_found():
    image = Path(Settings().voice_dir)
    assert shared.places(str(image), Path("/slot/app/share")) == [Path("/slot/app/share/voice"), image]


def test_a_place_that_a_person_named_is_the_only_one(tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share/words.bin").write_bytes(b"words")
    assert shared.first("/srv/words.bin", tmp_path / "share") == Path("/srv/words.bin")
    assert shared.first(Settings().words_file, tmp_path / "share") == tmp_path / "share/words.bin"
