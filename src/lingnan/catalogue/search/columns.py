"""The catalogue's facets, names and items' terms as columns in memory: what is counted and ranked without asking the database.

A resource stands in a slot. One that changes gets a new slot and its old one is dead; columns themselves never change, so a search
holds on to those it began with. Items follow one another in the order of their slots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

FACETS: Final = ("department", "theme", "division", "level", "format", "share_type", "open_type", "update_cycle", "origin", "stars")
NAMES: Final = ("key", "code", "table", "zh", "en", "title_zh", "title_en", "initials", "spelled")
SLOTS: Final = pa.schema([
    ("number", pa.int32()), *((name, pa.string()) for name in NAMES), ("length", pa.int32()),
    *((name, pa.dictionary(pa.int32(), pa.string())) for name in FACETS),
])
ITEMS: Final = pa.schema([("slot", pa.int32()), ("term", pa.int32()), ("class", pa.int8())])
TERMS: Final = pa.schema([
    ("number", pa.int32()), *((name, pa.string()) for name in ("zh", "en", "item_name", "title_zh", "title_en", "initials", "spelled")),
])
_REMEMBERED, _LONGEST, _MOST_STARS = 64, 1023, 9
_TAIL, _DEAD = 100_000, 10_000


@dataclass(frozen=True)
class Label:
    """A department's names and its place among the departments."""

    zh: str
    en: str
    level: str
    number: int


class Remembered:
    """The last answers of the index for these very columns; a few, for they can be long."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}
        self._lock = Lock()

    def get(self, key: Any) -> Any:
        """What was put under the key, or None."""
        with self._lock:
            found = self._kept.pop(key, None)
            if found is not None:
                self._kept[key] = found
            return found

    def put(self, key: Any, value: Any) -> None:
        """Keep a value, and let the one go that was asked for longest ago."""
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > _REMEMBERED:
                del self._kept[next(iter(self._kept))]


@dataclass(frozen=True)
class Columns:
    """One state of the catalogue: `seen` is the last sequence number of each node that is in it."""

    seen: Mapping[int, int]
    departments: Mapping[str, Label]
    slots: pa.Table
    alive: pa.BooleanArray
    items: pa.Table
    terms: pa.Table
    indexed: "Postings"
    remembered: Remembered = field(default_factory=Remembered, compare=False)

    def __len__(self) -> int:
        """How many resources stand in the catalogue."""
        return pc.sum(self.alive).as_py() or 0

    def column(self, name: str) -> pa.Array:
        """A column over the slots, in one piece."""
        return whole(self.slots[name])

    @cached_property
    def slot_of(self) -> pa.Int32Array:
        """The living slot of a resource's number."""
        living = pc.indices_nonzero(self.alive).cast(pa.int32())
        return scattered(living, self.column("number").take(living))

    @cached_property
    def begins(self) -> pa.Int64Array:
        """Where each slot's items begin, and one more for the end."""
        counted = pc.value_counts(self.items["slot"])
        lengths = scattered(counted.field("counts"), counted.field("values"), size=self.slots.num_rows).fill_null(0)
        return pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths)])

    @cached_property
    def order(self) -> pa.Int64Array:
        """The place of each slot where the words say nothing: more stars first, then the shorter name, then the code."""
        stars = pc.subtract(_MOST_STARS, pc.cast(self.column("stars").dictionary_decode(), pa.int64()))
        length = pc.min_element_wise(pc.utf8_length(self.column("title_zh")).cast(pa.int64()), _LONGEST)
        return self._places(pc.add(pc.multiply(stars, _LONGEST + 1), length))

    @cached_property
    def browsing(self) -> pa.Int64Array:
        """The place of each slot in a list without words: departments in their order, then the code."""
        held: pa.DictionaryArray = self.column("department")
        ranked = sorted(self.departments, key=lambda key: (self.departments[key].level, self.departments[key].number))
        places = {key: place for place, key in enumerate(ranked)}
        return self._places(pa.array([places[key] for key in held.dictionary.to_pylist()], pa.int64()).take(held.indices))

    @cached_property
    def mean_length(self) -> float:
        """How many tokens the words of a resource have, on average."""
        return pc.mean(self.column("length").filter(self.alive)).as_py() or 1.0

    @cached_property
    def titles_are_ascii(self) -> bool:
        """Whether no English name holds a character that only a search beyond ASCII could mean."""
        return pc.all(pc.string_is_ascii(self.column("title_en"))).as_py() is not False

    @cached_property
    def term_row(self) -> pa.Int32Array:
        """The row in `terms` of a term's number."""
        return scattered(pa.array(range(self.terms.num_rows), pa.int32()), whole(self.terms["number"]))

    @cached_property
    def borne(self) -> pa.Int64Array:
        """How many living items bear each term, by its row in `terms`."""
        terms = self.item_column("term").filter(self.alive.take(self.item_column("slot")))
        counted = pc.value_counts(terms)
        rows = self.term_row.take(counted.field("values"))
        return scattered(counted.field("counts"), rows, size=self.terms.num_rows).fill_null(0)

    def item_column(self, name: str) -> pa.Array:
        """A column over the items, in one piece."""
        return whole(self.items[name])

    def items_of_terms(self, terms: pa.Int32Array) -> pa.Int32Array:
        """The living items that are called by one of these terms."""
        found = self.indexed.items_of(terms)
        tail = self.items["term"].slice(self.indexed.covered)
        if len(tail):
            later = pc.indices_nonzero(pc.is_in(whole(tail), value_set=terms)).cast(pa.int32())
            found = pa.concat_arrays([found, pc.add(later, pa.scalar(self.indexed.covered, pa.int32()))])
        if self.alive.true_count < len(self.alive):
            found = found.filter(self.alive.take(self.item_column("slot").take(found)))
        return found

    def terms_at(self, slots: list[int]) -> list[list[int]]:
        """The terms of the items of each of these slots, in the items' order."""
        begins, terms = self.begins, self.item_column("term")
        return [terms.slice(begins[slot].as_py(), begins[slot + 1].as_py() - begins[slot].as_py()).to_pylist() for slot in slots]

    def mask(self, slots: pa.Array) -> pa.BooleanArray:
        """Which slots are among these."""
        return scattered(pa.array([True]).take(pc.multiply(slots, pa.scalar(0, slots.type))), slots, size=self.slots.num_rows).fill_null(False)

    def _places(self, weight: pa.Int64Array) -> pa.Int64Array:
        ranked = pa.table({"weight": weight, "code": self.column("code")})
        sorting = pc.sort_indices(ranked, sort_keys=[("weight", "ascending"), ("code", "ascending")])
        return pc.inverse_permutation(sorting.cast(pa.int64()))


@dataclass(frozen=True)
class Postings:
    """The items of each term, over the first `covered` items."""

    covered: int
    begins: pa.Int64Array
    found: pa.Int32Array

    def items_of(self, terms: pa.Int32Array) -> pa.Int32Array:
        """The items of these terms."""
        known = terms.filter(pc.less(terms, len(self.begins) - 1))
        return pa.LargeListArray.from_arrays(self.begins, self.found).take(known).flatten()


def postings(items: pa.Table) -> Postings:
    """Put items in the order of their terms."""
    terms = whole(items["term"])
    counted = pc.value_counts(terms)
    lengths = scattered(counted.field("counts"), counted.field("values")).fill_null(0)
    begins = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths).cast(pa.int64())])
    return Postings(items.num_rows, begins, pc.sort_indices(terms).cast(pa.int32()))


def scattered(values: pa.Array, places: pa.Array, *, size: int | None = None) -> pa.Array:
    """Each value at its place, null where there is none; as long as asked, or up to the last place."""
    if not len(places):
        return pa.nulls(size or 0, values.type)
    return pc.scatter(values, places, max_index=pc.max(places).as_py() if size is None else size - 1)


def advanced(
    old: Columns, changed: pa.Table, items: pa.Table, gone: pa.StringArray, terms: pa.Table, seen: Mapping[int, int],
    departments: Mapping[str, Label],
) -> Columns:
    """The next state: these resources stand in new slots with their items, those with the keys in `gone` in none."""
    if not changed.num_rows and not len(gone):
        if departments == old.departments:
            return _seen_further(old, seen)
        return replace(old, seen=seen, departments=departments, remembered=Remembered())
    left = pa.concat_arrays([whole(changed["key"]), gone])
    alive = pc.and_(old.alive, pc.invert(pc.is_in(old.column("key"), value_set=left)))
    slots = pa.concat_tables([old.slots, changed]).unify_dictionaries().combine_chunks()
    shifted = items.set_column(0, "slot", pc.add(whole(items["slot"]), pa.scalar(old.slots.num_rows, pa.int32())))
    held = pa.concat_tables([old.items, shifted]).combine_chunks()
    alive = pa.concat_arrays([alive, pa.array([True] * changed.num_rows, pa.bool_())])
    every = pa.concat_tables([old.terms, terms]).combine_chunks()
    moved = Columns(seen, departments, slots, alive, held, every, old.indexed)
    if len(alive) - alive.true_count > max(_DEAD, len(alive) // 10):
        return _compacted(moved)
    behind = held.num_rows - old.indexed.covered
    return replace(moved, indexed=postings(held)) if behind > max(_TAIL, held.num_rows // 20) else moved


def _seen_further(columns: Columns, seen: Mapping[int, int]) -> Columns:
    """The same state with all that was worked out of it: most changes of a hub are of cases, accounts and events, not of the catalogue."""
    same = replace(columns, seen=seen)
    vars(same).update({name: value for name, value in vars(columns).items() if name not in columns.__dataclass_fields__})
    return same


def _compacted(columns: Columns) -> Columns:
    """The same state without dead slots."""
    places = pc.subtract(pc.cumulative_sum(columns.alive.cast(pa.int32())), pa.scalar(1, pa.int32()))
    kept = columns.items.filter(columns.alive.take(columns.item_column("slot")))
    items = kept.set_column(0, "slot", places.take(whole(kept["slot"]))).combine_chunks()
    slots = columns.slots.filter(columns.alive).combine_chunks()
    alive = pa.array([True] * slots.num_rows, pa.bool_())
    return Columns(columns.seen, columns.departments, slots, alive, items, columns.terms, postings(items))


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece."""
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
