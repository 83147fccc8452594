"""The registers of people and legal entities: sizes, look-up, and one entry with its two times."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from lingnan.base import Missing, Refused
from lingnan.hub.pages.desk import Desk, cell, end_of, offset_of
from lingnan.hub.pages.disputed import Marks
from lingnan.hub.pages.origins import Origin, origins
from lingnan.hub.pages.titles import code_words, division_words
from lingnan.insight import Disputed, Fact, Happening, RegisterEntry, RegisterLine, RegisterPage, RegisterSheet, Span, Value, Words
from lingnan.lake import View
from lingnan.registers import (
    Attribute,
    Entry,
    RegisterDefinition,
    entry_happenings,
    entry_of,
    entry_spans,
    find_entries,
    register_definitions,
    register_entry,
    successor_of,
    theme_definitions,
)
from lingnan.registers import Fact as Observed
from lingnan.registers import Happening as Happened
from lingnan.standards import IDENTIFIERS
from lingnan.trust import Subject

PAGE = 20


def definition(register: str) -> RegisterDefinition | None:
    """The register of that name when it is one of people or entities."""
    return next((each for each in register_definitions() if each.register_ == register), None)


def line(desk: Desk, defined: RegisterDefinition) -> RegisterLine:
    """A register with its size and the departments it is built from."""
    departments = dict.fromkeys(source.table.split(".")[0] for source in defined.sources if desk.titles.feed(source.table))
    return RegisterLine(
        key=defined.register_, title=Words(**defined.title.model_dump()), description=Words(**defined.description.model_dump()),
        entries=desk.rows(defined.table), sources=tuple(desk.titles.department(each) for each in departments), table=defined.table,
        observations=desk.rows(defined.observations), unlinked=desk.rows(defined.unlinked),
    )


def themes(desk: Desk) -> tuple[RegisterLine, ...]:
    """The theme registers with their sizes and what they lack."""
    return tuple(
        RegisterLine(
            key=each.theme, title=Words(**each.title.model_dump()), description=Words(**each.description.model_dump()),
            entries=desk.rows(each.table), table=each.table, sources=tuple(desk.titles.table(table) for table in each.reads),
            missing=tuple(table for table in each.reads if desk.version(table) is None),
        )
        for each in theme_definitions() if desk.version(each.table) is not None
    )


def search(desk: Desk, subject: Subject, defined: RegisterDefinition, words: str, cursor: str) -> RegisterPage:
    """Entries by number or name; Refused for whoever may not read the register, nothing without words."""
    told = line(desk, defined)
    if not words or desk.version(defined.table) is None:
        return RegisterPage(register_line=told, words=words, total=None, items=())
    about = _about(desk, subject, defined, words)
    view, start = desk.views(subject, [defined.table], about=about)[defined.table], offset_of(cursor)
    total, rows = find_entries(defined.register_, words, desk.hub.engine, {defined.table: view}, limit=PAGE, offset=start)
    items = tuple(
        RegisterEntry(
            id=row["entry_id"], label=row.get(defined.label) or row["entry_id"], hint=row.get(defined.identifier) or "",
            division=division_words(row.get("division")),
        )
        for row in rows
    )
    more = start + PAGE < total
    return RegisterPage(register_line=told, words=words, total=total, items=items, next=str(start + PAGE) if more else None)


def entry(desk: Desk, subject: Subject, defined: RegisterDefinition, wanted: str, as_of: date | None, known_at: date | None) -> RegisterSheet:
    """One entry as of a day, as known on a day, with the attributes the subject may see; Refused when it may see none."""
    if desk.version(defined.observations) is None:
        raise _missing(defined, wanted)
    now = _successor(desk, defined, wanted)
    if now != wanted and as_of is None and known_at is None:
        return entry(desk, subject, defined, now, as_of, known_at).model_copy(update={"led_from": wanted})
    about = desk.hub.trust.sightings.about(defined.register_, wanted, subject)
    view = desk.views(subject, [defined.observations], about=about)[defined.observations]
    day, known = as_of or desk.now().date(), min(end_of(known_at), desk.now()) if known_at else desk.now()
    held = _days(desk, view, wanted, known)
    if not held:
        raise _missing(defined, wanted)
    try:
        found = register_entry(defined.register_, wanted, desk.hub.engine, {defined.observations: view}, as_of=day, known_at=known)
    except Missing:
        # Known, yet not on that day: before birth or founding the page has its days and no values.
        found = Entry(defined.register_, wanted, day, known, {})
    sheet = _sheet(desk, defined, view, found, held, known_at or known.date(), origins(desk, subject, defined, found.facts))
    line_of_time = _time_line(desk, subject, defined, view, found)
    later = {"superseded_by": now if now != wanted else "", "disputed": _disputed(desk, subject, defined, found), "dispute_table": defined.table}
    return sheet.model_copy(update={**later, **line_of_time})


def _successor(desk: Desk, defined: RegisterDefinition, wanted: str) -> str:
    """The entry this one is part of now; only its id is read, and policy decides about that entry as about any."""
    if not desk.rows(defined.identities):
        return wanted
    views = desk.hub.trust.views_for_step("register-successor", {defined.identities: desk.version(defined.identities)})
    return successor_of(defined.register_, wanted, desk.hub.engine, views)


def _time_line(desk: Desk, subject: Subject, defined: RegisterDefinition, view: View, found: Entry) -> dict[str, Any]:
    """From when to when each value survived, and what happened to the entry's id for those who may see it."""
    hidden, shown = _hidden_year(view, found), view.columns or tuple(defined.attributes)
    spans = entry_spans(defined.register_, found.id, desk.hub.engine, {view.table: view}, known_at=found.known_at)
    happened: tuple[Happened, ...] = ()
    if desk.rows(defined.identities):
        with suppress(Refused):
            happened = entry_happenings(defined.register_, found.id, desk.hub.engine, desk.views(subject, [defined.identities]))
    return {
        "spans": tuple(
            Span(
                attribute=Words(**defined.attributes[each.attribute].title.model_dump()), value=_text(each.value) or "",
                shown=None if each.attribute in view.masks else code_words(defined.attributes[each.attribute].code_list, _text(each.value)),
                source=_source(desk, each.source) if each.source else None, since=_coarse(each.since, hidden), until=_coarse(each.until, hidden),
            )
            for each in spans if each.attribute in shown
        ),
        "happenings": tuple(Happening(event=each.event, at=each.at, other=each.other) for each in happened if each.at <= found.known_at),
    }


def _about(desk: Desk, subject: Subject, defined: RegisterDefinition, words: str) -> dict[str, str]:
    """The record a search is about when a whole number was typed, else nothing."""
    kind = IDENTIFIERS[defined.identifier_kind]
    if not kind.valid(words):
        return {}
    return desk.hub.trust.sightings.about(defined.register_, entry_of(defined.register_, words), subject, typed=kind.normal(words) or "")


def _days(desk: Desk, view: View, wanted: str, known: datetime) -> list[date | None]:
    """The days on which something about the entry became true, as known then; empty when nothing was known."""
    sql = (
        f"select distinct unnest([valid_from, valid_to]) as day from {view.table} where entry_id = $entry and known_from <= $known "
        "and (known_to is null or known_to > $known) order by day"
    )
    return [row["day"] for row in desk.hub.engine.query(sql, {view.table: view}, {"entry": wanted, "known": known}).to_pylist()]


def _sheet(
    desk: Desk, defined: RegisterDefinition, view: View, found: Entry, days: Iterable[date | None], known_at: date,
    places: Mapping[tuple[str, str], Origin],
) -> RegisterSheet:
    hidden = _hidden_year(view, found)
    shown = dict.fromkeys(_coarse(day, hidden) for day in days)
    facts = [fact for fact in found.facts if fact.attribute in defined.attributes]
    attributes = [name for name in defined.attributes if found.values and name in (view.columns or defined.attributes)]
    return RegisterSheet(
        register_line=line(desk, defined), id=found.id, label=str(found.values.get(defined.label) or found.id),
        origin=desk.titles.origin(defined.table), as_of=found.as_of, known_at=known_at, changes=tuple(day for day in shown if day is not None),
        values=(*_identifier(defined, view, found), *(_value(desk, defined, name, view, found, facts) for name in attributes)),
        facts=tuple(_fact(desk, defined.attributes[fact.attribute], fact, hidden, places) for fact in facts),
    )


def _disputed(desk: Desk, subject: Subject, defined: RegisterDefinition, found: Entry) -> tuple[Disputed, ...]:
    """The marks of an entry and of the departments' rows that its facts come from, each once."""
    keys = dict.fromkeys([(defined.table, found.id), *((fact.source.split("·")[0], str(fact.source_key)) for fact in found.facts)])
    marks = Marks(desk, subject, (table for table, _key in keys))
    return tuple(dict.fromkeys(mark for table, key in keys if (mark := marks.of(table, key)) is not None))


def _hidden_year(view: View, found: Entry) -> int | None:
    """The year of birth when the birth date is masked to it: a fact true since birth must not tell the day."""
    born = found.values.get("birth_date")
    return born.year if "birth_date" in view.masks and isinstance(born, date) else None


def _coarse(day: date | None, hidden: int | None) -> date | None:
    return date(hidden, 1, 1) if day is not None and day.year == hidden else day


def _identifier(defined: RegisterDefinition, view: View, found: Entry) -> tuple[Value, ...]:
    value = found.values.get(defined.identifier)
    if value is None:
        return ()
    masked = not view.masks.keys().isdisjoint(("identifier", defined.identifier))
    kind = "sensitive" if masked else "public"
    title = Words(**defined.identifier_title.model_dump())
    told = {"name": defined.identifier, "title": title, "value": value, "source": None, "classification": kind, "masked": masked}
    return (Value.model_validate(told),)


def _value(desk: Desk, defined: RegisterDefinition, name: str, view: View | None, found: Entry, facts: list[Observed]) -> Value:
    attribute, value = defined.attributes[name], found.values.get(name)
    mine = [fact for fact in facts if fact.attribute == name]
    source = min((fact.source for fact in mine if fact.survives), key=lambda said: _place(attribute, said), default="")
    masked = view is not None and name in view.masks
    return Value.model_validate({
        "name": name, "title": Words(**attribute.title.model_dump()), "value": _text(value),
        "shown": None if masked else code_words(attribute.code_list, _text(value)), "source": _source(desk, source) if source else None,
        "classification": attribute.classification, "masked": masked, "disagreeing": _disagreeing(attribute, mine, value),
    })


def _place(attribute: Attribute, source: str) -> int:
    """Where a source stands in the order in which an attribute hears its sources."""
    told = source.rpartition("·")[2]
    return attribute.order.index(told) if told in attribute.order else len(attribute.order)


def _disagreeing(attribute: Attribute, facts: list[Observed], value: Any) -> int:
    """How many of the sources that ought to agree last said something else."""
    last = {fact.source.rpartition("·")[2]: fact.value for fact in facts}
    return sum(said != value for source, said in last.items() if source in attribute.compare)


def _fact(desk: Desk, attribute: Attribute, fact: Observed, hidden: int | None, places: Mapping[tuple[str, str], Origin]) -> Fact:
    batch, position = places.get((fact.source.split("·")[0], fact.source_key), ("", ""))
    return Fact(
        attribute=Words(**attribute.title.model_dump()), value=_text(fact.value), source=_source(desk, fact.source), batch=batch, position=position,
        valid_from=_coarse(fact.valid_from, hidden), valid_to=_coarse(fact.valid_to, hidden), known_from=fact.known_from, known_to=fact.known_to,
        survives=fact.survives, joined_by=fact.joined_by,
    )


def _source(desk: Desk, source: str) -> Words:
    """Department and title of the table a fact comes from, as its source is written `table·id`."""
    table = source.split("·")[0]
    department, title = desk.titles.department(table.split(".")[0]), desk.titles.table(table)
    return Words(zh=f"{department.zh}·{title.zh}", en=f"{department.text('en')}: {title.text('en')}")


def _text(value: Any) -> str | None:
    shown = cell(value)
    return None if shown is None else shown.isoformat() if isinstance(shown, date) else str(shown)


def _missing(defined: RegisterDefinition, wanted: str) -> Missing:
    return Missing(
        f"{defined.title.zh}中没有编号为 {wanted} 的条目。请在该库中检索。", f"{defined.title.en} has no entry {wanted}. Search in the register.",
        register=defined.register_, entry=wanted,
    )
