"""Standards in the making: their stage and dates as their case says, the comments on their drafts, and when they must be reviewed."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA, BadInput, Conflict, Missing, Refused, load_yaml
from lingnan.casework import Cases
from lingnan.catalogue.registry.events import StandardReviewDue
from lingnan.catalogue.registry.records import StandardComment, StandardDocument
from lingnan.catalogue.registry.registration import unit_key
from lingnan.catalogue.registry.shapes import CommentCard, DocumentCard
from lingnan.catalogue.resources.permits import must_belong
from lingnan.storage import OutboxEvent, Storage
from lingnan.trust import SYSTEM, OrganisationUnit, Subject, writing

RULES = Path(__file__).parent / "rules" / "documents.yaml"
FLOW = "standard-document"
COMMENT_KINDS = {"ge": ("总体", "general"), "te": ("技术", "technical"), "ed": ("编辑", "editorial")}
DISPOSITIONS = {
    "accepted": ("采纳", "accepted"), "partly": ("部分采纳", "accepted in part"), "rejected": ("不采纳", "not accepted"), "noted": ("已阅", "noted"),
}
COMMENTING = ("official", "citizen", "enterprise")
"""Whoever has signed in: drafts are open to the public."""
MOST_COMMENTS = 100
STANDING = ("in_force", "reviewing")
Facts = Mapping[str, Any]
DATES = ("published_on", "filed_on", "in_force_on", "reviewed_on")


class DocumentRule(BaseModel):
    """What the making of a standard must keep to, from a day on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    basis: str = Field(min_length=1)
    proofed: bool
    comment_days: int = Field(ge=1)
    agreement: float = Field(gt=0, le=1)
    filing_days: int = Field(ge=1)
    review_years: int = Field(ge=1)
    notice_days: int = Field(ge=0)


@cache
def document_rules(path: Path = RULES) -> tuple[DocumentRule, ...]:
    """Every line, the oldest first."""
    lines = [DocumentRule.model_validate(entry) for entry in load_yaml(path.read_text(encoding="utf-8"))]
    return tuple(sorted(lines, key=lambda each: each.valid_from))


def rule_on(day: date) -> DocumentRule:
    """The line that holds on a day; the oldest for days before it."""
    lines = document_rules()
    return next((each for each in reversed(lines) if each.valid_from <= day), lines[0])


class StandardDocuments:
    """The verbs of standards in the making; `verbs` are what their cases do, for `hub` to bind."""

    def __init__(self, storage: Storage, cases: Callable[[], Cases]) -> None:
        self._storage, self._open_cases = storage, cases
        self.verbs: Mapping[str, Callable[[str, Facts], None]] = {
            "follow_standard": self._follow, "check_comments": self._check_comments, "check_vote": self._check_vote,
        }

    @property
    def cases(self) -> Cases:
        """The cases of this hub."""
        return self._open_cases()

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self._storage.clock.now().astimezone(CHINA).date()

    def propose(self, facts: Facts, by: Subject) -> str:
        """Ask for a standard to be taken up 立项; gives the case's number. `facts` fill the flow's opening form; Conflict for an id that is taken."""
        key = str(facts.get("document", ""))
        with self._storage.reading() as session:
            if session.scalar(select(StandardDocument.id).where(StandardDocument.key == key)):
                raise Conflict(f"已有标准项目“{key}”。", f"There is a project “{key}” already.", document=key)
        return self.cases.open(FLOW, by, facts, about=f"standard:{key}").number

    def document(self, document: str) -> DocumentCard:
        """One standard by its id or number; Missing when there is none."""
        with self._storage.reading() as session:
            return _card(session, _find(session, document))

    def listing(self, stage: str = "") -> list[DocumentCard]:
        """All standards in the making or in force, of one stage when given, by id."""
        wanted = select(StandardDocument).order_by(StandardDocument.key)
        with self._storage.reading() as session:
            found = session.scalars(wanted.where(StandardDocument.stage == stage) if stage else wanted).all()
            return [_card(session, each) for each in found]

    def comment(self, document: str, by: Subject, *, clause: str, kind: str, comment: str, proposal: str = "") -> int:
        """Comment on a draft while it is open for comments, as anybody signed in may; gives the comment's number. `kind` is ge, te or ed."""
        self.cases.trust.allow(by, "page.view")
        if by.kind not in COMMENTING or not by.account:
            raise Refused("请登录后提出意见。", "Sign in to comment.")
        if kind not in COMMENT_KINDS or not comment.strip() or not clause.strip():
            raise BadInput("请填写条款、意见类型（ge、te、ed）和意见。", "A comment needs its clause, kind (ge, te, ed) and text.", kind=kind)
        with writing(self.cases.trust.audit, by, "standard.comment", document), self._storage.session() as session:
            record = _find(session, document)
            if record.stage != "consulting":
                raise Conflict(f"标准“{record.zh}”现不在征求意见阶段。", f"“{record.en or record.zh}” is not open for comments.", document=document)
            own = select(func.count()).where(StandardComment.document_id == record.id, StandardComment.made_by == by.account)
            if (session.scalar(own) or 0) >= MOST_COMMENTS:
                raise Conflict(f"每人对一项标准最多提 {MOST_COMMENTS} 条意见。", f"Nobody makes more than {MOST_COMMENTS} comments on one standard.")
            number = (session.scalar(select(func.max(StandardComment.number)).where(StandardComment.document_id == record.id)) or 0) + 1
            session.add(StandardComment(
                document_id=record.id, number=number, clause=clause.strip(), kind=kind, comment=comment.strip(), proposal=proposal.strip(),
                organisation=unit_key(session, by.organisation) if by.kind == "official" else "", made_by=by.account,
            ))
            return number

    def dispose(self, document: str, number: int, by: Subject, *, disposition: str, reason: str = "") -> None:
        """Say what is done with a comment: the drafting organisation or the office; what is not accepted whole needs its reason."""
        self.cases.trust.allow(by, "catalogue.edit")
        if disposition not in DISPOSITIONS:
            known = ", ".join(DISPOSITIONS)
            raise BadInput(f"没有处理结果“{disposition}”；可为 {known}。", f"There is no disposition “{disposition}”; there are {known}.")
        if disposition in ("partly", "rejected") and not reason.strip():
            raise BadInput("部分采纳或不采纳须写明理由。", "What is not accepted whole needs a reason.", comment=number)
        with writing(self.cases.trust.audit, by, "standard.dispose", f"{document}#{number}"), self._storage.session() as session:
            record = _find(session, document)
            must_belong(session, by, record.organisation, self.cases.mover.office)
            wanted = select(StandardComment).where(StandardComment.document_id == record.id, StandardComment.number == number)
            found = session.scalars(wanted).first()
            if found is None:
                raise Missing(f"标准“{record.zh}”没有第 {number} 号意见。", f"“{record.en or record.zh}” has no comment {number}.", comment=number)
            found.disposition, found.reason, found.disposed_by, found.disposed_at = disposition, reason.strip(), by.account, self._storage.clock.now()

    def comments(self, document: str, *, open_only: bool = False) -> list[CommentCard]:
        """The comments on a draft in their order; those nobody has disposed of when asked."""
        with self._storage.reading() as session:
            wanted = select(StandardComment).where(StandardComment.document_id == _find(session, document).id).order_by(StandardComment.number)
            found = session.scalars(wanted.where(StandardComment.disposition == "") if open_only else wanted)
            return [_comment(each) for each in found]

    def review_calendar(self, until: date | None = None) -> list[DocumentCard]:
        """Standards in force by the day of their next review, up to a day; those past it first."""
        wanted = select(StandardDocument).where(StandardDocument.stage.in_(STANDING), StandardDocument.review_by.is_not(None))
        if until is not None:
            wanted = wanted.where(StandardDocument.review_by <= until)
        with self._storage.reading() as session:
            return [_card(session, each) for each in session.scalars(wanted.order_by(StandardDocument.review_by, StandardDocument.key))]

    def tell_reviews(self) -> int:
        """Tell once of every standard whose review is near; gives how many were told."""
        near = self.today + timedelta(days=rule_on(self.today).notice_days)
        return sum(self._tell(each) for each in self.review_calendar(near))

    def _tell(self, card: DocumentCard) -> bool:
        once = f"{card.key}:{card.review_by}"
        with self._storage.session() as session:
            if session.scalar(select(OutboxEvent.id).where(OutboxEvent.name == StandardReviewDue.name, OutboxEvent.subject == once).limit(1)):
                return False
            unit = session.scalar(select(OrganisationUnit.id).where(OrganisationUnit.key == card.organisation)) or ""
            self._storage.announce(session, StandardReviewDue(
                unit, card.key, card.number, card.zh, card.en or card.zh, card.review_by.isoformat() if card.review_by else ""
            ), once)
        return True

    def _follow(self, case: str, facts: Facts) -> None:
        """Bring the record to where its case stands."""
        stage = self.cases.sheet(case, SYSTEM).line.state
        with self._storage.session() as session:
            record = self._record(session, case, facts)
            if stage == "consulting" and record.stage != "consulting":
                # Back from counting the comments, the draft has been open since the first day.
                if record.stage != "settling":
                    record.comments_from = self.today
                record.comments_until = (record.comments_from or self.today) + timedelta(days=rule_on(self.today).comment_days)
            if stage == "approved" and record.approved_on is None:
                record.approved_on = self.today
            if stage == "repealed":
                record.repealed_on = record.repealed_on or self.today
            for name in DATES:
                if facts.get(name):
                    setattr(record, name, _day(facts[name]))
            record.number = facts.get("number") or record.number
            record.experts, record.agreed = int(facts.get("experts") or 0), int(facts.get("agreed") or 0)
            record.stage = stage
            since = record.reviewed_on or record.in_force_on
            record.review_by = _years_after(since, rule_on(self.today).review_years) if since and stage in STANDING else None

    def _check_comments(self, case: str, facts: Facts) -> None:
        """Let the draft go to the experts only when it was open long enough and every comment is disposed of."""
        with self._storage.session() as session:
            record = self._record(session, case, facts)
            left = _left(session, record, self.today)
            total = session.scalar(select(func.count()).where(StandardComment.document_id == record.id)) or 0
            record.stage = "settling"
        if left:
            self._act(case, "comments_open", {"comments_left": left})
        else:
            self._act(case, "comments_settled", {"comments_told": f"{total} 条意见均已处理 / all {total} comments are disposed of"})

    def _check_vote(self, case: str, facts: Facts) -> None:
        """Count the experts' votes against the share that the rule of the day asks for."""
        experts, agreed, least = int(facts["experts"]), int(facts["agreed"]), rule_on(self.today).agreement
        if agreed <= experts and agreed >= least * experts:
            self._act(case, "vote_passed", {})
        else:
            told = f"{experts} 名专家中 {agreed} 名同意，须达到 {least:.0%} / {agreed} of {experts} experts agreed, {least:.0%} must"
            self._act(case, "vote_failed", {"vote_told": told})

    def _act(self, case: str, transition: str, form: Facts) -> None:
        try:
            self.cases.act(case, transition, SYSTEM, form)
        except Conflict:
            # Asked a second time: the case stands elsewhere already.
            return

    def _record(self, session: Session, case: str, facts: Facts) -> StandardDocument:
        record = session.scalars(select(StandardDocument).where(StandardDocument.case_number == case)).first()
        if record is None:
            taken = session.scalar(select(StandardDocument.id).where(StandardDocument.key == facts["document"]))
            # A person may have opened the case by hand under an id that is taken.
            key = f"{facts['document']}-{case.lower()}"[:80] if taken else facts["document"]
            record = StandardDocument(key=key, case_number=case, stage="proposed", begun_on=self.today, organisation="")
            session.add(record)
        record.zh, record.en, record.kind = facts["title"], facts.get("title_en") or "", facts["kind"]
        record.scope, record.replaces = facts["scope"], facts.get("replaces") or ""
        record.organisation = unit_key(session, facts["drafter"])
        session.flush()
        return record


def _left(session: Session, record: StandardDocument, today: date) -> str:
    """What keeps a draft from the experts; empty for nothing."""
    wanted = select(StandardComment.number).where(StandardComment.document_id == record.id, StandardComment.disposition == "")
    undone = list(session.scalars(wanted.order_by(StandardComment.number)))
    told = []
    if record.comments_until and today < record.comments_until:
        told.append(f"征求意见期至 {record.comments_until} / open for comments until {record.comments_until}")
    if undone:
        numbers = ", ".join(str(each) for each in undone[:100])
        told.append(f"尚有 {len(undone)} 条意见未处理：{numbers} / {len(undone)} comments are not disposed of: {numbers}")
    return "\n".join(told)


def _find(session: Session, document: str) -> StandardDocument:
    wanted = select(StandardDocument).where((StandardDocument.key == document) | (StandardDocument.number == document))
    found = session.scalars(wanted).first() if document else None
    if found is None:
        raise Missing(f"没有标准项目“{document}”。", f"There is no standard “{document}”.", document=document)
    return found


def _card(session: Session, record: StandardDocument) -> DocumentCard:
    counts = select(func.count(), func.count(func.nullif(StandardComment.disposition, ""))).where(StandardComment.document_id == record.id)
    comments, disposed = session.execute(counts).one()
    facts = {name: getattr(record, name) for name in DocumentCard.model_fields if name not in ("comments", "disposed", "case")}
    return DocumentCard(**facts, comments=comments, disposed=disposed, case=record.case_number)


def _comment(record: StandardComment) -> CommentCard:
    facts = {name: getattr(record, name) for name in CommentCard.model_fields if name != "made_at"}
    return CommentCard(**facts, made_at=record.created_at)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
