"""What was read of a pack is kept by digest: the same pack comes of it, and a changed file is seen."""

from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.packkit import Pack, memory, read_pack
from lingnan.packkit.plain_values import MARK, as_plain, from_plain
from lingnan.packkit.shapes import Place
from tests.packkit.whole import whole_pack

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
MOMENTS = st.datetimes().map(lambda moment: moment.replace(fold=0))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | st.dates() | MOMENTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(SCALARS, inner) | st.dictionaries(st.just(MARK), inner), max_leaves=12)


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_values_come_back_as_they_were(values: object) -> None:
    found = from_plain(orjson.loads(orjson.dumps(as_plain(values))))
    assert repr(found) == repr(values)


def test_a_moment_keeps_its_zone_and_a_kind_without_a_form_is_not_kept() -> None:
    assert from_plain(as_plain(datetime(2026, 3, 1, tzinfo=UTC))) == datetime(2026, 3, 1, tzinfo=UTC)  # type: ignore[arg-type]
    assert as_plain({"bytes": b"1"}) is None


def read(folder: Path, home: Path | None) -> Pack:
    pack = read_pack(Place(folder, "folder", home)).pack
    assert pack is not None
    return pack


def test_the_same_pack_comes_of_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    first, plain = read(folder, tmp_path), read(folder, None)

    def parsed(text: str) -> object:
        raise AssertionError(f"parsed again: {text}")

    monkeypatch.setattr(memory, "load_yaml", parsed)
    again = read(folder, tmp_path)
    for one in (first, plain):
        assert (again.manifest, again.contracts, again.parameters, again.statements, again.cases) == (
            one.manifest, one.contracts, one.parameters, one.statements, one.cases,
        )


def test_a_changed_file_is_seen(tmp_path: Path) -> None:
    folder = whole_pack(tmp_path / "packs", tmp_path).place.folder
    read(folder, tmp_path)
    for file, old, new in (
        ("parameters/watch_line.yaml", "value: 2", "value: 3"),
        ("contracts/county_enterprises.yaml", "classification: public", "classification: internal"),
        ("tests/counting.yaml", "2026-01-01", "2026-01-02"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    pack = read(folder, tmp_path)
    assert pack.parameters["watch_line"].values[date(2020, 1, 1)].value == 3
    assert {each.classification for each in pack.contracts["demo_pack.county_enterprises"].properties} == {"internal"}
    assert pack.cases["counting"][0].as_of == date(2026, 1, 2)
