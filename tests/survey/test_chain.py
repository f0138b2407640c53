"""The hash chain: what it covers, and what may be erased under it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import chain
from survey.ballot import Answer, Ballot
from tests.values import DEVICE, STREAM, a_ballot, ballots


def links(chained: list[Ballot]) -> list[bytes]:
    made, previous = [], chain.genesis(DEVICE, STREAM)
    for seq, ballot in enumerate(chained, 1):
        previous = chain.link(previous, seq, chain.leaf(ballot))
        made.append(previous)
    return made


@given(ballots())
def test_a_leaf_does_not_depend_on_the_place_in_the_chain(ballot: Ballot) -> None:
    moved = msgspec.structs.replace(ballot, stream="f" * 32, seq=ballot.seq + 41)
    assert chain.leaf(moved) == chain.leaf(ballot)


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"overall": Answer(1)}},
        {"wall": "2026-11-21T04:00:09.000Z"},
        {"lang": "en"},
        {"answers_salt": b"y" * 16},
        {"sealed": b"x" * 60, "sealed_salt": b"z" * 16},
        {"context": {"role": "individual"}},
        {"device": "k-0002"},
        {"boot": 4},
    ],
)
def test_any_change_of_a_ballot_changes_its_leaf(change: dict) -> None:
    assert chain.leaf(a_ballot(**change)) != chain.leaf(a_ballot())


@given(ballots())
def test_erasing_the_sealed_part_leaves_the_leaf_provable(ballot: Ballot) -> None:
    kept = chain.sealed_digest(ballot)
    erased = msgspec.structs.replace(ballot, sealed=None, sealed_salt=None)
    assert chain.leaf_of_parts(chain.answers_digest(erased), kept, chain.meta_bytes(erased)) == chain.leaf(ballot)


@given(st.integers(0, 8), st.sampled_from(["change", "delete", "swap"]))
def test_a_changed_deleted_or_moved_ballot_changes_every_later_link(place: int, harm: str) -> None:
    honest = [a_ballot(seq) for seq in range(1, 11)]
    harmed = list(honest)
    if harm == "change":
        harmed[place] = a_ballot(place + 1, lang="en")
    elif harm == "delete":
        del harmed[place]
    else:
        harmed[place], harmed[place + 1] = harmed[place + 1], harmed[place]
    true, false = links(honest), links(harmed)
    assert true[:place] == false[:place]
    assert not set(true[place:]) & set(false[place:])


def test_each_device_and_stream_begins_with_its_own_link() -> None:
    starts = {chain.genesis(device, stream) for device in ("a", "b") for stream in ("0" * 32, "1" * 32)}
    assert len(starts) == 4
