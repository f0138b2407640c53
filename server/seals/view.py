"""What everybody may take: the list of leaves with the day of the head each lies in, and the list of heads."""

from collections.abc import Iterator

from server.database import Work
from server.seals import queries
from server.seals.check import COLUMNS
from server.seals.queries import Stored


def export_lines(work: Work, heads: list[Stored]) -> Iterator[str]:
    """Yield the lines of the list of leaves, as far as the newest head goes.

    A leaf alone: neither office nor kiosk nor answer. It tells nothing to whoever has not the ballot itself.
    """
    yield f"{COLUMNS}\n"
    if not heads:
        return
    ends = iter(heads)
    here = next(ends)
    for place, leaf in queries.leaves(work, upto=heads[-1].size):
        while here.size < place:
            here = next(ends)
        yield f"{place};{leaf.hex()};{here.day}\n"


def heads_csv(heads: list[Stored]) -> bytes:
    """Return the list of heads as open data."""
    lines = ["number;origin;day;size;root;time;key_id"]
    for one in heads:
        origin = one.note.partition("\n")[0]
        time = one.note.split("\n")[4].removeprefix("time ")
        lines.append(f"{one.number};{origin};{one.day};{one.size};{one.root.hex()};{time};{one.key_id}")
    return b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode()
