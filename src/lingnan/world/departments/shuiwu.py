"""Tax: taxpayers by year, a paged interface whose records are a JSON text inside JSON."""

from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, constant, dates, day, money, numbers, take
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import pick
from lingnan.world.handover.pages import Pages, text_in_json
from lingnan.world.province import Province, serial

PAGE = 1000
YEARS = 3
GRADES = ("A", "B", "M", "C", "D")
_NUMERIC = ("revenue", "tax_paid", "employees", "year")


def as_numbers(columns: dict[str, list[Any]], numeric: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records with plain figures as JSON numbers; figures with a unit or commas stay text."""
    for name in numeric:
        columns[name] = [_number(value) for value in columns[name]]
    names = tuple(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _number(value: str | None) -> Any:
    figures = (value or "").removeprefix("-").replace(".", "", 1)
    if value is None or not (figures.isascii() and figures.isdigit()):
        return value
    return float(value) if "." in value else int(value)


class Tax:
    """Hands over shuiwu.taxpayer_year."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._pages = Pages(province.folder("shuiwu") / "taxpayer_year", PAGE, text_in_json)

    def firms(self) -> None:
        """The last three whole years, the oldest first."""
        last = self._province.date.year - 1
        for year in range(last - YEARS + 1, last + 1):
            given = self._province.deliver(self._rows(year), _stains(), year)
            for start in range(0, len(given), 100_000):
                columns = {name: column.slice(start, 100_000).to_pylist() for name, column in given.columns.items()}
                self._pages.write(as_numbers(columns, _NUMERIC))

    def _rows(self, year: int) -> Rows:
        province, firms = self._province, self._province.firms
        draws = province.draws("shuiwu.taxpayer_year", year)
        opens, closes = day(province.date.replace(year=year, month=1, day=1)), day(province.date.replace(year=year, month=12, day=31))
        firm = np.flatnonzero((firms.founded <= closes) & ((firms.closed == NEVER) | (firms.closed > opens)))
        size, where = len(firm), pa.array(firm)
        revenue = (firms.revenue[firm] * 1.05 ** (year - province.date.year) * np.exp(draws.normal(0, 0.2, size))).astype(np.int64)
        tax = (revenue * draws.uniform(0.01, 0.07, size)).astype(np.int64)
        columns = {
            "taxpayer_no": serial("T", firm, 12, 69_621), "uscc": firms.uscc.take(where), "name": firms.name.take(where),
            "industry": firms.industry.take(where),
            "division": province.places.division(firms.county[firm]), "year": constant(str(year), size), "revenue": money(revenue),
            "tax_paid": money(tax),
            "employees": numbers(np.maximum(1, firms.employees[firm] + draws.integers(-2, 3, size))), "grade": take(GRADES, pick(draws, [20, 45, 20,
                10, 5], size)),
            "filed_on": dates(closes + draws.integers(5, 150, size)),
        }
        other = firms.industry.take(pa.array(draws.integers(0, len(firms), size)))
        aux = {**province.other_divisions(draws, firms.county[firm]), "former_name": firms.former_name.take(where), "other_industry": other}
        return Rows("shuiwu.taxpayer_year", ("taxpayer_no", "year"), columns, None, firm, aux=aux)

    def close(self) -> None:
        """Finishes the pages."""
        self._pages.close()


def _stains() -> list[Stain]:
    return [
        Stain("late_update", "name", 0.03, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        Stain("other_industry", "industry", 0.02, stains.from_aux("other_industry"), "none", visible=False),
        *stains.credit_codes(),
        *stains.divisions(),
        Stain("missing", "name", 0.005, stains.missing, "quarantine"),
        Stain("unit", "revenue", 0.10, stains.in_ten_thousands, "repair"),
        Stain("commas", "tax_paid", 0.02, stains.with_commas, "repair"),
        Stain("negative", "employees", 0.003, stains.negative, "quarantine"),
        Stain("unknown_label", "grade", 0.003, stains.one_of("E", "优", "无"), "quarantine"),
        *stains.dates("filed_on", 0.02, ("slash", "compact"), impossible=0.002),
    ]
