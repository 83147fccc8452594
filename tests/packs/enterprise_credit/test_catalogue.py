"""Measures come from the dated catalogue alone: none without its law, none outside its dates, and an edition that drops one ends it."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lingnan.lake import Engine
from lingnan.packkit import Pack, read_pack, try_pack
from lingnan.packkit.shapes import Place

ROWS: dict[str, list[dict[str, Any]]] = {
    "registers.entities": [{"uscc": "A", "name": "甲公司", "kind": "1130", "division": "440106"}],
    "shichang.list_decision": [
        {"decision_no": "D1", "uscc": "A", "list": "abnormal", "decided_on": date(2026, 2, 1), "recorded_on": date(2026, 2, 1)},
    ],
}
EDITION = """
  {begins}:
    rows:
      - [land_limit, sanction, list, abnormal, 限制参加土地出让, No sales of land, {law}]
      - [elsewhere, sanction, list, serious, 别处, Elsewhere, 某法]
    reference: 样例 an example
    proofed: false
"""


@pytest.fixture
def catalogue(pack: Pack, tmp_path: Path) -> Callable[[str], Pack]:
    """The pack with further editions of its catalogue."""

    def made(editions: str) -> Pack:
        folder = Path(shutil.copytree(pack.folder, tmp_path / pack.id, dirs_exist_ok=True))
        file = folder / "parameters" / "measure_catalogue.yaml"
        file.write_text(file.read_text(encoding="utf-8").rstrip() + editions, encoding="utf-8")
        changed = read_pack(Place(folder, "wheel")).pack
        assert changed is not None
        return changed

    return made


def applied(engine: Engine, pack: Pack, day: date) -> dict[str, tuple[date, date]]:
    rows = try_pack(engine, pack, ROWS, day, ["applied_measure", "measure_now"])
    now = {row["measure"] for row in rows["measure_now"].to_pylist()}
    held = [row for row in rows["applied_measure"].to_pylist() if row["applies_from"] <= day <= row["applies_to"]]
    assert now == {row["measure"] for row in held}
    return {row["measure"]: (row["applies_from"], row["applies_to"]) for row in held}


def test_an_edition_that_drops_a_measure_ends_it(engine: Engine, pack: Pack, catalogue: Callable[[str], Pack]) -> None:
    day, changed = date(2026, 7, 1), catalogue(EDITION.format(begins="2026-06-01", law="新法第一条"))
    assert sorted(applied(engine, pack, day)) == ["honour_limit", "land_limit", "procurement_limit"]
    assert applied(engine, changed, day) == {"land_limit": (date(2026, 6, 1), date(9999, 12, 30))}
    before = applied(engine, changed, date(2026, 5, 31))
    assert sorted(before) == ["honour_limit", "land_limit", "procurement_limit"]
    assert {ends for _begins, ends in before.values()} == {date(2026, 5, 31)}


@pytest.mark.parametrize("law", ["null", '""', '" "'])
def test_a_measure_without_its_law_never_applies(engine: Engine, catalogue: Callable[[str], Pack], law: str) -> None:
    changed = catalogue(EDITION.format(begins="2026-06-01", law=law))
    assert applied(engine, changed, date(2026, 7, 1)) == {}
    assert not try_pack(engine, changed, ROWS, date(2026, 7, 1), ["applied_measure"])["applied_measure"].to_pylist()[3:]


def test_a_measure_does_not_apply_before_its_edition(engine: Engine, catalogue: Callable[[str], Pack]) -> None:
    changed = catalogue(EDITION.format(begins="2027-01-01", law="新法第一条"))
    assert sorted(applied(engine, changed, date(2026, 12, 31))) == ["honour_limit", "land_limit", "procurement_limit"]
    assert sorted(applied(engine, changed, date(2027, 1, 1))) == ["land_limit"]
