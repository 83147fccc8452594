"""Makes delivered text comparable: one row per record with its values, their frequencies and the keys that pairs are blocked by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from lingnan.govern.linking.shapes import LinkColumn
from lingnan.govern.linking.traits import IDENTIFIER_KINDS, SEXES, TRAITS, Trait, filled_in
from lingnan.govern.rules.quoting import literal, quoted
from lingnan.lake import EngineSession, embedded_session
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
    texts = ", ".join(quoted(name) for name in dict.fromkeys(each.name for each in every))
    given = f"select rid, side, id, {texts} from {GIVEN_RECORDS}"
    session.beside("compared", given, partial(_comparable, columns=tuple(every), number=number))
    _pronounced(session, every)
    keys = _keys(compared)
    session.beside("extended", _with_sounds(every), partial(_extended, columns=tuple(every), compared=tuple(compared)))
    _counted(session, compared)
    facts = session.query(
        f"select count(*) as n, count(*) filter (where side = 0) as l, count(*) filter (where side = 1) as r, count(ident) as i from {RECORDS}"
    ).to_pylist()[0]
    filled = _key_filled(session, keys)
    return Values(tuple(compared), {n: place[formers[each.name]] for n, each in enumerate(compared) if each.name in formers}, keys, filled,
                  int(facts["n"]), (int(facts["l"]), int(facts["r"])), int(facts["i"]))


def compared_columns(columns: Sequence[LinkColumn]) -> list[LinkColumn]:
    """The columns that a comparison each is made of, in order: a former name goes with its name."""
    return _with_formers([each for each in columns if each.kind != "ignored"])[0]


def _with_formers(kept: Sequence[LinkColumn]) -> tuple[list[LinkColumn], dict[str, str]]:
    """A former name is compared with the other record's name, not with its former name alone."""
    formers: dict[str, str] = {}
    for each in kept:
        current = next((other for other in kept if other.kind == each.kind and not other.former), None)
        if each.former and current and current.name not in formers:
            formers[current.name] = each.name
    return [each for each in kept if each.name not in formers.values()], formers


def _comparable(_session: EngineSession, source: str, columns: Sequence[LinkColumn], number: int | None) -> str:
    """The delivered text of every column as `t0` …, made comparable as `v0` …, and the record's identifier when it has a valid one."""
    shown = []
    for n, each in enumerate(columns):
        text = f"trim({quoted(each.name)})"
        shown += [f"{text} as t{n}", f"{TRAITS[each.kind].value.replace('{}', text)} as v{n}"]
    identifiers = [(n, IDENTIFIER_KINDS[each.kind]) for n, each in enumerate(columns) if each.kind in IDENTIFIER_KINDS][:1]
    ok = identifiers[0][1].sql(f"v{identifiers[0][0]}") if identifiers else "false"
    ident = f"case when ok then v{identifiers[0][0]} end" if identifiers else "cast(null as varchar)"
    told = [f"t{n}" for n in range(len(columns))] + [f"{_told_by_number(each, n, number)} as v{n}" for n, each in enumerate(columns)]
    return (
        f"with valued as materialized (select rid, side, id, {', '.join(shown)} from {source}), "
        f"judged as (select *, {ok} as ok from valued) select rid, side, id, {ident} as ident, {', '.join(told)} from judged"
    )


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
    """The syllables of each different Chinese name, and how rare they are together, in `sounds_0` …."""
    for n, each in enumerate(columns):
        if each.kind not in _HAN_KINDS:
            continue
        names = session.query(f"select v{n} as name, count(*) as n from compared where v{n} is not null group by v{n} order by v{n}")
        session.add_arrow(f"sounds_{n}_read", _sounds(names))
        session.execute(f"create or replace temp table sounds_{n} as select * from sounds_{n}_read")


def _sounds(names: pa.Table) -> pa.Table:
    """Names with their sounds, and log2 of the share that bears the sound: at most as rare as one syllable after the other."""
    with embedded_session() as session:
        session.add_arrow("read", _read_names(session, names))
        session.add_arrow("names", names)
        return session.query(
            "with told as (select name, sound, n from read join names using (name)), "
            "sized as (select sound, cast(sum(n) as bigint) as n from told group by sound), "
            "whole as (select sound, log2(n / sum(n) over ()) as bits from sized), "
            "parts as (select sound, n, unnest(split(sound, ' ')) as syllable, generate_subscripts(split(sound, ' '), 1) as place from sized), "
            "counted as (select syllable, place, sum(n) as n from parts group by syllable, place), "
            "shares as (select syllable, place, log2(n / sum(n) over (partition by place)) as bits from counted), "
            "product as (select sound, sum(bits order by place) as bits from parts join shares using (syllable, place) group by sound) "
            "select name, sound, greatest(whole.bits, product.bits) as bits "
            "from told join whole using (sound) join product using (sound) order by name"
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


def _with_sounds(columns: Sequence[LinkColumn]) -> str:
    """A select of the comparable records and how their Chinese names sound."""
    of_names = [n for n, each in enumerate(columns) if each.kind in _HAN_KINDS]
    shown = "".join(f", s{n}.sound as sound{n}, s{n}.bits as soundbits{n}" for n in of_names)
    joins = " ".join(f"left join sounds_{n} as s{n} on s{n}.name = v{n}" for n in of_names)
    return f"select compared.*{shown} from compared {joins}"


def _extended(_session: EngineSession, source: str, columns: Sequence[LinkColumn], compared: Sequence[LinkColumn]) -> str:
    """The records with what is made of their values, and the digests `k0` … of the keys that pairs are blocked by."""
    extras = []
    for n, each in enumerate(columns):
        made = TRAITS[each.kind].extras
        places = {"v": f"v{n}", "t": f"t{n}", **{name: f"{name}{n}" for name in made}}
        extras += [f"{filled_in(sql, **places)} as {name}{n}" for name, sql in made.items()]
    placed = [_placed(TRAITS[each.kind].keys[name], n, TRAITS[each.kind]) for n, each in enumerate(compared) for name in TRAITS[each.kind].keys]
    keys = [f"case when ({sql}) is not null then cast(hash({sql}) >> 1 as bigint) end as k{place}" for place, sql in enumerate(placed)]
    made_first = f"select *{''.join(f', {each}' for each in extras)} from {source}"
    texts = ", ".join(f"t{n}" for n in range(len(columns)))
    return f"with made as materialized ({made_first}) select * exclude ({texts}){''.join(f', {each}' for each in keys)} from made"


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
    session.execute(f"create or replace temp table {RECORDS} as select extended.*{more} from extended {' '.join(joins)} order by rid")
    for table in ("compared", "extended"):
        session.execute(f"drop table {table}")


def _keys(columns: Sequence[LinkColumn]) -> tuple[tuple[int, str], ...]:
    """The keys that pairs are blocked by, as column and name."""
    return tuple((n, name) for n, each in enumerate(columns) for name in TRAITS[each.kind].keys)


def _key_filled(session: EngineSession, keys: Sequence[tuple[int, str]]) -> tuple[float, ...]:
    """Per key, the share of records with a value in its column that have the key."""
    counts = ", ".join(f"count(k{n}) / greatest(1, count(v{column})) as k{n}" for n, (column, _name) in enumerate(keys))
    row = session.query(f"select {counts} from {RECORDS}").to_pylist()[0]
    return tuple(min(1.0, float(row[f"k{n}"])) for n in range(len(keys)))


def _placed(sql: str, n: int, trait: Trait) -> str:
    names = "|".join(["v", "sound", *trait.extras])
    return re.sub(rf"(?<![\w'.])({names})(?![\w('])", rf"\g<1>{n}", sql)


__all__ = ["GIVEN_RECORDS", "RECORDS", "TRUTHS", "Values", "compared_columns", "lay_records"]
