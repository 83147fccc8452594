"""Looking into live databases: what is found, what is never kept, where nobody may look, and that a second look changes nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lingnan.base import BadInput, FixedClock, Missing, Refused, Settings, SilentProgress, Unavailable
from lingnan.catalogue import Catalogue, DatabaseFound, SystemDetails, suggest_column
from lingnan.collect import DiscoveryLimits, discover_database
from lingnan.lake import Engine, Lake
from lingnan.standards import CITIZEN_NUMBER
from lingnan.storage import Storage

NOW = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = [surname + given for surname in "王李张刘陈杨黄赵吴周徐孙" for given in ("小明", "秀英")]


def citizen_number(at: int) -> str:
    """A made citizen number with the right check digit."""
    stem = f"440106{1950 + at % 50}0101{at % 1000:03d}"
    return next(stem + last for last in "0123456789X" if CITIZEN_NUMBER.valid(stem + last))


ROWS = [
    (at, citizen_number(at), NAMES[at % len(NAMES)], str(1 + at % 2), "440106" if at % 2 else "440103", f"2024-01-{1 + at % 28:02d}",
     f"办件人反映第{at}次排队时间过长，希望尽快改进并书面答复，谢谢", f"广州市天河区中山大道{at}号{at}栋")
    for at in range(240)
]
COLUMNS = ("bh", "sfzh", "xm", "xb", "xzqhdm", "slrq", "bz", "jtzz")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Lake(tmp_path / "lake", FixedClock(NOW)).engine(threads=1)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    storage = Storage.open(Settings(home=tmp_path / "hub", clock=NOW))
    made = Catalogue(storage)
    made.register({"key": "gongan.resident", "zh": "户籍人口", "department": {"id": "gongan", "zh": "公安厅"}, "table": "gongan.resident"})
    made.inventory.put_system("gongan", "banjian", "办件系统", "", SystemDetails(protection_grade="3", hosting="cloud"))
    yield made
    storage.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "office.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "create table t_bj (bh integer primary key, sfzh varchar(18) not null, xm text, xb char(1), xzqhdm char(6), slrq text, bz text, "
            "jtzz text)"
        )
        connection.execute("create table t_log (nr integer references t_bj (bh), picture blob)")
        connection.execute("create view v_bj as select bh, xb from t_bj")
        connection.executemany("insert into t_bj values (?,?,?,?,?,?,?,?)", ROWS)
        connection.commit()
    return path


def look(url: str, engine: Engine, **how: Any) -> DatabaseFound:
    return discover_database(url, engine=engine, progress=SilentProgress(), **how)


def columns_of(found: DatabaseFound, table: str) -> dict[str, Any]:
    return {each.name: each for each in next(each for each in found.tables if each.name == table).columns}


def test_a_file_is_found_with_its_tables_keys_counts_and_suggestions(source: Path, engine: Engine) -> None:
    found = look(f"sqlite:///{source}", engine)
    assert (found.name, found.kind, found.place) == ("office", "sqlite", "office.db")
    assert [(each.name, each.kind, each.rows, each.rows_are) for each in found.tables] == [
        ("t_bj", "table", 240, "exact"), ("t_log", "table", 0, "exact"), ("v_bj", "view", 240, "exact"),
    ]
    assert found.tables[1].references == ({"columns": ["nr"], "table": "t_bj", "to": ["bh"]},)
    columns = columns_of(found, "t_bj")
    assert (columns["bh"].key, columns["sfzh"].nullable, columns["sfzh"].length) == (True, False, 18)
    guesses = {name: suggest_column(name, "", each.profile) for name, each in columns.items()}
    assert guesses["sfzh"].element == "citizen_number"
    assert {name: guesses[name].classification for name in ("sfzh", "xm", "jtzz", "bz")} == {
        "sfzh": "sensitive", "xm": "personal", "jtzz": "personal", "bz": "personal",
    }
    assert guesses["bz"].free_text
    assert guesses["xzqhdm"].element == "division"


def test_no_value_of_a_person_is_kept(source: Path, engine: Engine) -> None:
    found = look(f"sqlite:///{source}", engine)
    told = found.model_dump_json()
    assert not [name for name in NAMES if name in told]
    assert not [row for row in ROWS if row[1] in told or row[6] in told or row[7] in told]
    columns = columns_of(found, "t_bj")
    assert columns["sfzh"].profile["patterns"][0] == ("9{18}", columns["sfzh"].profile["patterns"][0][1])
    assert ("440106", 120) in columns["xzqhdm"].profile["top"]


def test_nothing_can_be_written_through_a_look(source: Path, engine: Engine) -> None:
    from lingnan.collect.addresses import open_read_only, read_address

    before = source.read_bytes()
    opened = open_read_only(read_address(f"sqlite:///{source}"), 5)
    with opened.connect() as connection, pytest.raises(Exception, match=r"readonly|query_only"):
        connection.exec_driver_sql("delete from t_bj")
    look(f"sqlite:///{source}", engine)
    assert source.read_bytes() == before


def test_a_view_that_never_ends_is_left_and_the_look_goes_on(source: Path, engine: Engine) -> None:
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("create view a_endless as with recursive n(x) as (select 1 union all select x + 1 from n) select sum(x) as x from n")
        connection.commit()
    found = look(f"sqlite:///{source}", engine, limits=DiscoveryLimits(seconds=1))
    assert [each.table for each in found.notices] == ["a_endless"]
    assert columns_of(found, "t_bj")["bh"].profile["filled"] == 240


def test_a_sample_has_an_end(source: Path, engine: Engine) -> None:
    assert columns_of(look(f"sqlite:///{source}", engine, limits=DiscoveryLimits(rows=50)), "t_bj")["bh"].profile["rows"] == 50


@pytest.mark.parametrize("url", [
    "nonsense", "postgresql://u:geheim@h:abc/db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=rw", "postgresql://u:geheim@h1,h2/db",
    "postgresql:///db", "postgresql://u:geheim@h/dbname=x host=y",
])
def test_an_address_that_is_not_plain_is_refused_without_being_repeated(url: str, engine: Engine) -> None:
    with pytest.raises((BadInput, Missing, Refused)) as told:
        look(url, engine)
    assert "geheim" not in f"{told.value.zh}{told.value.en}{told.value.facts}{told.value.__cause__}"


@pytest.mark.parametrize("parameter", [
    "host=10.0.0.1", "service=x", "passfile=/etc/x", "options=-c%20x", "read_default_file=/etc/x", "unix_socket=/x",
])
def test_a_parameter_that_could_lead_elsewhere_is_refused(parameter: str, engine: Engine) -> None:
    with pytest.raises(Refused):
        look(f"postgresql://u@registered:5432/db?{parameter}", engine, allowed=["registered:5432"])


def test_a_place_that_is_not_on_the_list_is_not_called(engine: Engine) -> None:
    with pytest.raises(Refused) as told:
        look("postgresql://u:geheim@127.0.0.1:1/db", engine, allowed=["db.example:5432"])
    assert "geheim" not in str(told.value)
    with pytest.raises(Unavailable) as away:
        look("postgresql://u:geheim@127.0.0.1:1/db", engine, allowed=["127.0.0.1:1"])
    assert "geheim" not in f"{away.value.zh}{away.value.facts}{away.value.__cause__}{away.value.__context__!r}"


@pytest.mark.postgres
def test_a_postgresql_server_is_read_with_schemas_comments_and_estimates(postgres_database: str, engine: Engine, catalogue: Catalogue) -> None:
    import psycopg

    with psycopg.connect(postgres_database, autocommit=True) as server:
        server.execute("create schema biz")
        server.execute("create table biz.t_bj (bh bigint primary key, sfzh varchar(18) not null, xm text, xb char(1), xzqhdm char(6), "
                       "slrq date, bz text, jtzz text, zb jsonb, tp bytea)")
        server.execute("comment on table biz.t_bj is '办件信息'")
        server.execute("comment on column biz.t_bj.xb is '性别代码'")
        with server.cursor() as cursor:
            cursor.executemany("insert into biz.t_bj values (%s,%s,%s,%s,%s,%s,%s,%s,'{\"a\": 1}',null)", ROWS)
        server.execute("create table many as select g as n, 'infinity'::date as d from generate_series(1, 150000) g")
        server.execute("analyze")
        server.execute("create function boom() returns int language sql volatile as $$ delete from many returning 1 $$")
        server.execute("create view evil as select boom() as x")
    parts = urlsplit(postgres_database)
    place = f"127.0.0.1:{parts.port}"
    found = look(postgres_database, engine, allowed=[place])
    assert found.place == f"{place}{parts.path}"
    assert {(each.schema_name, each.name): (each.rows_are, each.comment) for each in found.tables} == {
        ("biz", "t_bj"): ("exact", "办件信息"), ("public", "many"): ("estimate", ""), ("public", "evil"): ("", ""),
    }
    assert [each.table for each in found.notices] == ["public.evil"]
    columns = columns_of(found, "t_bj")
    assert columns["xb"].comment == "性别代码"
    assert suggest_column("xb", columns["xb"].comment, columns["xb"].profile).element == "sex"
    assert not [row for row in ROWS if row[1] in found.model_dump_json()]
    with psycopg.connect(postgres_database) as server:
        assert server.execute("select count(*) from many").fetchone() == (150_000,)
    catalogue.inventory.record_discovery("gongan.banjian", found)
    again = catalogue.inventory.record_discovery("gongan.banjian", look(postgres_database, engine, allowed=[place]))
    assert (again.tables_changed, again.columns_changed, again.tables_gone) == (0, 0, 0)


def sequences(catalogue: Catalogue) -> list[Any]:
    """Every table and column with the number of its last change."""
    from sqlalchemy import select

    from lingnan.catalogue.inventory.records import DatabaseTable, TableColumn

    with catalogue._storage.reading() as session:
        return [tuple(row) for kind in (DatabaseTable, TableColumn) for row in session.execute(select(kind.id, kind.sequence).order_by(kind.id))]


def test_a_second_look_changes_only_what_changed_and_keeps_decisions(source: Path, engine: Engine, catalogue: Catalogue) -> None:
    inventory, url = catalogue.inventory, f"sqlite:///{source}"
    first = inventory.record_discovery("gongan.banjian", look(url, engine))
    assert (first.database, first.tables_added, first.columns_added) == ("gongan.banjian/office", 3, 12)
    before = sequences(catalogue)
    assert inventory.record_discovery("gongan.banjian", look(url, engine)).model_dump(exclude_defaults=True) == {"database": "gongan.banjian/office"}
    assert sequences(catalogue) == before
    table = next(each for each in inventory.tables("gongan.banjian/office").items if each.name == "t_bj")
    columns = {each.name: each for each in inventory.columns(table.id)}
    inventory.decide_column(columns["xb"].id, "official:s", element="sex", classification="personal", mask="by_kind")
    inventory.describe_table(table.id, "办件")
    with closing(sqlite3.connect(source)) as connection:
        for statement in ("drop table t_log", "alter table t_bj drop column jtzz", "alter table t_bj rename column xb to xb_old",
                          "alter table t_bj add column xb integer", "create table t_new (x text)"):
            connection.execute(statement)
        connection.commit()
    changed = inventory.record_discovery("gongan.banjian", look(url, engine))
    assert (changed.tables_added, changed.tables_gone) == (1, 1)
    assert changed.columns_gone == 2, "the view's column was renamed with the table's"
    assert changed.retyped == ("t_bj.xb",)
    column = next(each for each in inventory.columns(table.id) if each.name == "xb")
    assert (column.element, column.classification, column.mask, column.changed_from) == ("sex", "personal", "by_kind", "CHAR(1)")
    assert inventory.table(table.id).zh == "办件"
    assert {each.name: each.gone_at is not None for each in inventory.tables("gongan.banjian/office", gone=True).items} == {
        "t_bj": False, "t_log": True, "t_new": False, "v_bj": False,
    }
    counted = {"systems", "systems_with_database", "databases", "tables", "tables_described", "columns_decided"}
    assert inventory.progress("gongan")[0].model_dump(include=counted) == {
        "systems": 1, "systems_with_database": 1, "databases": 1, "tables": 3, "tables_described": 1, "columns_decided": 1,
    }


def test_a_decision_takes_values_out_of_a_profile_and_may_not_lower_an_element(source: Path, engine: Engine, catalogue: Catalogue) -> None:
    inventory, url = catalogue.inventory, f"sqlite:///{source}"
    inventory.record_discovery("gongan.banjian", look(url, engine))
    table = next(each for each in inventory.tables("gongan.banjian/office").items if each.name == "t_bj")
    column = next(each for each in inventory.columns(table.id) if each.name == "xzqhdm")
    assert column.profile["top"]
    decided = inventory.decide_column(column.id, "official:s", classification="personal")
    assert decided.profile["top"] == []
    inventory.record_discovery("gongan.banjian", look(url, engine))
    assert next(each for each in inventory.columns(table.id) if each.name == "xzqhdm").profile["top"] == []
    with pytest.raises(BadInput):
        inventory.decide_column(column.id, "official:s", element="citizen_number", classification="internal")


def test_a_table_becomes_the_form_of_a_resource(source: Path, engine: Engine, catalogue: Catalogue) -> None:
    inventory = catalogue.inventory
    inventory.record_discovery("gongan.banjian", look(f"sqlite:///{source}", engine))
    table = next(each for each in inventory.tables("gongan.banjian/office").items if each.name == "t_bj")
    form = inventory.make_resource_form(table.id)
    assert (form.key, form.department.id, form.format) == ("gongan.banjian_t_bj", "gongan", "sqlite")
    items = {each.name: each for each in form.items}
    assert (items["sfzh"].element, items["sfzh"].classification, items["bh"].key) == ("citizen_number", "sensitive", True)
    assert catalogue.register(form).outcome == "added"
