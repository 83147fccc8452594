"""What the pages promise is there: commands, links, settings, rooms, examples; both READMEs say the same."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from lingnan.base import setting_rows
from lingnan.cli import app
from lingnan.collect import read_feed
from lingnan.standards import read_contract

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "lingnan"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
VARIABLE = re.compile(r"\bLINGNAN_[A-Z_]*[A-Z]\b")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def texts() -> list[tuple[str, str]]:
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in PAGES]


def tree() -> dict[str, set[str]]:
    """Every command of the terminal, `collect inspect` as one, with its flags."""
    found: dict[str, set[str]] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        if subcommands := getattr(command, "commands", None):
            for name, below in subcommands.items():
                walk(below, (*words, name))
            return
        found[" ".join(words)] = {"--help"} | {flag for each in command.params for flag in (*each.opts, *each.secondary_opts)}

    walk(typer.main.get_command(app), ())
    return found


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def code_lines(text: str) -> Iterator[str]:
    """Lines of code in a page, in blocks and in the text, without their comments."""
    for block, inline in CODE.findall(text):
        yield from (line.split(" #")[0].rstrip() for line in (block or inline).splitlines())


def wrong_commands(text: str, known: dict[str, set[str]]) -> list[str]:
    """Commands `lingnan …` in a page's code that the terminal does not have, and flags that the command does not take."""
    found = []
    for line in code_lines(text):
        match = re.match(r"(?:\S*/)?lingnan ([a-z].*)", line.strip())
        if match is None:
            continue
        words = match[1].split()
        name = next((name for length in (3, 2, 1) if (name := " ".join(words[:length])) in known), None)
        if name is None:
            if any(each.startswith(" ".join([*words, ""])) for each in known):
                continue  # a group named as such
            found.append(line)
        else:
            found += [f"{line}: {flag}" for flag in FLAG.findall(match[1]) if flag not in known[name]]
    return found


def wrong_targets(text: str, known: set[str]) -> list[str]:
    return [name for line in code_lines(text) for name in re.findall(r"^make ([a-z-]+)", line.strip()) if name not in known]


def broken_links(path: Path, text: str) -> list[str]:
    return [link for link in LINK.findall(text) if not re.match(r"https?:|#|mailto:", link) and not (path.parent / link.split("#")[0]).exists()]


@pytest.mark.parametrize(("page", "text"), texts(), ids=[name for name, _text in texts()])
def test_commands_and_links_of_a_page_are_there(page: str, text: str) -> None:
    assert wrong_commands(text, tree()) == []
    assert wrong_targets(text, targets()) == []
    assert broken_links(ROOT / page, text) == []


def test_commands_in_messages_are_there() -> None:
    """Sentences that tell a person what to run name commands that exist."""
    known, wrong = tree(), []
    for path in SOURCE.rglob("*.py"):
        for words in re.findall(r"(?:：|: ?|运行 ?|用 |run )lingnan ([a-z]+(?: [a-z]+)?)", path.read_text(encoding="utf-8")):
            if not {words, words.split()[0]} & set(known) and not any(each.startswith(f"{words} ") for each in known):
                wrong.append(f"{path.relative_to(SOURCE)}: lingnan {words}")
    assert wrong == []


def test_wrong_promises_are_found() -> None:
    known = {"build": {"--home"}, "trust verify": set()}
    assert wrong_commands("`lingnan bild`", known) == ["lingnan bild"]
    assert wrong_commands("```sh\n.venv/bin/lingnan build --hom x  # --no\n```", known) == [".venv/bin/lingnan build --hom x: --hom"]
    assert wrong_commands("`lingnan trust` and `lingnan trust verify`", known) == []
    assert wrong_targets("`make demon`", {"demo"}) == ["demon"]
    assert broken_links(ROOT / "README.md", "[x](docs/none.md)") == ["docs/none.md"]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_two_commands_stand_on_the_first_screen(readme: str) -> None:
    lines = (ROOT / readme).read_text(encoding="utf-8").splitlines()
    first = "\n".join(lines[:30])
    for promise in ("make demo", "make test", "apt-get install make python3-venv", "Python 3.11", "docs/images/cockpit.png"):
        assert promise in first
    assert len(lines) <= 120


def skeleton(text: str) -> list[str]:
    """What a page is made of whatever its language: headings by level, commands, links, pictures, rows of tables by their first cell."""
    kept = []
    for line in text.splitlines():
        kept += re.findall(r"^#+(?= )", line)
        kept += [target for target in LINK.findall(line) if target not in ("README.md", "README.zh-CN.md")]
        kept += re.findall(r"^(\.venv/bin/lingnan [a-z ]+|make [a-z]+)", line)
        kept += re.findall(r"^\* .*?`(/[^`]*)`", line)
        kept += re.findall(r"^\| `([^`]+)` \|", line)
    return [each.strip() for each in kept]


def test_both_readmes_say_the_same() -> None:
    chinese, english = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.zh-CN.md", "README.md"))
    assert skeleton(chinese) == skeleton(english)
    assert len(skeleton(english)) > 30


def test_every_page_is_reached_from_the_readme() -> None:
    linked = set(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")} <= linked


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_a_readme_names_every_room(page: str) -> None:
    named = re.findall(r"^\| `([a-z]+)` \|", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


@pytest.mark.parametrize(("tool", "page"), [("write_settings_page", "docs/settings.md"), ("write_glossary", "docs/glossary.md")])
def test_generated_pages_are_fresh(tool: str, page: str) -> None:
    assert runpy.run_path(str(ROOT / "tools" / f"{tool}.py"))["page"]() == (ROOT / page).read_text(encoding="utf-8"), f"run: python tools/{tool}.py"


def test_architecture_draws_the_house_as_it_is() -> None:
    drawn = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert runpy.run_path(str(ROOT / "tools" / "write_rooms.py"))["page"](drawn) == drawn, "run: python tools/write_rooms.py"
    assert all(f"| `{path.parent.name}` |" in drawn for path in SOURCE.glob("*/__init__.py"))


def test_settings_named_anywhere_stand_on_their_page() -> None:
    told = set(VARIABLE.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert {name for name, _default, _meaning in setting_rows()} <= told
    used = {name for path in [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "Makefile"] for name in read_variables(path)}
    named = {name for _page, text in texts() for name in VARIABLE.findall(text)}
    assert used | named <= told


def read_variables(path: Path) -> list[str]:
    return VARIABLE.findall(path.read_text(encoding="utf-8"))


def test_glossary_is_sane() -> None:
    terms = runpy.run_path(str(ROOT / "tools" / "write_glossary.py"))["terms"]()
    assert all(term["中文"] and term["English"] and term["source"] and term["room"] for term in terms)
    assert all(not re.search(r"[\u4e00-\u9fff]", term["English"]) for term in terms)
    chinese = [term["中文"] for term in terms]
    assert len(chinese) == len(set(chinese)), "one term, one line"
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert {room for term in terms for room in term["room"].split("; ")} <= rooms


def blocks(page: str) -> list[Any]:
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)]


def test_the_first_hour_works_as_written(tmp_path: Path) -> None:
    rule, feed, shelter = blocks("CONTRIBUTING.md")
    path = SOURCE / "world" / "sources" / "gongan" / "resident.contract.yaml"
    promised = yaml.safe_load(path.read_text(encoding="utf-8"))
    next(column for column in promised["schema"][0]["properties"] if column["name"] == "name").update(rule)
    contract = read_contract(yaml.safe_dump(promised, allow_unicode=True))
    assert [quality.id for column in contract.properties if column.name == "name" for quality in column.quality] == ["short_name"]
    (tmp_path / "shelter.yaml").write_text(yaml.safe_dump(feed, allow_unicode=True), encoding="utf-8")
    (tmp_path / "shelter.contract.yaml").write_text(yaml.safe_dump(shelter, allow_unicode=True), encoding="utf-8")
    described = read_feed(tmp_path / "shelter.yaml")
    assert (described.id, [column.name for column in described.contract.properties]) == (
        "minzheng.shelter", ["shelter_no", "name", "division", "places"],
    )
