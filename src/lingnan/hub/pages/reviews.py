"""Answers the pages of the review desk; every verb asks trust first, and values are cut and masked here."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lingnan.base import Conflict, Missing, Refused
from lingnan.govern import Explanation, explain_pair
from lingnan.hub.pages.desk import Desk, offset_of, percent
from lingnan.hub.pages.review_sheets import Shown, head, masked_attributes, no_more_than, rows, source_title, steps
from lingnan.hub.review_imports import explained_in
from lingnan.hub.reviews import Reviews, of_entry
from lingnan.insight import (
    ReviewDesk,
    ReviewDisagreement,
    ReviewLine,
    ReviewList,
    ReviewPast,
    ReviewQuality,
    ReviewQueue,
    ReviewRegister,
    ReviewSheet,
    ReviewSuspect,
    Words,
)
from lingnan.lake import EngineSession, View, bound
from lingnan.registers import PairDecision, RegisterDefinition, entry_reference, read_reference, register_definition, register_definitions
from lingnan.registers.decisions.agreement import agreement, twice_decided
from lingnan.registers.decisions.clusters import Suspect, suspects
from lingnan.registers.decisions.service import VERDICTS, settled
from lingnan.registers.decisions.sides import Hidden, Side, contradicting_identifiers, joined, read_row, read_sides, tables_of
from lingnan.registers.decisions.worklist import ORDERS, QUEUES, Order, Queue, WorkPair, WorkQuery, beside, counted, listed, source_tables
from lingnan.registers.lookup import is_entry
from lingnan.trust import Subject

PAGE = 30
QUALITY = "register.review.quality"
ENTRIES = "entries"
"""The queue of suspicious entries."""


class ReviewPages:
    """One hub's desk as pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._reviews = desk, Reviews(desk.hub)

    def desks(self, subject: Subject) -> ReviewDesk:
        """Every register's desk that the subject may work at; Refused when there is none."""
        found, refusal = [], None
        for definition in register_definitions():
            try:
                with self._reviews.work(subject, definition, entries=True) as session:
                    found.append(self._register(definition, session, self._suspects(subject, definition, session)[0]))
            except Refused as error:
                refusal = error
        if refusal is not None and not found:
            raise refusal
        return ReviewDesk(items=tuple(found))

    def listing(self, register: str, queue: str, table: str, order: str, cursor: str, subject: Subject) -> ReviewList:
        """A page of one queue."""
        definition, start = register_definition(register), offset_of(cursor)
        asked = replace(_query(queue, table, order), offset=start, limit=PAGE)
        with self._reviews.work(subject, definition, entries=True) as session:
            count, suspicious = self._suspects(subject, definition, session, start if queue == ENTRIES else 0)
            total, pairs = (count, ()) if queue == ENTRIES else listed(session, asked)
            told, tables = self._register(definition, session, count), source_tables(session)
        holding = {each.pair: each for each in self._reviews.decisions.in_force(register)} if asked.queue == "done" else {}
        return ReviewList(
            desk=told, queue=ENTRIES if queue == ENTRIES else asked.queue, table=asked.table, order=asked.order, total=total,
            tables=tuple((name, source_title(self._desk, name), n) for name, n in tables.items()),
            items=tuple(self._line(definition, each, holding) for each in pairs),
            suspects=tuple(ReviewSuspect(item=each.entry, rows=each.rows, sources=each.sources, conflicts=each.conflicts, linked=each.linked)
                           for each in suspicious) if queue == ENTRIES else (),
            next=str(start + PAGE) if start + PAGE < total else None, may_see_quality=self._desk.hub.trust.point.permits(subject, QUALITY)[0],
            last=self._last(definition, subject),
        )

    def following(self, register: str, queue: str, table: str, order: str, item: str, step: int, subject: Subject) -> str:
        """The item that comes after (or before) one in its queue; empty when nothing is left."""
        definition = register_definition(register)
        with self._reviews.work(subject, definition, entries=queue == ENTRIES) as session:
            if queue == ENTRIES:
                return _around([each.entry for each in self._suspects(subject, definition, session, limit=500)[1]], item, step)
            found = beside(session, _query(queue, table, order), item, step)
        return found.item if found else ""

    def sheet(self, register: str, item: str, subject: Subject) -> ReviewSheet:
        """A pair, or a suspicious entry, side by side; it is held for the subject while it is looked at."""
        definition = register_definition(register)
        if is_entry(definition, item):
            return self._entry_sheet(definition, item, subject)
        with self._reviews.work(subject, definition) as session:
            pair, told = self._reviews.found(session, item), self._register(definition, session, 0)
        references = [pair.left, pair.right]
        views, seen = self._seen(definition, references, subject)
        whole = self._reviews.sides(definition, references)
        sides = [
            Shown(no_more_than(seen[each], side), side, masked_attributes(definition, each, views))
            for each, side in zip(references, whole, strict=True)
        ]
        compared = rows(definition, sides, apart=True)
        explained = self._explained(definition, pair, whole)
        waterfall, zero = steps(definition, explained, compared)
        return ReviewSheet(
            **self._frame(definition, item, subject, views), desk=told, kind="pair", queue=pair.queue,
            heads=tuple(head(self._desk, definition, each) for each in sides), rows=compared, steps=waterfall, zero=zero,
            weight=_rounded(explained.weight if explained else pair.weight),
            probability=percent(None if pair.probability is None else pair.probability * 100),
            never_same=contradicting_identifiers(definition, *whole), held=self._held(definition, item, subject, pair.queue),
            past=self._past(definition, pair, subject),
        )

    def decide(self, register: str, item: str, verdict: str, reason: str, subject: Subject) -> str:
        """Decide about a pair; gives the decision's id."""
        return self._reviews.decide(subject, register_definition(register), item, verdict, reason).id

    def split(self, register: str, item: str, apart: Iterable[str], reason: str, subject: Subject) -> int:
        """Say which rows do not belong to an entry; gives how many."""
        return self._reviews.split(subject, register_definition(register), item, apart, reason)

    def take_back(self, register: str, decision: str, subject: Subject) -> str:
        """Undo an own decision; gives the item it was about."""
        definition = register_definition(register)
        self._desk.hub.trust.allow(subject, "register.review", register)
        chosen = decision or getattr(self._reviews.last_of(subject, register), "id", "")
        if not chosen:
            raise Missing("没有可撤回的判定。", "There is no decision to take back.", register=register)
        return _item_of(definition, self._reviews.take_back(subject, chosen))

    def quality(self, register: str, subject: Subject) -> ReviewQuality:
        """How far blind second decisions agree; for the office's head, of the sample alone."""
        self._desk.hub.trust.allow(subject, QUALITY, register)
        definition = register_definition(register)
        made = self._reviews.decisions.all_of(register)
        standing = [each for each in made if each.taken_back_at is None and not of_entry(each)]
        twice = twice_decided(made)
        told = agreement((first.verdict, second.verdict) for first, second in twice)
        holding = {each.pair: each for each in settled(standing)}
        seconded = {second.second_of for _first, second in twice}
        counts = Counter((first.verdict, second.verdict) for first, second in twice)
        return ReviewQuality(
            desk=ReviewRegister(key=register, title=Words(**definition.title.model_dump()), queues=(), suspects=0, decided=None),
            share_drawn=Decimal(str(round(self._desk.hub.settings.review_share * 100, 2))),
            waiting=sum(each.sampled and each.id not in seconded for each in standing), pairs=told.pairs, agreed=told.agreed,
            share=percent(None if told.share is None else told.share * 100), kappa=_rounded(told.kappa, 2), low=_rounded(told.low, 2),
            high=_rounded(told.high, 2), verdicts=VERDICTS,
            counts=tuple(tuple(counts[first, second] for second in VERDICTS) for first in VERDICTS),
            disagreements=tuple(
                ReviewDisagreement(
                    item=_item(first.left, first.right), first=first.verdict, second=second.verdict, settled=not holding[first.pair].disputed
                )
                for first, second in twice if first.verdict != second.verdict
            ),
        )

    def _entry_sheet(self, definition: RegisterDefinition, entry: str, subject: Subject) -> ReviewSheet:
        if self._reviews.tables_for(subject, definition) is not None:
            raise Refused("可疑条目由基础库主管单位核对。", "Suspicious entries are looked at by the registers' office.", entry=entry)
        reference = entry_reference(entry)
        views, seen = self._seen(definition, [reference], subject)
        whole = self._reviews.sides(definition, [reference])[0]
        if not whole.rows:
            raise Missing(f"{definition.title.zh}中没有条目 {entry}。", f"{definition.title.en} has no entry {entry}.", entry=entry)
        masked = masked_attributes(definition, reference, views)
        by_row = {row.reference: row for row in seen[reference].rows}
        sides = [
            Shown(Side(row.reference, (by_row[row.reference],) if row.reference in by_row else ()), Side(row.reference, (row,)), masked)
            for row in whole.rows
        ]
        with self._reviews.work(subject, definition, entries=True) as session:
            told = self._register(definition, session, self._suspects(subject, definition, session)[0])
        return ReviewSheet(
            **self._frame(definition, entry, subject, views), desk=told, kind="entry", queue=ENTRIES,
            heads=tuple(head(self._desk, definition, each) for each in sides), rows=rows(definition, sides, apart=False), steps=(), zero=Decimal(0),
            weight=None, probability=None, never_same=False, held=self._held(definition, entry, subject, ENTRIES),
            past=tuple(self._told(each, subject) for each in self._reviews.decisions.all_of(definition.register_)
                       if reference in each.pair and of_entry(each)),
        )

    def _frame(self, definition: RegisterDefinition, item: str, subject: Subject, views: Mapping[str, View]) -> dict[str, Any]:
        """What every sheet has around its item."""
        return {
            "item": item, "last": self._last(definition, subject), "decision": next((view.decision for view in views.values()), ""),
            "open_tables": self._open_tables(subject, views),
        }

    def _register(self, definition: RegisterDefinition, session: EngineSession, suspicious: int) -> ReviewRegister:
        queues = counted(session)
        every = sum(queues.values())
        return ReviewRegister(
            key=definition.register_, title=Words(**definition.title.model_dump()), suspects=suspicious,
            queues=tuple(ReviewQueue(key=key, count=count) for key, count in queues.items()),
            decided=percent(queues["done"] * 100 / every) if every else None,
        )

    def _suspects(
        self, subject: Subject, definition: RegisterDefinition, session: EngineSession, offset: int = 0, limit: int = PAGE
    ) -> tuple[int, tuple[Suspect, ...]]:
        there = all(self._desk.version(table) is not None for table in (definition.table, definition.observations))
        if not there or self._reviews.tables_for(subject, definition) is not None:
            return 0, ()
        return suspects(session, definition, self._reviews.confirmed_entries(definition), offset, limit)

    def _line(self, definition: RegisterDefinition, pair: WorkPair, holding: Mapping[tuple[str, str], PairDecision]) -> ReviewLine:
        held = holding.get((pair.left, pair.right))
        left, right = (self._origin(definition, each) for each in (pair.left, pair.right))
        return ReviewLine(
            item=pair.item, left=left, right=right, probability=percent(None if pair.probability is None else pair.probability * 100),
            weight=_rounded(pair.weight), known_from=pair.known_from, held=pair.held, verdict="" if held is None else held.verdict,
        )

    def _origin(self, definition: RegisterDefinition, reference: str) -> Words:
        table, _key = read_reference(reference)
        return source_title(self._desk, table) if table else Words(**definition.title.model_dump())

    def _seen(self, definition: RegisterDefinition, references: list[str], subject: Subject) -> tuple[dict[str, View], dict[str, Side]]:
        """What stands behind references as the subject may see it, under one entry of the log that names the entry looked at."""
        entry = next((each.removeprefix("entry:") for each in references if each.startswith("entry:")), "")
        about = self._desk.hub.trust.sightings.about(definition.register_, entry, subject) if entry else None
        views = self._desk.views(subject, self._desk.present(tables_of(definition, references)), about=about)

        def hidden(table: str) -> set[str]:
            columns = views[table].columns if table in views else ()
            return set() if columns is None else set(self._desk.types(table)) - set(columns)

        entries = [each for each in references if each.startswith("entry:")]
        with self._desk.hub.engine.session(views) as session:
            found = read_sides(session, definition, entries, hidden)
        rows = {each: self._seen_row(definition, each, views, hidden) for each in references if each not in found}
        return views, {**found, **rows}

    def _seen_row(self, definition: RegisterDefinition, reference: str, views: Mapping[str, View], hidden: Hidden) -> Side:
        """One delivered row: found by its whole key, shown as the subject's view shows it, be the key itself masked."""
        table, key = read_reference(reference)
        parts = []
        said = dict.fromkeys(source.where for source in definition.sources if source.table == table and table in views)
        for where in sorted(said, key=_looks_around):
            sources = [source for source in definition.sources if source.table == table and source.where == where]
            narrow = {table: _one_row(views[table], sources[0].key, where, key)}
            with self._desk.hub.engine.session(narrow) as session:
                parts.append(read_row(session, definition, reference, sources, hidden))
        return joined(reference, parts)

    def _explained(self, definition: RegisterDefinition, pair: WorkPair, whole: list[Side]) -> Explanation | None:
        """The evidence, kept while neither the register nor what the pair's source says has another version: it takes counting the register."""
        tables = (definition.table, definition.observations, *tables_of(definition, [pair.left, pair.right]))
        key = ("review", pair.item, pair.import_id, *((table, self._desk.version(table)) for table in tables))
        brought = explained_in(self._desk.hub, pair, explain_pair) if pair.import_id else None
        return brought or self._desk.keep(key, lambda: self._reviews.weighed(definition, *whole))

    def _held(self, definition: RegisterDefinition, item: str, subject: Subject, queue: str) -> bool:
        """Whether somebody else is deciding about it; else it is the subject's for a while."""
        if queue == "done":
            return False
        try:
            self._reviews.leases.take(definition.register_, item, subject.reference)
        except Conflict:
            return True
        return False

    def _past(self, definition: RegisterDefinition, pair: WorkPair, subject: Subject) -> tuple[ReviewPast, ...]:
        """Earlier decisions about the pair; none of a pair given blind, and who made them is told of one's own alone."""
        if pair.queue == "open":
            return ()
        return tuple(self._told(each, subject) for each in self._reviews.decisions.about(definition.register_, pair.left, pair.right))

    def _last(self, definition: RegisterDefinition, subject: Subject) -> ReviewPast | None:
        last = self._reviews.last_of(subject, definition.register_)
        return self._told(last, subject) if last else None

    def _told(self, made: PairDecision, subject: Subject) -> ReviewPast:
        return ReviewPast(
            id=made.id, verdict=made.verdict, origin=made.origin, reason=made.reason, at=made.decided_at, own=made.decided_by == subject.reference,
            taken_back=made.taken_back_at is not None,
        )

    def _open_tables(self, subject: Subject, views: Mapping[str, View]) -> tuple[tuple[str, Words], ...]:
        need, told = self._desk.hub.trust.purpose_need, self._desk.purpose(subject)
        return tuple((table, self._desk.titles.table(table)) for table, view in views.items() if need(subject, "read", {table: view.columns}, told))


def _one_row(view: View, key: str, where: str, value: str) -> View:
    """The view with one row left, which the filter finds by whole values."""
    condition = "true" if _looks_around(where) else where
    kept = f"({view.row_filter or 'true'}) and ({condition}) and cast({key} as varchar) = {bound('review_key')}"
    return replace(view, row_filter=kept, values={**view.values, "review_key": value})


def _looks_around(where: str) -> bool:
    """Whether a source's condition looks at other rows, which a view of one row cannot; what it says too much is cut by the whole."""
    return "select" in where.lower()


def _query(queue: str, table: str, order: str) -> WorkQuery:
    known: Queue = next((each for each in QUEUES if each == queue), "open")
    by: Order = next((each for each in ORDERS if each == order), "worth")
    return WorkQuery(known, table, by)


def _around(items: list[str], item: str, step: int) -> str:
    others = [each for each in items if each != item]
    if not others:
        return ""
    place = items.index(item) if item in items else -1
    return items[(place + step) % len(items)] if place >= 0 else others[0]


def _item(left: str, right: str) -> str:
    return hashlib.sha256(f"{left} {right}".encode()).hexdigest()[:32]


def _item_of(definition: RegisterDefinition, made: PairDecision) -> str:
    entry = next((each.removeprefix("entry:") for each in made.pair if each.startswith("entry:")), "")
    return entry if of_entry(made) else _item(made.left, made.right)


def _rounded(value: float | None, places: int = 1) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, places)))
