"""Roots of parts of the stored tree: of kept nodes where there are some, else of the leaves themselves."""

import sqlite3

from lingnan.trust.log.proofs import split
from lingnan.trust.log.tree import KEPT_LEVEL, NODE, Hash

SEGMENT = 1 << KEPT_LEVEL


class Subtrees:
    """Reads one log within one transaction; what it has worked out it does not work out again."""

    def __init__(self, connection: sqlite3.Connection, digest: Hash) -> None:
        self._connection, self._digest = connection, digest
        self._known: dict[tuple[int, int], bytes] = {}

    def root_of(self, begin: int, end: int) -> bytes:
        """The root of the leaves from `begin` up to, not with, `end`; ValueError when one of them is missing."""
        if (begin, end) not in self._known:
            self._known[begin, end] = self._root(begin, end)
        return self._known[begin, end]

    def _root(self, begin: int, end: int) -> bytes:
        size = end - begin
        if size == 0:
            return self._digest(b"")
        if size & (size - 1) == 0 and size >= SEGMENT and begin % size == 0:
            level = size.bit_length() - 1
            found = self._connection.execute("select hash from node where level = ? and place = ?", (level, begin >> level)).fetchone()
            if found is not None:
                return bytes(found[0])
        if size <= SEGMENT:
            return self._of_leaves(begin, end)
        middle = begin + split(size)
        return self._digest(NODE + self.root_of(begin, middle) + self.root_of(middle, end))

    def _of_leaves(self, begin: int, end: int) -> bytes:
        leaves = self._connection.execute("select leaf from entry where number > ? and number <= ? order by number", (begin, end))
        hashes: list[bytes] = [row[0] for row in leaves]
        if len(hashes) != end - begin:
            raise ValueError(f"leaves between {begin + 1} and {end} are missing")
        while len(hashes) > 1:
            odd = hashes[-1:] if len(hashes) % 2 else []
            # Pairing from the left and carrying the odd one up gives the tree that RFC 9162 divides from the top.
            hashes = [self._digest(NODE + left + right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)] + odd
        return hashes[0]
