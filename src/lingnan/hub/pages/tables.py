"""One table of the lake with its versions, and the masked rows that a visitor may see of any table."""

from typing import Any

from lingnan.base import Missing, Refused
from lingnan.hub.pages.desk import Desk, cell
from lingnan.hub.pages.disputed import Marks, keys_of
from lingnan.hub.pages.purchases import terms_inherited
from lingnan.insight import Grid, GridColumn, TableSheet, VersionLine, Words
from lingnan.lake import Commit, View
from lingnan.trust import Classified, Purpose, Subject, purpose_codes

ROWS, MOST_VERSIONS = 20, 100


def table(desk: Desk, subject: Subject, name: str, purpose: Purpose | None = None) -> TableSheet:
    """What a table is, with versions and a preview under the purpose that is stated; Missing when there is none."""
    version = desk.version(name)
    if version is None:
        raise Missing(
            f"没有名为 {name} 的数据表。请从目录或资源页进入。",
            f"There is no table {name}. Come from the catalogue or a resource's page.", table=name
        )
    return TableSheet(
        name=name, title=desk.titles.table(name), resource_code=_resource_code(desk, name), origin=desk.titles.origin(name), rows=desk.rows(name),
        version=version, columns=columns(desk, name, None), versions=tuple(_line(commit) for commit in desk.history(name)[:MOST_VERSIONS]),
        preview=grid(desk, subject, name, purpose), inherited=terms_inherited(desk, name),
    )


def grid(desk: Desk, subject: Subject, name: str, purpose: Purpose | None = None) -> Grid:
    """The first rows of a table as the visitor may see them; when policy refuses, its sentence in place of rows."""
    told = desk.purpose(subject, purpose)
    origin = desk.titles.origin(name)
    if desk.version(name) is None:
        said = Words(zh="该表尚未生成。请先运行 lingnan build。", en="The table is not made yet. Run: lingnan build.")
        return Grid(table=name, columns=(), rows=(), total=0, origin=origin, refused=said)
    try:
        view = desk.views(subject, [name], "preview", purpose=told)[name]
    except Refused as refusal:
        said = Words(zh=refusal.zh, en=refusal.en)
        asked = _permitted_uses(desk, subject, name)
        return Grid(
            table=name, columns=(), rows=(), total=desk.rows(name), origin=origin, refused=said, needs=said if asked else None, purposes=asked,
        )
    # Rows are not kept at hand: they may be of persons.
    rows = desk.hub.engine.query(f"select * from {name} limit {ROWS}", {name: view}).to_pylist()
    shown = tuple(tuple(cell(value) for value in row.values()) for row in rows)
    keys = keys_of(desk, name)
    marks = Marks(desk, subject, [name]).of_rows(name, () if view.masks.keys() & set(keys) else keys, rows)
    held = desk.hub.trust.held_purposes.purpose_for(subject, "preview", name) if told == Purpose() else None
    need = desk.hub.trust.purpose_need(subject, "preview", {name: view.columns}, told)
    return Grid(
        table=name, columns=columns(desk, name, view), rows=shown, total=desk.rows(name), origin=origin, decision=view.decision, disputed=marks,
        needs=Words(zh=need.zh, en=need.en) if need else None, purposes=purposes() if need else (),
        stated=_stated(held.purpose if held else told) if not need else None,
    )


def columns(desk: Desk, name: str, view: View | None) -> tuple[GridColumn, ...]:
    """The columns of a table, or those of a view in its order."""
    types = desk.types(name)
    known = _classes(desk.hub.classify(name))
    masks = view.masks if view else {}
    shown = view.columns if view and view.columns is not None else tuple(types)
    return tuple(
        GridColumn(
            name=each, title=desk.titles.column(name, each), type=types.get(each, ""), classification=known.get(each, "internal"),
            masked=each in masks,
        )
        for each in shown
    )


def purposes() -> tuple[tuple[str, Words], ...]:
    """Every purpose that may be stated, by its code."""
    return tuple((code, Words(zh=each.zh, en=each.en)) for code, each in purpose_codes().items())


def _permitted_uses(desk: Desk, subject: Subject, name: str) -> tuple[tuple[str, Words], ...]:
    """The purposes of which one has to be stated for a table that was bought for some uses alone."""
    known = desk.hub.classify(name)
    allowed = known.bought.uses if known and known.bought and subject.kind == "official" else ()
    return tuple(each for each in purposes() if each[0] in allowed)


def _stated(purpose: Purpose) -> Words | None:
    known = purpose_codes().get(purpose.code)
    if known is None:
        return None
    return Words(zh="，".join((known.zh, purpose.article, purpose.matter)), en=", ".join((known.en, purpose.article, purpose.matter)))


def _classes(known: Classified | None) -> dict[str, Any]:
    return {column.name: column.classification for column in known.columns} if known else {}


def _line(commit: Commit) -> VersionLine:
    return VersionLine(
        version=commit.version, at=commit.at, mode=commit.mode, rows=max(commit.rows, 0), job=commit.job, code=commit.code, inputs=commit.inputs
    )


def _resource_code(desk: Desk, name: str) -> str:
    feed = desk.titles.feed(name)
    try:
        return desk.hub.catalogue.resource(feed.id if feed else name).code
    except Missing:
        return ""
