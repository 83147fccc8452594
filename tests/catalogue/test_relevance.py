"""The search is right: NDCG@10 over 245 labelled queries, beside plain LIKE and SQLite's trigram index."""

from collections.abc import Iterator

import pytest

from lingnan.base import Settings
from lingnan.catalogue import Catalogue
from lingnan.catalogue.search.synonyms import other_ways
from lingnan.storage import Storage
from tests.catalogue import relevance

KINDS = ("exact", "two", "part", "words", "item", "pinyin", "initials", "synonym", "english")
FLOORS = {
    "all": 0.97, "exact": 0.95, "two": 0.98, "part": 0.98, "words": 0.98, "item": 0.98, "pinyin": 0.98, "initials": 0.98,
    "synonym": 0.88, "english": 0.95,
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    storage = Storage.open(Settings(home=tmp_path_factory.mktemp("relevance")))
    catalogue = Catalogue(storage)
    catalogue.register_many(relevance.forms())
    yield catalogue
    storage.close()


@pytest.fixture(scope="module")
def reached(filled: Catalogue) -> dict[str, dict[str, float]]:
    ours = relevance.means(lambda words: [found.key for found in filled.search(words, page_size=relevance.DEPTH).items])
    return {"lingnan": ours, **{name: relevance.means(find) for name, find in relevance.peers().items()}}


def test_there_are_enough_queries_of_every_kind() -> None:
    asked = relevance.queries()
    assert len({query.words for query in asked}) >= 200
    assert {query.kind for query in asked} == set(KINDS)
    assert {key for query in asked for key in query.grades} <= {row["key"] for row in relevance.resources()}


@pytest.mark.parametrize("kind", ["all", *KINDS])
def test_the_search_reaches_its_floor(reached: dict[str, dict[str, float]], kind: str) -> None:
    assert reached["lingnan"][kind] >= FLOORS[kind], {name: round(means[kind], 3) for name, means in reached.items()}


@pytest.mark.parametrize("kind", ["all", *KINDS])
@pytest.mark.parametrize("peer", ["like", "trigram"])
def test_no_peer_is_better(reached: dict[str, dict[str, float]], kind: str, peer: str) -> None:
    assert reached["lingnan"][kind] >= reached[peer][kind]


def test_two_characters_find_nothing_by_trigrams(reached: dict[str, dict[str, float]]) -> None:
    """Why the index is of bigrams: the peer answers none of these, without an error."""
    assert reached["trigram"]["two"] == 0


@pytest.mark.parametrize(("asked", "meant"), [("社保", "社会保险"), ("住房公积金缴存", "公积金缴存"), ("营业执照", "企业登记"), ("pm25", "pm2")])
def test_a_word_stands_for_others(asked: str, meant: str) -> None:
    assert meant in other_ways(asked)
    assert asked not in other_ways(asked)


def test_the_longer_form_does_not_grow() -> None:
    assert not [way for way in other_ways("住房公积金") if "住房住房" in way]


def test_what_comes_near_is_said_to_be_only_near(filled: Catalogue) -> None:
    found = filled.search("重点项目")
    assert (found.nearest, found.items[0].key) == (True, "fg.project")
    assert not filled.search("重点建设项目").nearest
    nothing = filled.search("量子纠缠")
    assert (nothing.nearest, nothing.total) == (False, 0)


def test_the_measure_knows_good_from_bad() -> None:
    grades = {"a": 3, "b": 1}
    assert relevance.gain(["a", "b"], grades) == 1
    assert relevance.gain(["b", "a"], grades) < 1
    assert relevance.gain([], grades) == relevance.gain(["x"] * 10 + ["a"], grades) == 0


