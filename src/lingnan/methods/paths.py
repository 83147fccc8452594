"""The critical path through steps that need each other (CPM): earliest and latest days, slack, and what a cycle is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Generic, TypeVar

from lingnan.base import BadInput

Duration = TypeVar("Duration", int, float)


@dataclass(frozen=True)
class Step(Generic[Duration]):
    """A step's times from the common start: earliest start and finish, latest start and finish, and how long it may wait."""

    start: Duration
    finish: Duration
    latest_start: Duration
    latest_finish: Duration

    @property
    def slack(self) -> Duration:
        """How long the step may be late without delaying the end."""
        return self.latest_start - self.start


@dataclass(frozen=True)
class Plan(Generic[Duration]):
    """Steps in an order in which they can be done, the whole time, the time one after another, and one critical path."""

    steps: Mapping[str, Step[Duration]]
    total: Duration
    serial: Duration
    critical: tuple[str, ...]


def critical_path(durations: Mapping[str, Duration], needs: Mapping[str, Iterable[str]]) -> Plan[Duration]:
    """The plan of steps by their durations, each begun when all it `needs` are done; BadInput names a step that is missing, or a cycle."""
    before: dict[str, tuple[str, ...]] = {name: tuple(dict.fromkeys(needs.get(name, ()))) for name in durations}
    unknown = sorted({need for wanted in (*before.values(), needs) for need in wanted} - set(durations))
    if unknown:
        raise BadInput(f"这些步骤没有时限：{'、'.join(unknown)}。", f"These steps have no duration: {', '.join(unknown)}.", steps=unknown)
    order = _ordered(before)
    finish: dict[str, Duration] = {}
    for name in order:
        finish[name] = durations[name] + max((finish[need] for need in before[name]), default=durations[name] * 0)
    total = max(finish.values(), default=sum(durations.values()))
    latest = dict.fromkeys(order, total)
    for name in reversed(order):
        for need in before[name]:
            latest[need] = min(latest[need], latest[name] - durations[name])
    steps = {name: Step(finish[name] - durations[name], finish[name], latest[name] - durations[name], latest[name]) for name in order}
    return Plan(steps, total, sum(durations.values()), _critical(steps, before, total))


def _ordered(before: Mapping[str, tuple[str, ...]]) -> list[str]:
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as error:
        told = " → ".join(reversed(error.args[1]))
        raise BadInput(
            f"步骤互为前提，成了环：{told}。请去掉其中一个前提。", f"Steps need each other in a circle: {told}. Remove one of these needs.",
            cycle=told,
        ) from error


def _critical(steps: Mapping[str, Step[Duration]], before: Mapping[str, tuple[str, ...]], total: Duration) -> tuple[str, ...]:
    """From the last step backwards through the need that finishes last; the first by name of equals."""
    path: list[str] = []
    at = min((name for name, step in steps.items() if step.finish == total), default=None)
    while at is not None:
        path.append(at)
        at = min((need for need in before[at] if steps[need].finish == steps[at].start), default=None)
    return tuple(reversed(path))
