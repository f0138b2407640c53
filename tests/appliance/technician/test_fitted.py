"""A bundle that must fit: the newest lines of a log, other parts whole or named as left out, never a byte too many."""

import io
import random
import zipfile

import msgspec
import pytest

from appliance.technician.bundle import Part, fitted

LEAST = 32_768


def noise(size, seed=1):
    """Return a log that packs badly."""
    chance = random.Random(seed)
    lines = (f"{n:08d} {chance.getrandbits(256):064x}" for n in range(size // 74 + 1))
    return "\n".join(lines).encode()[-size:]


def opened(body):
    with zipfile.ZipFile(io.BytesIO(body)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_what_fits_is_whole_and_nothing_is_said_to_be_left_out():
    parts = [Part("versions.json", b"{}"), Part("logs/journal.log", noise(9_000), is_log=True)]
    body, left_out = fitted(parts, LEAST * 4)
    assert opened(body) == {part.name: part.content for part in parts}
    assert left_out == []


def test_a_long_log_is_given_with_its_newest_whole_lines():
    log = noise(900_000)
    body, left_out = fitted([Part("versions.json", b"{}"), Part("logs/journal.log", log, is_log=True)], 131_072)
    found = opened(body)
    kept = found["logs/journal.log"]
    assert len(body) <= 131_072
    assert log.endswith(kept)
    assert log[-len(kept) - 1 : -len(kept)] == b"\n"
    assert len(kept) > 60_000
    assert left_out == [f"logs/journal.log: {len(log) - len(kept)} / {len(log)} B"]
    assert msgspec.json.decode(found["left-out.json"]) == left_out


def test_a_part_that_does_not_fit_is_named_and_a_later_smaller_one_still_goes_in():
    big = random.Random(3).randbytes(60_000)
    body, left_out = fitted([Part("acceptance/a.json", big), Part("boots.txt", b"0 now")], LEAST)
    assert len(body) <= LEAST
    assert set(opened(body)) == {"boots.txt", "left-out.json"}
    assert left_out == ["acceptance/a.json"]


@pytest.mark.parametrize("most", [LEAST, 131_072, 524_288])
def test_it_is_never_too_large_however_many_parts_there_are(most):
    parts = [Part(f"acceptance/{'n' * 60}-{n}.json", random.Random(n).randbytes(3_000)) for n in range(400)]
    body, left_out = fitted(parts, most)
    assert len(body) <= most
    held = len(opened(body)) - 1
    named = len(left_out) - 1
    assert held + named + int(left_out[-1].removeprefix("+ ")) == 400
    assert held > 0
