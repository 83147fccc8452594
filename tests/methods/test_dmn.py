"""The cases of the DMN Technology Compatibility Kit, level 2: seventeen decision tables of every hit policy, three literal expressions."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse

from lingnan.base import BadInput
from lingnan.methods import read_dmn

CASES = sorted(path.parent for path in (Path(__file__).parent / "dmn").glob("*/*.dmn"))
NAME = "{http://www.omg.org/spec/DMN/20160719/testcase}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
READ = {"string": str, "decimal": Decimal, "double": Decimal, "boolean": "true".__eq__, "date": date.fromisoformat}


def value_of(element: Element) -> Any:
    """A value of the kit: a component's mapping, a list of items, or a typed value; null where it says nil."""
    if items := element.findall(f"{NAME}list/{NAME}item"):
        return [value_of(item) for item in items]
    if parts := element.findall(f"{NAME}component"):
        return {part.get("name"): value_of(part) for part in parts}
    told = element.find(f"{NAME}value")
    return None if told is None or told.text is None else READ[told.get(TYPE, "xsd:string").split(":")[1]](told.text)


def asked(case: Path) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    found = []
    for each in parse(next(case.glob("*-test-01.xml"))).getroot().findall(f"{NAME}testCase"):
        given = {node.get("name"): value_of(node) for node in each.findall(f"{NAME}inputNode")}
        expected = {node.get("name"): value_of(node.find(f"{NAME}expected")) for node in each.findall(f"{NAME}resultNode")}
        found.append((each.get("id"), given, expected))
    return found


ASKED = [(case, *each) for case in CASES for each in asked(case)]




@pytest.mark.parametrize(("case", "number", "given", "expected"), ASKED, ids=[f"{case.name}-{number}" for case, number, *_rest in ASKED])
def test_a_case_of_the_kit(case: Path, number: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    decisions = read_dmn(next(case.glob("*.dmn")))
    assert {name: decisions[name].decide(given).value for name in expected} == expected


def test_all_cases_are_asked() -> None:
    assert (len(CASES), len(ASKED)) == (20, 54)


def test_a_model_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="no DMN file"):
        read_dmn("<definitions>")
    with pytest.raises(BadInput, match="no DMN file"):
        read_dmn('<!DOCTYPE x [<!ENTITY a "b">]><definitions>&a;</definitions>')
