"""Opens casework for a hub: cases, alerts, notices, webhooks, attachments, and the places that may be called."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from lingnan.base import Missing, Settings
from lingnan.casework import AlertCard, AlertRules, Casework
from lingnan.casework.alerts import Alerts
from lingnan.casework.attachments import AttachmentCard, Attachments
from lingnan.casework.clamd import ClamdScanner
from lingnan.casework.mail_shapes import MailSettings
from lingnan.casework.notices import Notices
from lingnan.casework.sources import Sources
from lingnan.casework.webhooks import Webhooks
from lingnan.collect.forms.holders import PICTURE, EntryHolders
from lingnan.hub.pack_work import PackWork
from lingnan.hub.standard_files import STANDARD, StandardFiles
from lingnan.hub.vault import KeyedVault
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, HubKey, Subject, Trust

CASE, WORKBOOK = "case", "inventory-workbook"
FLOWS = "flows"
"""The folder of a home in which an office keeps flows of its own."""


@dataclass(frozen=True)
class Office:
    """All of casework that a hub has."""

    casework: Casework
    alerts: Alerts
    notices: Notices
    webhooks: Webhooks
    attachments: Attachments
    sources: Sources

    @classmethod
    def open(
        cls, settings: Settings, storage: Storage, trust: Trust, sources: Sources, work: PackWork | None = None,
    ) -> "Office":
        """Put the parts together; nothing is sent or called here. `work` is what packs bring to it."""
        work = work or PackWork()
        key, files = HubKey.open(settings.home), CaseFiles()
        scan = ClamdScanner(settings.clamd) if settings.clamd else None
        access = {CASE: files.may, WORKBOOK: own_workbook, STANDARD: StandardFiles(storage, settings.office).may, PICTURE: EntryHolders(storage).may}
        files.attachments = Attachments(storage, settings.home, trust, access, suite=settings.suite, scan=scan)
        files.casework = Casework.open(
            storage, trust, folders=(settings.home / FLOWS,), vault=KeyedVault(key), attachments=files.of, office=settings.office,
            verify_signature=trust.signatures.accept, limits=work.limits, more=work.flows,
        )
        webhooks = Webhooks(storage, trust, key.seal, sign=partial(trust.keys.sign, "webhook"))

        def open_case(alert: AlertCard, flow: str, handler: str) -> str:
            known = {unit.key for unit in trust.organisations.listing()}
            return files.casework.open_for_alert(alert, flow, handler if handler in known else "")

        return cls(
            files.casework, Alerts(storage, trust, rules=AlertRules.read().with_rules(work.rules), open_case=open_case),
            Notices(storage, trust, mail=MailSettings.read(settings)), webhooks, files.attachments, sources,
        )

    def undelivered(self) -> tuple[int, int]:
        """How many mails, and how many webhook calls, were given up."""
        return self.notices.given_up(), self.webhooks.given_up()

    def tick(self) -> None:
        """One round of the worker: deadlines, escalations, mails and webhooks that are due."""
        self.casework.cases.tick()
        self.alerts.tick()
        self.notices.tick()
        self.webhooks.tick()


def own_workbook(subject: Subject, owner: str, action: str) -> bool:
    """Whether a workbook that waits to be imported belongs to the subject: to whoever uploaded it and nobody else. The hub sweeps it away."""
    return (bool(subject.account) and subject.account == owner) or (subject == SYSTEM and action == "remove")


class CaseFiles:
    """The attachments of cases: who may see a case, but from a unit above, may read them, who may act on it or opened it may add to them."""

    casework: Casework
    attachments: Attachments

    def of(self, case: str) -> Sequence[AttachmentCard]:
        """The attachments of a case; the case's sheet has asked already whether its reader may see the case."""
        return self.attachments.listing(SYSTEM, (CASE, case))

    def may(self, subject: Subject, case: str, action: str) -> bool:
        """Whether the subject may `read` or `add`."""
        if subject == SYSTEM:
            return True
        try:
            sheet = self.casework.cases.sheet(case, subject)
        except Missing:
            return False
        return (action == "read" and not sheet.oversees) or bool(sheet.actions) or sheet.applicant == subject.reference
