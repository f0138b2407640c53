"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable


def until(fact: Callable[[], object], at_most_s: float = 10.0) -> None:
    """Return once a fact holds. Fails after `at_most_s`."""
    end = time.monotonic() + at_most_s
    while not fact():
        assert time.monotonic() < end, f"not within {at_most_s} s"
        time.sleep(0.01)
