"""Places and economy: the same two times, an address that moves, a figure that is revised."""

from datetime import date
from decimal import Decimal
from typing import Any

from lingnan.registers import register_sizes

from .bureau import FIRST, SECOND, Bureau


def address(place: int, **other: Any) -> dict[str, Any]:
    return {
        "address_no": f"D{place}", "division": "440103", "township": "华林街道", "road": "和平路", "number": f"{place}号",
        "full_address": f"广东省广州市荔湾区华林街道和平路{place}号", "updated_on": date(2019, 1, 1), **other,
    }


def figure(year: int, value: str, **other: Any) -> dict[str, Any]:
    return {
        "series": "440100.gdp", "indicator": "地区生产总值(亿元)", "unit": "亿元", "division": "440100", "year": year, "value": Decimal(value),
        **other,
    }


def test_divisions_tell_their_history(bureau: Bureau) -> None:
    bureau.build("places")
    gone = bureau.rows("registers.divisions", "code = '440183'")[0]
    told = tuple(gone[name] for name in ("name", "full_name", "parent", "level", "successor"))
    assert told == ("增城市", "广东省广州市增城市", "440100", 3, "440118")
    assert gone["valid_to"] is not None
    assert bureau.rows("registers.divisions", "code = '440118'")[0]["valid_to"] is None
    assert bureau.rows("registers.divisions", "role = ''") == []
    assert register_sizes(bureau.lake)["places"] == bureau.lake.rows("registers.divisions")


def test_an_address_that_changed_keeps_what_it_was(bureau: Bureau) -> None:
    bureau.deliver("ziran.address", FIRST, address(1), address(2))
    bureau.build("places")
    bureau.deliver("ziran.address", SECOND, address(1, road="和平东路", updated_on=date(2026, 5, 1)))
    bureau.build("places")
    today = bureau.rows("registers.addresses")
    assert [(row["address_id"], row["road"], row["known_from"]) for row in today] == [("D1", "和平东路", SECOND)]
    held = {(row["source_key"], row["road"], row["valid_to"], row["known_to"]) for row in bureau.rows("registers.addresses_observations")}
    assert held == {
        ("D1", "和平路", None, SECOND), ("D1", "和平路", date(2026, 5, 1), None), ("D1", "和平东路", None, None), ("D2", "和平路", None, SECOND),
    }


def test_a_revised_figure_keeps_the_one_before(bureau: Bureau) -> None:
    bureau.deliver("tongji.indicator", FIRST, figure(2023, "30355.73"), figure(2024, "31032.50"))
    bureau.build("series")
    bureau.deliver("tongji.indicator", SECOND, figure(2023, "30355.73"), figure(2024, "31040.10"), figure(2025, "32000.00"))
    bureau.build("series")
    series = bureau.rows("registers.series")[0]
    assert (series["first_period"], series["last_period"], series["points"], series["last_value"]) == ("2023", "2025", 3, 32000.0)
    held = {(row["period"], row["value"], row["known_from"], row["known_to"]) for row in bureau.rows("registers.series_values")}
    assert held == {
        ("2023", 30355.73, FIRST, None), ("2024", 31032.5, FIRST, SECOND), ("2024", 31040.1, SECOND, None), ("2025", 32000.0, SECOND, None),
    }
    kept = bureau.hash("registers.series_values")
    bureau.build("series")
    assert bureau.hash("registers.series_values") == kept
