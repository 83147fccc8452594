"""What changed in a register, what contradicts it source by source, and its yearly snapshots."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from lingnan.base import Missing, Refused
from lingnan.casework.records import Case
from lingnan.hub.pages.desk import Desk, cell, offset_of
from lingnan.hub.pages.registers import definition, line
from lingnan.hub.pages.titles import code_words, division_words
from lingnan.hub.tickets import FLOW
from lingnan.insight import (
    ChangedValue,
    ConflictPage,
    ConflictRow,
    ContradictedLine,
    DivisionCount,
    RegisterChangeLine,
    RegisterChangePage,
    SnapshotLine,
    SnapshotPage,
    Words,
)
from lingnan.lake import View
from lingnan.registers import Change, RegisterDefinition, SnapshotEdition, changes, contradicted, find_conflicts
from lingnan.trust import Subject

PAGE = 20
STEP = "register-pages"


class RegisterHistoryPages:
    """Answers for the pages of a register's history; every verb may raise Missing or Refused."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def changes(self, register: str, cursor: str, limit: int, newest_first: bool, subject: Subject) -> RegisterChangePage:
        """What became known after the cursor, or, newest first, before it; Refused for who may not read the register's words.

        Who may not query the register of today is not given its entries one after the other here either.
        """
        self._desk.hub.trust.allow(subject, "page.view", "registers")
        defined = _defined(register)
        if self._desk.version(defined.table) is None:
            return RegisterChangePage(register_line=line(self._desk, defined), items=(), cursor="")
        today = self._desk.views(subject, [defined.table], "query")
        views = self._words(subject, defined)
        found = changes(register, self._desk.hub.engine, views, cursor=cursor, limit=limit, newest_first=newest_first)
        labels = self._labels(defined, today, [name for each in found.items for name in (each.entry, each.successor) if name])
        items = tuple(_change(defined, each, views[defined.observations], labels) for each in found.items)
        told = {"register_line": line(self._desk, defined), "items": items, "cursor": found.cursor}
        return RegisterChangePage.model_validate({**told, "next": found.cursor if found.more else None})

    def conflicts(self, register: str, department: str, table: str, attribute: str, cursor: str, subject: Subject) -> ConflictPage:
        """What contradicts a register, for those who work on quality: counts by source and attribute, and rows by their keys."""
        self._desk.hub.trust.allow(subject, "page.govern", "conflicts")
        defined = _defined(register)
        groups = self._groups(defined, department) if self._desk.version(defined.conflicts) is not None else ()
        chosen = [each for each in groups if table in ("", each.table) and attribute in ("", each.attribute)]
        start, total, rows = offset_of(cursor), 0, list[dict[str, Any]]()
        if (table or attribute) and chosen:
            views = self._desk.views(subject, [defined.conflicts])
            engine = self._desk.hub.engine
            total, rows = find_conflicts(register, engine, views, table=table, attribute=attribute, limit=PAGE, offset=start)
        return ConflictPage(
            register_line=line(self._desk, defined), department=department, table=table, attribute=attribute, groups=groups, total=total,
            items=tuple(_row(defined, row) for row in rows), next=str(start + PAGE) if start + PAGE < total else None,
        )

    def snapshots(self, register: str, year: int | None, subject: Subject) -> SnapshotPage:
        """A register's yearly snapshots; the counts by division are for those who work on its quality."""
        trust = self._desk.hub.trust
        trust.allow(subject, "page.view", "registers")
        defined = _defined(register)
        editions = self._desk.hub.snapshots.listing(register)
        lines = {(each.year, each.edition): _snapshot(each, _year_before(editions, each.year)) for each in editions}
        chosen = next((each for each in editions if year in (None, each.year)), None)
        told = line(self._desk, defined)
        if chosen is None:
            return SnapshotPage(register_line=told, items=tuple(lines.values()))
        try:
            trust.allow(subject, "page.govern", "snapshots")
            counts = _by_division(chosen, _year_before(editions, chosen.year))
        except Refused:
            counts = ()
        return SnapshotPage(register_line=told, items=tuple(lines.values()), chosen=lines[chosen.year, chosen.edition], counts=counts)

    def _labels(self, defined: RegisterDefinition, views: Mapping[str, View], entries: list[str]) -> dict[str, str]:
        """What entries of today are called, as the reader may see it; one that is no more has no name."""
        shown = views[defined.table].columns
        if not entries or (shown is not None and not {"entry_id", defined.label} <= set(shown)):
            return {}
        sql = f"select entry_id, cast({defined.label} as varchar) as label from {defined.table} where list_contains($entries, entry_id)"
        rows = self._desk.hub.engine.query(sql, views, {"entries": entries}).to_pylist()
        return {row["entry_id"]: row["label"] for row in rows if row["label"]}

    def _words(self, subject: Subject, defined: RegisterDefinition) -> dict[str, View]:
        """The register's words, and what happened to ids for those who may see that."""
        views = self._desk.views(subject, [defined.observations])
        if self._desk.version(defined.identities) is None:
            return views
        try:
            return {**views, **self._desk.views(subject, [defined.identities])}
        except Refused:
            return views

    def _groups(self, defined: RegisterDefinition, department: str) -> tuple[ContradictedLine, ...]:
        """Counts alone, so nobody's rows are read for them."""
        tables = {table: self._desk.version(table) for table in (defined.conflicts, defined.observations)}
        key = ("contradicted", *tables.items())
        found = self._desk.keep(key, lambda: contradicted(
            defined, self._desk.hub.engine, self._desk.hub.trust.views_for_step(STEP, tables)
        ))
        cases, titles = self._cases(defined), self._desk.titles
        return tuple(
            ContradictedLine(
                table=each.table, title=titles.table(each.table), department=titles.department(each.table.split(".")[0]), attribute=each.attribute,
                attribute_title=Words(**defined.attributes[each.attribute].title.model_dump()), rows=each.rows, compared=each.compared,
                case=cases.get(f"{each.table}:{each.attribute}", ""),
            )
            for each in found if department in ("", each.table.split(".")[0])
        )

    def _cases(self, defined: RegisterDefinition) -> dict[str, str]:
        """The numbers of open cases, by source table and attribute."""
        prefix = f"conflict:{defined.register_}:"
        mine = Case.flow == FLOW, Case.closed_at.is_(None), Case.about.startswith(prefix, autoescape=True)
        with self._desk.hub.storage.reading() as session:
            return {about.removeprefix(prefix): number for about, number in session.execute(select(Case.about, Case.number).where(*mine))}


def _defined(register: str) -> RegisterDefinition:
    found = definition(register)
    if found is None:
        raise Missing(
            f"“{register}”没有变更、冲突与快照。请从基础库列表选择。",
            f"“{register}” has no changes, conflicts and snapshots. Choose a register from the list.", register=register,
        )
    return found


def _change(defined: RegisterDefinition, change: Change, view: View, labels: Mapping[str, str]) -> RegisterChangeLine:
    names = [name for name in (defined.identifier, *defined.attributes) if name in change.after]
    return RegisterChangeLine(
        entry=change.entry, at=change.at, kind=change.kind, attributes=tuple(names), successor=change.successor,
        label=labels.get(change.entry, ""), successor_label=labels.get(change.successor, ""),
        values=tuple(_changed(defined, name, change, view) for name in names),
    )


def _changed(defined: RegisterDefinition, name: str, change: Change, view: View) -> ChangedValue:
    """Both values as text, and what codes mean where they are not masked."""
    before, after = _text(change.before.get(name)), _text(change.after.get(name))
    codes = defined.attributes[name].code_list if name in defined.attributes and name not in view.masks else None
    return ChangedValue(
        attribute=_title(defined, name), before=before, after=after, before_shown=code_words(codes, before), after_shown=code_words(codes, after)
    )


def _title(defined: RegisterDefinition, name: str) -> Words:
    title = defined.identifier_title if name == defined.identifier else defined.attributes[name].title
    return Words(**title.model_dump())


def _text(value: Any) -> str | None:
    shown = cell(value)
    return None if shown is None else shown.isoformat() if isinstance(shown, date) else str(shown)


def _row(defined: RegisterDefinition, row: Mapping[str, Any]) -> ConflictRow:
    return ConflictRow(
        entry=row.get("entry_id") or "", table=row.get("source_table") or "", key=row.get("source_key") or "",
        attribute=_title(defined, row["attribute"]) if row.get("attribute") else Words(zh="—"), value=row.get("value"),
        survivor=row.get("survivor"), known_from=row.get("known_from"),
    )


def _year_before(editions: tuple[SnapshotEdition, ...], year: int) -> SnapshotEdition | None:
    return next((each for each in editions if each.year == year - 1), None)


def _snapshot(edition: SnapshotEdition, before: SnapshotEdition | None) -> SnapshotLine:
    return SnapshotLine(
        year=edition.year, edition=edition.edition, table=edition.table, version=edition.version, as_of=edition.as_of, known_at=edition.known_at,
        entries=edition.entries, digest=edition.digest, reason=edition.reason, change=edition.entries - before.entries if before else None,
    )


def _by_division(edition: SnapshotEdition, before: SnapshotEdition | None) -> tuple[DivisionCount, ...]:
    codes = sorted({*edition.counts, *(before.counts if before else {})})
    return tuple(
        DivisionCount(
            code=code, division=division_words(code, edition.as_of) or Words(zh=code or "未载明", en=code or "Not stated"),
            entries=edition.counts.get(code, 0), before=before.counts.get(code, 0) if before else None,
        )
        for code in codes
    )
