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


@contextmanager
def laid(
    asked: Asked, engine: Engine, views: Mapping[str, View], known: Sequence[LinkColumn] = ()
) -> Iterator[tuple[EngineSession, list[LinkColumn]]]:
    """The session in which the records lie, and their columns with kinds, found out unless they are `known`."""
    with _opened(asked.left, engine, views) as left:
        session, columns, titles = left.session, _names(left), dict(left.titles)
        _side(session, "given", 0, columns, asked, left)
        if asked.right is not None:
            with _opened(asked.right, engine, views) as right:
                renamed = asked.renamed or {}
                names = {name: renamed.get(name, renamed.get(right.titles.get(name, name), name)) for name in _names(right)}
                _right(session, right, names, asked)
                titles = {**{names[name]: title for name, title in right.titles.items() if name in names}, **titles}
                columns = _of_both(session, columns, list(names.values()), titles, [_column(left, asked.key), _column(left, asked.truth)])
        session.execute(f"create or replace temp table {GIVEN_RECORDS} as select row_number() over (order by side, place) as rid, * from sides")
        session.execute(f"create or replace temp table {TRUTHS} as select rid, truth from {GIVEN_RECORDS}")
        left_out = (_column(left, asked.key), _column(left, asked.truth), *_left_out(left, asked))
        yield session, list(known) or _with_kinds(session, [name for name in columns if name not in left_out], titles, asked)


def _of_both(session: EngineSession, left: Sequence[str], right: Sequence[str], titles: Mapping[str, str], apart: Sequence[str]) -> list[str]:
    """The columns of both sides, those named otherwise that alone hold the same kind of thing, and former names that one side alone has.

    What the right side calls otherwise moves into the left side's column.
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
            session.execute(f"update sides set {quoted(name)} = {quoted(alike[0])} where side = 1")
    former = [name for side in kinds for name, (_kind, former) in side.items() if former and name not in moved and name not in moved.values()]
    kept = {*moved.values(), *former, *(f"c_{name}" for name in left if name in right)}
    return [name for name in dict.fromkeys((*left, *right)) if f"c_{name}" in kept]


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


def _select(source: str, side: int, columns: list[tuple[str, str]], key: str, truth: str) -> str:
    shown = ", ".join(f"cast({quoted(name)} as varchar) as {quoted(target)}" for name, target in columns)
    known = f"cast({quoted(truth)} as varchar)" if truth else "cast(null as varchar)"
    return (
        f"select {side} as side, row_number() over () as place, cast({quoted(key)} as varchar) as id, {known} as truth"
        f"{', ' + shown if shown else ''} from {source}"
    )


def _side(session: EngineSession, source: str, side: int, columns: list[str], asked: Asked, given: Given) -> None:
    key, truth = _column(given, asked.key), _column(given, asked.truth)
    shown = [(name, f"c_{name}") for name in columns if name not in (key, truth)]
    session.execute(f"create or replace temp table sides as {_select(source, side, shown, key, truth)}")


def _right(session: EngineSession, right: Given, names: Mapping[str, str], asked: Asked) -> None:
    key, truth = _column(right, asked.key), _column(right, asked.truth)
    known = set(session.query("select * from sides limit 0").schema.names)
    for name, target in names.items():
        if f"c_{target}" not in known and name not in (key, truth):
            session.execute(f"alter table sides add column {quoted(f'c_{target}')} varchar")
            known.add(f"c_{target}")
    shown = [(name, f"c_{target}") for name, target in names.items() if name not in (key, truth) and f"c_{target}" in known]
    sql = _select("given", 1, shown, key, truth)
    reader = right.session.stream(sql)
    session.add_arrow("right_side", pa.RecordBatchReader.from_batches(reader.schema, reader))
    session.execute("insert into sides by name select * from right_side")


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
