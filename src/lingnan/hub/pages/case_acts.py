"""Acting in a case: its transitions, with files and signatures; taking it, giving it on, remarks, files in and out."""

from collections.abc import Mapping
from typing import Any

from lingnan.base import BadInput, LingnanError
from lingnan.casework import ActionView, CaseSheet, Moved
from lingnan.casework.attachments import Download
from lingnan.casework.cases import decided_bytes
from lingnan.hub.office import CASE
from lingnan.hub.pages.case_openings import checked
from lingnan.hub.pages.case_sheets import confirmed
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Filled, Upload
from lingnan.trust import SignatureReceipt, Subject

UNUSED = "未采用：办理未完成 not used: the step was not done"


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
    if action.signature and not confirmed(desk, subject, session):
        raise _wrong("code", "此步须电子签名，请先以动态口令或通行密钥验证身份", "this step is signed: first show a one-time code or passkey")
    form = _form(desk, subject, sheet, action, filled)
    if not action.signature:
        return cases.act(number, transition, subject, form, filled.note, version=filled.version)
    receipt = _sign(desk, subject, sheet.line.number, action, form, filled.note)
    try:
        return cases.act(number, transition, subject, form, filled.note, version=filled.version, signature=receipt.text)
    except LingnanError:
        desk.hub.trust.signatures.withdraw(subject, receipt.code, UNUSED)
        raise


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


def _sign(desk: Desk, subject: Subject, number: str, action: ActionView, form: Mapping[str, Any], note: str) -> SignatureReceipt:
    """The person's own signature of exactly what is decided."""
    signatures = desk.hub.trust.signatures
    title = f"{number} {action.zh} {action.en}"
    return signatures.sign(subject, "decision", signatures.digest(decided_bytes(number, action.transition, form, note)), title, {"case": number})


def _wrong(field: str, zh: str, en: str) -> BadInput:
    return BadInput(f"{zh}。", f"{en[0].upper()}{en[1:]}.", code="FormWrong", fields={field: {"zh": zh, "en": en}})
