"""The boards over a catalogue of 100,000 resources: what is late, how far inventories are, departments, one resource; as a steward opens them."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from fastapi.testclient import TestClient
from sqlalchemy import func, insert, select

from lingnan.base import load_settings
from lingnan.catalogue.inventory.records import DatabaseTable, SystemDatabase, TableColumn
from lingnan.catalogue.records import Department, LatestObservation, Resource, System
from lingnan.hub import Hub, HubPages
from lingnan.storage import Storage
from lingnan.web import create_app

BOARD_MS, TIMES, TABLES, COLUMNS, AT_ONCE = 300.0, 9, 25, 20, 20_000
AGES = (0, 1, 3, 10, 20, 40, 100, 200, 500)
Tell = Callable[[str, float, str, float], bool]


def furnish(storage: Storage) -> str:
    """Loads of nineteen resources in twenty, some of them long ago, and a database for every system; says how much there is."""
    with storage.reading() as session:
        systems = list(session.scalars(select(System.id).order_by(System.key)))
        if not session.scalar(select(func.count()).select_from(SystemDatabase)):
            _observe(storage)
            _discover(storage, systems)
    with storage.reading() as session:
        late, departments = session.scalar(select(func.count()).select_from(LatestObservation)), session.scalar(select(func.count(Department.id)))
        columns = session.scalar(select(func.count()).select_from(TableColumn))
    return f"{departments} departments, {len(systems):,} systems, {columns:,} columns of databases, {late:,} last loads"


def _observe(storage: Storage) -> None:
    draw, now = Random(3), storage.clock.now()
    with storage.session() as session:
        ids = [each for each in session.scalars(select(Resource.id)) if draw.random() < 0.95]
        for at in range(0, len(ids), AT_ONCE):
            session.execute(insert(LatestObservation), [
                {"resource_id": each, "kind": "load", "value": {"rows": 1}, "at": now - timedelta(days=draw.choice(AGES)), "evidence": {}}
                for each in ids[at : at + AT_ONCE]
            ])


def _discover(storage: Storage, systems: list[str]) -> None:
    with storage.session() as session:
        bases = storage.insert_many(session, SystemDatabase, [
            {"system_id": system, "key": f"bench/{number}", "name": str(number), "kind": "postgresql", "version": "15", "place": "",
             "discovered_at": storage.clock.now()} for number, system in enumerate(systems)
        ])
        tables = storage.insert_many(session, DatabaseTable, [
            {"database_id": base, "schema_name": "public", "name": f"t{number}", "kind": "table", "comment": "表" if number % 3 else "", "zh": "",
             "en": "", "description": "", "rows": 1, "rows_are": "exact", "references": [], "resource_key": ""}
            for base in bases for number in range(TABLES)
        ])
        for at in range(0, len(tables), AT_ONCE // COLUMNS):
            storage.insert_many(session, TableColumn, list(_columns(storage, tables[at : at + AT_ONCE // COLUMNS])))


def _columns(storage: Storage, tables: list[str]) -> Iterator[dict[str, object]]:
    now = storage.clock.now()
    for table in tables:
        for number in range(COLUMNS):
            yield {
                "table_id": table, "position": number, "name": f"c{number}", "type": "VARCHAR(20)", "length": 20, "nullable": True,
                "key": number == 0, "comment": "", "changed_from": "", "profile": {}, "suggested_element": "", "suggested_score": 0.0,
                "element_reasons": [], "suggested_classification": "internal", "classification_reason": {}, "free_text": False, "element": "",
                "classification": "", "mask": "", "decided_by": "", "decided_at": now if number % 4 == 0 else None,
            }


def measure(home: Path, tell: Tell) -> list[bool]:
    """Open each board some times; the first look after a change in one database is a row of its own."""
    storage = Storage.open(load_settings(home))
    print(furnish(storage))
    storage.close()
    with Hub.open(load_settings(home)) as hub:
        trust = hub.trust
        if not trust.accounts.exists("bench"):
            trust.accounts.make_organisation("zhengwu", "政务服务数据管理局", "Bureau")
            trust.accounts.make_account("bench", "量测", "Bench", roles=("steward",), organisation="zhengwu")
        client = TestClient(create_app(HubPages(hub), hub.settings))
        client.cookies.set("lingnan_session", trust.sessions.open("bench", 2, method="password+totp").token)
        begin = time.perf_counter()
        hub.catalogue.inventory.progress()
        print(f"{'  first count of all databases in a process':48} {(time.perf_counter() - begin) * 1000:10,.1f} ms")
        return [_page(hub, client, name, address, tell) for name, address in (
            ("overdue board", "/overdue"), ("overdue, one department", "/overdue?department=gongan"),
            ("inventory board after a change", "/inventory"), ("inventory of one department", "/inventory/gongan"),
            ("departments", "/departments"), ("one department", "/departments/gongan"), ("one resource", "/catalogue/gongan.r000007"),
        )]


def _page(hub: Hub, client: TestClient, name: str, address: str, tell: Tell) -> bool:
    taken, spent = [], []
    for _time in range(TIMES):
        if "change" in name:
            _decide(hub)
        begin, before = time.perf_counter(), time.process_time()
        answer = client.get(address)
        taken.append((time.perf_counter() - begin) * 1000)
        spent.append((time.process_time() - before) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
    return tell(f"{name} ({statistics.median(spent):.0f} CPU ms, most {max(taken):.0f})", statistics.median(taken), "ms", BOARD_MS)


def _decide(hub: Hub) -> None:
    """A steward decides a column somewhere."""
    with hub.storage.session() as session:
        column = session.scalars(select(TableColumn).limit(1)).one()
        column.decided_at = hub.clock.now()
