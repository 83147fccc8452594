"""What may be applied for, the forms for it, and opening a case with its files."""

from collections.abc import Iterator, Mapping

from lingnan.base import BadInput, LingnanError, Missing
from lingnan.casework import Flow, draw_svg
from lingnan.casework.attachments import PIECE, Attachments
from lingnan.casework.flow import FormField
from lingnan.casework.form import read_form
from lingnan.casework.policy import Standing
from lingnan.casework.records import Case
from lingnan.casework.sheet import field_view
from lingnan.hub.office import CASE
from lingnan.hub.pack_cases import abouts, competence
from lingnan.hub.pages import catalogue
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.models import FLOW, OF_MODEL, model_matter
from lingnan.insight import CaseOpened, CatalogueQuery, Choice, Filled, FlowCard, FlowList, LimitLine, Upload, Words
from lingnan.registers import register_definitions
from lingnan.trust import Subject

AT_ONCE = 40
STANDS_IN = "sha256:0"
"""Stands for a file in a form that is only looked at."""
FormFields = tuple[FormField, ...]


def flows(desk: Desk, subject: Subject, lang: str) -> FlowList:
    """The flows the subject may open."""
    desk.hub.trust.allow(subject, "case.open", "flows")
    return FlowList(items=tuple(_card(desk, flow, lang) for flow in desk.hub.office.casework.flows if _may_open(subject, flow)))


def flow(desk: Desk, subject: Subject, name: str, lang: str) -> FlowCard:
    """One flow with its form; Missing for one that is not there or not for the subject."""
    desk.hub.trust.allow(subject, "case.open", f"flow:{name[:60]}")
    found = desk.hub.office.casework.flows.flow(name)
    if not _may_open(subject, found):
        raise Missing(
            f"您不能提起“{found.zh}”。请从可办事项中选择。", f"“{found.en}” is not for you to open. Choose one of those offered.", flow=name
        )
    return _card(desk, found, lang)


def choices(desk: Desk, subject: Subject, kind: str, words: str) -> tuple[Choice, ...]:
    """Organisations or tables whose key or title holds the words."""
    desk.hub.trust.allow(subject, "case.open", f"choices:{kind[:20]}")
    if kind == "organisation":
        return tuple(_units(desk, words))
    page = catalogue.search(desk, subject, CatalogueQuery(words=words[:100], limit=AT_ONCE))
    found = {line.table: line.title for line in page.items if line.table}
    for defined in register_definitions():
        title = Words(**defined.title.model_dump())
        if words in defined.table or words in title.zh or words.lower() in title.en.lower():
            found.setdefault(defined.table, title)
    return tuple(Choice(value=table, title=title) for table, title in found.items())


def open_case(desk: Desk, subject: Subject, name: str, filled: Filled, once: str) -> CaseOpened:
    """Begin a case and keep its files; the same `once` of the same subject gives the same case. BadInput names the fields that are wrong."""
    office = desk.hub.office
    begun = office.casework.flows.flow(name)
    if not begun.opening.offered:
        raise Missing(f"“{begun.zh}”请从其专门页面提交。", f"“{begun.en}” begins on its own page.", flow=name)
    form = checked(desk, begun.opening.form, filled)
    word = f"{subject.reference}:{subject.credit_code}:{once}" if once else ""
    office_of = competence(desk, subject, begun, form)
    opened = office.casework.cases.open(
        name, subject, form, about=form.get("table", "") or _model(form), handler=office_of.handler, division=office_of.division, once=word,
    )
    refused = _keep(office.attachments, subject, opened.id, filled.files) if opened.trace_code else ()
    return CaseOpened(opened.number, opened.trace_code, Words(zh=begun.zh, en=begun.en), refused)


def checked(desk: Desk, fields: FormFields, filled: Filled) -> dict[str, str]:
    """The form with each file by its digest and each organisation by its key; BadInput names every field that is wrong."""
    form = {name: text for name, text in filled.texts.items() if text.strip()}
    faults = _organisations(desk, fields, form)
    for name, file in filled.files.items():
        form[name] = STANDS_IN
        try:
            form[name] = desk.hub.office.attachments.examine(file.name, _pieces(file), declared=file.declared)
        except BadInput as error:
            faults[name] = {"zh": error.zh, "en": error.en}
    try:
        read_form(fields, form)
    except BadInput as error:
        faults = {**error.facts["fields"], **faults}
    if faults:
        raise BadInput(
            "表单有误，请按各项提示改正后重新提交。", "The form is wrong. Mend what is marked and send it again.", code="FormWrong", fields=faults
        )
    for file in filled.files.values():
        file.content.seek(0)
    return form


def _model(form: Mapping[str, str]) -> str:
    """The model that a form names, so that its card finds the case."""
    return model_matter(form["pack"], form["model"]) if "pack" in form and "model" in form else ""


def _organisations(desk: Desk, fields: FormFields, form: dict[str, str]) -> dict[str, dict[str, str]]:
    """Put an organisation's key where its title was typed; gives the fields that name none, or more than one."""
    asked = [field.name for field in fields if field.type == "organisation" and field.name in form]
    units, faults = desk.hub.trust.organisations.listing() if asked else [], {}
    for name in asked:
        typed = form[name].strip()
        known = {unit.key for unit in units if typed in (unit.key, unit.id, unit.zh, unit.en)}
        if len(known) == 1:
            form[name] = known.pop()
        else:
            faults[name] = {"zh": "没有这个机构，或同名的不止一个，请从列表中选择", "en": "no such organisation, or several of that name; choose one"}
    return faults


def _pieces(file: Upload) -> Iterator[bytes]:
    """The file piece by piece, left open: it is read again to be kept."""
    while piece := file.content.read(PIECE):
        yield piece


def _keep(attachments: Attachments, subject: Subject, case: str, files: Mapping[str, Upload]) -> tuple[tuple[str, Words], ...]:
    """Keep the files of a case just begun; gives those that could not be kept, because the case stands already."""
    refused = []
    for file in files.values():
        try:
            attachments.store(subject, (CASE, case), file.name, file.content, declared=file.declared)
        except LingnanError as error:
            refused.append((file.name, Words(zh=error.zh, en=error.en)))
    return tuple(refused)


def _may_open(subject: Subject, flow: Flow) -> bool:
    if not flow.opening.offered:
        return False
    applying = Standing(subject, Case(applicant=subject.account, applicant_kind=subject.kind, handler=""), by_trace=True)
    return applying.allowed_as(flow.opening.who)[0]


def _card(desk: Desk, flow: Flow, lang: str) -> FlowCard:
    cases = desk.hub.office.casework.cases
    limits = []
    for deadline in flow.deadlines:
        rule = cases.keeper.rules.find(deadline.rule, "", cases.mover.today)
        limits.append(LimitLine(
            title=Words(zh=deadline.zh, en=deadline.en), days=rule.days, unit=rule.unit, basis=rule.basis, proofed=rule.proofed
        ))
    summary = Words(zh=flow.summary.zh, en=flow.summary.en) if flow.summary else Words(zh="")
    return FlowCard(
        id=flow.id, title=Words(zh=flow.zh, en=flow.en), summary=summary, basis=flow.basis, limits=tuple(limits),
        fields=tuple(field_view(field) for field in flow.opening.form), diagram=draw_svg(flow, "", lang),
        given=OF_MODEL if flow.id == FLOW else (found[1].key,) if (found := abouts(desk.hub.packs, flow.id)) else (),
    )


def _units(desk: Desk, words: str) -> list[Choice]:
    sought = words.strip().lower()
    found = [
        Choice(value=unit.key, title=Words(zh=unit.zh, en=unit.en)) for unit in desk.hub.trust.organisations.listing()
        if not unit.disabled and (sought in unit.key.lower() or sought in unit.zh or sought in unit.en.lower())
    ]
    return found[:AT_ONCE]
