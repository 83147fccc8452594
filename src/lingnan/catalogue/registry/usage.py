"""Where elements and code lists are used: items of resources, columns of registers and databases, contracts and rules; counted in the database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Subquery, and_, func, literal, select, union, union_all
from sqlalchemy.orm import Session

from lingnan.base import Missing
from lingnan.catalogue.inventory.records import DatabaseTable, SystemDatabase, TableColumn
from lingnan.catalogue.records import Department, Item, Resource, System, listed
from lingnan.catalogue.registry.shapes import CodeMeaning, ElementCard, Impact, RuleUse, Usage, Use, UseCounts
from lingnan.standards import CodeList, Contract, DataElement, data_sets

REGISTER = "register"
Count = tuple[str, str, int, int, int]


def usage(session: Session, element: ElementCard, page: int, page_size: int) -> Usage:
    """The columns that are mapped to an element."""
    counts, by_department = _counted(session, [element.id], "")
    return Usage(
        element=element.id, zh=element.zh, en=element.en, counts=counts, by_department=by_department, page=page, page_size=page_size,
        places=tuple(_places(session, [element.id], "", page, page_size)),
    )


def impact(
    session: Session, codes: CodeList, code: str, elements: Sequence[DataElement], lists: Mapping[str, CodeList], contracts: Iterable[Contract],
    today: date, page: int, page_size: int,
) -> Impact:
    """What uses a code list, and what becomes of the code; Missing for a code that there is not. `lists` are those that may follow it."""
    name, ids = codes.id, [each.id for each in elements]
    counts, by_department = _counted(session, ids, name)
    meaning = _meaning(codes, code, today) if code else None
    return Impact(
        code_list=name, zh=codes.header.zh, en=codes.header.en, edition=codes.header.edition, successor_list=codes.header.successor_list,
        code=meaning, in_force=_in_force(codes, code, today), successors=_successors(codes, code, today, lists) if code else (),
        below=sum(entry.parent == code for entry in codes.at(today)) if code else 0, elements=tuple(ids),
        data_sets=tuple(each.id for each in data_sets().values() if any(member.element in ids for member in each.members)),
        rules=(*_rules_of(elements, name), *_rules_in(contracts, name, ids)), counts=counts, by_department=by_department, page=page,
        page_size=page_size, places=tuple(_places(session, ids, name, page, page_size)),
    )


def _meaning(codes: CodeList, code: str, today: date) -> CodeMeaning:
    entry = codes.get(code, today) or codes.get(code)
    if entry is None:
        raise _no_code(codes, code)
    return CodeMeaning(code=entry.code, zh=entry.zh, en=entry.en, valid_from=entry.valid_from, valid_to=entry.valid_to)


def _in_force(codes: CodeList, code: str, today: date) -> bool:
    if code:
        return codes.get(code, today) is not None
    header = codes.header
    return (header.valid_from is None or header.valid_from <= today) and (header.valid_to is None or today < header.valid_to)


def _successors(codes: CodeList, code: str, today: date, lists: Mapping[str, CodeList]) -> tuple[CodeMeaning, ...]:
    """Codes that take its place today; in another list where the whole list has a follower."""
    if codes.header.successor_list:
        home = lists.get(codes.header.successor_list, codes)
        return tuple(_meaning(home, each, today) for each in codes.successor(code) if each in home)
    return tuple(_meaning(codes, each, today) for each in codes.successor(code, today) if each != code)


def _no_code(codes: CodeList, code: str) -> Missing:
    return Missing(
        f"代码表 {codes.id} 中没有代码“{code}”；可用 lingnan standards show {codes.id} 查看。",
        f"The code list {codes.id} has no code “{code}”; look with lingnan standards show {codes.id}.", code_list=codes.id, code=code,
    )


def _rules_of(elements: Iterable[DataElement], name: str) -> Iterator[RuleUse]:
    for element in elements:
        for rule in element.rules:
            if rule.get("list") == name or (name == "divisions" and "division" in str(rule.get("rule"))):
                yield RuleUse(owner=element.id, column="", rule=str(rule["rule"]))


def _rules_in(contracts: Iterable[Contract], name: str, elements: Sequence[str]) -> Iterator[RuleUse]:
    """Rules and steps that contracts write, and those that a column has from its element or its code list."""
    for contract in contracts:
        for column in contract.properties:
            if column.code_list == name or column.element in elements:
                yield RuleUse(owner=contract.id, column=column.name, rule="code_valid")
            for step in column.standardise:
                if isinstance(step, dict) and (step.get("code") or {}).get("list") == name:
                    yield RuleUse(owner=contract.id, column=column.name, rule="standardise:code")
            yield from (RuleUse(owner=contract.id, column=column.name, rule=rule.id) for rule in column.quality if rule.args.get("list") == name)
        yield from (RuleUse(owner=contract.id, column="", rule=rule.id) for rule in contract.quality if rule.args.get("list") == name)


def _items(elements: Sequence[str], name: str) -> Subquery:
    """Live items by element or code list; each half goes by its own index, which holds no empty names."""
    by_element = select(Item.id, Item.resource_id).where(Item.element.in_(elements), Item.element != "", Item.deleted_at.is_(None))
    if not name:
        return by_element.subquery("used")
    by_list = select(Item.id, Item.resource_id).where(Item.code_list == name, Item.code_list != "", Item.deleted_at.is_(None))
    return union(by_element, by_list).subquery("used")


def _counted(session: Session, elements: Sequence[str], name: str) -> tuple[UseCounts, dict[str, int]]:
    used = _items(elements, name)
    per_resource = select(used.c.resource_id, func.count().label("columns")).group_by(used.c.resource_id).subquery("per_resource")
    in_resources = (
        select(Department.key, Resource.kind, func.sum(per_resource.c.columns), func.count(), func.count(func.nullif(Resource.contract_path, "")))
        .select_from(per_resource).join(Resource, and_(Resource.id == per_resource.c.resource_id, listed()))
        .join(Department, Department.id == Resource.department_id).group_by(Department.key, Resource.kind)
    )
    by_department: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for department, kind, columns, resources, contracts in session.execute(in_resources):
        by_department[department] += int(columns)
        told["register_columns" if kind == REGISTER else "items"] += int(columns)
        told["resources"] += resources
        told["contracts"] += contracts
    for department, columns in session.execute(select(Department.key, func.count()).select_from(*_columns(elements)).group_by(Department.key)):
        by_department[department] += columns
        told["database_columns"] += columns
    return UseCounts(**told, departments=len(by_department)), dict(sorted(by_department.items()))


def _columns(elements: Sequence[str]) -> tuple[Any]:
    """Live columns of databases that a steward mapped to one of these elements, with all they stand in."""
    mapped = and_(
        DatabaseTable.id == TableColumn.table_id, TableColumn.element.in_(elements), TableColumn.element != "", TableColumn.deleted_at.is_(None),
        DatabaseTable.deleted_at.is_(None),
    )
    joined = Department.__table__.join(System.__table__, System.department_id == Department.id).join(
        SystemDatabase.__table__, SystemDatabase.system_id == System.id
    ).join(DatabaseTable.__table__, DatabaseTable.database_id == SystemDatabase.id).join(TableColumn.__table__, mapped)
    return (joined,)


def _places(session: Session, elements: Sequence[str], name: str, page: int, page_size: int) -> Iterator[Use]:
    used = _items(elements, name)
    items = (
        select(
            literal("item").label("place"), Department.key.label("department"), Resource.key.label("owner"), Resource.zh.label("owner_zh"),
            Resource.en.label("owner_en"), Item.name.label("name"), Item.zh.label("zh"), Item.en.label("en"), Item.element.label("element"),
            Item.code_list.label("code_list"), Resource.contract_path.label("contract"), Resource.kind.label("kind"),
        )
        .select_from(used).join(Item, Item.id == used.c.id).join(Resource, and_(Resource.id == used.c.resource_id, listed()))
        .join(Department, Department.id == Resource.department_id)
    )
    owner = SystemDatabase.key + "." + DatabaseTable.schema_name + "." + DatabaseTable.name
    columns = select(
        literal("database_column").label("place"), Department.key.label("department"), owner.label("owner"), DatabaseTable.zh.label("owner_zh"),
        DatabaseTable.en.label("owner_en"), TableColumn.name.label("name"), TableColumn.comment.label("zh"), literal("").label("en"),
        TableColumn.element.label("element"), literal("").label("code_list"), literal("").label("contract"), literal("").label("kind"),
    ).select_from(*_columns(elements))
    both = union_all(items, columns).subquery("places")
    ordered = select(both).order_by(both.c.department, both.c.owner, both.c.name).limit(page_size).offset((page - 1) * page_size)
    for row in session.execute(ordered).mappings():
        told = {key: value for key, value in row.items() if key != "kind"}
        yield Use(**{**told, "place": "register" if row["kind"] == REGISTER else row["place"]})
