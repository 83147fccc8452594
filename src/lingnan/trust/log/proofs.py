"""Proofs of RFC 9162 sections 2.1.3 and 2.1.4: that an entry is in the log, and that a younger log holds an older one whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import compare_digest
from typing import Any

from lingnan.trust.log.tree import NODE, Hash, hash_by_name

Roots = Callable[[int, int], bytes]
"""Gives the root of the leaves from a place up to, not with, another; places count from 0."""


@dataclass(frozen=True)
class InclusionProof:
    """The way from one entry's leaf to the root of the first `size` entries; `number` counts from 1."""

    algorithm: str
    number: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]

    def holds(self, root: bytes) -> bool:
        """Whether the entry stands in the log that has this root."""
        found = _root_by_inclusion(hash_by_name(self.algorithm), self.leaf, self.number - 1, self.size, self.path)
        return found is not None and compare_digest(found, root)

    def steps(self) -> tuple[tuple[str, bytes, bytes], ...]:
        """The way upwards, hash by hash: on which side the other half stands (`left`, `right`), its hash, and the hash over both."""
        digest, found, node = hash_by_name(self.algorithm), list[tuple[str, bytes, bytes]](), self.leaf
        place, last = self.number - 1, self.size - 1
        for sibling in self.path:
            # Without a sibling on its right a subtree goes up unchanged until it has one on its left.
            while not place & 1 and place == last and place:
                place, last = place >> 1, last >> 1
            side = "left" if place & 1 else "right"
            node = digest(NODE + sibling + node) if side == "left" else digest(NODE + node + sibling)
            found.append((side, sibling, node))
            place, last = place >> 1, last >> 1
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """Plain values, hashes in hexadecimal."""
        return _plain(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "InclusionProof":
        """The proof that `as_json` gave; KeyError, TypeError or ValueError when it is none."""
        return cls(str(told["algorithm"]), int(told["number"]), int(told["size"]), bytes.fromhex(told["leaf"]), _hashes(told["path"]))


@dataclass(frozen=True)
class ConsistencyProof:
    """What shows that the first `first` entries of a log of `second` entries are still those they were."""

    algorithm: str
    first: int
    second: int
    path: tuple[bytes, ...]

    def holds(self, first_root: bytes, second_root: bytes) -> bool:
        """Whether both roots belong to one log that was only added to."""
        return _consistent(hash_by_name(self.algorithm), self.first, self.second, self.path, first_root, second_root)

    def as_json(self) -> dict[str, Any]:
        """Plain values, hashes in hexadecimal."""
        return _plain(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "ConsistencyProof":
        """The proof that `as_json` gave; KeyError, TypeError or ValueError when it is none."""
        return cls(str(told["algorithm"]), int(told["first"]), int(told["second"]), _hashes(told["path"]))


def inclusion_path(place: int, size: int, root_of: Roots) -> tuple[bytes, ...]:
    """PATH(m, D[n]) of RFC 9162 2.1.3.1 for the leaf at `place`; ValueError when it is not among `size` leaves."""
    if not 0 <= place < size:
        raise ValueError("the leaf is outside the tree")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if place < middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(begin, middle))
            begin = middle
    return tuple(reversed(path))


def consistency_path(first: int, second: int, root_of: Roots) -> tuple[bytes, ...]:
    """PROOF(m, D[n]) of RFC 9162 2.1.4.1; ValueError unless 0 < first <= second."""
    if not 0 < first <= second:
        raise ValueError("the first tree must hold a leaf and be no larger than the second")
    path, begin, end, known = [], 0, second, True
    while first != end:
        middle = begin + split(end - begin)
        if first <= middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(begin, middle))
            begin, known = middle, False
    if not known:
        path.append(root_of(begin, end))
    return tuple(reversed(path))


def split(size: int) -> int:
    """The largest power of two below a size: where a tree of so many leaves is divided."""
    return 1 << ((size - 1).bit_length() - 1)


def _root_by_inclusion(digest: Hash, leaf: bytes, place: int, size: int, path: tuple[bytes, ...]) -> bytes | None:
    """RFC 9162 2.1.3.2; None when the path has not the length it must have."""
    if not 0 <= place < size:
        return None
    place, last, root = place, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = digest(NODE + sibling + root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = digest(NODE + root + sibling)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def _consistent(digest: Hash, first: int, second: int, path: tuple[bytes, ...], first_root: bytes, second_root: bytes) -> bool:
    """RFC 9162 2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and compare_digest(first_root, second_root)
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = younger = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, younger = digest(NODE + step + older), digest(NODE + step + younger)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            younger = digest(NODE + younger + step)
        place, last = place >> 1, last >> 1
    return last == 0 and compare_digest(older, first_root) and compare_digest(younger, second_root)


def _plain(proof: InclusionProof | ConsistencyProof) -> dict[str, Any]:
    values = {name: value.hex() if isinstance(value, bytes) else value for name, value in vars(proof).items()}
    return {**values, "path": [each.hex() for each in proof.path]}


def _hashes(told: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(each) for each in told)
