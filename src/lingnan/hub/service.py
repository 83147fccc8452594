"""Opens everything a hub consists of and holds it together."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lingnan.base import Clock, Progress, Settings, new_id
from lingnan.casework import Sources
from lingnan.catalogue import Catalogue
from lingnan.collect import Feed, feeds
from lingnan.hub.catalogue_rounds import catalogue_rules, look_at_catalogue
from lingnan.hub.classification import classify_tables
from lingnan.hub.places import COLLECTING, register_made
from lingnan.hub.recovery import recoverers
from lingnan.hub.registration import bureau_of, organisation_nodes, resource_forms
from lingnan.hub.steps import build_steps
from lingnan.hub.timetables import timetables
from lingnan.jobs import (
    BuildReport,
    Handlers,
    Resources,
    Step,
    Work,
    anything_to_deliver,
    deliver,
    held,
    run_build,
    run_worker,
    sweep_versions,
)
from lingnan.lake import EMBEDDED, Engine, Lake, Sandbox, View, checked_engine
from lingnan.registers import AddressFindings, Snapshots, address_sources, known_addresses, known_names, register_definitions
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Classified, Purpose, Settled, Subject, Trust, by_marks, settle, sweep_marks, writing

if TYPE_CHECKING:
    import pyarrow as pa

    from lingnan.catalogue import ResourceForm
    from lingnan.hub.forms import FormDesk
    from lingnan.hub.office import Office
    from lingnan.hub.pack_work import PackWork
    from lingnan.insight import QueryAnswer
    from lingnan.jobs import Began
    from lingnan.packkit import Pack

FORMS = "forms"
"""The folder of a home that holds what its forms are; there is none before the first form."""
OFFICIAL_ADDRESSES = "registers.addresses"
PARALLEL = 2
"""Steps that run side by side; they share the memory setting."""
WATCH_LEASE = "watch"
WATCH_S = 20.0
"""Seconds between two looks of the worker at what is new in the log."""

logger = logging.getLogger(__name__)


class Hub:
    """One hub: its database, tables, engine, trust and catalogue, all under one home folder."""

    def __init__(self, settings: Settings, storage: Storage, lake: Lake, engine: Engine, trust: Trust) -> None:
        self.settings, self.storage, self.lake, self.engine, self.trust = settings, storage, lake, engine, trust
        self.catalogue = Catalogue(
            storage, catalogue_rules(settings.home, trust), cases=lambda: self.office.casework.cases,
            contracts=lambda: (feed.contract for feed in self.feeds),
        )
        self._watched_at = 0.0
        self._standards_mark: tuple[int, ...] = ()
        trust.use_classifier(self.classify)

    @classmethod
    def open(cls, settings: Settings) -> "Hub":
        """Open the hub of these settings; its home, database and log are made when they are not there."""
        storage = Storage.open(settings)
        lake = Lake.of(settings, storage.clock)
        engine = lake.engine(threads=settings.threads, memory=_for_each_step(settings.memory))
        return cls(settings, storage, lake, engine, _trust(settings, storage))

    @cached_property
    def sandbox(self) -> Sandbox:
        """Where queries written by people run."""
        from lingnan.hub.query import sandbox_limits

        return Sandbox(self.lake, sandbox_limits(self.settings))

    @property
    def home(self) -> Path:
        """The hub's folder."""
        return self.settings.home

    @property
    def clock(self) -> Clock:
        """The hub's clock."""
        return self.storage.clock

    @cached_property
    def feeds(self) -> list[Feed]:
        """Every feed described under `HOME/sources`, with its contract."""
        self._standards_mark = self.catalogue.vocabulary_mark()
        return feeds(self.home / "sources", self.catalogue.vocabulary()) if (self.home / "sources").is_dir() else []

    def follow_standards(self) -> None:
        """Read the feeds anew when elements or code lists were registered since: contracts name them."""
        if "feeds" in self.__dict__ and self._standards_mark != self.catalogue.vocabulary_mark():
            self.follow_sources()

    def follow_sources(self) -> None:
        """Read the feeds anew, because one was written since."""
        for name in ("feeds", "_classified_here", "_classified"):
            self.__dict__.pop(name, None)

    @cached_property
    def packs(self) -> "list[Pack]":
        """Every pack in use that could be read whole; `lingnan pack check` tells of the others."""
        from lingnan.packkit import packs  # the SQL of packs is read when somebody asks for them

        return packs(self.home, self.settings.packs)

    @cached_property
    def _classified_here(self) -> dict[str, Classified]:
        return classify_tables(self.feeds)

    @cached_property
    def _classified(self) -> dict[str, Classified]:
        known = self._classified_here
        if not self.packs:
            return known
        from lingnan.hub.decided_cases import decided_classes
        from lingnan.hub.packs import pack_classes

        known = known | decided_classes(self.packs)
        return {**known, **pack_classes(self.packs, known)}

    def classify(self, table: str) -> Classified | None:
        """What policy must know of a table; None for one the hub does not know. Packs are read for tables of packs alone."""
        return self._classified_here.get(table) or self._classified.get(table)

    def seen(self, subject: Subject, action: str, table: str) -> View:
        """What the subject may see of a table; without columns that a contract promises and the table does not have yet."""
        view = self.trust.decide(subject, action, table)
        if view.columns is None or not self.lake.exists(table):
            return view
        held = set(self.lake.schema(table, view.version).names)
        return replace(view, columns=tuple(name for name in view.columns if name in held))

    def query(self, subject: Subject, sql: str, purpose: Purpose | str = "", limit: int = 0, day: date | None = None) -> "QueryAnswer":
        """One select by a person over what the subject may see, in a process of its own; every column used is decided and logged."""
        from lingnan.hub.query import run_query  # a build asks nothing

        return run_query(self, subject, sql, purpose, limit, day)

    @property
    def address_findings(self) -> AddressFindings:
        """What review has settled about addresses, and the verbs that settle."""
        return AddressFindings(self.storage, self.trust)

    def known_addresses(self, subject: Subject) -> "pa.Table":
        """What the library of standard addresses knows, as the parser takes it: findings of review and, if complete, the official doors."""
        table = OFFICIAL_ADDRESSES if address_sources().official.complete and self.lake.exists(OFFICIAL_ADDRESSES) else None
        views = {table: self.seen(subject, "query", table)} if table else {}
        return known_addresses(self.engine, table, views, known_names(self.address_findings.in_force()))

    def steps(self) -> list[Step]:
        """Every step of a build: collecting, governing, registers, figures."""
        steps = build_steps(self.feeds, self.home, self.storage, self.catalogue.observe, self.callable_places)
        if not self.packs:
            return steps
        from lingnan.hub.decided_cases import decided_steps
        from lingnan.packkit import ModelRegister, pack_steps

        steps += decided_steps(self.packs, self.storage, lambda: self.office.casework.flows)
        models = ModelRegister(self.storage, self.clock)
        return [*steps, *pack_steps(self.packs, {table for step in steps for table in step.outputs}, self.clock, models)]

    def build(
        self, *, only: list[str] | None = None, progress: Progress | None = None, parallel: int = PARALLEL, stop: threading.Event | None = None,
        engine: str = "",
    ) -> BuildReport:
        """Register what the feeds describe, bring every table up to date, and tell the catalogue what was seen.

        `engine` is where steps that outgrow this machine run; without it, where the setting says.
        """
        cluster = self._cluster(engine or self.settings.engine)
        self.recover()
        self.follow_standards()
        if self.packs:
            self._take_over()
        if (self.home / FORMS).is_dir():
            self.forms.batches.cut()
        register_made(self.sources, self.feeds)
        self.trust.organisations.import_tree(organisation_nodes(self.feeds, [unit.key for unit in self.trust.organisations.listing()]))
        with writing(self.trust.audit, SYSTEM, "catalogue.register", "catalogue") as told:
            forms = [*resource_forms(self.feeds), *self._pack_forms()]
            self.catalogue.register_many(forms)
            told.tell(resources=len(forms))
        resources = Resources(self.lake, self.engine, self.storage, self.settings, self.clock, self._grant, cluster)
        with writing(self.trust.audit, SYSTEM, "build", "hub", facts={"only": sorted(only)} if only else {}) as told, self._beginnings() as began:
            report = run_build(self.steps(), resources, only=only, progress=progress, parallel=parallel, stop=stop, began=began)
            told.tell(build=report.id, state=report.state, steps_run=report.steps_run, steps_failed=report.steps_failed)
        self.deliver()
        self.catalogue.stars.rate_all()
        return report

    def _beginnings(self) -> "AbstractContextManager[Began | None]":
        if not self.settings.openlineage:
            return nullcontext()
        from lingnan.hub.lineage_beginnings import telling_beginnings

        return telling_beginnings(self)

    def engine_at(self, name: str) -> Engine:
        """The engine of that name over the hub's tables, the embedded one for an empty name; WrongUse when none goes by it."""
        return (self._cluster(name) if name else None) or self.engine

    def _cluster(self, name: str) -> Engine | None:
        if checked_engine(name) == EMBEDDED:
            return None
        file = self.settings.engine_secret_file
        return self.lake.engine(
            name, threads=self.settings.threads, memory=_for_each_step(self.settings.memory), secret=file.read_text().strip() if file else "",
        )

    def _pack_forms(self) -> "list[ResourceForm]":
        if not self.packs:
            return []
        from lingnan.hub.packs import pack_forms

        return pack_forms(self.packs, bureau_of(self.feeds), self._classified)

    def _pack_work(self) -> "PackWork | None":
        if not self.packs:
            return None
        from lingnan.hub.pack_work import PackWork

        return PackWork.of(self.packs)

    def _take_over(self) -> None:
        from lingnan.hub.pack_sources import take_over

        if take_over(self.home, self.packs):
            self.follow_sources()

    @cached_property
    def snapshots(self) -> Snapshots:
        """The yearly snapshots of the registers."""
        return Snapshots(self.storage, self.trust, self.lake, self.engine)

    @cached_property
    def sources(self) -> Sources:
        """The places that may be called."""
        return Sources(self.storage, self.trust)

    def callable_places(self) -> frozenset[str]:
        """The places from which data may be collected at this moment."""
        return self.sources.allowed(COLLECTING)

    @cached_property
    def office(self) -> "Office":
        """Cases, alerts, notices, attachments and outgoing places of this hub."""
        from lingnan.hub.office import Office  # people's work is opened when there is some

        return Office.open(self.settings, self.storage, self.trust, self.sources, self._pack_work())

    @cached_property
    def forms(self) -> "FormDesk":
        """The forms that people fill in, and what they gave."""
        from lingnan.hub.forms import FormDesk  # a hub without forms opens nothing for them

        return FormDesk(self)

    @cached_property
    def _handlers(self) -> Handlers:
        from lingnan.hub.effects import Effects  # who listens is asked when something was announced
        from lingnan.hub.handlers import handlers
        from lingnan.hub.lineage_sending import LineageSending
        from lingnan.hub.pack_alerts import PackAlerts
        from lingnan.hub.register_news import RegisterNews
        from lingnan.hub.tickets import Tickets

        effects = Effects(self.storage, self.trust, self.office, self.catalogue)
        return handlers(self.catalogue, self.office, effects, Tickets(self), RegisterNews(self), LineageSending(self), PackAlerts(self))

    def recover(self) -> list[Settled]:
        """Say in the log how writes ended whose process died; called before the hub writes, serves or works."""
        settled = settle(self.trust.audit, recoverers(self.storage, self.trust.audit), by_marks(self.storage, self.trust.audit))
        sweep_marks(self.storage, self.trust.audit)
        for each in settled:
            logger.warning("%s", each.en)
        return settled

    def deliver(self) -> None:
        """Hand announced events to the rooms that listen, until none is left."""
        while anything_to_deliver(self.storage) and deliver(self.storage, self._handlers).delivered:
            continue

    def work(
        self, stop: threading.Event | None = None, *, beside: bool = False, told: Callable[[str, str, str], object] = lambda *_news: None,
    ) -> None:
        """Be one of the hub's workers: build on schedule, sweep superseded versions nightly, look at the catalogue daily, deliver events.

        It ends by SIGTERM or `stop`. `beside` pages it rests (Conflict) while another worker lives; `told` hears what it begins and ends.
        """
        self.recover()
        duties = {
            "build": self._build_duty, "sweep": self._sweep_duty, "catalogue": self._catalogue_duty, "snapshot": self._snapshot_duty,
            "deliveries": self._delivery_duty,
        }
        work = Work(duties, timetables(self.settings), self._handlers, self._watch, told)
        run_worker(self.storage, self.settings, work, beside=beside, stop=stop)

    def _watch(self) -> None:
        """Watching and deadlines need not be by the second: what is new within some of them is looked at together, by one worker at a time."""
        if time.monotonic() - self._watched_at < WATCH_S:
            return
        self._watched_at = time.monotonic()
        with held(self.storage, WATCH_LEASE, new_id(self.storage.node, self.clock)):
            self.trust.keep_watch()
            self.office.tick()

    def _build_duty(self, _arguments: Mapping[str, Any], stop: threading.Event) -> str:
        return self.build(stop=stop).ensure_done().state

    def _sweep_duty(self, _arguments: Mapping[str, Any], _stop: threading.Event) -> str:
        from lingnan.hub.workbooks import sweep_workbooks

        cited = {definition.snapshot for definition in register_definitions()}
        swept = sweep_versions(self.lake, self.settings.keep_days, pinned=cited.__contains__)
        sweep_workbooks(self.office.attachments, self.storage)
        self.catalogue.life.bulk_edits.sweep()
        self.office.attachments.sweep()
        self.trust.sign_in.sweep()
        return f"{sum(swept.values())} files"

    def _snapshot_duty(self, _arguments: Mapping[str, Any], _stop: threading.Event) -> str:
        taken = self.snapshots.take_due(SYSTEM)
        return "; ".join(f"{each.register} {each.year}: {each.entries} entries" for each in taken) or "every snapshot is taken"

    def _delivery_duty(self, _arguments: Mapping[str, Any], _stop: threading.Event) -> str:
        from lingnan.hub.deliveries import deliver_due  # pages are opened when something is due

        made, failed = deliver_due(self)
        return f"{made} delivered, {failed} not"

    def _catalogue_duty(self, _arguments: Mapping[str, Any], _stop: threading.Event) -> str:
        from lingnan.hub.purchases import tell_of_ends

        opened, told = look_at_catalogue(self.catalogue, self.storage)
        tell_of_ends(self)
        self.forms.entries.sweep()
        measured, profiled = self.measure_conformance(), self.profile_tables()
        self.catalogue.elements.documents.tell_reviews()
        return f"{opened} reviews, {told} departments overdue, {measured} tables measured, {profiled} profiled"

    def measure_conformance(self, resource: str = "") -> int:
        """Count how well tables with a new version, or one resource's, keep to their data elements; gives how many were counted."""
        from lingnan.hub.conformance import measure_conformance

        return measure_conformance(self, resource)

    def profile_tables(self, resource: str = "") -> int:
        """Profile tables with a new version, or one resource's; gives how many were profiled."""
        from lingnan.hub.profiles import profile_tables

        return profile_tables(self, resource)

    def close(self) -> None:
        """Let go of the database and the log."""
        if "sandbox" in self.__dict__:
            self.sandbox.close()
        self.trust.close()
        self.storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ended: object) -> None:
        self.close()

    def _grant(self, step: Step, tables: tuple[str, ...]) -> dict[str, View]:
        present = {table: None for table in tables if self.lake.exists(table)}
        return self.trust.views_for_step(step.name, present) if present else {}


def _trust(settings: Settings, storage: Storage) -> Trust:
    return Trust.open(storage, settings.home, storage.clock, suite=settings.suite, site=settings.site, office=settings.office)


def _for_each_step(memory: str) -> str:
    """The share of the memory setting that one step's session may take, since that many steps run side by side."""
    number, unit = int(memory[:-2]), memory[-2:]
    megabytes = number * 1024 if unit == "GB" else number
    return f"{max(256, megabytes // PARALLEL)}MB"
