"""The verbs of decisions: made, taken back, and read as they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict, Missing
from lingnan.registers.decisions.events import LinkDecided
from lingnan.registers.decisions.records import LinkDecision
from lingnan.registers.decisions.shapes import DecisionOrigin, DecisionVerdict, Judgement, PairDecision, read_reference
from lingnan.registers.definitions import register_definition
from lingnan.storage import Storage
from lingnan.trust import Subject, Trust, holds_personal_value, writing

DECIDE, TAKE_BACK = "register.review", "register.review.take_back"
VERDICTS: tuple[DecisionVerdict, ...] = ("same", "different", "unsure")
ORIGINS: tuple[DecisionOrigin, ...] = ("review", "unmerge", "double", "import")
LONGEST_REASON = 500


class Decisions:
    """What clerks decide about pairs of one hub's registers; every verb is one transaction, decided on and told in the log."""

    def __init__(self, storage: Storage, trust: Trust) -> None:
        self._storage, self._trust = storage, trust

    def decide(
        self, subject: Subject, register: str, left: str, right: str, verdict: DecisionVerdict, *, origin: DecisionOrigin = "review",
        reason: str = "", evidence: str = "", sampled: bool = False, second_of: str = "",
    ) -> PairDecision:
        """Decide about one pair; it holds from now on, in place of what was decided before. Refused, BadInput, or Missing for no such register."""
        judgement = Judgement(left, right, verdict, reason, evidence, sampled, second_of)
        return self.decide_many(subject, register, [judgement], origin=origin)[0]

    def decide_many(
        self, subject: Subject, register: str, judgements: Iterable[Judgement], *, origin: DecisionOrigin = "review"
    ) -> tuple[PairDecision, ...]:
        """Decide about many pairs, all or none."""
        asked = tuple(judgements)
        self._check(register, origin, asked)
        self._trust.allow(subject, DECIDE, register)
        facts = {"origin": origin, "pairs": len(asked)}
        with writing(self._trust.audit, subject, DECIDE, register, facts=facts) as told, self._storage.session() as session:
            made = [self._record(subject, register, each, origin) for each in asked]
            session.add_all(made)
            session.flush()
            self._announce(session, register, len(made))
            told.tell(decisions=[each.id for each in made][:50], verdicts=sorted({each.verdict for each in made}))
            return tuple(map(_shape, made))

    def take_back(self, subject: Subject, decision: str) -> PairDecision:
        """Undo one decision, so that what was decided before it holds again; Missing when there is none, Conflict when it was taken back."""
        register = self.of(decision).register
        self._trust.allow(subject, TAKE_BACK, register)
        told = writing(self._trust.audit, subject, TAKE_BACK, register, facts={"decision": decision})
        with told, self._storage.session() as session:
            record = session.get_one(LinkDecision, decision)
            if record.taken_back_at is not None:
                raise Conflict("这一判定已经撤回。", "This decision was taken back already.", decision=decision)
            record.taken_back_by, record.taken_back_at = subject.reference, self._storage.clock.now()
            session.flush()
            self._announce(session, register, 1)
            return _shape(record)

    def of(self, decision: str) -> PairDecision:
        """One decision by its id, in force or not; Missing when there is none."""
        with self._storage.reading() as session:
            record = session.get(LinkDecision, decision)
            if record is None:
                raise Missing(f"没有编号为 {decision} 的判定。", f"There is no decision {decision}.", decision=decision)
            return _shape(record)

    def about(self, register: str, left: str, right: str) -> tuple[PairDecision, ...]:
        """Every decision ever made about a pair, oldest first."""
        pair = Judgement(left, right, "unsure").pair
        with self._storage.reading() as session:
            return _read(session, register, LinkDecision.left == pair[0], LinkDecision.right == pair[1])

    def all_of(self, register: str) -> tuple[PairDecision, ...]:
        """Every decision of a register, those taken back too, oldest first."""
        with self._storage.reading() as session:
            return _read(session, register)

    def in_force(self, register: str) -> tuple[PairDecision, ...]:
        """One decision a pair, as it holds now."""
        with self._storage.reading() as session:
            return decisions_in_force(session, register)

    def _check(self, register: str, origin: str, asked: Sequence[Judgement]) -> None:
        register_definition(register)
        if origin not in ORIGINS or not asked or any(each.verdict not in VERDICTS for each in asked):
            raise BadInput(
                "判定只能是：同一（same）、不同（different）、存疑（unsure）。", "A pair is decided as same, different or unsure.", register=register
            )
        for each in asked:
            _check_pair(each)

    def _record(self, subject: Subject, register: str, asked: Judgement, origin: str) -> LinkDecision:
        left, right = asked.pair
        return LinkDecision(
            register=register, left=left, right=right, verdict=asked.verdict, origin=origin, reason=asked.reason.strip(), evidence=asked.evidence,
            sampled=asked.sampled, second_of=asked.second_of, decided_by=subject.reference, decided_at=self._storage.clock.now(),
        )

    def _announce(self, session: Session, register: str, decisions: int) -> None:
        self._storage.announce(session, LinkDecided(register, decisions, decisions_mark(session, register)), register)


def decisions_in_force(session: Session, register: str) -> tuple[PairDecision, ...]:
    """One decision a pair of a register, as it holds: the last not taken back; `unsure` while a blind second one disagrees and no third settled."""
    return settled(_read(session, register, LinkDecision.taken_back_at.is_(None)))


def decisions_mark(session: Session, register: str) -> str:
    """Changes whenever a decision of the register is made or taken back: what a build compares to know whether it is due."""
    return str(session.scalar(select(func.max(LinkDecision.sequence)).where(LinkDecision.register == register)) or "")


def settled(made: Iterable[PairDecision]) -> tuple[PairDecision, ...]:
    """One decision a pair out of decisions given oldest first, ordered by pair."""
    holding: dict[tuple[str, str], PairDecision] = {}
    for each in made:
        before = holding.get(each.pair)
        if each.origin != "double" or before is None:
            holding[each.pair] = each
        elif before.id == each.second_of and before.verdict != each.verdict:
            holding[each.pair] = replace(before, verdict="unsure", disputed=True)
    return tuple(holding[pair] for pair in sorted(holding))


def _check_pair(asked: Judgement) -> None:
    for reference in asked.pair:
        read_reference(reference)
    if asked.left == asked.right:
        raise BadInput("请给出两条不同的记录。", "Give two different records.", reference=asked.left)
    if len(asked.reason) > LONGEST_REASON or holds_personal_value(asked.reason):
        raise BadInput(
            f"理由不超过 {LONGEST_REASON} 字，且不得含身份证号、手机号或护照号。",
            f"A reason has at most {LONGEST_REASON} characters and holds no citizen, mobile or passport number.",
        )


def _read(session: Session, register: str, *conditions: object) -> tuple[PairDecision, ...]:
    wanted = select(LinkDecision).where(LinkDecision.register == register, *conditions)  # type: ignore[arg-type]
    return tuple(map(_shape, session.scalars(wanted.order_by(LinkDecision.decided_at, LinkDecision.sequence))))


def _shape(record: LinkDecision) -> PairDecision:
    names = PairDecision.__dataclass_fields__.keys() - {"disputed"}
    return PairDecision(**{name: getattr(record, name) for name in names})
