"""The commands as a person types them: exit codes, JSON keys, sentences instead of stack traces."""

import json
import sqlite3
import subprocess
import sys

import pytest

from tests.terminal import LINGNAN, run


def answered(*words: object) -> dict:
    done = run(*words, "--json")
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert found["schema"] == 1
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A demo made by the command itself, as it is installed."""
    folder = tmp_path_factory.mktemp("cli") / "home"
    command = [LINGNAN, "demo", "--scale", "0.02", "--no-serve", "--home", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return folder


@pytest.fixture
def register(tmp_path):
    """A small GBK file with a wrong number in it."""
    file = tmp_path / "名册.csv"
    file.write_bytes("姓名,公民身份号码\n张三,11010519491231002X\n李四,440524188001010014\n王五,110105194912310021\n".encode("gbk"))
    return file


def test_status_tells_all_that_scripts_rely_on(home):
    found = answered("status", "--home", home)
    assert {"departments", "systems", "resources", "tables", "rows", "registers", "build"} <= set(found)
    assert set(found["rows"]) == {"accepted", "quarantined"}
    assert {"people", "entities", "places", "series"} <= set(found["registers"])
    assert {"id", "state", "seconds", "steps_run", "steps_skipped"} <= set(found["build"])
    assert found["build"]["state"] == "done"
    assert found["departments"] >= 12


def test_a_second_build_has_nothing_to_do(home):
    found = answered("build", "--home", home)
    assert (found["state"], found["steps_run"]) == ("done", 0)
    assert found["steps_skipped"] > 30


def test_a_second_build_opens_no_room_it_has_no_use_for(home):
    """What costs a short command most is opening libraries: people's work, workbooks, triples, pages and search stay closed."""
    closed = (
        "email.headerregistry", "lingnan.casework.cases", "lingnan.catalogue.inventory.service", "lingnan.catalogue.registry.service",
        "lingnan.catalogue.search.columns", "lingnan.hub.demo", "lingnan.hub.pages", "lingnan.lake.store.bucket", "obstore", "openpyxl", "pyspark",
        "rdflib", "sqlglot",
    )
    build = f"app(['build', '--home', {str(home)!r}], standalone_mode=False)"
    again = f"import sys\nfrom lingnan.cli import app\n{build}\nprint(*{set(closed)} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", again], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_inspect_tells_what_it_understood(register):
    found = answered("collect", "inspect", register)
    assert {"format", "encoding", "sheets", "header_rows", "footer_rows", "columns", "rows", "warnings"} <= set(found)
    assert found["rows"] == 3
    assert found["encoding"].startswith("gb")
    assert {"name", "type", "unit", "suggested_element"} <= set(found["columns"][1])
    assert found["columns"][1]["suggested_element"] == "citizen_number"


def test_an_empty_file_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "empty.csv").touch()
    done = run("collect", "inspect", tmp_path / "empty.csv")
    assert done.returncode == 2
    assert "空" in done.stderr
    english = run("collect", "inspect", tmp_path / "empty.csv", "--lang", "en")
    assert "empty" in english.stderr.lower()
    assert "Traceback" not in done.stderr + english.stderr


def test_a_file_is_loaded_once(register, tmp_path):
    first = answered("collect", "load", register, "--as-table", "names", "--home", tmp_path / "hub")
    second = answered("collect", "load", register, "--as-table", "names", "--home", tmp_path / "hub")
    assert (first["rows"], first["rejected"], first["alarms"]) == (3, 0, [])
    assert {"batch", "rows", "rejected", "alarms"} <= set(first)
    assert second["skipped"]


def test_check_ends_with_one_when_rows_fail_and_keeps_every_row(register, tmp_path):
    utf8 = tmp_path / "names.csv"
    utf8.write_text(register.read_text(encoding="gbk"), encoding="utf-8")
    done = run("govern", "check", utf8, "--out", tmp_path / "out", "--home", tmp_path / "hub", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert {"rules", "failed_rows", "out"} <= set(found)
    assert found["failed_rows"] == 1
    assert list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(("words", "given"), [
    *((("check", "{}"), given) for given in ("no-such-file", "names.csv", "a/b", "gongan.nothing")), (("profile", "{}"), "names.csv"),
    (("link", "--left", "{}", "--id", "name"), "no-such-file"), (("address", "{}", "--column", "a", "--out", "o.csv"), "no-such-file"),
])
def test_what_is_neither_file_nor_table_is_said_to_be_missing_not_refused(words, given, home):
    done = run("govern", *(word.format(given) for word in words), "--home", home)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"没有文件 {given}" in done.stderr


def test_a_missing_last_load_is_said_to_be_missing(register, home):
    done = run("govern", "check", register, "--last", "yesterday.csv", "--home", home, "--lang", "en")
    assert done.returncode == 2
    assert "There is no file yesterday.csv, and no table of that name." in done.stderr


def test_search_finds_two_characters(home):
    found = answered("catalogue", "search", "人口", "--home", home)
    assert found["total"] >= 1
    assert {"id", "code", "name", "department"} <= set(found["items"][0])
    assert found["facets"]


def test_the_log_is_sound_until_somebody_edits_it(home, tmp_path):
    sound = answered("trust", "verify", "--home", home)
    assert sound["damaged"] == []
    assert sound["entries"] > 20
    log = tmp_path / "hub"
    run("status", "--home", log)
    with sqlite3.connect(log / "audit.db") as database:
        for (trigger,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f'drop trigger "{trigger}"')
        database.execute("update entry set outcome = 'refused' where number = 1")
    done = run("trust", "verify", "--home", log, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["damaged"]


def test_the_operator_sees_no_personal_column_of_a_person(home):
    done = run("registers", "show", "people", "11010519491231002X", "--home", home)
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr


def test_wrong_use_ends_with_two(home):
    assert run("nonsense").returncode == 2
    assert run("demo", "--scale", "0", "--no-serve", "--home", home.parent / "none").returncode == 2
    unknown = run("registers", "show", "cats", "1", "--home", home)
    assert unknown.returncode == 2
    assert "people" in unknown.stderr


def test_two_homes_live_side_by_side(home, tmp_path):
    assert answered("status", "--home", tmp_path / "other")["departments"] == 0
    assert answered("status", "--home", home)["departments"] >= 12


def test_doctor_says_what_is_missing(tmp_path):
    found = answered("doctor", "--home", tmp_path)
    assert {"part", "present", "zh", "en"} <= set(found["findings"][0])
    assert next(each for each in found["findings"] if each["part"] == "python")["present"]
