"""What there is: departments, systems, resources and items, what was observed of them, and how they are found."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later

if TYPE_CHECKING:
    from lingnan.catalogue.directories.entries import DirectoryKind
    from lingnan.catalogue.directories.shapes import DirectoryBy, DirectoryNode
    from lingnan.catalogue.inventory.service import Inventory
    from lingnan.catalogue.inventory.shapes import (
        AuthorityCard,
        AuthorityConflict,
        ColumnCard,
        ColumnFound,
        ColumnSuggestion,
        DatabaseCard,
        DatabaseFound,
        Discovered,
        DiscoveryNotice,
        DutyCard,
        DutyForm,
        InventoryProgress,
        InventorySystem,
        SystemDetails,
        TableCard,
        TableFound,
        TablePage,
    )
    from lingnan.catalogue.inventory.suggestion import may_keep_values, suggest_column
    from lingnan.catalogue.inventory.template.shapes import Fault, Imported
    from lingnan.catalogue.labels import LABELS, label
    from lingnan.catalogue.observations import Seen
    from lingnan.catalogue.registry.shapes import (
        CodeListCard,
        CodeMeaning,
        CodeTable,
        ColumnMeasure,
        CommentCard,
        Conformance,
        DocumentCard,
        ElementCard,
        Impact,
        MappingSuggestion,
        MeasuredColumn,
        MeasuredOnce,
        RuleUse,
        Usage,
        Use,
        UseCounts,
    )
    from lingnan.catalogue.resources.codes import check_code, department_category, parse_code, resource_code
    from lingnan.catalogue.resources.extensions import Extensions
    from lingnan.catalogue.resources.registration import Rules
    from lingnan.catalogue.resources.shapes import (
        BulkChange,
        Comparison,
        Difference,
        DraftCard,
        DueReview,
        Freshness,
        Submitted,
        VersionCard,
    )
    from lingnan.catalogue.search.saved import SavedSearchCard
    from lingnan.catalogue.service import Catalogue
    from lingnan.catalogue.shapes import (
        CatalogueCheck,
        ClassificationCard,
        DepartmentCard,
        DepartmentForm,
        FacetValue,
        FormFault,
        Found,
        FoundItem,
        ItemCard,
        ItemForm,
        ItemHit,
        ItemResult,
        ObservationCard,
        ObservationKind,
        Registered,
        RelationCard,
        RelationForm,
        ResourceCard,
        ResourceForm,
        SearchResult,
        Suggestion,
        Summary,
        SystemCard,
        SystemForm,
        Tombstone,
    )

# Opened when first asked for: of all its parts a build needs registration and observation.
__getattr__ = opened_later(__name__, {
    "directories.entries": "DirectoryKind",
    "directories.shapes": "DirectoryBy DirectoryNode",
    "inventory.service": "Inventory",
    "inventory.shapes": (
        "AuthorityCard AuthorityConflict ColumnCard ColumnFound ColumnSuggestion DatabaseCard DatabaseFound Discovered "
        "DiscoveryNotice DutyCard DutyForm InventoryProgress InventorySystem SystemDetails TableCard TableFound TablePage"
    ),
    "inventory.suggestion": "may_keep_values suggest_column",
    "inventory.template.shapes": "Fault Imported",
    "labels": "LABELS label",
    "observations": "Seen",
    "registry.shapes": (
        "CodeListCard CodeMeaning CodeTable ColumnMeasure CommentCard Conformance DocumentCard ElementCard Impact MappingSuggestion "
        "MeasuredColumn MeasuredOnce RuleUse Usage Use UseCounts"
    ),
    "resources.codes": "check_code department_category parse_code resource_code",
    "resources.extensions": "Extensions",
    "resources.registration": "Rules",
    "resources.shapes": "BulkChange Comparison Difference DraftCard DueReview Freshness Submitted VersionCard",
    "search.saved": "SavedSearchCard",
    "service": "Catalogue",
    "shapes": (
        "CatalogueCheck ClassificationCard DepartmentCard DepartmentForm FacetValue FormFault Found FoundItem ItemCard ItemForm "
        "ItemHit ItemResult ObservationCard ObservationKind Registered RelationCard RelationForm ResourceCard ResourceForm "
        "SearchResult Suggestion Summary SystemCard SystemForm Tombstone"
    ),
})

__all__ = [
    "LABELS",
    "AuthorityCard",
    "AuthorityConflict",
    "BulkChange",
    "Catalogue",
    "CatalogueCheck",
    "ClassificationCard",
    "CodeListCard",
    "CodeMeaning",
    "CodeTable",
    "ColumnCard",
    "ColumnFound",
    "ColumnMeasure",
    "ColumnSuggestion",
    "CommentCard",
    "Comparison",
    "Conformance",
    "DatabaseCard",
    "DatabaseFound",
    "DepartmentCard",
    "DepartmentForm",
    "Difference",
    "DirectoryBy",
    "DirectoryKind",
    "DirectoryNode",
    "Discovered",
    "DiscoveryNotice",
    "DocumentCard",
    "DraftCard",
    "DueReview",
    "DutyCard",
    "DutyForm",
    "ElementCard",
    "Extensions",
    "FacetValue",
    "Fault",
    "FormFault",
    "Found",
    "FoundItem",
    "Freshness",
    "Impact",
    "Imported",
    "Inventory",
    "InventoryProgress",
    "InventorySystem",
    "ItemCard",
    "ItemForm",
    "ItemHit",
    "ItemResult",
    "MappingSuggestion",
    "MeasuredColumn",
    "MeasuredOnce",
    "ObservationCard",
    "ObservationKind",
    "Registered",
    "RelationCard",
    "RelationForm",
    "ResourceCard",
    "ResourceForm",
    "RuleUse",
    "Rules",
    "SavedSearchCard",
    "SearchResult",
    "Seen",
    "Submitted",
    "Suggestion",
    "Summary",
    "SystemCard",
    "SystemDetails",
    "SystemForm",
    "TableCard",
    "TableFound",
    "TablePage",
    "Tombstone",
    "Usage",
    "Use",
    "UseCounts",
    "VersionCard",
    "check_code",
    "department_category",
    "label",
    "may_keep_values",
    "parse_code",
    "resource_code",
    "suggest_column",
]
