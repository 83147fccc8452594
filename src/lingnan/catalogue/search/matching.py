"""Which resources and which items hold the words: the index says for each run, the columns put it together."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from lingnan.catalogue.search.columns import Columns
from lingnan.catalogue.search.index import NAME, RESOURCES, SPOKEN, TERMS, WordIndex, hits
from lingnan.catalogue.search.synonyms import other_ways
from lingnan.catalogue.search.words import pairs


@dataclass(frozen=True)
class Found:
    """Slots that hold every run, and those that do so in their own texts, without their items."""

    slots: pa.BooleanArray
    own: pa.BooleanArray


def matching_slots(session: Session, columns: Columns, wanted: Sequence[str]) -> Found:
    """Resources that hold every run in their own texts or in an item's names."""
    slots = own = columns.alive
    for run in wanted:
        by_themselves = columns.mask(columns.slot_of.take(_within(_hits(session, columns, RESOURCES, run), columns.slot_of)).drop_null())
        items = columns.items_of_terms(_hits(session, columns, TERMS, run, (NAME,)))
        by_items = columns.mask(columns.item_column("slot").take(items))
        own = pc.and_(own, by_themselves)
        slots = pc.and_(slots, pc.or_(by_themselves, by_items))
    return Found(slots, own)


def nearest_slots(session: Session, columns: Columns, wanted: Sequence[str]) -> Found:
    """Resources that hold most of the words' neighbouring characters in their own texts: for when none holds the words themselves."""
    pieces = [piece for run in wanted if len(run) > 2 and not run.isascii() for piece in pairs(run)]
    held = pa.repeat(pa.scalar(0, pa.int32()), len(columns.alive))
    for piece in pieces:
        held = pc.add(held, matching_slots(session, columns, [piece]).own.cast(pa.int32()))
    enough = pc.and_(columns.alive, pc.greater_equal(held, max(2, len(pieces) // 2)))
    # Only the best: with the most pieces in common, or hundreds would share a common pair.
    best = pc.max(held.filter(enough)).as_py() if pc.any(enough).as_py() else 0
    near = pc.and_(enough, pc.equal(held, best))
    return Found(near, near)


def matching_items(session: Session, columns: Columns, wanted: Sequence[str]) -> pa.Int32Array:
    """Items that hold every run in their term or in their resource's name, at least one of them in their term."""
    by_run = [_hits(session, columns, TERMS, run) for run in wanted]
    items = columns.items_of_terms(pc.unique(pa.concat_arrays(by_run)))
    for run, terms in zip(wanted, by_run, strict=True) if len(wanted) > 1 else ():
        called = pc.is_in(columns.item_column("term").take(items), value_set=terms)
        within = in_name(columns, run).take(columns.item_column("slot").take(items))
        items = items.filter(pc.or_(called, within))
    return items


def terms_that_hold(session: Session, columns: Columns, wanted: Sequence[str], among: pa.Int32Array) -> list[set[int]]:
    """Of these terms, those that hold each run."""
    return [set(among.filter(pc.is_in(among, value_set=_hits(session, columns, TERMS, run))).to_pylist()) for run in wanted]


def in_name(columns: Columns, run: str) -> pa.BooleanArray:
    """Slots with a run in their names; an unbroken run is in the index just where it is a part of the text."""
    key = ("in name", run)
    found = columns.remembered.get(key)
    if found is None:
        found = pc.match_substring(columns.column("title_zh"), run)
        if run.isascii() or not columns.titles_are_ascii:
            found = pc.or_(found, pc.match_substring(columns.column("title_en"), run))
        columns.remembered.put(key, found)
    return found


def _hits(session: Session, columns: Columns, index: WordIndex, run: str, among: Sequence[str] = SPOKEN) -> pa.Int32Array:
    key = (index.name, run, among)
    found = columns.remembered.get(key)
    if found is None:
        found = hits(session, index, run, among)
        if others := other_ways(run):
            found = pc.unique(pa.concat_arrays([found, *(hits(session, index, other, among) for other in others)]))
        columns.remembered.put(key, found)
    return found


def _within(numbers: pa.Int32Array, places: pa.Array) -> pa.Int32Array:
    return numbers.filter(pc.less(numbers, len(places)))
