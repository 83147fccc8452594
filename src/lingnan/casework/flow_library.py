"""Reads flows from files and holds them: every flow sound, every version a case began under kept with the cases."""

from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict, Missing, content_digest, form_misfits, load_yaml
from lingnan.casework.deadlines import DeadlineRules
from lingnan.casework.flow import Flow
from lingnan.casework.form import canonical
from lingnan.casework.guards import EFFECTS
from lingnan.casework.records import FlowVersion
from lingnan.casework.soundness import Fault, Known, faults

FOLDER = Path(__file__).parent / "flows"


class Flows:
    """The flows of this hub by id, each in its newest version; older versions come from the hub's database."""

    def __init__(self, flows: Iterable[Flow], rules: DeadlineRules) -> None:
        self.rules = rules
        self._flows = {flow.id: flow for flow in flows}
        self._older: dict[tuple[str, int], Flow] = {}

    @classmethod
    def read(
        cls, *folders: Path, rules: DeadlineRules | None = None, effects: Set[str] = frozenset(), more: Iterable[Flow] = (),
    ) -> "Flows":
        """Every `*.yaml` of casework's own folder and of those given, and `more` that are known to be sound; BadInput names file, key and what
        is allowed."""
        rules = rules or DeadlineRules.read()
        known = frozenset(EFFECTS.keys() | effects), frozenset(rules.names)
        paths = [path for folder in (FOLDER, *folders) for path in sorted(folder.glob("*.yaml"))]
        flows = [_read_once(path.read_text(encoding="utf-8"), path.name, *known) for path in paths]
        return cls(_unlike([*flows, *more]), rules)

    @staticmethod
    def faults_of(flow: Flow, rules: DeadlineRules, effects: Set[str] = frozenset()) -> list[Fault]:
        """What keeps a flow from being walked, by these time limits; nothing for a sound one."""
        return list(faults(flow, Known(frozenset(EFFECTS.keys() | effects), frozenset(rules.names))))

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows.values())

    def flow(self, name: str) -> Flow:
        """The flow of that id; Missing when there is none."""
        if name not in self._flows:
            raise Missing(
                f"没有流程“{name}”。现有：{'、'.join(self._flows)}。", f"There is no flow “{name}”. There are: {', '.join(self._flows)}.", flow=name
            )
        return self._flows[name]

    def pinned(self, session: Session, name: str, version: int) -> Flow:
        """The flow under which a case goes on."""
        newest = self._flows.get(name)
        if newest is not None and newest.version == version:
            return newest
        if (name, version) not in self._older:
            kept = session.scalar(select(FlowVersion).where(FlowVersion.flow == name, FlowVersion.version == version))
            if kept is None:
                raise Missing(f"没有流程“{name}”第 {version} 版。", f"There is no version {version} of flow “{name}”.", flow=name, version=version)
            self._older[name, version] = Flow.model_validate(kept.content)
        return self._older[name, version]

    def keep(self, session: Session, flow: Flow) -> None:
        """Keep the version a case begins under; Conflict when a flow was changed without raising its version."""
        content = flow.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"summary"})
        digest = content_digest(canonical(content))
        kept = session.scalar(select(FlowVersion).where(FlowVersion.flow == flow.id, FlowVersion.version == flow.version))
        if kept is None:
            session.add(FlowVersion(flow=flow.id, version=flow.version, digest=digest, content=content))
        elif kept.digest != digest:
            raise Conflict(
                f"流程“{flow.id}”第 {flow.version} 版的内容已改动，而已有事项按原内容办理。请提高 version。",
                f"Flow “{flow.id}” was changed within version {flow.version}, under which cases go on. Raise its version.", flow=flow.id,
            )


@lru_cache(maxsize=256)
def _read_once(text: str, name: str, effects: frozenset[str], rules: frozenset[str]) -> Flow:
    """A flow never changes, so a process that opens several hubs takes each text apart once."""
    return read_flow(text, name, Known(effects, rules))


def read_flow(text: str, name: str, known: Known) -> Flow:
    """One flow from its text; BadInput names the file, the key and what is allowed."""
    try:
        flow = Flow.model_validate(load_yaml(text))
    except ValidationError as error:
        raise _bad(name, [(each.place, each.zh, each.en, ()) for each in form_misfits(error, Flow)]) from error
    except yaml.YAMLError as error:
        raise _bad(name, [("yaml", str(error), str(error), ())]) from error
    found = [(fault.key, fault.zh, fault.en, fault.allowed) for fault in faults(flow, known)]
    if found:
        raise _bad(name, found)
    return flow


def _bad(name: str, found: list[tuple[str, str, str, tuple[str, ...]]]) -> BadInput:
    zh = "；".join(f"{key}：{said}" + (f"（可用：{'、'.join(allowed)}）" if allowed else "") for key, said, _en, allowed in found)
    en = "; ".join(f"{key}: {said}" + (f" (allowed: {', '.join(allowed)})" if allowed else "") for key, _zh, said, allowed in found)
    keys = [key for key, _zh, _en, _allowed in found]
    return BadInput(f"流程文件 {name} 有误：{zh}。", f"Flow file {name} is wrong: {en}.", file=name, keys=keys)


def _unlike(flows: list[Flow]) -> list[Flow]:
    ids = [flow.id for flow in flows]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise BadInput(f"流程编号重复：{'、'.join(twice)}。", f"Ids of flows used twice: {', '.join(twice)}.", flows=twice)
    return flows
