"""Natural resources' register of parcels in firms' hands, one SQLite file with the boundaries as WKT."""

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, dates, digits, join, money, take
from lingnan.world.departments.city_components import points, wrong_code
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array, pick
from lingnan.world.handover.database import SqliteFile
from lingnan.world.places import table
from lingnan.world.province import Province, serial

COLUMNS = (
    "parcel_no", "unit_code", "division", "location", "land_use", "right_kind", "area", "holder_uscc", "holder_name", "shape", "longitude",
    "latitude", "registered_on",
)
HELD = 0.45
USES, RIGHTS = ("05", "06", "07", "08"), ("建设用地使用权", "房屋等建筑物、构筑物所有权")
RIGHT_CODES = {"建设用地使用权": "5", "房屋等建筑物、构筑物所有权": "2"}
METRES = 111_320  # of one degree of latitude


class Parcels:
    """Hands over ziran.parcel."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._file = SqliteFile(province.folder("ziran") / "parcel.db", {"t_parcel": COLUMNS})

    def firms(self) -> None:
        """All parcels."""
        given = self._province.deliver(self._rows(), _stains())
        self._file.write("t_parcel", list(given.columns.values()))

    def _rows(self) -> Rows:
        province, firms, places = self._province, self._province.firms, self._province.places
        draws = province.draws("ziran.parcel")
        firm = np.flatnonzero((firms.closed == NEVER) & (draws.random(len(firms)) < HELD))
        size, where, county = len(firm), pa.array(firm), firms.county[firm]
        right = pick(draws, [60, 40], size)
        width, depth = draws.integers(20, 300, size), draws.integers(20, 300, size)
        longitude, latitude = points(province, table("city.yaml"), county, draws.normal(0, 0.08, (2, size)))
        columns = {
            "parcel_no": serial("ZD", firm, 10), "unit_code": self._codes(county, firm, right), "division": places.division(county),
            "location": places.full(firms.home).take(where), "land_use": take(USES, pick(draws, [40, 40, 10, 10], size)),
            "right_kind": take(RIGHTS, right), "area": money(width * depth * 100), "holder_uscc": firms.uscc.take(where),
            "holder_name": firms.name.take(where), "shape": _rectangles(longitude, latitude, width, depth), "longitude": longitude,
            "latitude": latitude, "registered_on": dates(province.today - draws.integers(30, 9 * 365, size)),
        }
        true = {"right_kind": take([*RIGHT_CODES.values()], right)}
        aux = {**province.other_divisions(draws, county), "former_name": firms.former_name.take(where)}
        return Rows("ziran.parcel", ("parcel_no",), columns, None, firm, true, aux)

    def _codes(self, county: Array, firm: Array, right: Array) -> Text:
        """Units of state land for building, with a building on it or without; the serial number is the firm's."""
        serials = join(digits(firm // 100_000 % 1000, 3), "001", "GB", digits(firm % 100_000, 5))
        return join(self._province.places.division(county), serials, take(["W00000000", "F00010001"], right))

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()


def _rectangles(longitude: Text, latitude: Text, width: Array, depth: Array) -> Text:
    """Rectangles about the points, their sides in metres."""
    x, y = (np.array(column.to_pylist(), dtype=np.float64) for column in (longitude, latitude))
    half_x, half_y = width / METRES / 2 / np.cos(np.radians(y)), depth / METRES / 2
    corners = np.stack([x - half_x, y - half_y, x + half_x, y + half_y], axis=1).round(6).tolist()
    return pa.array([f"POLYGON(({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b}))" for a, b, c, d in corners], pa.string())


def _stains() -> list[Stain]:
    return [
        *stains.credit_codes(column="holder_uscc"),
        Stain("former_name", "holder_name", 0.03, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        *stains.divisions(),
        Stain("wrong_code", "unit_code", 0.02, wrong_code, "quarantine"),
        Stain("missing", "unit_code", 0.01, stains.missing, "quarantine"),
        Stain("negative", "area", 0.01, stains.negative, "quarantine"),
        Stain("unknown_code", "land_use", 0.01, stains.one_of("99", "X1"), "quarantine"),
        Stain("code_for_label", "right_kind", 0.05, stains.labels(RIGHT_CODES), "repair"),
        *stains.dates("registered_on", 0.03, ("slash", "han", "dot"), impossible=0.01),
    ]
