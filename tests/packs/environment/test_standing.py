"""The pack earns its stage, and what its sample holds is found again: sources in their amounts, the place where complaints gather."""

from datetime import date

import pytest

from lingnan.lake import Engine
from lingnan.packkit import Pack, check_packs, named, sample_rows, try_pack
from lingnan.registers import register_columns

DAY = date(2026, 6, 30)
GIVEN = {"dust": 6, "vehicle": 11, "sulphate": 8, "nitrate": 5, "biomass": 3, "coal": 4, "sea": 1}


def test_the_pack_earns_its_stage() -> None:
    reading = named("environment")
    tables = {table: {column.name: column.type for column in columns} for table, columns in register_columns().items()}
    [standing] = check_packs([reading], tables)
    assert standing.findings == ()
    assert reading.pack is not None
    assert (reading.pack.manifest.stage, dict(reading.pack.manifest.exempt)) == ("pilot", {})


def test_sources_of_the_sample_are_found_in_their_amounts(desk: Engine, environment: Pack) -> None:
    rows = sample_rows(environment, 5, 200)
    made = try_pack(desk, environment, rows, DAY, ["air_source", "air_source_city", "complaint_place"])
    assert all(row["fits"] for row in made["air_source"].to_pylist())
    assert {row["source"]: row["amount"] for row in made["air_source_city"].to_pylist()} == pytest.approx(GIVEN, rel=0.1)
    gathered = [row for row in made["complaint_place"].to_pylist() if row["gathers"]]
    assert (113.3, 23.1) in {(round(row["west"], 2), round(row["south"], 2)) for row in gathered}
    assert {row["category"] for row in gathered} == {"odour"}
