"""One case as its reader may see it, with the codes and keys in it said in words."""

from collections.abc import Mapping

from lingnan.casework import CaseSheet, Flow
from lingnan.casework.attachments import AttachmentCard
from lingnan.casework.shapes import CommentView, EntryView, FactView
from lingnan.hub.pages.case_lists import role_title, row, unit_title
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.models import FLOW, ModelPages
from lingnan.hub.pages.signing import confirmed, signs_by_passkey
from lingnan.insight import CaseEvent, CaseFile, CaseRemark, CaseView, FactLine, Words
from lingnan.trust import Subject, known_roles

APPLICANTS = {
    "citizen": Words(zh="个人", en="A citizen"), "enterprise": Words(zh="法人", en="A legal person"),
    "official": Words(zh="公务人员", en="An official"), "operator": Words(zh="运维人员", en="The operator"),
    "system": Words(zh="本平台", en="The hub itself"), "anonymous": Words(zh="未登录者", en="A visitor"),
}
Organisations = Mapping[str, tuple[str, Words]]


def view(desk: Desk, subject: Subject, number: str, lang: str, session: str) -> CaseView:
    """The case whole; Missing for who may not know of it. `session` is the token of whoever looks, empty for a program."""
    casework = desk.hub.office.casework
    sheet = casework.cases.sheet(number, subject, lang=lang)
    flow, organisations = _flow(desk, sheet), desk.organisations()
    files = tuple(_file(each) for each in sheet.attachments)
    facts = Facts(desk, flow, sheet.line.number, organisations, files)
    applies = _applies(sheet, subject)
    reassigns = sheet.line.closed_at is None and not sheet.oversees and desk.hub.trust.point.permits(subject, "case.administer")[0]
    return CaseView(
        line=row(desk, sheet.line, organisations), version=sheet.version, flow_version=sheet.flow_version, basis=sheet.basis,
        applicant=APPLICANTS[sheet.applicant_kind], applies=applies, handler=unit_title(sheet.handler, organisations),
        provider=unit_title(sheet.provider, organisations), facts=tuple(facts.line(each) for each in sheet.facts),
        timeline=tuple(_event(flow, facts, each, subject, organisations) for each in sheet.timeline), actions=tuple(sheet.actions),
        deadlines=tuple(sheet.deadlines), remarks=tuple(_remark(each, subject, organisations) for each in sheet.comments), files=files,
        diagram=sheet.diagram, may_claim=sheet.may_claim, may_release=sheet.may_release, may_reassign=reassigns,
        may_attach=sheet.line.closed_at is None and (bool(sheet.actions) or applies), may_remark=bool(subject.account) and not sheet.oversees,
        interest=sheet.interest, oversees=sheet.oversees,
        titles={name: Words(zh=field.zh, en=field.en) for name, field in flow.fields.items()},
        roles=_roles() if reassigns else (), confirmed=confirmed(desk, subject, session),
        passkey=any(action.signature for action in sheet.actions) and signs_by_passkey(desk, subject),
        model=ModelPages(desk).behind({each.name: str(each.value) for each in sheet.facts}) if sheet.line.flow == FLOW else None,
    )


class Facts:
    """Says facts of one case in words: choices and organisations by title, files by name."""

    def __init__(self, desk: Desk, flow: Flow, number: str, organisations: Organisations, files: tuple[CaseFile, ...]) -> None:
        self._desk, self._flow, self._number, self._organisations = desk, flow, number, organisations
        self._files = {key: each for each in files for key in (each.id, each.digest)}

    def line(self, fact: FactView) -> FactLine:
        """One fact."""
        value = str(fact.value)
        file = self._files.get(value) if fact.type == "attachment" and not fact.masked else None
        href = f"/cases/{self._number}/attachments/{file.id}" if file is not None and file.removed_at is None else ""
        shown = Words(zh=file.name) if file else None if fact.masked else self._shown(fact, value)
        return FactLine(name=fact.name, title=Words(zh=fact.zh, en=fact.en), value=value, shown=shown, masked=fact.masked, href=href)

    def _shown(self, fact: FactView, value: str) -> Words | None:
        if fact.type == "organisation":
            return unit_title(value, self._organisations)
        if fact.type == "table":
            return self._desk.titles.table(value)
        field = self._flow.fields.get(fact.name)
        chosen = next((choice for choice in field.choices if choice.code == value), None) if field else None
        return Words(zh=chosen.zh, en=chosen.en) if chosen else None


def _flow(desk: Desk, sheet: CaseSheet) -> Flow:
    with desk.hub.storage.reading() as session:
        return desk.hub.office.casework.flows.pinned(session, sheet.line.flow, sheet.flow_version)


def _applies(sheet: CaseSheet, subject: Subject) -> bool:
    if subject.kind == "enterprise":
        return sheet.applicant_kind == "enterprise" and sheet.applicant_organisation == subject.credit_code
    return bool(subject.account) and sheet.applicant == subject.reference


def _event(flow: Flow, facts: Facts, entry: EntryView, subject: Subject, organisations: Organisations) -> CaseEvent:
    reached = next((state for state in flow.states if state.id == entry.to_state and entry.to_state != entry.from_state), None)
    state = Words(zh=reached.zh, en=reached.en) if reached else Words(zh="")
    return CaseEvent(
        place=entry.place, kind=entry.kind, title=Words(zh=entry.zh, en=entry.en), state=state,
        at=entry.at, role=role_title(entry.role), organisation=unit_title(entry.organisation, organisations),
        own=bool(entry.by) and entry.by == subject.reference, note=entry.note, facts=tuple(facts.line(each) for each in entry.form),
        signed=entry.signed, outcome=(reached.outcome or "") if reached else "",
    )


def _remark(remark: CommentView, subject: Subject, organisations: Organisations) -> CaseRemark:
    return CaseRemark(
        at=remark.at, organisation=unit_title(remark.organisation, organisations), own=bool(remark.by) and remark.by == subject.reference,
        internal=remark.internal, text=remark.text,
    )


def _file(card: AttachmentCard) -> CaseFile:
    return CaseFile(
        id=card.id, name=card.name, size=card.size, digest=f"{card.algorithm}:{card.digest}", at=card.at, scanned=card.scanned,
        removed_at=card.removed_at, removed_because=card.removed_because,
    )


def _roles() -> tuple[tuple[str, Words], ...]:
    return tuple((role.name, Words(zh=role.zh, en=role.en)) for role in known_roles().values())
