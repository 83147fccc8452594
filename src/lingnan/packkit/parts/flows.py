"""Flows: how a case of the pack is handled, as data; its time limits are the hub's or figures of the pack counted in days."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from lingnan.base import fitted
from lingnan.casework import DeadlineRule, Flow
from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Parameter, Title

FOLDER = "flows"


def _read(file: Path, memory: Memory) -> Flow:
    return fitted(Flow, memory.yaml(file.read_text(encoding="utf-8")))


def is_limit(parameter: Parameter) -> bool:
    """Whether a figure is a time limit: whole days, `working days` or `calendar days` by its unit."""
    return parameter.type == "integer" and not parameter.columns and ("working day" in parameter.unit or "calendar day" in parameter.unit)


def limits(pack: str, parameters: Mapping[str, Parameter]) -> Iterator[DeadlineRule]:
    """The pack's time limits as casework has them, called `pack.figure`."""
    for name, parameter in parameters.items():
        days = sorted(parameter.values) if is_limit(parameter) else []
        for at, begun in enumerate(days):
            dated = parameter.values[begun]
            if isinstance(dated.value, int):
                yield DeadlineRule(
                    rule=f"{pack}.{name}", zh=parameter.description.zh, en=parameter.description.en, jurisdiction="HUB", valid_from=begun,
                    valid_to=_day_before(days[at + 1]) if at + 1 < len(days) else None,
                    unit="working" if "working day" in parameter.unit else "calendar", days=dated.value, basis=dated.reference,
                    proofed=dated.proofed,
                )


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


KIND = Kind(
    FOLDER, "流程", "Flows", _read, lambda flow: Title(zh=flow.zh, en=flow.en),
    figures=lambda flow: tuple(each.rule.partition(".")[2] for each in flow.deadlines),
)
