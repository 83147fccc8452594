"""The verbs of the catalogue: register, observe, search, show, count, check."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import select

from lingnan.base import BadInput, WrongUse
from lingnan.catalogue import cards, observations
from lingnan.catalogue.records import Department, Resource, listed
from lingnan.catalogue.registry.vocabulary import Mark, mark_of, vocabulary_of
from lingnan.catalogue.resources.registration import Registrar, Rules
from lingnan.catalogue.shapes import (
    CatalogueCheck,
    DepartmentCard,
    ItemResult,
    ObservationCard,
    ObservationKind,
    Registered,
    ResourceCard,
    ResourceForm,
    ResourceName,
    SearchResult,
    Suggestion,
    Summary,
    SystemCard,
)
from lingnan.catalogue.stars.service import Stars
from lingnan.storage import Storage

if TYPE_CHECKING:
    from lingnan.casework import Cases
    from lingnan.catalogue.directories.service import Directories
    from lingnan.catalogue.inventory.service import Inventory
    from lingnan.catalogue.registry.service import Registry
    from lingnan.catalogue.resources.life import ResourceLife
    from lingnan.catalogue.search.facets import Filters
    from lingnan.catalogue.search.saved import SavedSearches
    from lingnan.catalogue.search.service import Search
    from lingnan.standards import Contract, Vocabulary

_CHUNK = 500


class Catalogue:
    """The inventory of one hub; every verb is one transaction of the hub's database."""

    def __init__(
        self, storage: Storage, rules: Rules | None = None, *, cases: "Callable[[], Cases] | None" = None,
        contracts: "Callable[[], Iterable[Contract]]" = tuple,
    ) -> None:
        self._storage, self._rules, self._cases, self._contracts = storage, rules or Rules(), cases, contracts

    @cached_property
    def life(self) -> "ResourceLife":
        """Drafts, reviews, versions, withdrawals, freshness; what people do to resources is a case."""
        from lingnan.catalogue.resources.life import ResourceLife  # cases are opened when a person comes

        return ResourceLife(self._storage, self._rules, self._cases or _no_cases)

    @cached_property
    def inventory(self) -> "Inventory":
        """Duties, systems, databases and what was discovered in them, sources of authority, the template."""
        from lingnan.catalogue.inventory.service import Inventory  # opened when an inventory is kept

        return Inventory(self._storage, self._rules)

    @cached_property
    def _search(self) -> "Search":
        from lingnan.catalogue.search.service import Search  # its columns are laid out when somebody searches

        return Search(self._storage)

    @property
    def saved_searches(self) -> "SavedSearches":
        """The searches that people keep."""
        return self._search.saved

    @cached_property
    def directories(self) -> "Directories":
        """The sharing directory and the open directory: trees, the guide's spreadsheet, DCAT-AP."""
        from lingnan.catalogue.directories.service import Directories  # the library of triples is opened when a directory is asked for

        return Directories(self._storage)

    def vocabulary(self) -> "Vocabulary":
        """What contracts of this hub may name: what ships, and the elements and code lists that are registered here."""
        with self._storage.reading() as session:
            return vocabulary_of(session)

    def vocabulary_mark(self) -> Mark:
        """Changes when an element or a code list is registered; cheap to ask."""
        with self._storage.reading() as session:
            return mark_of(session)

    @cached_property
    def elements(self) -> "Registry":
        """The metadata registry: elements and their states, who uses them, conformance, impact of codes, standards in the making."""
        from lingnan.catalogue.registry.mapping import Mappings
        from lingnan.catalogue.registry.service import Registry  # elements and code lists are opened when they are asked for

        mappings = Mappings(self._storage, lambda: self.inventory, lambda *change: self.life.amend(*change))
        return Registry(self._storage, self._cases or _no_cases, self._contracts, mappings)

    @cached_property
    def stars(self) -> Stars:
        """The star ratings with their points."""
        return Stars(self._storage)

    def register(self, form: ResourceForm | Mapping[str, Any]) -> Registered:
        """Register one resource; the same form again changes nothing. BadInput names what the form lacks."""
        return self.register_many([form])[0]

    def register_many(self, forms: Iterable[ResourceForm | Mapping[str, Any]], *, withdraw_missing: str = "") -> list[Registered]:
        """Register resources, all or none; with `withdraw_missing` (a kind) others of that kind get a tombstone.

        Forms are taken a few hundred at a time as they come, so a hundred thousand need no more memory than these.
        """
        keys: set[str] = set()
        registered: list[Registered] = []
        coming = map(_form, forms)
        with self._storage.session() as session:
            registrar = Registrar(session, self._storage, self._rules)
            while chunk := list(islice(coming, _CHUNK)):
                _refuse_twins(chunk, keys)
                registered += registrar.take(chunk)
            if withdraw_missing:
                registrar.withdraw_missing(keys, withdraw_missing)
        return registered

    def observe(
        self, resource: str, kind: ObservationKind, value: Any, at: datetime, evidence: Mapping[str, Any] | None = None
    ) -> bool:
        """Keep a fact about a resource (id, code, key or table); False when it was told before, Missing for an unknown one."""
        return self.observe_many([observations.Seen(resource, kind, value, at, evidence or {})]) == 1

    def observe_many(self, seen: Iterable[observations.Seen]) -> int:
        """Keep facts, all or none; gives how many are new."""
        with self._storage.session() as session:
            return sum(observations.keep(session, cards.find_resource(session, fact.resource, drafts=True), fact) for fact in seen)

    def latest(self, resource: str) -> dict[str, ObservationCard]:
        """The youngest observation of each kind."""
        with self._storage.reading() as session:
            return cards.latest_observations(session, cards.find_resource(session, resource).id)

    def history(self, resource: str, kind: ObservationKind, limit: int = 100) -> list[ObservationCard]:
        """Observations of one kind, youngest first."""
        with self._storage.reading() as session:
            return observations.history(session, cards.find_resource(session, resource), kind, limit)

    def search(self, words: str = "", filters: "Filters | None" = None, page: int = 1, page_size: int = 20) -> SearchResult:
        """Resources that hold all words, exact names first, with facets counted under the other facets' filters."""
        return self._search.resources(words, filters or {}, page, page_size)

    def search_items(self, words: str, page: int = 1, page_size: int = 20, filters: "Filters | None" = None) -> ItemResult:
        """Information items that hold all words, at least one of them in their own names; filters: department, classification."""
        return self._search.items(words, filters or {}, page, page_size)

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Names of departments, resources and items that the text may grow into; Chinese, English, pinyin or initials."""
        return self._search.suggest(text, limit)

    def resource(self, wanted: str) -> ResourceCard:
        """Everything known of a resource, by id, code, key or table; Missing when there is none."""
        with self._storage.reading() as session:
            return cards.resource_card(session, cards.find_resource(session, wanted))

    def resources(self, department: str = "") -> list[ResourceCard]:
        """The cards of all live resources, or of one department's, in the order of their codes."""
        with self._storage.reading() as session:
            wanted = select(Resource).join(Department, Department.id == Resource.department_id).where(listed())
            if department:
                wanted = wanted.where((Department.key == department) | (Department.id == department))
            return [cards.resource_card(session, record) for record in session.scalars(wanted.order_by(Resource.code)).all()]

    def resource_names(self, department: str) -> list[ResourceName]:
        """Keys, codes, names and tables of a department's live resources, in the order of their codes."""
        with self._storage.reading() as session:
            return cards.resource_names(session, department)

    def departments(self, *, items: bool = False) -> list[DepartmentCard]:
        """Departments with the sizes of their inventories; their items are counted only when wished, which takes longer than all the rest."""
        with self._storage.reading() as session:
            return cards.department_cards(session, items=items)

    def systems(self, department: str = "") -> list[SystemCard]:
        """Business systems, of one department when given."""
        with self._storage.reading() as session:
            return cards.system_cards(session, *([Department.key == department] if department else []))

    def summary(self) -> Summary:
        """How much the catalogue holds."""
        with self._storage.reading() as session:
            return cards.summary(session)

    def check(self) -> list[str]:
        """Keys of resources that index, words or columns have otherwise than the records say; empty when all is well. Damaged for a broken index."""
        return self._search.check()

    def inspect(self) -> CatalogueCheck:
        """Compare index with words, words with records, and this process's columns with fresh ones."""
        return self._search.inspect()

    def mend(self) -> int:
        """Write all words and terms anew from the records and rebuild the index; gives how many resources stand in it."""
        return self._search.mend()


def _no_cases() -> "Cases":
    raise WrongUse(
        "本目录未接通事项办理，不能编制或提交。请由枢纽打开目录。", "This catalogue has no cases, so nothing can be drafted. Open it by the hub.",
    )


def _form(form: ResourceForm | Mapping[str, Any]) -> ResourceForm:
    if isinstance(form, ResourceForm):
        return form
    try:
        return ResourceForm.model_validate(dict(form))
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in error.errors())
        name = str(form.get("key", "?"))
        raise BadInput(
            f"资源“{name}”的登记内容有误：{places}。请按资源表单填写。",
            f"The form of resource “{name}” is wrong: {places}. Fill it in as the resource form asks.",
            resource=name,
        ) from error


def _refuse_twins(forms: list[ResourceForm], before: set[str]) -> None:
    """BadInput for keys that stand twice among these and those before, to which they are added."""
    keys = [form.key for form in forms]
    twice = sorted({key for key, count in Counter(keys).items() if count > 1 or key in before})
    before.update(keys)
    if not twice:
        return
    raise BadInput(
        f"同一批登记中资源键重复：{'、'.join(twice)}。请每个资源只登记一次。",
        f"The same key stands twice in one registration: {', '.join(twice)}. Register each resource once.",
        keys=twice,
    )
