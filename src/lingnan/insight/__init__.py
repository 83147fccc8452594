"""What people look at: the objects behind every page and its JSON, each figure with the address of what it counts."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later
from lingnan.insight.figures import FIGURE_COLUMNS, FIGURE_TABLES, FIGURES, build_figures, figure_inputs, figure_lineage

if TYPE_CHECKING:
    from lingnan.insight.address_reviews import (
        AddressAbout,
        AddressCandidate,
        AddressChoice,
        AddressDoubt,
        AddressReason,
        AddressReviewPage,
        AddressSettlement,
    )
    from lingnan.insight.casework import (
        AlertFact,
        AlertList,
        AlertRow,
        AlertSheet,
        AlertStepLine,
        CaseEvent,
        CaseFigures,
        CaseFigureSheet,
        CaseFile,
        CaseList,
        CaseOpened,
        CaseRemark,
        CaseRow,
        CaseView,
        FactLine,
        Filled,
        FlowCard,
        FlowList,
        LimitLine,
        NoticeLine,
        NoticeList,
        NoticeWish,
        RectificationSheet,
        TraceLine,
        TraceList,
        Upload,
    )
    from lingnan.insight.catalogue import (
        CodeLine,
        DifferenceLine,
        DraftLine,
        DraftList,
        DraftSheet,
        ExtensionInput,
        ExtensionLine,
        FaultLine,
        FreshnessSheet,
        GoneSheet,
        ItemLine,
        ItemPage,
        OverdueBoard,
        OverdueDepartment,
        OverdueLine,
        RelatedLine,
        ResourceComparison,
        ResourceRecord,
        ResourceVersionLine,
        ResourceVersions,
        RunningCase,
        StarDimension,
        StarPointLine,
        StarSheet,
        SuggestionLine,
        SuggestionList,
    )
    from lingnan.insight.cockpit import Chart, CitySheet, Cockpit, CountyLine, Figure, LastBuild, Load, MapLayer, Series
    from lingnan.insight.conditions import WatchedCondition, alerts_met
    from lingnan.insight.dashboards import Board, BoardCell, BoardList, BoardSheet, LiveEvent, PanelCard, PanelSeries, PanelSheet, read_board
    from lingnan.insight.directories import DirectoryBranch, DirectoryBy, DirectoryKind, DirectoryPage
    from lingnan.insight.editing import (
        BulkCaseView,
        BulkField,
        BulkLineView,
        BulkPick,
        BulkSheet,
        BulkStart,
        ResourceVersionSheet,
        VersionFact,
        WithdrawalSheet,
    )
    from lingnan.insight.forms import FormEntryLine, FormLine, FormList, FormSent, FormSheet, FormTaken
    from lingnan.insight.identity import (
        AccountForm,
        AccountLine,
        AccountPage,
        AccountSheet,
        AuthorityLine,
        Choice,
        HeldPurposeLine,
        IdentityLine,
        Limit,
        Me,
        Menu,
        MenuLine,
        PasskeyLine,
        ProfileSheet,
        ProviderLine,
        RoleLine,
        SessionLine,
        SignInNeed,
        SignInPage,
        TokenForm,
        TokenLine,
        TokenPage,
        UnitLine,
        UnitTree,
    )
    from lingnan.insight.inventory import (
        AuthorityBoard,
        AuthorityDispute,
        AuthorityEntry,
        InventoryBoard,
        InventoryColumn,
        InventoryDatabase,
        InventoryDepartment,
        InventoryDuty,
        InventoryLine,
        InventoryResource,
        InventoryStep,
        InventorySystemLine,
        InventorySystemSheet,
        InventoryTable,
        InventoryTableSheet,
        WorkbookCheck,
        WorkbookCount,
        WorkbookFault,
    )
    from lingnan.insight.kept import SavedSearchLine, SavedSearchPage, SubscriptionLine, SubscriptionPage, SubscriptionSheet
    from lingnan.insight.lineage import ColumnLineageSheet, Direction, LineageColumn, LineageTable
    from lingnan.insight.models import ANSWERING, STATES, ModelIndex, ModelSheet, ModelTile
    from lingnan.insight.outgoing import DeliveryLine, DeliveryList, PlaceLine, PlaceList, StreamLine, WebhookLine, WebhookList
    from lingnan.insight.packs import PackAnswer, PackCard, PackIndex, PackQueryRows, PackSheet
    from lingnan.insight.policy import (
        AssessmentPage,
        AssessmentSheet,
        GrantChoices,
        GrantLine,
        GrantPage,
        GrantSheet,
        NegativePage,
        PolicyPage,
        PolicyRule,
        PolicySetPage,
        PolicySetSheet,
        PurposePage,
        WhoCanAnswer,
    )
    from lingnan.insight.profiles import ProfileColumn, ProfileDrift, ProfileGuess, ProfileShare, TableProfileSheet
    from lingnan.insight.purchases import PurchaseLine, PurchasePage
    from lingnan.insight.quality import Characteristic, TrendPoint
    from lingnan.insight.query import CLASSES, ChartWish, QueryAnswer, QueryColumn, QuestionList, QuestionSheet, query_notice
    from lingnan.insight.registers import ChangedValue, ConflictPage, ConflictRow, ContradictedLine, RegisterChangeLine, RegisterChangePage
    from lingnan.insight.registry import (
        CodeListDraft,
        ConformanceBoard,
        ConformanceColumn,
        ConformanceLine,
        ConformancePoint,
        ConformanceSheet,
        ElementForm,
        ElementVerdict,
        ProjectLine,
        ProjectPage,
        ProjectSheet,
        StandardFile,
        StandardRemark,
        StandardStep,
        StandardVersion,
        UnderWayLine,
        UnderWayPage,
    )
    from lingnan.insight.reports import Report, ReportItem, ReportList, ReportSheet, ReportTable, read_report
    from lingnan.insight.reviews import (
        ReviewAgreement,
        ReviewCell,
        ReviewDesk,
        ReviewDisagreement,
        ReviewHead,
        ReviewLine,
        ReviewList,
        ReviewOrigin,
        ReviewPart,
        ReviewPast,
        ReviewQuality,
        ReviewQueue,
        ReviewRegister,
        ReviewRow,
        ReviewSheet,
        ReviewStep,
        ReviewSuspect,
    )
    from lingnan.insight.rooms import (
        BuildLine,
        BuildPage,
        BuildSheet,
        DepartmentLine,
        DepartmentPage,
        DepartmentSheet,
        Grid,
        GridColumn,
        QuarantinedRow,
        QuarantinePage,
        QuarantineQuery,
        RuleFailure,
        StepLine,
        SystemLine,
        TableSheet,
        VersionLine,
    )
    from lingnan.insight.security import (
        AuditPage,
        CheckpointLine,
        CheckpointPage,
        Cosignature,
        DamageLine,
        DownloadFile,
        EntryLine,
        EntryProof,
        EntrySheet,
        FindingLine,
        FindingPage,
        GuardFigure,
        KeyLine,
        KeyPage,
        LogCheck,
        LogChecks,
        OfficeLine,
        OverrideLine,
        OverridePage,
        ProofStep,
        PublicLine,
        PublicStatistics,
        RecordPage,
        RuleTable,
        SecurityOverview,
        SettingLine,
        SettingsPage,
        SightingLine,
        SignatureAnswer,
        WorkerLine,
    )
    from lingnan.insight.shapes import Card, Count, Disputed, Facet, FacetValue, Origin, Severity, Words
    from lingnan.insight.sheets import (
        Batch,
        CatalogueLine,
        CataloguePage,
        CatalogueQuery,
        Fact,
        Field,
        Happening,
        Lineage,
        LineageEdge,
        LineageNode,
        Quality,
        RegisterEntry,
        RegisterLine,
        RegisterList,
        RegisterPage,
        RegisterSheet,
        ResourceSheet,
        RuleLine,
        Span,
        Use,
        Value,
    )
    from lingnan.insight.snapshots import DivisionCount, SnapshotLine, SnapshotPage
    from lingnan.insight.standards import (
        CodeImpact,
        CodeListSheet,
        CodeMeaning,
        DataSetSheet,
        DocumentSheet,
        ElementSheet,
        ElementUse,
        IndicatorSheet,
        ItemSheet,
        SetMember,
        StandardLine,
        StandardPage,
    )

# A build needs the figures only; what pages show is opened when first asked for.
__getattr__ = opened_later(__name__, {
    "address_reviews": "AddressAbout AddressCandidate AddressChoice AddressDoubt AddressReason AddressReviewPage AddressSettlement",
    "casework": (
        "AlertFact AlertList AlertRow AlertSheet AlertStepLine CaseEvent CaseFigures CaseFigureSheet CaseFile CaseList CaseOpened CaseRemark CaseRow "
        "CaseView FactLine Filled FlowCard FlowList LimitLine NoticeLine NoticeList NoticeWish RectificationSheet TraceLine TraceList Upload"
    ),
    "catalogue": (
        "CodeLine DifferenceLine DraftLine DraftList DraftSheet ExtensionInput ExtensionLine FaultLine FreshnessSheet GoneSheet ItemLine ItemPage "
        "OverdueBoard OverdueDepartment OverdueLine RelatedLine ResourceComparison ResourceRecord ResourceVersionLine ResourceVersions RunningCase "
        "StarDimension StarPointLine StarSheet SuggestionLine SuggestionList"
    ),
    "cockpit": "Chart CitySheet Cockpit CountyLine Figure LastBuild Load MapLayer Series",
    "conditions": "WatchedCondition alerts_met",
    "dashboards": "Board BoardCell BoardList BoardSheet LiveEvent PanelCard PanelSeries PanelSheet read_board",
    "directories": "DirectoryBranch DirectoryBy DirectoryKind DirectoryPage",
    "editing": "BulkCaseView BulkField BulkLineView BulkPick BulkSheet BulkStart ResourceVersionSheet VersionFact WithdrawalSheet",
    "forms": "FormEntryLine FormLine FormList FormSent FormSheet FormTaken",
    "identity": (
        "AccountForm AccountLine AccountPage AccountSheet AuthorityLine Choice HeldPurposeLine IdentityLine Limit Me Menu MenuLine PasskeyLine "
        "ProfileSheet ProviderLine RoleLine SessionLine SignInNeed SignInPage TokenForm TokenLine TokenPage UnitLine UnitTree"
    ),
    "inventory": (
        "AuthorityBoard AuthorityDispute AuthorityEntry InventoryBoard InventoryColumn InventoryDatabase InventoryDepartment InventoryDuty "
        "InventoryLine InventoryResource InventoryStep InventorySystemLine InventorySystemSheet InventoryTable InventoryTableSheet WorkbookCheck "
        "WorkbookCount WorkbookFault"
    ),
    "kept": "SavedSearchLine SavedSearchPage SubscriptionLine SubscriptionPage SubscriptionSheet",
    "lineage": "ColumnLineageSheet Direction LineageColumn LineageTable",
    "models": "ANSWERING STATES ModelIndex ModelSheet ModelTile",
    "outgoing": "DeliveryLine DeliveryList PlaceLine PlaceList StreamLine WebhookLine WebhookList",
    "packs": "PackAnswer PackCard PackIndex PackQueryRows PackSheet",
    "policy": (
        "AssessmentPage AssessmentSheet GrantChoices GrantLine GrantPage GrantSheet NegativePage PolicyPage PolicyRule PolicySetPage "
        "PolicySetSheet PurposePage WhoCanAnswer"
    ),
    "profiles": "ProfileColumn ProfileDrift ProfileGuess ProfileShare TableProfileSheet",
    "query": "CLASSES ChartWish QueryAnswer QueryColumn QuestionList QuestionSheet query_notice",
    "reports": "Report ReportItem ReportList ReportSheet ReportTable read_report",
    "reviews": (
        "ReviewAgreement ReviewCell ReviewDesk ReviewDisagreement ReviewHead ReviewLine ReviewList ReviewOrigin ReviewPart ReviewPast "
        "ReviewQuality ReviewQueue ReviewRegister ReviewRow ReviewSheet ReviewStep ReviewSuspect"
    ),
    "rooms": (
        "BuildLine BuildPage BuildSheet DepartmentLine DepartmentPage DepartmentSheet Grid GridColumn QuarantinedRow QuarantinePage "
        "QuarantineQuery RuleFailure StepLine SystemLine TableSheet VersionLine"
    ),
    "security": (
        "AuditPage CheckpointLine CheckpointPage Cosignature DamageLine DownloadFile EntryLine EntryProof EntrySheet FindingLine FindingPage "
        "GuardFigure KeyLine KeyPage LogCheck LogChecks OfficeLine OverrideLine OverridePage ProofStep PublicLine PublicStatistics RecordPage "
        "RuleTable SecurityOverview SettingLine SettingsPage SightingLine SignatureAnswer WorkerLine"
    ),
    "shapes": "Card Count Disputed Facet FacetValue Origin Severity Words",
    "registers": "ChangedValue ConflictPage ConflictRow ContradictedLine RegisterChangeLine RegisterChangePage",
    "snapshots": "DivisionCount SnapshotLine SnapshotPage",
    "registry": (
        "CodeListDraft ConformanceBoard ConformanceColumn ConformanceLine ConformancePoint ConformanceSheet ElementForm ElementVerdict ProjectLine "
        "ProjectPage ProjectSheet StandardFile StandardRemark StandardStep StandardVersion UnderWayLine UnderWayPage"
    ),
    "standards": (
        "CodeImpact CodeMeaning CodeListSheet DataSetSheet DocumentSheet ElementSheet ElementUse IndicatorSheet ItemSheet SetMember StandardLine "
        "StandardPage"
    ),
    "purchases": "PurchaseLine PurchasePage",
    "quality": "Characteristic TrendPoint",
    "sheets": (
        "Batch CatalogueLine CataloguePage CatalogueQuery Fact Field Happening Lineage LineageEdge LineageNode Quality RegisterEntry RegisterLine "
        "RegisterList RegisterPage RegisterSheet ResourceSheet RuleLine Span Use Value"
    ),
})

__all__ = [
    "ANSWERING", "CLASSES", "FIGURES", "FIGURE_COLUMNS", "FIGURE_TABLES", "STATES", "AccountForm", "AccountLine", "AccountPage", "AccountSheet",
    "AddressAbout", "AddressCandidate", "AddressChoice", "AddressDoubt", "AddressReason", "AddressReviewPage", "AddressSettlement", "AlertFact",
    "AlertList", "AlertRow", "AlertSheet", "AlertStepLine", "AssessmentPage", "AssessmentSheet", "AuditPage", "AuthorityBoard", "AuthorityDispute",
    "AuthorityEntry", "AuthorityLine", "Batch", "Board", "BoardCell", "BoardList", "BoardSheet", "BuildLine", "BuildPage", "BuildSheet",
    "BulkCaseView", "BulkField", "BulkLineView", "BulkPick", "BulkSheet", "BulkStart", "Card", "CaseEvent", "CaseFigureSheet", "CaseFigures",
    "CaseFile", "CaseList", "CaseOpened", "CaseRemark", "CaseRow", "CaseView", "CatalogueLine", "CataloguePage", "CatalogueQuery", "ChangedValue",
    "Characteristic", "Chart", "ChartWish", "CheckpointLine", "CheckpointPage", "Choice", "CitySheet", "Cockpit", "CodeImpact", "CodeLine",
    "CodeListDraft", "CodeListSheet", "CodeMeaning", "ColumnLineageSheet", "ConflictPage", "ConflictRow", "ConformanceBoard", "ConformanceColumn",
    "ConformanceLine", "ConformancePoint", "ConformanceSheet", "ContradictedLine", "Cosignature", "Count", "CountyLine", "DamageLine", "DataSetSheet",
    "DeliveryLine", "DeliveryList", "DepartmentLine", "DepartmentPage", "DepartmentSheet", "DifferenceLine", "Direction", "DirectoryBranch",
    "DirectoryBy", "DirectoryKind", "DirectoryPage", "Disputed", "DivisionCount", "DocumentSheet", "DownloadFile", "DraftLine", "DraftList",
    "DraftSheet", "ElementForm", "ElementSheet", "ElementUse", "ElementVerdict", "EntryLine", "EntryProof", "EntrySheet", "ExtensionInput",
    "ExtensionLine", "Facet", "FacetValue", "Fact", "FactLine", "FaultLine", "Field", "Figure", "Filled", "FindingLine", "FindingPage", "FlowCard",
    "FlowList", "FormEntryLine", "FormLine", "FormList", "FormSent", "FormSheet", "FormTaken", "FreshnessSheet", "GoneSheet", "GrantChoices",
    "GrantLine", "GrantPage", "GrantSheet", "Grid", "GridColumn", "GuardFigure", "Happening", "HeldPurposeLine", "IdentityLine", "IndicatorSheet",
    "InventoryBoard", "InventoryColumn", "InventoryDatabase", "InventoryDepartment", "InventoryDuty", "InventoryLine", "InventoryResource",
    "InventoryStep", "InventorySystemLine", "InventorySystemSheet", "InventoryTable", "InventoryTableSheet", "ItemLine", "ItemPage", "ItemSheet",
    "KeyLine", "KeyPage", "LastBuild", "Limit", "LimitLine", "Lineage", "LineageColumn", "LineageEdge", "LineageNode", "LineageTable", "LiveEvent",
    "Load", "LogCheck", "LogChecks", "MapLayer", "Me", "Menu", "MenuLine", "ModelIndex", "ModelSheet", "ModelTile", "NegativePage", "NoticeLine",
    "NoticeList", "NoticeWish", "OfficeLine", "Origin", "OverdueBoard", "OverdueDepartment", "OverdueLine", "OverrideLine", "OverridePage",
    "PackAnswer", "PackCard", "PackIndex", "PackQueryRows", "PackSheet", "PanelCard", "PanelSeries", "PanelSheet", "PasskeyLine", "PlaceLine",
    "PlaceList", "PolicyPage", "PolicyRule", "PolicySetPage", "PolicySetSheet", "ProfileColumn", "ProfileDrift", "ProfileGuess", "ProfileShare",
    "ProfileSheet", "ProjectLine", "ProjectPage", "ProjectSheet", "ProofStep", "ProviderLine", "PublicLine", "PublicStatistics", "PurchaseLine",
    "PurchasePage", "PurposePage", "Quality", "QuarantinePage", "QuarantineQuery", "QuarantinedRow", "QueryAnswer", "QueryColumn", "QuestionList",
    "QuestionSheet", "RecordPage", "RectificationSheet", "RegisterChangeLine", "RegisterChangePage", "RegisterEntry", "RegisterLine", "RegisterList",
    "RegisterPage", "RegisterSheet", "RelatedLine", "Report", "ReportItem", "ReportList", "ReportSheet", "ReportTable", "ResourceComparison",
    "ResourceRecord", "ResourceSheet", "ResourceVersionLine", "ResourceVersionSheet", "ResourceVersions", "ReviewAgreement", "ReviewCell",
    "ReviewDesk", "ReviewDisagreement", "ReviewHead", "ReviewLine", "ReviewList", "ReviewOrigin", "ReviewPart", "ReviewPast", "ReviewQuality",
    "ReviewQueue", "ReviewRegister", "ReviewRow", "ReviewSheet", "ReviewStep", "ReviewSuspect", "RoleLine", "RuleFailure", "RuleLine", "RuleTable",
    "RunningCase", "SavedSearchLine", "SavedSearchPage", "SecurityOverview", "Series", "SessionLine", "SetMember", "SettingLine", "SettingsPage",
    "Severity", "SightingLine", "SignInNeed", "SignInPage", "SignatureAnswer", "SnapshotLine", "SnapshotPage", "Span", "StandardFile", "StandardLine",
    "StandardPage", "StandardRemark", "StandardStep", "StandardVersion", "StarDimension", "StarPointLine", "StarSheet", "StepLine", "StreamLine",
    "SubscriptionLine", "SubscriptionPage", "SubscriptionSheet", "SuggestionLine", "SuggestionList", "SystemLine", "TableProfileSheet", "TableSheet",
    "TokenForm", "TokenLine", "TokenPage", "TraceLine", "TraceList", "TrendPoint", "UnderWayLine", "UnderWayPage", "UnitLine", "UnitTree", "Upload",
    "Use", "Value", "VersionFact", "VersionLine", "WatchedCondition", "WebhookLine", "WebhookList", "WhoCanAnswer", "WithdrawalSheet", "Words",
    "WorkbookCheck", "WorkbookCount", "WorkbookFault", "WorkerLine", "alerts_met", "build_figures", "figure_inputs", "figure_lineage", "query_notice",
    "read_board", "read_report",
]
