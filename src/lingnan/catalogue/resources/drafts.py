"""Drafts of resources: made, amended, bundled for a case, given back; all within a session of the caller."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict
from lingnan.catalogue.records import WITHDRAWN, Department, Resource
from lingnan.catalogue.resources import form_rules
from lingnan.catalogue.resources.forms import department_form
from lingnan.catalogue.resources.records import ResourceDraft
from lingnan.catalogue.resources.registration import Registrar, Rules
from lingnan.catalogue.resources.versions import content_of, digest_of
from lingnan.catalogue.shapes import ResourceForm
from lingnan.storage import Storage
from lingnan.trust import Subject

_CHUNK = 400


class Drafts:
    """The drafts of one session."""

    def __init__(self, session: Session, storage: Storage, rules: Rules) -> None:
        self._session, self._storage, self._rules = session, storage, rules

    def keep(self, forms: Sequence[ResourceForm], by: Subject) -> list[Resource]:
        """Keep these forms as drafts: of new resources, or of the next version of published ones. Conflict where a case has them or withdrew them."""
        held = {record.key: department_form(record) for record in self._session.scalars(select(Department))}
        told = [form.model_copy(update={"department": held.get(form.department.id, form.department)}) for form in forms]
        known = self._known(form.key for form in told)
        fresh, drafts = [form for form in told if form.key not in known], self._drafts(known.values())
        registrar = Registrar(self._session, self._storage, self._rules)
        for form in told:
            form_rules.check_form(form, self._rules.extensions)
            if form.key in known:
                _must_be_free(known[form.key], drafts.get(known[form.key].id))
        known |= {record.key: record for record in registrar.draft(fresh)}
        for form in told:
            known[form.key].deleted_at = None
        unpublished = [(form, known[form.key]) for form in told if known[form.key].status == "draft" and form not in fresh]
        registrar.enter(unpublished)
        for form in told:
            drafts[known[form.key].id] = self._write(form, known[form.key], drafts.get(known[form.key].id), by)
        return [known[form.key] for form in told]

    def of_batch(self, batch: str) -> list[tuple[ResourceDraft, Resource]]:
        """The drafts that were submitted together, by code."""
        chosen = select(ResourceDraft, Resource).join(Resource, Resource.id == ResourceDraft.resource_id).where(ResourceDraft.batch == batch)
        return [(draft, resource) for draft, resource in self._session.execute(chosen.order_by(Resource.code))] if batch else []

    def bundle(self, resources: Sequence[Resource], batch: str) -> list[ResourceDraft]:
        """Set the drafts of these resources aside for a case; Conflict for one that is no draft, BadInput where they cannot go together."""
        held = self._drafts(resources)
        drafts = [_draft_of(resource, held.get(resource.id)) for resource in resources]
        if len({resource.status for resource in resources}) > 1 or len({resource.department_id for resource in resources}) > 1:
            raise BadInput(
                "一次提交的信息资源须属同一部门，且同为新发布或同为变更。请分开提交。",
                "What is submitted together belongs to one department and is either all new or all changed. Submit the others apart.",
            )
        cases = {draft.case_number for draft in drafts}
        if len(cases) > 1 or (cases != {""} and len(self.of_batch(drafts[0].batch)) != len(drafts)):
            raise BadInput(
                "退回的信息资源须按原批次一并重新提交。", "What was returned together is submitted again together.",
                cases=sorted(cases - {""}),
            )
        for draft, resource in zip(drafts, resources, strict=True):
            draft.stage, draft.batch = "checking", draft.batch if draft.case_number else batch
            resource.status = "checking" if resource.status == "draft" else resource.status
        return drafts

    def move(self, batch: str, stage: str, *, done: bool = False) -> None:
        """Mark the drafts of a batch as under review, or give them back; `done` sets them free of their case."""
        for draft, resource in self.of_batch(batch):
            draft.stage = stage
            if done:
                draft.batch = draft.case_number = ""
            if resource.status != "changing":
                resource.status = {"draft": "draft", "checking": "checking"}.get(stage, "reviewing")

    def discard(self, resource: Resource) -> None:
        """Throw a draft away; a resource that was never published goes with it, its code is not given again."""
        draft = _draft_of(resource, self._session.get(ResourceDraft, resource.id))
        if draft.case_number:
            raise _in_case(resource, draft)
        self._session.delete(draft)
        if resource.status == "draft":
            resource.deleted_at = self._storage.clock.now()
        else:
            resource.status = "published"

    def _write(self, form: ResourceForm, resource: Resource, draft: ResourceDraft | None, by: Subject) -> ResourceDraft:
        content = content_of(form)
        if draft is None:
            draft = ResourceDraft(resource_id=resource.id, base=resource.version, authors=[])
            self._session.add(draft)
        draft.content, draft.digest, draft.changed_at = content, digest_of(content), self._storage.clock.now()
        draft.authors = sorted({*draft.authors, by.account} - {""})
        if resource.status == "published":
            resource.status = "changing"
        return draft

    def _drafts(self, resources: Iterable[Resource]) -> dict[str, ResourceDraft]:
        """The drafts of these resources by id; read together, for there may be thousands."""
        wanted, found = [resource.id for resource in resources], dict[str, ResourceDraft]()
        for at in range(0, len(wanted), _CHUNK):
            held = select(ResourceDraft).where(ResourceDraft.resource_id.in_(wanted[at : at + _CHUNK]))
            found |= {draft.resource_id: draft for draft in self._session.scalars(held)}
        return found

    def _known(self, keys: Iterable[str]) -> dict[str, Resource]:
        wanted, found = list(keys), dict[str, Resource]()
        for at in range(0, len(wanted), _CHUNK):
            found |= {each.key: each for each in self._session.scalars(select(Resource).where(Resource.key.in_(wanted[at : at + _CHUNK])))}
        return found


def _must_be_free(resource: Resource, draft: ResourceDraft | None) -> None:
    if resource.status == WITHDRAWN:
        raise Conflict(
            f"资源 {resource.key} 已撤销，不能再改。请另行编制新的信息资源。",
            f"{resource.key} was withdrawn and cannot be changed. Describe a new resource.", resource=resource.key,
        )
    if draft is not None and draft.stage != "draft":
        raise _in_case(resource, draft)


def _draft_of(resource: Resource, draft: ResourceDraft | None) -> ResourceDraft:
    if draft is None:
        raise Conflict(
            f"资源 {resource.key} 没有待提交的草稿。请先编制或修改。", f"{resource.key} has no draft to submit. Describe or change it first.",
            resource=resource.key,
        )
    if draft.stage != "draft":
        raise _in_case(resource, draft)
    return draft


def _in_case(resource: Resource, draft: ResourceDraft) -> Conflict:
    return Conflict(
        f"资源 {resource.key} 正在事项 {draft.case_number or '（提交中）'} 中审核。请等其办结或先撤回。",
        f"{resource.key} is under review in case {draft.case_number or '(being submitted)'}. Wait for its end, or take it back first.",
        resource=resource.key, case=draft.case_number,
    )
