"""The order of steps: it follows from the tables they read and make."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from lingnan.base import Conflict, Missing, WrongUse
from lingnan.jobs.shapes import Step


@dataclass(frozen=True)
class Graph:
    """Steps and, for each, the steps that must come before it."""

    steps: Mapping[str, Step]
    before: Mapping[str, frozenset[str]]

    def order(self) -> list[str]:
        """Every step after all that it needs."""
        return list(TopologicalSorter(self.before).static_order())

    def chosen(self, only: Collection[str] | None) -> "Graph":
        """The part that makes these steps, tables or groups, with all it needs; everything when None. Missing for an unknown name."""
        if only is None:
            return self
        wanted: set[str] = set()
        for goal in only:
            found = {s.name for s in self.steps.values() if goal == s.name or goal in s.outputs or goal in s.groups}
            if not found:
                raise Missing(
                    f"没有名为“{goal}”的步骤、产出表或分组。用 lingnan status 查看。",
                    f"There is no step, output table or group named “{goal}”. See: lingnan status.",
                    goal=goal,
                )
            wanted |= found
        kept = self._with_needs(wanted)
        return Graph({n: s for n, s in self.steps.items() if n in kept}, {n: b for n, b in self.before.items() if n in kept})

    def _with_needs(self, wanted: set[str]) -> set[str]:
        found, open_ends = set(wanted), list(wanted)
        while open_ends:
            fresh = self.before[open_ends.pop()] - found
            found |= fresh
            open_ends.extend(fresh)
        return found


def build_graph(steps: Iterable[Step], exists: Callable[[str], bool]) -> Graph:
    """The graph of these steps; an input nobody makes must exist in the lake. Conflict, Missing or WrongUse name the tables."""
    named = _by_name(steps)
    makers = _makers(named.values())
    _refuse_unknown_inputs(named.values(), makers, exists)
    before = {step.name: _needs(step, makers, named) for step in named.values()}
    graph = Graph(named, before)
    try:
        graph.order()
    except CycleError as error:
        raise _cycle(graph, error.args[1]) from error
    return graph


def _by_name(steps: Iterable[Step]) -> dict[str, Step]:
    named: dict[str, Step] = {}
    for step in steps:
        if step.name in named:
            raise Conflict(f"有两个步骤都叫“{step.name}”。请改其一的名称。", f"Two steps are named “{step.name}”. Rename one.", step=step.name)
        named[step.name] = step
    return named


def _makers(steps: Iterable[Step]) -> dict[str, str]:
    makers: dict[str, str] = {}
    for step in steps:
        for table in step.outputs:
            if table in makers:
                raise Conflict(
                    f"表 {table} 由两个步骤产出：“{makers[table]}”与“{step.name}”。每张表只能有一个产出步骤，请改其一的 outputs。",
                    f"Table {table} is made by two steps: “{makers[table]}” and “{step.name}”. A table has one maker; change the outputs of one.",
                    table=table, steps=[makers[table], step.name],
                )
            makers[table] = step.name
    return makers


def _refuse_unknown_inputs(steps: Iterable[Step], makers: Mapping[str, str], exists: Callable[[str], bool]) -> None:
    unknown = {step.name: lost for step in steps if (lost := [t for t in step.inputs if t not in makers and not exists(t)])}
    if unknown:
        raise Missing(
            f"没有步骤产出、数据湖中也没有这些输入表：{'；'.join(f'{t}（“{s}”需要）' for s, lost in unknown.items() for t in lost)}。"
            "请补上产出它们的步骤，或更正 inputs。",
            f"No step makes these input tables and the lake has none: {'; '.join(f'{t} (for “{s}”)' for s, lost in unknown.items() for t in lost)}. "
            "Add the step that makes them, or correct the inputs.",
            tables=sorted({t for lost in unknown.values() for t in lost}),
        )


def _needs(step: Step, makers: Mapping[str, str], named: Mapping[str, Step]) -> frozenset[str]:
    lost = [name for name in step.after if name not in named]
    if lost:
        raise Missing(
            f"步骤“{step.name}”要排在不存在的步骤之后：{'、'.join(lost)}。请更正 after。",
            f"Step “{step.name}” is to come after steps that do not exist: {', '.join(lost)}. Correct its after.",
            step=step.name, after=lost,
        )
    return frozenset(makers[table] for table in step.inputs if table in makers) | frozenset(step.after)


def _cycle(graph: Graph, ring: list[str]) -> WrongUse:
    """`ring` lists steps each of which comes before the next, the first again at the end."""
    links = []
    for first, second in pairwise(ring):
        tables = sorted(set(graph.steps[first].outputs) & set(graph.steps[second].inputs))
        links.append(f"{first} → [{', '.join(tables) or 'after'}] → {second}")
    return WrongUse(
        f"步骤互相等待，成了环：{'；'.join(links)}。请去掉其中一个输入。",
        f"Steps wait for each other in a ring: {'; '.join(links)}. Remove one of these inputs.",
        ring=ring,
    )
