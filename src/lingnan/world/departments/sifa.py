"""Justice: the list of bodies of legal services, one GB18030 file with a title line; none of them is a firm of the market's register."""

import numpy as np

from lingnan.world import stains
from lingnan.world.columns import dates, join, numbers, take
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import pick
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.identity import USCC_ALPHABET, credit_codes
from lingnan.world.province import Province, serial

HEADERS = ("执业许可证号", "统一社会信用代码", "机构名称", "机构类别", "区划代码", "执业人数", "批准设立日期")
KINDS = (("律师事务所", 78, "1"), ("公证处", 7, "2"), ("基层法律服务所", 8, "3"), ("司法鉴定所", 6, "4"), ("仲裁委员会", 1, "5"))
"""Kind, how often, and the second character of its code (GB 32100: 3 is justice). Shares are made up."""
WORDS = (
    "明理", "正和", "鼎信", "博衡", "致远", "安邦", "恒正", "立言", "鸿法", "中砥", "南岳", "海平", "诚度", "德衡", "君勤", "思辨", "众望", "公诚",
    "信达", "仁和",
)
FEWEST, FIRMS_EACH = 60, 100
_FIRST_CODE = 50_000_000
"""Numbers from which codes are made; those of firms stay far below."""


class Justice:
    """Hands over sifa.legal_body."""

    def __init__(self, province: Province) -> None:
        self._province = province

    def firms(self) -> None:
        """All bodies."""
        given = self._province.deliver(self._rows(), _stains())
        with (self._province.folder("sifa") / "legal_body.csv").open("wb") as target:
            file = DelimitedFile(target, HEADERS, encoding="gb18030", titles=("广东省法律服务机构名录",))
            file.write(list(given.columns.values()))

    def _rows(self) -> Rows:
        province = self._province
        draws, size = province.draws("sifa.legal_body"), max(FEWEST, len(province.firms) // FIRMS_EACH)
        county = province.firms.county[draws.integers(0, len(province.firms), size)]
        kind = pick(draws, [share for _kind, share, _code in KINDS], size)
        prefix = np.array([[USCC_ALPHABET.index("3"), USCC_ALPHABET.index(code)] for _kind, _share, code in KINDS], dtype=np.uint8)[kind]
        number = np.arange(size)
        division = province.places.division(county)
        issued = np.array(division.to_pylist(), dtype=np.int64)
        staff = np.where(kind == 0, 3 + draws.poisson(9, size), 2 + draws.poisson(4, size))
        columns = {
            "licence_no": serial("FL", number, 12), "uscc": credit_codes(draws, _FIRST_CODE + number, prefix, issued),
            "name": join(take(province.places.city_name, province.places.county_city[county]), take(WORDS, draws.integers(0, len(WORDS), size)),
                         take([each[0] for each in KINDS], kind)),
            "kind": take([each[0] for each in KINDS], kind), "division": division, "practitioners": numbers(staff),
            "approved_on": dates(province.today - draws.integers(60, 30 * 365, size)),
        }
        return Rows("sifa.legal_body", ("licence_no",), columns, aux=province.other_divisions(draws, county))

    def close(self) -> None:
        """Nothing is left open."""


def _stains() -> list[Stain]:
    return [
        *stains.credit_codes(gone=0.01),
        *stains.divisions(),
        Stain("unknown_label", "kind", 0.02, stains.one_of("其他", "待定"), "quarantine"),
        *stains.dates("approved_on", 0.05, ("slash", "han", "compact"), impossible=0.01),
    ]
