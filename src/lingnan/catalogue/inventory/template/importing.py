"""Takes a filled-in template into the inventory: compares every row with the hub, says every fault at its cell, changes all or nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lingnan.catalogue.inventory.template.applying import Applier
from lingnan.catalogue.inventory.template.checking import check_rows
from lingnan.catalogue.inventory.template.held import Key, Row, digest_of, held_of
from lingnan.catalogue.inventory.template.plan import Change, Plan, fault_at
from lingnan.catalogue.inventory.template.reading import BookRead, Formula, SheetRead, read_book
from lingnan.catalogue.inventory.template.shapes import Fault, Imported
from lingnan.catalogue.inventory.template.sheets import REMOVE, Column, Sheet, Unreadable, clean, read_cell, shown
from lingnan.catalogue.inventory.template.writing import PROBLEMS, Marked, write_problems
from lingnan.catalogue.resources.registration import Rules
from lingnan.storage import Storage
from lingnan.trust import Subject

MOST_FAULTS = 20_000
Allowed = Callable[[str], bool]


class _Undone(Exception):
    """Ends the unit of work of a dry run, so that nothing of it stays."""


def import_template(
    path: Path, storage: Storage, rules: Rules, by: Subject, *, allowed: Allowed = lambda department: True, dry_run: bool = False
) -> Imported:
    """Take the file, all of it or nothing. With faults a marked copy is written beside it; BadInput for a file that cannot be read at all."""
    book = read_book(path, rules.extensions)
    plan = Plan(faults=list(book.faults))
    if not book.faults:
        try:
            with storage.session() as session:
                _planned(session, book, plan, allowed)
                if not plan.faults:
                    Applier(session, storage, rules, by).apply(plan, book)
                if plan.faults or dry_run:
                    raise _Undone
        except _Undone:
            pass
    problems = _written(path, book, plan.faults) if plan.faults else ""
    return _told(plan, book, dry_run, problems)


def _planned(session: Session, book: BookRead, plan: Plan, allowed: Allowed) -> None:
    for sheet in book.form:
        _compare(session, sheet, book.sheets[sheet.name], book, plan)
    check_rows(session, plan.changes, book, plan.faults, allowed)
    plan.faults = plan.faults[:MOST_FAULTS]


def _compare(session: Session, sheet: Sheet, read: SheetRead, book: BookRead, plan: Plan) -> None:
    keyed = dict(_keyed(sheet, read, plan.faults))
    held = held_of(session, sheet, set(keyed))
    exported = {_named(each[1:]): digest for each, digest in book.digests.items() if each[0] == sheet.name}
    for key, (number, values) in keyed.items():
        _take_row(_Place(sheet, read, number, values), key, held.get(key), exported.get(key), plan)
    plan.missing += len(set(exported) - set(keyed))


def _named(parts: Sequence[str]) -> Key:
    """The key of an exported row; its second part is empty where one is enough."""
    return tuple(part for at, part in enumerate(parts) if part or not at)


def _keyed(sheet: Sheet, read: SheetRead, faults: list[Fault]) -> Iterable[tuple[Key, tuple[int, tuple[Any, ...]]]]:
    seen: dict[Key, int] = {}
    for number, values in read.rows:
        place, parts = _Place(sheet, read, number, values), []
        for name in sheet.key:
            text = place.text(sheet.column(name), faults)
            if text == "":
                faults.append(place.fault(name, "必填", "required"))
            parts.append(text)
        if any(not part for part in parts):
            continue
        key = tuple(str(part) for part in parts)
        if key in seen:
            faults.append(place.fault(sheet.key[-1], f"与第 {seen[key]} 行重复", f"the same key as in row {seen[key]}"))
            continue
        seen[key] = number
        yield key, (number, values)


@dataclass(frozen=True)
class _Place:
    """A row of the file."""

    sheet: Sheet
    read: SheetRead
    number: int
    values: tuple[Any, ...]

    def raw(self, name: str) -> Any:
        return self.values[self.read.places[name]]

    def text(self, column: Column, faults: list[Fault], held: Row | None = None) -> str | None:
        """The cell as text; None with a fault when it cannot be read, unless it stands as the hub itself shows it."""
        value = self.raw(column.name)
        if isinstance(value, Formula):
            zh, en = f"不接受公式或错误值（{value}），请粘贴为数值", f"no formula or error value ({value}); paste values"
            faults.append(self.fault(column.name, zh, en))
            return None
        try:
            return read_cell(column, value)
        except Unreadable as error:
            if held is not None and clean(str(value)) == shown(column, held[column.name]):
                return held[column.name]
            faults.append(self.fault(column.name, error.zh, error.en))
            return None

    def fault(self, name: str, zh: str, en: str) -> Fault:
        return fault_at(self.read, self.number, name, zh, en)


def _take_row(place: _Place, key: Key, held: Row | None, exported: str | None, plan: Plan) -> None:
    before = len(plan.faults)
    sheet = place.sheet
    texts = {column.name: place.text(column, plan.faults, held) for column in sheet.columns if not column.shown}
    if len(plan.faults) > before:
        return
    read: Row = {name: text or "" for name, text in texts.items()}
    digest = digest_of(sheet, read)
    if sheet.mark is not None and read[sheet.mark.name] == REMOVE:
        _take_removal(place, key, read, held, exported, plan)
        return
    if (exported is not None and digest == exported) or (held is not None and digest == digest_of(sheet, held)):
        plan.unchanged[sheet.name] += 1
        return
    conflict = _conflict(sheet, held, exported)
    if conflict:
        plan.faults.append(place.fault(sheet.key[-1], *conflict))
        return
    changed = tuple(column.name for column in sheet.compared if held is None or read[column.name] != held[column.name])
    plan.changes[sheet.name].append(Change(place.number, key, read, changed, held))


def _take_removal(place: _Place, key: Key, read: Row, held: Row | None, exported: str | None, plan: Plan) -> None:
    """A row that is marked to go: it must be there, as it was exported, and not be changed at the same time."""
    sheet, mark = place.sheet, place.sheet.mark
    name = mark.name if mark else sheet.key[-1]
    if held is None:
        plan.faults.append(place.fault(name, "平台上没有此行，无可删除", "the hub has no such row; there is nothing to remove"))
    elif conflict := _conflict(sheet, held, exported):
        plan.faults.append(place.fault(sheet.key[-1], *conflict))
    elif digest_of(sheet, read) != exported:
        zh, en = "此行既改了内容又标了删除，请只做其一", "this row is changed and marked to be removed; do one of the two"
        plan.faults.append(place.fault(name, zh, en))
    else:
        plan.changes[sheet.name].append(Change(place.number, key, read, (), held, removed=True))


def _conflict(sheet: Sheet, held: Row | None, exported: str | None) -> tuple[str, str] | None:
    if held is None:
        removed = "导出之后此行在平台上已被删除，请重新导出", "this row was removed in the hub since the export; export again"
        return None if exported is None else removed
    if exported is None:
        return "平台上已有此键，请重新导出后在导出的行中修改", "the hub has this key already; export again and change that row"
    if exported != digest_of(sheet, held):
        return "导出之后此行在平台上已被他人修改，不会覆盖，请重新导出后修改", "this row was changed in the hub since the export; export again"
    return None


def _written(path: Path, book: BookRead, faults: Iterable[Fault]) -> str:
    """The marked copy beside the file."""
    target = path.with_name(f"{path.stem}-{PROBLEMS}.xlsx")
    by_sheet: dict[str, dict[int, list[Fault]]] = defaultdict(lambda: defaultdict(list))
    for fault in faults:
        by_sheet[fault.sheet][fault.row].append(fault)
    marked = [_marked(sheet, book.sheets.get(sheet.name), by_sheet.get(sheet.zh, {})) for sheet in book.form]
    write_problems(target, marked, ((*key, digest) for key, digest in book.digests.items()), book.stems)
    return str(target)


def _marked(sheet: Sheet, read: SheetRead | None, faults: Mapping[int, list[Fault]]) -> Marked:
    if read is None:
        return Marked(sheet.zh, [f"{each.zh}*" if each.required else each.zh for each in sheet.columns], (), faults)
    kept = [at for at, header in enumerate(read.headers) if header != PROBLEMS]
    rows = ((number, [values[at] for at in kept]) for number, values in read.rows)
    return Marked(read.title, [read.headers[at] for at in kept], rows, faults)


def _told(plan: Plan, book: BookRead, dry_run: bool, problems: str) -> Imported:
    done = {} if plan.faults else plan.changes
    return Imported(
        dry_run=dry_run, added={name: sum(each.held is None for each in changes) for name, changes in done.items()},
        changed={name: sum(each.held is not None and not each.removed for each in changes) for name, changes in done.items()},
        removed={name: count for name, changes in done.items() if (count := sum(each.removed for each in changes))}, unchanged=dict(plan.unchanged),
        cells=sum(len(each.changed) for changes in done.values() for each in changes if each.held is not None), missing=plan.missing,
        ignored_sheets=book.ignored, faults=tuple(plan.faults), problems=problems,
    )

