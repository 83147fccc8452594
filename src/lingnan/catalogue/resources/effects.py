"""What a decided case does to resources; each may be asked twice and then changes nothing. `hub` binds them to the flows' effects."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete

from lingnan.base import CHINA, Conflict
from lingnan.casework import CaseLine, Cases
from lingnan.catalogue import cards
from lingnan.catalogue.resources import reviews
from lingnan.catalogue.resources.comparing import rebased
from lingnan.catalogue.resources.drafts import Drafts
from lingnan.catalogue.resources.form_rules import faults_of
from lingnan.catalogue.resources.forms import current_form
from lingnan.catalogue.resources.records import ResourceDraft, ResourceVersion
from lingnan.catalogue.resources.registration import Registrar, Rules
from lingnan.catalogue.resources.versions import close_version
from lingnan.catalogue.search import indexing
from lingnan.catalogue.shapes import FormFault, ResourceForm
from lingnan.storage import Storage
from lingnan.trust import SYSTEM

TOLD = 3800
"""So many characters of faults a case can hold."""
REVIEWING = ("department_review", "office_review")
Facts = Mapping[str, Any]


class ResourceEffects:
    """The effects of the four flows; each takes the number of its case and every fact of it."""

    def __init__(self, storage: Storage, rules: Rules, cases: Callable[[], Cases]) -> None:
        self._storage, self._rules, self._open_cases = storage, rules, cases
        self.verbs: Mapping[str, Callable[[str, Facts], None]] = {
            "check_resources": self.check, "follow_resources": self.follow, "return_resources": self.give_back,
            "publish_resources": self.publish, "apply_resource_changes": self.publish, "withdraw_resource": self.withdraw,
            "confirm_resources": self.confirm,
        }

    def check(self, case: str, facts: Facts) -> None:
        """Check what was submitted, and let the case go on or back to its author with the fields to mend."""
        with self._storage.reading() as session:
            drafts = [(resource.key, draft.content) for draft, resource in Drafts(session, self._storage, self._rules).of_batch(facts["batch"])]
        found = {key: faults_of(ResourceForm.model_validate(content), self._rules.extensions, self._rules.negative) for key, content in drafts}
        wrong = {key: faults for key, faults in found.items() if faults}
        try:
            if wrong:
                self._open_cases().act(case, "fail_check", SYSTEM, {"faults": _told(wrong)})
            else:
                self._open_cases().act(case, "pass_check", SYSTEM)
        except Conflict:
            # The case was taken back meanwhile, or this is asked a second time: it stands elsewhere and needs no check.
            return

    def follow(self, case: str, facts: Facts) -> None:
        """Mark the drafts as under review, unless the case has gone on."""
        if self._stands(case).state not in REVIEWING:
            return
        with self._storage.session() as session:
            Drafts(session, self._storage, self._rules).move(facts["batch"], "reviewing")

    def give_back(self, case: str, facts: Facts) -> None:
        """Make them drafts again; those whose case has ended are free of it."""
        line = self._stands(case)
        if line.state != "draft" and line.closed_at is None:
            return
        with self._storage.session() as session:
            Drafts(session, self._storage, self._rules).move(facts["batch"], "draft", done=line.closed_at is not None)

    def publish(self, case: str, facts: Facts) -> None:
        """Put the drafts in force, all or none; a version that a contract made meanwhile keeps what the draft did not change."""
        with self._storage.session() as session:
            wanted = []
            for draft, resource in Drafts(session, self._storage, self._rules).of_batch(facts["batch"]):
                form = ResourceForm.model_validate(draft.content)
                base = session.get(ResourceVersion, (resource.id, draft.base))
                if base is not None and draft.base != resource.version:
                    form = rebased(ResourceForm.model_validate(base.content), form, current_form(session, resource))
                wanted.append((form, resource))
            if wanted:
                Registrar(session, self._storage, self._rules).publish(wanted, case)

    def withdraw(self, case: str, facts: Facts) -> None:
        """Set the tombstone: code and versions stay, the index forgets it."""
        with self._storage.session() as session:
            resource = cards.find_resource(session, facts["resource"])
            if resource.deleted_at is not None:
                return
            now = self._storage.clock.now()
            resource.deleted_at, resource.status = now, "withdrawn"
            resource.withdrawn_reason, resource.withdrawn_case, resource.replaced_by = facts["reason"], case, facts.get("replacement") or ""
            close_version(session, resource.id, now)
            session.execute(delete(ResourceDraft).where(ResourceDraft.resource_id == resource.id))
            indexing.remove(session, [resource.id])

    def confirm(self, _case: str, facts: Facts) -> None:
        """Note the yearly review of the batch."""
        reviews.confirm(self._storage, facts["batch"], self._storage.clock.now().astimezone(CHINA).date(), facts["finding"])

    def _stands(self, case: str) -> CaseLine:
        return self._open_cases().sheet(case, SYSTEM).line


def _told(wrong: Mapping[str, tuple[FormFault, ...]]) -> str:
    """The faults as a text, resource by resource, each with its field."""
    lines = [f"{key} {fault.field}：{fault.zh} {fault.en}" for key, faults in wrong.items() for fault in faults]
    text = "\n".join(lines)
    return text if len(text) <= TOLD else text[:TOLD] + f"\n… ({len(lines)})"
