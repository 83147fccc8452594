"""The same catalogue on SQLite and on PostgreSQL answers the same, and writers at once are seen whole."""

import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from lingnan.base import Settings
from lingnan.catalogue import Catalogue
from lingnan.storage import Storage
from tests.catalogue.bulk_child import form
from tests.catalogue.conftest import FORMS, NOW

pytestmark = pytest.mark.postgres
WORDS = (
    "", "户籍", "户籍人口", "登记", "名录", "电", "qyyd", "qiye", "power", "POWER use", "民政 名录", "姓名", "身份证号", "c1", "u",
    "用电 csv", "没有", "日期 车辆",
)


@pytest.fixture
def both(tmp_path: Path, postgres_database: str) -> Iterator[tuple[Storage, Storage]]:
    address = postgres_database.replace("postgresql://", "postgresql+psycopg://", 1)
    opened = Storage.open(Settings(home=tmp_path, clock=NOW)), Storage.open(Settings(home=tmp_path, clock=NOW, storage_url=address))
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
            assert {item.key for item in found.items} == {item.key for item in also.items}, words
            assert (found.total, found.facets) == (also.total, also.facets), words
        hits, others = (each.search_items(words, page_size=200) for each in (one, other))
        assert [(hit.resource_key, hit.item.name) for hit in hits.items] == [(hit.resource_key, hit.item.name) for hit in others.items], words
        assert one.suggest(words) == other.suggest(words), words
    assert one.check() == other.check() == []
    assert other.mend() == len(FORMS) + 60
    assert other.check() == []


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
