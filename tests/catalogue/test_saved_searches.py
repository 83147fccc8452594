"""Saved searches: kept by their account alone, looked at each morning, told of what was published since and of nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from lingnan.base import Conflict, FixedClock, Missing, Settings, WrongUse
from lingnan.catalogue import Catalogue
from lingnan.catalogue.search import saved
from lingnan.storage import OutboxEvent, Storage
from tests.back_ends import Furnish
from tests.catalogue.conftest import FORMS, GONGAN

START = datetime(2026, 11, 1, tzinfo=UTC)
NEW = {"key": "gongan.permit", "zh": "户籍迁移审批", "en": "Moves approved", "department": GONGAN}


@pytest.fixture
def kept(tmp_path: Path, furnish: Furnish) -> Iterator[tuple[Catalogue, Storage]]:
    storage = Storage.open(Settings(home=furnish(tmp_path), clock=START))
    catalogue = Catalogue(storage)
    catalogue.register_many(FORMS)
    clock_of(storage).advance(timedelta(hours=1))
    yield catalogue, storage
    storage.close()


@pytest.fixture
def clock(kept: tuple[Catalogue, Storage]) -> FixedClock:
    return clock_of(kept[1])


def clock_of(storage: Storage) -> FixedClock:
    assert isinstance(storage.clock, FixedClock)
    return storage.clock


def told(storage: Storage) -> list[dict[str, object]]:
    with storage.reading() as session:
        found = session.scalars(select(OutboxEvent).where(OutboxEvent.name == "catalogue.saved_search_found").order_by(OutboxEvent.id))
        return [dict(event.payload) for event in found]


def test_what_is_published_later_is_told_once(kept: tuple[Catalogue, Storage], clock: FixedClock) -> None:
    catalogue, storage = kept
    card = catalogue.saved_searches.save("a1", "户籍动态", "户籍", {"department": "gongan"})
    assert card.link == "/catalogue?q=%E6%88%B7%E7%B1%8D&department=gongan"
    assert catalogue.saved_searches.look() == 0, "what was there already is not new"
    clock.advance(timedelta(days=1))
    catalogue.register(NEW)
    clock.advance(timedelta(hours=1))
    assert catalogue.saved_searches.look() == 1
    assert [(each["account"], each["count"], each["resources"]) for each in told(storage)] == [("a1", 1, ["gongan.permit"])]
    clock.advance(timedelta(days=1))
    assert catalogue.saved_searches.look() == 0
    assert len(told(storage)) == 1


def test_words_and_filters_both_narrow(kept: tuple[Catalogue, Storage], clock: FixedClock) -> None:
    catalogue, storage = kept
    catalogue.saved_searches.save("a1", "", "用电")
    catalogue.saved_searches.save("a2", "", "户籍", {"department": "shuiwu"})
    catalogue.saved_searches.save("a3", "", "", {"department": ["gongan", "shuiwu"]})
    clock.advance(timedelta(days=1))
    catalogue.register(NEW)
    clock.advance(timedelta(hours=1))
    assert catalogue.saved_searches.look() == 1
    assert [each["account"] for each in told(storage)] == ["a3"]


def test_a_change_is_nothing_new(kept: tuple[Catalogue, Storage], clock: FixedClock) -> None:
    catalogue, storage = kept
    catalogue.saved_searches.save("a1", "", "户籍")
    clock.advance(timedelta(days=1))
    catalogue.register(FORMS[0] | {"zh": "户籍人口信息"})
    clock.advance(timedelta(hours=1))
    assert catalogue.saved_searches.look() == 0
    assert told(storage) == []


def test_the_same_search_is_kept_once_and_may_be_renamed(kept: tuple[Catalogue, Storage]) -> None:
    catalogue, _storage = kept
    first = catalogue.saved_searches.save("a1", "甲", "户籍")
    second = catalogue.saved_searches.save("a1", "乙", " 户籍 ")
    assert first.id == second.id
    assert [card.title for card in catalogue.saved_searches.listed("a1")] == ["乙"]


def test_nobody_sees_or_removes_another_ones(kept: tuple[Catalogue, Storage]) -> None:
    catalogue, _storage = kept
    card = catalogue.saved_searches.save("a1", "", "户籍")
    assert catalogue.saved_searches.listed("a2") == []
    with pytest.raises(Missing):
        catalogue.saved_searches.remove("a2", card.id)
    catalogue.saved_searches.remove("a1", card.id)
    assert catalogue.saved_searches.listed("a1") == []


def test_a_search_for_nothing_is_not_kept(kept: tuple[Catalogue, Storage]) -> None:
    catalogue, _storage = kept
    with pytest.raises(WrongUse):
        catalogue.saved_searches.save("a1", "全部", " ，")
    with pytest.raises(WrongUse, match="colour"):
        catalogue.saved_searches.save("a1", "", "户籍", {"colour": "red"})


def test_there_is_a_limit(kept: tuple[Catalogue, Storage], monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue, _storage = kept
    monkeypatch.setattr(saved, "MOST", 2)
    for words in ("户籍", "用电"):
        catalogue.saved_searches.save("a1", "", words)
    with pytest.raises(Conflict):
        catalogue.saved_searches.save("a1", "", "纳税")
