"""Answers what the pages ask for: one verb per page, each asking trust first and giving objects already cut and masked."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from lingnan.base import Missing
from lingnan.hub.pages import (
    builds,
    catalogue,
    cockpit,
    departments,
    economy,
    lineage,
    places,
    quarantine,
    registers,
    resource,
    session,
    standard_addresses,
    tables,
)
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.parts import opened, parts_of
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
from lingnan.registers import register_definitions
from lingnan.trust import SYSTEM, Purpose, Subject

if TYPE_CHECKING:
    from lingnan.hub.pages.address_reviews import AddressReviewPages
    from lingnan.hub.pages.alerts import AlertPages
    from lingnan.hub.pages.authorities import AuthorityPages
    from lingnan.hub.pages.bulk_edits import BulkPages
    from lingnan.hub.pages.cases import CasePages
    from lingnan.hub.pages.code_list_forms import CodeListPages
    from lingnan.hub.pages.conformance import ConformancePages
    from lingnan.hub.pages.dashboards import DashboardPages
    from lingnan.hub.pages.directories import DirectoryPages
    from lingnan.hub.pages.element_forms import ElementPages
    from lingnan.hub.pages.forms import FormPages
    from lingnan.hub.pages.identity import IdentityPages
    from lingnan.hub.pages.inventory import InventoryPages
    from lingnan.hub.pages.lineage_sheet import LineagePages
    from lingnan.hub.pages.models import ModelPages
    from lingnan.hub.pages.outgoing import OutgoingPages
    from lingnan.hub.pages.packs import PackPages
    from lingnan.hub.pages.profiles import ProfilePages
    from lingnan.hub.pages.purchases import PurchasePages
    from lingnan.hub.pages.questions import QuestionPages
    from lingnan.hub.pages.register_history import RegisterHistoryPages
    from lingnan.hub.pages.reports import ReportPages
    from lingnan.hub.pages.resource_drafts import DraftPages
    from lingnan.hub.pages.resources import ResourcePages
    from lingnan.hub.pages.reviews import ReviewPages
    from lingnan.hub.pages.saved_searches import SavedSearchPages
    from lingnan.hub.pages.security import SecurityPages
    from lingnan.hub.pages.standard_projects import ProjectPages
    from lingnan.hub.pages.standards import StandardPages
    from lingnan.hub.pages.subscriptions import SubscriptionPages
    from lingnan.hub.pages.under_way import UnderWayPages
    from lingnan.hub.pages.workbook import WorkbookPages
    from lingnan.hub.service import Hub

__all__ = ["HubPages"]

ECONOMY = ("economy", "series")


class HubPages:
    """One hub's answers; every verb may raise Missing or Refused. Safe among threads."""

    cases: "CasePages" = opened("cases", "CasePages")
    alerts: "AlertPages" = opened("alerts", "AlertPages")
    outgoing: "OutgoingPages" = opened("outgoing", "OutgoingPages")
    security: "SecurityPages" = opened("security", "SecurityPages")
    inventory: "InventoryPages" = opened("inventory", "InventoryPages")
    saved_searches: "SavedSearchPages" = opened("saved_searches", "SavedSearchPages")
    reviews: "ReviewPages" = opened("reviews", "ReviewPages")
    register_history: "RegisterHistoryPages" = opened("register_history", "RegisterHistoryPages")
    address_reviews: "AddressReviewPages" = opened("address_reviews", "AddressReviewPages")
    directories: "DirectoryPages" = opened("directories", "DirectoryPages")
    standards: "StandardPages" = opened("standards", "StandardPages")
    resources: "ResourcePages" = opened("resources", "ResourcePages")
    drafts: "DraftPages" = opened("resource_drafts", "DraftPages")
    bulk_edits: "BulkPages" = opened("bulk_edits", "BulkPages")
    elements: "ElementPages" = opened("element_forms", "ElementPages")
    code_lists: "CodeListPages" = opened("code_list_forms", "CodeListPages")
    under_way: "UnderWayPages" = opened("under_way", "UnderWayPages")
    projects: "ProjectPages" = opened("standard_projects", "ProjectPages")
    conformance: "ConformancePages" = opened("conformance", "ConformancePages")
    profiles: "ProfilePages" = opened("profiles", "ProfilePages")
    packs: "PackPages" = opened("packs", "PackPages")
    models: "ModelPages" = opened("models", "ModelPages")
    forms: "FormPages" = opened("forms", "FormPages")
    purchases: "PurchasePages" = opened("purchases", "PurchasePages")
    lineage: "LineagePages" = opened("lineage_sheet", "LineagePages")
    dashboards: "DashboardPages" = opened("dashboards", "DashboardPages")
    reports: "ReportPages" = opened("reports", "ReportPages")
    questions: "QuestionPages" = opened("questions", "QuestionPages")
    subscriptions: "SubscriptionPages" = opened("subscriptions", "SubscriptionPages")
    workbook: "WorkbookPages" = opened("workbook", "WorkbookPages")
    authorities: "AuthorityPages" = opened("authorities", "AuthorityPages")

    def __init__(self, hub: "Hub") -> None:
        self._desk = Desk(hub)

    @cached_property
    def identity(self) -> "IdentityPages":
        """Signing in, accounts, tokens; it says how many cases wait for somebody."""
        from lingnan.hub.pages.identity import IdentityPages

        return IdentityPages(self._desk, self.cases.waiting)

    def warm(self) -> None:
        """Read what the first visitor would else wait for: code lists, words of rules, histories of tables, columns of search, inventories."""
        cockpit.cockpit(self._desk, SYSTEM)
        self._desk.titles.warm()
        lineage.inputs(self._desk)
        self._desk.hub.catalogue.search()
        self._desk.hub.catalogue.inventory.progress()
        for name in parts_of(type(self)):
            getattr(self, name)

    def subject(self, session_token: str) -> Subject:
        """Who a session cookie stands for; the anonymous visitor when it is empty, unknown or expired."""
        return session.subject(self._desk, session_token)

    def health(self) -> None:
        """Nothing when the hub can answer; Unavailable when its database or its log cannot be reached."""
        session.health(self._desk)

    def subject_of_token(self, token: str, address: str) -> Subject:
        """Who an API token stands for when used from an address; Refused when it may not be used."""
        return session.subject_of_token(self._desk, token, address)

    def sign_in(self, token: str) -> str:
        """The session a one-time link opens; Refused when it was used or is too old."""
        return session.sign_in(self._desk, token)

    def sign_out(self, session_token: str) -> None:
        """End a session; an unknown one is no error."""
        session.sign_out(self._desk, session_token)

    def cockpit(self, subject: Subject) -> Cockpit:
        """The hub's figures, map layers, charts and freshest loads."""
        self._look(subject, "cockpit")
        return cockpit.cockpit(self._desk, subject)

    def city(self, code: str, subject: Subject) -> CitySheet:
        """One city by its six-digit division code."""
        self._look(subject, "cockpit")
        return cockpit.city(self._desk, subject, code)

    def departments(self, subject: Subject) -> DepartmentPage:
        """All departments with the size of what they deliver."""
        self._look(subject, "departments")
        return departments.departments(self._desk, subject)

    def department(self, department: str, subject: Subject) -> DepartmentSheet:
        """One department by its short name."""
        self._look(subject, "departments")
        return departments.department(self._desk, subject, department)

    def search(self, query: CatalogueQuery, subject: Subject) -> CataloguePage:
        """Resources that hold the words and the chosen facets."""
        return catalogue.search(self._desk, subject, query)

    def resource(self, code: str, subject: Subject) -> ResourceSheet:
        """One resource by its catalogue code or its table's name."""
        self._look(subject, "catalogue")
        return resource.resource(self._desk, subject, code)

    def preview(self, code: str, subject: Subject) -> Grid:
        """Twenty rows of a resource, masked; `refused` says why there are none."""
        return resource.preview(self._desk, subject, code)

    def table(self, name: str, subject: Subject, purpose: Purpose | None = None) -> TableSheet:
        """One table of the lake with its versions; `name` is area.table, `purpose` what the look at its rows is for."""
        self._look(subject, "tables")
        return tables.table(self._desk, subject, name, purpose)

    def registers(self, subject: Subject) -> RegisterList:
        """The registers with their sizes; a visitor sees sizes too."""
        self._look(subject, "registers")
        lines = [registers.line(self._desk, each) for each in register_definitions()]
        lines.sort(key=lambda line: (line.key != "people", line.key != "entities"))
        items = (*lines, places.line(self._desk), standard_addresses.line(self._desk), economy.line(self._desk))
        return RegisterList(items=items, themes=registers.themes(self._desk))

    def register_search(self, register: str, words: str, cursor: str, subject: Subject) -> RegisterPage:
        """Entries of one register by number or name; nothing without words."""
        if not words:
            self._look(subject, "registers")
        defined = registers.definition(register)
        if defined is not None:
            return registers.search(self._desk, subject, defined, words, cursor)
        if register == "places":
            return places.search(self._desk, subject, words, cursor)
        if register == "addresses":
            return places.search(self._desk, subject, words, cursor, (places.ADDRESSES,))
        if register in ECONOMY:
            return economy.search(self._desk, subject, words, cursor)
        raise _no_register(register)

    def register_entry(self, register: str, entry: str, as_of: date | None, known_at: date | None, subject: Subject) -> RegisterSheet:
        """One entry as it was true on a day by what the hub knew on a day; None means today."""
        defined = registers.definition(register)
        if defined is not None:
            return registers.entry(self._desk, subject, defined, entry, as_of, known_at)
        if register == "places":
            return places.entry(self._desk, subject, entry, as_of, known_at)
        if register == "addresses":
            return standard_addresses.entry(self._desk, subject, entry, as_of, known_at)
        if register in ECONOMY:
            return economy.entry(self._desk, subject, entry, as_of, known_at)
        raise _no_register(register)

    def quarantine(self, query: QuarantineQuery, subject: Subject) -> QuarantinePage:
        """A page of rows that were not accepted; Refused for visitors."""
        self._desk.hub.trust.allow(subject, "page.govern", "quarantine")
        return quarantine.quarantine(self._desk, subject, query)

    def quarantined_rows(self, query: QuarantineQuery, subject: Subject) -> Iterator[QuarantinedRow]:
        """All rows the query means, for the export; the cursor and the limit do not count."""
        self._desk.hub.trust.allow(subject, "page.govern", "quarantine")
        return quarantine.quarantined_rows(self._desk, subject, query)

    def builds(self, cursor: str, subject: Subject) -> BuildPage:
        """Builds, newest first."""
        self._look(subject, "builds")
        return builds.builds(self._desk, cursor)

    def build(self, build: str, subject: Subject) -> BuildSheet:
        """One build with its steps."""
        self._look(subject, "builds")
        return builds.build(self._desk, build)

    def _look(self, subject: Subject, page: str) -> None:
        """What shows no table's rows is asked for too: a token is narrowed, and an official shows a second factor first."""
        self._desk.hub.trust.allow(subject, "page.view", page)


def _no_register(register: str) -> Missing:
    return Missing(
        f"没有名为“{register}”的基础库。请从基础库列表选择。", f"There is no register “{register}”. Choose one from the list of registers.",
        register=register,
    )
