"""The hub's list of boards: its own, and those of packs, each bound to what it stands on."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lingnan.insight import Words
from lingnan.insight.dashboards import Board, BoundBoard, ColumnNote, Threshold, bound_own_boards

if TYPE_CHECKING:
    from lingnan.hub.service import Hub
    from lingnan.packkit import Pack
    from lingnan.standards import Contract

PART, LISTS = "dashboards", "codes"


def hub_boards(hub: "Hub", today: date) -> dict[str, BoundBoard]:
    """Every board by its key in the address, with its thresholds of a day; those of packs bear the pack's name before their own."""
    of_packs = [_bound(pack, board, today) for pack in hub.packs for board in pack.parts.get(PART, {}).values()]
    return {board.key: board for board in (*bound_own_boards(today), *of_packs)}


def _bound(pack: "Pack", board: Board, today: date) -> BoundBoard:
    """A pack's board: columns by the pack's contracts, thresholds by its parameters in force today."""
    own = f"{pack.id}."

    def unproofed(table: str) -> tuple[str, ...]:
        return pack.unproofed_behind(table.removeprefix(own)) if table.startswith(own) else ()

    def models(table: str) -> tuple[tuple[str, Words], ...]:
        return _models(pack, table.removeprefix(own)) if table.startswith(own) else ()

    return BoundBoard(
        key=own + board.id, board=board, owner=Words(zh=pack.manifest.title.zh, en=pack.manifest.title.en),
        note=lambda table, column: _note(pack, table, column), threshold=lambda name: _threshold(pack, name, today), unproofed=unproofed,
        words=lambda codes, code: pack_words(pack, codes, code) if codes in pack.parts.get(LISTS, {}) else None,
        models=models,
    )


def _models(pack: "Pack", table: str) -> tuple[tuple[str, Words], ...]:
    """The models that learn among what a table of the pack is made of."""
    behind = pack.behind(table) if table in pack.made else frozenset[str]()
    return tuple(
        (f"{pack.id}.{name}", Words(zh=model.title.zh, en=model.title.en))
        for name, model in pack.manifest.models.items() if model.learns is not None and name in behind
    )


def pack_words(pack: "Pack", codes: str, code: str) -> Words | None:
    """What a code of a pack's own list, or of one that ships, is called."""
    found = pack.code(codes, code)
    return Words(zh=found.zh, en=found.en) if found else None


def value_words(pack: "Pack", contract: "Contract", column: str, value: Any) -> Words | None:
    """What the code that a column of a pack's table holds is called; None where the value speaks for itself."""
    found = contract.named(column)
    codes = (found.code_list or ("divisions" if found.element == "division" else "")) if found else ""
    return pack_words(pack, codes, value) if codes and isinstance(value, str) else None


def _note(pack: "Pack", table: str, column: str) -> ColumnNote | None:
    """What the pack's contract says of a column: beside its title the custom properties unit, method and standard."""
    contract = pack.contracts.get(table)
    found = contract.named(column) if contract else None
    if found is None:
        return None
    codes = found.code_list or ("divisions" if found.element == "division" else "")
    unit, method, standard = (str(found.custom.get(key, "")) for key in ("unit", "method", "standard"))
    return ColumnNote(
        Words(zh=found.zh, en=found.en), Words(zh=unit) if unit else None, Words(zh=method) if method else None, standard, codes,
    )


def _threshold(pack: "Pack", name: str, today: date) -> Threshold | None:
    parameter = pack.parameters.get(name)
    dated = parameter.at(today) if parameter else None
    if dated is None or isinstance(dated.value, bool | str | date) or dated.value is None:
        return None
    return Threshold(Decimal(str(dated.value)), dated.reference, dated.proofed)
