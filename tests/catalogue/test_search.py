"""Searching: every two characters hit, exact names come first, facets count right, the index and plain looking agree."""

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from lingnan.base import Damaged, WrongUse
from lingnan.catalogue import Catalogue
from lingnan.catalogue.search.index import NAME, RESOURCES, SPOKEN, TERMS, hits, plain_hits
from lingnan.catalogue.search.words import runs
from lingnan.storage import Storage

LETTERS = "户籍人口企业用电税务登记省市abcXYZ019 -（）·𠮷㐀A１"
names = st.text(LETTERS, min_size=2, max_size=12).filter(lambda name: any(char.isalnum() for char in name))


def keys(catalogue: Catalogue, words: str, **filters: Any) -> list[str]:
    return [item.key for item in catalogue.search(words, filters).items]


@pytest.mark.parametrize(("words", "first"), [
    ("户籍人口", "gongan.resident"), ("人口变动", "gongan.household"), ("用电", "nengyuan.power_use"), ("qyyd", "nengyuan.power_use"),
    ("qiyeyong", "nengyuan.power_use"), ("POWER", "nengyuan.power_use"), ("税务", "shuiwu.taxpayer_year"), ("电", "nengyuan.power_use"),
    ("301002/000001", "shuiwu.taxpayer_year"), ("gongan.household", "gongan.household"), ("信用代码", "shuiwu.taxpayer_year"),
    ("Taxpayer years", "shuiwu.taxpayer_year"), ("企 业 电", "nengyuan.power_use"),
])
def test_what_is_meant_comes_first(catalogue: Catalogue, words: str, first: str) -> None:
    assert keys(catalogue, words)[0] == first


def test_an_exact_name_stands_before_longer_ones_and_mentions(catalogue: Catalogue) -> None:
    assert keys(catalogue, "户籍人口") == ["gongan.resident", "gongan.household"]
    assert keys(catalogue, "户籍")[-1] == "shuiwu.taxpayer_year"


def test_what_is_not_there_is_not_found(catalogue: Catalogue) -> None:
    for words in ("口人", "籍户", "huji 税", "iye", "户 电"):
        assert keys(catalogue, words) == []


def test_no_words_list_everything_by_department(catalogue: Catalogue) -> None:
    assert keys(catalogue, "") == keys(catalogue, " 、 ") == ["gongan.resident", "gongan.household", "shuiwu.taxpayer_year", "nengyuan.power_use"]


def test_items_that_hold_the_words_are_named(catalogue: Catalogue) -> None:
    found = catalogue.search("身份号码").items[0]
    assert (found.key, [item.name for item in found.matched_items]) == ("gongan.resident", ["citizen_number"])
    hit = catalogue.search_items("区划 户籍人口")
    assert (hit.total, hit.items[0].item.name, hit.items[0].resource_key) == (1, "division", "gongan.resident")
    assert catalogue.search_items("户籍人口").total == 0
    assert catalogue.search_items("").total == 0


@pytest.mark.parametrize("words", ['"', "'", '" OR name:*', "name:户籍", "户籍*", "NEAR(户籍 人口)", "%", "_", "户籍\x00", "-户籍", "^户", "()"])
def test_no_words_are_a_language(catalogue: Catalogue, words: str) -> None:
    assert catalogue.search(words).total >= 0
    assert catalogue.search_items(words).total >= 0


def test_pages_follow_one_another(catalogue: Catalogue) -> None:
    pages = [catalogue.search("", page=page, page_size=3) for page in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [3, 1, 0]
    assert {page.total for page in pages} == {4}


def facet(catalogue: Catalogue, field: str, words: str = "", **filters: Any) -> dict[str, int]:
    return {value.value: value.count for value in catalogue.search(words, filters).facets if value.field == field}


def test_facets_count_under_the_other_filters(catalogue: Catalogue) -> None:
    assert facet(catalogue, "format") == {"csv": 2, "xlsx": 1, "json_api": 1}
    assert facet(catalogue, "format", department="gongan") == {"csv": 1, "xlsx": 1}
    assert facet(catalogue, "department", department="gongan") == {"gongan": 2, "shuiwu": 1, "nengyuan": 1}
    assert facet(catalogue, "department", department=["gongan", "shuiwu"], format="csv") == {"gongan": 1, "nengyuan": 1, "shuiwu": 0}
    assert facet(catalogue, "department", words="户籍") == {"gongan": 2, "shuiwu": 1}
    labels = {value.value: value.label_zh for value in catalogue.search("").facets}
    assert (labels["gongan"], labels["monthly"], labels["440000"]) == ("公安厅", "每月", "广东省")


def test_a_facets_count_is_what_choosing_it_finds(catalogue: Catalogue) -> None:
    for words in ("", "户籍", "csv", "power"):
        for value in catalogue.search(words).facets:
            found = catalogue.search(words, {value.field: value.value})
            assert found.total == value.count == len(found.items), value


def test_an_unknown_filter_is_wrong_use(catalogue: Catalogue) -> None:
    with pytest.raises(WrongUse):
        catalogue.search("", {"colour": "red"})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names)
def test_a_resource_is_found_by_every_two_characters_of_its_name(catalogue: Catalogue, name: str) -> None:
    form = {"key": "test.named", "zh": name, "department": {"id": "test", "zh": "测试单位"}, "items": [{"name": "item", "zh": name}]}
    catalogue.register(form)
    for at in range(len(name) - 1):
        piece = name[at : at + 2]
        assert "test.named" in keys(catalogue, piece), piece
        if runs(piece):
            assert "test.named" in [hit.resource_key for hit in catalogue.search_items(piece, page_size=200).items], piece
    assert keys(catalogue, name)[0] == "test.named" or not runs(name)
    assert catalogue.check() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.one_of(st.text(LETTERS, max_size=5), st.sampled_from(["hj", "hjrk", "qiye", "户籍 csv", "公民", "registered res", "u"])))
def test_the_index_and_plain_looking_find_the_same(catalogue: Catalogue, storage: Storage, words: str) -> None:
    wanted = runs(words)
    if not wanted:
        return
    with storage.reading() as session:
        for index, run, columns in product((RESOURCES, TERMS), wanted, (SPOKEN, (NAME,))):
            by_index = hits(session, index, run, columns)
            assert by_index.to_pylist() == plain_hits(session, index, run, columns).to_pylist()


@pytest.mark.sqlite
def test_a_drifted_index_is_noticed(catalogue: Catalogue, storage: Storage) -> None:
    with storage.session() as session:
        session.execute(text("update resource set zh = '改了名' where key = 'gongan.resident'"))
    assert catalogue.check() == ["gongan.resident"]
    with storage.session() as session:
        session.execute(text("insert into resource_words_index (resource_words_index) values ('delete-all')"))
    with pytest.raises(Damaged):
        catalogue.check()
