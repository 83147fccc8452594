"""What a resource's form must say: refusals at registration, and the completeness check before a review; each fault names its field."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from lingnan.base import BadInput
from lingnan.catalogue.resources.classifications import check_category, guide_items, widened
from lingnan.catalogue.resources.codes import DEPARTMENT, REASONS
from lingnan.catalogue.resources.extensions import Extensions
from lingnan.catalogue.shapes import FormFault, ItemForm, ResourceForm

FORMAT_CLASSES = {
    "csv": "spreadsheet", "xls": "spreadsheet", "xlsx": "spreadsheet", "et": "spreadsheet", "sqlite": "database", "postgres": "database",
    "sql": "database", "database": "database", "table": "database", "dbf": "database", "json": "self_describing", "xml": "self_describing",
    "geojson": "self_describing", "parquet": "self_describing", "api": "service", "json_api": "service", "pdf": "document", "ofd": "document",
    "docx": "document", "txt": "document", "wps": "document", "jpeg": "image", "png": "image", "tiff": "image", "mp4": "media", "mp3": "media",
}
"""The guide's format class of each format the hub knows."""
SHARE_WAYS = {"database": "database", "service": "service"}
GUARDED = ("personal", "sensitive")
TEXT_TYPES = ("VARCHAR", "CHAR", "TEXT", "STRING")

NegativeList = Callable[[str, str, str], str]
"""Asks the negative list about table, column and data element; gives the article that forbids sharing, empty when none does."""


def format_class(form: ResourceForm) -> str:
    """The guide's class of the form's format; empty for a format nobody has classed."""
    return form.format_class or FORMAT_CLASSES.get(form.format, "")


def share_way(form: ResourceForm) -> str:
    """By what way the resource is shared: as said, else by what its format is."""
    kind = format_class(form)
    return form.share_way or (SHARE_WAYS.get(kind, "file") if kind else "")


def check_form(form: ResourceForm, extensions: Extensions) -> None:
    """BadInput for what must not even be registered: a refusal without its article, an unknown category or extension field, an item twice."""
    faults = tuple(refusals(form, extensions))
    if not faults:
        return
    zh, en = "".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)
    raise BadInput(
        f"资源“{form.zh}”（{form.key}）不能登记：{zh}", f"Resource “{form.en or form.zh}” ({form.key}) cannot be registered: {en}",
        resource=form.key, fields=[fault.model_dump() for fault in faults],
    )


def refusals(form: ResourceForm, extensions: Extensions) -> Iterator[FormFault]:
    """The faults with which a form is not registered."""
    if form.share_type == "none" and not form.share_basis.strip():
        yield _fault("share_basis", "article", "不予共享须写明法律、行政法规或国务院规定的条款。", "Not sharing must name the article of the law.")
    if form.open_type == "none" and not form.open_basis.strip():
        yield _fault("open_basis", "article", "不予开放须写明法律依据的条款。", "Not opening must name the article of the law.")
    yield from _categories(form)
    yield from _twice(form)
    yield from extensions.faults(form.division or form.department.division, form.extension)


def faults_of(form: ResourceForm, extensions: Extensions, negative: NegativeList | None = None) -> tuple[FormFault, ...]:
    """Everything that keeps a form from being published, each with the field to mend."""
    forbidden = _forbidden(form, negative) if negative else ()
    return (*refusals(form, extensions), *_missing(form), *_conditions(form), *_items(form), *_relations(form), *forbidden)


def kept_back(form: ResourceForm, negative: NegativeList | None) -> ResourceForm:
    """The form with every item that the negative list names set to not shared: how a contract is entered that has not heard of the list yet."""
    if negative is None:
        return form
    named = {item.name for item in form.items if item.share_level != "none" and negative(form.table or form.key, item.name, item.element)}
    if not named:
        return form
    items = tuple(item.model_copy(update={"share_level": "none"}) if item.name in named else item for item in form.items)
    share = "conditional" if form.share_type == "unconditional" else form.share_type
    opened = "conditional" if form.open_type == "unconditional" else form.open_type
    return form.model_copy(update={"items": items, "share_type": share, "open_type": opened})


def _missing(form: ResourceForm) -> Iterator[FormFault]:
    asked = (
        ("abstract_zh", form.abstract_zh, "信息资源摘要", "an abstract"), ("format_class", format_class(form), "信息资源格式", "a format class"),
        ("share_way", share_way(form), "共享方式", "a way of sharing"),
        ("department.code", form.department.code, "资源提供方代码（统一社会信用代码）", "the provider's unified social credit code"),
    )
    for field, value, zh, en in asked:
        if not value.strip():
            yield _fault(field, "missing", f"请填写{zh}。", f"Fill in {en}.")
    if not form.items:
        yield _fault("items", "missing", "请至少列出一个信息项。", "List at least one item.")


def _conditions(form: ResourceForm) -> Iterator[FormFault]:
    if form.share_type == "conditional" and not form.share_condition.strip():
        yield _fault("share_condition", "condition", "有条件共享须写明共享条件。", "Sharing on condition must state the condition.")
    if form.open_type == "conditional" and not form.open_condition.strip():
        yield _fault("open_condition", "condition", "有条件开放须写明开放条件。", "Opening on condition must state the condition.")
    guarded = [item for item in form.items if item.classification in GUARDED]
    if form.open_type == "unconditional" and guarded:
        yield _fault(
            "open_type", "too_open", f"含个人信息或敏感信息项（{_zh(guarded)}），不得无条件开放。",
            f"Items are personal or sensitive ({_en(guarded)}); it cannot be open without condition.",
        )
    if form.share_type == "unconditional" and (kept := [item for item in form.items if item.share_level != "unconditional"]):
        yield _fault(
            "share_type", "too_open", f"信息项（{_zh(kept)}）并非无条件共享，资源不得定为无条件共享。",
            f"Items ({_en(kept)}) are not shared without condition, so the resource cannot be.",
        )
    if form.open_type == "unconditional" and form.share_type != "unconditional":
        yield _fault("open_type", "too_open", "开放范围不得宽于共享范围。", "It cannot be more open than it is shared.")


def _items(form: ResourceForm) -> Iterator[FormFault]:
    for item in form.items:
        if not item.zh.strip():
            yield _fault(f"items.{item.name}.zh", "missing", f"请填写信息项 {item.name} 的中文名称。", f"Give item {item.name} its Chinese name.")
        # A contract's columns carry their physical types; what is written by hand says how long a text may be.
        if item.type.upper() in TEXT_TYPES and not (item.length or item.element or item.code_list or form.contract_path):
            yield _fault(
                f"items.{item.name}.length", "missing", f"请填写信息项“{item.zh or item.name}”的长度，或选定数据元。",
                f"Give item “{item.en or item.name}” its length, or a data element.",
            )
        if item.classification in GUARDED and item.share_level == "unconditional":
            yield _fault(
                f"items.{item.name}.share_level", "too_open", f"个人信息或敏感信息项“{item.zh or item.name}”不得无条件共享。",
                f"Item “{item.en or item.name}” is personal or sensitive and cannot be shared without condition.",
            )


def _relations(form: ResourceForm) -> Iterator[FormFault]:
    if any(each.target == form.key for each in form.relations):
        yield _fault("relations", "itself", "资源不能关联自身。", "A resource cannot be related to itself.")


def _categories(form: ResourceForm) -> Iterator[FormFault]:
    named = [("category", form.category), *(("categories", each) for each in form.categories)]
    for field, category in named:
        reason = check_category(widened(category)) if category else None
        if reason:
            yield _fault(field, "category", f"分类“{category}”有误：{REASONS[reason][0]}。", f"Category “{category}” is wrong: {REASONS[reason][1]}.")
    if form.theme and (form.theme not in guide_items() or form.theme[0] == DEPARTMENT):
        known = "、".join(code for code in guide_items() if code[0] != DEPARTMENT)
        yield _fault(
            "theme", "category", f"主题“{form.theme}”不在编制指南中，可用：{known}。", f"Theme “{form.theme}” is not the guide's; use {known}.",
        )


def _twice(form: ResourceForm) -> Iterator[FormFault]:
    twice = sorted(name for name, count in Counter(item.name for item in form.items).items() if count > 1)
    if twice:
        yield _fault(
            "items", "twice", f"信息项重名：{'、'.join(twice)}，每个信息项只能出现一次。",
            f"Items share a name: {', '.join(twice)}. Each may stand once.",
        )


def _forbidden(form: ResourceForm, negative: NegativeList) -> Iterator[FormFault]:
    for item in form.items:
        if item.share_level == "none":
            continue
        article = negative(form.table or form.key, item.name, item.element)
        if article:
            yield _fault(
                f"items.{item.name}.share_level", "negative_list", f"信息项“{item.zh or item.name}”列入负面清单（{article}），须定为不予共享。",
                f"Item “{item.en or item.name}” is on the negative list ({article}) and must not be shared.",
            )


def _zh(items: Iterable[ItemForm]) -> str:
    return "、".join(item.zh or item.name for item in items)


def _en(items: Iterable[ItemForm]) -> str:
    return ", ".join(item.en or item.name for item in items)


def _fault(field: str, rule: str, zh: str, en: str) -> FormFault:
    return FormFault(field=field, rule=rule, zh=zh, en=en)
