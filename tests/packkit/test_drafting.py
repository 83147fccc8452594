"""Contracts that a pack lacks are drafted by the checker: what is known elsewhere is taken over, what nobody knows is asked for."""

from pathlib import Path

from lingnan.hub import promised_tables
from lingnan.packkit import Pack, check_packs, mend, read_pack
from lingnan.packkit.shapes import Finding, Place
from tests.packkit.whole import whole_pack

GIVEN, NEEDED, FED = "contracts/county_enterprises.yaml", "contracts/registers.entities.yaml", "contracts/shengtai.visits.yaml"
FEED = """
feed: shengtai.visits
title: {zh: 走访, en: Visits}
department: {id: shengtai, zh: 生态环境厅, en: Ecology Department}
system: {id: visits, zh: 走访, en: Visits}
connector: csv
location: visits.csv
load: snapshot
key: [visit_no]
cadence: yearly
contract: visits.contract.yaml
target: shengtai.visits
origin: made
"""


def checked(folder: Path, home: Path) -> tuple[Pack, list[Finding]]:
    reading = read_pack(Place(folder, "folder", home))
    assert reading.pack is not None
    [standing] = check_packs([reading], promised=lambda: promised_tables(home))
    return reading.pack, [each for each in standing.findings if each.rule == "contracts"]


def test_contracts_are_drafted_of_what_is_known(tmp_path: Path) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    sources = tmp_path / "sources" / "shengtai"
    sources.mkdir(parents=True)
    (sources / "visits.yaml").write_text(FEED, encoding="utf-8")
    (sources / "visits.contract.yaml").write_text((folder / FED).read_text(encoding="utf-8"), encoding="utf-8")
    whole, _none = checked(folder, tmp_path)
    for file in (GIVEN, NEEDED, FED):
        (folder / file).unlink()

    found = [checked(folder, tmp_path)[1]]
    while any(each.mend for each in found[-1]):
        for each in found[-1]:
            if each.mend is not None:
                each.mend()
        found.append(checked(folder, tmp_path)[1])
        assert len(found) < 4

    pack, left = checked(folder, tmp_path)
    assert {each.file for each in found[0]} == {GIVEN, NEEDED, FED}
    assert [each.name for each in pack.contracts["registers.entities"].properties] == ["entry_id", "division"], "the columns that are read"
    visits = pack.contracts["shengtai.visits"]
    assert (visits.zh, [(each.name, each.zh, each.physical_type) for each in visits.properties]) == (
        "走访", [("visit_no", "编号", "VARCHAR"), ("county", "区县", "VARCHAR")],
    )
    given, meant = (each.contracts["demo_pack.county_enterprises"].properties for each in (pack, whole))
    assert [(each.name, each.physical_type) for each in given] == [(each.name, each.physical_type) for each in meant]
    assert {each.classification for each in given} == {"internal"}, "what nobody classed is not public"
    assert {each.file for each in left} == {GIVEN}
    assert any("primary key" in each.en for each in left)
    assert sum("lacks its Chinese or English title" in each.en for each in left) == len(given) + 1


def test_a_column_taken_over_brings_its_title_along(tmp_path: Path) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    (folder / GIVEN).unlink()
    sql = folder / "sql" / "county_enterprises.sql"
    sql.write_text("-- One row is one enterprise.\nselect e.division, e.entry_id from registers.entities as e\n", encoding="utf-8")
    mend(check_packs([read_pack(Place(folder, "folder", tmp_path))]))
    pack, _left = checked(folder, tmp_path)
    assert [(each.name, each.zh, each.classification) for each in pack.contracts["demo_pack.county_enterprises"].properties] == [
        ("division", "登记地区划", "public"), ("entry_id", "条目编号", "public"),
    ]


def test_what_nobody_knows_is_not_drafted(tmp_path: Path) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    (folder / FED).unlink()
    assert [(each.file, each.mend) for each in checked(folder, tmp_path)[1]] == [(FED, None)]
