"""A query written by a person, from its text to its rows: read, decided for the columns it uses, run, logged; no literal enters the log."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any

from lingnan.base import CHINA, LingnanError, Missing, Refused, Settings, WrongUse
from lingnan.insight import CLASSES, QueryAnswer, QueryColumn, Words, query_notice
from lingnan.lake import Refusals, SandboxLimits, SandboxRows, Statement, Support, TableUse, View
from lingnan.trust import Classified, Purpose, PurposeNeed, Subject

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

ACTION, EXPORT = "query", "export"
NEAR = 3
"""Names like one that is no table's, which the sentence about it tells."""


def sandbox_limits(settings: Settings) -> SandboxLimits:
    """The limits that the settings give one query."""
    return SandboxLimits(
        seconds=settings.query_seconds, rows=settings.query_rows, memory=settings.query_memory, disk=settings.query_disk,
        threads=settings.threads or os.cpu_count() or 1,
    )


@dataclass(frozen=True)
class _Asking:
    """Who asks, what for, about which day, and to do what with the answer."""

    subject: Subject
    purpose: Purpose | str
    day: date | None
    action: str

    @property
    def code(self) -> str:
        """The code of the purpose, as the log keeps it."""
        return self.purpose.code if isinstance(self.purpose, Purpose) else self.purpose


def run_query(
    hub: "Hub", subject: Subject, sql: str, purpose: Purpose | str = "", limit: int = 0, day: date | None = None, action: str = ACTION,
) -> QueryAnswer:
    """The rows one subject may see of what it asks; Refused, WrongUse, Missing, Incomplete or Unavailable says why there are none.

    `limit` 0 asks for as many rows as the settings allow; `day` asks tables as they stood at its end. With the action `export` the columns
    are those that may leave the hub, and an answer that a limit cut is refused: a file does not show that it is a part.
    """
    if limit < 0:
        raise WrongUse(f"行数上限 {limit} 应为正数。", f"The limit of rows {limit} must be positive.")
    if subject.token and not purpose:
        purpose = hub.trust.tokens.purpose_of(subject)
    hub.trust.allow(subject, "query.run", purpose=purpose)
    asking = _Asking(subject, purpose, day, action)
    with hub.sandbox.entered(subject.reference) as box:
        try:
            statement = box.read(sql, lambda table: _columns(hub, table, day))
        except LingnanError as error:
            hub.trust.record("query", subject, action, "statement", "refused", asking.code, {"reason": error.code})
            raise
        views = _views(hub, asking, statement)
        try:
            found = box.run(statement, views, limit, partial(_settle, hub, subject, views))
            if action == EXPORT and found.truncated:
                raise _too_much(found)
        except LingnanError as error:
            _log(hub, asking, statement, views, "refused" if isinstance(error, Refused) else "failed", {"reason": error.code})
            raise
    told = {"rows": found.data.num_rows, "seconds": round(found.seconds, 3), "bytes": found.data.nbytes, "truncated": found.truncated}
    told |= {"least_group": found.least_group, "withheld": found.refused} if found.least_group else {}
    _log(hub, asking, statement, views, "done", told)
    need = hub.trust.purpose_need(subject, action, {table: view.columns for table, view in views.items()}, purpose)
    return _answer(hub, statement, views, found, need)


def _settle(hub: "Hub", subject: Subject, views: Mapping[str, View], supports: Sequence[Support]) -> Refusals:
    """Which figures over tables with masked values the account is not told; Refused when it has asked too many."""
    versions = {support.table: views[support.table].version or 0 for support in supports}
    return hub.trust.disclosure.settle(subject.reference, supports, versions, hub.sandbox.limits.shape)


def columns_used(hub: "Hub", subject: Subject, sql: str) -> tuple[str, ...]:
    """The columns a statement uses, as `area.table.column`, without running it; refused as running it would be for its form."""
    hub.trust.allow(subject, "query.run")
    with hub.sandbox.entered(subject.reference) as box:
        statement = box.read(sql, lambda table: _columns(hub, table, None))
    found = {
        f"{table}.{name}" for table, use in statement.tables.items()
        for name in (hub.lake.schema(table).names if use.every else use.columns | use.possible)
    }
    return tuple(sorted(found))


def _columns(hub: "Hub", table: str, day: date | None) -> tuple[str, ...] | None:
    """The columns of a table that the catalogue knows and the lake held by that day."""
    version = _version(hub, table, day) if hub.classify(table) is not None else None
    if version is not None:
        return tuple(hub.lake.schema(table, version).names)
    near = [name for name in get_close_matches(table, hub.lake.tables(), NEAR, 0.7) if name != table and hub.classify(name) is not None]
    if near:
        raise Missing(
            f"目录中没有名为 {table} 的表。相近的有：{'、'.join(near)}。", f"The catalogue has no table {table}. Near it: {', '.join(near)}.",
            code="QueryTable", table=table,
        )
    return None


def _version(hub: "Hub", table: str, day: date | None) -> int | None:
    """The newest version of a table, or the newest one made by the end of a day in China."""
    newest = hub.lake.newest(table)
    if day is None or newest is None:
        return newest
    end = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)
    return next((commit.version for commit in hub.lake.history(table) if commit.at < end), None)


def _views(hub: "Hub", asking: _Asking, statement: Statement) -> dict[str, View]:
    """Trust's views for exactly what the statement uses; a column asked for by name that is denied is refused by name."""
    if not statement.tables:
        return {}
    subject, purpose, day = asking.subject, asking.purpose, asking.day
    versions = {table: _version(hub, table, day) for table in statement.tables}
    asked = {table: _items(use) for table, use in statement.tables.items()}
    views = hub.trust.decide_many(subject, asking.action, asked, purpose, versions)
    denied = {table: hidden for table, use in statement.tables.items() if (hidden := sorted(use.columns - set(views[table].columns or use.columns)))}
    if denied:
        # The star showed what may be seen; these were also asked for by name.
        hub.trust.decide_many(subject, asking.action, denied, purpose, versions)
        raise _denied(denied)
    narrowed = {table: _narrowed(hub, views[table], use) for table, use in statement.tables.items()}
    if day is not None and (covered := sorted(table for table, view in narrowed.items() if view.masks)):
        # Two versions differ by few rows, and figures of both would tell of these.
        hub.trust.record("query", subject, asking.action, "statement", "refused", asking.code, {"reason": "MaskedPast", "tables": covered})
        raise Refused(
            f"表 {'、'.join(covered)} 有脱敏列，不能按过去某日的版本查询。",
            f"{', '.join(covered)} has masked columns and is not asked about past days.",
            code="MaskedPast", tables=covered,
        )
    return narrowed


def _items(use: TableUse) -> list[str] | None:
    """The columns the decision is about; all there are where the statement does not say which."""
    return None if use.every or use.possible or not use.columns else sorted(use.columns)


def _narrowed(hub: "Hub", view: View, use: TableUse) -> View:
    """The view without columns the statement has no use for, and without those its version does not hold: a contract may be ahead."""
    held = hub.lake.schema(view.table, view.version).names
    present = tuple(name for name in (view.columns or held) if name in held)
    used = use.columns | use.possible
    kept = present if use.every else tuple(name for name in present if name in used) or present[:1]
    return replace(view, columns=kept, masks={name: mask for name, mask in view.masks.items() if name in kept})


def _log(hub: "Hub", asking: _Asking, statement: Statement, views: Mapping[str, View], outcome: str, told: Mapping[str, Any]) -> None:
    tables = sorted(views)
    facts = {
        "decision": _decision(views), "fingerprint": statement.fingerprint, "statement": statement.wording,
        "versions": {table: view.version for table, view in sorted(views.items())}, **told,
    }
    resource = tables[0] if len(tables) == 1 else f"{len(tables)} tables"
    hub.trust.record("query", asking.subject, asking.action, resource, outcome, asking.code, facts)


def _answer(hub: "Hub", statement: Statement, views: Mapping[str, View], found: SandboxRows, need: PurposeNeed | None) -> QueryAnswer:
    known = {table: hub.classify(table) for table in views}
    everything = frozenset((table, column) for table, view in views.items() for column in view.columns or ())
    sources = found.sources if found.sources is not None else (everything,) * found.data.num_columns
    fields = zip(found.data.schema, sources, strict=True)
    return QueryAnswer(
        columns=tuple(_column(field.name, str(field.type), pairs, known, views) for field, pairs in fields), rows=found.data,
        truncated=found.truncated, seconds=found.seconds, tables=tuple(sorted(views)),
        versions={table: view.version or 0 for table, view in views.items()}, decision=_decision(views), fingerprint=statement.fingerprint,
        notice=_with_need(need, _notice(views, found, _disputed(hub, views))),
    )


def _column(
    name: str, kind: str, sources: frozenset[tuple[str, str]], known: Mapping[str, Classified | None], views: Mapping[str, View]
) -> QueryColumn:
    classes = [_class(known[table], column) for table, column in sources]
    return QueryColumn(
        name=name, type=kind, classification=max(classes, key=CLASSES.index, default="public"),
        masked=any(column in views[table].masks for table, column in sources),
        sources=tuple(sorted(f"{table}.{column}" for table, column in sources)),
    )


def _class(known: Classified | None, column: str) -> Any:
    """The class of a column; one the catalogue does not know counts as sensitive."""
    return next((each.classification for each in known.columns if each.name == column), "sensitive") if known else "sensitive"


def _notice(views: Mapping[str, View], found: SandboxRows, disputed: list[str]) -> Words | None:
    masked = sorted({f"{table}.{column}" for table, view in views.items() for column in view.masks})
    return query_notice(masked, sorted(table for table, view in views.items() if view.row_filter), found.least_group, disputed, found.refused)


def _disputed(hub: "Hub", views: Mapping[str, View]) -> list[str]:
    return [table for table in sorted(views) if hub.office.casework.disputes.open_for(table)]


def _with_need(need: PurposeNeed | None, notice: Words | None) -> Words | None:
    """What has to be stated to see more, before what else a reader must know."""
    if need is None:
        return notice
    return Words(zh=need.zh + (notice.zh if notice else ""), en=" ".join([need.en, *([notice.en] if notice and notice.en else [])]))


def _decision(views: Mapping[str, View]) -> int:
    """The number of the log's entry that allowed the views; 0 when no table was read."""
    return next((int(view.decision) for view in views.values()), 0)


def _too_much(found: SandboxRows) -> WrongUse:
    return WrongUse(
        f"结果超过 {found.data.num_rows:,} 行或所允许的大小，没有导出：文件看不出自己只是一部分。请加条件，或汇总后再导出。",
        f"The answer has more than {found.data.num_rows:,} rows or is larger than allowed, and was not exported: a file does not show that it is a "
        "part. Add a condition, or add figures up first.",
        code="ExportTooLarge",
    )


def _denied(denied: Mapping[str, list[str]]) -> Refused:
    named = [f"{table}.{column}" for table, columns in denied.items() for column in columns]
    return Refused(
        f"按现行策略不得查询列 {'、'.join(named)}。请从语句中去掉，或向提供部门申请。",
        f"Policy does not allow you to query {', '.join(named)}. Leave it out, or apply to the providing department.", denied=named,
    )
