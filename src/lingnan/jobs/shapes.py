"""What a build is made of: a step, what it is given, what it gives back, and the report of the whole."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lingnan.base import Clock, Incomplete, Progress, Settings, SilentProgress, WrongUse
from lingnan.lake import CommitFacts, Engine, Lake, TableOrigins, View
from lingnan.storage import Storage


def in_both(zh: str, en: str) -> str:
    """A note that a reader of either language can be shown; `note_in` takes one side of it."""
    return f"{zh}\t{en}"


def note_in(note: str, lang: str) -> str:
    """A note in the reader's language; one written in a single language is given as it is."""
    zh, _, en = note.partition("\t")
    return en if lang == "en" and en else zh


@dataclass(frozen=True)
class StepResult:
    """What a step tells when it is done: rows per table, sentences for the log, and how many findings it counted."""

    rows: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] | list[str] = ()
    findings: int = 0


@dataclass(frozen=True)
class Step:
    """One piece of a build; it must be safe to run again, because a killed build runs it again.

    `inputs` and `outputs` are tables, and order follows from them; `after` names steps that must come first although no
    table joins them. `code` is a digest of what the step does; `fingerprint` tells the state of inputs outside the lake.
    `columns` declares for every column of every output what it is made of; each version written keeps it. A step that is
    `embedded` needs the engine of this machine, because it reads sources or files that only the hub sees.
    """

    name: str
    room: str
    zh: str
    en: str
    run: "Callable[[StepContext], StepResult]" = field(repr=False)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    code: str = ""
    fingerprint: Callable[[], str] | None = field(default=None, repr=False)
    after: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    columns: Callable[[], Mapping[str, TableOrigins]] = field(default=dict, repr=False, compare=False)
    embedded: bool = False


Grant = Callable[[Step, tuple[str, ...]], Mapping[str, View]]
"""How a step gets its views: `hub` binds trust's decision to it."""


@dataclass(frozen=True)
class Resources:
    """What `hub` opened and lends to every step of a build; steps that outgrow this machine get the `cluster`, where there is one."""

    lake: Lake
    engine: Engine
    storage: Storage
    settings: Settings
    clock: Clock
    grant: Grant
    cluster: Engine | None = None


@dataclass(frozen=True)
class StepContext:
    """What one run of a step may use; `inputs` are the versions it reads, fixed when it starts."""

    step: Step
    build_id: str
    resources: Resources
    inputs: Mapping[str, int]
    progress: Progress = field(default_factory=SilentProgress)
    chosen: Engine | None = None

    @property
    def lake(self) -> Lake:
        """The tables."""
        return self.resources.lake

    @property
    def engine(self) -> Engine:
        """The engine; open a session of your own on it, steps run side by side."""
        return self.chosen or self.resources.engine

    @property
    def storage(self) -> Storage:
        """The hub's database."""
        return self.resources.storage

    @property
    def clock(self) -> Clock:
        """The injectable clock."""
        return self.resources.clock

    @property
    def settings(self) -> Settings:
        """The hub's settings."""
        return self.resources.settings

    def views(self, tables: Iterable[str] | None = None) -> dict[str, View]:
        """Views of declared inputs (default: all) or own outputs, inputs fixed at the versions of `inputs`; else WrongUse."""
        asked = self.step.inputs if tables is None else tuple(tables)
        undeclared = sorted(set(asked) - set(self.step.inputs) - set(self.step.outputs))
        if undeclared:
            raise WrongUse(
                f"步骤“{self.step.name}”要读取未声明的表：{'、'.join(undeclared)}。请在该步骤的 inputs 中声明。",
                f"Step “{self.step.name}” wants to read tables it does not declare: {', '.join(undeclared)}. Declare them as its inputs.",
                step=self.step.name, tables=undeclared,
            )
        granted = self.resources.grant(self.step, asked)
        return {table: replace(view, version=self.inputs.get(table, view.version)) for table, view in granted.items()}

    def facts(self, extra: Mapping[str, Any] | None = None) -> CommitFacts:
        """The facts every version this step writes must carry: job, code, input versions (invariant 4), what its columns are made of."""
        told = {"build": self.build_id, **({"engine": self.chosen.name} if self.chosen else {}), **(extra or {})}
        return CommitFacts(job=self.step.name, code=self.step.code, inputs=dict(self.inputs), extra=told, columns=self.step.columns())


@dataclass(frozen=True)
class StepOutcome:
    """How one step of a build ended.

    `state` is done, skipped (nothing changed), kept (its source is away, the last version stays), failed, stopped
    (something it needs failed, or the build was asked to stop); while it goes on, waiting, running or interrupted.
    """

    step: str
    state: str
    room: str = ""
    zh: str = ""
    en: str = ""
    seconds: float = 0.0
    rows: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    findings: int = 0
    error_zh: str = ""
    error_en: str = ""
    done: float = 0.0
    total: float | None = None


@dataclass(frozen=True)
class BuildReport:
    """What a build did; `state` is running, done, incomplete (repeat the command to go on) or interrupted."""

    id: str
    state: str
    seconds: float
    steps_run: int
    steps_skipped: int
    steps_failed: int
    rows: Mapping[str, int] = field(default_factory=dict)
    steps_kept: int = 0
    steps_stopped: int = 0
    findings: int = 0
    started_at: datetime | None = None
    outcomes: tuple[StepOutcome, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when done, 4 when something is left to do."""
        return 0 if self.state == "done" else Incomplete.exit_code

    def ensure_done(self) -> "BuildReport":
        """The report itself when the build is done; else Incomplete with every reason."""
        if self.state == "done":
            return self
        failed = [outcome for outcome in self.outcomes if outcome.state == "failed"]
        raise Incomplete(
            f"构建未完成：{self.steps_failed} 个步骤失败，{self.steps_stopped} 个步骤未执行。"
            f"{' '.join(f'［{o.step}］{o.error_zh}' for o in failed)} 处理后用同一命令继续。",
            f"The build is not complete: {self.steps_failed} steps failed, {self.steps_stopped} did not run. "
            f"{' '.join(f'[{o.step}] {o.error_en}' for o in failed)} Repeat the same command to go on.",
            build=self.id, failed=[outcome.step for outcome in failed],
        )


@dataclass(frozen=True)
class WorkerState:
    """A worker as its lease tells of it; `task` is what it is at, empty when it waits, `beside` that it works beside pages.

    A worker of another host counts as living until it has been silent for two minutes.
    """

    name: str
    host: str
    pid: int
    beside: bool
    since: datetime
    heard_at: datetime
    task: str = ""
    task_since: datetime | None = None
