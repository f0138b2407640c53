"""The tree of RFC 6962 over ballots' leaves: its root at any size, and the proof that it only ever grew; pure."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf; its first byte keeps leaves and nodes apart."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two halves."""
    return sha256(b"\x01" + left + right).digest()


class Edge:
    """A growing tree's right edge: enough to add leaves and tell the root, without any leaf before.

    size: leaves so far.
    """

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        """packed: what `packed` gave at this size. Raises ValueError if it is of another size."""
        if len(packed) != HASH_BYTES * size.bit_count():
            raise ValueError(f"the edge of a tree of {size} has {size.bit_count()} hashes, not {len(packed)} bytes")
        self.size = size
        self._peaks = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]

    @property
    def packed(self) -> bytes:
        """Return the edge as bytes."""
        return b"".join(self._peaks)

    @property
    def root(self) -> bytes:
        """Return the 32-byte root."""
        if not self._peaks:
            return EMPTY_ROOT
        found = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            found = node_hash(peak, found)
        return found

    def add(self, leaf: bytes) -> None:
        """Add one leaf."""
        found, rest = leaf_hash(leaf), self.size
        while rest & 1:
            found, rest = node_hash(self._peaks.pop(), found), rest >> 1
        self._peaks.append(found)
        self.size += 1


def roots_at(leaves: Iterable[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """Return the root at each of these sizes that the leaves reach."""
    wanted, edge = set(sizes), Edge()
    found = {0: edge.root} if 0 in wanted else {}
    for leaf in leaves:
        edge.add(leaf)
        if edge.size in wanted:
            found[edge.size] = edge.root
    return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over all leaves."""
    edge = Edge()
    for leaf in leaves:
        edge.add(leaf)
    return edge.root


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Return the proof that the tree of all leaves goes on from the tree of the first `old` (RFC 6962, 2.1.2)."""
    if not 0 < old <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} does not go on from one of {old}")
    return _subproof(leaves, old, is_whole=True)


def _subproof(leaves: Sequence[bytes], old: int, *, is_whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= half:
        return [*_subproof(leaves[:half], old, is_whole=is_whole), root_of(leaves[half:])]
    return [*_subproof(leaves[half:], old - half, is_whole=False), root_of(leaves[:half])]


def goes_on(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Return whether the proof shows that the newer (size, root) goes on from the older one (RFC 9162, 2.1.4.2)."""
    if not 0 < old[0] <= new[0]:
        return False
    if old[0] == new[0]:
        return not proof and old[1] == new[1]
    path = [old[1], *proof] if old[0].bit_count() == 1 else list(proof)
    if not path:
        return False
    first, last = old[0] - 1, new[0] - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    was = now = path[0]
    for each in path[1:]:
        if not last:
            return False
        if first & 1 or first == last:
            was, now = node_hash(each, was), node_hash(each, now)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            now = node_hash(now, each)
        first, last = first >> 1, last >> 1
    return not last and (was, now) == (old[1], new[1])
