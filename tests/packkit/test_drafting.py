"""Contracts that a pack lacks are drafted by the checker: what is known elsewhere is taken over, what nobody knows is asked for."""

from pathlib import Path

import pytest

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
    [untitled] = [each.en for each in left if each.en.startswith("They lack")]
    assert all(each.name in untitled for each in given)


def test_what_has_no_title_at_its_source_is_asked_for(tmp_path: Path) -> None:
    """A column's own name is no title, though a contract falls back to it."""
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    sources = tmp_path / "sources" / "shengtai"
    sources.mkdir(parents=True)
    (sources / "visits.yaml").write_text(FEED, encoding="utf-8")
    titled = ", customProperties: [{property: titleZh, value: 区县}, {property: titleEn, value: County}]"
    promised = " ".join((folder / FED).read_text(encoding="utf-8").split("\n" + " " * 13))
    assert titled in promised
    (sources / "visits.contract.yaml").write_text(promised.replace(titled, ""), encoding="utf-8")
    sql = folder / "sql" / "county_enterprises.sql"
    sql.write_text("-- One row is one county.\nselect v.county from stg_visit as v group by v.county\n", encoding="utf-8")
    for file in (GIVEN, FED):
        (folder / file).unlink()
    for _round in range(2):
        mend(check_packs([read_pack(Place(folder, "folder", tmp_path))], promised=lambda: promised_tables(tmp_path)))
    pack, left = checked(folder, tmp_path)
    assert [(each.name, each.zh) for each in pack.contracts["demo_pack.county_enterprises"].properties] == [("county", "")]
    assert (GIVEN, "They lack a Chinese or English title (titleZh, titleEn): county.") in [(each.file, each.en) for each in left]


@pytest.mark.parametrize(("asked", "told"), [
    ("no_such_column", "no_such_column"), ("cast(v.visit_no as nothing)", "nothing"),
])
def test_a_select_that_cannot_be_run_is_told_and_not_drafted(tmp_path: Path, asked: str, told: str) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    (folder / GIVEN).unlink()
    sql = folder / "sql" / "stg_visit.sql"
    sql.write_text(f"-- One row is one visit.\nselect v.visit_no, v.county, {asked} as more from shengtai.visits as v\n", encoding="utf-8")
    [found] = checked(folder, tmp_path)[1]
    assert (found.file, found.mend) == (GIVEN, None)
    assert told in found.zh
    assert told in found.en


def test_a_name_that_nobody_gives_is_told_with_those_near_to_it(tmp_path: Path) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    for file in ("pack.yaml", "sql/stg_enterprise.sql"):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace("registers.entities", "registers.entitys"), encoding="utf-8")
    found = [each for each in checked(folder, tmp_path)[1] if each.file == "contracts/registers.entitys.yaml"]
    assert ["registers.entities" in each.en and each.mend is None for each in found] == [True]


def test_a_contract_follows_its_select(tmp_path: Path) -> None:
    """A column more is entered by the checker, beside what people wrote; one that is no longer made is theirs to delete."""
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    before, none = checked(folder, tmp_path)
    assert none == []
    sql = folder / "sql" / "county_enterprises.sql"
    text = sql.read_text(encoding="utf-8")
    sql.write_text(text.replace("count(*) as enterprises", "count(*) as enterprises, avg(v.visits) as visits"), encoding="utf-8")
    [found] = checked(folder, tmp_path)[1]
    assert (found.file, "also makes visits" in found.en) == (GIVEN, True)
    assert mend(check_packs([read_pack(Place(folder, "folder", tmp_path))])) > 0
    pack, left = checked(folder, tmp_path)
    assert ["visits" in each.en and "title" in each.en for each in left] == [True]
    kept = {each.name: (each.zh, each.en, each.classification, each.code_list) for each in pack.contracts["demo_pack.county_enterprises"].properties}
    assert list(kept) == ["county", "enterprises", "visits", "watched"]
    assert [kept[each.name] for each in before.contracts["demo_pack.county_enterprises"].properties] == [
        (each.zh, each.en, each.classification, each.code_list) for each in before.contracts["demo_pack.county_enterprises"].properties
    ]
    sql.write_text(text, encoding="utf-8")
    assert any("does not make visits" in each.en and each.mend is None for each in checked(folder, tmp_path)[1])


@pytest.mark.parametrize(("made", "told"), [("count(*) / 2.5", "enterprises is made as"), ("min(e.county)", "enterprises is made as string")])
def test_a_contract_does_not_round_what_its_select_makes(tmp_path: Path, made: str, told: str) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    sql = folder / "sql" / "county_enterprises.sql"
    sql.write_text(sql.read_text(encoding="utf-8").replace("count(*) as enterprises", f"{made} as enterprises"), encoding="utf-8")
    assert any(told in each.en for each in checked(folder, tmp_path)[1])


def test_a_file_that_cannot_be_read_is_told_alone_and_kept(tmp_path: Path) -> None:
    """What misses its contents would call them missing, and a draft would be written over what somebody wrote."""
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    broken = (folder / GIVEN).read_text(encoding="utf-8") + "\n: [\n"
    (folder / GIVEN).write_text(broken, encoding="utf-8")
    standings = check_packs([read_pack(Place(folder, "folder", tmp_path))])
    assert {(each.rule, each.file) for each in (*standings[0].findings, *standings[0].ahead)} == {("files", GIVEN)}
    assert mend(standings) == 0
    assert (folder / GIVEN).read_text(encoding="utf-8") == broken


def test_what_lacks_a_contract_alone_is_not_called_ungiven(tmp_path: Path) -> None:
    """Boards, pages, alerts and forms over a table that is given or needed: the one sentence is that its contract is lacking."""
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    for file in (GIVEN, FED, "streams/visits.yaml"):
        (folder / file).unlink()
    [standing] = check_packs([read_pack(Place(folder, "folder", tmp_path))], promised=lambda: promised_tables(tmp_path))
    assert {each.file for each in standing.findings} == {GIVEN, FED, "codes/areas.yaml"}
