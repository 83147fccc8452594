"""Makes the profile of a table or a file: one look at a bounded sample that is spread over all rows and the same every time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lingnan.catalogue import may_keep_values, suggest_column
from lingnan.govern.files import GIVEN, Given, given_file
from lingnan.govern.profiles.contracts import contract_of
from lingnan.govern.profiles.drifting import drift_between
from lingnan.govern.profiles.shapes import CodeListGuess, ElementGuess, PersonalFind, ProfiledColumn, TableProfile
from lingnan.govern.rules.quoting import quoted, quoted_table
from lingnan.lake import ColumnProfile, Engine, EngineSession, View, candidate_keys, embedded_session, profile_columns
from lingnan.standards import code_lists, data_elements, suggest_elements, write_contract

LOOKED_AT = 200_000
"""Rows that are counted; of a larger table each n-th by a digest of its place."""
LISTED, FITS = 3, 0.95
_SAMPLE = "profiled"
_GUARDED = ("public", "internal", "personal", "sensitive")
_LEAST = 0.02
"""A smaller share of look-alikes is chance, except for citizen numbers within texts, of which one is too many."""
_FINDS = {
    "citizen_number": ("公民身份号码", "citizen numbers", _LEAST), "phone": ("电话号码", "telephone numbers", 0.3),
    "email": ("电子邮箱", "mail addresses", _LEAST), "plate": ("号牌号码", "number plates", 0.3), "surname": ("像姓名", "look like names", 0.6),
    "address": ("详细地址", "addresses", 0.1), "holds_citizen_number": ("文中有公民身份号码", "citizen numbers within the text", 0.0),
    "holds_phone": ("文中有电话号码", "telephone numbers within the text", 0.0),
}


@dataclass(frozen=True)
class Promised:
    """What is known of a table beforehand: titles and classes of its columns, and its last kept profile as JSON."""

    titles: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, Any] | None = None


def profile(
    subject: str | Path, *, engine: Engine, views: Mapping[str, View], at: datetime, promised: Promised | None = None
) -> TableProfile:
    """Profile a table of the lake (its view must be given) or a Parquet or text file; nothing is changed.

    Values stand in the profile only where neither the promised class nor what was seen speaks of persons.
    """
    known = promised or Promised()
    if isinstance(subject, str):
        with _sampled(subject, engine, views) as (given, rows):
            found = _profiled(subject, given, known, at, rows, "", engine)
    else:
        with given_file(subject, None, engine, views) as given:
            there = _number(given.session, GIVEN)
            found = _profiled(subject.name, given, known, at, there, _every(there), engine)
    return found if known.last is None else found.against(drift_between(known.last, found), str(known.last.get("at", "")))


@contextmanager
def _sampled(table: str, engine: Engine, views: Mapping[str, View]) -> Iterator[tuple[Given, int]]:
    """A table's sample as it lies before rules, and how many rows there are in all."""
    source = quoted_table(table)
    with engine.session(views) as session:
        schema = session.query(f"select * from {source} limit 0").schema
        rows = int(session.query(f"select count(*) as n from {source}")["n"][0].as_py())
        made = {"_batch": "''", "_position": "cast(row_number() over () as varchar)", "_received_at": "cast(null as timestamptz)"}
        columns = [*map(quoted, schema.names), *(f"{sql} as {name}" for name, sql in made.items() if name not in schema.names)]
        session.execute(f"create temp table {GIVEN} as select * from (select {', '.join(columns)} from {source}) as whole{_every(rows)}")
        yield Given(session, session.query(f"select * from {GIVEN} limit 0").schema, {}, {}), rows


def _every(rows: int) -> str:
    every = -(-rows // LOOKED_AT) or 1
    digest = "cast('0x' || substr(md5(concat(cast(_batch as varchar), '|', cast(_position as varchar))), 1, 12) as bigint)"
    return f" where {digest} % {every} = 0" if every > 1 else ""


@contextmanager
def _counting(session: EngineSession, sample: str, engine: Engine) -> Iterator[EngineSession]:
    """The session that counts the rows drawn: that in which they lie, or one in this process where several machines drew them, for they are few."""
    if not engine.capabilities.distributed:
        session.execute(f"create temp table {_SAMPLE} as {sample}")
        yield session
        return
    drawn = session.query(sample)
    with embedded_session() as here:
        here.add_arrow("drawn", drawn)
        here.execute(f"create temp table {_SAMPLE} as select * from drawn")
        yield here


def _profiled(subject: str, given: Given, known: Promised, at: datetime, rows: int, every: str, engine: Engine) -> TableProfile:
    names = [name for name in given.schema.names if not name.startswith("_")]
    shown = ", ".join(map(quoted, names)) or "1 as nothing"
    with _counting(given.session, f"select {shown} from {GIVEN}{every}", engine) as session:
        looked_at = _number(session, _SAMPLE)
        counts = profile_columns(session, _SAMPLE, names, sample=LOOKED_AT * 2) if names else []
        keys = tuple(candidate_keys(session, _SAMPLE, counts, looked_at))
    single = {each[0] for each in keys if len(each) == 1}
    titles = {**given.titles, **known.titles}
    columns = tuple(_column(each, titles.get(each.name, ""), known.classes.get(each.name, ""), each.name in single) for each in counts)
    contract = write_contract(contract_of(given, columns, keys)) if columns else ""
    return TableProfile(subject, at, rows, looked_at, columns, keys, contract=contract)


def _number(session: EngineSession, table: str) -> int:
    return int(session.query(f"select count(*) as n from {table}")["n"][0].as_py())


def _column(counts: ColumnProfile, title: str, promised: str, key: bool) -> ProfiledColumn:
    seen = suggest_column(counts.name, title, counts.payload())
    personal = tuple(_personal(counts))
    told = "sensitive" if any(each.kind == "holds_citizen_number" for each in personal) else ""
    classification = max((each for each in (promised, seen.classification, told) if each), key=_GUARDED.index, default="")
    kept, elements = may_keep_values(classification, seen.free_text), tuple(_elements(counts, title))
    return ProfiledColumn(
        counts.name, title, counts if kept else counts.in_shapes(), key, tuple(_lists(counts, elements)), elements, classification,
        {"zh": seen.zh, "en": seen.en}, personal, seen.free_text, kept,
    )


def _lists(counts: ColumnProfile, elements: Sequence[ElementGuess]) -> Iterator[CodeListGuess]:
    """Lists that nearly all values are of: first the likely element's own, then those of which most codes occur, for two values fit many lists."""
    known, own = code_lists(), data_elements()[elements[0].element].code_list if elements else None
    fitting = [(known[name], share) for name, share in counts.shares.items() if name in known and share >= FITS]
    guesses = [
        CodeListGuess(each.id, each.header.zh, each.header.en, share, min(counts.distinct, len(each.versions)), len(each.versions))
        for each, share in fitting
    ]
    ordered = sorted(guesses, key=lambda each: (each.name != own, -round(each.share, 2), -each.used / max(each.codes, 1), each.name))
    yield from ordered[:LISTED] if counts.distinct > 1 else ()


def _elements(counts: ColumnProfile, title: str) -> Iterator[ElementGuess]:
    for each in suggest_elements(counts.name, title if title != counts.name else "", dict(counts.shares))[:LISTED]:
        known = data_elements()[each.element]
        yield ElementGuess(each.element, known.zh, known.en, each.score, each.reasons)


def _personal(counts: ColumnProfile) -> Iterator[PersonalFind]:
    few: Sequence[str] = ("surname",) if counts.distinct < 20 or counts.kind != "text" else ()
    for kind, (zh, en, least) in _FINDS.items():
        share = counts.shares.get(kind, 0.0)
        if share > 0 and share >= least and kind not in few:
            yield PersonalFind(kind, zh, en, share)
