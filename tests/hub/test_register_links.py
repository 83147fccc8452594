"""Links of a register held against the made province's truth: rows whose number is missing or mistyped are let through to the register."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingnan.base import FixedClock
from lingnan.hub import Hub
from lingnan.lake import CommitFacts, Lake, View
from lingnan.registers import build_register, register_definition, register_inputs

PEOPLE = register_definition("people")
FACTS = CommitFacts(job="test")


@pytest.fixture(scope="module")
def let_through(built: Hub, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, list[dict[str, str]]]:
    """A people register of what was accepted and of the rows that only their number kept in quarantine, with its rows."""
    lake = Lake(tmp_path_factory.mktemp("let") / "lake", FixedClock(datetime(2026, 11, 1, tzinfo=UTC)))
    for table in register_inputs(PEOPLE):
        if built.lake.exists(table):
            lake.overwrite(table, _rows(built, table), FACTS)
    engine = lake.engine(threads=2, memory="1GB")
    build_register(PEOPLE, lake, engine, {table: View.for_step(table, "test") for table in register_inputs(PEOPLE) if lake.exists(table)}, FACTS)
    views = {table: View.for_step(table, "test") for table in (PEOPLE.observations, PEOPLE.unlinked)}
    sql = (
        f"select distinct source_table, source_key, entry_id, joined_by, identifier from {PEOPLE.observations} where joined_by <> 'identifier' "
        f"union select distinct source_table, source_key, '', 'nothing', null from {PEOPLE.unlinked} as u where not exists (select 1 "
        f"from {PEOPLE.observations} as o where o.source_table = u.source_table and o.source_key = u.source_key) order by all"
    )
    return lake, engine.query(sql, views).to_pylist()


def _rows(hub: Hub, table: str) -> pa.Table:
    quarantine, number = f"quarantine.{table.replace('.', '_')}", "applicant_number" if table == "zhengwu.service_case" else "citizen_number"
    schema = hub.lake.schema(table)
    names = [name for name in schema.names if name in set(hub.lake.schema(quarantine).names)]
    views = {each: View.for_step(each, "test") for each in (table, quarantine)}
    with hub.engine.session(views) as session:
        kinds = {name: str(session.query(f"select typeof({name}) as t from {table} limit 1").column(0)[0]) for name in names}
        shown = ", ".join(_typed(name, kind) for name, kind in kinds.items())
        blamed = f"""len(_reasons) > 0 and len(list_filter(_reasons, reason -> reason."column" <> '{number}')) = 0"""
        # One key twice is another fault than a wrong number; its first row stands for both.
        told = f"select {', '.join(names)} from {table} union all by name select {shown} from {quarantine} where {blamed}"
        return session.query(told)


def _typed(name: str, kind: str) -> str:
    if kind == "DATE":
        forms = "', '".join(("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"))
        return f"cast(try_strptime({name}, ['{forms}']) as date) as {name}"
    if name == "sex":
        return "case sex when '男' then '1' when '女' then '2' else sex end as sex"
    return f"try_cast({name} as {kind}) as {name}"


def test_nobody_is_linked_to_somebody_else_and_most_are_linked(built: Hub, let_through: tuple[Lake, list[dict[str, str]]]) -> None:
    truth = Path(built.home) / "world" / "truth"
    persons = {row["person_id"]: row["citizen_number"] for row in pq.read_table(truth / "people.parquet").to_pylist()}
    of_row = {(row["feed"], row["key"]): row["person_id"] for row in pq.read_table(truth / "links.parquet").to_pylist()}
    lake, rows = let_through
    known = {row["identifier"] for row in _identified(lake)}
    meant = {(row["source_table"], row["source_key"]): persons.get(of_row.get((row["source_table"], row["source_key"]), -1)) for row in rows}
    linked = [row for row in rows if row["joined_by"] == "link" and row["identifier"]]
    wrong = [row for row in linked if row["identifier"] != meant[row["source_table"], row["source_key"]]]
    assert wrong == []
    possible = [key for key, number in meant.items() if number in known]
    assert len(possible) > 60
    assert len(linked) > 0.8 * len(possible)


def test_rows_that_found_an_entry_together_are_of_one_person(built: Hub, let_through: tuple[Lake, list[dict[str, str]]]) -> None:
    of_row = {
        (row["feed"], row["key"]): row["person_id"] for row in pq.read_table(Path(built.home) / "world" / "truth" / "links.parquet").to_pylist()
    }
    together: dict[str, set[int]] = {}
    for row in let_through[1]:
        if row["entry_id"] and not row["identifier"]:
            together.setdefault(row["entry_id"], set()).add(of_row[row["source_table"], row["source_key"]])
    assert together
    assert all(len(persons) == 1 for persons in together.values())


def _identified(lake: Lake) -> list[dict[str, str]]:
    engine = lake.engine(threads=2, memory="1GB")
    sql = f"select distinct identifier from {PEOPLE.observations} where joined_by = 'identifier'"
    return list(engine.query(sql, {PEOPLE.observations: View.for_step(PEOPLE.observations, "test")}).to_pylist())
