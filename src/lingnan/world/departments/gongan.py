"""Public security: registered residents, one GBK text file per city."""

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, choose, dates, digits
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.people import People
from lingnan.world.province import Province, serial

HEADERS = ("人员编号", "公民身份号码", "姓名", "曾用名", "性别", "民族", "出生日期", "户籍地区划", "住址", "户号", "更新日期")


class PublicSecurity:
    """Hands over gongan.resident."""

    def __init__(self, province: Province) -> None:
        self._province = province
        folder = province.folder("gongan")
        self._files = [
            DelimitedFile((folder / f"resident_{code}.csv").open("wb"), HEADERS, encoding="gb18030") for code in province.places.city_code
        ]

    def people(self, block: int, people: People) -> None:
        """One block of residents into the files of their cities."""
        rows, notes, city = self._rows(block, people)
        given = self._province.deliver(rows, _stains(), block, notes=notes)
        # A copy lands in the same file as its original.
        where = city[np.searchsorted(about(rows), about(given))]
        for position, file in enumerate(self._files):
            mine = np.flatnonzero(where == position)
            if len(mine):
                file.write([column.take(pa.array(mine)) for column in given.columns.values()])

    def _rows(self, block: int, people: People) -> tuple[Rows, list[tuple[Array, str, str]], Array]:
        province, places = self._province, self._province.places
        draws = province.draws("gongan.resident", block)
        # The dead leave the register late: some who died within the last two months are still in it.
        fresh = (people.death > province.today - 60) & (draws.random(len(people)) < 0.3)
        kept = np.flatnonzero((people.death == NEVER) | fresh)
        updated = np.maximum.reduce([people.birth + 20, people.moved_on, people.renamed_on, draws.integers(14_000, province.today, len(people))])
        recent = people.moved_on != NEVER
        aux = {
            **province.other_divisions(draws, people.county),
            "old_division": choose(recent, places.division(people.previous_county), _nothing(len(people))),
            "old_address": people.previous_address(places),
            "old_update": dates(np.maximum(people.moved_on - 200, people.birth + 1)),
        }
        columns = {
            "resident_no": serial("R", people.person, 10), "citizen_number": people.number, "name": people.name, "former_name": people.former_name,
            "sex": digits(people.sex, 1), "nationality": people.nationality, "birth_date": dates(people.birth, "compact"),
            "division": places.division(people.county), "address": people.address(places), "household": digits(people.household, 10),
            "updated_on": dates(np.minimum(updated, province.today)),
        }
        rows = Rows("gongan.resident", ("resident_no",), columns, people.person, None, {"birth_date": dates(people.birth)}, aux).take(kept)
        notes = [
            (people.twin[kept], "citizen_number", "twin"), ((people.renamed_on != NEVER)[kept], "name", "changed_name"),
            (fresh[kept], "updated_on", "late_update"),
        ]
        return rows, notes, places.county_city[people.county[kept]]

    def close(self) -> None:
        """Finishes the files."""
        for file in self._files:
            file.close()


def about(rows: Rows) -> Array:
    """The people the rows are about, in rising order as a block makes them."""
    return np.asarray(rows.person)


def _nothing(size: int) -> Text:
    return pa.nulls(size, pa.string())


def _stains() -> list[Stain]:
    late = {"address": stains.from_aux("old_address"), "updated_on": stains.from_aux("old_update")}
    return [
        Stain("late_update", "division", 0.03, stains.from_aux("old_division"), "none", visible=False, needs=stains.has_aux("old_division"),
            also=late),
        *stains.citizen_numbers(),
        *stains.divisions(),
        Stain("missing", "name", 0.002, stains.missing, "quarantine"),
        Stain("missing", "birth_date", 0.003, stains.missing, "quarantine"),
        Stain("birth_contradicts_number", "birth_date", 0.003, stains.other_birth, "quarantine"),
        Stain("sex_contradicts_number", "sex", 0.003, stains.swapped("1", "2"), "quarantine"),
        Stain("label_for_code", "sex", 0.01, stains.labels(stains.SEX_LABELS), "repair"),
        Stain("label_for_code", "nationality", 0.01, stains.labels({"01": "汉族", "08": "壮族", "13": "瑶族", "15": "土家族", "06": "苗族"}),
            "repair"),
        Stain("unknown_label", "nationality", 0.002, stains.one_of("某族", "无", "88"), "quarantine"),
        *stains.dates("birth_date", 0.03, ("iso", "slash", "han", "dot", "figures"), impossible=0.003),
        Stain("spaces", "name", 0.01, stains.spaced, "repair"),
        Stain("middle_dot", "name", 0.0005, stains.middle_dot, "repair", needs=stains.dotted),
    ]
