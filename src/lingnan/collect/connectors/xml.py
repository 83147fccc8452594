"""XML files: the row element found by itself, entities and external references refused, read as a stream."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import pyarrow as pa
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lingnan.base import BadInput, Refused
from lingnan.collect.columns import columns_of
from lingnan.collect.connectors.text_rows import text_batches
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions

_SAMPLE_ELEMENTS = 200_000


@dataclass
class XmlReading:
    """One XML file; a row is the most frequent element that has fields."""

    path: Path
    name: str
    options: ReadOptions
    row_tag: str = field(init=False)
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        if not self.path.stat().st_size:
            raise BadInput(
                f"文件 {self.name} 是空的（0 字节）。请来源部门重新导出。",
                f"File {self.name} is empty (0 bytes). Ask the department to export it again.", path=self.name
            )
        self.row_tag = self.options.row_tag or self._found_row_tag()
        headers: dict[str, None] = {}
        for element in self._elements():
            headers.update(dict.fromkeys(_fields(element)))
        if not headers:
            raise BadInput(
                f"文件 {self.name} 中没有含字段的“{self.row_tag}”元素。请用选项 row_tag 写明代表一行的元素。",
                f"File {self.name} has no element “{self.row_tag}” with fields. Name the element that is a row in the option `row_tag`.",
                path=self.name,
            )
        self.columns, self.notices = columns_of(list(headers))

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows, numbered from 1."""
        keys = [column.source for column in self.columns]
        rows = ((f"{self.name}:{self.row_tag}[{at}]", _texts(element, keys)) for at, element in enumerate(self._elements(), start=1))
        yield from text_batches([column.name for column in self.columns], rows)

    def _elements(self) -> Iterator[Element]:
        root: Element | None = None
        for event, element in self._events():
            if root is None:
                root = element
            if event == "end" and _bare(element.tag) == self.row_tag:
                yield element
                element.clear()
                if root is not element:
                    root.clear()

    def _events(self) -> Iterator[tuple[str, Element]]:
        try:
            with self.path.open("rb") as file:
                yield from iterparse(file, events=("start", "end"))
        except DefusedXmlException as error:
            raise Refused(
                f"XML 文件 {self.name} 被拒绝：含有实体或外部引用（{type(error).__name__}）。请去掉 DTD 后重新交付。",
                f"XML file {self.name} is refused: it holds entities or external references ({type(error).__name__}). Deliver it without a DTD.",
                path=self.name,
            ) from error
        except ParseError as error:
            raise BadInput(
                f"XML 文件 {self.name} 第 {error.position[0]} 行不合语法：{error}。请来源部门更正。",
                f"XML file {self.name} is malformed at line {error.position[0]}: {error}. Ask the department to correct it.", path=self.name,
            ) from error

    def _found_row_tag(self) -> str:
        """The element with children or attributes that repeats most under one parent; the outer one wins a tie."""
        counts: Counter[tuple[str, ...]] = Counter()
        trail: list[str] = []
        for at, (event, element) in enumerate(self._events()):
            if event == "start":
                trail.append(_bare(element.tag))
                continue
            if len(element) or element.attrib:
                counts[tuple(trail)] += 1
            trail.pop()
            if at > _SAMPLE_ELEMENTS:
                break
        repeated = {path: count for path, count in counts.items() if len(path) > 1}
        best = max(repeated or counts, key=lambda path: ((repeated or counts)[path], -len(path)), default=("row",))
        return best[-1]


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def _fields(element: Element, prefix: str = "") -> dict[str, str | None]:
    fields: dict[str, str | None] = {prefix + _bare(name): value for name, value in element.attrib.items()}
    for child in element:
        name = prefix + _bare(child.tag)
        if len(child):
            fields.update(_fields(child, f"{name}."))
            continue
        text = child.text or ""
        fields[name] = f"{fields[name]};{text}" if fields.get(name) else text
        fields.update({f"{name}.{_bare(key)}": value for key, value in child.attrib.items()})
    return fields


def _texts(element: Element, keys: list[str]) -> list[str | None]:
    fields = _fields(element)
    return [fields.get(key) for key in keys]
