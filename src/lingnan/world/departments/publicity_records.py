"""Development and reform: on which days the credit site showed licences and penalties, and which penalties were repaired, Parquet."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, dates, flat, take
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array
from lingnan.world.handover.columnar import ParquetFile
from lingnan.world.province import Province, serial

PUBLICITY = ["record_no", "document_kind", "document_no", "uscc", "decided_on", "published_on"]
REPAIR = ["repair_no", "uscc", "document_no", "applied_on", "decided_on", "outcome", "recorded_on"]
KIND_CODES = {"许可": "01", "处罚": "02"}
OUTCOME_CODES = {"准予": "granted", "不予": "refused"}
UNTOLD, LATE, LATE_OFFICE = 0.02, 0.06, 0.30
"""Shares of decisions that were never sent, that came late, and that came late from the one office that is slow."""
SLOW_OFFICE = "生态环境局"
ASKED, TOO_EARLY, GRANTED = 0.4, 0.1, 0.85
"""Shares of the older penalties whose repair was asked for, of these too early, and of these granted."""


class PublicityRecords:
    """Hands over fagai.publicity_record and fagai.repair_record, about true licences and penalties."""

    def __init__(self, province: Province) -> None:
        self._province, folder = province, province.folder("fagai")
        self._shown = ParquetFile(folder / "publicity_record.parquet", PUBLICITY)
        self._repairs = ParquetFile(folder / "repair_record.parquet", REPAIR)

    def write(self, licences: Rows, penalties: Rows) -> None:
        """What belongs to these decisions, before they are soiled."""
        self._shown.write(self._province.deliver(self._publicity(licences, penalties), _publicity_stains()).columns)
        self._repairs.write(self._province.deliver(self._repaired(penalties), _repair_stains()).columns)

    def _publicity(self, licences: Rows, penalties: Rows) -> Rows:
        draws = self._province.draws("fagai.publicity_record")
        size = len(licences) + len(penalties)
        kind = np.repeat([0, 1], [len(licences), len(penalties)])
        uscc, number, office, decided = (
            flat(pa.chunked_array([licences.columns[one], penalties.columns[other]]))
            for one, other in (("uscc", "uscc"), ("licence_no", "penalty_no"), ("issued_by", "decided_by"), ("issued_on", "decided_on"))
        )
        slow = np.asarray(pc.ends_with(office, SLOW_OFFICE))
        late = draws.random(size) < np.where(slow, LATE_OFFICE, LATE)
        on = _days(decided) + np.where(late, draws.integers(14, 61, size), draws.integers(1, 9, size))
        kept = np.flatnonzero((draws.random(size) >= UNTOLD) & (on <= self._province.today))
        where = pa.array(kept)
        columns: dict[str, Text] = {
            "record_no": serial("SGS", kept, 11), "document_kind": take(list(KIND_CODES), kind[kept]), "document_no": number.take(where),
            "uscc": uscc.take(where), "decided_on": decided.take(where), "published_on": dates(on[kept]),
        }
        firm = np.concatenate([_firms(licences), _firms(penalties)])[kept]
        true = {"document_kind": take(list(KIND_CODES.values()), kind[kept])}
        return Rows("fagai.publicity_record", ("record_no",), columns, None, firm, true, {"later": dates(on[kept] + 30)})

    def _repaired(self, penalties: Rows) -> Rows:
        draws, today = self._province.draws("fagai.repair_record"), self._province.today
        size, begun = len(penalties), _days(penalties.columns["decided_on"])
        applied = begun + np.where(draws.random(size) < TOO_EARLY, draws.integers(15, 60, size), draws.integers(100, 400, size))
        kept = np.flatnonzero((draws.random(size) < ASKED) & (applied <= today))
        where, applied = pa.array(kept), applied[kept]
        decided = applied + draws.integers(3, 18, len(kept))
        recorded = decided + np.where(draws.random(len(kept)) < 0.1, draws.integers(5, 40, len(kept)), 0)
        outcome = np.where(draws.random(len(kept)) < GRANTED, 0, 1)
        open_ = decided > today
        columns: dict[str, Text] = {
            "repair_no": serial("XF", kept, 9), "uscc": penalties.columns["uscc"].take(where),
            "document_no": penalties.columns["penalty_no"].take(where), "applied_on": dates(applied),
            "decided_on": dates(np.where(open_, NEVER, decided)),
            "outcome": take(list(OUTCOME_CODES), np.where(open_, -1, outcome)),
            "recorded_on": dates(np.where(open_ | (recorded > today), NEVER, recorded)),
        }
        true = {"outcome": take(list(OUTCOME_CODES.values()), np.where(open_, -1, outcome))}
        return Rows("fagai.repair_record", ("repair_no",), columns, None, _firms(penalties)[kept], true)

    def close(self) -> None:
        """Finishes the files."""
        self._shown.close()
        self._repairs.close()


def _days(column: Text) -> Array:
    return np.asarray(column.cast(pa.date32()).cast(pa.int32())).astype(np.int64)


def _firms(rows: Rows) -> Array:
    return rows.firm if rows.firm is not None else np.full(len(rows), -1)


def _publicity_stains() -> list[Stain]:
    return [
        *stains.credit_codes(),
        Stain("missing", "document_no", 0.005, stains.missing, "quarantine"),
        Stain("code_for_label", "document_kind", 0.03, stains.labels(KIND_CODES), "repair"),
        Stain("unknown_label", "document_kind", 0.003, stains.one_of("其他", "待定"), "quarantine"),
        Stain("published_before_decided", "decided_on", 0.01, stains.from_aux("later"), "quarantine"),
        *stains.dates("published_on", 0.03, ("slash", "han", "compact"), impossible=0.003),
    ]


def _repair_stains() -> list[Stain]:
    return [
        *stains.credit_codes(),
        Stain("missing", "document_no", 0.01, stains.missing, "quarantine"),
        *stains.dates("applied_on", 0.03, ("slash", "compact"), impossible=0.005),
    ]
