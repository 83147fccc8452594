"""Acting in a case: its transitions, with files and signatures; taking it, giving it on, remarks, files in and out."""

from typing import Any

from lingnan.base import BadInput
from lingnan.casework import ActionView, CaseSheet, Moved
from lingnan.casework.attachments import Download
from lingnan.casework.cases import decided_bytes
from lingnan.hub.office import CASE
from lingnan.hub.pages.case_openings import checked
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.signing import must_be_confirmed, signed
from lingnan.insight import Filled, Upload
from lingnan.trust import Subject


def act(desk: Desk, subject: Subject, number: str, transition: str, filled: Filled, session: str) -> Moved:
    """Do a transition. BadInput names the fields that are wrong, `code` among them when whoever signs must first show who they are;
    Conflict when somebody else changed the case since the form was shown."""
    cases = desk.hub.office.casework.cases
    if subject.token:
        # A token of scope `case.act` need not see the case, and no program signs in a person's name.
        return cases.act(number, transition, subject, filled.texts, filled.note, version=filled.version)
    sheet = cases.sheet(number, subject)
    action = next((each for each in sheet.actions if each.transition == transition), None)
    if action is None or (filled.version is not None and filled.version != sheet.version):
        # The case itself says who may not, or that it has moved on; nothing of the form is kept.
        return cases.act(number, transition, subject, filled.texts, filled.note, version=filled.version)
    if action.signature:
        must_be_confirmed(desk, subject, session)
    form = _form(desk, subject, sheet, action, filled)
    if not action.signature:
        return cases.act(number, transition, subject, form, filled.note, version=filled.version)
    line = sheet.line
    content, title = decided_bytes(line.number, transition, form, filled.note), f"{line.number} {action.zh} {action.en}"
    with signed(desk, subject, content, title, {"case": line.number}) as receipt:
        return cases.act(number, transition, subject, form, filled.note, version=filled.version, signature=receipt)


def attach(desk: Desk, subject: Subject, number: str, file: Upload) -> None:
    """Add a file to a case; BadInput says why one is not taken."""
    case = desk.hub.office.casework.cases.sheet(number, subject).line.id
    desk.hub.office.attachments.store(subject, (CASE, case), file.name, file.content, declared=file.declared)


def download(desk: Desk, subject: Subject, number: str, attachment: str) -> Download:
    """A file of a case on its way out; Damaged when it is not what was stored, Missing when it is not there or not for the subject."""
    desk.hub.office.casework.cases.sheet(number, subject)
    return desk.hub.office.attachments.open(subject, attachment)


def _form(desk: Desk, subject: Subject, sheet: CaseSheet, action: ActionView, filled: Filled) -> dict[str, Any]:
    """The form with its files kept; the texts are checked first, so that a wrong one leaves no file behind."""
    with desk.hub.storage.reading() as session:
        flow = desk.hub.office.casework.flows.pinned(session, sheet.line.flow, sheet.flow_version)
    transition = flow.transition(action.transition)
    form: dict[str, Any] = dict(checked(desk, transition.form if transition else (), filled))
    if action.reason and not filled.note.strip():
        raise _wrong("note", "须写明理由", "give a reason")
    for name, file in filled.files.items():
        kept = desk.hub.office.attachments.store(subject, (CASE, sheet.line.id), file.name, file.content, declared=file.declared)
        form[name] = kept.id
    return form


def _wrong(field: str, zh: str, en: str) -> BadInput:
    return BadInput(f"{zh}。", f"{en[0].upper()}{en[1:]}.", code="FormWrong", fields={field: {"zh": zh, "en": en}})
