"""Government services: how materials of cases were obtained and how cases were rated, Parquet beside the cases themselves."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingnan.world.columns import NEVER, Text, choose, constant, dates, take
from lingnan.world.departments.guides import PREFIX
from lingnan.world.dirt import Rows
from lingnan.world.draws import pick
from lingnan.world.handover.columnar import ParquetFile
from lingnan.world.places import table
from lingnan.world.province import Province

MODES = ("reuse", "upload", "waive", "commit")
STORED, OWN = (5, 82, 9, 4), (0, 95, 0, 5)
"""How often each mode is met for materials that the store of certificates may hold, and for others."""
DEFAULTS = 0.7
"""How many cases that nobody rated get a rating by default."""
RATING = ("case_no", "score", "by_default", "rated_on", "tag", "revisited_on", "fixed_on")


class CaseRecords:
    """Hands over zhengwu.case_material and zhengwu.case_rating for blocks of true cases."""

    def __init__(self, province: Province) -> None:
        told = table("services.yaml")
        self._province, self._tags = province, list(told["tags"])
        self._asked = {
            f"{PREFIX}{code}": [(each, bool(told["materials"][each][1])) for each in listed[-1]] for code, listed in told["items"].items()
        }
        folder = province.folder("zhengwu")
        self._materials = ParquetFile(folder / "case_material.parquet", ["case_no", "material_code", "mode"])
        self._ratings = ParquetFile(folder / "case_rating.parquet", [*RATING])

    def write(self, cases: Rows, block: int) -> None:
        """What belongs to one block of cases, before they are soiled."""
        self._write_materials(cases, block)
        self._write_ratings(cases, block)

    def _write_materials(self, cases: Rows, block: int) -> None:
        asked = [self._asked[code] for code in cases.columns["item_code"].to_pylist()]
        case = np.repeat(np.arange(len(cases)), [len(each) for each in asked])
        stored = np.array([held for each in asked for _name, held in each])
        draws = self._province.draws("zhengwu.case_material", block)
        mode = np.where(stored, pick(draws, STORED, len(case)), pick(draws, OWN, len(case)))
        columns: dict[str, Text] = {
            "case_no": cases.columns["case_no"].take(pa.array(case)), "material_code": pa.array([name for each in asked for name, _held in each]),
            "mode": take(MODES, mode),
        }
        rows = Rows("zhengwu.case_material", ("case_no", "material_code"), columns)
        self._materials.write(self._province.deliver(rows, [], block, duplicates=0).columns)

    def _write_ratings(self, cases: Rows, block: int) -> None:
        draws, rated = self._province.draws("zhengwu.case_rating", block), np.asarray(pc.is_valid(cases.columns["rating"]))
        ended = np.asarray(pc.is_valid(cases.columns["finished_at"]))
        kept = np.flatnonzero(ended & (rated | (draws.random(len(cases)) < DEFAULTS)))
        where, given = pa.array(kept), rated[kept]
        score = np.asarray(cases.columns["rating"].take(where).fill_null("3").cast(pa.int64()))
        day = pc.utf8_slice_codeunits(cases.columns["finished_at"].take(where), 0, 10).cast(pa.date32()).cast(pa.int32())
        on, poor, size = np.asarray(day).astype(np.int64), given & (score < 3), len(kept)
        back = on + draws.integers(1, 20, size)
        back = np.where(poor & (draws.random(size) < 0.8) & (back < self._province.today), back, NEVER)
        mended = np.where((back != NEVER) & (draws.random(size) < 0.7) & (back + 5 < self._province.today), back + 5, NEVER)
        columns: dict[str, Text] = {
            "case_no": cases.columns["case_no"].take(where), "score": pa.array(score).cast(pa.string()),
            "by_default": choose(given, constant("false", size), constant("true", size)), "rated_on": dates(on),
            "tag": take(self._tags, np.where(poor, draws.integers(0, len(self._tags), size), -1)),
            "revisited_on": dates(back), "fixed_on": dates(mended),
        }
        self._ratings.write(self._province.deliver(Rows("zhengwu.case_rating", ("case_no",), columns), [], block, duplicates=0).columns)

    def close(self) -> None:
        """Finishes the files."""
        self._materials.close()
        self._ratings.close()
