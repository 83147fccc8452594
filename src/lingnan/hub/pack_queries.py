"""Asks what packs offer: their queries with bound parameters, the rows behind their pages; over a view that trust decided, page by page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lingnan.base import Refused
from lingnan.hub.pages.desk import Desk, offset_of
from lingnan.lake import View
from lingnan.packkit import Pack, bound_values, lay_parameters
from lingnan.trust import Purpose, Subject, purpose_codes

if TYPE_CHECKING:
    from lingnan.packkit.parts.queries import Query
    from lingnan.packkit.shapes import Audience

ACTION, OWN_ACTION = "read", "read_own"
KINDS = {"citizens": "citizen", "enterprises": "enterprise"}


@dataclass(frozen=True)
class Answered:
    """A page of rows, the views they were seen through, and where the next page begins."""

    rows: pa.Table
    views: Mapping[str, View]
    next: str | None

    @property
    def decision(self) -> str:
        """The number of the log's entry that allowed it."""
        return next((str(view.decision) for view in self.views.values()), "")


def admits(audience: "Audience", subject: Subject) -> bool:
    """Whether a part of a pack is for the subject; the machine's own operator is shown everything."""
    if audience == "public" or subject.kind in ("operator", "system"):
        return True
    if audience == "signed_in":
        return subject.kind != "anonymous"
    if audience in KINDS:
        return subject.kind == KINDS[audience]
    return subject.kind == "official" and (audience == "officials" or audience in subject.roles)


def enter(audience: "Audience", subject: Subject, what: str) -> None:
    """Refused for whom it is not."""
    if not admits(audience, subject):
        raise Refused(
            f"“{what}”不向您开放（对象：{audience}）。请登录，或由相应人员查询。",
            f"“{what}” is not for you (it is for: {audience}). Sign in, or ask those it is for.",
        )


def ask(
    desk: Desk, subject: Subject, pack: Pack, query: "Query", asked: Mapping[str, str], purpose: Purpose | None, cursor: str,
) -> Answered:
    """One page of a query's rows, logged without what was asked; BadInput for a parameter, Refused without a purpose where one is needed."""
    return ask_each(desk, subject, pack, query, [asked], purpose, offset_of(cursor))[0]


def ask_each(
    desk: Desk, subject: Subject, pack: Pack, query: "Query", many: Sequence[Mapping[str, str]], purpose: Purpose | None, at: int = 0,
) -> list[Answered]:
    """The same for many questions under one decision and one entry of the log, in their order; one that is wrong fails them all."""
    enter(query.file.audience, subject, query.file.title.zh)
    values, stated = [query.values(asked) for asked in many], desk.purpose(subject, purpose)
    if query.file.purpose and subject.kind == "official" and not _complete(stated):
        raise Refused(
            "查询须载明目的、依据与事项编号（purpose、article、matter）。",
            "State what it is for: purpose, article and matter.", code="PurposeNeeded", purposes=list(purpose_codes()),
        )
    statement, most = query.statement, query.file.page
    views = _views(desk, subject, pack, statement.own, statement.named, stated, OWN_ACTION if query.file.own else ACTION)
    figures = bound_values(pack, query.figures, desk.now().date())
    with desk.hub.engine.session(views) as session:
        placed = lay_parameters(session, pack, [statement])
        for name in sorted(statement.own):
            session.execute(f"create temp view {name} as select * from {pack.table(name)}")
        sql = f"{statement.placed(placed)}\nlimit {most + 1} offset {at}"
        found = [session.query(sql, {**figures, **each} or None) for each in values]
    told = {"decision": next((view.decision for view in views.values()), 0), "rows": sum(min(each.num_rows, most) for each in found)}
    if len(many) > 1:
        told["asked"] = len(many)
    versions = {table: view.version for table, view in sorted(views.items())}
    desk.hub.trust.record("query", subject, "query", f"pack:{pack.id}:{query.name}", "done", stated.code, {**told, "versions": versions})
    return [Answered(each.slice(0, most), views, str(at + most) if each.num_rows > most else None) for each in found]


def rows(
    desk: Desk, subject: Subject, pack: Pack, table: str, columns: Iterable[str], where: Mapping[str, str], order: Iterable[str],
    page: int, cursor: str = "", words: str = "", within: Iterable[str] = (), own: bool = False,
) -> Answered:
    """Rows of a given table: those with these values, or that hold the words in one of the columns; equal ones in the order of the key.

    With `own` policy shows the reader the own rows alone.
    """
    shown, searched = list(dict.fromkeys(columns)), list(within)
    keys = [each.name for each in pack.contracts[pack.table(table)].properties if each.primary_key]
    ordered = list(dict.fromkeys((*order, *(name for name in keys if f"-{name}" not in order))))
    used = {*shown, *where, *searched, *(name.removeprefix("-") for name in ordered)}
    views = _views(desk, subject, pack, [table], used, desk.purpose(subject), OWN_ACTION if own else ACTION)
    conditions = [f"cast({name} as varchar) = ${name}" for name in where]
    if words:
        conditions.append("(" + " or ".join(f"contains(lower(cast({name} as varchar)), lower($words))" for name in searched) + ")")
    params: dict[str, Any] = {**where, **({"words": words} if words else {})}
    at = offset_of(cursor)
    sql = f"select {', '.join(shown)} from {pack.table(table)}{' where ' + ' and '.join(conditions) if conditions else ''}"
    sql += f" order by {', '.join(_ordering(name) for name in ordered)} limit {page + 1} offset {at}"
    found = desk.hub.engine.query(sql, views, params or None)
    return Answered(found.slice(0, page), views, str(at + page) if found.num_rows > page else None)


def _ordering(name: str) -> str:
    return f"{name.removeprefix('-')} desc nulls last" if name.startswith("-") else f"{name} nulls last"


def _views(
    desk: Desk, subject: Subject, pack: Pack, tables: Iterable[str], named: Iterable[str], purpose: Purpose, action: str = ACTION,
) -> dict[str, View]:
    """What the subject may see of exactly the columns that are used, under one decision; Refused by name where one of them is denied."""
    used, asked = set(named), {}
    for name in sorted(tables):
        table = pack.table(name)
        if desk.version(table) is None:
            raise not_made(pack, table)
        asked[table] = [each.name for each in pack.contracts[table].properties if each.name in used]
    versions = {table: desk.version(table) for table in asked}
    return desk.hub.trust.decide_many(subject, action, asked, purpose, versions)


def not_made(pack: Pack, table: str) -> Refused:
    """What is said of a table that no build has made yet."""
    return Refused(
        f"表 {table} 尚未生成。请运行 lingnan pack build {pack.id}。", f"The table {table} is not made yet. Run: lingnan pack build {pack.id}.",
        code="NotMade", table=table,
    )


def _complete(purpose: Purpose) -> bool:
    return purpose.code in purpose_codes() and bool(purpose.article) and bool(purpose.matter)
