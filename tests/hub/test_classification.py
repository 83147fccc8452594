"""What policy learns of a table comes from its contract; a word nobody knows counts as the most guarded."""

import shutil
from pathlib import Path

import pytest
import yaml

import lingnan.world
from lingnan.collect import Feed, feeds
from lingnan.hub.classification import classify_tables
from lingnan.trust import Classified

SOURCES = Path(lingnan.world.__file__).parent / "sources"


def classified(folder: Path, table: dict[str, str], column: dict[str, str]) -> dict[str, Classified]:
    """The tables of a department whose contract says this of its table, and of its first column."""
    shutil.copytree(SOURCES / "gongan", folder / "gongan")
    path = folder / "gongan" / "resident.contract.yaml"
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    described = contract["schema"][0]
    for node, said in ((described, table), (described["properties"][0], column)):
        node["customProperties"] = [*node.get("customProperties", []), *({"property": key, "value": value} for key, value in said.items())]
    path.write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")
    found: list[Feed] = [feed for feed in feeds(folder) if feed.id == "gongan.resident"]
    return classify_tables(found)


def test_a_contract_says_how_a_table_is_shared_and_a_column_graded(tmp_path: Path) -> None:
    found = classified(tmp_path, {"shareType": "none", "openType": "conditional"}, {"grade": "important"})
    for table in ("gongan.resident", "landing.gongan_resident", "quarantine.gongan_resident"):
        assert (found[table].share_type, found[table].open_type, found[table].organisation) == ("none", "conditional", "gongan")
        graded = {column.name: column.grade for column in found[table].columns}
        assert graded[found[table].columns[0].name] == "important"
        assert set(graded.values()) == {"important", "general"}


@pytest.mark.parametrize(("table", "column", "expected"), [
    ({}, {}, ("conditional", "none", "general")), ({"shareType": "maybe", "openType": "perhaps"}, {"grade": "grave"}, ("none", "none", "core")),
])
def test_what_is_not_said_and_what_nobody_knows(tmp_path: Path, table: dict[str, str], column: dict[str, str], expected: tuple[str, ...]) -> None:
    found = classified(tmp_path, table, column)["gongan.resident"]
    assert (found.share_type, found.open_type, found.columns[0].grade) == expected
