"""Lays one or two files, or tables, before linking: every value as text, a number for each record, the known entity apart."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from lingnan.base import BadInput
from lingnan.govern.files import Given, given_file, given_table
from lingnan.govern.linking.kinds import KINDS, kinds_of
from lingnan.govern.linking.shapes import LinkColumn
from lingnan.govern.linking.values import GIVEN_RECORDS, TRUTHS
from lingnan.govern.rules.quoting import quoted
from lingnan.lake import Engine, EngineSession, View

_TECHNICAL = ("_batch", "_position", "_received_at")
_ALIGNED = ("citizen_number", "uscc", "han_name", "name", "han_firm", "firm", "han_address", "address", "phone", "email", "date")
"""Kinds by which a column of one side is known for the other side's, when each has one."""


@dataclass(frozen=True)
class Asked:
    """What to link: a file or table, or two; the column that names a record, the one that names the known entity, and kinds said beforehand.

    `renamed` maps a column of the right side to the left side's name for it.
    """

    left: Path | str
    right: Path | str | None
    key: str
    truth: str = ""
    kinds: Mapping[str, str] | None = None
    leave_out: tuple[str, ...] = ()
    renamed: Mapping[str, str] | None = None

    @property
    def linking(self) -> bool:
        """Whether two sides are linked, not one searched for duplicates."""
        return self.right is not None


@dataclass(frozen=True)
class Laid:
    """The session in which the records lie, their columns with kinds, and which of the right side's columns took a name of the left side."""

    session: EngineSession
    columns: list[LinkColumn]
    aligned: Mapping[str, str]


@contextmanager
def laid(asked: Asked, engine: Engine, views: Mapping[str, View], known: Sequence[LinkColumn] = ()) -> Iterator[Laid]:
    """Lay the records; the kinds of their columns are found out unless the columns are `known`, named as they were then."""
    with _opened(asked.left, engine, views) as left:
        session, columns, titles, aligned = left.session, _names(left), dict(left.titles), dict[str, str]()
        own = _own(left, {name: name for name in _names(left)}, asked)
        if asked.right is None:
            session.execute(f"create or replace temp table sides as {_select('given', 0, left, own, [], asked)}")
        else:
            with _opened(asked.right, engine, views) as right:
                renamed = asked.renamed or {}
                names = {name: renamed.get(name, renamed.get(right.titles.get(name, name), name)) for name in _names(right)}
                _both(session, left, right, own, _own(right, names, asked), asked)
                titles = {**{names[name]: title for name, title in right.titles.items() if name in names}, **titles}
                if not known:
                    apart = [_column(left, asked.key), _column(left, asked.truth)]
                    columns, aligned = _of_both(session, columns, list(names.values()), titles, apart)
        _numbered(session, aligned)
        left_out = (_column(left, asked.key), _column(left, asked.truth), *_left_out(left, asked))
        found = list(known) or _with_kinds(session, [name for name in columns if name not in left_out], titles, asked)
        yield Laid(session, found, aligned)


def _own(given: Given, names: Mapping[str, str], asked: Asked) -> dict[str, str]:
    """A side's columns but its key and its known entity → what they are called among the records, each once."""
    apart = (_column(given, asked.key), _column(given, asked.truth))
    found: dict[str, str] = {}
    for name, target in names.items():
        if name not in apart and f"c_{target}" not in found.values():
            found[name] = f"c_{target}"
    return found


def _both(session: EngineSession, left: Given, right: Given, own: Mapping[str, str], others: Mapping[str, str], asked: Asked) -> None:
    """Both sides under one another, by the names of their columns."""
    reader = right.session.stream(_select("given", 1, right, others, [], asked))
    session.add_arrow("right_side", pa.RecordBatchReader.from_batches(reader.schema, reader))
    lacking = [name for name in others.values() if name not in own.values()]
    columns = ["side", "place", "id", "truth", *own.values(), *lacking]
    kept = ", ".join(quoted(name) if name in reader.schema.names else f"cast(null as varchar) as {quoted(name)}" for name in columns)
    session.execute(
        f"create or replace temp table sides as {_select('given', 0, left, own, lacking, asked)} union all select {kept} from right_side"
    )


def _numbered(session: EngineSession, aligned: Mapping[str, str]) -> None:
    """The records with their numbers; what the right side calls otherwise moves into the left side's column."""
    moved = {f"c_{left}": f"c_{right}" for right, left in aligned.items()}
    names = session.query("select * from sides limit 0").schema.names
    taken = {name: f"case when side = 1 then {quoted(other)} else {quoted(name)} end as {quoted(name)}" for name, other in moved.items()}
    shown = ", ".join(taken.get(name, quoted(name)) for name in names)
    session.execute(f"create or replace temp table {GIVEN_RECORDS} as select row_number() over (order by side, place) as rid, {shown} from sides")
    session.execute(f"create or replace temp table {TRUTHS} as select rid, truth from {GIVEN_RECORDS}")


def _of_both(
    session: EngineSession, left: Sequence[str], right: Sequence[str], titles: Mapping[str, str], apart: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """The columns of both sides, those named otherwise that alone hold the same kind of thing, and former names that one side alone has.

    Besides, what the right side calls otherwise → the left side's name for it.
    """
    known = set(session.query("select * from sides limit 0").schema.names)
    said = {f"c_{name}": title for name, title in titles.items()}
    alone = [[f"c_{name}" for name in mine if name not in (*other, *apart)] for mine, other in ((left, right), (right, left))]
    kinds = [
        {each.name: (each.kind, each.former) for each in kinds_of(
            session, f"(select * from sides where side = {side})", [name for name in names if name in known], said
        )} for side, names in enumerate(alone)
    ]
    moved = {}
    for name, kind in kinds[0].items():
        alike = [other for other, found in kinds[1].items() if found == kind]
        if kind[0] in _ALIGNED and len(alike) == 1 and list(kinds[0].values()).count(kind) == 1:
            moved[alike[0]] = name
    former = [name for side in kinds for name, (_kind, former) in side.items() if former and name not in moved and name not in moved.values()]
    kept = {*moved.values(), *former, *(f"c_{name}" for name in left if name in right)}
    columns = [name for name in dict.fromkeys((*left, *right)) if f"c_{name}" in kept]
    return columns, {right.removeprefix("c_"): left.removeprefix("c_") for right, left in moved.items()}


def _opened(subject: Path | str, engine: Engine, views: Mapping[str, View]) -> AbstractContextManager[Given]:
    return given_file(subject, None, engine, views) if isinstance(subject, Path) else given_table(subject, engine, views)


def _names(given: Given) -> list[str]:
    return [name for name in given.schema.names if name not in _TECHNICAL]


def _column(given: Given, asked: str) -> str:
    """The column meant by a header or a name, whatever its case; empty when none is asked."""
    if not asked:
        return ""
    names: list[str] = given.schema.names
    for name in names:
        if asked.strip().lower() in (name.lower(), given.titles.get(name, name).strip().lower()):
            return name
    known = "、".join(given.titles.get(name, name) for name in _names(given))
    raise BadInput(f"没有列“{asked}”。有的是：{known}。", f"There is no column “{asked}”. There are: {known}.", column=asked)


def _left_out(given: Given, asked: Asked) -> list[str]:
    return [_column(given, name) for name in asked.leave_out]


def _select(source: str, side: int, given: Given, own: Mapping[str, str], lacking: Sequence[str], asked: Asked) -> str:
    """A side's rows as text, numbered; columns that only the other side has are null."""
    key, truth = _column(given, asked.key), _column(given, asked.truth)
    shown = [f"cast({quoted(name)} as varchar) as {quoted(target)}" for name, target in own.items()]
    shown += [f"cast(null as varchar) as {quoted(name)}" for name in lacking]
    known = f"cast({quoted(truth)} as varchar)" if truth else "cast(null as varchar)"
    return (
        f"select {side} as side, row_number() over () as place, cast({quoted(key)} as varchar) as id, {known} as truth"
        f"{''.join(f', {each}' for each in shown)} from {source}"
    )


def _with_kinds(session: EngineSession, compared: list[str], titles: Mapping[str, str], asked: Asked) -> list[LinkColumn]:
    said = {name.lower(): kind for name, kind in (asked.kinds or {}).items()}
    for kind in said.values():
        if kind not in KINDS:
            raise BadInput(f"没有列类别“{kind}”。有：{'、'.join(KINDS)}。", f"There is no kind “{kind}”. There are: {', '.join(KINDS)}.", kind=kind)
    found = kinds_of(session, GIVEN_RECORDS, [f"c_{name}" for name in compared], {f"c_{name}": titles.get(name, name) for name in compared})
    return [
        replace(each, kind=said.get(each.name[2:].lower(), said.get(each.title.lower(), each.kind)), title=titles.get(each.name[2:], each.name[2:]))
        for each in found
    ]
