"""Files of a pack that are broken, each in its way: a sentence names the file, nothing fails on the way, and a hub opens without the pack."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lingnan.packkit import bench, check_packs, failures, packs, read_pack, troubles
from lingnan.packkit.shapes import Place
from tests.packkit.whole import whole_pack
from tests.terminal import run

BOARD, FLOW, ALERT = "dashboards/overview.yaml", "flows/explain.yaml", "alerts/watched.yaml"
GIVEN, NEEDED = "contracts/county_enterprises.yaml", "contracts/registers.entities.yaml"
Change = Callable[[Path], object]


def put(*at: str | int, value: object) -> Change:
    """Another value at a place of a YAML file."""
    def change(file: Path) -> None:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        inner = told
        for step in at[:-1]:
            inner = inner[step]
        inner[at[-1]] = value
        file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")

    return change


def text(told: str) -> Change:
    return lambda file: file.write_text(told, encoding="utf-8")


def as_bytes(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00\xd8")


def as_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


BROKEN: list[tuple[str, Change]] = [
    ("pack.yaml", text("")), ("pack.yaml", as_bytes), ("pack.yaml", text("- a\n- list\n")), ("pack.yaml", put("gives", value="one")),
    ("pack.yaml", put("decisions", "int_care", "reads", value="nothing")), ("pack.yaml", put("gives", value=["county_enterprises", "nothing"])),
    ("pack.yaml", put("models", value={"int_guess": {"title": {"zh": "估", "en": "Guess"}, "reads": ["nothing"]}})),
    (GIVEN, Path.unlink), (NEEDED, Path.unlink), (GIVEN, text("")), (GIVEN, as_bytes), (GIVEN, text("a: [")), (NEEDED, put("schema", value=3)),
    (GIVEN, put("schema", 0, "properties", value={"name": "county"})),
    ("parameters/watch_line.yaml", text("null\n")), ("parameters/watch_line.yaml", put("values", value=[1])),
    ("parameters/watch_line.yaml", put("values", value={"not a day": {"value": 1, "reference": "some law", "proofed": True}})),
    ("sql/county_enterprises.sql", text("")), ("sql/county_enterprises.sql", as_bytes), ("sql/stg_enterprise.sql", Path.unlink),
    ("sql/county_enterprises.sql", text("-- One row.\nselect l.county from parameters.nothing as l")),
    ("tests/counting.yaml", text("")), ("tests/counting.yaml", text("name: one\n")), ("tests/counting.yaml", put(0, "given", value=[1])),
    (BOARD, text("")), (BOARD, put("panels", value={"kind": "figure"})), (BOARD, as_bytes), (BOARD, put("panels", 0, "table", value="a.b")),
    (FLOW, text("[]")), (FLOW, put("states", value="asked")), (FLOW, put("opening", value=3)), (ALERT, put("when", value="watched")),
    (ALERT, put("when", "yellow", value="watched and (")), (ALERT, put("table", value="nothing")), ("queries/by_county.yaml", text("3\n")),
    ("queries/by_county.sql", Path.unlink), ("pages/county.yaml", put("table", value="nothing")), ("pages/county.yaml", put("kind", value="wall")),
    ("forms/shengtai.visits.yaml", text("form: [\n")), ("streams/visits.yaml", put("stream", value=[])), ("streams/visits.yaml", as_bytes),
    ("decisions/int_care.yaml", put("rules", value="none")), ("decisions/int_care.yaml", put("inputs", value=3)),
    ("decisions/int_care.yaml", put("title", value={"zh": 3, "en": "Care"})),
    (GIVEN, put("schema", 0, "properties", 0, "customProperties", 0, "value", value=3)), ("decisions/int_care.yaml", as_folder),
]
BESIDE = {
    "pack.yaml": ("decisions/int_care.yaml", "models.py"), "sql/stg_enterprise.sql": ("sql/county_enterprises.sql",),
    "queries/by_county.sql": ("queries/by_county.yaml",),
}
"""Where a fault may be told instead: the file that asks for what is missing."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack as it should be, in a home of its own."""
    home = tmp_path_factory.mktemp("home")
    return whole_pack(home / "packs", home).place.folder


@pytest.mark.parametrize(("file", "change"), BROKEN, ids=[f"{number}-{file}" for number, (file, _change) in enumerate(BROKEN)])
def test_a_broken_file_is_told_by_its_name(whole: Path, file: str, change: Change) -> None:
    path = whole / file
    held = path.read_bytes()
    try:
        change(path)
        reading = read_pack(Place(whole, "folder", whole.parents[1]))
        told = troubles(reading)
        assert {each.file for each in told} & {file, *BESIDE.get(file, ())}
        assert all(each.zh and each.en and "Traceback" not in each.en for each in told)
        assert check_packs([reading])[0].findings
    finally:
        if path.is_dir():
            path.rmdir()
        path.write_bytes(held)


def test_a_broken_pack_is_told_by_the_terminal_and_left_out_by_a_hub(whole: Path) -> None:
    home, contract = whole.parents[1], whole / GIVEN
    held = contract.read_bytes()
    contract.unlink()
    try:
        done = run("pack", "test", "demo_pack", "--home", home, "--json")
        assert (done.returncode, done.stderr) == (1, "")
        assert json.loads(done.stdout)["failures"][0]["case"] == GIVEN
        assert "demo_pack" not in {pack.id for pack in packs(home)}
    finally:
        contract.write_bytes(held)


def test_a_pack_whose_columns_cannot_be_followed_is_left_out_by_a_hub(whole: Path) -> None:
    """A contract that promises what the select does not give: the rest of the hub opens."""
    home, path = whole.parents[1], whole / GIVEN
    held = path.read_bytes()
    try:
        put("schema", 0, "properties", 0, "name", value="height")(path)
        assert troubles(read_pack(Place(whole, "folder", home))) == []
        assert "demo_pack" not in {pack.id for pack in packs(home)}
    finally:
        path.write_bytes(held)


@pytest.mark.parametrize(("change", "word"), [
    (put(0, "given", value={"fagai.penalty": []}), "fagai.penalty"), (put(0, "expect", value={"nothing": []}), "nothing"),
    (put(0, "given", "registers.entities", 0, "height", value=3), "height"),
    (put(0, "given", "shengtai.visits", 0, "visited_at", value="yesterday"), "yesterday"),
    (put(0, "answers", 0, "query", value="nothing"), "nothing"), (put(0, "answers", 0, "asked", value={"city": "44"}), "city"),
    (put(0, "alerts", value={"nothing": []}), "nothing"),
])
def test_a_case_that_cannot_be_run_says_why(whole: Path, change: Change, word: str) -> None:
    path = whole / "tests/parts.yaml"
    held = path.read_bytes()
    try:
        change(path)
        pack = read_pack(Place(whole, "folder")).pack
        assert pack is not None
        with bench() as engine:
            told = failures(engine, pack, pack.cases["parts"][0])
        assert any(word in zh and word in en for zh, en in told)
    finally:
        path.write_bytes(held)
