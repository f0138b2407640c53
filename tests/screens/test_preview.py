"""The preview of settings: a process of its own draws every screen by the kiosk's widgets, and says what it cannot."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops

from appliance.preview import PreviewError, Wanted, names, sitting_at
from appliance.settings import PANELS
from survey import wire
from survey.questionnaire import bundled
from tests.screens.conftest import a_kiosk


def drawn(folder: Path, **wanted) -> subprocess.CompletedProcess:
    folder.mkdir(parents=True)
    given = wire.encode(Wanted(**{"kiosk": a_kiosk(), **wanted}))
    command = [sys.executable, "-m", "appliance", "preview", "--out", str(folder)]
    return subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)


def test_every_screen_of_a_visit_is_drawn_and_none_is_blank(tmp_path: Path) -> None:
    kiosk = a_kiosk(context_on=["step"])
    done = drawn(tmp_path / "a", kiosk=kiosk)
    assert done.returncode == 0, done.stderr.decode()
    found = {path.stem for path in (tmp_path / "a").iterdir()}
    assert found == set(names(kiosk))
    assert {"idle", "question-overall", "reasons-overall", "choice-step", "contact", "phone", "thanks"} <= found
    for path in (tmp_path / "a").iterdir():
        picture = Image.open(path).convert("RGB")
        assert picture.size == (800, 480)
        assert len(picture.getcolors(1_000_000) or []) > 20, path.name


def test_the_words_differ_between_languages_and_the_code_is_there(tmp_path: Path) -> None:
    for lang in ("vi", "en"):
        assert drawn(tmp_path / lang, lang=lang, screens=["idle", "question-overall"]).returncode == 0
    pictures = {lang: Image.open(tmp_path / lang / "idle.png").convert("L") for lang in ("vi", "en")}
    words = ImageChops.difference(pictures["vi"], pictures["en"]).getbbox()
    assert words is not None
    assert words[0] < 400
    code = pictures["vi"].crop((540, 60, 730, 240)).point(lambda level: 255 * (level > 128)).getcolors()
    assert code is not None
    assert min(count for count, _ in code) > 5_000  # dark and light modules, both many


@pytest.mark.parametrize("panel", ["10in", "7in-portrait"])
def test_each_panel_is_drawn_in_its_own_pixels(tmp_path: Path, panel: str) -> None:
    assert drawn(tmp_path / panel, panel=panel, screens=["question-overall"]).returncode == 0
    size = Image.open(tmp_path / panel / "question-overall.png").size
    assert size == (PANELS[panel].width_px, PANELS[panel].height_px)


def test_a_changed_text_changes_the_picture(tmp_path: Path) -> None:
    texts = {**bundled().texts, "attract": {"vi": "Xin chào bà con", "en": "Welcome"}}
    changed = a_kiosk(questionnaire=msgspec.structs.replace(bundled(), texts=texts))
    assert drawn(tmp_path / "a", screens=["idle"]).returncode == 0
    assert drawn(tmp_path / "b", screens=["idle"], kiosk=changed).returncode == 0
    assert (tmp_path / "a" / "idle.png").read_bytes() != (tmp_path / "b" / "idle.png").read_bytes()


def test_what_cannot_be_drawn_is_named(tmp_path: Path) -> None:
    done = drawn(tmp_path / "a", screens=["question-nothing"])
    assert done.returncode == 2
    assert "question-nothing" in done.stderr.decode()
    with pytest.raises(PreviewError):
        sitting_at(a_kiosk(), "vi", "l", "choice-unknown")
