"""How a figure is said: what, the ratio or number, what was expected, and whether it holds here."""

import os
import platform
import time
from pathlib import Path
from typing import Final

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One line of the report. expected: in words, `≥ 0.33`; holds: whether this run meets it."""

    name: str
    value: str
    expected: str
    holds: bool
    note: str = ""


def line(figure: Figure) -> str:
    """Return a figure as one row of the table in docs/performance.md."""
    mark = "yes" if figure.holds else "**no**"
    return f"| {figure.name} | {figure.value} | {figure.expected} | {mark} | {figure.note} |"


HEAD: Final = "| figure | measured | expected | holds | how |\n|---|---|---|---|---|"


def machine() -> str:
    """Return this machine in one line."""
    model = next(
        (row.split(":")[1].strip() for row in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in row),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores, {model}, Python {platform.python_version()}, Linux {platform.release()}"


def cpu_s(pid: int) -> float:
    """Return the CPU seconds, user and system, that a process has used so far, all its threads together.

    Read from the process's CPU clock: the sum that /proc/PID/stat gives in steps of 10 ms, in nanoseconds.
    """
    clock = ~pid << 3 | 2  # what clock_getcpuclockid(3) makes of a pid
    return time.clock_gettime(clock)
