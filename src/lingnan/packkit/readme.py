"""A pack's README, written from the pack itself: what it is for, its tables, its figures with their law, how its tables are made of each other."""

from collections.abc import Iterator

from lingnan.packkit.pack import Pack
from lingnan.packkit.parts import kinds
from lingnan.packkit.plan_rows import plan_rows
from lingnan.packkit.shapes import Parameter

STAGE_WORDS = {"sample": ("样例", "sample"), "pilot": ("试点", "pilot"), "service": ("服务", "service")}


def readme(pack: Pack) -> str:
    """The whole text; equal for equal packs."""
    return "\n".join((*_head(pack), *_tables(pack), *_figures(pack), *_parts(pack), *_picture(pack), *_cases(pack))) + "\n"


def _head(pack: Pack) -> Iterator[str]:
    manifest, (zh, en) = pack.manifest, STAGE_WORDS[pack.manifest.stage]
    yield f"# {manifest.title.zh} / {manifest.title.en}"
    yield ""
    yield f"{manifest.description.zh}"
    yield f"{manifest.description.en}"
    yield ""
    rows = plan_rows()
    answered = "；".join(f"{row} {rows[row].zh} {rows[row].en}" for row in manifest.plan if row in rows)
    yield f"规划 plan: {answered} · 阶段 stage: {zh} {en} · 负责 owners: {', '.join(manifest.owners)} · 更新 refresh: {manifest.refresh}"
    yield ""


def _tables(pack: Pack) -> Iterator[str]:
    yield "## 给出的表 / Tables given"
    yield ""
    yield "| table | one row is | columns | 未校核 not proofed |"
    yield "| --- | --- | --- | --- |"
    for name in pack.manifest.gives:
        contract = pack.contracts.get(pack.table(name))
        says = pack.statements[name].says if name in pack.statements else pack.manifest.models[name].title.en if name in pack.manifest.models else ""
        columns = ", ".join(each.name for each in contract.properties) if contract else ""
        yield f"| `{pack.table(name)}` | {says} | {columns} | {', '.join(pack.unproofed_behind(name)) or '–'} |"
    yield ""


def _figures(pack: Pack) -> Iterator[str]:
    if not pack.parameters:
        return
    yield "## 参数与依据 / Figures and law"
    yield ""
    yield "| figure | what | from | value | basis | proofed |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, parameter in pack.parameters.items():
        for begun, dated in parameter.values.items():
            yield (
                f"| `{name}` | {parameter.description.zh} {parameter.description.en} ({parameter.unit}) | {begun} | {_value(parameter, begun)} "
                f"| {dated.reference} | {'是 yes' if dated.proofed else '未校核 no'} |"
            )
    yield ""


def _value(parameter: Parameter, begun: object) -> str:
    dated = parameter.values[begun]  # type: ignore[index]
    if parameter.columns:
        return f"{len(dated.rows or ())} rows: {', '.join(parameter.columns)}"
    return "废止 abolished" if dated.value is None else str(dated.value)


def _parts(pack: Pack) -> Iterator[str]:
    held = [(kind, pack.parts[kind.folder]) for kind in kinds() if pack.parts.get(kind.folder)]
    if not held:
        return
    yield "## 所含部件 / What it brings beside tables"
    yield ""
    yield "| kind | name | what | tables |"
    yield "| --- | --- | --- | --- |"
    for kind, parts in held:
        for name, part in parts.items():
            title, rests_on = kind.title(part), sorted({*kind.tables(part), *kind.needs(part)})
            yield f"| {kind.zh} {kind.en} | `{name}` | {title.zh} {title.en} | {', '.join(f'`{each}`' for each in rests_on) or '–'} |"
    yield ""


def _picture(pack: Pack) -> Iterator[str]:
    yield "## 来龙去脉 / How tables are made"
    yield ""
    yield "```mermaid"
    yield "flowchart LR"
    for name in pack.order:
        reads = [*sorted(pack.reads(name)), *(sorted(pack.statements[name].needs) if name in pack.statements else ())]
        yield from (f'  {each.replace(".", "_")}["{each}"] --> {name}' for each in reads)
    yield "```"
    yield ""


def _cases(pack: Pack) -> Iterator[str]:
    yield "## 用例 / Cases"
    yield ""
    yield from (f"* {case.name}" for cases in pack.cases.values() for case in cases)
