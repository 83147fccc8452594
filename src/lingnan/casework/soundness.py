"""Whether a flow can be walked: every state reached, no dead end that is no end, somebody for every transition, only known names."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from lingnan.casework.flow import Assignment, Flow, FormField, Step, Transition
from lingnan.casework.guards import GUARDS, Guard
from lingnan.standards import data_elements


@dataclass(frozen=True)
class Known:
    """The names a flow may use."""

    effects: Set[str]
    rules: Set[str]
    guards: Mapping[str, Guard] = field(default_factory=lambda: GUARDS)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, what in both languages, and what is allowed."""

    key: str
    zh: str
    en: str
    allowed: tuple[str, ...] = ()


def faults(flow: Flow, known: Known) -> Iterator[Fault]:
    """Everything that is wrong with a flow; nothing for a sound one."""
    yield from _states(flow)
    yield from _names(flow, known)
    yield from _fields(flow)
    if sum(state.kind == "start" for state in flow.states) == 1:
        yield from _reach(flow)
        yield from _parties(flow)


def _states(flow: Flow) -> Iterator[Fault]:
    names, starts = [state.id for state in flow.states], [state.id for state in flow.states if state.kind == "start"]
    if len(starts) != 1:
        yield Fault("states", f"须恰有一个起始状态，现有 {len(starts)} 个", f"needs exactly one state of kind start, has {len(starts)}")
    if len(set(names)) != len(names):
        yield Fault("states", "状态编号重复", "an id of a state is used twice")
    moves = [transition.id for transition in flow.transitions]
    if len(set(moves)) != len(moves) or "open" in moves:
        yield Fault("transitions", "转移编号重复或使用了保留字 open", "an id of a transition is used twice, or is the reserved word open")
    if not any(state.kind == "end" for state in flow.states):
        yield Fault("states", "没有结束状态", "there is no end")
    if starts and not flow.start.public:
        yield Fault("states", "起始状态须公开，以便回溯", "the start must be public, so that a trace can show it")


def _names(flow: Flow, known: Known) -> Iterator[Fault]:
    states, limits, moves = {each.id for each in flow.states}, {each.id for each in flow.deadlines}, {each.id for each in flow.transitions}
    for key, step in _steps(flow):
        yield from _unknown(f"{key}.effects", step.effects, known.effects)
        yield from _unknown(f"{key}.starts", step.starts, limits)
        yield from _references(flow, key, step)
    for move in flow.transitions:
        key = f"transitions.{move.id}"
        yield from _unknown(f"{key}.from", move.source, states)
        yield from _unknown(f"{key}.to", (move.target,), states)
        yield from _unknown(f"{key}.stops", move.stops, limits)
        yield from _unknown(f"{key}.extends", (move.extends,) if move.extends else (), limits)
        yield from _unknown(f"{key}.not_by", move.not_by, moves | {"open"})
        yield from _guards(key, move, flow, known)
    for limit in flow.deadlines:
        yield from _unknown(f"deadlines.{limit.id}.rule", (limit.rule,), known.rules)
        yield from _unknown(f"deadlines.{limit.id}.when_missed", (limit.when_missed,) if limit.when_missed else (), moves)
    yield from _unused(flow)


def _guards(key: str, move: Transition, flow: Flow, known: Known) -> Iterator[Fault]:
    for use in move.guards:
        guard = known.guards.get(use.name)
        if guard is None:
            yield from _unknown(f"{key}.guards", (use.name,), set(known.guards))
            continue
        wanted = {name: kind.__name__ for name, kind in guard.arguments.items()}
        if {name: type(value).__name__ for name, value in use.arguments.items()} != wanted:
            told = ", ".join(f"{name}: {kind}" for name, kind in wanted.items())
            yield Fault(f"{key}.guards.{use.name}.arguments", "参数不符", "wrong arguments", (told,))
            continue
        yield from _unknown(f"{key}.guards.{use.name}.fact", _named(use.arguments, "fact"), set(flow.fields))
        yield from _unknown(f"{key}.guards.{use.name}.field", _named(use.arguments, "field"), {each.name for each in move.form})


def _named(arguments: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return (arguments[name],) if name in arguments else ()


def _unused(flow: Flow) -> Iterator[Fault]:
    started = {name for _key, step in _steps(flow) for name in step.starts}
    for limit in flow.deadlines:
        if limit.id not in started:
            yield Fault(f"deadlines.{limit.id}", "没有任何步骤启动该时限", "no step starts this deadline")
        move = flow.transition(limit.when_missed) if limit.when_missed else None
        if move is not None and not any("system" in who.kinds for who in move.who):
            yield Fault(f"deadlines.{limit.id}.when_missed", "该转移未许可 system 执行", "the transition does not let kind system do it")


def _references(flow: Flow, key: str, step: Step) -> Iterator[Fault]:
    """`field:<name>` must name a field of the step's own form or one already known."""
    assigned = step.assign or Assignment()
    for place, text, kind in (
        ("assign.organisation", assigned.organisation, "organisation"), ("provider", step.provider, "organisation"),
        ("assign.account", assigned.account, "text"),
    ):
        name = text.removeprefix("field:")
        fitting = {each.name for each in flow.fields.values() if each.type == kind}
        if text:
            yield from _unknown(f"{key}.{place}", (name,), fitting)


def _fields(flow: Flow) -> Iterator[Fault]:
    seen: dict[str, FormField] = {}
    for key, step in _steps(flow):
        names = [each.name for each in step.form]
        if len(set(names)) != len(names):
            yield Fault(f"{key}.form", "字段重复", "a field stands twice")
        for each in step.form:
            other = seen.setdefault(each.name, each)
            if (other.type, other.classification, other.element) != (each.type, each.classification, each.element):
                yield Fault(f"{key}.form.{each.name}", "同名字段的类型或分类不一致", "this field has another type or classification elsewhere")
            yield from _unknown(f"{key}.form.{each.name}.element", (each.element,) if each.element else (), set(data_elements()))
    yield from _unknown("concerns.accounts", flow.concerns.accounts, set(seen))
    yield from _unknown("concerns.organisations", flow.concerns.organisations, set(seen))
    yield from _unknown("trace.fields", flow.trace.fields, {name for name, each in seen.items() if each.classification == "public"})


def _reach(flow: Flow) -> Iterator[Fault]:
    reached, edge = {flow.start.id}, [flow.start.id]
    while edge:
        following = {move.target for move in flow.leaving(edge.pop())} - reached
        reached |= following
        edge += sorted(following)
    for state in flow.states:
        if state.id not in reached:
            yield Fault(f"states.{state.id}", "无法到达", "cannot be reached")
        if state.kind != "end" and not [move for move in flow.leaving(state.id) if move.target != state.id]:
            yield Fault(f"states.{state.id}", "是死路：没有出路又不是结束状态", "is a dead end: nothing leads out and it is no end")
        if state.kind == "end" and flow.leaving(state.id):
            yield Fault(f"states.{state.id}", "结束状态不得再有转移", "an end must have no transition")
    yield from _endless(flow)


def _endless(flow: Flow) -> Iterator[Fault]:
    """States from which no end can be reached."""
    ending, grown = {state.id for state in flow.states if state.kind == "end"}, True
    while grown:
        more = {source for move in flow.transitions if move.target in ending for source in move.source} - ending
        ending, grown = ending | more, bool(more)
    for state in flow.states:
        if state.id not in ending:
            yield Fault(f"states.{state.id}", "由此无法到达任何结束状态", "no end can be reached from here")


def _parties(flow: Flow) -> Iterator[Fault]:
    """Every transition has someone who may do it, and the sides it names are sides of the flow."""
    for key, step in _steps(flow):
        if not step.who:
            yield Fault(f"{key}.who", "没有人可以执行", "nobody may do it", ("roles", "party", "kinds"))
        yield from _unknown(f"{key}.who", tuple(who.party for who in step.who if who.party), {*flow.parties, "organisation", "assignee"})
        if step.assign and step.assign.party:
            yield from _unknown(f"{key}.assign.party", (step.assign.party,), set(flow.parties))
    for move in flow.transitions:
        if move.decides and any(who.party == "applicant" for who in move.who):
            yield Fault(f"transitions.{move.id}.who", "决定不得由申请人作出", "the applicant may not decide")
        alone = move.not_by or move.approvals > 1
        if alone and not any(who.roles or who.party not in (None, "applicant", "assignee") for who in move.who):
            yield Fault(f"transitions.{move.id}.who", "四眼原则需要可由多人执行", "four eyes need somebody besides")


def _steps(flow: Flow) -> Iterator[tuple[str, Step]]:
    yield "opening", flow.opening
    for move in flow.transitions:
        yield f"transitions.{move.id}", move


def _unknown(key: str, names: tuple[str, ...], allowed: Set[str]) -> Iterator[Fault]:
    for name in names:
        if name not in allowed:
            yield Fault(key, f"未知的“{name}”", f"“{name}” is not known", tuple(sorted(allowed)))
