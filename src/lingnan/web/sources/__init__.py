"""What pages ask for: one verb per page; `hub` answers, after asking trust for each."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from lingnan.insight import (
    BuildPage,
    BuildSheet,
    CataloguePage,
    CatalogueQuery,
    CitySheet,
    Cockpit,
    DepartmentPage,
    DepartmentSheet,
    Grid,
    QuarantinedRow,
    QuarantinePage,
    QuarantineQuery,
    RegisterList,
    RegisterPage,
    RegisterSheet,
    ResourceSheet,
    TableSheet,
)
from lingnan.trust import Purpose, Subject
from lingnan.web.sources.casework import AlertSource, CaseSource, OutgoingSource
from lingnan.web.sources.dashboards import DashboardSource
from lingnan.web.sources.directories import DirectorySource
from lingnan.web.sources.forms import FormSource
from lingnan.web.sources.identity import IdentitySource
from lingnan.web.sources.inventory import AuthoritySource, InventorySource, WorkbookSource
from lingnan.web.sources.lineage import LineageSource
from lingnan.web.sources.models import ModelSource
from lingnan.web.sources.packs import PackSource
from lingnan.web.sources.profiles import ProfileSource
from lingnan.web.sources.purchases import PurchaseSource
from lingnan.web.sources.questions import QuestionSource
from lingnan.web.sources.registers import RegisterHistorySource
from lingnan.web.sources.registry import CodeListSource, ConformanceSource, ElementSource, ProjectSource, UnderWaySource
from lingnan.web.sources.reports import ReportSource
from lingnan.web.sources.resources import BulkSource, DraftSource, ResourceSource
from lingnan.web.sources.reviews import AddressReviewSource, ReviewSource
from lingnan.web.sources.saved_searches import SavedSearchSource, SubscriptionSource
from lingnan.web.sources.security import SecuritySource
from lingnan.web.sources.standards import StandardSource


class Pages(Protocol):
    """Every verb may raise Missing or Refused; every answer is already cut and masked for the subject."""

    @property
    def identity(self) -> IdentitySource:
        """Signing in, oneself, tokens, accounts."""
        ...

    @property
    def register_history(self) -> RegisterHistorySource:
        """What changed in registers, what contradicts them, their yearly snapshots."""
        ...

    @property
    def cases(self) -> CaseSource:
        """Cases: lists, one case, opening one, figures, the public trace."""
        ...

    @property
    def alerts(self) -> AlertSource:
        """Alerts and notices."""
        ...

    @property
    def outgoing(self) -> OutgoingSource:
        """Places that may be called, webhooks, messages on their way."""
        ...

    @property
    def security(self) -> SecuritySource:
        """Log, policy, risks, keys, settings; signatures, statistics and own records."""
        ...

    @property
    def dashboards(self) -> DashboardSource:
        """Boards made of YAML."""
        ...

    @property
    def directories(self) -> DirectorySource:
        """The sharing directory and the open directory."""
        ...

    @property
    def purchases(self) -> PurchaseSource:
        """What was bought, and on what terms."""
        ...

    @property
    def forms(self) -> FormSource:
        """Forms that people fill in, and what they gave."""
        ...

    @property
    def models(self) -> ModelSource:
        """Models that learn, and the card of each."""
        ...

    @property
    def packs(self) -> PackSource:
        """Packs: the index, one whole, its queries and pages."""
        ...

    @property
    def profiles(self) -> ProfileSource:
        """What the tables of resources hold, column by column."""
        ...

    @property
    def lineage(self) -> LineageSource:
        """Where a column comes from, what is made of it, and the source rows of a value."""
        ...

    @property
    def resources(self) -> ResourceSource:
        """Versions and stars of a resource, found items, suggestions, what is late, drafts."""
        ...

    @property
    def drafts(self) -> DraftSource:
        """The forms with which stewards describe resources."""
        ...

    @property
    def bulk_edits(self) -> BulkSource:
        """Changes of many resources at once."""
        ...

    @property
    def reports(self) -> ReportSource:
        """Reports made of YAML."""
        ...

    @property
    def questions(self) -> QuestionSource:
        """Selects that officials write and keep."""
        ...

    @property
    def inventory(self) -> InventorySource:
        """How far departments are with their inventory; systems, databases, tables and columns."""
        ...

    @property
    def workbook(self) -> WorkbookSource:
        """The workbook that offices pass around: out, checked, and in."""
        ...

    @property
    def authorities(self) -> AuthoritySource:
        """Which resource is the one source of which figure, and what is disputed."""
        ...

    @property
    def standards(self) -> StandardSource:
        """Data elements, code lists, minimal data sets, indicators, documents."""
        ...

    @property
    def elements(self) -> ElementSource:
        """The forms of data elements."""
        ...

    @property
    def code_lists(self) -> CodeListSource:
        """The forms of the hub's own code lists."""
        ...

    @property
    def under_way(self) -> UnderWaySource:
        """What is on its way into the register."""
        ...

    @property
    def projects(self) -> ProjectSource:
        """Standards in the making."""
        ...

    @property
    def conformance(self) -> ConformanceSource:
        """How well columns keep to their elements."""
        ...

    @property
    def address_reviews(self) -> AddressReviewSource:
        """Addresses that wait for review."""
        ...

    @property
    def reviews(self) -> ReviewSource:
        """The review desk of the registers."""
        ...

    @property
    def saved_searches(self) -> SavedSearchSource:
        """One's own saved searches."""
        ...

    @property
    def subscriptions(self) -> SubscriptionSource:
        """What is sent to one on schedule."""
        ...

    def subject(self, session: str) -> Subject:
        """Who a session cookie stands for; the anonymous visitor when it is empty, unknown or expired."""
        ...

    def health(self) -> None:
        """Nothing when the hub can answer; Unavailable when its database or its log cannot be reached."""
        ...

    def subject_of_token(self, token: str, address: str) -> Subject:
        """Who an API token stands for when used from an address; Refused when it is unknown, over, or its quota is used up."""
        ...

    def sign_in(self, token: str) -> str:
        """The session a one-time link opens; Refused when it was used or is too old."""
        ...

    def sign_out(self, session: str) -> None:
        """End a session; an unknown one is no error."""
        ...

    def cockpit(self, subject: Subject) -> Cockpit:
        """The hub's figures, map layers, charts and freshest loads."""
        ...

    def city(self, code: str, subject: Subject) -> CitySheet:
        """One city by its six-digit division code."""
        ...

    def departments(self, subject: Subject) -> DepartmentPage:
        """All departments with the size of what they deliver."""
        ...

    def department(self, department: str, subject: Subject) -> DepartmentSheet:
        """One department by its short name."""
        ...

    def search(self, query: CatalogueQuery, subject: Subject) -> CataloguePage:
        """Resources that hold the words and the chosen facets."""
        ...

    def resource(self, code: str, subject: Subject) -> ResourceSheet:
        """One resource by its catalogue code or its table's name."""
        ...

    def preview(self, code: str, subject: Subject) -> Grid:
        """Twenty rows of a resource, masked; `refused` says why there are none."""
        ...

    def table(self, name: str, subject: Subject, purpose: Purpose | None = None) -> TableSheet:
        """One table of the lake with its versions; `name` is area.table, `purpose` what the look at its rows is for."""
        ...

    def registers(self, subject: Subject) -> RegisterList:
        """The registers with their sizes."""
        ...

    def register_search(self, register: str, words: str, cursor: str, subject: Subject) -> RegisterPage:
        """Entries of one register by number or name; nothing without words where the register holds people."""
        ...

    def register_entry(self, register: str, entry: str, as_of: date | None, known_at: date | None, subject: Subject) -> RegisterSheet:
        """One entry as it was true on a day by what the hub knew on a day; None means today."""
        ...

    def quarantine(self, query: QuarantineQuery, subject: Subject) -> QuarantinePage:
        """A page of rows that were not accepted."""
        ...

    def quarantined_rows(self, query: QuarantineQuery, subject: Subject) -> Iterator[QuarantinedRow]:
        """All rows the query means, for the export; the cursor and the limit do not count."""
        ...

    def builds(self, cursor: str, subject: Subject) -> BuildPage:
        """Builds, newest first."""
        ...

    def build(self, build: str, subject: Subject) -> BuildSheet:
        """One build with its steps."""
        ...
