"""The security page is made from `docs/asvs.yaml`, and every test it names exists."""

import ast
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
TOOL: Any = runpy.run_path(str(ROOT / "tools" / "write_security_page.py"))
ROWS: list[dict[str, Any]] = TOOL["asvs"]()
FAULTS: list[dict[str, Any]] = TOOL["faults"]()


@cache
def named_in(file: str) -> frozenset[str]:
    """The names of the tests in a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def missing(names: list[str]) -> list[str]:
    """Those of the named tests that are not there; a file alone stands for all its tests."""
    found = []
    for name in names:
        file, _, test = name.partition("::")
        if not (ROOT / file).is_file() or not named_in(file) or (test and test not in named_in(file)):
            found.append(name)
    return found


def test_there_are_forty_rows_in_order() -> None:
    assert [row["number"] for row in ROWS] == list(range(1, 41))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["number"]))
def test_a_row_has_tests_or_says_why_not(row: dict[str, Any]) -> None:
    assert set(row) <= {"number", "asvs", "level", "requirement", "hub", "tests", "why"}
    assert row["asvs"]
    assert row["level"]
    assert row["requirement"]
    assert row["hub"]
    assert row.get("tests") or row.get("why")
    assert missing(row.get("tests", [])) == []


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: str(row["fault"]))
def test_an_injected_fault_has_tests_or_is_left_to_a_later_part(row: dict[str, Any]) -> None:
    assert set(row) <= {"fault", "what", "tests", "later"}
    assert row.get("tests") or row.get("later")
    assert missing(row.get("tests", [])) == []


def test_every_fault_has_its_row() -> None:
    assert [row["fault"] for row in FAULTS] == [f"F{number}" for number in range(1, 37)]


def test_a_test_that_is_gone_is_seen() -> None:
    assert missing(["tests/test_security_page.py::test_that_is_not_there", "tests/none.py"]) == [
        "tests/test_security_page.py::test_that_is_not_there", "tests/none.py",
    ]


def test_the_page_is_fresh() -> None:
    assert TOOL["page"]() == (ROOT / "docs" / "security.md").read_text(encoding="utf-8"), "run: python tools/write_security_page.py"
