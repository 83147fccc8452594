"""The labelled queries, NDCG, and the two peers that every office could have: LIKE, and SQLite's trigram index."""

import csv
import math
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "relevance"
DEPTH = 10
Finder = Callable[[str], list[str]]


@dataclass(frozen=True)
class Query:
    """A query with the grade of each resource that answers it."""

    kind: str
    words: str
    grades: Mapping[str, int]


def resources() -> list[dict[str, str]]:
    """The resources to be found."""
    with (FOLDER / "resources.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def queries() -> list[Query]:
    """The queries with their judgements."""
    with (FOLDER / "queries.csv").open(encoding="utf-8", newline="") as file:
        return [
            Query(row["kind"], row["query"], {key: int(grade) for key, _, grade in (each.partition(":") for each in row["relevant"].split())})
            for row in csv.DictReader(file)
        ]


def forms() -> list[dict[str, object]]:
    """The resources as forms of the catalogue."""
    departments = {name: f"d{number:02d}" for number, name in enumerate(sorted({row["department"] for row in resources()}), start=1)}
    return [
        {
            "key": row["key"], "zh": row["zh"], "en": row["en"], "abstract_zh": row["abstract"],
            "department": {"id": departments[row["department"]], "zh": row["department"]},
            "items": [{"name": f"item{number}", "zh": item} for number, item in enumerate(row["items"].split(";"), start=1)],
        }
        for row in resources()
    ]


def gain(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """NDCG at ten with gains of 2^grade - 1 (Järvelin and Kekäläinen, 2002)."""
    ideal = _discounted(sorted(grades.values(), reverse=True)[:DEPTH])
    return _discounted([grades.get(key, 0) for key in found[:DEPTH]]) / ideal if ideal else 0.0


def _discounted(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def means(find: Finder) -> dict[str, float]:
    """The mean of each kind of query, and of `all`."""
    gains: dict[str, list[float]] = {}
    for query in queries():
        reached = gain(find(query.words), query.grades)
        for kind in (query.kind, "all"):
            gains.setdefault(kind, []).append(reached)
    return {kind: sum(reached) / len(reached) for kind, reached in gains.items()}


def peers() -> dict[str, Finder]:
    """LIKE over all texts, every word asked for, names first; and FTS5's trigram index with its own score."""
    base = sqlite3.connect(":memory:")
    base.execute("create table r (key text, name text, rest text)")
    base.execute("create virtual table t using fts5 (key unindexed, name, rest, tokenize='trigram')")
    rows = [(row["key"], f"{row['zh']} {row['en']}", f"{row['department']} {row['abstract']} {row['items']}") for row in resources()]
    base.executemany("insert into r values (?, ?, ?)", rows)
    base.executemany("insert into t values (?, ?, ?)", rows)

    def like(words: str) -> list[str]:
        asked = [f"%{word}%" for word in words.split()]
        holds = " and ".join("(name like ? or rest like ?)" for _word in asked)
        named = " and ".join("name like ?" for _word in asked)
        values = [value for word in asked for value in (word, word)]
        return [key for (key,) in base.execute(f"select key from r where {holds} order by not ({named}), key limit 10", [*values, *asked])]

    def trigram(words: str) -> list[str]:
        asked = " ".join('"' + word.replace('"', "") + '"' for word in words.split())
        return [key for (key,) in base.execute("select key from t where t match ? order by rank limit 10", [asked])]

    return {"like": like, "trigram": trigram}
