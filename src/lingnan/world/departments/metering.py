"""What firms use, month by month, as a supplier's meters tell it; shared by electricity and water."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, constant, digits, join, numbers
from lingnan.world.departments.weijian import last_months
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array
from lingnan.world.province import Province, serial


@dataclass(frozen=True)
class Supply:
    """One kind of supply: feed, column, account prefix, share of firms supplied, a month's use per employee, width of the season."""

    feed: str
    column: str
    prefix: str
    supplied: float
    per_employee: float
    season: float


def metered_months(province: Province) -> list[str]:
    """The months with readings, as YYYYMM: the twelve before the current one."""
    return [f"{month:%Y%m}" for month in last_months(province.date, 13)[:12]]


def readings(province: Province, supply: Supply, index: int, month: str) -> Rows:
    """The readings of one month, as the supplier holds them."""
    firms = province.firms
    chosen = province.draws(supply.feed).random(len(firms)) < supply.supplied
    draws = province.draws(supply.feed, index + 1)
    firm = np.flatnonzero(chosen & (firms.closed == NEVER))
    where, county = pa.array(firm), firms.county[firm]
    season = 1 + supply.season * np.cos((int(month[4:]) - 8) / 12 * 2 * np.pi)  # most in August
    used = (firms.employees[firm] * supply.per_employee * season * np.exp(draws.normal(0, 0.25, len(firm))) * 100).astype(np.int64)
    columns = {
        "account_no": serial(supply.prefix, firm, 10, 69_621), "uscc": firms.uscc.take(where), "name": firms.name.take(where),
        "division": province.places.division(county), "month": constant(month, len(firm)), supply.column: _hundredths(used),
    }
    aux = {**province.other_divisions(draws, county), "former_name": firms.former_name.take(where)}
    return Rows(supply.feed, ("account_no", "month"), columns, None, firm, aux=aux)


def _hundredths(values: Array) -> pa.Array:
    return join(numbers(values // 100), ".", digits(values % 100, 2))


def meter_stains(supply: Supply) -> list[Stain]:
    """The dirt of meter files."""
    return [
        Stain("former_name", "name", 0.03, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        *stains.credit_codes(gone=0.01),
        *stains.divisions(),
        Stain("negative", supply.column, 0.003, stains.negative, "quarantine"),
    ]
