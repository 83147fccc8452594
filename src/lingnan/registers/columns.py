"""Which tables the registers read and make, and what each of their columns is and how it is classed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lingnan.registers.addresses.readings import DOOR, DOUBTS, LIBRARY, PARTS, READINGS
from lingnan.registers.addresses.shapes import address_sources
from lingnan.registers.conflicts import compared
from lingnan.registers.definitions import register_definitions
from lingnan.registers.places import SOURCE
from lingnan.registers.series import series_sources
from lingnan.registers.service import ADDRESS_WORDS, SERIES_WORDS
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.themes import ThemeDefinition, theme_definitions


@dataclass(frozen=True)
class RegisterColumn:
    """One column of a register's table."""

    name: str
    zh: str
    en: str
    type: str = "VARCHAR"
    classification: str = "internal"
    code_list: str | None = None
    element: str | None = None


@dataclass(frozen=True)
class TableSet:
    """The governed tables a register reads (those that are there) and the tables it makes."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


ADDRESS_LIBRARY = TableSet(tuple(each.table for each in address_sources().columns), (READINGS, LIBRARY, DOUBTS))
PLACES = TableSet((SOURCE,), (ADDRESS_WORDS, "registers.divisions", "registers.addresses"))
SERIES = TableSet(tuple(dict.fromkeys(source.table for source in series_sources())), (SERIES_WORDS, "registers.series"))


def register_inputs(definition: RegisterDefinition) -> tuple[str, ...]:
    """The governed tables a register may read."""
    return tuple(dict.fromkeys(source.table for source in definition.sources))


def register_outputs(definition: RegisterDefinition) -> tuple[str, ...]:
    """The tables a build makes of a register: entries, words, rows without a right identifier, their links, the history of ids, conflicts."""
    return definition.outputs


def register_columns() -> dict[str, tuple[RegisterColumn, ...]]:
    """The columns of every table the registers make, by table."""
    found: dict[str, tuple[RegisterColumn, ...]] = {**_PLAIN, **_ADDRESS_LIBRARY}
    for definition in register_definitions():
        entry, identifier = _keys(definition, "identifier")
        entries = (*_keys(definition), *_attributes(definition), *_COUNTS)
        joined = RegisterColumn("joined_by", "归入依据", "Joined by", classification=entry.classification)
        made = {
            definition.table: entries, definition.unlinked: _UNLINKED, definition.links: _LINKS, definition.identities: _IDENTITIES,
            definition.observations: (entry, *_provenance(entry.classification), identifier, joined, *_attributes(definition)),
            definition.conflicts: _conflicts(definition, entry), definition.snapshot: (*_SNAPSHOT, *entries),
        }
        found |= {table: made[table] for table in (*definition.outputs, definition.snapshot)}
    return found | {definition.table: _of_theme(definition) for definition in theme_definitions()}


def _of_theme(definition: ThemeDefinition) -> tuple[RegisterColumn, ...]:
    return tuple(
        RegisterColumn(name, each.zh, each.en, each.type, each.classification, each.code_list, each.element)
        for name, each in definition.columns.items()
    )


def _keys(definition: RegisterDefinition, name: str = "") -> tuple[RegisterColumn, ...]:
    kind = definition.identifier_classification
    title = definition.identifier_title
    return (
        RegisterColumn("entry_id", "条目编号", "Entry id", classification="public" if kind == "public" else "internal"),
        RegisterColumn(name or definition.identifier, title.zh, title.en, classification=kind, element=definition.identifier),
    )


def _attributes(definition: RegisterDefinition) -> tuple[RegisterColumn, ...]:
    return tuple(
        RegisterColumn(name, each.title.zh, each.title.en, each.type, each.classification, each.code_list, each.element)
        for name, each in definition.attributes.items()
    )


def _conflicts(definition: RegisterDefinition, entry: RegisterColumn) -> tuple[RegisterColumn, ...]:
    """A value may be of any attribute that is compared, so it is classed as the most guarded of them."""
    told = {definition.attributes[name].classification for name in compared(definition)}
    guarded = next((each for each in ("sensitive", "personal", "internal") if each in told), "public")
    kind = entry.classification
    return (
        entry, _division(definition), RegisterColumn("attribute", "属性", "Attribute", classification=kind),
        *(each for each in _provenance(kind) if each.name in ("source_table", "source", "source_key")),
        RegisterColumn("value", "来源取值", "Value of the source", classification=guarded),
        RegisterColumn("survivor", "采用的取值", "Value that survived", classification=guarded),
        RegisterColumn("rule", "取值规则", "Rule", classification=kind), replace(_KNOWN, classification=kind),
    )


def _division(definition: RegisterDefinition) -> RegisterColumn:
    """Where the entry is registered, so that a city sees its own rows alone."""
    own = [each for each in _attributes(definition) if each.name == "division"]
    return own[0] if own else RegisterColumn("division", "行政区划", "Division")


def _provenance(classification: str) -> tuple[RegisterColumn, ...]:
    return tuple(RegisterColumn(name, zh, en, kind, classification) for name, zh, en, kind in (
        ("source_table", "来源表", "Source table", "VARCHAR"), ("source", "来源", "Source", "VARCHAR"),
        ("source_key", "来源主键", "Key in the source", "VARCHAR"), ("word", "记载摘要", "Digest of the word", "BIGINT"),
        ("valid_from", "事实起始日", "True since", "DATE"), ("valid_to", "事实终止日", "True until", "DATE"),
        ("known_from", "获知时间", "Known since", "TIMESTAMPTZ"), ("known_to", "失效获知时间", "Known until", "TIMESTAMPTZ"),
    ))


_KNOWN = RegisterColumn("known_from", "获知时间", "Known since", "TIMESTAMPTZ")
_UNLINKED = (
    RegisterColumn("source_table", "来源表", "Source table"), RegisterColumn("source_key", "来源主键", "Key in the source"),
    RegisterColumn("missing", "缺少的标识", "Missing identifier"), RegisterColumn("reason", "原因", "Reason"), _KNOWN,
)
_LINKS = tuple(RegisterColumn(name, zh, en, kind) for name, zh, en, kind in (
    ("left_ref", "左记录", "Left record", "VARCHAR"), ("right_ref", "右记录", "Right record", "VARCHAR"),
    ("entry_id", "条目编号", "Entry id", "VARCHAR"), ("weight", "权重（比特）", "Weight (bits)", "DOUBLE"),
    ("probability", "概率", "Probability", "DOUBLE"), ("status", "状态", "Status", "VARCHAR"),
    ("decided", "人工决定", "Decided", "VARCHAR"), ("by", "依据", "By", "VARCHAR"),
    ("source_table", "来源表", "Source table", "VARCHAR"), ("source_key", "来源主键", "Key in the source", "VARCHAR"),
    ("known_from", "获知时间", "Known since", "TIMESTAMPTZ"),
))
_IDENTITIES = tuple(RegisterColumn(name, zh, en, kind) for name, zh, en, kind in (
    ("entry_id", "条目编号", "Entry id", "VARCHAR"), ("superseded_by", "后继条目", "Superseded by", "VARCHAR"),
    ("event", "事件", "Event", "VARCHAR"), ("reason", "原因", "Reason", "VARCHAR"), ("by", "依据", "By", "VARCHAR"),
    ("valid_from", "事实起始日", "True since", "DATE"),
    ("known_from", "获知时间", "Known since", "TIMESTAMPTZ"), ("known_to", "失效获知时间", "Known until", "TIMESTAMPTZ"),
))
_SNAPSHOT = (
    RegisterColumn("year", "年度", "Year", "INTEGER", "public"), RegisterColumn("edition", "版次", "Edition", "INTEGER", "public"),
)
_COUNTS = (
    RegisterColumn("name_key", "名称摘要", "Digest of the name"), RegisterColumn("conflicts", "冲突数", "Conflicts", "INTEGER"),
    RegisterColumn("sources", "来源数", "Sources", "INTEGER"), _KNOWN,
)


def _public(*columns: tuple[str, str, str, str]) -> tuple[RegisterColumn, ...]:
    return tuple(RegisterColumn(name, zh, en, kind, "public") for name, zh, en, kind in columns)


_PART_TITLES = {
    "division": ("区划", "Division"), "township": ("乡镇街道", "Township"), "village": ("村居", "Village"), "road": ("道路", "Road"),
    "number": ("门牌号", "Number"), "estate": ("小区", "Estate"), "building": ("楼栋", "Building"), "unit": ("单元", "Unit"),
    "floor": ("楼层", "Floor"), "room": ("房号", "Room"), "place": ("其他地点", "Other place"), "township_code": ("乡镇街道代码", "Township code"),
}


def _of_address(names: Iterable[str], classification: str) -> tuple[RegisterColumn, ...]:
    return tuple(RegisterColumn(name, *_PART_TITLES[name], classification=classification) for name in names)


def _judged(classification: str) -> tuple[RegisterColumn, ...]:
    titles = (("status", "结果", "Outcome"), ("reason", "依据", "Reason"), ("candidates", "候选区划", "Candidates"))
    return tuple(RegisterColumn(*each, classification=classification) for each in titles)


_ADDRESS_LIBRARY = {
    READINGS: (
        RegisterColumn("source_table", "来源表", "Source table"), RegisterColumn("source_column", "来源字段", "Source column"),
        RegisterColumn("source_key", "来源主键", "Key in the source", classification="personal"),
        RegisterColumn("address_id", "标准地址编号", "Standard address", classification="personal"),
        *_of_address(("division", "township_code", "township", *PARTS), "personal"),
        RegisterColumn("standard", "标准写法", "Standard form", classification="personal"),
        RegisterColumn("old_code", "原区划代码", "Old division code", classification="personal"), *_judged("personal"), _KNOWN,
    ),
    LIBRARY: (
        RegisterColumn("address_id", "标准地址编号", "Standard address"), *_of_address(("division", "township", *DOOR), "internal"),
        RegisterColumn("standard", "标准写法", "Standard form"), RegisterColumn("origin", "来历", "Origin"),
        RegisterColumn("uses", "使用次数", "Uses", "BIGINT"), _KNOWN,
    ),
    DOUBTS: (
        RegisterColumn("address", "地址", "Address"),
        *_of_address(("division", "road", "estate", "place"), "internal"),
        *_judged("internal"), RegisterColumn("uses", "使用次数", "Uses", "BIGINT"),
        RegisterColumn("source_tables", "来源表", "Source tables"), _KNOWN,
    ),
}
_PLAIN = {
    "registers.divisions": _public(
        ("code", "代码", "Code", "VARCHAR"), ("name", "名称", "Name", "VARCHAR"), ("full_name", "全称", "Full name", "VARCHAR"),
        ("parent", "上级", "Parent", "VARCHAR"), ("level", "级别", "Level", "INTEGER"), ("valid_from", "生效日", "Valid from", "DATE"),
        ("valid_to", "失效日", "Valid to", "DATE"), ("successor", "现行代码", "Successor", "VARCHAR"), ("role", "角色", "Role", "VARCHAR"),
    ),
    "registers.addresses": _public(
        ("address_id", "地址编号", "Address id", "VARCHAR"), ("division", "区划", "Division", "VARCHAR"),
        ("township", "乡镇街道", "Township", "VARCHAR"), ("road", "道路", "Road", "VARCHAR"), ("number", "门牌号", "Number", "VARCHAR"),
        ("full_address", "标准地址", "Standard address", "VARCHAR"), ("valid_from", "事实起始日", "True since", "DATE"),
        ("known_from", "获知时间", "Known since", "TIMESTAMPTZ"),
    ),
    ADDRESS_WORDS: (
        *_public(("entry_id", "条目编号", "Entry id", "VARCHAR")), *_provenance("public"),
        *_public(
            ("division", "区划", "Division", "VARCHAR"), ("township", "乡镇街道", "Township", "VARCHAR"), ("road", "道路", "Road", "VARCHAR"),
            ("number", "门牌号", "Number", "VARCHAR"), ("full_address", "标准地址", "Standard address", "VARCHAR"),
        ),
    ),
    SERIES_WORDS: (
        *_public(("entry_id", "序列编号", "Series id", "VARCHAR")), *_provenance("public"),
        *_public(
            ("title", "指标", "Indicator", "VARCHAR"), ("unit", "单位", "Unit", "VARCHAR"), ("division", "区划", "Division", "VARCHAR"),
            ("frequency", "频率", "Frequency", "VARCHAR"), ("period", "时期", "Period", "VARCHAR"), ("value", "数值", "Value", "DOUBLE"),
        ),
    ),
    "registers.series": _public(
        ("series_id", "序列编号", "Series id", "VARCHAR"), ("title", "指标", "Indicator", "VARCHAR"), ("unit", "单位", "Unit", "VARCHAR"),
        ("division", "区划", "Division", "VARCHAR"), ("frequency", "频率", "Frequency", "VARCHAR"),
        ("first_period", "最早时期", "First period", "VARCHAR"), ("last_period", "最新时期", "Last period", "VARCHAR"),
        ("points", "数据点", "Points", "BIGINT"), ("last_value", "最新值", "Latest value", "DOUBLE"), ("sources", "来源", "Sources", "VARCHAR"),
    ),
}
