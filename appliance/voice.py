"""The voice's folder: prompts rendered by espeak-ng, recordings beside them; which file a prompt id is.

`<folder>/<lang>/<prompt id>.wav`. `python -m appliance.voice build | check | test`.
"""

import hashlib
import logging
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from appliance import shared
from appliance.prompts import RECORDED, SPOKEN, prompts
from appliance.settings import Settings
from appliance.sound import Sound, SoundError, clip, silence
from appliance.speech import PAUSE, Say
from survey.questionnaire import Questionnaire

log = logging.getLogger(__name__)

MANIFEST: Final = "manifest.json"
PAUSE_S: Final = 0.35
NAME: Final = "language"
"""The prompt in which a language says its own name; a folder with it can be chosen."""
RENDER: Final = ("espeak-ng", "-s", "145", "-g", "2")
"""145 words a minute, with short pauses between them: slower than its own 175."""


class Rendered(msgspec.Struct, frozen=True):
    """One file we made. text: what it says; made: hash of text and voice; wav: hash of the file."""

    text: str
    made: str
    wav: str


class VoiceError(RuntimeError):
    """The voice cannot be built; `str()` says what to do."""


class Voices:
    """The prompts there are. folders: recordings first, rendered prompts after them."""

    def __init__(self, folders: list[Path]) -> None:
        """Look at no file yet."""
        self.folders = folders
        self._told: set[str] = set()

    def find(self, lang: str, prompt: str) -> Path | None:
        """Return a prompt's file in this language, or None."""
        paths = (folder / lang / f"{prompt}.wav" for folder in self.folders)
        return next((path for path in paths if path.is_file()), None)

    def languages(self, first: Iterable[str]) -> tuple[str, ...]:
        """Return the languages that can be spoken: those in `first` in that order, then the others by name."""
        there = {path.parent.name for folder in self.folders for path in folder.glob(f"*/{NAME}.wav")}
        ordered = [lang for lang in first if lang in there]
        return tuple([*ordered, *sorted(there.difference(ordered))][:5])

    def samples(self, say: Say, lang: str) -> bytes:
        """Return a list of prompts as one piece of sound; a prompt that is nowhere is left out."""
        return b"".join(silence(PAUSE_S) if prompt == PAUSE else self._clip(lang, prompt) for prompt in say)

    def _clip(self, lang: str, prompt: str) -> bytes:
        lang, _, prompt = prompt.rpartition("/") if "/" in prompt else (lang, "", prompt)
        for path in filter(None, (self.find(each, prompt) for each in dict.fromkeys((lang, SPOKEN[0])))):
            try:
                return clip(path)
            except SoundError as error:
                if str(error) not in self._told:
                    self._told.add(str(error))
                    log.warning("prompt left out: %s", error)
        return b""


def voices(local: Settings) -> Voices:
    """Return the voices of a kiosk: recordings on the data partition, then its release's own, then its image's."""
    return Voices([Path(local.data_dir) / "voice", *shared.places(local.voice_dir)])


def say_test(local: Settings, sound: Sound | None = None, lang: str = "vi") -> str:
    """Say a test sentence; return "" or, for the technician, why nothing could be heard."""
    sound = sound or Sound()
    samples = voices(local).samples(("test",), lang)
    if not samples:
        return f"no prompts in {local.voice_dir}; run `python -m appliance.voice build`"
    return "" if sound.say(samples, local.speech_volume / 100) else sound.why_silent


# ---- building


def build(asked: Sequence[Questionnaire], folder: Path, languages: Iterable[str] = SPOKEN) -> dict[str, int]:
    """Render what is missing or changed; return how many prompts of each language were rendered.

    asked: every questionnaire that is to be spoken; where two have other words for one prompt, the first's are said.
    A file that is not as we made it is someone's recording and stays. Raises VoiceError if espeak-ng is not there.
    """
    return {lang: _build_one(all_prompts(asked, lang), folder / lang, lang) for lang in languages}


def all_prompts(asked: Sequence[Questionnaire], lang: str) -> dict[str, str]:
    """Return the text of every prompt of some questionnaires, by prompt id; the first one's words go before."""
    return {name: text for one in reversed(asked) for name, text in prompts(one, lang).items()}


def to_speak(own: Questionnaire | None) -> list[Questionnaire]:
    """Return what a voice is built for: a kiosk's own questionnaire, and every one that ships with the product.

    own: None for a machine that is not enrolled. A board of three buttons is changed over without a new voice.
    """
    from survey.questionnaire import bundled, bundled_ids  # a kiosk that only speaks never loads them

    shipped = [bundled(name) for name in bundled_ids()]
    return shipped if own is None else [own, *shipped]


def _build_one(wanted: dict[str, str], folder: Path, lang: str) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    ours = _manifest(folder)
    count = 0
    for prompt, text in wanted.items():
        path, made = folder / f"{prompt}.wav", _hash(f"{RENDER} {lang} {text}".encode())
        known = ours.get(prompt)
        if path.exists() and (known is None or known.wav != _hash(path.read_bytes()) or known.made == made):
            continue
        _render(text, lang, path)
        ours[prompt] = Rendered(text, made, _hash(path.read_bytes()))
        count += 1
    for prompt in ours.keys() - wanted.keys():
        old, path = ours.pop(prompt), folder / f"{prompt}.wav"
        if path.exists() and _hash(path.read_bytes()) == old.wav:
            path.unlink()
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(ours, order="sorted"), indent=1))
    return count


def _render(text: str, lang: str, path: Path) -> None:
    half = path.with_suffix(".part")
    try:
        subprocess.run([*RENDER, "-v", lang, "-w", str(half), "--stdin"], input=text.encode(), check=True, timeout=60)
    except FileNotFoundError:
        raise VoiceError("espeak-ng is not installed; run `apt-get install espeak-ng`, then build again") from None
    except subprocess.SubprocessError as error:
        raise VoiceError(f"espeak-ng could not render {path.name} in {lang}: {error}") from error
    half.rename(path)


def _manifest(folder: Path) -> dict[str, Rendered]:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=dict[str, Rendered])
    except (OSError, msgspec.DecodeError):
        return {}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def missing(questionnaire: Questionnaire, there: Voices, lang: str) -> list[str]:
    """Return the prompts a language lacks, or has as a file that cannot be played."""
    return [prompt for prompt in prompts(questionnaire, lang) if not _is_good(there.find(lang, prompt))]


def _is_good(path: Path | None) -> bool:
    try:
        return path is not None and bool(clip(path))
    except SoundError:
        return False


# ---- the command line


def main(arguments: list[str]) -> int:
    """Build, check or test the voice; return the exit code."""
    import argparse  # only where there is a command line to read

    from appliance import settings as local_settings
    from appliance.identity import kiosk_settings

    parser = argparse.ArgumentParser(prog="python -m appliance.voice", description=__doc__)
    parser.add_argument("what", choices=["build", "check", "test"])
    parser.add_argument("--settings", type=Path, help="TOML file of this machine's settings")
    parser.add_argument("--out", type=Path, help="folder of the voice; voice_dir of the settings if left out")
    given = parser.parse_args(arguments)
    try:
        local = local_settings.read(given.settings)
        kiosk = kiosk_settings(Path(local.data_dir))
        asked = to_speak(None if kiosk is None else kiosk.questionnaire)
        folder = given.out or Path(local.voice_dir)
        if given.what == "build":
            for lang, count in build(asked, folder).items():
                print(f"{lang}: {count} rendered, {len(all_prompts(asked, lang))} in all")  # noqa: T201
            return 0
        there = Voices([Path(local.data_dir) / "voice", folder])
        return _test(local, folder) if given.what == "test" else _check(asked, there)
    except (local_settings.SettingsError, VoiceError, OSError) as error:
        print(f"hailong: {error}", file=sys.stderr)  # noqa: T201
        return 2


def _check(asked: Sequence[Questionnaire], there: Voices) -> int:
    """Print what each language lacks; return 1 if Vietnamese lacks anything, which every other falls back on."""
    lacking = {}
    for lang in (*SPOKEN, *RECORDED):
        lacks = lacking[lang] = [name for name in all_prompts(asked, lang) if not _is_good(there.find(lang, name))]
        count = len(all_prompts(asked, lang))
        print(f"{lang}: {count - len(lacks)}/{count}", *([f"missing: {' '.join(lacks)}"] if lacks else []))  # noqa: T201
    return 1 if lacking[SPOKEN[0]] else 0


def _test(local: Settings, folder: Path) -> int:
    import time

    from msgspec.structs import replace

    sound = Sound()
    why = say_test(replace(local, voice_dir=str(folder)), sound)
    print(why or "played")  # noqa: T201
    while sound.left_s > 0:
        time.sleep(0.05)
    sound.close()
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
