"""What a unit is today: through merges and renames to one, through a split to none, never a guess."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.offices.succession import Current, Succession, by_current, current_of

REFORM, TODAY = date(2025, 7, 1), date(2026, 11, 22)


def went(old: str, new: str, kind: str = "merge", day: date = REFORM) -> Succession:
    return Succession(old, new, day, kind, "NQ 1684/NQ-UBTVQH15")


QUANG_TRUNG = [went("quang-trung", "ha-giang-1", "split"), went("quang-trung", "ha-giang-2", "split")]


def test_a_unit_nobody_succeeded_is_itself():
    assert current_of(QUANG_TRUNG, "tan-trao", TODAY) == Current("tan-trao")


def test_what_was_merged_is_the_one_it_went_into():
    assert current_of([went("a", "b"), went("c", "b")], "a", TODAY) == Current("b")


def test_what_was_split_is_attributed_to_none_and_names_its_parts():
    now = current_of(QUANG_TRUNG, "quang-trung", TODAY)
    assert now.is_split
    assert now == Current(None, ("ha-giang-1", "ha-giang-2"))


def test_a_chain_is_followed_to_its_end_but_not_past_the_day():
    chain = [went("a", "b", day=date(2024, 1, 1)), went("b", "c", "rename"), went("c", "d", day=date(2027, 1, 1))]
    assert current_of(chain, "a", TODAY) == Current("c")
    assert current_of(chain, "a", date(2024, 6, 1)) == Current("b")
    assert current_of(chain, "b", TODAY, since=REFORM) == Current("b")


def test_parts_that_came_together_again_are_one():
    again = [went("ha-giang-1", "ha-giang", day=date(2026, 1, 1)), went("ha-giang-2", "ha-giang", day=date(2026, 1, 1))]
    assert current_of([*QUANG_TRUNG, *again], "quang-trung", TODAY) == Current("ha-giang")


@pytest.mark.parametrize("ring", [[went("a", "b"), went("b", "a")], [went("a", "a")]])
def test_a_ring_ends(ring):
    assert current_of(ring, "a", TODAY) == Current("a")


@given(st.lists(st.tuples(*[st.sampled_from("abcdef")] * 2), max_size=12))
def test_whatever_the_links_an_answer_comes_back(links):
    found = by_current([went(old, new) for old, new in links], "abcdef", TODAY)
    assert all(now.unit or len(now.parts) > 1 for now in found.values())
