"""Made histories of a few people: words with both times, drawn at random, and the plainest reading of them to compare with."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from lingnan.lake import CommitFacts
from lingnan.registers import entry_of, register_columns, register_definition

from .bureau import TYPES, Bureau, number

PEOPLE = register_definition("people")
WORDS = PEOPLE.observations
START, DAY0 = datetime(2026, 1, 1, tzinfo=UTC), date(2000, 1, 1)
ATTRIBUTES = ("name", "sex", "division", "employer_uscc")
SAYS = {source.id: [name for name in ATTRIBUTES if name in source.columns] for source in PEOPLE.sources}
SPEAKERS = ("hukou", "civil", "insured", "enrolment", "death")
VALUES = {"name": ("陈明", "陈光"), "sex": ("1", "2"), "division": ("440103", "440305"), "employer_uscc": ("甲", "乙")}
TABLES = {source.id: source.table for source in PEOPLE.sources}
PERSONS = (number(1), number(2))
Word = dict[str, Any]


@st.composite
def words(draw: st.DrawFn) -> Word:
    """One word of one source about one of two people."""
    source, person = draw(st.sampled_from(SPEAKERS)), draw(st.sampled_from(PERSONS))
    known, valid = draw(st.integers(0, 4)), draw(st.none() | st.integers(0, 4))
    known_for, valid_for = draw(st.none() | st.integers(0, 3)), draw(st.none() | st.none() | st.integers(1, 3))
    says = {name: draw(st.none() | st.sampled_from(VALUES[name])) for name in SAYS[source]}
    return {
        "entry_id": entry_of("people", person), "identifier": person, "source": source, "source_table": TABLES[source],
        "source_key": f"K{draw(st.integers(0, 2))}", "word": draw(st.integers(1, 2**59)),
        "valid_from": None if valid is None else day(valid), "valid_to": None if valid is None or valid_for is None else day(valid + valid_for),
        "known_from": moment(known), "known_to": None if known_for is None else moment(known + known_for), **says,
    }


def histories() -> st.SearchStrategy[list[Word]]:
    """Up to a dozen words, each with a digest of its own."""
    return st.lists(words(), max_size=12, unique_by=lambda word: word["word"] % 10**10)


def day(number: int) -> date:
    return DAY0 + timedelta(days=number)


def moment(number: int) -> datetime:
    return START + timedelta(days=number)


def lay(bureau: Bureau, said: Iterable[Word]) -> None:
    """Make the table of words hold these alone."""
    rows = list(said)
    schema = pa.schema([(each.name, TYPES.get(each.type, pa.string())) for each in register_columns()[WORDS]])
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
    bureau.lake.overwrite(WORDS, table, CommitFacts(job="test"))


def surviving(said: Iterable[Word]) -> dict[str, dict[str, Any]]:
    """What survives of words, entry by entry: read off the definition, one attribute after the other."""
    found: dict[str, dict[str, Any]] = {}
    said = list(said)
    for entry in sorted({word["entry_id"] for word in said}):
        mine = [word for word in said if word["entry_id"] == entry]
        found[entry] = {PEOPLE.identifier: mine[0]["identifier"], **{name: _survivor(name, mine) for name in PEOPLE.attributes}}
    return found


def _survivor(name: str, mine: Iterable[Word]) -> Any:
    rule = PEOPLE.attributes[name]

    def rank(word: Word) -> tuple[int, ...]:
        since = word["valid_from"]
        place, age = rule.order.index(word["source"]) if word["source"] in rule.order else 99, 10**6 if since is None else -since.toordinal()
        return (place, age, word["word"] % 10**10) if rule.rule == "priority" else (age, place, word["word"] % 10**10)

    speaking = [word for word in mine if word.get(name) is not None]
    return min(speaking, key=rank)[name] if speaking else None


def held(said: Iterable[Word], known_at: datetime) -> list[Word]:
    """The words the hub held at a moment."""
    return [word for word in said if word["known_from"] <= known_at and (word["known_to"] is None or word["known_to"] > known_at)]


def true_on(said: Iterable[Word], on: date) -> list[Word]:
    """The words that were true on a day."""
    return [
        word for word in said if (word["valid_from"] is None or word["valid_from"] <= on) and (word["valid_to"] is None or word["valid_to"] > on)
    ]


def register_at(said: Iterable[Word], known_at: datetime) -> dict[str, dict[str, Any]]:
    """The register as it stood at a moment of knowing."""
    return surviving(word for word in held(said, known_at) if word["valid_to"] is None)


def without_gaps(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values without those that are absent."""
    return {name: value for name, value in values.items() if value is not None}
