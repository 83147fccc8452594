"""What the field has agreed on: identifiers, dates, amounts, names, calendars, code lists, data elements and contracts."""

from lingnan.standards.amounts import amount_sql, parse_amount, parse_chinese_number
from lingnan.standards.citizen import CITIZEN_NUMBER, citizen_birth, citizen_birth_sql, citizen_division_sql, citizen_sex_sql
from lingnan.standards.codes import Code, CodeList, code_list, code_lists
from lingnan.standards.contact import PHONE, PLATE
from lingnan.standards.dates import date_sql, parse_date, parse_timestamp, timestamp_sql
from lingnan.standards.identifiers import Identifier
from lingnan.standards.organisations import ORGANISATION_CODE, USCC
from lingnan.standards.text import normalise_sql, normalise_text

__all__ = [
    "CITIZEN_NUMBER",
    "ORGANISATION_CODE",
    "PHONE",
    "PLATE",
    "USCC",
    "Code",
    "CodeList",
    "Identifier",
    "amount_sql",
    "citizen_birth",
    "citizen_birth_sql",
    "citizen_division_sql",
    "citizen_sex_sql",
    "code_list",
    "code_lists",
    "date_sql",
    "normalise_sql",
    "normalise_text",
    "parse_amount",
    "parse_chinese_number",
    "parse_date",
    "parse_timestamp",
    "timestamp_sql",
]
