"""The page of rules follows from the code, and its examples are rules that can be run."""

import importlib.util
from pathlib import Path

import pytest

from lingnan.standards import METRICS, RULES

ROOT = Path(__file__).parents[2]
PROPERTIES = "\n".join(
    f"{{name: {name}, logicalType: {kind}}}" for name, kind in {
        "number": "string", "name": "string", "sex": "string", "division": "string", "born": "date", "seen_on": "date", "amount": "integer",
        "part_one": "integer", "part_two": "integer",
    }.items()
)


def tool():
    spec = importlib.util.spec_from_file_location("write_rules_page", ROOT / "tools" / "write_rules_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_as_the_code_says():
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert tool().renewed(text) == text, "run: python tools/write_rules_page.py"


@pytest.mark.parametrize("few", range(4))
def test_every_example_can_be_run(desk, contract, few):
    told = tool()
    rules = [f"{{type: custom, engine: lingnan, implementation: {told.EXAMPLES[name]}}}" for name in sorted(RULES)]
    rules += [told.METRIC_EXAMPLES[name] for name in METRICS]
    desk.land([{"number": "11010519491231002X", "name": "陈明", "born": "1949-12-31", "amount": "3", "part_one": "1", "part_two": "2"}])
    result = desk.govern(contract(PROPERTIES, f"[{', '.join(rules[few::4])}]"))
    assert result.delivered == 1
