"""The pack earns its stage, and its sample shows every named fault."""

from datetime import date

from lingnan.packkit import bench, check_packs, named, sample_rows, try_pack
from lingnan.registers import register_columns

PACK = "gov_services"
DAY = date(2026, 6, 30)


def test_the_pack_earns_its_stage() -> None:
    reading = named(PACK)
    tables = {table: {column.name: column.type for column in columns} for table, columns in register_columns().items()}
    [standing] = check_packs([reading], tables)
    assert standing.findings == ()


def test_the_sample_shows_its_named_faults() -> None:
    pack = named(PACK).pack
    assert pack is not None
    with bench() as engine:
        found = try_pack(engine, pack, sample_rows(pack, 7, 40), DAY, ["guide_finding"])["guide_finding"].to_pylist()
    rules = {(each["item_code"], each["rule"]) for each in found if each["grade"] == "must"}
    assert rules == {
        ("44001201", "promise_over_law"), ("44001201", "no_consult_phone"), ("44001601", "catch_all"), ("44000101", "steps_over_promise"),
        ("44000501", "held_by_government"),
    }
