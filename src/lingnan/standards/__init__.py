"""What the field has agreed on: identifiers, dates, amounts, names, calendars, code lists, data elements and contracts."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later
from lingnan.standards.amounts import amount_sql, parse_amount, parse_chinese_number
from lingnan.standards.certificates import CERTIFICATE_ID, certificate_check
from lingnan.standards.citizen import (
    CITIZEN_NUMBER,
    citizen_birth,
    citizen_birth_sql,
    citizen_born_sql,
    citizen_division_sql,
    citizen_sex_sql,
    citizen_sexed_sql,
)
from lingnan.standards.components import CITY_COMPONENT
from lingnan.standards.contact import PHONE, PLATE
from lingnan.standards.credit_facts import CREDIT_FACT
from lingnan.standards.dates import date_sql, month_sql, parse_date, parse_month, parse_timestamp, timestamp_sql
from lingnan.standards.elements import Area, DataElement, Elements, data_element, data_elements, elements_of, make_element
from lingnan.standards.estate import ESTATE_UNIT
from lingnan.standards.identifiers import Identifier
from lingnan.standards.names import PERSON_NAME, pinyin_of_name, split_name
from lingnan.standards.organisations import ORGANISATION_CODE, USCC
from lingnan.standards.text import normalise_sql, normalise_text
from lingnan.standards.workdays import WorkCalendar, load_calendar

if TYPE_CHECKING:
    from lingnan.standards.codes import Code, CodeList, Divisions, code_list, code_lists
    from lingnan.standards.contracts import (
        METRICS,
        PLACE,
        RULES,
        Contract,
        Property,
        Quality,
        RefusedSql,
        RuleKind,
        contract_of,
        contract_values,
        read_condition,
        read_contract,
        read_query,
        write_contract,
    )
    from lingnan.standards.document_list import Document, documents
    from lingnan.standards.finding import Hit, find_standards
    from lingnan.standards.formats import Format, read_format
    from lingnan.standards.indicator_dictionary import Indicator, indicator, indicators
    from lingnan.standards.lint import Duplicate, Fault, find_duplicates, lint_codes, lint_elements, lint_file, lint_id, lint_standards
    from lingnan.standards.lists import Header, HeldList
    from lingnan.standards.minimal_sets import DataSet, Member, data_set, data_sets
    from lingnan.standards.sizes import enterprise_size
    from lingnan.standards.suggestion import Suggestion, reason, suggest_elements
    from lingnan.standards.township_list import Township, Zone, townships, zones
    from lingnan.standards.vocabulary import SHIPPED, Vocabulary

IDENTIFIERS = {
    each.name: each for each in (
        CITIZEN_NUMBER, USCC, ORGANISATION_CODE, PHONE, PLATE, PERSON_NAME, ESTATE_UNIT, CITY_COMPONENT, CERTIFICATE_ID, CREDIT_FACT,
    )
}
"""Every kind of identifier by its name."""

# Opened when first asked for: code lists stand on Arrow and contracts on YAML, which the terminal's help must not pay for.
__getattr__ = opened_later(__name__, {
    "codes": "Code CodeList Divisions code_list code_lists",
    "contracts": (
        "METRICS PLACE RULES Contract Property Quality RefusedSql RuleKind contract_of contract_values read_condition read_contract read_query "
        "write_contract"
    ),
    "minimal_sets": "DataSet Member data_set data_sets",
    "document_list": "Document documents",
    "finding": "Hit find_standards",
    "formats": "Format read_format",
    "indicator_dictionary": "Indicator indicator indicators",
    "lint": "Duplicate Fault find_duplicates lint_codes lint_elements lint_file lint_id lint_standards",
    "lists": "Header HeldList",
    "sizes": "enterprise_size",
    "suggestion": "Suggestion reason suggest_elements",
    "vocabulary": "SHIPPED Vocabulary",
    "township_list": "Township Zone townships zones",
})

__all__ = [
    "CERTIFICATE_ID",
    "CITIZEN_NUMBER",
    "CITY_COMPONENT",
    "CREDIT_FACT",
    "ESTATE_UNIT",
    "IDENTIFIERS",
    "METRICS",
    "ORGANISATION_CODE",
    "PERSON_NAME",
    "PHONE",
    "PLACE",
    "PLATE",
    "RULES",
    "SHIPPED",
    "USCC",
    "Area",
    "Code",
    "CodeList",
    "Contract",
    "DataElement",
    "DataSet",
    "Divisions",
    "Document",
    "Duplicate",
    "Elements",
    "Fault",
    "Format",
    "Header",
    "HeldList",
    "Hit",
    "Identifier",
    "Indicator",
    "Member",
    "Property",
    "Quality",
    "RefusedSql",
    "RuleKind",
    "Suggestion",
    "Township",
    "Vocabulary",
    "WorkCalendar",
    "Zone",
    "amount_sql",
    "certificate_check",
    "citizen_birth",
    "citizen_birth_sql",
    "citizen_born_sql",
    "citizen_division_sql",
    "citizen_sex_sql",
    "citizen_sexed_sql",
    "code_list",
    "code_lists",
    "contract_of",
    "contract_values",
    "data_element",
    "data_elements",
    "data_set",
    "data_sets",
    "date_sql",
    "documents",
    "elements_of",
    "enterprise_size",
    "find_duplicates",
    "find_standards",
    "indicator",
    "indicators",
    "lint_codes",
    "lint_elements",
    "lint_file",
    "lint_id",
    "lint_standards",
    "load_calendar",
    "make_element",
    "month_sql",
    "normalise_sql",
    "normalise_text",
    "parse_amount",
    "parse_chinese_number",
    "parse_date",
    "parse_month",
    "parse_timestamp",
    "pinyin_of_name",
    "read_condition",
    "read_contract",
    "read_format",
    "read_query",
    "reason",
    "split_name",
    "suggest_elements",
    "timestamp_sql",
    "townships",
    "write_contract",
    "zones",
]
