"""Theme registers: what they declare of their columns is what their selects do, they read what there is, and they say what they lack."""

from datetime import date

import pyarrow as pa
import pytest
from pydantic import ValidationError

from lingnan.govern import column_lineage
from lingnan.lake import CommitFacts
from lingnan.registers import ThemeDefinition, build_theme, missing_tables, register_columns, register_definitions, theme_definitions
from lingnan.standards import code_list, code_lists, data_elements

from .bureau import FIRST, Bureau, contract, credit, firm

THEMES = {each.theme: each for each in theme_definitions()}
NOT_DELIVERED: set[str] = set()
KINDS = {"VARCHAR": "string", "DATE": "date32[day]", "BIGINT": "int64", "DOUBLE": "double", "DECIMAL(18,2)": "decimal128(18, 2)"}


def columns_of(table: str) -> list[str]:
    if table in register_columns():
        return [column.name for column in register_columns()[table]]
    return [] if table in NOT_DELIVERED else [each.name for each in contract(table).properties]


@pytest.mark.parametrize("theme", THEMES)
def test_every_column_declares_what_its_select_makes_it_of(theme: str) -> None:
    definition = THEMES[theme]
    schema = {table: columns for table in definition.reads if (columns := columns_of(table))}
    made = column_lineage(definition.select, schema)
    assert list(made) == list(definition.columns)
    for name, column in definition.columns.items():
        assert set(made[name]) == {*column.of, *column.counted}, name
    for table, columns in schema.items():
        told = {source for each in definition.columns.values() for source in (*each.of, *each.counted)}
        assert {source.rpartition(".")[2] for source in told if source.startswith(f"{table}.")} <= set(columns), table


def test_themes_are_those_of_the_plan_and_stand_in_classes_of_the_guide() -> None:
    assert set(THEMES) == {
        "credit", "education", "health", "insurance", "legal_services", "market", "online_services", "tax", "transport",
    }
    for definition in THEMES.values():
        assert definition.basis
        assert definition.plan
        assert all(code_list("themes").get(each).level == 2 for each in definition.categories)
        for column in definition.columns.values():
            assert column.code_list is None or column.code_list in code_lists()
            assert column.element is None or column.element in data_elements()


def test_no_theme_holds_a_value_of_a_person() -> None:
    """What is personal or sensitive in a contract may be counted, never copied."""
    guarded = {
        f"{table}.{each.name}" for definition in THEMES.values() for table in definition.reads
        if table not in register_columns() and table not in NOT_DELIVERED for each in contract(table).properties
        if each.classification in ("personal", "sensitive")
    }
    guarded |= {
        f"{table}.{each.name}" for table, columns in register_columns().items() for each in columns
        if each.classification in ("personal", "sensitive")
    }
    copied = {source for definition in THEMES.values() for column in definition.columns.values() for source in column.of}
    assert not copied & guarded
    assert not {definition.table for definition in register_definitions() if definition.register_ in ("people", "licences")} & {
        table for definition in THEMES.values() for table in definition.reads
    }


def made(bureau: Bureau, theme: str) -> list[dict[str, object]]:
    definition = THEMES[theme]
    build_theme(definition, bureau.lake, bureau.engine, bureau.views(*definition.reads), CommitFacts(job="test"))
    return bureau.rows(definition.table)


def test_facts_are_counted_by_subject_and_no_score_is_made(bureau: Bureau) -> None:
    bureau.deliver("shichang.enterprise", FIRST, firm(1))
    bureau.deliver("fagai.penalty", FIRST, *(
        {"penalty_no": f"粤罚{n}", "uscc": credit(place), "name": "旧名", "facts": "发布虚假广告", "decided_on": date(2026, n, 1)}
        for n, place in ((1, 1), (2, 1), (3, 2))
    ))
    bureau.build("entities")
    bureau.build("credit")
    found = {row["uscc"]: (row["name"], row["penalties"], row["licences"], row["latest_on"]) for row in made(bureau, "credit")}
    assert found == {credit(1): ("丙公司", 2, 0, date(2026, 2, 1)), credit(2): ("旧名", 1, 0, date(2026, 3, 1))}


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_without_its_tables_stands_empty_with_its_types_and_says_what_it_lacks(bureau: Bureau, theme: str) -> None:
    definition = THEMES[theme]
    assert missing_tables(definition, ()) == definition.reads
    assert made(bureau, theme) == []
    told: pa.Schema = bureau.lake.schema(definition.table)
    assert {field.name: str(field.type) for field in told} == {name: KINDS[each.type] for name, each in definition.columns.items()}


def test_every_theme_that_has_its_tables_reads_them_as_contracts_type_them(bureau: Bureau) -> None:
    for table in {table for each in THEMES.values() for table in each.reads} - NOT_DELIVERED - set(register_columns()):
        bureau.deliver(table, FIRST)
    for register in ("entities", "credit", "components"):
        bureau.build(register)
    for theme, definition in THEMES.items():
        lacking = missing_tables(definition, bureau.views(*definition.reads))
        assert set(lacking) == NOT_DELIVERED & set(definition.reads)
        assert made(bureau, theme) == []


def test_a_column_of_a_table_that_is_not_read_is_refused() -> None:
    told = THEMES["tax"].model_dump()
    told["columns"]["grade"]["of"] = ["registers.entities.tax_grade"]
    with pytest.raises(ValidationError, match=r"registers\.entities"):
        ThemeDefinition.model_validate(told)
