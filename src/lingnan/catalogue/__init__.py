"""What there is: departments, systems, resources and items, what was observed of them, and how they are found."""

from lingnan.catalogue.directories.entries import DirectoryKind
from lingnan.catalogue.directories.shapes import DirectoryBy, DirectoryNode
from lingnan.catalogue.labels import LABELS, label
from lingnan.catalogue.observations import Seen
from lingnan.catalogue.resources.codes import check_code, department_category, resource_code
from lingnan.catalogue.service import Catalogue
from lingnan.catalogue.shapes import (
    CatalogueCheck,
    DepartmentCard,
    DepartmentForm,
    FacetValue,
    Found,
    FoundItem,
    ItemCard,
    ItemForm,
    ItemHit,
    ItemResult,
    ObservationCard,
    ObservationKind,
    Registered,
    ResourceCard,
    ResourceForm,
    SearchResult,
    Suggestion,
    Summary,
    SystemCard,
    SystemForm,
)

__all__ = [
    "LABELS",
    "Catalogue",
    "CatalogueCheck",
    "DepartmentCard",
    "DepartmentForm",
    "DirectoryBy",
    "DirectoryKind",
    "DirectoryNode",
    "FacetValue",
    "Found",
    "FoundItem",
    "ItemCard",
    "ItemForm",
    "ItemHit",
    "ItemResult",
    "ObservationCard",
    "ObservationKind",
    "Registered",
    "ResourceCard",
    "ResourceForm",
    "SearchResult",
    "Seen",
    "Suggestion",
    "Summary",
    "SystemCard",
    "SystemForm",
    "check_code",
    "department_category",
    "label",
    "resource_code",
]
