"""One pack as its folder tells it: everything read and typed, and every fault of a file noted instead of stopping at the first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel
from yaml import YAMLError

from lingnan.base import BadInput, LingnanError, Missing, content_digest, fitted
from lingnan.jobs import code_digest
from lingnan.packkit.memory import Memory, of_pack, yaml_reader
from lingnan.packkit.parts import Kind, codes, decisions, kinds
from lingnan.packkit.plain_values import as_plain, from_plain
from lingnan.packkit.scoring import read_scores
from lingnan.packkit.shapes import Applied, Case, Manifest, Origin, Parameter, Place
from lingnan.packkit.statements import Statement, read_statement
from lingnan.standards import SHIPPED, Code, Contract, Vocabulary, contract_of, contract_values

MANIFEST = "pack.yaml"
FILES = frozenset({MANIFEST, "README.md", "models.py", "sample.py", "__init__.py"})
FOLDERS = {"contracts": ".yaml", "parameters": ".yaml", "sql": ".sql", "tests": ".yaml"}
"""What a pack's folder may hold beside its further parts: these files, and in these folders files that end so."""
Shape = TypeVar("Shape", bound=BaseModel)
Read = TypeVar("Read")


@dataclass(frozen=True)
class Fault:
    """A file of a pack that cannot be used, and why."""

    file: str
    zh: str
    en: str


@dataclass(frozen=True)
class Pack:
    """A pack that could be read; names of its parts are the names of their files."""

    place: Place
    manifest: Manifest
    contracts: Mapping[str, Contract] = field(repr=False)
    parameters: Mapping[str, Parameter] = field(repr=False)
    statements: Mapping[str, Statement] = field(repr=False)
    cases: Mapping[str, tuple[Case, ...]] = field(repr=False)
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """By folder, then name: what the pack brings beside tables."""
    strangers: tuple[str, ...] = ()
    """Files that have no place in a pack."""
    memory: Memory = field(default_factory=Memory.nothing, repr=False, compare=False)
    """What was found of its files before."""

    @property
    def id(self) -> str:
        """The pack's name, and the area of its tables."""
        return self.manifest.id

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.place.folder

    @property
    def origin(self) -> Origin:
        """How it came to the hub."""
        return self.place.origin

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The code lists that contracts of its own tables may name."""
        return codes.vocabulary(self.parts.get(codes.FOLDER, {}))

    def code(self, codes_of: str, code: str) -> Code | None:
        """What a code of one of its own lists, or of one that ships, means; None for a code or a list that nobody knows."""
        return self.vocabulary.lists[codes_of].get(code) if codes_of in self.vocabulary.lists else None

    def table(self, name: str) -> str:
        """The lake's name of a table the pack makes."""
        return f"{self.id}.{name}"

    @property
    def kept(self) -> tuple[str, ...]:
        """The tables that a build keeps, in the order they can be made: working and given ones. Cleaned ones are laid anew wherever they are read."""
        return tuple(name for name in self.order if not name.startswith("stg_"))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every table of the pack after those it reads; BadInput where they read each other in a circle."""
        try:
            return tuple(TopologicalSorter({name: sorted(self.reads(name)) for name in sorted(self.made)}).static_order())
        except CycleError as error:
            circle = " → ".join(error.args[1])
            raise BadInput(
                f"数据包 {self.id} 的表互相引用成环：{circle}。", f"The tables of pack {self.id} read each other in a circle: {circle}.",
                pack=self.id,
            ) from None

    @property
    def made(self) -> frozenset[str]:
        """Names of the tables that the pack's SQL and models make."""
        return frozenset({*self.statements, *self.manifest.models})

    def reads(self, name: str) -> frozenset[str]:
        """The pack's own tables that one of them reads."""
        if name in self.statements:
            return self.statements[name].own & self.made
        return frozenset(self.manifest.models[name].reads) & self.made

    def cleaned_for(self, name: str) -> tuple[str, ...]:
        """The `stg_` tables that a table is made over, in order; kept tables in between cut the way."""
        found: set[str] = set()
        todo = set(self.reads(name))
        while todo:
            each = todo.pop()
            if each.startswith("stg_") and each not in found:
                found.add(each)
                todo |= self.reads(each)
        return tuple(each for each in self.order if each in found)

    def parts_of(self, name: str) -> tuple[Statement, ...]:
        """The statements that one kept table is made by: its own and those of the cleaned tables under it."""
        return tuple(self.statements[each] for each in (*self.cleaned_for(name), name) if each in self.statements)

    def part(self, folder: str, name: str) -> Any:
        """One of its further parts; Missing names those there are."""
        held = self.parts.get(folder, {})
        if name not in held:
            known = ", ".join(held) or "–"
            raise Missing(
                f"数据包 {self.id} 的 {folder} 中没有 {name}。有：{known}。", f"The pack {self.id} has no {name} in {folder}. There is: {known}.",
                pack=self.id,
            )
        return held[name]

    def needs_of(self, name: str) -> tuple[str, ...]:
        """Tables of others that making a kept table reads."""
        return tuple(sorted({table for part in self.parts_of(name) for table in part.needs}))

    def inputs_of(self, name: str) -> tuple[str, ...]:
        """Kept tables of the pack itself that making another reads."""
        read = {each for made in (*self.cleaned_for(name), name) for each in self.reads(made)}
        return tuple(each for each in self.kept if each in read and each != name)

    def parameters_behind(self, name: str) -> tuple[str, ...]:
        """Parameters that a table rests on, however far back in the pack."""
        seen = self.behind(name)
        named = {par for each in seen if each in self.statements for par in (*self.statements[each].bound, *self.statements[each].listings)}
        named |= {par for each in seen if each in self.manifest.models for par in self.manifest.models[each].parameters}
        return tuple(sorted(named & set(self.parameters)))

    def behind(self, name: str) -> set[str]:
        """The pack's own tables that one is made of, itself among them."""
        seen, todo = set[str](), {name}
        while todo:
            each = todo.pop()
            seen.add(each)
            todo |= self.reads(each) - seen
        return seen

    def unproofed_behind(self, name: str) -> tuple[str, ...]:
        """Parameters and decisions behind a table that nobody has compared with their original; what rests on them is shown as 未校核."""
        decided = [each for each in sorted(self.behind(name)) if each in self.manifest.decisions and not self.part(decisions.FOLDER, each).proofed]
        return (*(each for each in self.parameters_behind(name) if not self.parameters[each].proofed), *decided)

    def digest_of(self, name: str) -> str:
        """What making a kept table depends on beside the data: texts, parameters, contract, model code."""
        model = (self.folder / "models.py").read_text(encoding="utf-8") if name in self.manifest.models else ""
        contract = self.contracts.get(self.table(name))
        given = self.manifest.models[name].parameters if name in self.manifest.models else ()
        rests_on = {*given, *(par for part in self.parts_of(name) for par in (*part.bound, *part.listings))} & set(self.parameters)
        figures = [self.parameters[each].model_dump_json() for each in sorted(rests_on)]
        return content_digest(model, repr(contract), *figures, *(part.text for part in self.parts_of(name)))


@dataclass
class Reading:
    """What reading a folder gave: the pack where its manifest could be read, and every fault met."""

    place: Place
    pack: Pack | None = None
    faults: list[Fault] = field(default_factory=list)

    def each(self, folder: str) -> Iterable[tuple[Pack, str, Any]]:
        """The pack with each of its further parts in a folder, by name."""
        return [(self.pack, name, part) for name, part in self.pack.parts[folder].items()] if self.pack else []

    def note(self, file: Path, error: Exception) -> None:
        """Keep why a file cannot be used."""
        named = file.relative_to(self.place.folder).as_posix()
        if isinstance(error, LingnanError):
            self.faults.append(Fault(named, error.zh, error.en))
            return
        told = str(error).replace("\n", " ")[:300]
        self.faults.append(Fault(named, f"{named} 不符合格式：{told}", f"{named} does not fit its form: {told}"))


def read_pack(place: Place) -> Reading:
    """Everything a folder holds; a part that cannot be read is left out and noted."""
    reading, memory = Reading(place), of_pack(place.home, place.folder.name)
    with memory.gathering():
        manifest = _read(reading, place.folder / MANIFEST, _shaped(Manifest, memory))
        if manifest is not None:
            reading.pack = _pack(reading, manifest, memory)
    return reading


def _pack(reading: Reading, manifest: Manifest, memory: Memory) -> Pack:
    place = reading.place
    parts = {kind.folder: _parts(reading, kind, memory) for kind in kinds()}
    contracts = _each(reading, "contracts", partial(_contract, parts[codes.FOLDER], memory))
    decided = {
        name: _read(reading, place.folder / decisions.FOLDER / f"{name}.yaml", partial(_decided, parts[decisions.FOLDER][name], applied, memory))
        for name, applied in manifest.decisions.items() if name in parts[decisions.FOLDER]
    }
    scored = {
        name: _read(reading, place.folder / MANIFEST, lambda _file, name=name, told=told: read_scores(name, told, memory))  # type: ignore[misc]
        for name, told in manifest.scores.items()
    }
    return Pack(
        place=place, manifest=manifest, contracts=_by_table(manifest, contracts),
        parameters=_each(reading, "parameters", _shaped(Parameter, memory)),
        statements={
            **{name: statement for name, statement in (*decided.items(), *scored.items()) if statement is not None},
            **_each(reading, "sql", lambda file: read_statement(file.stem, file.read_text(encoding="utf-8"), memory)),
        },
        cases=_each(reading, "tests", partial(_cases, memory)), parts=parts,
        strangers=tuple(_strangers(place.folder)), memory=memory,
    )


def _by_table(manifest: Manifest, contracts: Mapping[str, Contract]) -> dict[str, Contract]:
    """By the lake's name: `area.table.yaml` is of another's table, `table.yaml` of the pack's own."""
    return {(name if "." in name else f"{manifest.id}.{name}"): contract for name, contract in contracts.items()}


def _shaped(shape: type[Shape], memory: Memory) -> Callable[[Path], Shape]:
    return lambda file: fitted(shape, memory.yaml(file.read_text(encoding="utf-8")))


def _cases(memory: Memory, file: Path) -> tuple[Case, ...]:
    held = memory.yaml(file.read_text(encoding="utf-8"))
    if not isinstance(held, list) or not held:
        raise ValueError("a list of cases, each with name, as_of, given, expect")
    return tuple(fitted(Case, each) for each in held)


def _read(reading: Reading, file: Path, read: Callable[[Path], Read]) -> Read | None:
    try:
        return read(file)
    except (OSError, UnicodeDecodeError, YAMLError, ValueError, TypeError, KeyError, AttributeError, LingnanError) as error:
        reading.note(file, error)
        return None


def _each(reading: Reading, folder: str, read: Callable[[Path], Read]) -> dict[str, Read]:
    """Files of a folder by their name without the ending."""
    ending = FOLDERS[folder]
    found = {file.name.removesuffix(ending): _read(reading, file, read) for file in sorted((reading.place.folder / folder).glob(f"*{ending}"))}
    return {name: part for name, part in found.items() if part is not None}


def _contract(lists: Mapping[str, codes.CodesFile], memory: Memory, file: Path) -> Contract:
    """A table of others names lists that ship, one of the pack's own also the pack's."""
    named = {} if "." in file.stem else dict(lists)
    vocabulary, words = codes.vocabulary(named) if named else SHIPPED, [f"{name}{told.model_dump_json()}" for name, told in named.items()]
    text = f"{file.read_text(encoding='utf-8-sig')}\n"
    told_by = f"{code_digest('lingnan.standards')}{yaml_reader()}"
    kept = memory.keep("contract", told_by, lambda: as_plain(contract_values(text, vocabulary)), text, *words)
    contract = contract_of(from_plain(kept), vocabulary)
    for name, zh, en in ((contract.table, contract.zh, contract.en), *((each.name, each.zh, each.en) for each in contract.properties)):
        if not (isinstance(zh, str) and isinstance(en, str)):
            raise ValueError(f"{name}: titleZh and titleEn are texts")
    return contract


def _decided(decision: Any, applied: Applied, memory: Memory, file: Path) -> Statement:
    return read_statement(file.stem, decisions.select_of(decision, applied), memory, f"{decisions.FOLDER}/{file.name}")


def _parts(reading: Reading, kind: Kind, memory: Memory) -> dict[str, Any]:
    files = sorted((reading.place.folder / kind.folder).glob("*.yaml"))
    found = {file.stem: _read(reading, file, partial(_part, kind, memory)) for file in files}
    return {name: part for name, part in found.items() if part is not None}


def _part(kind: Kind, memory: Memory, file: Path) -> Any:
    """The part, whose title can be told."""
    part = kind.read(file, memory)
    kind.title(part)
    return part


def _strangers(folder: Path) -> Iterable[str]:
    places: dict[str, tuple[str, ...]] = {**{name: (ending,) for name, ending in FOLDERS.items()}, **{kind.folder: kind.endings for kind in kinds()}}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_dir() or "__pycache__" in parts:
            continue
        endings = places.get(parts[0], ("/",))
        if parts[-1] not in FILES if len(parts) == 1 else len(parts) > 2 or not parts[1].endswith(endings):
            yield "/".join(parts)
