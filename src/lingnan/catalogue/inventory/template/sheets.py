"""The sheets of the template and their columns in the order of the 2017 compilation guide, and how a cell is read and shown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Literal

from lingnan.catalogue.labels import LABELS
from lingnan.catalogue.resources.extensions import STEM, ExtensionField, Province
from lingnan.standards import code_lists, data_elements, parse_date

VERSION = 2
Kind = Literal["text", "choice", "several", "date", "integer", "number", "yes_no"]
REMOVE: Final = "remove"
EXTENSION: Final = "extension."
"""Names of columns of extension fields: `extension.<first digits of the province>.<key>`."""
LONGEST = 30_000
"""Characters of a cell; Excel holds 32,767, and a longer text is shown cut and cannot be changed in the sheet."""
CUT = "……（过长，请在平台上修改）"
SEPARATOR = "、"
_MOST_DIGITS = 15
_DELETED = {each: None for each in range(32) if each not in (9, 10)} | {0x7F: None, 0xFEFF: None}
_YES, _NO = ("是", "yes", "y", "true", "1"), ("否", "no", "n", "false", "0")


class Unreadable(ValueError):
    """A cell that cannot be read; says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the field it stands for, its header and note; `fixed` once the row is in the hub, `shown` never read back.

    `mark` is what is to be done with the row, and no field of it.
    """

    name: str
    zh: str
    note: str = ""
    kind: Kind = "text"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    fixed: bool = False
    shown: bool = False
    mark: bool = False
    longest: int = LONGEST


@dataclass(frozen=True)
class Sheet:
    """A sheet: its columns, and which of them together name a row."""

    name: str
    zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of a field."""
        return next(each for each in self.columns if each.name == name)

    @property
    def compared(self) -> tuple[Column, ...]:
        """The columns whose cells an import may change."""
        return tuple(each for each in self.columns if each.name not in self.key and not each.shown and not each.mark)

    @property
    def mark(self) -> Column | None:
        """The column in which a row is marked; None where rows are not."""
        return next((each for each in self.columns if each.mark), None)


@cache
def sheets(provinces: tuple[Province, ...] = ()) -> tuple[Sheet, ...]:
    """Every sheet in its order, resources with the extension fields of these provinces."""
    return (_departments(), _duties(), _systems(), _resources(provinces), _items())


def sheet(name: str) -> Sheet:
    """The sheet of that name, without any province's fields."""
    return sheet_of(sheets(), name)


def sheet_of(form: Sequence[Sheet], name: str) -> Sheet:
    """The sheet of that name in a form."""
    return next(each for each in form if each.name == name)


def canonical(column: Column, value: Any) -> str:
    """What a value of the hub is in the file, as text to compare: choices and dates as codes, texts without what a sheet cannot hold."""
    if value is None or value == "":
        return ""
    if column.kind == "yes_no":
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if column.kind == "several":
        return _joined(column, map(str, value) if isinstance(value, list | tuple) else several(str(value)))
    text = clean(str(value))
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def read_cell(column: Column, value: Any) -> str:
    """The same of a cell of a file; Unreadable for what the column cannot hold."""
    if value is None or (isinstance(value, str) and not clean(value)):
        return ""
    readers = {
        "text": _text, "choice": _choice, "several": _several, "date": _date, "integer": _integer, "number": _number, "yes_no": _yes_no,
    }
    read = readers[column.kind](column, value)
    if len(read) > column.longest and not read.endswith(CUT):
        raise Unreadable(f"至多 {column.longest} 个字符，现有 {len(read)} 个", f"at most {column.longest} characters, there are {len(read)}")
    return read


def typed(column: Column, text: str) -> Any:
    """The value that a text of the file stands for in a record or form."""
    if column.kind == "date":
        return date.fromisoformat(text) if text else None
    if column.kind == "integer":
        return int(text) if text else None
    if column.kind == "several":
        return text.split(SEPARATOR) if text else []
    if column.kind == "number":
        return (float(text) if "." in text else int(text)) if text else None
    return text == "yes" if column.kind == "yes_no" else text


def shown(column: Column, text: str) -> str:
    """The text of a cell as people see it: labels for codes."""
    if column.kind == "yes_no" and text:
        return "是" if text == "yes" else "否"
    if column.kind == "several":
        return SEPARATOR.join(column.choices.get(each, each) for each in text.split(SEPARATOR)) if text else ""
    return column.choices.get(text, text)


def clean(text: str) -> str:
    """A text without control characters and blanks at its ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_DELETED).strip()


def plain_header(text: str) -> str:
    """A header without the marks that people add: 名称*, 名称（必填）."""
    return re.sub(r"[*＊\s]|（.*?）|\(.*?\)", "", clean(text))


def _text(_column: Column, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable("应为文本，请把单元格设为文本格式后重填", "must be text; set the cell to text and fill it in again")
    if isinstance(value, str):
        text = clean(value)
        if _is_garbled(text):
            raise Unreadable("文字是乱码（编码错误），请重新填写", "the text is garbled by a wrong encoding; fill it in again")
        return text
    return _digits(value)


def _digits(value: int | float) -> str:
    whole = isinstance(value, int) or value.is_integer()
    text = str(int(value)) if whole else repr(value)
    if (not whole and not re.fullmatch(r"-?[0-9]+\.[0-9]+", text)) or len(text.lstrip("-")) > _MOST_DIGITS:
        raise Unreadable("数字过长会失去精度，请设为文本格式", "a number this long loses digits; set the cell to text")
    return text


def _choice(column: Column, value: Any) -> str:
    text = _text(column, value)
    for code, label in column.choices.items():
        if text in (code, label) or text.casefold() == code.casefold():
            return code
    allowed = SEPARATOR.join(dict.fromkeys(column.choices.values()))
    raise Unreadable(f"“{text[:40]}”不在可选值之内。可选：{allowed[:300]}", f"“{text[:40]}” is none of: {', '.join(column.choices)[:300]}")


def _several(column: Column, value: Any) -> str:
    return _joined(column, (_choice(column, each) for each in several(_text(column, value))))


def _joined(column: Column, codes: Iterable[str]) -> str:
    """Codes in the order of the list, so that the same choice is the same text."""
    order = {code: at for at, code in enumerate(column.choices)}
    return SEPARATOR.join(sorted(dict.fromkeys(codes), key=lambda code: order.get(code, len(order))))


def _number(_column: Column, value: Any) -> str:
    text = "" if isinstance(value, bool) or not isinstance(value, int | float | str) else clean(str(value)).removesuffix(".0")
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", text):
        raise Unreadable("应为数字", "must be a number")
    return text


def _date(_column: Column, value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    found = parse_date(value) if isinstance(value, str) and not re.fullmatch(r"\s*[0-9]{1,7}\s*", value) else None
    if found is None:
        raise Unreadable("应为日期，如 2024-01-31", "must be a date such as 2024-01-31")
    return found.isoformat()


def _integer(_column: Column, value: Any) -> str:
    text = "" if isinstance(value, bool) or not isinstance(value, int | float | str) else clean(str(value)).removesuffix(".0")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Unreadable("应为不带小数的数字", "must be a whole number")
    return str(int(text))


def _yes_no(_column: Column, value: Any) -> str:
    text = clean(str(value)).casefold()
    if text in _YES or text in _NO:
        return "yes" if text in _YES else "no"
    raise Unreadable("应为“是”或“否”", "must be 是 (yes) or 否 (no)")


def _is_garbled(text: str) -> bool:
    """Chinese that went through a wrong encoding: GBK read as Latin, UTF-8 read as GBK, or characters that were lost."""
    if "\ufffd" in text or "锟斤拷" in text or "ï»¿" in text:
        return True
    if not any("\x80" <= each <= "\xff" for each in text) or any(each > "\xff" for each in text):
        return False
    for encoding in ("gb18030", "utf-8"):
        try:
            meant = text.encode("latin-1").decode(encoding)
        except UnicodeError:
            continue
        if len(re.findall(r"[\u4e00-\u9fff]", meant)) >= 2:
            return True
    return False


def _named(labels: str) -> dict[str, str]:
    return {value: zh for value, (zh, _en) in LABELS[labels].items()}


STATUSES: Final = {"in_use": "在用", "suspended": "停用", "retired": "已下线"}
HOSTINGS: Final = {"cloud": "政务云", "own_room": "自建机房", "mixed": "混合"}
GRADES: Final = {"1": "一级", "2": "二级", "3": "三级", "4": "四级", "5": "五级"}
CLASSES: Final = {"public": "公开", "internal": "内部", "personal": "个人信息", "sensitive": "敏感"}
WAYS: Final = {"database": "数据库", "file": "文件", "service": "服务"}
_KEY = "小写字母、数字、下划线"


def _departments() -> Sheet:
    return Sheet("department", "部门", ("key",), (
        Column("key", "部门键", f"部门的简短标识：{_KEY}", required=True, longest=80),
        Column("zh", "部门名称", required=True, longest=200), Column("en", "英文名称", longest=200),
        Column("code", "部门代码", "统一社会信用代码，18 位", longest=40),
        Column("level", "层级", kind="choice", required=True, choices=_named("level"), fixed=True),
        Column("division", "行政区划", "6 位代码，设为文本格式", longest=12), Column("duties", "职能概述"),
    ))


def _duties() -> Sheet:
    return Sheet("duty", "部门职责", ("department", "number"), (
        Column("department", "部门键", required=True, longest=80), Column("number", "序号", kind="integer", required=True),
        Column("zh", "职责", required=True), Column("en", "职责英文"), Column("basis", "法律依据", "法律法规名称与条款"),
        Column("collects", "采集范围", "履行该职责须采集的数据"),
    ))


def _systems() -> Sheet:
    return Sheet("system", "信息系统", ("key",), (
        Column("key", "系统键", f"部门键.系统标识：{_KEY}", required=True, longest=160), Column("zh", "系统名称", required=True, longest=200),
        Column("en", "英文名称", longest=200), Column("code", "系统编码", longest=40), Column("purpose", "用途"),
        Column("status", "状态", kind="choice", required=True, choices=STATUSES), Column("operator", "运维单位", longest=200),
        Column("builder", "承建单位", longest=200), Column("protection_grade", "等保等级", kind="choice", choices=GRADES),
        Column("hosting", "部署方式", kind="choice", choices=HOSTINGS), Column("in_service_since", "投入使用日期", kind="date"),
        Column("users", "使用对象"), Column("contact_unit", "联系单位", "填单位，不填个人电话", longest=200),
    ))


def _resources(provinces: tuple[Province, ...]) -> Sheet:
    return Sheet("resource", "信息资源", ("key",), (
        Column("key", "资源键", f"部门键.资源标识：{_KEY}", required=True, longest=160),
        Column("categories", "信息资源分类", "部门分类之外的分类，多个用“、”分隔，如 101、2230010"),
        Column("zh", "信息资源名称", required=True, longest=300),
        Column("en", "英文名称", longest=300), Column("code", "信息资源代码", "由平台生成", shown=True),
        Column("department", "信息资源提供方", "部门键", required=True, fixed=True, longest=80),
        Column("department_code", "信息资源提供方代码", "由平台带出", shown=True),
        Column("system", "来源系统", "系统键", longest=160), Column("abstract_zh", "信息资源摘要", required=True), Column("abstract_en", "英文摘要"),
        Column("format", "信息资源格式", kind="choice", required=True, choices=_formats()),
        Column("share_type", "共享类型", kind="choice", required=True, choices=_named("share_type")),
        Column("share_condition", "共享条件", "有条件共享的，写明条件"), Column("share_basis", "不予共享依据", "不予共享的，写明法律条款"),
        Column("share_way", "共享方式", kind="choice", choices=WAYS),
        Column("open_type", "开放属性", kind="choice", required=True, choices=_named("open_type")), Column("open_condition", "开放条件"),
        Column("open_basis", "不予开放依据"), Column("update_cycle", "更新周期", kind="choice", required=True, choices=_named("update_cycle")),
        Column("published_on", "发布日期", "由平台带出", kind="date", shown=True),
        Column("relations", "关联资源代码", "资源键或代码，多个用“、”分隔"), Column("division", "行政区划", "与提供方不同时填写", longest=12),
        *(_extension(province, each) for province in provinces for each in province.fields),
    ))


_KINDS: Final[Mapping[str, Kind]] = {"text": "text", "choice": "choice", "choices": "several", "date": "date", "number": "number", "flag": "yes_no"}


def _extension(province: Province, each: ExtensionField) -> Column:
    """An extension field of a province; whether it may be empty, the check of the resource's form says."""
    choices = {one.code: one.zh for one in each.values}
    note = f"可选：{SEPARATOR.join(choices.values())}；多个用“{SEPARATOR}”分隔" if each.type == "choices" else f"{province.zh}的扩展字段"
    name = f"{EXTENSION}{province.division[:STEM]}.{each.key}"
    return Column(name, f"{province.zh}·{each.zh}", note, kind=_KINDS[each.type], choices=choices)


def _items() -> Sheet:
    lists = {name: f"{name} {found.header.zh}" for name, found in code_lists().items()}
    elements = {name: f"{name} {element.zh}" for name, element in data_elements().items()}
    return Sheet("item", "信息项", ("resource", "name"), (
        Column("resource", "资源键", required=True, longest=160), Column("name", "字段名", "数据表中的列名", required=True, longest=80),
        Column("zh", "信息项名称", required=True, longest=200), Column("en", "英文名称", longest=200),
        Column("type", "数据类型", "如 VARCHAR、BIGINT、DATE", required=True, longest=60), Column("length", "数据长度", kind="integer"),
        Column("unit", "计量单位", longest=40), Column("definition", "定义"), Column("element", "数据元", kind="choice", choices=elements),
        Column("code_list", "代码表", kind="choice", choices=lists),
        Column("classification", "数据分类", kind="choice", required=True, choices=CLASSES),
        Column("share_level", "共享类型", kind="choice", required=True, choices=_named("share_type")),
        Column("required", "是否必填", kind="yes_no"), Column("key", "是否主键", kind="yes_no"),
        Column("mask", "脱敏方式", "留空按分类处理", longest=40),
        Column("action", "处理", "选“删除”即从资源中去掉该信息项；不删除的留空", kind="choice", choices={REMOVE: "删除"}, mark=True),
    ))


def _formats() -> dict[str, str]:
    from lingnan.catalogue.resources.form_rules import FORMAT_CLASSES

    return {name: LABELS["format"].get(name, (name, name))[0] for name in FORMAT_CLASSES}


def several(text: str) -> Sequence[str]:
    """The parts of a cell that holds several."""
    return [part for part in (each.strip() for each in re.split(r"[、,，;；\s]+", text)) if part]
