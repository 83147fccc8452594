"""Development and reform: published licences and penalties of legal entities, Parquet."""

from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, choose, dates, join, money, take
from lingnan.world.departments.publicity_records import PublicityRecords
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array
from lingnan.world.handover.columnar import ParquetFile
from lingnan.world.places import table
from lingnan.world.province import Province, serial

LICENCE = ["licence_no", "uscc", "holder_name", "title", "kind", "issued_by", "issued_on", "valid_to"]
PENALTY = ["penalty_no", "uscc", "name", "facts", "basis", "kind", "fine", "decided_by", "decided_on", "published_on"]
LICENCE_CODES = {"普通": "1", "特许": "2", "认可": "3", "核准": "4", "登记": "5"}
PENALTY_CODES = {"警告": "11", "罚款": "21", "没收违法所得": "22", "责令停产停业": "42"}


class Reform:
    """Hands over fagai.licence and fagai.penalty, and through its records when they were shown and repaired."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._work: dict[str, Any] = table("work.yaml")
        self._licences = ParquetFile(province.folder("fagai") / "licence.parquet", LICENCE)
        self._penalties = ParquetFile(province.folder("fagai") / "penalty.parquet", PENALTY)
        self._records = PublicityRecords(province)

    def firms(self) -> None:
        """Both tables and their records."""
        licences, penalties = self._licence_rows(), self._penalty_rows()
        self._records.write(licences, penalties)
        self._licences.write(self._province.deliver(licences, _licence_stains()).columns)
        self._penalties.write(self._province.deliver(penalties, _penalty_stains()).columns)

    def _licence_rows(self) -> Rows:
        province, firms = self._province, self._province.firms
        draws = province.draws("fagai.licence")
        firm = np.repeat(np.arange(len(firms)), draws.poisson(1.3, len(firms)))
        size, where = len(firm), pa.array(firm)
        kinds = self._work["licences"]
        item = draws.integers(0, len(kinds), size)
        issued = self._during(firm, draws.random(size))
        lasts = np.array([3, 5, 5, 0])[draws.integers(0, 4, size)]
        columns = {
            "licence_no": join("粤许", serial("", np.arange(size), 9)), "uscc": firms.uscc.take(where), "holder_name": firms.name.take(where),
            "title": take([title for title, _ in kinds], item), "kind": take([kind for _, kind in kinds], item),
            "issued_by": self._offices(firm, take(self._work["licence_offices"], item)), "issued_on": dates(issued),
            "valid_to": dates(np.where(lasts > 0, issued + lasts * 365, NEVER)),
        }
        true = {"kind": take([LICENCE_CODES[kind] for _, kind in kinds], item)}
        return Rows("fagai.licence", ("licence_no",), columns, None, firm, true, {"former_name": firms.former_name.take(where)})

    def _penalty_rows(self) -> Rows:
        province, firms = self._province, self._province.firms
        draws = province.draws("fagai.penalty")
        firm = np.repeat(np.arange(len(firms)), draws.poisson(0.12, len(firms)))
        size, where = len(firm), pa.array(firm)
        kinds = self._work["penalties"]
        item = draws.integers(0, len(kinds), size)
        decided = self._during(firm, draws.random(size))
        usual = np.array([fine for *_, fine, _ in kinds])[item]
        fine = money((usual * draws.integers(2, 21, size)) // 10 * 100)
        columns = {
            "penalty_no": join("粤罚", serial("", np.arange(size), 9)), "uscc": firms.uscc.take(where), "name": firms.name.take(where),
            "facts": take([k[0] for k in kinds], item), "basis": take([k[1] for k in kinds], item), "kind": take([k[2] for k in kinds], item),
            "fine": choose(usual > 0, fine, pa.nulls(size, pa.string())), "decided_by": self._offices(firm, take([k[4] for k in kinds], item)),
            "decided_on": dates(decided), "published_on": dates(np.minimum(decided + draws.integers(1, 8, size), province.today)),
        }
        true = {"kind": take([PENALTY_CODES[k[2]] for k in kinds], item)}
        return Rows("fagai.penalty", ("penalty_no",), columns, None, firm, true, {"former_name": firms.former_name.take(where)})

    def _during(self, firm: Array, draw: Array) -> Array:
        """A day within each firm's life and the last five years."""
        firms, today = self._province.firms, self._province.today
        end = np.where(firms.closed[firm] == NEVER, today - 8, firms.closed[firm] - 1)
        start = np.maximum(np.minimum(firms.founded[firm] + 5, end), end - 5 * 365)
        return np.asarray((start + draw * (end - start)).astype(np.int64))

    def _offices(self, firm: Array, office: Any) -> Any:
        places = self._province.places
        return join(take(places.city_name, places.county_city[self._province.firms.county[firm]]), office)

    def close(self) -> None:
        """Finishes the files."""
        self._licences.close()
        self._penalties.close()
        self._records.close()


def _licence_stains() -> list[Stain]:
    return [
        Stain("former_name", "holder_name", 0.03, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        *stains.credit_codes(),
        Stain("missing", "title", 0.005, stains.missing, "quarantine"),
        Stain("code_for_label", "kind", 0.05, stains.labels(LICENCE_CODES), "repair"),
        Stain("unknown_label", "kind", 0.003, stains.one_of("特别", "待定"), "quarantine"),
        *stains.dates("issued_on", 0.03, ("slash", "han", "compact"), impossible=0.003),
        Stain("future_date", "issued_on", 0.002, stains.far_future, "quarantine"),
    ]


def _penalty_stains() -> list[Stain]:
    return [
        Stain("former_name", "name", 0.03, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        *stains.credit_codes(),
        Stain("missing", "facts", 0.005, stains.missing, "quarantine"),
        Stain("code_for_label", "kind", 0.05, stains.labels(PENALTY_CODES), "repair"),
        Stain("unit", "fine", 0.10, stains.in_ten_thousands, "repair"),
        Stain("negative", "fine", 0.005, stains.negative, "quarantine"),
        *stains.dates("decided_on", 0.03, ("slash", "han"), impossible=0.005),
    ]
