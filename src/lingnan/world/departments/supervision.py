"""Market regulation after registration: annual reports, lists of abnormal operation and of serious violations, random inspections."""

import numpy as np
import pyarrow as pa

from lingnan.standards import code_list
from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, constant, dates, day, join, numbers, take
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array, pick
from lingnan.world.handover.columnar import ParquetFile
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.province import Province, serial

REPORT = ("report_no", "uscc", "name", "year", "submitted_on")
INSPECTION = ["inspection_no", "uscc", "name", "item", "result", "authority", "inspected_on"]
LISTING = {
    "decision_no": "列入决定文书号", "uscc": "统一社会信用代码", "name": "主体名称", "list": "名单", "reason": "列入事由", "authority": "列入机关",
    "decided_on": "列入日期", "recorded_on": "登记日期", "removed_on": "移出日期", "removal_recorded_on": "移出登记日期",
}
LISTS = {"经营异常名录": "abnormal", "严重违法失信名单": "serious"}
REASONS = ("未在规定期限公示年度报告", "通过登记的住所（经营场所）无法联系", "两年内受到三次以上行政处罚")
ITEMS = ("年度报告公示信息检查", "登记事项检查", "食品安全监督检查", "广告行为检查", "特种设备使用检查")
YEARS = 3
CARELESS = 0.1
"""Share of firms that miss more reports, fail more inspections and come on lists more often than the rest."""
MISSED, LATE = (0.02, 0.35), (0.04, 0.20)
SERIOUS = (0.004, 0.12)
"""Chances of careful and careless firms: to miss a report, to be late with it, to come on the list of serious violations within three years."""
INSPECTED = 0.35
RESULTS = ((86, 3, 0, 4, 6, 0, 1, 0), (45, 12, 2, 12, 24, 1, 1, 3))
"""How often careful and careless firms get each result of the list `inspection-results`."""


class Supervision:
    """Hands over shichang.annual_report, shichang.listing and shichang.inspection."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._careless = (province.draws("shichang.supervision").random(len(province.firms)) < CARELESS).astype(np.int64)
        self._results = [entry.zh for entry in code_list("inspection-results").entries]
        folder = province.folder("shichang")
        self._reports = ParquetFile(folder / "annual_report.parquet", [*REPORT])
        self._inspections = ParquetFile(folder / "inspection.parquet", INSPECTION)

    def firms(self) -> None:
        """All three."""
        reports = [self._years_reports(year) for year in range(self._province.date.year - YEARS, self._province.date.year)]
        for each, _firm, _due, _submitted in reports:
            self._reports.write(self._province.deliver(each, _report_stains(), int(each.columns["year"][0].as_py())).columns)
        self._inspections.write(self._province.deliver(self._inspected(), _inspection_stains()).columns)
        given = self._province.deliver(self._listed([(firm, due, submitted) for _rows, firm, due, submitted in reports]), _listing_stains())
        with (self._province.folder("shichang") / "listing.csv").open("wb") as target:
            file = DelimitedFile(target, [*LISTING.values()], encoding="gb18030", titles=("列入和移出名单台账",))
            file.write(list(given.columns.values()))

    def _years_reports(self, year: int) -> tuple[Rows, Array, int, Array]:
        """Reports on a year, the firms that owe one, the last day to hand it in, and when each did (NEVER where it did not)."""
        province, firms = self._province, self._province.firms
        due = day(province.date.replace(year=year + 1, month=6, day=30))
        firm = np.flatnonzero((firms.founded <= due - 181) & ((firms.closed == NEVER) | (firms.closed > due)))
        draws, size, careless = province.draws("shichang.annual_report", year), len(firm), self._careless[firm]
        drawn, missed, late = draws.random(size), np.array(MISSED)[careless], np.array(LATE)[careless]
        submitted = np.where(drawn < missed + late, due + draws.integers(5, 200, size), due - draws.integers(0, 180, size))
        submitted = np.where((drawn < missed) | (submitted > province.today), NEVER, submitted)
        kept = np.flatnonzero(submitted != NEVER)
        who = pa.array(firm[kept])
        columns: dict[str, Text] = {
            "report_no": join(f"NB{year}", serial("", firm[kept], 8)), "uscc": firms.uscc.take(who), "name": firms.name.take(who),
            "year": constant(str(year), len(kept)), "submitted_on": dates(submitted[kept]),
        }
        aux = {"former_name": firms.former_name.take(who), "other_year": constant(str(year + 900), len(kept))}
        return Rows("shichang.annual_report", ("report_no",), columns, None, firm[kept], aux=aux), firm, due, submitted

    def _listed(self, reports: list[tuple[Array, int, Array]]) -> Rows:
        """A decision for each report that was not there in time, and for some firms one on serious violations."""
        draws, today = self._province.draws("shichang.listing"), self._province.today
        parts = []
        for firm, due, submitted in reports:
            owing = np.flatnonzero((submitted == NEVER) | (submitted > due))
            decided = due + draws.integers(5, 30, len(owing))
            freed = np.where(submitted[owing] == NEVER, NEVER, np.maximum(submitted[owing], decided) + draws.integers(3, 20, len(owing)))
            parts.append((firm[owing], np.zeros(len(owing), dtype=np.int64), np.zeros(len(owing), dtype=np.int64), decided, freed))
        parts.append(self._serious())
        who, which, reason, decided, freed = (np.concatenate(column) for column in zip(*parts, strict=True))
        kept = decided <= today
        who, which, reason, decided, freed = who[kept], which[kept], reason[kept], decided[kept], np.where(freed > today, NEVER, freed)[kept]
        return self._listing_rows(who, which, reason, decided, freed)

    def _serious(self) -> tuple[Array, Array, Array, Array, Array]:
        firms, today = self._province.firms, self._province.today
        draws, size = self._province.draws("shichang.listing.serious"), len(firms)
        who = np.flatnonzero(draws.random(size) < np.array(SERIOUS)[self._careless])
        end = np.where(firms.closed[who] == NEVER, today - 5, firms.closed[who] - 1)
        begin = np.maximum(np.minimum(firms.founded[who] + 100, end), end - YEARS * 365)
        decided = (begin + draws.random(len(who)) * (end - begin)).astype(np.int64)
        freed = np.where(draws.random(len(who)) < 0.3, decided + draws.integers(370, 900, len(who)), NEVER)
        return who, np.ones(len(who), dtype=np.int64), np.full(len(who), 2), decided, freed

    def _listing_rows(self, who: Array, which: Array, reason: Array, decided: Array, freed: Array) -> Rows:
        province, firms, size = self._province, self._province.firms, len(who)
        draws = province.draws("shichang.listing.records")
        recorded = np.minimum(decided + draws.integers(0, 4, size), province.today)
        off = np.where(freed == NEVER, NEVER, np.minimum(freed + draws.integers(0, 8, size), province.today))
        firm = pa.array(who)
        columns: dict[str, Text] = {
            "decision_no": join("粤市监列", serial("", np.arange(size), 9)), "uscc": firms.uscc.take(firm), "name": firms.name.take(firm),
            "list": take(list(LISTS), which), "reason": take(REASONS, reason), "authority": self._office(who), "decided_on": dates(decided),
            "recorded_on": dates(recorded), "removed_on": dates(freed), "removal_recorded_on": dates(off),
        }
        return Rows("shichang.listing", ("decision_no",), columns, None, who, aux={"later": dates(np.where(freed == NEVER, NEVER, freed + 400))})

    def _inspected(self) -> Rows:
        province, firms = self._province, self._province.firms
        draws = province.draws("shichang.inspection")
        who = np.repeat(np.arange(len(firms)), draws.poisson(INSPECTED, len(firms)))
        end = np.where(firms.closed[who] == NEVER, province.today - 5, firms.closed[who] - 1)
        begin = np.maximum(np.minimum(firms.founded[who] + 30, end), end - YEARS * 365)
        on = (begin + draws.random(len(who)) * (end - begin)).astype(np.int64)
        result = np.where(self._careless[who] == 1, pick(draws, RESULTS[1], len(who)), pick(draws, RESULTS[0], len(who)))
        firm, item = pa.array(who), draws.integers(0, len(ITEMS), len(who))
        columns: dict[str, Text] = {
            "inspection_no": serial("JC", np.arange(len(who)), 10), "uscc": firms.uscc.take(firm), "name": firms.name.take(firm),
            "item": take(ITEMS, item), "result": take(self._results, result), "authority": self._office(who), "inspected_on": dates(on),
        }
        true = {"result": numbers(result + 1)}
        return Rows("shichang.inspection", ("inspection_no",), columns, None, who, true, {"former_name": firms.former_name.take(firm)})

    def _office(self, who: Array) -> Text:
        places = self._province.places
        return join(take(places.city_name, places.county_city[self._province.firms.county[who]]), "市场监督管理局")

    def close(self) -> None:
        """Finishes the files."""
        self._reports.close()
        self._inspections.close()


def _former() -> Stain:
    return Stain("former_name", "name", 0.03, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name"))


def _report_stains() -> list[Stain]:
    return [
        _former(), *stains.credit_codes(),
        Stain("out_of_range", "year", 0.003, stains.from_aux("other_year"), "quarantine"),
        *stains.dates("submitted_on", 0.03, ("slash", "compact"), impossible=0.003),
    ]


def _listing_stains() -> list[Stain]:
    return [
        *stains.credit_codes(),
        Stain("unknown_label", "list", 0.005, stains.one_of("其他", "待定"), "quarantine"),
        Stain("removed_before_listed", "decided_on", 0.01, stains.from_aux("later"), "quarantine", needs=stains.has_aux("later")),
        *stains.dates("decided_on", 0.03, ("slash", "han"), impossible=0.005),
    ]


def _inspection_stains() -> list[Stain]:
    codes = {entry.zh: entry.code for entry in code_list("inspection-results").entries}
    return [
        _former(), *stains.credit_codes(),
        Stain("code_for_label", "result", 0.05, stains.labels(codes), "repair"),
        Stain("unknown_label", "result", 0.005, stains.one_of("其他", "待定"), "quarantine"),
        *stains.dates("inspected_on", 0.03, ("slash", "han"), impossible=0.003),
    ]
