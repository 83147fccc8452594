"""Bulk edits that are looked at before they are agreed to: planned resource by resource, kept, shown, then applied department by department."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict, LingnanError, Missing, new_id
from lingnan.casework import Cases
from lingnan.catalogue.records import Department, Resource
from lingnan.catalogue.resources.bulk import changed_together, chosen, must_be_changeable
from lingnan.catalogue.resources.comparing import differences
from lingnan.catalogue.resources.form_rules import faults_of
from lingnan.catalogue.resources.forms import current_form
from lingnan.catalogue.resources.permits import belongs
from lingnan.catalogue.resources.records import BulkEdit, ResourceDraft, ResourceVersion
from lingnan.catalogue.resources.registration import Rules
from lingnan.catalogue.resources.shapes import BulkCase, BulkChange, BulkEditCard, BulkLine, BulkReason
from lingnan.catalogue.shapes import FormFault, ResourceForm
from lingnan.storage import Storage
from lingnan.trust import Subject, writing

KEPT: Final = timedelta(days=30)
"""So long a bulk edit can be looked at; the cases it opened stay for good."""
_CHUNK = 200
Tell = Callable[[int], None]
"""Hears how many resources were looked at."""


class Apply(Protocol):
    """Changes many resources in one case, all or none."""

    def __call__(self, resources: Sequence[str], changes: Mapping[str, Any], by: Subject, *, dry_run: bool, summary: str) -> BulkChange:
        """Do it."""
        ...


class BulkEdits:
    """The bulk edits of one hub; each is seen by its maker alone."""

    def __init__(self, storage: Storage, rules: Rules, cases: Callable[[], Cases], apply: Apply) -> None:
        self._storage, self._rules, self._cases, self._apply = storage, rules, cases, apply

    def begin(self, resources: Sequence[str], changes: Mapping[str, Any], by: Subject) -> str:
        """Keep what is to be changed; gives its id. WrongUse for no resource, too many, no change or a field that is not changed in bulk."""
        self._cases().trust.allow(by, "catalogue.edit")
        must_be_changeable(changes)
        with self._storage.reading() as session:
            keys = [record.key for record in chosen(session, resources)]
        now, made = self._storage.clock.now(), new_id(self._storage.node, self._storage.clock)
        with writing(self._cases().trust.audit, by, "resource.plan_bulk", f"{len(keys)} resources"), self._storage.session() as session:
            session.add(BulkEdit(
                id=made, account=by.account, state="checking", total=len(keys), changes=dict(changes), content={"keys": keys}, made_at=now,
                moved_at=now,
            ))
        return made

    def check(self, edit: str, by: Subject, tell: Tell = lambda done: None) -> None:
        """Look at every resource: what would change, and why not; then it is ready to be agreed to."""
        record = self._own(edit, by)
        lines: list[BulkLine] = []
        with self._failing(edit):
            with self._storage.reading() as session:
                for line in self._lines(session, record.content["keys"], record.changes, by):
                    lines.append(line)
                    tell(len(lines))
            self._move(edit, "ready", {**record.content, "lines": [line.model_dump(mode="json") for line in lines]}, len(lines))

    def card(self, edit: str, by: Subject) -> BulkEditCard:
        """It as it stands; Missing for another's."""
        record = self._own(edit, by)
        return BulkEditCard.model_validate({
            "lines": (), "cases": (), **{name: record.content[name] for name in ("lines", "cases") if name in record.content},
            **{name: getattr(record, name) for name in ("id", "state", "total", "done", "changes", "made_at", "moved_at")}, **record.told,
        })

    def agree(self, edit: str, by: Subject) -> None:
        """Let it be applied; Conflict when it is not ready, so that nobody applies it twice."""
        card = self.card(edit, by)
        if card.state == "ready" and not any(line.outcome == "changed" for line in card.lines):
            raise BadInput("没有可变更的资源。", "There is nothing to change.", edit=edit)
        with self._storage.session() as session:
            held = session.get(BulkEdit, edit, with_for_update=True)
            if held is None or held.state != "ready":
                raise Conflict("该批量变更已执行或尚未检查完。", "This bulk edit was applied already, or is not ready.", edit=edit)
            held.state, held.moved_at = "applying", self._storage.clock.now()

    def apply(self, edit: str, by: Subject, summary: str = "", tell: Tell = lambda done: None) -> None:
        """Change what is to change, one case a department; a department that cannot be changed any more says why, the others go on."""
        record, cases = self._own(edit, by), []
        lines = [BulkLine.model_validate(line) for line in record.content["lines"]]
        changing = [line for line in lines if line.outcome == "changed"]
        with self._failing(edit):
            for department in dict.fromkeys(line.department for line in changing):
                keys = [line.key for line in changing if line.department == department]
                cases.append(self._one(department, keys, record.changes, by, summary))
                tell(sum(case.count for case in cases))
            self._move(edit, "done", {**record.content, "cases": [case.model_dump(mode="json") for case in cases]}, record.total)

    def sweep(self) -> int:
        """Forget bulk edits that are older than a month; gives how many."""
        old = delete(BulkEdit).where(BulkEdit.moved_at < self._storage.clock.now() - KEPT).returning(BulkEdit.id)
        with self._storage.session() as session:
            return len(list(session.scalars(old)))

    def _one(self, department: str, keys: Sequence[str], changes: Mapping[str, Any], by: Subject, summary: str) -> BulkCase:
        try:
            done = self._apply(keys, changes, by, dry_run=False, summary=summary)
        except LingnanError as error:
            return BulkCase(department=department, count=len(keys), zh=error.zh, en=error.en)
        return BulkCase(department=department, count=len(done.changes), case=done.case)

    def _lines(self, session: Session, keys: Sequence[str], changes: Mapping[str, Any], by: Subject) -> Iterator[BulkLine]:
        mine: dict[str, bool] = {}
        for at in range(0, len(keys), _CHUNK):
            wanted = select(Resource, Department.key).join(Department, Department.id == Resource.department_id).where(
                Resource.key.in_(keys[at : at + _CHUNK])
            )
            found = session.execute(wanted.order_by(Resource.code)).all()
            ids = [record.id for record, _department in found]
            drafts = {each.resource_id: each for each in session.scalars(select(ResourceDraft).where(ResourceDraft.resource_id.in_(ids)))}
            # Read together, so that the forms below are found at hand.
            held = session.scalars(select(ResourceVersion).join(Resource, Resource.id == ResourceVersion.resource_id).where(
                Resource.id.in_(ids), ResourceVersion.number == Resource.version,
            )).all()
            for record, department in found:
                if department not in mine:
                    mine[department] = belongs(session, by, department, self._cases().mover.office)
                yield self._line(session, record, department, changes, _hindrance(record, drafts.get(record.id), mine=mine[department]))
            del held

    def _line(self, session: Session, record: Resource, department: str, changes: Mapping[str, Any], hindrance: BulkReason | None) -> BulkLine:
        named = {"key": record.key, "code": record.code, "zh": record.zh, "en": record.en, "department": department}
        if hindrance is not None:
            return BulkLine.model_validate({**named, "outcome": "refused", "reasons": (hindrance,)})
        old = current_form(session, record)
        try:
            new = changed_together(old, changes, self._rules.extensions)
        except BadInput as error:
            return BulkLine.model_validate({**named, "outcome": "refused", "reasons": (BulkReason(zh=error.zh, en=error.en),)})
        found = differences(old, new)
        # Old faults count too: one of them would send the whole case back at the check of the hub.
        reasons = tuple(BulkReason(zh=fault.zh, en=fault.en) for fault in self._faults(new)) if found else ()
        if reasons:
            return BulkLine.model_validate({**named, "outcome": "refused", "reasons": reasons, "differences": found})
        return BulkLine.model_validate({**named, "outcome": "changed" if found else "unchanged", "differences": found})

    def _faults(self, form: ResourceForm) -> tuple[FormFault, ...]:
        return faults_of(form, self._rules.extensions, self._rules.negative)

    def _own(self, edit: str, by: Subject) -> BulkEdit:
        self._cases().trust.allow(by, "catalogue.edit")
        with self._storage.reading() as session:
            found = session.get(BulkEdit, edit)
            session.expunge_all()
        if found is None or found.account != by.account:
            raise Missing("没有该批量变更，或它不是您的。", "There is no such bulk edit, or it is not yours.", edit=edit)
        return found

    def _move(self, edit: str, state: str, content: Mapping[str, Any], done: int) -> None:
        with self._storage.session() as session:
            held = session.get_one(BulkEdit, edit)
            held.state, held.content, held.done, held.moved_at = state, dict(content), done, self._storage.clock.now()

    def _failing(self, edit: str) -> "_Failing":
        return _Failing(self._storage, edit)


class _Failing:
    """What goes wrong is written down for the page, and goes on to whoever runs it."""

    def __init__(self, storage: Storage, edit: str) -> None:
        self._storage, self._edit = storage, edit

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        told = {"zh": error.zh, "en": error.en} if isinstance(error, LingnanError) else {
            "zh": "执行中出错，请重新开始。", "en": "Something went wrong; begin again.",
        }
        with self._storage.session() as session:
            held = session.get_one(BulkEdit, self._edit)
            held.state, held.told, held.moved_at = "failed", told, self._storage.clock.now()


def _hindrance(record: Resource, draft: ResourceDraft | None, *, mine: bool) -> BulkReason | None:
    """Why the resource cannot be changed by this person at this moment, whatever the change is."""
    if not mine:
        return BulkReason(zh="由其他部门提供，不归您编制。", en="Another department provides it; it is not yours to describe.")
    if draft is not None and draft.case_number:
        return BulkReason(zh=f"正在事项 {draft.case_number} 中办理。", en=f"Case {draft.case_number} has it.")
    if draft is not None:
        return BulkReason(zh="有尚未提交的草稿，请先提交或丢弃。", en="It has a draft that was not handed in; hand it in or discard it first.")
    return None
