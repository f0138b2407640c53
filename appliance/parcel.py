"""Unsent ballots as a batch: the same for the network and for a stick."""

from pathlib import Path

from msgspec.structs import replace

from appliance.clock import Moment
from appliance.health import health
from appliance.outbox import Outbox
from appliance.updates.told import version
from survey import batch as contract
from survey import wire
from survey.batch import Batch, Hole
from survey.instant import to_instant


def parcel(outbox: Outbox, most: int, *, after: int = 0, holes: list[Hole] | None = None) -> Batch:
    """Return the oldest unsent ballots above `after`, at most `most`, with the holes below them and every proven time.

    holes: where they are known, for many batches at a time; None looks for them. The batch has no request number,
    ledger or health yet.
    """
    entries, head = outbox.next_entries(most, after)
    if holes is None and entries:
        holes = outbox.holes(before=entries[0].seq)
    return Batch(
        version=wire.CONTRACT_VERSION,
        device=outbox.device,
        stream=outbox.stream,
        boot=outbox.boot,
        inst=outbox.boot_id,
        n=0,
        echo=outbox.echo,
        head=head,
        ballots=entries,
        gone=[hole for hole in holes or [] if entries and hole.last < entries[0].seq],
        fixes=[contract.Fix(f.boot, f.mono_ms, to_instant(f.utc_ms), f.err_ms) for f in outbox.fixes()],
    )


def whole(outbox: Outbox, most: int, folder: Path, moment: Moment) -> Batch:
    """Return the oldest unsent ballots as the network takes them: with request number, ledger and health."""
    return replace(
        parcel(outbox, most),
        n=outbox.next_n(),
        shown=outbox.shown(),
        health=health(outbox, folder, moment, version()),
    )
