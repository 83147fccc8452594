"""Makes delivered text comparable: one row per record with its values, their frequencies and the keys that pairs are blocked by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from lingnan.govern.linking.shapes import LinkColumn
from lingnan.govern.linking.traits import IDENTIFIER_KINDS, SEXES, TRAITS, Trait, filled_in
from lingnan.govern.rules.quoting import literal, quoted
from lingnan.lake import EngineSession
from lingnan.standards import citizen_birth_sql, citizen_sex_sql, pinyin_of_name, split_name

RECORDS, TRUTHS, GIVEN_RECORDS = "records", "truths", "given_records"
_HAN_KINDS = ("han_name",)


@dataclass(frozen=True)
class Values:
    """What stands in the session's table `records`: the compared columns in order, and the names of the blocking keys by column."""

    columns: tuple[LinkColumn, ...]
    formers: Mapping[int, int]
    keys: tuple[tuple[int, str], ...]
    key_filled: tuple[float, ...]
    records: int
    sides: tuple[int, int]
    identified: int

    def trait(self, number: int) -> Trait:
        """The trait of a column."""
        return TRAITS[self.columns[number].kind]


def lay_records(session: EngineSession, columns: Sequence[LinkColumn]) -> Values:
    """Make `records` of `given_records` (rid, side, id and the columns as text)."""
    kept = [each for each in columns if each.kind != "ignored"]
    compared, formers = _with_formers(kept)
    every = [*compared, *(former for former in kept if former not in compared)]
    place = {each.name: number for number, each in enumerate(every)}
    number = next((n for n, each in enumerate(every) if each.kind == "citizen_number"), None)
    _comparable(session, every, number)
    _pronounced(session, every)
    _extended(session, every)
    _counted(session, compared)
    keys = _keyed(session, compared)
    facts = session.query(
        f"select count(*) as n, count(*) filter (where side = 0) as l, count(*) filter (where side = 1) as r, count(ident) as i from {RECORDS}"
    ).to_pylist()[0]
    filled = _key_filled(session, keys)
    return Values(tuple(compared), {n: place[formers[each.name]] for n, each in enumerate(compared) if each.name in formers}, keys, filled,
                  int(facts["n"]), (int(facts["l"]), int(facts["r"])), int(facts["i"]))


def _with_formers(kept: Sequence[LinkColumn]) -> tuple[list[LinkColumn], dict[str, str]]:
    """A former name is compared with the other record's name, not with its former name alone."""
    formers: dict[str, str] = {}
    for each in kept:
        current = next((other for other in kept if other.kind == each.kind and not other.former), None)
        if each.former and current and current.name not in formers:
            formers[current.name] = each.name
    return [each for each in kept if each.name not in formers.values()], formers


def _comparable(session: EngineSession, columns: Sequence[LinkColumn], number: int | None) -> None:
    shown = []
    for n, each in enumerate(columns):
        text = f"trim({quoted(each.name)})"
        shown += [f"{text} as t{n}", f"{TRAITS[each.kind].value.replace('{}', text)} as v{n}"]
    session.execute(f"create or replace temp table valued as select rid, side, id, {', '.join(shown)} from {GIVEN_RECORDS}")
    identifiers = [(n, IDENTIFIER_KINDS[each.kind]) for n, each in enumerate(columns) if each.kind in IDENTIFIER_KINDS][:1]
    shown = [f"t{n}" for n in range(len(columns))]
    for n, each in enumerate(columns):
        shown.append(f"{_told_by_number(each, n, number)} as v{n}")
    judged = f"select *, {identifiers[0][1].sql(f'v{identifiers[0][0]}')} as ok from valued" if identifiers else "select *, false as ok from valued"
    ident = f"case when ok then v{identifiers[0][0]} end" if identifiers else "cast(null as varchar)"
    session.execute(f"create or replace temp table compared as select rid, side, id, {ident} as ident, {', '.join(shown)} from ({judged})")
    session.execute("drop table valued")


def _told_by_number(column: LinkColumn, n: int, number: int | None) -> str:
    """A valid citizen number says birth date and sex where the record does not; sex is written in one code."""
    value = f"v{n}"
    if column.kind == "category":
        cases = " ".join(f"when {literal(word)} then {literal(code)}" for word, code in SEXES.items())
        value = f"case {value} {cases} else {value} end"
    if number is None:
        return value
    if column.kind == "date" and _of_birth(column):
        return f"coalesce({value}, case when ok then strftime({citizen_birth_sql(f'v{number}')}, '%Y%m%d') end)"
    if column.kind == "category" and _of_sex(column):
        return f"coalesce({value}, case when ok then {citizen_sex_sql(f'v{number}')} end)"
    return value


def _of_birth(column: LinkColumn) -> bool:
    header = f"{column.name} {column.title}".lower()
    return any(word in header for word in ("birth", "dob", "出生", "生日", "csrq"))


def _of_sex(column: LinkColumn) -> bool:
    header = f"{column.name} {column.title}".lower()
    return any(word in header for word in ("sex", "gender", "性别", "xb"))


def _pronounced(session: EngineSession, columns: Sequence[LinkColumn]) -> None:
    """The syllables of each different Chinese name, and how rare they are together: at most as rare as one syllable after the other."""
    for n, each in enumerate(columns):
        if each.kind not in _HAN_KINDS:
            continue
        names = session.query(f"select distinct v{n} as name from compared where v{n} is not null")
        read = _read_names(session, names)
        session.add_arrow(f"read_{n}", read)
        session.execute(
            f"create or replace temp table sounds_{n} as with told as (select name, sound from read_{n}), "
            f"met as (select sound, v{n} as name from compared join told on name = v{n}), "
            "syllables as (select unnest(split(sound, ' ')) as syllable, generate_subscripts(split(sound, ' '), 1) as place from met), "
            "shares as (select syllable, place, log2(count(*) / sum(count(*)) over (partition by place)) as bits "
            "from syllables group by syllable, place), "
            "whole as (select sound, log2(count(*) / sum(count(*)) over ()) as bits from met group by sound), "
            "parts as (select sound, unnest(split(sound, ' ')) as syllable, generate_subscripts(split(sound, ' '), 1) as place from whole), "
            "product as (select sound, sum(bits) as bits from parts join shares using (syllable, place) group by sound) "
            "select name, told.sound, greatest(whole.bits, product.bits) as bits from told join whole using (sound) join product using (sound)"
        )


def _read_names(session: EngineSession, names: pa.Table) -> pa.Table:
    """Each different character is read once, and each beginning that may be a surname as a surname."""
    session.add_arrow("different_names", names)
    characters = session.query(
        r"select distinct c from (select unnest(split(name, '')) as c from different_names) where regexp_matches(c, '\p{Han}')"
    ).column(0).to_pylist()
    alone = {c: (pinyin_of_name("·" + c + "·") or c) for c in characters}
    read, surnames = (pa.schema([(name, pa.string()) for name in names]) for names in (("c", "syllable"), ("surname", "reading")))
    session.add_arrow("readings", pa.table({"c": list(alone), "syllable": list(alone.values())}, read))
    begins = session.query("select distinct left(name, 1) as b from different_names union select distinct left(name, 2) from different_names")
    known = {begin: _surname_read(begin) for begin in begins.column(0).to_pylist() if begin and split_name(begin + "一")[0] == begin}
    session.add_arrow("surnames_read", pa.table({"surname": list(known), "reading": list(known.values())}, surnames))
    return session.query(
        "with surnamed as (select name, coalesce(two.surname, one.surname, '') as surname, coalesce(two.reading, one.reading, '') as reading "
        "from different_names left join surnames_read as two on length(name) > 2 and two.surname = left(name, 2) "
        "left join surnames_read as one on length(name) > 1 and one.surname = left(name, 1)), "
        "characters as (select name, unnest(split(substr(name, 1 + length(surname)), '')) as c, "
        "generate_subscripts(split(substr(name, 1 + length(surname)), ''), 1) as place from surnamed), "
        "read as (select name, string_agg(coalesce(syllable, lower(c)), ' ' order by place) as sound "
        "from characters left join readings using (c) where c <> '·' group by name) "
        "select name, trim(reading || ' ' || coalesce(sound, '')) as sound from surnamed left join read using (name)"
    )


def _surname_read(surname: str) -> str:
    return (pinyin_of_name(surname + "一") or "").rpartition(" ")[0]


def _extended(session: EngineSession, columns: Sequence[LinkColumn]) -> None:
    shown, joins = [], []
    for n, each in enumerate(columns):
        extras = TRAITS[each.kind].extras
        places = {"v": f"v{n}", "t": f"t{n}", **{name: f"{name}{n}" for name in extras}}
        shown += [f"{filled_in(sql, **places)} as {name}{n}" for name, sql in extras.items()]
        if each.kind in _HAN_KINDS:
            shown += [f"s{n}.sound as sound{n}", f"s{n}.bits as soundbits{n}"]
            joins.append(f"left join sounds_{n} as s{n} on s{n}.name = v{n}")
    more = "".join(f", {each}" for each in shown)
    session.execute(f"create or replace temp table extended as select compared.*{more} from compared {' '.join(joins)}")
    session.execute("drop table compared")


def _counted(session: EngineSession, columns: Sequence[LinkColumn]) -> None:
    """Per value how rare it is, as log2 of its share of the filled ones."""
    shown, joins = [], []
    for n, each in enumerate(columns):
        trait = TRAITS[each.kind]
        if not trait.by_frequency:
            continue
        for name in dict.fromkeys(("v", *(extra for extra in trait.rare.values() if extra in trait.extras))):
            bits = f"{name.removeprefix('v')}bits{n}"
            session.execute(
                f"create or replace temp table shares_{bits} as select {name}{n} as v, log2(count(*) / sum(count(*)) over ()) as bits from extended "
                f"where {name}{n} is not null group by {name}{n}"
            )
            shown.append(f"of_{bits}.bits as {bits}")
            joins.append(f"left join shares_{bits} as of_{bits} on of_{bits}.v = {name}{n}")
    more = "".join(f", {each}" for each in shown)
    session.execute(f"create or replace temp table counted as select extended.*{more} from extended {' '.join(joins)}")
    session.execute("drop table extended")


def _keyed(session: EngineSession, columns: Sequence[LinkColumn]) -> tuple[tuple[int, str], ...]:
    keys: list[tuple[int, str]] = []
    hashed = []
    for n, each in enumerate(columns):
        trait = TRAITS[each.kind]
        for name, sql in trait.keys.items():
            placed = _placed(sql, n, trait)
            hashed.append(f"case when ({placed}) is null then null else hash({placed}) end as k{len(keys)}")
            keys.append((n, name))
    texts = ", ".join(name for name in session.query("select * from counted limit 0").schema.names if re.fullmatch(r"t\d+", name))
    session.execute(f"create or replace temp table {RECORDS} as select * exclude ({texts}), {', '.join(hashed)} from counted order by rid")
    session.execute("drop table counted")
    return tuple(keys)


def _key_filled(session: EngineSession, keys: Sequence[tuple[int, str]]) -> tuple[float, ...]:
    """Per key, the share of records with a value in its column that have the key."""
    counts = ", ".join(f"count(k{n}) / greatest(1, count(v{column})) as k{n}" for n, (column, _name) in enumerate(keys))
    row = session.query(f"select {counts} from {RECORDS}").to_pylist()[0]
    return tuple(min(1.0, float(row[f"k{n}"])) for n in range(len(keys)))


def _placed(sql: str, n: int, trait: Trait) -> str:
    names = "|".join(["v", "sound", *trait.extras])
    return re.sub(rf"(?<![\w'.])({names})(?![\w('])", rf"\g<1>{n}", sql)


__all__ = ["GIVEN_RECORDS", "RECORDS", "TRUTHS", "Values", "lay_records"]
