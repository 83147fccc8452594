"""What an entry was over time: as of every day the plainest reading of its words; and what happened to its id."""

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.base import Missing
from lingnan.lake import CommitFacts
from lingnan.registers import Span, entry_happenings, entry_of, entry_spans, register_columns

from .bureau import FIRST, SECOND, TYPES, Bureau, number, resident
from .histories import DAY0, PEOPLE, WORDS, Word, day, held, histories, lay, moment, surviving, true_on

ENTRY = entry_of("people", number(1))


def on(spans: tuple[Span, ...], name: str, when: date) -> list[object]:
    """The values that spans give for a day."""
    return [each.value for each in spans if each.attribute == name and (each.since or date.min) <= when < (each.until or date.max)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=histories(), known=st.integers(0, 7))
def test_spans_and_as_of_are_what_the_plainest_reading_gives(bureau: Bureau, said: list[Word], known: int) -> None:
    lay(bureau, said)
    spans = entry_spans("people", ENTRY, bureau.engine, bureau.views(WORDS), known_at=moment(known))
    for place, when in enumerate((DAY0 - timedelta(days=400), day(0), day(2), day(3), day(8))):
        wanted = surviving(true_on(held(said, moment(known)), when)).get(ENTRY)
        for name in PEOPLE.attributes:
            assert on(spans, name, when) == ([wanted[name]] if wanted and wanted[name] is not None else []), (name, when)
        if place in (0, 2):
            try:
                found = bureau.entry("people", number(1), when, moment(known)).values
            except Missing:
                assert wanted is None
            else:
                assert wanted is not None
                assert {name: found[name] for name in wanted} == wanted


def test_spans_name_the_source_and_neighbouring_days_of_one_value_are_one(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, former_name="陈光"))
    bureau.build("people")
    spans = entry_spans("people", ENTRY, bureau.engine, bureau.views(WORDS), known_at=SECOND)
    assert [(each.value, each.source, each.since, each.until) for each in spans if each.attribute == "name"] == [
        ("陈光", "gongan.resident·former", date(1980, 1, 1), date(2020, 5, 1)), ("陈明", "gongan.resident·hukou", date(2020, 5, 1), None),
    ]
    assert entry_spans("people", ENTRY, bureau.engine, bureau.views(WORDS), known_at=FIRST - timedelta(seconds=1)) == ()


def test_what_happened_to_an_id_is_told_from_both_sides(bureau: Bureau) -> None:
    other = entry_of("people", number(2))
    rows = [
        {"entry_id": other, "event": "founded", "known_from": FIRST},
        {"entry_id": other, "superseded_by": ENTRY, "event": "merged", "reason": "同一人", "known_from": SECOND},
    ]
    schema = pa.schema([(each.name, TYPES[each.type]) for each in register_columns()[PEOPLE.identities]])
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
    bureau.lake.overwrite(PEOPLE.identities, table, CommitFacts(job="test"))
    views = bureau.views(PEOPLE.identities)
    (merged,) = entry_happenings("people", ENTRY, bureau.engine, views)
    assert (merged.event, merged.other, merged.reason) == ("merged", other, "同一人")
    told = entry_happenings("people", other, bureau.engine, views)
    assert [(each.event, each.other) for each in told] == [("founded", ""), ("merged", ENTRY)]
