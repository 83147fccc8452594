"""The Merkle tree of RFC 9162 section 2.1, kept as its frontier: the roots of the complete subtrees, largest first."""

import hashlib
from collections.abc import Callable

LEAF, NODE = b"\x00", b"\x01"
KEPT_LEVEL = 10
"""Complete subtrees of this height and higher are told of, to be kept: a proof then reads 1,024 leaves at most a time."""

Hash = Callable[[bytes], bytes]


def hash_by_name(algorithm: str) -> Hash:
    """`sha256` or `sm3` (GB/T 32905) as a function from bytes to 32 bytes; ValueError when this machine has it not."""
    if algorithm == "sha256":
        return lambda data: hashlib.sha256(data).digest()
    hashlib.new(algorithm)
    return lambda data: hashlib.new(algorithm, data).digest()


class Frontier:
    """Grows by one leaf in amortised constant time and knows the root of all leaves so far."""

    def __init__(self, digest: Hash, size: int = 0, nodes: list[bytes] | None = None) -> None:
        self.digest = digest
        self.size = size
        self.completed: list[tuple[int, int, bytes]] = []
        self._nodes = nodes or []

    @classmethod
    def from_bytes(cls, digest: Hash, data: bytes) -> "Frontier":
        """The frontier that `to_bytes` wrote; ValueError when the bytes are none."""
        size, nodes = int.from_bytes(data[:8], "big"), [data[at : at + 32] for at in range(8, len(data), 32)]
        if len(data) != 8 + 32 * size.bit_count():
            raise ValueError("these bytes are no frontier")
        return cls(digest, size, nodes)

    def to_bytes(self) -> bytes:
        """Size and node hashes as bytes."""
        return self.size.to_bytes(8, "big") + b"".join(self._nodes)

    def add(self, leaf: bytes) -> None:
        """Put the hash of the next leaf at the right end; subtrees it completes go to `completed` as level, place and root."""
        digest, nodes, size, level = self.digest, self._nodes, self.size, 0
        while size & 1:
            leaf = digest(NODE + nodes.pop() + leaf)
            size, level = size >> 1, level + 1
            if level >= KEPT_LEVEL:
                self.completed.append((level, size, leaf))
        nodes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves; of none, the hash of nothing."""
        if not self._nodes:
            return self.digest(b"")
        root = self._nodes[-1]
        for left in reversed(self._nodes[:-1]):
            root = self.digest(NODE + left + root)
        return root


def leaf_bytes(values: tuple[bytes | int, ...]) -> bytes:
    """The exact stored bytes of a row's columns, each with its type and length, so that no two rows give the same bytes."""
    parts = [LEAF]
    for value in values:
        if isinstance(value, int):
            parts.append(b"i%d;" % value)
        else:
            parts.append(b"t%d;" % len(value))
            parts.append(value)
    return b"".join(parts)
