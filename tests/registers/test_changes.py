"""The change feed: played from the beginning it gives the register at every moment; it says nothing twice and nothing unseen."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.base import BadInput, Conflict, WrongUse
from lingnan.lake import CommitFacts, View
from lingnan.registers import Change, changes, count_changes, entry_of, last_known, register_columns, register_definition, register_definitions

from .bureau import FIRST, SECOND, THIRD, TYPES, Bureau, insured, number, resident
from .histories import PEOPLE, WORDS, Word, histories, lay, moment, register_at, without_gaps

ONE_BUREAU = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def feed(bureau: Bureau, limit: int = 100) -> Iterator[Change]:
    """The whole feed, page by page."""
    cursor, more = "", True
    while more:
        page = changes("people", bureau.engine, bureau.views(WORDS), cursor=cursor, limit=limit)
        yield from page.items
        cursor, more = page.cursor, page.more


def play(items: list[Change], until: datetime) -> dict[str, dict[str, Any]]:
    """The register that changes up to a moment make of nothing; every change fits what it is played upon."""
    stood: dict[str, dict[str, Any]] = {}
    for each in (each for each in items if each.at <= until):
        values = stood.setdefault(each.entry, {})
        assert {name: values.get(name) for name in each.before} == dict(each.before), "what was before is what stood"
        assert (each.kind == "added") == (not values)
        values.update(each.after)
        if each.kind in ("retired", "merged"):
            assert not without_gaps(values)
            del stood[each.entry]
    return {entry: without_gaps(values) for entry, values in stood.items()}


@ONE_BUREAU
@given(said=histories(), limit=st.integers(2, 6))
def test_the_feed_played_from_the_beginning_is_the_register_of_every_moment(bureau: Bureau, said: list[Word], limit: int) -> None:
    lay(bureau, said)
    items = list(feed(bureau, limit))
    assert [(each.at, each.entry) for each in items] == sorted({(each.at, each.entry) for each in items}), "one item an entry and moment, in order"
    for number_ in range(9):
        wanted = {entry: without_gaps(values) for entry, values in register_at(said, moment(number_)).items()}
        assert play(items, moment(number_)) == wanted
    assert items == list(feed(bureau, 1000))
    back = changes("people", bureau.engine, bureau.views(WORDS), limit=1000, newest_first=True)
    assert list(back.items) == items[::-1]
    for number_ in (-1, 2):
        told = Counter(each.kind for each in items if each.at > moment(number_))
        assert count_changes(PEOPLE, bureau.engine, bureau.views(WORDS), moment(number_)) == told


@pytest.mark.parametrize("register", [each.register_ for each in register_definitions()])
def test_every_register_has_a_feed(bureau: Bureau, register: str) -> None:
    bureau.build(register)
    definition = register_definition(register)
    assert changes(register, bureau.engine, bureau.views(definition.observations, definition.identities)).items == ()


def test_deliveries_are_told_as_they_came(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2))
    bureau.build("people")
    assert last_known(PEOPLE, bureau.engine, bureau.views(WORDS)) == FIRST
    bureau.deliver("gongan.resident", SECOND, resident(1, name="陈光", updated_on=date(2026, 5, 1)), resident(2))
    bureau.build("people")
    bureau.deliver("gongan.resident", THIRD, resident(1, name="陈光", updated_on=date(2026, 5, 1)))
    bureau.build("people")
    told = [(each.at, each.kind, each.entry) for each in feed(bureau)]
    first, second = entry_of("people", number(1)), entry_of("people", number(2))
    start = sorted([first, second])
    assert told == [(FIRST, "added", start[0]), (FIRST, "added", start[1]), (SECOND, "changed", first), (THIRD, "retired", second)]
    changed = list(feed(bureau))[2]
    assert (changed.before, changed.after) == ({"name": "陈明"}, {"name": "陈光"})
    assert {row["entry_id"] for row in bureau.rows("registers.people")} == {first}
    before = list(feed(bureau))
    bureau.build("people")
    assert list(feed(bureau)) == before, "the same rows give the same feed"


def test_a_cursor_waits_for_news_and_notices_history_told_anew(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", SECOND, resident(1))
    bureau.build("people")
    page = changes("people", bureau.engine, bureau.views(WORDS))
    assert (len(page.items), page.more) == (1, False)
    nothing = changes("people", bureau.engine, bureau.views(WORDS), cursor=page.cursor)
    assert (nothing.items, nothing.cursor, nothing.more) == ((), page.cursor, False)
    bureau.deliver("gongan.resident", THIRD, resident(1, nationality="11"))
    bureau.build("people")
    (news,) = changes("people", bureau.engine, bureau.views(WORDS), cursor=page.cursor).items
    assert (news.kind, news.after) == ("changed", {"nationality": "11"})
    late = changes("people", bureau.engine, bureau.views(WORDS), cursor=page.cursor).cursor
    bureau.deliver("renshe.insured", FIRST, insured(2))
    bureau.build("people")
    with pytest.raises(Conflict):
        changes("people", bureau.engine, bureau.views(WORDS), cursor=late)


@pytest.mark.parametrize("cursor", ["x", "1.2.3", "a.b.c.d", "9" * 40 + "..0.0", "1.P'; drop table x.1.x"])
def test_a_cursor_that_is_none_is_refused(bureau: Bureau, cursor: str) -> None:
    bureau.build("people")
    with pytest.raises(BadInput):
        changes("people", bureau.engine, bureau.views(WORDS), cursor=cursor)
    for limit in (0, 1001):
        with pytest.raises(WrongUse):
            changes("people", bureau.engine, bureau.views(WORDS), limit=limit)


def test_a_masked_reader_is_not_told_what_changed_behind_the_mask(bureau: Bureau) -> None:
    for received, name in ((FIRST, "陈明"), (SECOND, "陈光")):
        bureau.deliver("gongan.resident", received, resident(1, name=name))
        bureau.build("people")
    views = {WORDS: replace(View.for_step(WORDS, "test"), masks={"name": "left(name, 1) || '*'", "identifier": "'***'"})}
    (only,) = changes("people", bureau.engine, views).items
    assert (only.kind, only.after["name"], only.after["citizen_number"]) == ("added", "陈*", "***")
    shown = tuple(each.name for each in register_columns()[WORDS] if each.name not in ("name", "identifier", "word", "source"))
    (told,) = changes("people", bureau.engine, {WORDS: replace(View.for_step(WORDS, "test"), columns=shown)}).items
    assert not {"name", "citizen_number"} & told.after.keys()


def test_merging_and_splitting_are_told_with_the_successor(bureau: Bureau) -> None:
    for received, people in ((FIRST, (1, 2)), (SECOND, (2,)), (THIRD, (1, 2))):
        bureau.deliver("gongan.resident", received, *(resident(place) for place in people))
        bureau.build("people")
    first, second = entry_of("people", number(1)), entry_of("people", number(2))
    rows = [
        {"entry_id": first, "superseded_by": second, "event": "merged", "known_from": SECOND, "known_to": THIRD},
        {"entry_id": first, "superseded_by": None, "event": "unmerged", "known_from": THIRD},
    ]
    schema = pa.schema([(each.name, TYPES[each.type]) for each in register_columns()[PEOPLE.identities]])
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
    bureau.lake.overwrite(PEOPLE.identities, table, CommitFacts(job="test"))
    told = changes("people", bureau.engine, bureau.views(WORDS, PEOPLE.identities)).items
    assert [(each.kind, each.successor) for each in told if each.entry == first] == [("added", ""), ("merged", second), ("split", "")]
    assert told[0].at.tzinfo is UTC
