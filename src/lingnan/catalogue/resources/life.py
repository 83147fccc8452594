"""The life of a resource: drafted, checked, reviewed, published, changed, withdrawn; every step by people is a case, every version stays citable."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Conflict, Missing
from lingnan.casework import CaseQuery, Cases, Inbox
from lingnan.catalogue import cards
from lingnan.catalogue.records import Department, Resource
from lingnan.catalogue.resources import freshness, reviews
from lingnan.catalogue.resources.bulk import bulk_forms, chosen
from lingnan.catalogue.resources.bulk_edits import BulkEdits
from lingnan.catalogue.resources.comparing import differences
from lingnan.catalogue.resources.drafts import Drafts
from lingnan.catalogue.resources.effects import ResourceEffects
from lingnan.catalogue.resources.form_rules import faults_of
from lingnan.catalogue.resources.forms import current_form, read_form, with_changes, working_form
from lingnan.catalogue.resources.permits import belongs, must_belong
from lingnan.catalogue.resources.records import ResourceDraft
from lingnan.catalogue.resources.registration import Rules
from lingnan.catalogue.resources.shapes import BulkChange, Comparison, Difference, DraftCard, DueReview, Freshness, Lateness, Submitted, VersionCard
from lingnan.catalogue.resources.versions import find_version, version_cards
from lingnan.catalogue.shapes import FormFault, ResourceForm
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Subject, writing

PUBLICATION, CHANGE, WITHDRAWAL, REVIEW = "resource-publication", "resource-change", "resource-withdrawal", "resource-review"
TITLE_LIMIT = 190
_CHUNK = 400


class ResourceLife:
    """The verbs of a resource's life; `cases` gives the cases of the hub when one is needed."""

    def __init__(self, storage: Storage, rules: Rules, cases: Callable[[], Cases]) -> None:
        self._storage, self._rules, self._open_cases = storage, rules, cases

    @cached_property
    def cases(self) -> Cases:
        """The cases of this hub."""
        return self._open_cases()

    @cached_property
    def effects(self) -> ResourceEffects:
        """What the flows' decided cases do, for `hub` to bind."""
        return ResourceEffects(self._storage, self._rules, lambda: self.cases)

    @cached_property
    def bulk_edits(self) -> BulkEdits:
        """Bulk edits that people look at before they agree: planned, shown whole, then applied."""
        return BulkEdits(self._storage, self._rules, lambda: self.cases, self.bulk_edit)

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self._storage.clock.now().astimezone(CHINA).date()

    def draft(self, form: ResourceForm | Mapping[str, Any], by: Subject) -> DraftCard:
        """Describe a new resource, or the next version of a published one; nobody but its department and the office sees it until a case agrees."""
        return self.draft_many([form], by)[0]

    def draft_many(self, forms: Sequence[ResourceForm | Mapping[str, Any]], by: Subject) -> list[DraftCard]:
        """Describe several, all or none; BadInput for a form that cannot be kept, Refused for another department's, Conflict for one under review."""
        self.cases.trust.allow(by, "catalogue.edit")
        told = [read_form(form) for form in forms]
        with self._writing(by, "resource.draft", f"{len(told)} resources"), self._storage.session() as session:
            for department in {form.department.id for form in told}:
                must_belong(session, by, department, self._office)
            self._must_stay_at_home(session, told, by)
            kept = Drafts(session, self._storage, self._rules).keep(told, by)
            return [self._draft_card(session, resource) for resource in kept]

    def amend(self, resource: str, changes: Mapping[str, Any], by: Subject) -> DraftCard:
        """Change some fields of the draft, or begin one of a published resource; `items` are given whole."""
        with self._storage.reading() as session:
            record = self._visible(session, resource, by)
            form = working_form(session, record)
        return self.draft(with_changes(form, changes), by)

    def discard(self, resource: str, by: Subject) -> None:
        """Throw a draft away; Conflict while a case has it."""
        self.cases.trust.allow(by, "catalogue.edit")
        with self._writing(by, "resource.discard", resource), self._storage.session() as session:
            record = self._own(session, resource, by)
            Drafts(session, self._storage, self._rules).discard(record)

    def card(self, resource: str, reader: Subject) -> DraftCard:
        """What the authors are at; Missing for who may not see it."""
        with self._storage.reading() as session:
            return self._draft_card(session, self._own(session, resource, reader))

    def drafts(self, reader: Subject, department: str = "") -> list[DraftCard]:
        """Every draft the reader may see, by code; of one department when given."""
        with self._storage.reading() as session:
            wanted = select(Resource, Department.key).join(ResourceDraft, ResourceDraft.resource_id == Resource.id).join(
                Department, Department.id == Resource.department_id
            )
            if department:
                wanted = wanted.where(Department.key == department)
            found = [(resource, key) for resource, key in session.execute(wanted.order_by(Resource.code))]
            seen = {key for key in {key for _resource, key in found} if belongs(session, reader, key, self._office)}
            return [self._draft_card(session, resource) for resource, key in found if key in seen]

    def check(self, resource: str) -> tuple[FormFault, ...]:
        """What keeps the resource from being published, each fault with the field to mend."""
        with self._storage.reading() as session:
            return self._faults(working_form(session, cards.find_resource(session, resource, drafts=True)))

    def submit(self, resources: str | Sequence[str], by: Subject, summary: str = "") -> Submitted:
        """Hand drafts in for review, together as one case; what was returned goes on in its case. The hub checks them first."""
        named = [resources] if isinstance(resources, str) else list(resources)
        self.cases.trust.allow(by, "catalogue.edit")
        with self._writing(by, "resource.submit", f"{len(named)} resources"), self._storage.session() as session:
            records = self._own_many(session, list(dict.fromkeys(named)), by)
            drafts = Drafts(session, self._storage, self._rules).bundle(records, str(uuid4()))
            facts = self._facts_of(session, records, drafts, summary)
            case, flow = drafts[0].case_number, CHANGE if records[0].status == "changing" else PUBLICATION
            keys = tuple(record.key for record in records)
        return Submitted(case=self._hand_in(flow, facts, by, case, keys), resources=keys)

    def withdraw(self, resource: str, by: Subject, reason: str, replacement: str = "") -> Submitted:
        """Ask that a published resource be withdrawn; a tombstone will tell the reason and the replacement.

        Missing for a replacement that is not in the catalogue, Conflict while such a case is under way.
        """
        self.cases.trust.allow(by, "catalogue.edit")
        with self._storage.reading() as session:
            record = self._own(session, resource, by)
            if record.deleted_at is not None or not record.version:
                raise Conflict(
                    f"资源 {record.key} 未在目录中发布，无需撤销。", f"{record.key} is not published; there is nothing to withdraw.",
                    resource=record.key,
                )
            instead = _replacement(session, record, replacement)
            key, provider, title = record.key, session.get_one(Department, record.department_id).key, record.zh
        facts = {"resource": key, "title": title[:TITLE_LIMIT], "reason": reason, "replacement": instead, "provider": provider}
        told = {name: value for name, value in facts.items() if value}
        asked = Inbox(self.cases).of(SYSTEM, CaseQuery(scope="visible", flow=WITHDRAWAL, open=True, about=f"resource:{key}", limit=1)).items
        if asked:
            raise Conflict(
                f"资源 {key} 的撤销正在事项 {asked[0].number} 中办理。", f"The withdrawal of {key} is under way in case {asked[0].number}.",
                resource=key, case=asked[0].number,
            )
        return Submitted(case=self.cases.open(WITHDRAWAL, by, told, about=f"resource:{key}").number, resources=(key,))

    def versions(self, resource: str) -> list[VersionCard]:
        """Every version of a resource, youngest first; a withdrawn one's too."""
        with self._storage.reading() as session:
            return version_cards(session, cards.find_resource(session, resource))

    def version(self, resource: str, number: int) -> VersionCard:
        """One version, for good; Missing when there is none of that number."""
        with self._storage.reading() as session:
            return find_version(session, cards.find_resource(session, resource), number)

    def compare(self, resource: str, before: int, after: int) -> Comparison:
        """In what two versions differ."""
        with self._storage.reading() as session:
            record = cards.find_resource(session, resource)
            old, new = find_version(session, record, before), find_version(session, record, after)
            return Comparison(resource=record.key, before=before, after=after, differences=differences(old.form, new.form))

    def pending(self, resource: str, reader: Subject) -> tuple[Difference, ...]:
        """In what the draft of a published resource differs from the version in force."""
        with self._storage.reading() as session:
            record = self._own(session, resource, reader)
            return differences(current_form(session, record), working_form(session, record))

    def bulk_edit(
        self, resources: Sequence[str] | Mapping[str, str], changes: Mapping[str, Any], by: Subject, *, dry_run: bool = True, summary: str = ""
    ) -> BulkChange:
        """Change the same fields of many published resources of one department, all or none, in one case; a dry run only shows what would change.

        `resources` are keys, or filters such as `{"department": …, "share_type": …}`. BadInput names every resource whose new form has faults.
        """
        self.cases.trust.allow(by, "catalogue.edit")
        with self._storage.reading() as session:
            records = chosen(session, resources)
            for key in {record.department_id for record in records}:
                must_belong(session, by, session.get_one(Department, key).key, self._office)
            forms = bulk_forms([(record, working_form(session, record)) for record in records], changes, self._faults, self._rules.extensions)
            changed = {old.key: differences(old, new) for old, new in forms}
        told = {key: found for key, found in changed.items() if found}
        same = tuple(key for key, found in changed.items() if not found)
        if dry_run or not told:
            return BulkChange(changes=told, unchanged=same)
        self.draft_many([new for _old, new in forms if new.key in told], by)
        return BulkChange(changes=told, unchanged=same, case=self.submit(list(told), by, summary).case)

    def due_reviews(self, today: date | None = None, department: str = "") -> list[DueReview]:
        """The resources whose yearly review is due, by department and code."""
        with self._storage.reading() as session:
            return reviews.due(session, today or self.today, department)

    def open_reviews(self, today: date | None = None) -> list[str]:
        """Open one case a department for the reviews that are due and have none; gives the cases' numbers."""
        return reviews.open_cases(self._storage, self.cases, today or self.today)

    def freshness(self, resource: str) -> Freshness:
        """How fresh a resource is against its declared cycle."""
        with self._storage.reading() as session:
            return freshness.of_resource(session, cards.find_resource(session, resource), self._storage.clock.now())

    def overdue(self, department: str = "") -> list[Freshness]:
        """The resources that are later than tolerated, the latest first."""
        with self._storage.reading() as session:
            return freshness.overdue(session, self._storage.clock.now(), department)

    def lateness(self, department: str = "") -> list[Lateness]:
        """How many resources of each department are later than tolerated, of one when given; the department with most of them first."""
        with self._storage.reading() as session:
            return freshness.lateness(session, self._storage.clock.now(), department)

    @property
    def lateness_basis(self) -> str:
        """What the cycles and their grace rest on today."""
        return freshness.rules_on(self.today).basis

    def _hand_in(self, flow: str, facts: Mapping[str, Any], by: Subject, case: str, keys: tuple[str, ...]) -> str:
        """Open the case of a batch, or go on with it; what could not be handed in is a draft again."""
        batch = facts["batch"]
        try:
            if case:
                self.cases.act(case, "resubmit", by, {name: facts[name] for name in ("authors", "summary") if name in facts})
                return case
            about = f"resource:{keys[0]}" if len(keys) == 1 else f"resources:{batch}"
            number = self.cases.open(flow, by, facts, about=about, once=batch).number
        except Exception:
            with self._storage.session() as session:
                Drafts(session, self._storage, self._rules).move(batch, "draft")
            raise
        with self._storage.session() as session:
            for draft, _resource in Drafts(session, self._storage, self._rules).of_batch(batch):
                draft.case_number = number
        return number

    def _facts_of(self, session: Session, records: Sequence[Resource], drafts: Sequence[ResourceDraft], summary: str) -> dict[str, Any]:
        title = records[0].zh if len(records) == 1 else f"{records[0].zh} 等 {len(records)} 项"
        authors = sorted({author for draft in drafts for author in draft.authors})
        told = {
            "batch": drafts[0].batch, "title": title[:TITLE_LIMIT], "count": len(records), "summary": summary,
            "provider": session.get_one(Department, records[0].department_id).key, "authors": ",".join(authors) or "system",
        }
        return {name: value for name, value in told.items() if value}

    def _faults(self, form: ResourceForm) -> tuple[FormFault, ...]:
        return faults_of(form, self._rules.extensions, self._rules.negative)

    def _draft_card(self, session: Session, resource: Resource) -> DraftCard:
        draft, form = session.get(ResourceDraft, resource.id), working_form(session, resource)
        return DraftCard(
            resource=resource.key, code=resource.code, status=resource.status, base=draft.base if draft else resource.version,
            case=draft.case_number if draft else "", form=form, faults=self._faults(form),
        )

    def _must_stay_at_home(self, session: Session, forms: Sequence[ResourceForm], by: Subject) -> None:
        """A resource that another department provides is not drawn over by naming one's own."""
        held = select(Resource.key, Department.key).join(Department, Department.id == Resource.department_id)
        for _key, department in session.execute(held.where(Resource.key.in_([form.key for form in forms]))):
            must_belong(session, by, department, self._office)

    def _own_many(self, session: Session, wanted: Sequence[str], by: Subject) -> list[Resource]:
        """The same of many: those of departments that were seen to be one's own are read together by their keys."""
        found: dict[str, Resource] = {}
        for at in range(0, len(wanted), _CHUNK):
            held = select(Resource, Department.key).join(Department, Department.id == Resource.department_id).where(
                Resource.key.in_(wanted[at : at + _CHUNK]), Resource.deleted_at.is_(None)
            )
            rows = session.execute(held).all()
            mine = {key for key in {key for _record, key in rows} if belongs(session, by, key, self._office)}
            found |= {record.key: record for record, key in rows if key in mine}
        return [found.get(each) or self._own(session, each, by) for each in wanted]

    def _own(self, session: Session, wanted: str, by: Subject) -> Resource:
        """The resource for those who write its drafts: Refused for others where a version is published, Missing where none is."""
        record = self._visible(session, wanted, by)
        must_belong(session, by, session.get_one(Department, record.department_id).key, self._office)
        return record

    def _visible(self, session: Session, wanted: str, reader: Subject) -> Resource:
        record = cards.find_resource(session, wanted, drafts=True)
        shown = record.version or belongs(session, reader, session.get_one(Department, record.department_id).key, self._office)
        if not shown:
            raise Missing(f"目录中没有“{wanted}”。", f"The catalogue has no “{wanted}”.", resource=wanted)
        return record

    @property
    def _office(self) -> str:
        return self.cases.mover.office

    def _writing(self, by: Subject, action: str, what: str) -> Any:
        return writing(self.cases.trust.audit, by, action, what)


def _replacement(session: Session, record: Resource, wanted: str) -> str:
    """The key of what is to be used instead; Missing unless it is another resource that stands in the catalogue."""
    if not wanted:
        return ""
    found = cards.find_resource(session, wanted)
    if found.deleted_at is not None or found.id == record.id:
        raise Missing(
            f"“{wanted}”已撤销或就是本资源，不能作为替代资源。", f"“{wanted}” was withdrawn or is the resource itself; it replaces nothing.",
            resource=wanted,
        )
    return found.key
