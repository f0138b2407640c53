"""Keeps the window's memory level for a year: what is freed goes back to the system instead of into gaps."""

import ctypes
import gc
from typing import Final

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # malloc.h
LARGE: Final = 65_536
"""Pieces at least this large, bytes, are mapped on their own and leave no gap; glibc would raise this to 32 MB."""


def settle() -> bool:
    """Tell the C library how to hold memory; call it once, early. Returns whether it listens (glibc does)."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt"):
        return False
    wishes = ((_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, 2 * LARGE), (_ARENA_MAX, 2))
    taken = [bool(libc.mallopt(which, value)) for which, value in wishes]
    return all(taken)


def tidy() -> None:
    """Look for rubbish and give back what it held: some 20 ms, while nobody is here."""
    gc.collect()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
