"""Columns in memory: however they came about, they are what a fresh reading gives; a killed writer leaves nothing half."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from lingnan.base import Settings
from lingnan.catalogue import Catalogue
from lingnan.catalogue.records import Resource
from lingnan.catalogue.search import columns as columns_module
from lingnan.catalogue.search.checking import columns_differing
from lingnan.catalogue.search.shelf import fresh_columns
from lingnan.storage import Storage
from tests.catalogue.bulk_child import form

CHILD = Path(__file__).with_name("bulk_child.py")
KILLS = 30 if os.environ.get("LINGNAN_LONG") else 3
steps = st.lists(
    st.tuples(st.sampled_from(["register", "withdraw", "search"]), st.lists(st.integers(0, 12), min_size=1, max_size=6, unique=True)), max_size=8,
)


def differing(catalogue: Catalogue) -> list[str]:
    with catalogue._search._shelf.reading() as (session, kept):
        return columns_differing(kept, fresh_columns(session))


@pytest.mark.parametrize("compacts", [False, True])
@settings(max_examples=300 if os.environ.get("LINGNAN_LONG") else 6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, seed=st.integers(0, 1000))
def test_columns_that_followed_every_change_are_the_fresh_ones(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, compacts: bool, steps: list[tuple[str, list[int]]], seed: int
) -> None:
    monkeypatch.setattr(columns_module, "_DEAD", 2 if compacts else 10_000)
    monkeypatch.setattr(columns_module, "_TAIL", 2 if compacts else 100_000)
    draw = Random(seed)
    catalogue.search("")
    for act, numbers in steps:
        if act == "search":
            catalogue.search("登记")
        else:
            catalogue.register_many([form(number, draw) for number in numbers], withdraw_missing="feed" if act == "withdraw" else "")
    assert differing(catalogue) == []
    assert catalogue.check() == []
    anew = Catalogue(catalogue._storage)
    for words in ("", "登记", "姓名", "c1", "民政 名录", "yljg"):
        assert anew.search(words) == catalogue.search(words)
        assert anew.search_items(words) == catalogue.search_items(words)
        assert anew.suggest(words) == catalogue.suggest(words)


def test_columns_left_behind_are_noticed(catalogue: Catalogue, storage: Storage) -> None:
    catalogue.search("")
    with storage.session() as session:
        session.execute(text("update resource set theme = '203' where key = 'gongan.resident'"))
    assert catalogue.inspect().columns_differing == ("gongan.resident",)
    assert catalogue.inspect().differing != ()


def test_stars_are_counted_and_lift_a_resource(catalogue: Catalogue, storage: Storage) -> None:
    found = catalogue.search("户籍")
    last = found.items[-1].key
    assert {value.value: value.count for value in found.facets if value.field == "stars"} == {"0": 3}
    with storage.session() as session:
        session.query(Resource).filter_by(key=last).one().stars = 4
    assert [item.key for item in catalogue.search("", {"stars": "4"}).items] == [last]
    assert {value.value: value.count for value in catalogue.search("户籍").facets if value.field == "stars"} == {"0": 2, "4": 1}


def test_items_are_filtered_by_department_and_classification(catalogue: Catalogue) -> None:
    catalogue.register(form(1, Random(5)) | {"items": [{"name": "a", "zh": "区划", "classification": "public"}]})
    found = catalogue.search_items("区划")
    assert {(value.field, value.value): value.count for value in found.facets} == {
        ("department", "gongan"): 1, ("department", "minzheng"): 1, ("classification", "public"): 2,
    }
    mine = catalogue.search_items("区划", filters={"department": "gongan"})
    assert ([hit.resource_key for hit in mine.items], mine.total) == (["gongan.resident"], 1)
    assert {value.value: value.count for value in mine.facets if value.field == "department"} == {"gongan": 1, "minzheng": 1}
    assert catalogue.search_items("区划", filters={"classification": "personal"}).total == 0


@pytest.mark.parametrize(("typed", "kind", "zh"), [
    ("户籍", "resource", "户籍人口"), ("huji", "resource", "户籍人口"), ("hjrk", "resource", "户籍人口"), ("人口变", "resource", "户籍人口变动"),
    ("税", "department", "税务局"), ("swj", "department", "税务局"), ("gongmin", "item", "公民身份号码"), ("统一社会", "item", "统一社会信用代码"),
    ("Power", "resource", "企业用电"),
])
def test_names_are_suggested_while_someone_types(catalogue: Catalogue, typed: str, kind: str, zh: str) -> None:
    assert (kind, zh) in [(each.kind, each.zh) for each in catalogue.suggest(typed)]


def test_nothing_is_suggested_for_nothing(catalogue: Catalogue) -> None:
    assert catalogue.suggest("") == catalogue.suggest("  ") == catalogue.suggest("没有这个") == ()


def test_what_is_withdrawn_is_suggested_no_more(catalogue: Catalogue) -> None:
    assert catalogue.suggest("企业")
    catalogue.register_many([{"key": "x.y", "zh": "别的", "department": {"id": "x", "zh": "别处"}}], withdraw_missing="feed")
    assert catalogue.suggest("企业") == catalogue.suggest("公民") == ()


def test_an_index_without_words_is_written_when_it_is_first_asked(catalogue: Catalogue, storage: Storage) -> None:
    before = catalogue.search("户籍")
    with storage.session() as session:
        session.execute(text("delete from resource_words"))
        session.execute(text("delete from item_term"))
    anew = Catalogue(storage)
    assert anew.search("户籍") == before
    assert anew.check() == []


@pytest.mark.sqlite
def test_a_broken_index_is_mended(catalogue: Catalogue, storage: Storage) -> None:
    with storage.session() as session:
        session.execute(text("insert into resource_words_index (resource_words_index) values ('delete-all')"))
    assert not catalogue.inspect().index_sound
    assert catalogue.mend() == 4
    assert catalogue.inspect().clean
    assert catalogue.search("户籍").total == 3


def test_threads_that_search_while_one_writes_see_whole_states(catalogue: Catalogue) -> None:
    wrong: list[Any] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            found = catalogue.search("登记信息", page_size=200)
            if found.total != len(found.items) or found.total != sum(value.count for value in found.facets if value.field == "format"):
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    draw = Random(1)
    for _turn in range(12):
        catalogue.register_many([form(number, draw) for number in range(20)], withdraw_missing=draw.choice(["", "feed"]))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert differing(catalogue) == []


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_writer_that_is_killed_leaves_index_and_columns_whole(tmp_path: Path, seed: int) -> None:
    storage = Storage.open(Settings(home=tmp_path))
    watching, draw = Catalogue(storage), Random(seed)
    with subprocess.Popen([sys.executable, str(CHILD), str(tmp_path), str(seed)], stdout=subprocess.PIPE) as child:
        assert child.stdout
        for _turn in range(draw.randint(1, 3)):
            child.stdout.readline()
            watching.search("登记")
        time.sleep(draw.random() / 3)
        child.kill()
    assert differing(watching) == []
    assert watching.inspect().clean
    storage.close()
