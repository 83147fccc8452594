"""Market regulation: legal entities, their changes and their shareholders that are firms, one SQLite file."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingnan.standards import USCC
from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, constant, dates, flat, join, money, numbers, take
from lingnan.world.dirt import Rows, Spot, Stain
from lingnan.world.draws import Array
from lingnan.world.firms import latest_change
from lingnan.world.handover.database import SqliteFile
from lingnan.world.province import Province, serial

ENTITY = (
    "uscc", "name", "former_name", "kind", "industry", "division", "address", "legal_representative", "registered_capital", "founded_on", "status",
    "closed_on", "parent_uscc", "phone", "updated_on",
)
CHANGE = ("change_no", "uscc", "item", "before", "after", "changed_on")
SHAREHOLDING = ("holding_no", "uscc", "shareholder_uscc", "share", "since")
STATUS = ("存续", "注销", "吊销")


class MarketRegulation:
    """Hands over shichang.enterprise, shichang.enterprise_change and shichang.shareholding."""

    def __init__(self, province: Province) -> None:
        self._province = province
        tables = {"t_entity": ENTITY, "t_change": CHANGE, "t_shareholder": SHAREHOLDING}
        self._file = SqliteFile(province.folder("shichang") / "shichang.db", tables)

    def firms(self) -> None:
        """All three tables."""
        self._give("t_entity", self._entities(), _entity_stains(), [(self._province.firms.renamed_on != NEVER, "name", "changed_name")])
        self._give("t_change", self._changes(), _change_stains())
        self._give("t_shareholder", self._shareholdings(), _holding_stains())

    def _give(self, table: str, rows: Rows, dirt: list[Stain], notes: list[tuple[Array, str, str]] | None = None) -> None:
        given = self._province.deliver(rows, dirt, notes=notes or [])
        self._file.write(table, list(given.columns.values()))

    def _entities(self) -> Rows:
        province, firms, places = self._province, self._province.firms, self._province.places
        draws = province.draws("shichang.enterprise")
        none = pa.nulls(len(firms), pa.string())
        columns = {
            "uscc": firms.uscc, "name": firms.name, "former_name": firms.former_name, "kind": firms.kind_codes(), "industry": firms.industry,
            "division": places.division(firms.county), "address": places.full(firms.home), "legal_representative": firms.head,
            "registered_capital": numbers(firms.capital), "founded_on": dates(firms.founded), "status": take(STATUS, firms.status),
            "closed_on": dates(firms.closed), "parent_uscc": take(firms.uscc, firms.parent), "phone": firms.phone,
            "updated_on": dates(np.minimum(province.today, latest_change(firms) + draws.integers(0, 20, len(firms)))),
        }
        moved = pa.array(firms.moved_on != NEVER)
        aux = {**province.other_divisions(draws, firms.county), "old_address": pc.if_else(moved, places.full(firms.previous_home), none)}
        aux["short_address"] = places.short(firms.home)
        true = {"registered_capital": money(firms.capital * 100), "status": take(["1", "3", "2"], firms.status)}
        return Rows("shichang.enterprise", ("uscc",), columns, None, np.arange(len(firms)), true, aux)

    def _changes(self) -> Rows:
        firms, places = self._province.firms, self._province.places
        kinds: list[tuple[str, Array, Text, Text]] = [
            ("名称", firms.renamed_on, firms.former_name, firms.name),
            ("地址", firms.moved_on, places.full(firms.previous_home), places.full(firms.home)),
            ("法定代表人", firms.head_changed_on, firms.former_head, firms.head),
            ("注册资本", firms.capital_changed_on, join(numbers(firms.former_capital // 10_000), "万元"), join(numbers(firms.capital // 10_000),
                "万元")),
        ]
        found = [(item, np.flatnonzero(on != NEVER), on, before, after) for item, on, before, after in kinds]
        firm = np.concatenate([where for _, where, *_ in found])
        columns = {
            "change_no": serial("BG", np.arange(len(firm)), 10),
            "uscc": firms.uscc.take(pa.array(firm)),
            "item": pa.concat_arrays([constant(item, len(where)) for item, where, *_ in found]),
            "before": pa.concat_arrays([flat(before).take(pa.array(where)) for _, where, _, before, _ in found]),
            "after": pa.concat_arrays([flat(after).take(pa.array(where)) for _, where, *_, after in found]),
            "changed_on": dates(np.concatenate([on[where] for _, where, on, *_ in found])),
        }
        self._tell_changes(columns, firm)
        return Rows("shichang.enterprise_change", ("change_no",), columns, None, firm)

    def _tell_changes(self, columns: dict[str, Text], firm: Array) -> None:
        none = pa.nulls(len(firm), pa.int64())
        told = {"person_id": none, "firm_id": pa.array(firm), "what": columns["item"], "before": columns["before"], "after": columns["after"],
            "on": columns["changed_on"]}
        self._province.truth.add("changes", pa.table(told))

    def _shareholdings(self) -> Rows:
        province, firms = self._province, self._province.firms
        draws = province.draws("shichang.shareholding")
        # Shareholders come earlier in the file than what they hold, so holdings never run in a circle.
        held = np.flatnonzero((draws.random(len(firms)) < 0.14) & (firms.kind < 5) & (np.arange(len(firms)) > 5))
        firm = np.repeat(held, draws.integers(1, 3, len(held)))
        holder = (draws.random(len(firm)) * firm).astype(np.int64)
        _, first = np.unique(firm * (len(firms) + 1) + holder, return_index=True)
        firm, holder = firm[first], holder[first]
        since = np.minimum(firms.founded[firm] + draws.integers(0, 2000, len(firm)), province.today)
        columns = {
            "holding_no": serial("GD", np.arange(len(firm)), 9), "uscc": firms.uscc.take(pa.array(firm)),
            "shareholder_uscc": firms.uscc.take(pa.array(holder)),
            "share": numbers(np.array([5, 10, 20, 25, 30, 40, 45, 49])[draws.integers(0, 8, len(firm))]), "since": dates(since),
        }
        return Rows("shichang.shareholding", ("holding_no",), columns, None, firm)

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()


def _entity_stains() -> list[Stain]:
    return [
        Stain("late_update", "address", 0.03, stains.from_aux("old_address"), "none", visible=False, needs=stains.has_aux("old_address")),
        Stain("wrong_number", "uscc", 0.02, stains.wrong_number(USCC), "quarantine"),
        Stain("full_width", "uscc", 0.005, stains.full_width, "repair"),
        *stains.divisions(),
        Stain("missing", "name", 0.005, stains.missing, "quarantine"),
        Stain("missing", "founded_on", 0.005, stains.missing, "quarantine"),
        Stain("unknown_label", "status", 0.003, stains.one_of("不详", "在业中"), "quarantine"),
        Stain("unknown_code", "industry", 0.003, stains.one_of("9999", "0000", "4799"), "quarantine"),
        Stain("unit", "registered_capital", 0.10, stains.in_ten_thousands, "repair"),
        Stain("commas", "registered_capital", 0.02, stains.with_commas, "repair"),
        *stains.dates("founded_on", 0.03, ("slash", "han", "compact", "dot"), impossible=0.003),
        Stain("future_date", "founded_on", 0.002, stains.far_future, "quarantine"),
        Stain("spaces", "name", 0.01, _outer_spaces, "repair"),
        Stain("without_county", "address", 0.02, stains.from_aux("short_address"), "none", visible=False),
    ]


def _outer_spaces(spot: Spot) -> list[str | None]:
    return [" " + value + "　" for value in spot.values]


def _change_stains() -> list[Stain]:
    return [
        *stains.credit_codes(),
        Stain("unknown_label", "item", 0.003, stains.one_of("其它", "变更"), "quarantine"),
        Stain("missing", "after", 0.005, stains.missing, "quarantine"),
        *stains.dates("changed_on", 0.03, ("slash", "han"), impossible=0.003),
    ]


def _holding_stains() -> list[Stain]:
    return [
        *stains.credit_codes(),
        Stain("wrong_number", "shareholder_uscc", 0.01, stains.wrong_number(USCC), "quarantine"),
        Stain("out_of_range", "share", 0.005, stains.one_of("120", "250", "-5"), "quarantine"),
        *stains.dates("since", 0.02, ("slash", "compact")),
    ]
