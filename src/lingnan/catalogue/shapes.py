"""Forms that a resource is registered with, cards that pages and their JSON show, and the result of a search."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ShareType = Literal["unconditional", "conditional", "none"]
Level = Literal["nation", "province", "city", "county", "township"]
Cycle = Literal["realtime", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular", "once"]
Classification = Literal["public", "internal", "personal", "sensitive"]
Scheme = Literal["base", "theme", "department"]
FormatClass = Literal["document", "spreadsheet", "database", "image", "media", "self_describing", "service"]
ShareWay = Literal["database", "file", "service"]
RelationKind = Literal["related", "derived_from", "part_of", "replaces"]
Status = Literal["draft", "checking", "reviewing", "published", "changing", "withdrawn"]
ObservationKind = Literal["load", "rows", "quarantined", "score", "freshness", "use", "profile", "lineage"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class DepartmentForm(_Form):
    """A department as a feed names it; `id` is its short name, `code` its unified social credit code."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str = Field(min_length=1)
    en: str = ""
    code: str = ""
    level: Level = "province"
    division: str = ""
    duties: str = ""


class SystemForm(_Form):
    """A business system as a feed names it; `id` is unique within its department."""

    id: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    en: str = ""


class ItemForm(_Form):
    """One column as its contract describes it; an item without a classification counts as sensitive."""

    name: str = Field(min_length=1)
    zh: str = ""
    en: str = ""
    source: str = ""
    type: str = "VARCHAR"
    length: int | None = None
    element: str = ""
    code_list: str = ""
    classification: Classification = "sensitive"
    share_level: ShareType = "conditional"
    required: bool = False
    key: bool = False
    mask: str = Field(default="", max_length=40)
    unit: str = Field(default="", max_length=40)
    definition: str = ""


class RelationForm(_Form):
    """Another resource by its key or code, and what this one has to do with it."""

    kind: RelationKind = "related"
    target: str = Field(min_length=1, max_length=160)


class ResourceForm(_Form):
    """A resource to register. Shared and open on condition unless said otherwise; a refusal of either names its article.

    `category` is the main one (the department's when empty), `categories` further ones: three digits for a class and item of the
    2017 guide, or six and more. `theme` is the class and item that facets count by, the first of `categories` when empty.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
    zh: str = Field(min_length=1)
    en: str = ""
    department: DepartmentForm
    system: SystemForm | None = None
    kind: Literal["feed", "register", "derived"] = "feed"
    category: str = Field("", pattern=r"^(\d{6,40})?$")
    categories: tuple[Annotated[str, Field(pattern=r"^(\d{3}|\d{6,40})$")], ...] = ()
    abstract_zh: str = ""
    abstract_en: str = ""
    theme: str = ""
    division: str = ""
    format: str = "table"
    share_type: ShareType = "conditional"
    share_condition: str = ""
    share_basis: str = ""
    open_type: ShareType = "conditional"
    open_condition: str = ""
    open_basis: str = ""
    share_way: ShareWay | Literal[""] = ""
    format_class: FormatClass | Literal[""] = ""
    update_cycle: Cycle = "irregular"
    published_on: date | None = None
    origin: Literal["made", "real", "derived"] = "made"
    licence: str = ""
    source: str = ""
    table: str = ""
    contract_path: str = ""
    contract_version: str = ""
    items: tuple[ItemForm, ...] = ()
    relations: tuple[RelationForm, ...] = ()
    extension: dict[str, Any] = Field(default_factory=dict)


class Registered(_Card):
    """What registering did with one form; one that a case has withdrawn stays `withdrawn`."""

    id: str
    key: str
    code: str
    outcome: Literal["added", "changed", "unchanged", "restored", "withdrawn"]


class ItemCard(_Card):
    """An information item as it is shown."""

    id: str
    resource: str
    position: int
    name: str
    zh: str
    en: str
    source: str
    type: str
    length: int | None
    element: str
    code_list: str
    classification: Classification
    share_level: ShareType
    required: bool
    key: bool
    mask: str = ""
    unit: str = ""
    definition: str = ""


class ClassificationCard(_Card):
    """One classification of a resource and its code there; `item_zh` and `item_en` name the guide's class and item where it names one."""

    scheme: Scheme
    category: str
    code: str
    main: bool
    item_zh: str = ""
    item_en: str = ""


class RelationCard(_Card):
    """A related resource; `key` is empty when this hub does not know it, `inverse` when the other one says so."""

    kind: RelationKind
    target: str
    key: str = ""
    code: str = ""
    zh: str = ""
    en: str = ""
    inverse: bool = False


class FormFault(_Card):
    """Something of a form to mend: the field (items as `items.<name>.<field>`), and what to do, in both languages."""

    field: str
    rule: str
    zh: str
    en: str


class Tombstone(_Card):
    """Why a resource was withdrawn, and what to use instead."""

    reason: str
    replacement: str
    case: str


class ObservationCard(_Card):
    """A fact about a resource: what, when it was true, and what shows it."""

    kind: ObservationKind
    value: Any
    at: datetime
    evidence: dict[str, Any]


class ResourceName(_Card):
    """What a resource is called, and the table that holds it; empty when there is none."""

    key: str
    code: str
    zh: str
    en: str
    table: str


class DepartmentCard(_Card):
    """A department with the size of its inventory; its items are None where they were not counted."""

    id: str
    key: str
    code: str
    zh: str
    en: str
    level: str
    division: str
    systems: int
    resources: int
    items: int | None = None


class SystemCard(_Card):
    """A business system with the number of its resources."""

    id: str
    key: str
    zh: str
    en: str
    department: str
    resources: int


class ResourceCard(_Card):
    """Everything the catalogue knows of a resource; `withdrawn_at` is set for one no longer provided."""

    id: str
    key: str
    code: str
    kind: str
    zh: str
    en: str
    department: DepartmentCard
    system: SystemCard | None
    abstract_zh: str
    abstract_en: str
    theme: str
    level: str
    division: str
    format: str
    share_type: ShareType
    share_condition: str
    share_basis: str
    open_type: ShareType
    open_condition: str
    update_cycle: str
    published_on: date | None
    origin: Literal["made", "real", "derived"]
    licence: str
    source: str
    table: str
    contract_path: str
    contract_version: str
    extension: dict[str, Any]
    registered_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None
    items: tuple[ItemCard, ...]
    latest: dict[str, ObservationCard]
    status: Status = "published"
    version: int = 0
    stars: int = 0
    format_class: str = ""
    share_way: str = ""
    open_basis: str = ""
    reviewed_on: date | None = None
    classifications: tuple[ClassificationCard, ...] = ()
    relations: tuple[RelationCard, ...] = ()
    faults: tuple[FormFault, ...] = ()
    tombstone: Tombstone | None = None


class FoundItem(_Card):
    """An item of a found resource whose own name holds the words."""

    name: str
    zh: str
    en: str


class Found(_Card):
    """One resource in a search's result."""

    id: str
    key: str
    code: str
    name: str
    name_en: str
    department: str
    department_en: str
    abstract_zh: str
    abstract_en: str
    format: str
    share_type: str
    open_type: str
    update_cycle: str
    origin: str
    table: str
    stars: int = 0
    matched_items: tuple[FoundItem, ...] = ()


class FacetValue(_Card):
    """One value of a facet, and how many resources the search would find with it and the other facets' filters."""

    field: str
    value: str
    label_zh: str
    label_en: str
    count: int
    chosen: bool = False


class SearchResult(_Card):
    """A page of resources, the exact total, and the facets; `nearest` says that none holds the words and these come near."""

    words: str
    page: int
    page_size: int
    total: int
    nearest: bool = False
    items: tuple[Found, ...]
    facets: tuple[FacetValue, ...]


class ItemHit(_Card):
    """One information item found by its own words, with its resource."""

    item: ItemCard
    resource_key: str
    resource_zh: str
    resource_en: str
    department: str


class ItemResult(_Card):
    """A page of items, the exact total, and the facets department and classification."""

    words: str
    page: int
    page_size: int
    total: int
    items: tuple[ItemHit, ...]
    facets: tuple[FacetValue, ...] = ()


class Suggestion(_Card):
    """A name that what was typed may grow into; `key` is a department's key, a resource's code or an item's name."""

    kind: Literal["department", "resource", "item"]
    zh: str
    en: str
    key: str


class CatalogueCheck(_Card):
    """What a check compared and where it found words, index or columns other than the records say."""

    resources: int
    items: int
    terms: int
    differing: tuple[str, ...]
    unused_terms: int
    columns_differing: tuple[str, ...]
    index_sound: bool

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return self.index_sound and not self.differing and not self.columns_differing


class Summary(_Card):
    """How much the catalogue holds; withdrawn resources are counted apart."""

    departments: int
    systems: int
    resources: int
    items: int
    withdrawn: int
    by_origin: dict[str, int]
