"""Databases and web APIs: rows with position, unchanged sources not landed again."""

import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from lingnan.collect import load_feed

from .conftest import Hub

COLUMNS = {"nr": "nr", "name": "name"}


def _fill(path: Path, rows: list[tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table if not exists t (nr integer, name text)")
        connection.executemany("insert into t values (?, ?)", rows)
        connection.commit()


def test_sqlite_keeps_types_and_is_read_once(hub: Hub) -> None:
    _fill(hub.home / "s.db", [(1, "甲"), (2, None)])
    feed = hub.feed(COLUMNS, connector="sqlite", location="s.db", options="{table: t}")
    assert hub.load(feed).rows == 2
    assert hub.rows(feed.landing, "nr, name, _position") == [(1, "甲", "s.db/t:1"), (2, None, "s.db/t:2")]
    assert hub.load(feed).skipped


def test_sqlite_values_that_break_their_column_are_rejected_not_lost(hub: Hub) -> None:
    _fill(hub.home / "s.db", [(at, f"名{at}") for at in range(30_000)] + [("many", "坏"), (30_001, "好")])
    feed = hub.feed(COLUMNS, connector="sqlite", location="s.db", options="{table: t}")
    result = hub.load(feed)
    assert (result.rows, result.rejected) == (30_001, 1)
    assert hub.rows(feed.rejects, 'reason, "column", value') == [("not_convertible", "nr", "many")]
    assert hub.rows(feed.landing, "count(distinct nr), count(*)", "1") == [(30_001, 30_001)]


def test_any_database_through_sqlalchemy(hub: Hub) -> None:
    _fill(hub.home / "a.db", [(1, "甲"), (2, "乙")])
    feed = hub.feed(COLUMNS, connector="sql", location=f"sqlite:///{hub.home / 'a.db'}", options="{table: t}")
    assert hub.load(feed).rows == 2
    assert hub.rows(feed.landing, "nr, name") == [(1, "甲"), (2, "乙")]
    assert hub.load(feed).skipped
    _fill(hub.home / "a.db", [(3, "丙")])
    assert hub.load(feed).rows == 3


def test_a_table_that_is_not_there_is_an_alarm_that_lists_those_that_are(hub: Hub) -> None:
    _fill(hub.home / "s.db", [(1, "甲")])
    result = hub.load(hub.feed(COLUMNS, connector="sqlite", location="s.db", options="{table: nothing}"))
    assert result.alarms[0].code == "unreadable"
    assert "t" in result.alarms[0].en


class _Pages(BaseHTTPRequestHandler):
    records: ClassVar[list[dict[str, object]]] = []
    text = True
    code = 0

    def do_GET(self) -> None:
        page = int(parse_qs(urlsplit(self.path).query).get("page", ["1"])[0])
        part = self.records[(page - 1) * 2 : page * 2]
        data = json.dumps(part, ensure_ascii=False) if self.text else part
        body = json.dumps({"code": self.code, "data": data, "page": page, "pages": -(-len(self.records) // 2)}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def api() -> Iterator[str]:
    _Pages.records, _Pages.text, _Pages.code = [{"nr": at, "name": f"名{at}"} for at in range(5)], True, 0
    server = HTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/list"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("text", [True, False])
def test_pages_of_an_api_with_records_as_text_inside_json(hub: Hub, api: str, text: bool) -> None:
    _Pages.text = text
    feed = hub.feed(
        COLUMNS, connector="json_api", location=api, load="append",
        options="{records: data, page_parameter: page, pages: pages, success: {code: 0}}",
    )
    assert hub.load(feed).rows == 5
    assert hub.rows(feed.landing, "nr, name, _position")[4] == ("4", "名4", "list/page-3:1")
    assert hub.load(feed).skipped
    _Pages.records.append({"nr": 5, "name": "名5"})
    assert hub.load(feed).rows == 6


def test_an_api_that_says_no_leaves_the_last_batch(hub: Hub, api: str) -> None:
    feed = hub.feed(COLUMNS, connector="json_api", location=api, options="{records: data, pages: pages, success: {code: 0}}")
    hub.load(feed)
    _Pages.code = 500
    assert [alarm.code for alarm in hub.load(feed).alarms] == ["source_away"]
    assert hub.lake.version(feed.landing) == 0


def test_an_api_is_called_only_where_its_place_is_on_the_list(hub: Hub, api: str) -> None:
    feed = hub.feed(COLUMNS, connector="json_api", location=api, options="{records: data, pages: pages, success: {code: 0}}")
    refused = load_feed(feed, home=hub.home, **hub.doors(), allowed=["127.0.0.1:1"])
    assert [alarm.code for alarm in refused.alarms] == ["unreadable"]
    assert "no registered source" in refused.alarms[0].en
    assert load_feed(feed, home=hub.home, **hub.doors(), allowed=[urlsplit(api).netloc]).rows == len(_Pages.records)


@pytest.mark.postgres
def test_postgres_is_asked_whether_it_changed(hub: Hub, postgres_database: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_database) as connection:
        connection.execute("create table t (nr int primary key, name text)")
        connection.execute("insert into t values (1, '甲'), (2, '乙')")
    feed = hub.feed(COLUMNS, connector="postgres", location=postgres_database, options="{table: t}")
    assert hub.load(feed).rows == 2
    assert hub.rows(feed.landing, "nr, name") == [(1, "甲"), (2, "乙")]
    assert hub.load(feed).skipped
    for change, rows in (("update t set name = '丙' where nr = 1", 2), ("delete from t where nr = 2", 1), ("insert into t values (7, '丁')", 2)):
        with psycopg.connect(postgres_database) as connection:
            connection.execute(change)
        assert hub.load(feed).rows == rows


class Listener:
    """A place on this machine that counts who knocks and says nothing."""

    def __init__(self) -> None:
        self.calls: list[object] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, caller = self._server.accept()
                self.calls.append(caller)
                connection.close()

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


ADDRESSES = (
    ("postgres", "postgresql://u:geheim@{place}/db"), ("sql", "postgresql+psycopg://u:geheim@{place}/db"),
    ("sql", "mysql+pymysql://u:geheim@{place}/db"), ("sql", "postgresql://u:geheim@127.0.0.1:1/db?host={place}"),
    ("postgres", "postgresql://u:geheim@127.0.0.1:1,{place}/db"), ("postgres", "postgresql://u:geheim@127.0.0.1:1/db?host={host}&port={port}"),
    ("postgres", "postgresql://u:geheim@127.0.0.1:1/db?hostaddr={host}&port={port}"),
    ("postgres", "postgresql://u:geheim@127.0.0.1:1/host={host} port={port}"),
    ("postgres", "postgresql://u:geheim@127.0.0.1:1/db%20host%3D{host}%20port%3D{port}"),
    ("postgres", "host={host} port={port} dbname=db password=geheim"), ("postgres", "postgresql:///db?host={host}&port={port}"),
    ("sql", "postgresql://u:geheim@127.0.0.1:1/postgresql://{place}/db"), ("postgres", "postgresql://u:geheim@127.0.0.1:1\\@{place}/db"),
    ("postgres", "postgresql://127.0.0.1:1@{place}/db"),
    ("sql", "oracle://u:geheim@127.0.0.1:1/(DESCRIPTION=(ADDRESS=(HOST={host})(PORT={port})))"),
)


def test_a_database_that_nobody_approved_is_never_knocked_at(hub: Hub, listener: Listener) -> None:
    host, _, port = listener.place.partition(":")
    for at, (connector, address) in enumerate(ADDRESSES):
        location = address.format(place=listener.place, host=host, port=port)
        feed = hub.feed(COLUMNS, f"ceshi.item{at}", connector=connector, location=json.dumps(location), options="{table: t}")
        result = load_feed(feed, home=hub.home, **hub.doors(), allowed=["127.0.0.1:1", "db.example:5432"])
        assert next(alarm.code for alarm in result.alarms) in ("unreadable", "source_away"), address
        assert "geheim" not in str(result), address
        assert not listener.calls, address


def test_a_fallback_passes_the_list_as_well(hub: Hub, listener: Listener) -> None:
    fallback = f"{{connector: postgres, location: 'postgresql://{listener.place}/db', options: {{table: t}}}}"
    feed = hub.feed(COLUMNS, connector="csv", location="none.csv", fallback=fallback)
    result = load_feed(feed, home=hub.home, **hub.doors())
    assert [alarm.code for alarm in result.alarms] == ["unreadable"]
    assert "no registered source" in result.alarms[0].en
    assert not listener.calls


def test_an_approved_database_is_called(hub: Hub, listener: Listener) -> None:
    pytest.importorskip("psycopg")
    feed = hub.feed(COLUMNS, connector="postgres", location=f"postgresql://u:geheim@{listener.place}/db", options="{table: t}")
    result = load_feed(feed, home=hub.home, **hub.doors(), allowed=[listener.place])
    assert [alarm.code for alarm in result.alarms] == ["source_away"]
    assert listener.calls


@pytest.mark.postgres
def test_a_password_is_in_no_record_of_a_load(hub: Hub, postgres_database: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_database) as connection:
        connection.execute("create table t (nr int primary key, name text)")
        connection.execute("insert into t values (1, '甲')")
    location = postgres_database.replace("postgres@", "postgres:geheim@")
    assert hub.load(hub.feed(COLUMNS, connector="postgres", location=location, options="{table: t}")).rows == 1
    assert b"geheim" not in b"".join(path.read_bytes() for path in hub.home.rglob("*") if path.is_file() and path.suffix != ".yaml")
