"""The suggestions: how many marks come back, what a key costs; on the table of `make words`."""

import statistics
import time
import tracemalloc

from appliance.suggest import Table, suggestions
from appliance.syllables import plain
from appliance.words import BUILT, WordsError, build, check, examined
from bench.report import Figure

AT_MOST_MS, AT_MOST_MB = 10.0, 10.0


def figures() -> list[Figure]:
    """Return the suggestions' figures; one line that says why there are none where the table cannot be built."""
    try:
        if not BUILT.exists():
            build(BUILT)
    except WordsError as error:
        return [Figure("suggestions", "-", "a table", False, str(error))]
    tracemalloc.start()
    table = Table(BUILT.read_bytes())
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    phrases = examined()
    score = check(table, phrases)
    spent_ms = sorted(_keys_ms(table, phrases))
    p95, count = spent_ms[int(len(spent_ms) * 0.95)], f"{score.phrases} phrases of our own, {score.syllables} syllables"
    return [
        Figure("marks restored", f"{score.syllable_share:.1%}", "≥ 90 %", score.syllable_share >= 0.9, count),
        Figure(
            "whole phrases, first suggestion",
            f"{score.phrase_share:.1%}",
            "≥ 60 %",
            score.phrase_share >= 0.6,
            f"among three: {score.top3_share:.1%}",
        ),
        Figure(
            "suggestions after a key, p95",
            f"{p95:.1f} ms",
            "≤ 10 ms",
            p95 <= AT_MOST_MS,
            f"median {statistics.median(spent_ms):.1f} ms, most {spent_ms[-1]:.1f} ms, {len(spent_ms)} keys",
        ),
        Figure(
            "memory of the table",
            f"{megabytes:.1f} MB",
            "≤ 10 MB",
            megabytes <= AT_MOST_MB,
            f"{BUILT.stat().st_size / 1000:.0f} KB on disk",
        ),
    ]


def _keys_ms(table: Table, phrases: list[str]) -> list[float]:
    spent = []
    for phrase in map(plain, phrases):
        for end in range(1, len(phrase) + 1):
            begun = time.perf_counter()
            suggestions(table, phrase[:end])
            spent.append(1000 * (time.perf_counter() - begun))
    return spent
