"""What sources say, as rows with their two times: how a delivery becomes words, and how words are kept over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lingnan.lake import EngineSession

TECHNICAL = {
    "entry_id": "VARCHAR", "source_table": "VARCHAR", "source": "VARCHAR", "source_key": "VARCHAR", "word": "BIGINT",
    "valid_from": "DATE", "valid_to": "DATE", "known_from": "TIMESTAMPTZ", "known_to": "TIMESTAMPTZ",
}
"""The columns that every table of words begins with."""
SLICE_ROWS, MOST_SLICES = 1_000_000, 64


@dataclass(frozen=True)
class Speaker:
    """One source of words: `rows` selects entry_id, source_key, valid_from, known_from, is_right and the columns it speaks of.

    Rows that are not right join no entry by themselves; `identifier` names what they lack. Columns `beside` are kept and are no part of what is
    said; `refusal` is SQL for the word that tells why a row is not right.
    """

    id: str
    table: str
    rows: str
    says: tuple[str, ...]
    identifier: str
    follows: bool = False
    beside: tuple[str, ...] = ()
    refusal: str = "'wrong'"


@dataclass(frozen=True)
class Words:
    """A table of words: its own columns with their types, the speakers at hand, and the ids of all that may speak in it.

    `earlier` is SQL for columns that tables made earlier do not have; without it they are null.
    """

    columns: Mapping[str, str]
    speakers: tuple[Speaker, ...]
    known: frozenset[str]
    earlier: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All columns in their order."""
        return (*TECHNICAL, *self.columns)


def slices(rows: int) -> tuple[str, ...]:
    """Conditions that cut entries into parts of about a million rows, so that grouping a part fits in memory.

    An engine can put a sort or a join on disk, but not the texts that an aggregate holds. Ids are digests, so their
    first digits cut evenly.
    """
    parts = min(MOST_SLICES, -(-rows // SLICE_ROWS))
    if parts <= 1:
        return ("true",)
    bounds = [f"{256 * part // parts:02x}" for part in range(parts)]
    return tuple(
        f"substr(entry_id, 2, 2) >= '{low}'" + (f" and substr(entry_id, 2, 2) < '{high}'" if high else "")
        for low, high in zip(bounds, [*bounds[1:], ""], strict=True)
    )


def _say(session: EngineSession, words: Words, rows: int) -> None:
    """Make the temporary tables `said`, what the speakers say now, each word once, learnt when first received, `apart`, what no identifier joins,
    and `loose`, what those rows say.

    Rows are laid down before they are filtered: the engine would repeat the check of the identifier in every filter.
    """
    typed = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in {**TECHNICAL, **words.columns}.items())
    session.execute(f"create temp table said as select {typed} where false")
    session.execute(f"create temp table loose as select {typed} where false")
    session.execute(f"create temp table apart as {_NOTHING_APART}")
    for speaker in words.speakers:
        said = digest({name: words.columns[name] for name in speaker.says})
        session.execute(f"create or replace temp table told as select *, {said} as word from ({speaker.rows}) as delivered")
        for part in slices(rows):
            session.execute(f"insert into said {_said(words, speaker, part)}")
        session.execute(f"insert into apart {_apart(speaker)}")
        session.execute(f"insert into loose {_loose(words, speaker)}")
    session.execute("drop table if exists told")


def _said(words: Words, speaker: Speaker, part: str) -> str:
    values = [f"any_value({name})" if name in (*speaker.says, *speaker.beside) else f"cast(null as {kind})" for name, kind in words.columns.items()]
    return f"""select any_value(entry_id), '{speaker.table}', '{speaker.id}', source_key, word, any_value(valid_from), cast(null as date),
  min(known_from), cast(null as timestamptz), {', '.join(values)}
from told where is_right and {part} group by source_key, word"""


_NOTHING_APART = """select cast(null as varchar) as source_table, cast(null as varchar) as source_key, cast(null as varchar) as missing,
  cast(null as varchar) as reason, cast(null as timestamptz) as known_from where false"""


def _apart(speaker: Speaker) -> str:
    return f"""select '{speaker.table}', source_key, '{speaker.identifier}',
  case when is_right is null then 'missing' else {speaker.refusal} end, known_from
from told where is_right is null or not is_right"""


def _loose(words: Words, speaker: Speaker) -> str:
    spoken = (*speaker.says, *speaker.beside)
    values = [name if name in spoken else f"cast(null as {kind})" for name, kind in words.columns.items()]
    return f"""select distinct cast(null as varchar), '{speaker.table}', '{speaker.id}', source_key, cast(null as bigint), valid_from,
  cast(null as date), known_from, cast(null as timestamptz), {', '.join(values)}
from told where (is_right is null or not is_right) and source_key is not null"""


def digest(columns: Mapping[str, str]) -> str:
    """SQL: a number of 60 bits over what a word says in these columns, given with their types; equal words of one source and key have it equal.

    Nulls leave no trace, so a column that is added later does not change the words that say nothing of it.
    """
    texts = {name: _text(name, kind) for name, kind in columns.items()}
    parts = " || ".join(f"coalesce('{name}' || length({text}) || ':' || {text}, '')" for name, text in texts.items())
    return f"cast('0x' || substr(md5(entry_id || ':' || coalesce(cast(valid_from as varchar), '') || '|' || {parts}), 1, 15) as bigint)"


def _text(name: str, kind: str) -> str:
    """Engines write a DOUBLE in different ways, so the text itself says that it is one, and each can write it like the other."""
    return f"cast(cast({name} as double) as varchar)" if kind == "DOUBLE" else f"cast({name} as varchar)"


def keep(
    session: EngineSession, words: Words, prior: str | None, prior_columns: Sequence[str], table: str, rows: int = 0, held: str = "true"
) -> None:
    """Make the temporary table `table`, all that the hub knows and has known, and `apart` and `loose`, the rows that no identifier joins.

    A word that is said again stays as it was. One that is no longer said closes at the receipt of what took its place, or,
    when nothing did, at the newest receipt of its source table; a table without rows tells nothing and closes nothing.
    New words open at their receipt. Running it twice changes nothing. `held` narrows the earlier words to those that these speakers said.
    """
    _say(session, words, rows)
    hold(session, words, prior, prior_columns, table, held)


def hold(
    session: EngineSession, words: Words, prior: str | None, prior_columns: Sequence[str], table: str, held: str = "true", turned: str = ""
) -> None:
    """Make `table` of what is `said` and of the earlier words; the table `turned` tells when rows came to an entry, which need not be a receipt."""
    if prior is None:
        session.execute(f"alter table said rename to {table}")
        return
    before = ", ".join(
        name if name in prior_columns else f"cast({words.earlier.get(name, 'null')} as {kind}) as {name}"
        for name, kind in {**TECHNICAL, **words.columns}.items()
    )
    session.execute(f"create or replace temp view held as select * from (select {before} from {prior}) as earlier where {held}")
    session.execute(f"create or replace temp table ended as {_ended(words)}")
    if turned:
        _turn(session, words, turned)
    session.execute(f"create temp table {table} as {_kept(words)}")


def _turn(session: EngineSession, words: Words, turned: str) -> None:
    """What a row said of one entry ends when it came to another, and what it says of that one does not begin before."""
    session.execute(
        "create or replace temp table ended as select ended.source, ended.source_key, ended.word, ended.valid_to, ended.known_from, ended.since, "
        "greatest(ended.learnt, t.turned) as learnt from ended left join (select held.source, t.source_key, max(t.turned) as turned "
        f"from {turned} as t join held on held.source_table = t.source_table and held.source_key = t.source_key group by held.source, t.source_key) "
        "as t on t.source = ended.source and t.source_key = ended.source_key"
    )
    columns = ", ".join("greatest(said.known_from, e.learnt) as known_from" if name == "known_from" else f"said.{name}" for name in words.names)
    session.execute(
        f"create or replace temp table said as select {columns} from said left join (select here.source, here.source_key, here.entry_id, "
        f"max(there.learnt) as learnt from (select distinct source, source_key, entry_id from said) as here join ({_LEFT}) as there "
        "on there.source = here.source and there.source_key = here.source_key and there.entry_id <> here.entry_id "
        "group by here.source, here.source_key, here.entry_id) as e "
        "on e.source = said.source and e.source_key = said.source_key and e.entry_id = said.entry_id"
    )


_LEFT = """select held.source, held.source_key, held.entry_id, ended.learnt from ended join held on held.source = ended.source
  and held.source_key = ended.source_key and held.word = ended.word and held.known_from = ended.known_from where held.known_to is null"""
"""Which entry a row's ended words were about, and when their end was learnt."""


def _receipts(words: Words) -> str:
    tables = dict.fromkeys(speaker.table for speaker in words.speakers)
    heard = [f"select '{table}' as source_table, max(_received_at) as received from {table}" for table in tables]
    return "\nunion all\n".join(heard or ["select cast(null as varchar) as source_table, cast(null as timestamptz) as received where false"])


def _ended(words: Words) -> str:
    """The open words that hold no longer as they stand: when that was learnt, and the day from which others followed them."""
    known = ", ".join(f"'{name}'" for name in sorted(words.known)) or "''"
    return f"""with receipts as ({_receipts(words)}),
silent as (
  select held.* from held left join said on said.source = held.source and said.source_key = held.source_key and said.word = held.word
  where held.known_to is null and (held.valid_to is not null or said.word is null)
),
heads as (
  select said.source, said.source_key, said.entry_id, min(said.valid_from) as since, max(said.known_from) as received
  from said join (select distinct source, source_key from silent) as asked on asked.source = said.source and asked.source_key = said.source_key
  group by said.source, said.source_key, said.entry_id
),
judged as (
  select silent.source, silent.source_key, silent.word, silent.valid_from, silent.valid_to, silent.known_from, heads.since,
    coalesce(heads.received, receipts.received, case when silent.source not in ({known}) then (select max(received) from receipts) end) as learnt
  from silent left join receipts on receipts.source_table = silent.source_table
  left join heads on heads.source = silent.source and heads.source_key = silent.source_key and heads.entry_id = silent.entry_id
)
select source, source_key, word, valid_to, known_from, since, case when learnt > known_from then learnt else known_from end as learnt
from judged where learnt is not null and (valid_to is null or since is null or since < valid_to)"""


def _kept(words: Words) -> str:
    def columns(relation: str, **changed: str) -> str:
        return ", ".join(f"{changed.get(name, f'{relation}.{name}')} as {name}" for name in words.names)

    same = "ended.source = held.source and ended.source_key = held.source_key and ended.word = held.word and ended.known_from = held.known_from"
    same += " and coalesce(ended.valid_to, date '9999-12-31') = coalesce(held.valid_to, date '9999-12-31')"
    follows = ", ".join(f"'{speaker.id}'" for speaker in words.speakers if speaker.follows) or "''"
    # Closed words go by themselves: a condition on one side of an outer join makes the engine compare every pair (measured).
    return f"""select {columns("held")} from held where known_to is not null
union all
select {columns("held", known_to="ended.learnt")} from (select * from held where known_to is null) as held left join ended on {same}
union all
select {columns("held", valid_to="ended.since", known_from="ended.learnt")}
from (select * from held where known_to is null) as held join ended on {same}
where held.source in ({follows}) and ended.since > coalesce(held.valid_from, date '0001-01-01')
union all
select {columns("said")}
from said left join (select source, source_key, word from held where known_to is null and valid_to is null) as stood
  on stood.source = said.source and stood.source_key = said.source_key and stood.word = said.word
where stood.word is null"""
