"""Data elements (数据元, GB/T 18391, ISO/IEC 11179-3): one meaning and one way to write it, from which a column's type, steps and rules follow."""

import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import load_yaml
from lingnan.standards.faults import missing
from lingnan.standards.formats import Format, read_format

FOLDER = Path(__file__).parent / "data" / "elements"
TEXT_STEPS = ("nfkc", "trim", "empty_to_null")
_ENTRY = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*):", re.MULTILINE)
_AREA = "_area"


@dataclass(frozen=True)
class DataElementConcept:
    """What is said of what, before anybody decides how it is written: object class 对象类 and property 特性."""

    object_class: str
    property: str


@dataclass(frozen=True)
class ValueDomain:
    """How it is written: datatype, format, unit of measure, and the code list, range or pattern its values keep to."""

    datatype: str
    format: str
    unit: str = ""
    code_list: str | None = None
    code_list_edition: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Area:
    """One file of elements: its titles, and which body keeps 主管 and submitted 提交 what stands in it."""

    id: str
    zh: str
    en: str
    steward: str
    steward_en: str
    submitter: str
    submitter_en: str
    version: str


@dataclass(frozen=True)
class DataElement:
    """One data element; `rules` are written as in a contract's implementation, `severity` is that of its rules.

    `definition` says in one sentence what it means, `term` is the representation term 表示词, `synonyms` are other names it goes by, `columns` what
    offices call such a column in Latin letters, `relations` a kind (derived_from, part_of, used_with) with the elements it leads to.
    """

    id: str
    zh: str
    en: str
    object_class: str
    property: str
    representation: str
    logical_type: str
    physical_type: str
    classification: str
    source: str
    proofed: bool = True
    code_list: str | None = None
    code_list_edition: str | None = None
    identifier: str | None = None
    unit: str = ""
    severity: str = "error"
    standardise: tuple[str | dict[str, Any], ...] = ()
    rules: tuple[Mapping[str, Any], ...] = field(default=())
    definition: str = ""
    definition_en: str = ""
    term: str = ""
    synonyms: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: str = ""
    steward: str = ""
    submitter: str = ""
    version: str = "1.0"

    @builtins.property
    def datatype(self) -> str:
        """The logical type under the standard's word for it."""
        return self.logical_type

    @builtins.property
    def format(self) -> Format:
        """The representation as read; BadInput when it cannot be."""
        return read_format(self.representation)

    @builtins.property
    def concept(self) -> DataElementConcept:
        """The data element concept."""
        return DataElementConcept(self.object_class, self.property)

    @builtins.property
    def value_domain(self) -> ValueDomain:
        """The value domain; range and pattern are those of the element's rules."""
        by_rule = {rule["rule"]: rule for rule in self.rules}
        span, shape = by_rule.get("in_range", {}), by_rule.get("pattern", {})
        return ValueDomain(
            self.logical_type, self.representation, self.unit, self.code_list, self.code_list_edition,
            span.get("min"), span.get("max"), shape.get("regex"),
        )


class Elements(Mapping[str, DataElement]):
    """The elements of a folder or of files; an entry is parsed when first asked for, because most callers want few of them."""

    def __init__(self, files: builtins.list[Path]) -> None:
        self._written: dict[str, tuple[str, str]] = {}
        self._read: dict[str, DataElement] = {}
        self.areas: dict[str, Area] = {}
        self.repeated: builtins.list[tuple[str, str]] = []
        for path in files:
            self._enter(path)

    def _enter(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        places = [*_ENTRY.finditer(text)]
        ends = [*(place.start() for place in places[1:]), len(text)] if places else []
        head: dict[str, Any] = {}
        for place, end in zip(places, ends, strict=True):
            name, body = place[1], text[place.start() : end]
            if name == _AREA:
                head = load_yaml(body)[_AREA]
            elif name in self._written:
                self.repeated.append((name, path.stem))
            else:
                self._written[name] = (path.stem, body)
        self.areas[path.stem] = _area(path.stem, head)

    def __getitem__(self, name: str) -> DataElement:
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = make_element(name, self.written(name), self.areas[self.area_of(name)])
        return found

    def written(self, name: str) -> Any:
        """An entry as it stands in its file; `yaml.YAMLError` when it cannot be read."""
        return load_yaml(self._written[name][1])[name]

    def area_of(self, name: str) -> str:
        """The area that an element stands in."""
        return self._written[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __contains__(self, name: object) -> bool:
        return name in self._written


@cache
def data_elements() -> Elements:
    """Every data element by its id, area by area."""
    return Elements(sorted(FOLDER.glob("*.yaml")))


def data_element(name: str) -> DataElement:
    """The data element of that id; Missing when there is none."""
    try:
        return data_elements()[name]
    except KeyError:
        raise missing(
            f"没有数据元“{name}”。现有：{'、'.join(data_elements())}。",
            f"There is no data element “{name}”. There are: {', '.join(data_elements())}.",
            element=name,
        ) from None


@cache
def elements_of(code_list: str) -> tuple[DataElement, ...]:
    """The elements whose values that code list gives."""
    return tuple(element for element in data_elements().values() if element.code_list == code_list)


def _area(name: str, head: Mapping[str, Any]) -> Area:
    steward, submitter = head.get("steward", {}), head.get("submitter", head.get("steward", {}))
    return Area(
        name, head.get("zh", name), head.get("en", name), steward.get("zh", ""), steward.get("en", ""),
        submitter.get("zh", ""), submitter.get("en", ""), str(head.get("version", "1.0")),
    )


def make_element(name: str, written: Mapping[str, Any], area: Area) -> DataElement:
    """The element that an entry of a file describes; what follows from its representation, identifier and code list is filled in."""
    facts = dict(written)
    code_list, identifier, unit = facts.get("code_list"), facts.get("identifier"), facts.get("unit", "")
    logical, physical = types_of(facts["representation"])
    if code_list or identifier or facts.pop("logical_type", None) == "string":
        logical, physical = "string", "VARCHAR"
    facts.pop("logical_type", None)
    steps = facts.pop("standardise", None) or _steps(logical, code_list, identifier, unit)
    rules = facts.pop("rules", None) or _rules(code_list, identifier)
    means = facts.pop("means", {})
    return DataElement(
        id=name, object_class=facts.pop("object"), logical_type=logical, physical_type=physical, standardise=tuple(steps), rules=tuple(rules),
        definition=means.get("zh", ""), definition_en=means.get("en", ""), term=facts.pop("term", None) or term_of(facts, logical),
        synonyms=tuple(facts.pop("synonyms", ())), columns=tuple(str(each) for each in facts.pop("columns", ())),
        relations={kind: tuple(to) for kind, to in facts.pop("relations", {}).items()},
        area=area.id, steward=area.steward, submitter=area.submitter, version=str(facts.pop("version", area.version)), **facts,
    )


_TERMS = ("名称", "姓名", "地址", "代码", "说明", "内容", "号码", "编号", "文号", "号")
_NUMBERED = {"文号": "号码", "编号": "号码", "号": "号码", "姓名": "名称", "说明": "描述", "内容": "描述"}


def term_of(facts: Mapping[str, Any], logical: str) -> str:
    """The representation term that follows from how an element is written."""
    if facts.get("code_list"):
        return "代码"
    if facts.get("identifier"):
        return "名称" if facts["identifier"] == "person_name" else "号码"
    if by_type := {"date": "日期", "timestamp": "时间", "boolean": "指示符"}.get(logical):
        return by_type
    unit = facts.get("unit", "")
    if logical in ("integer", "number"):
        return "金额" if unit.endswith("元") else "比率" if unit in ("%", "‰") else "数量" if unit else "数值"
    ending = next((each for each in _TERMS if facts["zh"].endswith(each)), "")
    return _NUMBERED.get(ending, ending) or ("号码" if facts["property"] in ("标识", "登记编号") else "文本")


def types_of(representation: str) -> tuple[str, str]:
    """Logical and physical type that a representation asks for; BadInput when it cannot be read."""
    read = read_format(representation)
    return read.logical, read.physical


def _steps(logical: str, code_list: str | None, identifier: str | None, unit: str) -> tuple[str | dict[str, Any], ...]:
    if identifier:
        return (identifier, "empty_to_null")
    if code_list:
        return (*TEXT_STEPS, {"code": {"list": code_list, "from": "label_or_code"}})
    if logical == "string":
        return TEXT_STEPS
    return ("amount",) if unit == "元" else (logical,)


def _rules(code_list: str | None, identifier: str | None) -> tuple[Mapping[str, Any], ...]:
    if identifier:
        return ({"rule": "identifier", "kind": identifier},)
    return ({"rule": "code_valid", "list": code_list},) if code_list else ()
