"""Writes all words and terms anew from the records."""

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from lingnan.catalogue.records import Department, ItemTerm, Resource, ResourceWords, listed
from lingnan.catalogue.search.index import RESOURCES, TERMS
from lingnan.catalogue.search.indexing import put, with_items

_AT_ONCE = 500


def write_anew(session: Session) -> int:
    """Empty words, terms and index and write them again; every resource gets a new sequence. Gives how many stand in the index."""
    for index in (RESOURCES, TERMS):
        if session.get_bind().dialect.name == "sqlite":
            # A broken index cannot be emptied row by row: what is to be taken out must stand in it.
            session.execute(text(f"insert into {index.name} ({index.name}) values ('rebuild')"))
    session.execute(delete(ResourceWords))
    session.execute(delete(ItemTerm))
    session.info.pop("item terms", None)
    count, last = 0, ""
    while chunk := session.scalars(select(Resource).where(Resource.id > last).order_by(Resource.id).limit(_AT_ONCE)).all():
        last = chunk[-1].id
        standing = set(session.scalars(select(Resource.id).where(Resource.id.in_([record.id for record in chunk]), listed())))
        departments = {record.id: record for record in session.scalars(select(Department))}
        entries = with_items(session, [record for record in chunk if record.id in standing])
        put(session, [(record, departments[record.department_id], items) for record, items in entries])
        for record in chunk:
            flag_modified(record, "changed_at")
        session.flush()
        session.expunge_all()
        count += len(standing)
    return count
