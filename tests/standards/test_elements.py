"""Data elements: complete, consistent with code lists, identifiers and rules."""

import pytest

from lingnan.base import Missing
from lingnan.standards import IDENTIFIERS, RULES, code_lists, data_element, data_elements
from lingnan.standards.contracts.rules import ARGUMENT_STEPS, CLASSIFICATIONS, PLAIN_STEPS


def test_every_element_is_complete():
    """Both names, class, source; lists, identifiers, steps and rules that exist."""
    assert len(data_elements()) >= 60
    for element in data_elements().values():
        assert element.zh
        assert element.en
        assert element.object_class
        assert element.property
        assert element.source
        assert element.classification in CLASSIFICATIONS
        assert element.code_list is None or element.code_list in code_lists(), element.id
        assert element.identifier is None or element.identifier in IDENTIFIERS
        for step in element.standardise:
            assert step in PLAIN_STEPS if isinstance(step, str) else next(iter(step)) in ARGUMENT_STEPS
        assert all(rule["rule"] in RULES for rule in element.rules)


@pytest.mark.parametrize(
    ("name", "logical", "physical", "steps"),
    [
        ("citizen_number", "string", "VARCHAR", ("citizen_number", "empty_to_null")),
        ("birth_date", "date", "DATE", ("date",)),
        ("registered_capital", "number", "DECIMAL(18,2)", ("amount",)),
        ("employees", "integer", "BIGINT", ("integer",)),
        ("accepted_time", "timestamp", "TIMESTAMPTZ", ("timestamp",)),
        ("month", "string", "VARCHAR", ("nfkc", "trim", "empty_to_null")),
        ("sex", "string", "VARCHAR", ("nfkc", "trim", "empty_to_null", {"code": {"list": "sexes", "from": "label_or_code"}})),
    ],
)
def test_what_follows_from_representation(name, logical, physical, steps):
    """Types and steps are not written twice."""
    element = data_element(name)
    assert (element.logical_type, element.physical_type, element.standardise) == (logical, physical, steps)


def test_unknown_element():
    """A name that is none."""
    with pytest.raises(Missing, match="no data element"):
        data_element("citizen_no")
