import pytest
from sqlalchemy import inspect

from lingnan.jobs import records
from lingnan.storage import Record

TABLES = ["build", "step_run", "lease", "event_delivery", "schedule"]


@pytest.mark.parametrize("table", TABLES)
def test_migration_makes_what_the_records_say(storage, table):
    kept = Record.metadata.tables[table]
    with storage.reading() as session:
        made = inspect(session.connection())
        columns = {c["name"]: c["nullable"] for c in made.get_columns(table)}
        indexes = {i["name"] for i in made.get_indexes(table)}
    assert columns == {c.name: bool(c.nullable) for c in kept.columns}
    assert {i.name for i in kept.indexes} <= indexes
    assert records.Build.__tablename__ == "build"
