"""Which engine a step runs on: the embedded one, unless what it reads outgrows this machine and a cluster is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lingnan.base import Settings
from lingnan.jobs.shapes import Resources, Step, in_both
from lingnan.lake import Engine, Lake

OUTGROWN = 8
"""A step's input files, compressed by columns, take about so many times their size in memory when they are joined and sorted."""

LONG_S = 5.0
"""Seconds from which a step is worth a look at what it reads."""


@dataclass(frozen=True)
class StepSize:
    """What a step reads, as the logs of its input versions measure it, and whether that outgrows the memory of this machine."""

    step: str
    rows: int
    bytes: int
    gains: bool

    def as_json(self) -> dict[str, object]:
        """The keys that scripts rely on."""
        return {"step": self.step, "rows": self.rows, "bytes": self.bytes}


def threshold(settings: Settings, steps_at_once: int = 2) -> int:
    """Bytes of input files from which a step gains from a cluster: as set, else what fills the memory one step may take."""
    if settings.engine_from is not None:
        return settings.engine_from * 1024 * 1024
    megabytes = int(settings.memory[:-2]) * (1024 if settings.memory.endswith("GB") else 1)
    return megabytes * 1024 * 1024 // steps_at_once // OUTGROWN


def measured(step: Step, inputs: Mapping[str, int | None], lake: Lake, above: int) -> StepSize:
    """What a step reads at these versions."""
    sizes = [lake.size(table, version) for table, version in inputs.items()]
    rows, size = sum(each[0] for each in sizes), sum(each[1] for each in sizes)
    return StepSize(step.name, rows, size, not step.embedded and bool(inputs) and size >= above)


def outgrown(steps: Iterable[Step], lake: Lake, settings: Settings) -> list[StepSize]:
    """The steps that would gain from a cluster as their inputs stand, the largest first."""
    above = threshold(settings)
    sized = [measured(step, {table: None for table in step.inputs if lake.exists(table)}, lake, above) for step in steps]
    return sorted((each for each in sized if each.gains), key=lambda each: (-each.bytes, each.step))


def engine_for(step: Step, inputs: Mapping[str, int], resources: Resources) -> tuple[Engine, tuple[str, ...]]:
    """The engine a step runs on; when that is the cluster, with a line for the run's log that says why."""
    if resources.cluster is None or step.embedded or not inputs:
        return resources.engine, ()
    size = measured(step, inputs, resources.lake, threshold(resources.settings))
    if not size.gains:
        return resources.engine, ()
    zh, en = _read(size)
    return resources.cluster, (in_both(f"{zh}，在 {resources.cluster.name} 上执行。", f"{en}; ran on {resources.cluster.name}."),)


def hint(step: Step, inputs: Mapping[str, int], resources: Resources, seconds: float) -> tuple[str, ...]:
    """A line for the run's log when a step took long on the embedded engine and would gain from a cluster."""
    if resources.cluster is not None or step.embedded or seconds < LONG_S:
        return ()
    size = measured(step, inputs, resources.lake, threshold(resources.settings))
    zh, en = _read(size)
    return (in_both(f"{zh}，宜用集群（--engine）。", f"{en}; a cluster would help (--engine)."),) if size.gains else ()


def _read(size: StepSize) -> tuple[str, str]:
    return f"读取 {size.rows:,} 行、{size.bytes / 1e6:,.1f} MB", f"Reads {size.rows:,} rows, {size.bytes / 1e6:,.1f} MB"
