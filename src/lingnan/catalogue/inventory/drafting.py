"""Turns a discovered table into the form of a resource: its columns become items, with what stewards decided or what is suggested."""

import re
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import content_digest
from lingnan.catalogue.inventory.cards import find_table
from lingnan.catalogue.inventory.records import DatabaseTable, SystemDatabase, TableColumn
from lingnan.catalogue.inventory.suggestion import CONFIDENT
from lingnan.catalogue.records import Department, Resource, System
from lingnan.catalogue.shapes import DepartmentForm, ItemForm, RelationForm, ResourceForm, SystemForm
from lingnan.standards import data_elements

FORMATS = {"postgresql": "postgres", "sqlite": "sqlite"}
_SHARED = {"public": "unconditional"}


def resource_form(session: Session, table: str) -> ResourceForm:
    """The form of a resource of this table; what nobody decided stands as suggested, what nobody can tell counts as sensitive."""
    record = find_table(session, table)
    database = session.get_one(SystemDatabase, record.database_id)
    system = session.get_one(System, database.system_id)
    department = session.get_one(Department, system.department_id)
    columns = session.scalars(
        select(TableColumn).where(TableColumn.table_id == record.id, TableColumn.deleted_at.is_(None)).order_by(TableColumn.position)
    ).all()
    schema = f"{_word(record.schema_name)}_" if record.schema_name not in ("", "public", "dbo") else ""
    key = f"{department.key}.{_word(system.key.partition('.')[2])}_{schema}{_word(record.name)}"
    return ResourceForm(
        key=key if len(key) <= 150 else f"{key[:140]}_{content_digest(key)[:8]}", zh=record.zh or _first(record.comment) or record.name, en=record.en,
        department=DepartmentForm(
            id=department.key, zh=department.zh, en=department.en, code=department.code, level=cast("Any", department.level),
            division=department.division, duties=department.duties,
        ),
        category="", system=SystemForm(id=system.key.partition(".")[2], zh=system.zh, en=system.en), abstract_zh=record.description or record.comment,
        format=FORMATS.get(database.kind, "sql"), origin="real",
        source=f"{database.place}：{record.schema_name + '.' if schema else ''}{record.name}",
        items=tuple(_item(column) for column in columns),
        relations=tuple(RelationForm(target=target) for target in _referred(session, record) if target != key),
    )


def _referred(session: Session, table: DatabaseTable) -> list[str]:
    """The resources of the tables that foreign keys point to, as far as those have one."""
    names = {str(each.get("table", "")) for each in table.references}
    wanted = select(DatabaseTable.resource_key).join(Resource, Resource.key == DatabaseTable.resource_key).where(
        DatabaseTable.database_id == table.database_id, DatabaseTable.schema_name == table.schema_name, DatabaseTable.name.in_(names),
        Resource.deleted_at.is_(None),
    )
    return sorted(set(session.scalars(wanted)))


def _item(column: TableColumn) -> ItemForm:
    name = column.element or (column.suggested_element if column.suggested_score >= CONFIDENT and not column.decided_at else "")
    element = data_elements().get(name)
    classification = column.classification or column.suggested_classification or "sensitive"
    return ItemForm(
        name=column.name[:80], zh=(_first(column.comment) or (element.zh if element else column.name))[:200],
        en=(element.en if element else "")[:200],
        source=column.name, type=column.type[:60] or "VARCHAR", length=column.length, element=element.id if element else "",
        code_list=(element.code_list or "") if element else "", classification=cast("Any", classification),
        share_level=cast("Any", _SHARED.get(classification, "conditional")), required=not column.nullable, key=column.key,
    )


def _first(comment: str) -> str:
    """What stands before the first stop of a comment: 性别：1 男 2 女 is 性别."""
    return re.split(r"[\s:：,，;；（(。]", comment.strip(), maxsplit=1)[0][:100]


def _word(name: str) -> str:
    from pypinyin import lazy_pinyin

    word = re.sub(r"[^a-z0-9]+", "_", "_".join(lazy_pinyin(name)).lower()).strip("_")
    return word if word and word[0].isalpha() else f"t_{word or content_digest(name)[:8]}"
