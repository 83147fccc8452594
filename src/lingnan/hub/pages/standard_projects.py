"""Answers the pages of standards in the making: by stage, one whole, comments with what became of them, files."""

from collections import Counter
from collections.abc import Iterator, Mapping

from lingnan.base import BadInput, Missing
from lingnan.casework import Download
from lingnan.catalogue import CommentCard, DocumentCard
from lingnan.catalogue.resources.permits import belongs
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.inventory import edits
from lingnan.hub.standard_files import INSIDE, STANDARD, WRITING
from lingnan.insight import ProjectLine, ProjectPage, ProjectSheet, StandardFile, StandardRemark, StandardStep, Upload, Words
from lingnan.trust import SYSTEM, Subject

STAGES = (
    "proposed", "drafting", "consulting", "settling", "examining", "counting", "approving", "approved", "published", "filed", "in_force",
    "reviewing", "revised", "repealed", "refused", "abandoned",
)
DATES = (
    "begun_on", "comments_from", "comments_until", "approved_on", "published_on", "filed_on", "in_force_on", "reviewed_on", "review_by", "repealed_on"
)
COMMENT_LENGTH = 4000


class ProjectPages:
    """The standards of one hub; what is not yet open for comments is told to those who draft it alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, stage: str, subject: Subject) -> ProjectPage:
        """The standards in one stage, or all, in the order of their stages."""
        self._allow(subject)
        if stage and stage not in STAGES:
            raise Missing(f"没有阶段“{stage}”。", f"There is no stage “{stage}”.", stage=stage)
        seen = [card for card in self._desk.hub.catalogue.elements.documents.listing() if self._seen(card, subject)]
        counts = Counter(card.stage for card in seen)
        chosen = sorted((card for card in seen if stage in ("", card.stage)), key=lambda card: (STAGES.index(card.stage), card.key))
        return ProjectPage(
            stage=stage, stages=tuple((each, counts[each]) for each in STAGES if counts[each]), items=tuple(map(self._line, chosen)),
            writes=edits(subject),
        )

    def sheet(self, document: str, subject: Subject) -> ProjectSheet:
        """One standard; Missing for one that is not open yet and not the reader's to draft."""
        card, inside = self._found(document, subject)
        documents = self._desk.hub.catalogue.elements.documents
        is_open = card.stage == "consulting"
        dates = ((name, getattr(card, name)) for name in DATES)
        return ProjectSheet(
            line=self._line(card), scope=card.scope, replaces=card.replaces, case=card.case if inside else "",
            dates=tuple((name, day) for name, day in dates if day is not None), experts=card.experts, agreed=card.agreed,
            steps=tuple(self._steps(card)), files=tuple(self._files(card)), remarks=tuple(map(self._remark, documents.comments(card.key))),
            open_for_comments=is_open, comments_from=card.comments_from, may_comment=is_open and bool(subject.account) and not subject.token,
            may_dispose=inside and edits(subject), may_attach=inside and edits(subject) and card.stage in WRITING,
        )

    def comment(self, document: str, values: Mapping[str, str], subject: Subject) -> int:
        """Comment on a draft; gives the comment's number."""
        card, _inside = self._found(document, subject)
        told = {name: values.get(name, "").strip() for name in ("clause", "kind", "comment", "proposal")}
        if len(told["clause"]) > 80 or any(len(text) > COMMENT_LENGTH for text in told.values()):
            raise BadInput(f"条款最多 80 字，意见最多 {COMMENT_LENGTH} 字。", f"A clause has 80 characters at most, a comment {COMMENT_LENGTH}.")
        return self._desk.hub.catalogue.elements.documents.comment(card.key, subject, **told)

    def dispose(self, document: str, number: int, disposition: str, reason: str, subject: Subject) -> None:
        """Say what is done with a comment."""
        card, _inside = self._found(document, subject)
        self._desk.hub.catalogue.elements.documents.dispose(card.key, number, subject, disposition=disposition, reason=reason[:COMMENT_LENGTH])

    def attach(self, document: str, file: Upload | None, subject: Subject) -> None:
        """Add the text of a draft, or what belongs to it; BadInput when none was chosen."""
        card, _inside = self._found(document, subject)
        self._desk.hub.trust.allow(subject, "catalogue.edit", "standards")
        if file is None:
            raise BadInput("请选择要上传的文件。", "Choose a file first.")
        self._desk.hub.office.attachments.store(subject, (STANDARD, card.key), file.name, file.content, declared=file.declared)

    def download(self, document: str, attachment: str, subject: Subject) -> Download:
        """A file of a standard on its way out."""
        card, _inside = self._found(document, subject)
        if attachment not in {each.id for each in self._files(card)}:
            raise Missing("没有这个附件。", "There is no such file.", attachment=attachment)
        return self._desk.hub.office.attachments.open(subject, attachment)

    def _found(self, document: str, subject: Subject) -> tuple[DocumentCard, bool]:
        """The standard, and whether the reader is of those who draft it."""
        self._allow(subject)
        card = self._desk.hub.catalogue.elements.documents.document(document)
        if not self._seen(card, subject):
            raise Missing(f"没有标准项目“{document}”。", f"There is no standard “{document}”.", document=document)
        return card, self._inside(card, subject)

    def _seen(self, card: DocumentCard, subject: Subject) -> bool:
        return card.stage not in INSIDE or self._inside(card, subject)

    def _inside(self, card: DocumentCard, subject: Subject) -> bool:
        with self._desk.hub.storage.reading() as session:
            return belongs(session, subject, card.organisation, self._desk.hub.settings.office)

    def _line(self, card: DocumentCard) -> ProjectLine:
        told = {name: getattr(card, name) for name in ProjectLine.model_fields if name not in ("title", "organisation")}
        return ProjectLine(**told, title=Words(zh=card.zh, en=card.en), organisation=self._unit(card.organisation))

    def _steps(self, card: DocumentCard) -> Iterator[StandardStep]:
        """The states that the case has reached, which are public; what people wrote in it is not."""
        if not card.case:
            return
        casework = self._desk.hub.office.casework
        states = {state.id: Words(zh=state.zh, en=state.en) for state in casework.flows.flow("standard-document").states}
        for entry in casework.cases.sheet(card.case, SYSTEM).timeline:
            if entry.to_state and entry.to_state != entry.from_state:
                state = states.get(entry.to_state, Words(zh=entry.to_state))
                yield StandardStep(at=entry.at, title=Words(zh=entry.zh, en=entry.en), state=state)

    def _files(self, card: DocumentCard) -> Iterator[StandardFile]:
        for each in self._desk.hub.office.attachments.listing(SYSTEM, (STANDARD, card.key)):
            if each.removed_at is None:
                yield StandardFile(id=each.id, name=each.name, size=each.size, at=each.at)

    def _remark(self, card: CommentCard) -> StandardRemark:
        told = {name: getattr(card, name) for name in StandardRemark.model_fields if name not in ("organisation", "at")}
        unit = self._unit(card.organisation) if card.organisation else Words(zh="社会公众", en="The public")
        return StandardRemark(**told, organisation=unit, at=card.made_at)

    def _unit(self, key: str) -> Words:
        return next((title for known, title in self._desk.organisations().values() if known == key), Words(zh=key))

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "page.view", "standards")
