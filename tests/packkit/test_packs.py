"""A new pack is green at once; every rule bites; cases, figures and the build of a pack in a hub."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
import yaml

from lingnan.base import BadInput, Conflict, Missing, Refused, WrongUse, load_settings
from lingnan.hub import Hub
from lingnan.packkit import Pack, Parameter, Place, check_packs, mend, named, new_pack, packs, read_pack, readings, sample_rows
from lingnan.packkit.building import origins
from lingnan.packkit.laying import listing
from lingnan.packkit.rules import rules
from lingnan.packkit.statements import read_statement

REGISTERS = {"registers.entities": {"entry_id": "VARCHAR", "division": "VARCHAR"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new pack's folder, as the generator writes it."""
    return new_pack("demo_pack", "C12", tmp_path).place.folder


def written(folder: Path, file: str, change: Callable[[str], str]) -> None:
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(change(path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")


def swapped(before: str, after: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert before in text, before
        return text.replace(before, after)

    return change


def found(folder: Path, origin: str = "folder") -> list[tuple[str, str]]:
    """Rule and file of everything found, after the README was written anew."""
    standings = check_packs([read_pack(Place(folder, origin))], REGISTERS)
    return [(each.rule, each.file) for each in standings[0].findings if (each.rule, each.file) != ("readme", "README.md")]


def test_a_new_pack_is_green_at_once(tmp_path: Path) -> None:
    reading = new_pack("demo_pack", "C12", tmp_path)
    assert reading.faults == []
    standing = check_packs([reading], REGISTERS)[0]
    assert standing.earned
    assert [(each.rule, each.file) for each in standing.ahead] == [("proofed", "parameters/watch_line.yaml")]


@pytest.mark.parametrize(("name", "plan", "error"), [("Demo", "C12", WrongUse), ("ab", "C12", WrongUse), ("demo_pack", "C99", WrongUse)])
def test_a_poor_name_or_an_unknown_row_is_refused(tmp_path: Path, name: str, plan: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        new_pack(name, plan, tmp_path)
    assert not (tmp_path / name).exists()


def test_a_taken_name_is_refused(folder: Path) -> None:
    with pytest.raises(Conflict):
        new_pack("demo_pack", "C12", folder.parent)


IDLE = "description: {zh: 无, en: none}\nunit: x\nvalues: {2020-01-01: {value: 1, reference: some law, proofed: true}}"
TYPED = "        physicalType: "
BAD = {
    "an unknown key": ("files", "pack.yaml", swapped("stage: sample", "stage: sample\ncolour: red")),
    "an unknown key of a figure": ("files", "parameters/watch_line.yaml", swapped("type: integer", "type: integer\nmood: good")),
    "a figure of another type": ("files", "parameters/watch_line.yaml", swapped("value: 2,", "value: 两家,")),
    "a figure with places that is said to be whole": ("files", "parameters/watch_line.yaml", swapped("value: 2,", "value: 2.5,")),
    "a contract that lags behind its select": ("contracts", "sql/county_enterprises.sql", swapped("as enterprises", "as enterprises, 1 as one")),
    "a figure without its law": ("files", "parameters/watch_line.yaml", lambda text: text[: text.index("reference")] + "proofed: false}"),
    "two selects": ("files", "sql/county_enterprises.sql", lambda text: f"{text};\nselect 1 as one"),
    "a statement that writes": ("files", "sql/county_enterprises.sql", lambda _text: "-- One row.\ndelete from stg_enterprise"),
    "a stranger": ("files", "notes.txt", lambda _text: "hello"),
    "a long statement": ("files", "sql/county_enterprises.sql", lambda text: text + "\n" * 90),
    "another id": ("identity", "pack.yaml", swapped("id: demo_pack", "id: other_pack")),
    "an unknown row": ("identity", "pack.yaml", swapped("plan: [C12]", "plan: [C99]")),
    "no contract": ("contracts", "contracts/county_enterprises.yaml", None),
    "no key": ("contracts", "contracts/county_enterprises.yaml", swapped("        primaryKey: true\n        primaryKeyPosition: 1\n", "")),
    "persons that are no subject": ("contracts", "contracts/county_enterprises.yaml", swapped("classification: public", "classification: personal")),
    "a bare number": ("figures", "sql/county_enterprises.sql", swapped(":watch_line", "2")),
    "a figure nobody wrote": ("figures", "sql/county_enterprises.sql", swapped(":watch_line", ":other_line")),
    "a figure nobody uses": ("figures", "parameters/idle.yaml", lambda _text: IDLE),
    "a table nobody declared": ("statements", "sql/stg_enterprise.sql", swapped("registers.entities", "registers.people")),
    "a nameless row": ("statements", "sql/county_enterprises.sql", swapped("-- One row is", "-- \n-- One row is")),
    "every column": ("statements", "sql/stg_enterprise.sql", swapped("e.entry_id, substr(e.division, 1, 6) as county", "*")),
    "Python that reads tables itself": ("imports", "models.py", lambda _text: "def f():\n    from lingnan.lake import Lake\n"),
    "a model that learns unsaid": ("learning", "models.py", lambda _text: "from lingnan.methods import fit_forecast\n"),
    "Python of another pack": ("imports", "models.py", lambda _text: "import lingnan.packs.other.models\n"),
    "Python behind a door": ("imports", "sample.py", lambda _text: "from lingnan.methods.ranking import ahp\n"),
    "Python of a neighbour": ("imports", "models.py", lambda _text: "from .. import other\n"),
    "a sample of rows": ("portable", "sql/stg_enterprise.sql", swapped("as e\n", "as e tablesample reservoir(10 rows)\n")),
    "a circle": ("statements", "sql/stg_enterprise.sql", swapped("registers.entities as e", "county_enterprises as e")),
    "a need that is not there": ("needs", "pack.yaml", swapped("registers.entities", "registers.nothing")),
    "a column that is not there": ("needs", "contracts/registers.entities.yaml", swapped("name: division\n", "name: height\n")),
    "another type": ("needs", "contracts/registers.entities.yaml", swapped(f"string\n{TYPED}VARCHAR", f"integer\n{TYPED}BIGINT")),
    "a case that does not hold": ("cases", "tests/counting.yaml", swapped("enterprises: 2", "enterprises: 3")),
    "no case": ("cases", "tests/counting.yaml", None),
    "an exemption from what all keep": ("cases", "pack.yaml", swapped("gives:", "exempt: {cases: there was no time for it}\ngives:")),
    "an unknown rule": ("identity", "pack.yaml", swapped("gives:", "exempt: {beauty: it is in the eye}\ngives:")),
}


@pytest.mark.parametrize("fault", BAD)
def test_every_rule_bites(folder: Path, fault: str) -> None:
    rule, file, change = BAD[fault]
    if change is None:
        (folder / file).unlink()
    else:
        written(folder, file, change)
    assert rule in {each for each, _file in found(folder)}


def test_the_page_names_every_rule() -> None:
    page = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")
    told = page.split("<!-- rules -->\n| rule | stage | what |\n| --- | --- | --- |\n")[1].split("\n<!-- end -->")[0]
    assert told.splitlines() == [f"| `{rule.name}` | {rule.stage} | {rule.zh} {rule.en} |" for rule in rules()]


def test_an_exemption_must_be_needed(folder: Path) -> None:
    exempt = swapped("gives:", "exempt: {proofed: it is an example figure}\ngives:")
    written(folder, "pack.yaml", exempt)
    assert found(folder) == []
    written(folder, "parameters/watch_line.yaml", swapped("proofed: false", "proofed: true"))
    assert found(folder) == [("proofed", "pack.yaml")]


def test_a_service_rests_on_proofed_figures(folder: Path) -> None:
    written(folder, "pack.yaml", swapped("stage: sample", "stage: service"))
    assert found(folder) == [("proofed", "parameters/watch_line.yaml")]


def test_the_readme_is_written_by_the_checker(folder: Path) -> None:
    written(folder, "parameters/watch_line.yaml", swapped("value: 2", "value: 3"))
    stale = check_packs([read_pack(Place(folder, "folder"))], REGISTERS)
    assert ("readme", "README.md") in [(each.rule, each.file) for each in stale[0].findings]
    assert mend(stale) == 1
    assert "| 3 |" in (folder / "README.md").read_text(encoding="utf-8")
    assert found(folder) == [("cases", "tests/counting.yaml")] * 2


def test_the_newcomers_change(folder: Path) -> None:
    """Change a figure, see the case fail and say why, mend it."""
    written(folder, "parameters/watch_line.yaml", swapped("value: 2", "value: 3"))
    told = [each.en for each in check_packs([read_pack(Place(folder, "folder"))], REGISTERS)[0].findings if each.rule == "cases"]
    assert any("lacks {county: 440106, enterprises: 2, watched: True}" in each for each in told)
    written(folder, "tests/counting.yaml", swapped("watched: true", "watched: false"))
    assert found(folder) == []


def named_outside(root: Path) -> list[str]:
    """Files of the house, but not of the pack itself, that name one of its packs."""
    packs_of = [folder.parent.name for folder in (root / "packs").glob("*/pack.yaml")]
    told = [path for path in root.rglob("*") if path.suffix in (".py", ".yaml", ".html", ".js") and path.relative_to(root).parts[0] != "packs"]
    return [
        f"{path.relative_to(root)}: {name}" for path in told if packs_of for text in (_told(path),) for name in packs_of
        if f'"{name}"' in text or f"packs.{name}" in text or f"{name}." in text
    ]


def _told(path: Path) -> str:
    # The camera that looks away from who holds it has a pack's name in HTML.
    return path.read_text(encoding="utf-8").replace('capture="environment"', "")


def named_demo(found: Iterable[Pack]) -> Pack:
    """The home's own pack among those of the wheel."""
    return next(pack for pack in found if pack.id == "demo_pack")


def test_no_pack_is_named_outside_its_folder(tmp_path: Path) -> None:
    """Adding a folder is all it takes to add a pack: nobody else knows its name."""
    assert named_outside(Path(__file__).parents[2] / "src" / "lingnan") == []
    new_pack("demo_pack", "C12", tmp_path / "packs")
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "boards.py").write_text('PACKS = ["demo_pack"]\n', encoding="utf-8")
    assert named_outside(tmp_path) == ["hub/boards.py: demo_pack"]


SAMPLE = '''"""Rows."""
def sample(seed, size):
    return {"registers.entities": [{"entry_id": f"E{n}", "division": "440106"} for n in range(size)]}
'''


@pytest.mark.parametrize(("code", "faulty"), [
    (SAMPLE, False), ("", True), (SAMPLE.replace("registers.entities", "registers.people"), True), (SAMPLE.replace("range(size)", "()"), True),
    ("import random\n" + SAMPLE.replace("E{n}", "{random.random()}"), True),
])
def test_samples_are_repeatable_and_whole(tmp_path: Path, code: str, faulty: bool) -> None:
    folder = new_pack(f"tried_{abs(hash(code)) % 10**9}", "C12", tmp_path).place.folder
    if code:
        (folder / "sample.py").write_text(code, encoding="utf-8")
    assert {rule for rule, _file in found(folder, "wheel")} == ({"sample"} if faulty else set())


def test_what_was_parsed_is_known_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser is opened for new texts alone, and a text that was changed is new."""
    folder = new_pack("demo_pack", "C12", tmp_path / "packs", tmp_path).place.folder
    first = named_demo(packs(tmp_path))
    assert origins(first, "county_enterprises")["demo_pack.county_enterprises"]["county"].columns == ("registers.entities.division",)
    monkeypatch.setattr("sqlglot.parse", lambda *_asked, **_more: pytest.fail("parsed again"))
    monkeypatch.setattr("sqlglot.parse_one", lambda *_asked, **_more: pytest.fail("parsed again"))
    again = named_demo(packs(tmp_path))
    assert again.statements == first.statements
    assert origins(again, "county_enterprises") == origins(first, "county_enterprises")
    monkeypatch.undo()
    written(folder, "sql/stg_enterprise.sql", swapped("substr(e.division, 1, 6)", "substr(e.entry_id, 1, 6)"))
    changed = origins(named_demo(packs(tmp_path)), "county_enterprises")["demo_pack.county_enterprises"]
    assert changed["county"].columns == ("registers.entities.entry_id",)
    (tmp_path / ".packs" / "demo_pack.json").write_text("{not json", encoding="utf-8")
    assert origins(named_demo(packs(tmp_path)), "county_enterprises")["demo_pack.county_enterprises"] == changed


def test_python_from_outside_is_not_run(folder: Path) -> None:
    (folder / "sample.py").write_text("raise SystemExit('was run')", encoding="utf-8")
    reading = read_pack(Place(folder, "folder"))
    assert reading.pack is not None
    with pytest.raises(Refused):
        sample_rows(reading.pack, 7, 10)
    assert found(folder) == []


def test_a_hub_uses_the_packs_it_names(tmp_path: Path) -> None:
    """A county takes the applications it wants; a name that no pack bears is told with those there are."""
    new_pack("demo_pack", "C12", tmp_path / "packs", tmp_path)
    assert {pack.id for pack in packs(tmp_path)} > {"demo_pack"}
    assert [pack.id for pack in packs(tmp_path, " demo_pack ")] == ["demo_pack"]
    assert packs(tmp_path, "") == []
    with pytest.raises(Missing) as told:
        packs(tmp_path, "demo_pack no_pack")
    assert "demo_pack" in told.value.en
    (tmp_path / "settings.env").write_text("LINGNAN_PACKS=demo_pack\n", encoding="utf-8")
    with Hub.open(load_settings(tmp_path)) as hub:
        assert [pack.id for pack in hub.packs] == ["demo_pack"]
        assert {step.name.split(":")[1] for step in hub.steps() if step.name.startswith("pack:")} == {"demo_pack"}


def test_two_packs_of_one_name_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_pack("demo_pack", "C12", tmp_path / "packs")
    other = new_pack("demo_pack", "C12", tmp_path / "wheel").place.folder.parent
    monkeypatch.setattr("lingnan.packkit.places.wheel_folder", lambda: other)
    with pytest.raises(Conflict):
        readings(tmp_path)


def test_statements_bind_and_place() -> None:
    """Bound figures and tables of others change, texts that look like them do not."""
    text = (
        "-- One row is one day.\nselect a.day, ':limit' as word, a.day - :limit * interval 1 day as before, "
        "parameters.value as kept from parameters.limits as p join area.days as a on a.day >= p.valid_from, area2.parameters as parameters"
    )
    read = read_statement("stg_days", text)
    assert (read.layer, read.says, read.bound, read.listings) == ("staging", "One row is one day.", {"limit"}, {"limits"})
    assert read.needs == {"area.days", "area2.parameters"}
    placed = read.placed({"parameters.limits": "parameters__limits", "area.days": "area__days"})
    assert "$limit * interval" in placed
    assert "':limit' as word" in placed
    assert "from parameters__limits as p join area__days as a" in placed
    assert "parameters.value" in placed


@pytest.mark.parametrize("text", ["select 1; drop table x", "create table x as select 1", "not sql at all (", ""])
def test_statements_are_one_select(text: str) -> None:
    with pytest.raises(BadInput):
        read_statement("x", text)


def test_a_table_of_figures_has_its_editions() -> None:
    shape = {
        "description": {"zh": "限值", "en": "limits"}, "unit": "µg/m³", "columns": {"pollutant": "text", "limit": "number"},
        "values": {
            date(2012, 2, 29): {"rows": [["PM25", 75], ["PM10", 150]], "reference": "GB 3095-2012", "proofed": True},
            date(2026, 3, 1): {"rows": [["PM25", 60]], "reference": "GB 3095-2026", "proofed": False},
        },
    }
    rows = listing(Parameter.model_validate(shape)).to_pylist()
    assert rows[0] == {"pollutant": "PM25", "limit": 75.0, "valid_from": date(2012, 2, 29), "valid_to": date(2026, 2, 28), "proofed": True}
    assert rows[2]["valid_to"] == date(9999, 12, 31)
    with pytest.raises(BadInput, match="rows 1, limit: 'many' is no number"):
        Parameter.model_validate({**shape, "values": {date(2020, 1, 1): {"rows": [["PM25", "many"]], "reference": "some law", "proofed": True}}})
    with pytest.raises(ValueError, match="ascend"):
        Parameter.model_validate({**shape, "values": dict(reversed(shape["values"].items()))})
    with pytest.raises(ValueError, match="a value for every column"):
        Parameter.model_validate({**shape, "values": {date(2020, 1, 1): {"rows": [["PM25"]], "reference": "some law", "proofed": True}}})


@pytest.mark.parametrize(("kind", "value", "fits"), [
    ("integer", 2, True), ("integer", 2.5, False), ("integer", True, False), ("integer", "2", False), ("number", 2, True), ("number", "2", False),
    ("text", "2", True), ("text", 2, False), ("text", date(2020, 1, 1), False), ("date", date(2020, 1, 1), True), ("date", "2020-01-01", False),
    ("boolean", True, True), ("boolean", 1, False), ("integer", None, True),
])
def test_a_figure_is_of_the_type_it_says(kind: str, value: object, fits: bool) -> None:
    shape = {
        "description": {"zh": "数", "en": "figure"}, "unit": "x", "type": kind,
        "values": {date(2020, 1, 1): {"value": value, "reference": "some law", "proofed": True}},
    }
    if fits:
        assert Parameter.model_validate(shape).values[date(2020, 1, 1)].value == value
    else:
        with pytest.raises(BadInput, match=kind):
            Parameter.model_validate(shape)


def pack_of(folder: Path) -> Pack:
    reading = read_pack(Place(folder, "folder"))
    assert reading.pack is not None
    return reading.pack


def test_lineage_goes_through_cleaned_tables(folder: Path) -> None:
    told = origins(pack_of(folder), "county_enterprises")["demo_pack.county_enterprises"]
    assert told["county"].columns == ("registers.entities.division",)


def test_a_hub_builds_the_packs_of_its_folder(built: Hub, tmp_path: Path) -> None:
    """Made, catalogued, classed as its sources are, skipped when nothing changed, made anew when a figure did."""
    home = Path(shutil.copytree(built.home, tmp_path / "home"))
    folder = new_pack("demo_pack", "C12", home / "packs").place.folder
    assert named("demo_pack", home).faults == []
    with Hub.open(load_settings(home)) as hub:
        report = hub.build(only=["pack:demo_pack"])
        assert report.state == "done"
        views = hub.trust.views_for_step("test", {"demo_pack.county_enterprises": None, "registers.entities": None})
        made = hub.engine.query(
            "select sum(enterprises) as n, count(*) filter (where watched) as watched from demo_pack.county_enterprises", views,
        ).to_pylist()[0]
        there = hub.engine.query(
            "select sum(n) as n, count(*) filter (where n >= 2) as watched from "
            "(select count(*) as n from registers.entities where division is not null group by substr(division, 1, 6))", views,
        ).to_pylist()[0]
        assert made == there
        assert made["watched"] > 1
        assert hub.catalogue.search("城管 区县企业数").total >= 1
        known = hub.classify("demo_pack.county_enterprises")
        assert known is not None
        assert {column.name: column.classification for column in known.columns}["county"] == "public"
        assert hub.build(only=["pack:demo_pack"]).steps_run == 0
    written(folder, "parameters/watch_line.yaml", swapped("value: 2", "value: 1000000"))
    with Hub.open(load_settings(home)) as hub:
        assert hub.build(only=["pack:demo_pack"]).steps_run == 1
        views = hub.trust.views_for_step("test", {"demo_pack.county_enterprises": None})
        assert not hub.engine.query("select bool_or(watched) as any_ from demo_pack.county_enterprises", views).column(0)[0].as_py()


def test_a_pack_cannot_make_personal_columns_public(built: Hub, tmp_path: Path) -> None:
    """What a column depends on guards it, whatever the pack's contract says, and a pack from outside releases nothing."""
    home = Path(shutil.copytree(built.home, tmp_path / "home"))
    folder = new_pack("demo_pack", "C12", home / "packs").place.folder
    for file in ("pack.yaml", "sql/stg_enterprise.sql", "tests/counting.yaml"):
        written(folder, file, swapped("registers.entities", "registers.people"))
    (folder / "contracts/registers.entities.yaml").rename(folder / "contracts/registers.people.yaml")
    written(folder, "contracts/registers.people.yaml", lambda text: text.replace("registers.entities", "registers.people"))
    written(folder, "contracts/registers.people.yaml", lambda text: text.replace("division", "name"))
    written(folder, "sql/stg_enterprise.sql", lambda text: text.replace("division", "name"))
    contract = yaml.safe_load((folder / "contracts/county_enterprises.yaml").read_text(encoding="utf-8"))
    contract["schema"][0]["properties"][0]["customProperties"].append({"property": "released", "value": "nobody will mind"})
    (folder / "contracts/county_enterprises.yaml").write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        known = hub.classify("demo_pack.county_enterprises")
        assert known is not None
        assert {column.name: column.classification for column in known.columns}["county"] in ("personal", "sensitive")


def test_a_table_is_as_new_in_the_next_process(tmp_path: Path) -> None:
    """What making a table depends on is told alike by every process, whatever the order of its sets."""
    told = "from lingnan.packkit import packs\nfrom pathlib import Path\n" \
           "print([pack.digest_of(each) for pack in packs(Path('.')) for each in pack.kept], [pack.order for pack in packs(Path('.'))])"
    said = {
        subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
