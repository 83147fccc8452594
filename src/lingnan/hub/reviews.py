"""The review desk of a hub: what waits for whom, what a decision rests on, pairs brought in from a run of linking, the sample decided twice."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lingnan.base import BadInput, Conflict, Missing, Refused
from lingnan.govern import Explanation
from lingnan.hub.inventory import describes
from lingnan.lake import EngineSession, View
from lingnan.registers import Decisions, Judgement, PairDecision, RegisterDefinition, decisions_mark, entry_reference, register_definition
from lingnan.registers.decisions.clusters import review_figures
from lingnan.registers.decisions.evidence import weigh_sides
from lingnan.registers.decisions.leases import Leases
from lingnan.registers.decisions.records import ReviewPair
from lingnan.registers.decisions.service import DECIDE, settled
from lingnan.registers.decisions.sides import Side, contradicting_identifiers, read_sides, same_evidence, tables_of
from lingnan.registers.decisions.worklist import BroughtPair, WorkPair, counted, found_work, lay_work, narrow_work, states
from lingnan.trust import Subject

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

SAMPLE_STEPS = 1 << 32
PARTED = ("link", "decision")
"""By what a row may have joined an entry that it can be split off from; numbers hold, whatever a clerk decides."""
OF_PAIR, OF_ENTRY = "review", "review-entry"
"""The kinds of digests of evidence: of a pair's two sides, of all rows of an entry."""


class Reviews:
    """One hub's desk. Every verb asks trust first; what decisions rest on is read whole and leaves as keyed digests alone."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self.decisions = Decisions(hub.storage, hub.trust)
        self.leases = Leases(hub.storage, int(review_figures()["lease_minutes"]))
        self._changed_kept: dict[tuple[Any, ...], frozenset[str]] = {}

    def tables_for(self, subject: Subject, definition: RegisterDefinition) -> frozenset[str] | None:
        """The source tables whose pairs somebody decides about: None for all, which the registers' office does, else those of the own department.

        Refused for who tends none.
        """
        self._hub.trust.allow(subject, DECIDE, definition.register_)
        trust, office = self._hub.trust, self._hub.settings.office
        if subject.kind in ("operator", "system") or trust.organisations.belongs(subject, office):
            return None
        departments = {source.table.split(".")[0] for source in definition.sources}
        own = {each for each in departments if describes(trust, office, subject, each)}
        if not own:
            raise Refused(
                f"{definition.title.zh}的核对由基础库主管单位与来源部门办理，您的单位不在其中。",
                f"Pairs of {definition.title.en} are decided by the registers' office and the departments they come from; your unit is neither.",
                register=definition.register_,
            )
        return frozenset(source.table for source in definition.sources if source.table.split(".")[0] in own)

    @contextmanager
    def work(self, subject: Subject, definition: RegisterDefinition, *, entries: bool = False) -> Iterator[EngineSession]:
        """A session in which the subject's work list lies as `work`; with `entries` beside the register's tables as the hub itself sees them."""
        tables = self.tables_for(subject, definition)
        made = self.decisions.all_of(definition.register_)
        standing = [each for each in made if each.taken_back_at is None and not of_entry(each)]
        holding = settled(standing)
        judged = states(holding, standing, self._changed(definition, holding), subject.reference)
        held = self.leases.of_others(definition.register_, subject.reference)
        views = self._whole([definition.links, *((definition.table, definition.observations) if entries else ())])
        with self._hub.engine.session(views) as session:
            lay_work(session, definition.links if definition.links in views else "", self._brought(definition.register_), judged, held)
            if tables is not None:
                narrow_work(session, tables)
            yield session

    def pair(self, subject: Subject, definition: RegisterDefinition, item: str) -> WorkPair:
        """One pair of the list by its name; Missing when it is not on the subject's list."""
        with self.work(subject, definition) as session:
            return self.found(session, item)

    @staticmethod
    def found(session: EngineSession, item: str) -> WorkPair:
        """One pair of the work list that lies in the session."""
        found = found_work(session, item)
        if found is None:
            raise _no_item(item)
        return found

    def decide(self, subject: Subject, definition: RegisterDefinition, item: str, verdict: str, reason: str = "") -> PairDecision:
        """Decide about a pair. Conflict while another decides about it or when it needs no decision of this person; Refused for a `same` of two
        right identifiers that differ."""
        pair = self.pair(subject, definition, item)
        if pair.queue == "done":
            raise Conflict(
                "这一项已经判定，或者须由他人判定。可先撤回本人的判定。", "This item is decided, or is for another person. Take back your own first.",
                item=item,
            )
        self.leases.take(definition.register_, item, subject.reference)
        left, right = self.sides(definition, [pair.left, pair.right])
        if verdict == "same" and contradicting_identifiers(definition, left, right):
            raise Refused(
                "两边都有有效号码且号码不同，绝不合并。若号码有误，请由来源部门更正。",
                "Both sides carry right identifiers that differ; these are never merged. A wrong identifier is corrected at its source.", item=item,
            )
        made = self.decisions.decide_many(subject, definition.register_, [self._judgement(definition, pair, left, right, verdict, reason)],
                                          origin="double" if self._first_of(definition, pair) else "review")
        self.leases.let_go(definition.register_, item, subject.reference)
        return made[0]

    def take_back(self, subject: Subject, decision: str) -> PairDecision:
        """Undo one's own decision; Refused for another's."""
        if self.decisions.of(decision).decided_by != subject.reference:
            raise Refused("只能撤回本人的判定。", "Only one's own decision can be taken back.", decision=decision)
        return self.decisions.take_back(subject, decision)

    def last_of(self, subject: Subject, register: str) -> PairDecision | None:
        """The subject's newest decision at the desk that was not taken back."""
        own = [each for each in self.decisions.all_of(register) if each.decided_by == subject.reference and each.taken_back_at is None]
        return own[-1] if own else None

    def sides(self, definition: RegisterDefinition, references: Iterable[str]) -> list[Side]:
        """What stands behind references, whole: for the hub's own comparing, never to be shown."""
        wanted = list(references)
        with self._hub.engine.session(self._whole(tables_of(definition, wanted))) as session:
            found = read_sides(session, definition, wanted, lambda _table: ())
        return [found[each] for each in wanted]

    def weighed(self, definition: RegisterDefinition, left: Side, right: Side) -> Explanation | None:
        """The evidence for and against by the register's own weights; None when one side is gone or nothing is built."""
        views = self._whole([definition.table, definition.observations])
        if len(views) < len((definition.table, definition.observations)):
            return None
        with self._hub.engine.session(views) as session:
            return weigh_sides(session, definition, left, right)

    def evidence(self, definition: RegisterDefinition, left: Side, right: Side) -> str:
        """The keyed digest of what a decision about two sides rests on; empty when one of them is gone."""
        compared = same_evidence(definition, left, right)
        return "" if compared is None else self._hub.trust.pseudonym(OF_PAIR, json.dumps(compared, ensure_ascii=False, sort_keys=True))

    def confirmed_entries(self, definition: RegisterDefinition) -> frozenset[str]:
        """Entries that somebody found right, or split, as they stand now: they are suspicious no more."""
        about: dict[str, set[str]] = {}
        for each in self.decisions.in_force(definition.register_):
            if of_entry(each):
                about.setdefault(next(part for part in each.pair if part.startswith("entry:")), set()).add(each.evidence)
        if not about:
            return frozenset()
        sides = self.sides(definition, about)
        return frozenset(side.reference.removeprefix("entry:") for side in sides if self.entry_evidence(side) in about[side.reference])

    def entry_evidence(self, side: Side) -> str:
        """The keyed digest of all that the rows of an entry say."""
        told = sorted((row.reference, sorted((name, [str(value) for value in values]) for name, values in row.values.items())) for row in side.rows)
        return self._hub.trust.pseudonym(OF_ENTRY, json.dumps(told, ensure_ascii=False))

    def split(self, subject: Subject, definition: RegisterDefinition, entry: str, apart: Iterable[str], reason: str = "") -> int:
        """Say which rows of an entry do not belong to it; none: that all do. Gives how many were split off; Missing for no such entry."""
        if self.tables_for(subject, definition) is not None:
            raise Refused("可疑条目由基础库主管单位核对。", "Suspicious entries are looked at by the registers' office.", entry=entry)
        side = self.sides(definition, [entry_reference(entry)])[0]
        known, chosen = {row.reference for row in side.rows}, set(apart)
        if not known:
            raise _no_item(entry)
        if not chosen <= known or chosen == known:
            raise BadInput(
                "请选择该条目中不属于它的记录，至少保留一条。", "Choose rows of this entry that do not belong to it, and leave one.", entry=entry
            )
        if any(row.reference in chosen and row.joined_by not in PARTED for row in side.rows):
            raise BadInput(
                "按号码归入的记录不能拆出。若号码有误，请由来源部门更正。",
                "A row that its number holds in an entry cannot be split off; a wrong number is corrected at its source.", entry=entry,
            )
        evidence = self.entry_evidence(side)
        verdict: Any = "different" if chosen else "same"
        told = [Judgement(entry_reference(entry), row, verdict, reason, evidence) for row in sorted(chosen or known)]
        self.decisions.decide_many(subject, definition.register_, told, origin="unmerge" if chosen else "review")
        return len(chosen)

    def _judgement(self, definition: RegisterDefinition, pair: WorkPair, left: Side, right: Side, verdict: Any, reason: str) -> Judgement:
        first = self._first_of(definition, pair)
        drawn = pair.queue == "open" and first is None and verdict != "unsure" and self._drawn(definition.register_, pair)
        return Judgement(
            pair.left, pair.right, verdict, reason, self.evidence(definition, left, right), drawn, first.id if first else ""
        )

    def _first_of(self, definition: RegisterDefinition, pair: WorkPair) -> PairDecision | None:
        """The decision that a blind second one is compared with: a pair that is open and yet decided."""
        if pair.queue != "open":
            return None
        standing = [each for each in self.decisions.about(definition.register_, pair.left, pair.right) if each.taken_back_at is None]
        return next(iter(settled(standing)), None)

    def _drawn(self, register: str, pair: WorkPair) -> bool:
        """Whether a pair is decided twice: drawn by the hub's key, so that nobody can tell beforehand and every run draws alike."""
        drawn = self._hub.trust.pseudonym(str(review_figures()["sample_seed"]), f"{register} {pair.left} {pair.right}")
        return int(drawn[-8:], 16) < self._hub.settings.review_share * SAMPLE_STEPS

    def _changed(self, definition: RegisterDefinition, holding: Iterable[PairDecision]) -> frozenset[str]:
        """The ids of decisions whose records do not say any more what they said."""
        asked = [each for each in holding if each.evidence and each.verdict != "unsure"]
        if not asked:
            return frozenset()
        with self._hub.storage.reading() as session:
            mark = decisions_mark(session, definition.register_)
        tables = tables_of(definition, [reference for each in asked for reference in each.pair])
        key = (definition.register_, mark, tuple((table, self._hub.lake.newest(table)) for table in tables))
        if key not in self._changed_kept:
            sides = {side.reference: side for side in self.sides(definition, {reference for each in asked for reference in each.pair})}
            now = {each.id: self.evidence(definition, *(sides[reference] for reference in each.pair)) for each in asked}
            self._changed_kept = {key: frozenset(each.id for each in asked if now[each.id] not in ("", each.evidence))}
        return self._changed_kept[key]

    def _brought(self, register: str) -> list[BroughtPair]:
        wanted = select(ReviewPair.left, ReviewPair.right, ReviewPair.weight, ReviewPair.probability, ReviewPair.created_at, ReviewPair.import_id)
        with self._hub.storage.reading() as session:
            return [BroughtPair(*row) for row in session.execute(wanted.where(ReviewPair.register == register))]

    def _whole(self, tables: Iterable[str]) -> Mapping[str, View]:
        there: dict[str, int | None] = {table: None for table in tables if self._hub.lake.exists(table)}
        return self._hub.trust.views_for_step("register.review", there) if there else {}


def review_counts(hub: "Hub", subject: Subject, register: str) -> dict[str, int]:
    """How many pairs each queue of a register's desk has for the subject."""
    with Reviews(hub).work(subject, register_definition(register)) as session:
        return {str(queue): count for queue, count in counted(session).items()}


def of_entry(decision: PairDecision) -> bool:
    """Whether a decision was made about a whole entry and its rows, not about an open pair."""
    return decision.evidence.startswith(OF_ENTRY + ":")


def _no_item(item: str) -> Missing:
    return Missing("核对台上没有这一项，或者它不归您办理。", "There is no such item at the desk, or it is not for you.", item=item)
