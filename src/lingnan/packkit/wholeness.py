"""Whether the parts of a pack stand on each other: what a file asks for is there. A pack that lacks something is told of and not opened by a hub."""

from collections.abc import Iterator
from dataclasses import dataclass

from lingnan.base import LingnanError
from lingnan.packkit.building import origins
from lingnan.packkit.pack import MANIFEST, Fault, Pack, Reading
from lingnan.packkit.parts import decisions, kinds
from lingnan.packkit.statements import Statement


@dataclass(frozen=True)
class Gap(Fault):
    """Something asked for that is not there; `rule` is the one of the checker that tells it."""

    rule: str


def gaps(pack: Pack) -> Iterator[Gap]:
    """Every contract, table and part that is asked for and not there, by the file that asks for it or that is missing."""
    yield from _contracts(pack)
    yield from _made(pack)
    for name, statement in pack.statements.items():
        yield from _read(pack, file_of(pack, name), statement)
    yield from _shown(pack)
    try:
        _ = pack.order
    except LingnanError as error:
        yield Gap("sql", error.zh, error.en, "statements")


def told(pack: Pack, rule: str) -> list[Gap]:
    """Those that one rule tells."""
    return [gap for gap in gaps(pack) if gap.rule == rule]


def stands(reading: Reading) -> bool:
    """Whether a pack was read whole and lacks nothing, so that it can be tried and opened."""
    return reading.pack is not None and not reading.faults and next(gaps(reading.pack), None) is None


def is_traceable(pack: Pack) -> bool:
    """Whether every column of its tables can be followed to its sources, as a hub must to class it; what was found is kept with the pack."""
    try:
        with pack.memory.gathering():
            for name in pack.kept:
                origins(pack, name)
    except LingnanError:
        return False
    return True


def troubles(reading: Reading) -> list[Fault]:
    """Why a pack does not stand, file by file: what cannot be read, else what is asked for and not there."""
    return list(reading.faults) or list(gaps(reading.pack) if reading.pack else ())


def _contracts(pack: Pack) -> Iterator[Gap]:
    wanted = {*pack.manifest.needs, *(pack.table(name) for name in pack.manifest.gives)}
    for table in sorted(wanted - set(pack.contracts)):
        yield Gap(f"contracts/{table.removeprefix(f'{pack.id}.')}.yaml", f"{table} 没有契约。", f"{table} has no contract.", "contracts")


def _made(pack: Pack) -> Iterator[Gap]:
    for given in sorted(set(pack.manifest.gives) - pack.made):
        yield Gap(MANIFEST, f"没有语句产出 {given}。", f"Nothing makes {given}, which the manifest gives.", "statements")
    for name, model in pack.manifest.models.items():
        for table in sorted(set(model.reads) - pack.made):
            en = f"The model {name} reads {table}, which the pack does not make."
            yield Gap(MANIFEST, f"模型 {name} 读取了包内没有的表 {table}。", en, "models")
        for figure in sorted(set(model.parameters) - set(pack.parameters)):
            en = f"There is no parameter {figure}, which the model {name} is given."
            yield Gap(MANIFEST, f"模型 {name} 所用的参数 {figure} 不存在。", en, "models")
    if pack.manifest.models and not (pack.folder / "models.py").is_file():
        yield Gap("models.py", "清单列有模型，但没有 models.py。", "The manifest names models, but there is no models.py.", "models")


def _read(pack: Pack, file: str, statement: Statement) -> Iterator[Gap]:
    for own in sorted(statement.own - pack.made):
        yield Gap(file, f"读取了包内没有的表 {own}。", f"It reads {own}, which the pack does not make.", "statements")
    for table in sorted(statement.needs - set(pack.manifest.needs)):
        yield Gap(file, f"读取了 needs 中没有的表 {table}。", f"It reads {table}, which the manifest does not need.", "statements")
    yield from _listed(pack, file, statement)


def _listed(pack: Pack, file: str, statement: Statement) -> Iterator[Gap]:
    for listing in sorted(each for each in statement.listings if each not in pack.parameters or not pack.parameters[each].columns):
        yield Gap(file, f"没有参数表 {listing}。", f"There is no table of parameters {listing}.", "figures")


def _shown(pack: Pack) -> Iterator[Gap]:
    """Further parts over tables that the pack does not give; their own rules say it in their words."""
    for kind in kinds():
        for name, part in pack.parts[kind.folder].items():
            for table in sorted(set(kind.tables(part)) - set(pack.manifest.gives)):
                file = f"{kind.folder}/{name}.yaml"
                yield Gap(file, f"{table} 不是本包给出的表。", f"{table} is no table that the pack gives.", kind.folder)
    for name, query in pack.parts["queries"].items():
        for table in sorted(query.statement.needs):
            yield Gap(f"queries/{name}.sql", f"{table} 不是本包给出的表。", f"{table} is no table that the pack gives.", "queries")
        yield from _listed(pack, f"queries/{name}.sql", query.statement)


def file_of(pack: Pack, name: str) -> str:
    """The file that says how one of the pack's tables is made."""
    if name in pack.manifest.scores:
        return MANIFEST
    return f"{decisions.FOLDER}/{name}.yaml" if name in pack.manifest.decisions else f"sql/{name}.sql"
