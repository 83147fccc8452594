"""The same catalogue on SQLite and on PostgreSQL answers the same in the same order, by the index, and writers at once are seen whole."""

import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from lingnan.base import Settings
from lingnan.catalogue import Catalogue
from lingnan.catalogue.records import ResourceWords
from lingnan.catalogue.search.index import RESOURCES, hits
from lingnan.catalogue.search.scoring import scores
from lingnan.catalogue.search.shelf import fresh_columns
from lingnan.storage import Storage
from tests.catalogue import relevance
from tests.catalogue.bulk_child import form
from tests.catalogue.conftest import FORMS, GONGAN, NOW

pytestmark = pytest.mark.postgres
WORDS = (
    "", "户籍", "户籍人口", "登记", "名录", "电", "qyyd", "qiye", "power", "POWER use", "民政 名录", "姓名", "身份证号", "c1", "u",
    "用电 csv", "没有", "日期 车辆",
)
OVERLAPPING = ("000", "aba", "人 人", "户", "e")
MANY = 20_000


@pytest.fixture
def both(tmp_path: Path, postgres_database: str) -> Iterator[tuple[Storage, Storage]]:
    addresses = f"sqlite:///{tmp_path / 'one.db'}", postgres_database.replace("postgresql://", "postgresql+psycopg://", 1)
    opened = tuple(Storage.open(Settings(home=tmp_path, clock=NOW, storage_url=address)) for address in addresses)
    yield opened
    for storage in opened:
        storage.close()


def test_both_databases_answer_the_same(both: tuple[Storage, Storage]) -> None:
    one, other = (Catalogue(storage) for storage in both)
    for catalogue in (one, other):
        draw = Random(7)
        catalogue.register_many([*FORMS, *(form(number, draw) for number in range(60))])
        catalogue.search("")
        catalogue.register_many([form(number, draw) for number in range(0, 60, 7)])
    for words in WORDS:
        for filters in ({}, {"format": "csv"}):
            found, also = one.search(words, filters, page_size=200), other.search(words, filters, page_size=200)
            assert [item.key for item in found.items] == [item.key for item in also.items], words
            assert (found.total, found.facets) == (also.total, also.facets), words
        hits, others = (each.search_items(words, page_size=200) for each in (one, other))
        assert [(hit.resource_key, hit.item.name) for hit in hits.items] == [(hit.resource_key, hit.item.name) for hit in others.items], words
        assert one.suggest(words) == other.suggest(words), words
    assert one.check() == other.check() == []
    assert other.mend() == len(FORMS) + 60
    assert other.check() == []


def test_both_databases_put_what_they_find_in_the_same_order(both: tuple[Storage, Storage]) -> None:
    """The score is one formula, so the labelled queries reach the same gain, query by query."""
    one, other = (Catalogue(storage) for storage in both)
    odd = {"department": GONGAN, "abstract_zh": "人人 户户户户 ababab 000000", "abstract_en": "eeee"}
    forms = [*relevance.forms(), {"key": "odd.one", "zh": "编号0000", **odd}, {"key": "odd.other", "zh": "编号 00 00 0", **odd}]
    for catalogue in (one, other):
        catalogue.register_many(forms)
        catalogue.register_many(forms[:5])
    for words in {*(query.words for query in relevance.queries()), *OVERLAPPING}:
        found, also = one.search(words, page_size=relevance.DEPTH), other.search(words, page_size=relevance.DEPTH)
        assert [item.key for item in found.items] == [item.key for item in also.items], words
    told = []
    for storage in both:
        with storage.reading() as session:
            told.append({words: scores(session, fresh_columns(session), words.split()) for words in (*OVERLAPPING, "公积金", "gjj", "社会 保险")})
    assert told[0] == told[1]


def test_the_index_is_used_where_there_are_many_resources(both: tuple[Storage, Storage]) -> None:
    _sqlite, storage = both
    Catalogue(storage).register_many(relevance.forms())
    with storage.session() as session:
        _repeat(session)
    asked: list[tuple[str, object]] = []
    with storage.reading() as session:
        columns = fresh_columns(session)

        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
            asked.append((statement, parameters))

        event.listen(session.connection(), "before_cursor_execute", note)
        for run in ("公积金", "gjj"):
            assert len(hits(session, RESOURCES, run)) > 10
            assert scores(session, columns, [run])
        event.remove(session.connection(), "before_cursor_execute", note)
        for statement, parameters in asked:
            plan = "\n".join(session.connection().exec_driver_sql(f"explain {statement}", parameters).scalars())
            assert "ix_resource_words_tokens" in plan, plan
            assert "Seq Scan" not in plan, plan
    assert len(asked) == 6


def _repeat(session: Session) -> None:
    """Write the words over and over, as if of other resources."""
    names = ", ".join(column.name for column in ResourceWords.__table__.columns if column.name not in ("number", "resource_id"))
    # As a replica the server looks at no foreign key.
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text(
        f"insert into resource_words (resource_id, {names}) select concat(number, '-', turn), {names} from resource_words, "
        f"generate_series(1, {MANY} / (select count(*) from resource_words)) as turn"
    ))
    session.execute(text("analyze resource_words"))


def test_a_number_given_later_is_not_seen_earlier(both: tuple[Storage, Storage]) -> None:
    """The counter of a node stays locked until its writer has committed, so nobody's lower number appears after a higher one."""
    _sqlite, storage = both
    catalogue, later = Catalogue(storage), Catalogue(storage)
    catalogue.register_many(FORMS)
    catalogue.search("")
    second = threading.Thread(target=later.register, args=(form(2, Random(2)),))
    with storage.session() as session:
        session.execute(text("select last from node_sequence for update"))
        second.start()
        second.join(0.5)
        assert second.is_alive()
        assert catalogue.search("").total == len(FORMS)
    second.join()
    assert catalogue.search("").total == len(FORMS) + 1
    assert catalogue.inspect().clean
