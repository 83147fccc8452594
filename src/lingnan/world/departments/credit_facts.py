"""The credit centre at development and reform: arrears of tax, court enforcement and honours of legal entities, one XML file."""

from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, dates, join, numbers, take, years
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import pick
from lingnan.world.handover.markup import XmlFile
from lingnan.world.identity import citizen_numbers
from lingnan.world.places import table
from lingnan.world.province import Province, serial

TAGS = {
    "record_no": "JLBH", "uscc": "ZTDM", "name": "ZTMC", "kind": "SSZL", "document_no": "WSH", "content": "SSNR", "authority": "RDJG",
    "decided_on": "RDRQ", "valid_to": "YXQZ", "published_on": "GSRQ", "published_to": "GSJZRQ",
}
KIND_CODES = {"欠税": "03", "司法强制执行": "04", "表彰奖励": "05"}
PER_FIRM = 0.3
PUBLISHED_DAYS = 3 * 365


class CreditFacts:
    """Hands over fagai.credit_record."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._kinds: list[list[Any]] = table("city.yaml")["credit"]
        self._file = XmlFile(province.folder("fagai") / "credit_record.xml", "records", "record")

    def firms(self) -> None:
        """All records."""
        given = self._province.deliver(self._rows(), _stains())
        self._file.write({TAGS[name]: column for name, column in given.columns.items()})

    def _rows(self) -> Rows:
        province, firms = self._province, self._province.firms
        draws = province.draws("fagai.credit_record")
        firm = np.repeat(np.arange(len(firms)), draws.poisson(PER_FIRM, len(firms)))
        size, where = len(firm), pa.array(firm)
        item = pick(draws, [3, 2, 3, 1, 3], size)
        end = np.where(firms.closed[firm] == NEVER, province.today - 40, firms.closed[firm] - 1)
        start = np.maximum(np.minimum(firms.founded[firm] + 5, end), end - 3 * 365)
        decided = (start + draws.random(size) * (end - start)).astype(np.int64)
        published = np.minimum(decided + draws.integers(1, 20, size), province.today)
        honour = np.array([each[0] == "表彰奖励" for each in self._kinds])[item]
        city = take(province.places.city_name, province.places.county_city[firms.county[firm]])
        order = numbers(np.arange(size) + 1)
        columns = {
            "record_no": serial("XY", np.arange(size), 10), "uscc": firms.uscc.take(where), "name": firms.name.take(where),
            "kind": take([each[0] for each in self._kinds], item),
            "document_no": join("粤", take([each[3] for each in self._kinds], item), "〔", numbers(years(decided)), "〕", order, "号"),
            "content": take([each[1] for each in self._kinds], item), "authority": join(city, take([each[2] for each in self._kinds], item)),
            "decided_on": dates(decided),
            "valid_to": dates(np.where(honour, decided + PUBLISHED_DAYS, NEVER)), "published_on": dates(published),
            "published_to": dates(published + PUBLISHED_DAYS),
        }
        true = {"kind": take([KIND_CODES[each[0]] for each in self._kinds], item)}
        aux = {"former_name": firms.former_name.take(where), "citizen": self._persons(size), "later": dates(published + 30)}
        return Rows("fagai.credit_record", ("record_no",), columns, None, firm, true, aux)

    def _persons(self, size: int) -> Text:
        """Numbers of nobody, of the right form: what an office types where it takes a trader for a firm."""
        draws = self._province.draws("fagai.credit_record.persons")
        birth = (1960 + draws.integers(0, 40, size)) * 10_000 + draws.integers(1, 13, size) * 100 + draws.integers(1, 29, size)
        return citizen_numbers((440_103 * 10**8 + birth) * 1000 + draws.integers(900, 1000, size))

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()


def _stains() -> list[Stain]:
    return [
        Stain("former_name", "name", 0.03, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        *stains.credit_codes(),
        Stain("natural_person", "uscc", 0.02, stains.from_aux("citizen"), "quarantine"),
        Stain("missing", "document_no", 0.01, stains.missing, "quarantine"),
        Stain("code_for_label", "kind", 0.05, stains.labels(KIND_CODES), "repair"),
        Stain("unknown_label", "kind", 0.01, stains.one_of("其他", "待定"), "quarantine"),
        Stain("published_before_decided", "decided_on", 0.01, stains.from_aux("later"), "quarantine"),
        *stains.dates("published_on", 0.03, ("slash", "han", "compact"), impossible=0.005),
    ]
