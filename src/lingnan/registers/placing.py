"""To which entry each row without a right identifier belongs: decisions first, then what the weights say, and never two valid identifiers in one.

Nodes are references: `row:<table>:<key>` for such a row, `entry:<id>` for an entry with an identifier.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Joined = Literal["founding", "link", "decision"]
Status = Literal["linked", "review", "rejected"]


@dataclass(frozen=True)
class LooseRow:
    """A row that no identifier joins: when it was first heard, the id of the entry it would found, and whether it says enough to found one."""

    ref: str
    table: str
    key: str
    known_from: datetime
    own_id: str
    able: bool


@dataclass(frozen=True)
class Candidate:
    """A row and an entry that may be one; `certain` when the weight and the definition allow to link them without a clerk."""

    row: str
    entry: str
    weight: float
    probability: float
    certain: bool


@dataclass(frozen=True)
class Ruling:
    """A decision between two nodes."""

    left: str
    right: str
    verdict: str
    decided_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Place:
    """Where a row belongs and by what; `founder` is the row whose entry it is, empty when the entry has an identifier."""

    entry_id: str
    joined_by: Joined
    founder: str
    known_from: datetime


class Clusters:
    """Sets of nodes that grow, but never over two identified entries nor over a pair held different."""

    def __init__(self, apart: Iterable[tuple[str, str]]) -> None:
        self._apart: defaultdict[str, set[str]] = defaultdict(set)
        for left, right in apart:
            self.part(left, right)
        self._of: dict[str, set[str]] = {}

    def part(self, left: str, right: str) -> None:
        """Keep two nodes apart from now on, unless they are one already."""
        self._apart[left].add(right)
        self._apart[right].add(left)

    def of(self, node: str) -> set[str]:
        """The nodes that are one with this one, itself among them."""
        return self._of.setdefault(node, {node})

    def join(self, left: str, right: str) -> bool:
        """Make two nodes one where nothing forbids it; whether they are one now."""
        one, other = self.of(left), self.of(right)
        if one is other:
            return True
        entries = {node for node in (*one, *other) if node.startswith("entry:")}
        if len(entries) > 1 or any(not self._apart[node].isdisjoint(other) for node in one if node in self._apart):
            return False
        large, small = (one, other) if len(one) >= len(other) else (other, one)
        large |= small
        for node in small:
            self._of[node] = large
        return True


def place(
    rows: Mapping[str, LooseRow], candidates: Sequence[Candidate], rulings: Sequence[Ruling], since: Mapping[str, datetime],
    turned: Mapping[str, datetime],
) -> dict[str, Place]:
    """The place of every row that has one.

    `since` tells when entries with an identifier were first known, `turned` when a row was last decided about.
    """
    clusters = Clusters((each.left, each.right) for each in rulings if each.verdict == "different")
    by: dict[str, Joined] = {}
    for ruling in sorted(rulings, key=lambda each: (each.decided_at, each.left, each.right)):
        if ruling.verdict == "same" and clusters.join(ruling.left, ruling.right):
            by |= {ruling.left: "decision", ruling.right: "decision"}
    decided = {frozenset((each.left, each.right)) for each in rulings}
    # What is not certain by itself does not become so through a third record.
    for each in candidates:
        if not each.certain:
            clusters.part(each.row, each.entry)
    for each in sorted(candidates, key=lambda each: (-each.weight, each.row, each.entry)):
        if each.certain and each.row in rows and frozenset((each.row, each.entry)) not in decided and clusters.join(each.row, each.entry):
            by.setdefault(each.row, "link")
    return _placed(rows, clusters, by, since, turned)


def _placed(
    rows: Mapping[str, LooseRow], clusters: Clusters, by: Mapping[str, Joined], since: Mapping[str, datetime], turned: Mapping[str, datetime]
) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for ref, row in rows.items():
        members = clusters.of(ref)
        entry = next((node for node in members if node.startswith("entry:")), "")
        founder = "" if entry else _founder(rows, members)
        if not entry and not founder:
            continue
        began = since.get(entry, row.known_from) if entry else rows[founder].known_from
        known = max(row.known_from, began, turned.get(ref, row.known_from))
        joined: Joined = "founding" if ref == founder else by.get(ref, "decision")
        found[ref] = Place(entry.removeprefix("entry:") or rows[founder].own_id, joined, founder, known)
    return found


def _founder(rows: Mapping[str, LooseRow], members: Iterable[str]) -> str:
    """The row heard first of those that say enough; empty when none does."""
    able = [rows[node] for node in members if node in rows and rows[node].able]
    return min(able, key=lambda row: (row.known_from, row.ref)).ref if able else ""


def turns(rows: Iterable[str], moments: Iterable[tuple[str, str, datetime]]) -> dict[str, datetime]:
    """When each row was last decided about, itself or through rows it was decided about with."""
    known = set(rows)
    together = Clusters(())
    told = [(left, right, at) for left, right, at in moments if left in known or right in known]
    for left, right, _at in told:
        if left in known and right in known:
            together.join(left, right)
    newest: dict[int, datetime] = {}
    for left, right, at in told:
        for node in (left, right):
            if node in known:
                mark = id(together.of(node))
                newest[mark] = max(at, newest.get(mark, at))
    return {ref: newest[id(together.of(ref))] for left, right, _at in told for ref in (left, right) if ref in known}
