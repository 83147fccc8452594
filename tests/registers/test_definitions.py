"""The registers as data: they fit the contracts, disagree with nothing, and stand with no source at all."""

from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from lingnan.base import Missing
from lingnan.registers import (
    PLACES,
    SERIES,
    RegisterDefinition,
    register_columns,
    register_definition,
    register_definitions,
    register_inputs,
    register_outputs,
)
from lingnan.registers.statements import words_of
from lingnan.standards import code_lists, data_elements

from .bureau import FIRST, Bureau, contract

KINDS = {"VARCHAR": "string", "DATE": "date32[day]", "BIGINT": "int64", "INTEGER": "int32", "DOUBLE": "double", "DECIMAL(18,2)": "decimal128(18, 2)"}
BUILDS = {**{each.register_: register_outputs(each) for each in register_definitions()}, "places": PLACES.outputs, "series": SERIES.outputs}


def kinds(schema: pa.Schema) -> dict[str, str]:
    return {field.name: str(field.type) for field in schema}


@pytest.mark.parametrize("register", BUILDS)
def test_without_any_source_all_tables_stand_empty_with_their_types(bureau: Bureau, register: str) -> None:
    assert set(bureau.build(register)) == set(BUILDS[register])
    for table in BUILDS[register]:
        wanted = {each.name: KINDS.get(each.type, "timestamp[us, tz=UTC]") for each in register_columns()[table]}
        assert kinds(bureau.lake.schema(table)) == wanted, table
        assert bureau.lake.rows(table) == 0 or table == "registers.divisions"


@pytest.mark.parametrize("register", ["people", "entities"])
def test_every_source_reads_its_table_as_the_contract_types_it(bureau: Bureau, register: str) -> None:
    definition = register_definition(register)
    empty = bureau.build(register)
    before = {table: kinds(bureau.lake.schema(table)) for table in register_outputs(definition)}
    for table in register_inputs(definition):
        bureau.deliver(table, FIRST)
    assert bureau.build(register) == empty
    assert {table: kinds(bureau.lake.schema(table)) for table in register_outputs(definition)} == before
    assert len(words_of(definition, register_inputs(definition)).speakers) == len(definition.sources)


def test_code_lists_and_elements_are_those_there_are() -> None:
    for definition in register_definitions():
        for attribute in definition.attributes.values():
            assert attribute.code_list is None or attribute.code_list in code_lists()
            assert attribute.element is None or attribute.element in data_elements()


def test_an_attribute_is_not_less_guarded_than_its_sources() -> None:
    """What a contract calls personal does not become public on its way into a register."""
    guard = ["public", "internal", "personal", "sensitive"]  # a public firm may well be told by an internal file
    for definition in register_definitions():
        for source in definition.sources:
            classes = {each.name: each.classification for each in contract(source.table).properties}
            for name, expression in source.columns.items():
                if classes.get(expression) in ("personal", "sensitive"):
                    assert guard.index(definition.attributes[name].classification) >= guard.index(classes[expression]), (source.id, name)


def test_people_have_no_public_column_and_number_and_household_are_sensitive() -> None:
    columns = {each.name: each.classification for each in register_columns()["registers.people_observations"]}
    assert "public" not in columns.values()
    assert columns["identifier"] == columns["household"] == "sensitive"


def broken(**changed: Any) -> dict[str, Any]:
    return {**register_definition("people").model_dump(by_alias=True), **changed}


def test_a_definition_that_disagrees_with_itself_is_refused() -> None:
    for change in ({"label": "nickname"}, {"sources": ()}, {"table": "registers.people; drop"}, {"prefix": "PP"}):
        with pytest.raises(ValidationError):
            RegisterDefinition.model_validate(broken(**change))
    attributes = broken()["attributes"]
    attributes["name"]["order"] = attributes["name"]["order"][1:]
    with pytest.raises(ValidationError, match="hukou"):
        RegisterDefinition.model_validate(broken(attributes=attributes))


def test_an_unknown_register_is_missing() -> None:
    with pytest.raises(Missing):
        register_definition("cars")
