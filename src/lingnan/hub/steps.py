"""Every step of a build, made from the feeds: a thirteenth department adds files and so adds steps."""

import socket
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
from sqlalchemy import select

from lingnan.base import RegisterBuilt, read_place
from lingnan.collect import Feed, batches_to_govern, current_batches, fingerprint, landed_columns, live_place, load_feed, stream_states
from lingnan.govern import FeedTables, announce, govern_table, governed_columns, inputs_of, looks_back, observe_quality
from lingnan.hub.lineage_declared import figure_columns, registered_columns
from lingnan.insight import FIGURE_TABLES, build_figures, figure_inputs
from lingnan.jobs import Step, StepContext, StepResult, StepRun, code_digest, in_both
from lingnan.lake import Lake, TableOrigins, View
from lingnan.registers import (
    ADDRESS_LIBRARY,
    PLACES,
    SERIES,
    RegisterDefinition,
    ThemeDefinition,
    build_address_library,
    build_divisions,
    build_register,
    build_series,
    build_theme,
    decisions_mark,
    findings_in_force,
    findings_mark,
    known_names,
    missing_tables,
    read_rulings,
    register_definitions,
    register_inputs,
    register_outputs,
    theme_definitions,
)
from lingnan.storage import Storage

PROBE_S = 0.5
UNREGISTERED = "@unregistered"
Declared = Callable[[], Mapping[str, TableOrigins]]
Observe = Callable[..., object]
"""The catalogue's verb that keeps what was seen of a resource."""


def build_steps(
    feeds: Sequence[Feed], home: Path, storage: Storage, observe: Observe, allowed: Callable[[], Collection[str]]
) -> list[Step]:
    """All steps in no particular order; the graph orders them by their tables. `allowed` gives the places that may be called now."""
    accepted = {feed.target for feed in feeds}
    registered = cache(partial(registered_columns, feeds))
    return [
        *(_collect(feed, home, storage, allowed) for feed in feeds),
        *(_govern(feed, {each.landing for each in feeds} | accepted, observe) for feed in feeds),
        *(_register(definition, accepted, registered, storage) for definition in register_definitions()),
        _places(accepted, registered),
        _address_library(accepted, storage, registered),
        _series(accepted, registered),
        *(_theme(definition, accepted, registered) for definition in theme_definitions()),
        _figures(feeds),
    ]


def _collect(feed: Feed, home: Path, storage: Storage, allowed: Callable[[], Collection[str]]) -> Step:
    name = f"collect:{feed.id}"

    def run(context: StepContext) -> StepResult:
        loaded = load_feed(
            feed, home=home, lake=context.lake, engine=context.engine, storage=context.storage, clock=context.clock, progress=context.progress,
            allowed=allowed(), contact=context.settings.contact,
        )
        if not context.lake.exists(feed.landing):
            _land_nothing(feed, context.lake, context)
        return StepResult({feed.landing: loaded.rows}, tuple(in_both(alarm.zh, alarm.en) for alarm in loaded.alarms), len(loaded.alarms))

    return Step(
        name, "collect", f"采集 {feed.file.title.zh}", f"Collect {feed.file.title.en or feed.id}", run, outputs=(feed.landing,),
        code=code_digest("lingnan.collect"), fingerprint=partial(_source_state, feed, home, storage, name, allowed), groups=("collect",),
        columns=lambda: {feed.landing: landed_columns(feed)}, embedded=True,
    )


def _land_nothing(feed: Feed, lake: Lake, context: StepContext) -> None:
    """A source that has never answered has an empty table, so that everything else can go on; the alarm stands."""
    columns = [*(each.name for each in feed.contract.properties), "_batch", "_position"]
    schema = pa.schema([*((column, pa.string()) for column in columns), ("_received_at", pa.timestamp("us", tz="UTC"))])
    lake.append(feed.landing, schema.empty_table(), context.facts())


def _source_state(feed: Feed, home: Path, storage: Storage, step: str, allowed: Callable[[], Collection[str]]) -> str:
    """What tells whether a source may hold something new; a live one that answers always may, one that is away never.

    A place that nobody approved is not even knocked at; the load then says so, once, and again when that changes.
    """
    state, place = fingerprint(feed, home), live_place(feed)
    if feed.file.stream is not None:
        # A listener brings the rows; a build looks what it brought, and whether there is one. Where none may listen yet there is nothing to see.
        waits = feed.id not in stream_states(storage) and (not place or place not in {read_place(each) for each in allowed()})
        return state + UNREGISTERED if waits else f"{state}@{storage.clock.now().isoformat()}"
    if not place:
        return state
    if place not in {read_place(each) for each in allowed()}:
        return state + UNREGISTERED
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), PROBE_S).close()
    except OSError:
        return _last_state(storage, step, state)
    return f"{state}@{storage.clock.now().isoformat()}"


def _last_state(storage: Storage, step: str, state: str) -> str:
    statement = select(StepRun.fingerprint).where(StepRun.step == step, StepRun.state == "done").order_by(StepRun.number.desc()).limit(1)
    with storage.reading() as session:
        last = session.scalar(statement) or state
    return last if last.split("@")[0] == state and not last.endswith(UNREGISTERED) else state


def _govern(feed: Feed, made: Iterable[str], observe: Observe) -> Step:
    tables, known = FeedTables.of(feed.id), set(made)

    def run(context: StepContext) -> StepResult:
        batches = (current_batches if feed.file.load == "snapshot" else batches_to_govern)(context.storage, feed.id)
        result = govern_table(
            feed.id, feed.contract, lake=context.lake, engine=context.engine, facts=context.facts(), batches=batches,
            views=_with_prior(context, tables.accepted) if looks_back(feed.contract) else context.views(),
        )
        with context.storage.session() as session:
            announce(context.storage, session, result)
        observe_quality(observe, feed.id, result, context.clock.now())
        return StepResult({tables.accepted: result.accepted, tables.quarantine: result.quarantined}, (), result.quarantined)

    return Step(
        f"govern:{feed.id}", "govern", f"治理 {feed.file.title.zh}", f"Govern {feed.file.title.en or feed.id}", run,
        inputs=tuple(table for table in inputs_of(feed.id, feed.contract) if table in known), outputs=tables.outputs,
        code=code_digest("lingnan.govern", "lingnan.standards", also=_text(feed)), groups=("govern",),
        columns=cache(partial(governed_columns, feed.id, feed.contract)),
    )


def _text(feed: Feed) -> str:
    """What governing depends on beside the code: the contract, and what the hub registered of the elements and lists it names."""
    return (feed.path.parent / feed.file.contract).read_text(encoding="utf-8") + feed.contract.own_standards


def _register(definition: RegisterDefinition, accepted: Iterable[str], registered: Declared, storage: Storage) -> Step:
    known = set(accepted)

    def run(context: StepContext) -> StepResult:
        with context.storage.reading() as session:
            decided = read_rulings(session, definition.register_)
        views = _with_prior(context, definition.observations, definition.identities)
        rows = build_register(definition, context.lake, context.engine, views, context.facts(), decided)
        with context.storage.session() as session:
            version = context.lake.version(definition.table)
            context.storage.announce(session, RegisterBuilt(definition.table, version, rows[definition.table]), definition.table)
        return StepResult(rows)

    return Step(
        f"register:{definition.register_}", "registers", f"建 {definition.title.zh}", f"Build {definition.title.en}", run,
        inputs=tuple(table for table in register_inputs(definition) if table in known), outputs=register_outputs(definition),
        code=code_digest("lingnan.registers", "lingnan.standards", "lingnan.govern.linking"), groups=("registers",), columns=registered,
        fingerprint=partial(_decided, storage, definition.register_),
    )


def _decided(storage: Storage, register: str) -> str:
    """What tells whether clerks have decided anything new about a register's rows."""
    with storage.reading() as session:
        return decisions_mark(session, register)


def _with_prior(context: StepContext, *prior: str) -> dict[str, View]:
    """Views of the inputs and, where they stand, of the step's own last words: what the hub knew before."""
    own = [table for table in prior if context.lake.exists(table)]
    return context.views([*context.step.inputs, *own])


def _verb(build: Callable[..., dict[str, int]], prior: str | None) -> Callable[[StepContext], StepResult]:
    def run(context: StepContext) -> StepResult:
        views = _with_prior(context, prior) if prior else context.views()
        return StepResult(build(context.lake, context.engine, views, context.facts()))

    return run


def _places(accepted: Iterable[str], registered: Declared) -> Step:
    inputs = tuple(table for table in PLACES.inputs if table in set(accepted))
    return Step(
        "register:places", "registers", "建 空间地理库", "Build Places", _verb(build_divisions, PLACES.outputs[0]), inputs=inputs,
        outputs=PLACES.outputs, code=code_digest("lingnan.registers", "lingnan.standards"), groups=("registers",), columns=registered,
    )


def _address_library(accepted: Iterable[str], storage: Storage, registered: Declared) -> Step:
    known = set(accepted)

    def run(context: StepContext) -> StepResult:
        with storage.reading() as session:
            found = known_names(findings_in_force(session))
        return StepResult(build_address_library(context.lake, context.engine, context.views(), context.facts(), found))

    def settled() -> str:
        with storage.reading() as session:
            return findings_mark(session)

    return Step(
        "register:addresses", "registers", "建 标准地址库", "Build the library of addresses", run,
        inputs=tuple(table for table in ADDRESS_LIBRARY.inputs if table in known), outputs=ADDRESS_LIBRARY.outputs,
        code=code_digest("lingnan.registers", "lingnan.govern", "lingnan.standards"), fingerprint=settled, groups=("registers",),
        columns=registered,
    )


def _series(accepted: Iterable[str], registered: Declared) -> Step:
    inputs = tuple(table for table in SERIES.inputs if table in set(accepted))
    return Step(
        "register:series", "registers", "建 宏观经济库", "Build Economy", _verb(build_series, SERIES.outputs[0]), inputs=inputs,
        outputs=SERIES.outputs, code=code_digest("lingnan.registers", "lingnan.standards"), groups=("registers",), columns=registered,
    )


def _theme(definition: ThemeDefinition, accepted: Iterable[str], registered: Declared) -> Step:
    made = {*accepted, *(table for each in register_definitions() for table in each.outputs)}
    lacking = missing_tables(definition, made)

    def run(context: StepContext) -> StepResult:
        rows = build_theme(definition, context.lake, context.engine, context.views(), context.facts())
        told = in_both(
            f"{definition.title.zh}缺少来源表：{'、'.join(lacking)}；暂为空表。",
            f"{definition.title.en} lacks tables it reads: {', '.join(lacking)}; it stands empty.",
        )
        return StepResult(rows, (told,) if lacking else ())

    return Step(
        f"theme:{definition.theme}", "registers", f"建 {definition.title.zh}", f"Build {definition.title.en}", run,
        inputs=tuple(table for table in definition.reads if table in made), outputs=(definition.table,),
        code=code_digest("lingnan.registers"), groups=("registers",), columns=registered,
    )


def _figures(feeds: Sequence[Feed]) -> Step:
    names = [feed.id for feed in feeds]

    def run(context: StepContext) -> StepResult:
        return StepResult(build_figures(context.lake, context.engine, context.views(), context.facts(), names))

    made = {table for feed in feeds for table in FeedTables.of(feed.id).outputs} | {"registers.people", "registers.entities"}
    return Step(
        "insight:figures", "insight", "汇总指标", "Sum up figures", run, inputs=tuple(table for table in figure_inputs(names) if table in made),
        outputs=FIGURE_TABLES, code=code_digest("lingnan.insight"), groups=("insight",), columns=cache(partial(figure_columns, feeds)),
    )
