"""The page about data elements: how one is written, and a table of all of them by area."""

from collections.abc import Iterator

from lingnan.standards.codes import code_list
from lingnan.standards.document_list import KINDS, STATES, documents
from lingnan.standards.elements import DataElement, data_elements
from lingnan.standards.indicator_dictionary import indicators
from lingnan.standards.minimal_sets import data_sets

_HEAD = """# 数据元 Data elements

由 `lingnan.standards.elements_page.page()` 生成，请勿手改；重新生成：`python tools/write_elements_page.py`。
Written by that function; do not edit by hand. `lingnan standards show NAME` shows one with its definition, synonyms and source.

## How an element is written

One file an area in `src/lingnan/standards/data/elements/`; `_area` says which body keeps what stands in it. An entry:

```yaml
blood_type:
  {zh: 血型, en: Blood group, object: 人, property: ABO血型, representation: n1, code_list: blood-types, classification: sensitive,
   source: WS 363.3-2011, proofed: false, means: {zh: 人的血液按ABO系统的分类。, en: Class of a person's blood in the ABO system.},
   synonyms: [ABO血型], columns: [xx, xxdm, abo]}
```

* What follows is not written: datatype, steps and rules come from representation, identifier, code list and unit; the representation term 表示词
  from all of them (`term` overrides it). `rules` and `standardise` are written as in a contract; `relations` are `{derived_from: [id]}` and the like.
* Formats: `a` any characters, `an` letters and digits, `n` digits; `18` exactly, `..18` at most, `3..8` from to, `..ul` without end; `n..18,2` of
  18 digits 2 behind the point; `d8 dt14 t6 b1`, also written `YYYYMMDD YYYY-MM-DD YYYYMMDDhhmmss YYYYMM YYYY hhmmss`.
* `columns` is what offices call such a column in Latin letters; names, synonyms and columns feed `suggest_elements`.
* Definitions are in our own words. `proofed: false`: name, format or source has not been checked against the standard's own text.
* `lingnan standards lint` must find nothing.
"""


def page() -> str:
    """The Markdown of docs/elements.md."""
    elements = data_elements()
    unproofed = sum(not each.proofed for each in elements.values())
    sections = "\n".join("\n".join(_section(area)) for area in elements.areas)
    return "\n".join((
        _HEAD,
        f"{len(elements):,} elements in {len(elements.areas)} areas, {unproofed:,} not yet proofed.",
        "",
        sections,
        "\n".join(_sets()),
        "\n".join(_indicators()),
        "\n".join(_documents()),
    ))


def _section(name: str) -> Iterator[str]:
    area = data_elements().areas[name]
    yield f"## {area.zh} {area.en} (`{name}`)"
    yield ""
    yield f"{area.steward} {area.steward_en}"
    yield ""
    yield "| id | 名称 | name | 格式 format | 值域 values | 来源 source |"
    yield "|---|---|---|---|---|---|"
    yield from (_row(each) for each in data_elements().values() if each.area == name)
    yield ""


def _row(each: DataElement) -> str:
    values = f"`{each.code_list}`" if each.code_list else f"`{each.identifier}`" if each.identifier else each.unit
    return f"| `{each.id}` | {each.zh} | {each.en} | {each.representation} | {values} | {each.source}{'' if each.proofed else ' *'} |"


def _sets() -> Iterator[str]:
    yield "## 最小数据集 Minimal data sets"
    yield ""
    yield "| id | 名称 | name | 必选 required | 条件必选 conditional | 可选 optional |"
    yield "|---|---|---|---|---|---|"
    for each in data_sets().values():
        columns = (" ".join(f"`{one}`" for one in each.named(obligation)) for obligation in ("required", "conditional", "optional"))
        yield f"| `{each.id}` | {each.zh} | {each.en} | {' | '.join(columns)} |"
    yield ""


def _indicators() -> Iterator[str]:
    yield "## 指标 Indicators"
    yield ""
    yield "| id | 名称 | name | 单位 unit | 计算 formula | 频度 frequency |"
    yield "|---|---|---|---|---|---|"
    for each in indicators().values():
        unit = code_list("indicator-units").name(each.unit)
        yield f"| `{each.id}` | {each.zh} | {each.en} | {unit} | {each.formula} | {each.frequency} |"
    yield ""


def _documents() -> Iterator[str]:
    yield "## 标准与规范 Standards, laws and formats"
    yield ""
    yield "| 编号 number | 标题 title | 类别 kind | 状态 state | 施行 in force | 代替 replaces |"
    yield "|---|---|---|---|---|---|"
    for each in documents():
        since = each.in_force.isoformat() if each.in_force else ""
        yield f"| {each.number} | {each.zh} / {each.en} | {KINDS[each.kind][0]} | {STATES[each.state][0]} | {since} | {'、'.join(each.replaces)} |"
    yield ""
