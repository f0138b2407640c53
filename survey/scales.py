"""The table of answer scales: a scale answered by one level is one row here, nothing else changes."""

from typing import Final, Literal

import msgspec

NA: Final = "na"
"""What an answer's level is when the question does not apply; kept, and left out of every base."""

Level = int | Literal["na"]


class Scale(msgspec.Struct, frozen=True):
    """One way to answer.

    levels: ascending, 1 is the least satisfied.
    satisfied_from: this level and those above count as satisfied.
    """

    id: str
    levels: tuple[int, ...]
    satisfied_from: int

    def is_satisfied(self, level: int) -> bool:
        """Return whether a level of this scale counts as satisfied; NA never reaches here."""
        return level >= self.satisfied_from


SCALES: Final[dict[str, Scale]] = {
    "likert5": Scale("likert5", levels=(1, 2, 3, 4, 5), satisfied_from=4),
    "likert3": Scale("likert3", levels=(1, 2, 3), satisfied_from=2),
}


def scale(scale_id: str) -> Scale:
    """Return a scale by id. Raises ValueError naming the id and those that exist."""
    try:
        return SCALES[scale_id]
    except KeyError:
        raise ValueError(f"scale {scale_id!r} is unknown; use one of {', '.join(sorted(SCALES))}") from None


MOODS: Final[dict[str, dict[int, int]]] = {
    "likert5": {5: 5, 4: 4, 3: 3, 2: 2, 1: 1},
    "likert3": {3: 5, 2: 4, 1: 2},
}
"""Which of the five faces, 5 happiest, stands for a level of a scale, on every glass and page."""
