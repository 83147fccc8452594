"""The places register: divisions with their history out of the code list, standard addresses out of their source."""

from collections.abc import Iterable

import pyarrow as pa

from lingnan.registers.words import Speaker, Words
from lingnan.standards import code_list

SOURCE = "ziran.address"
COLUMNS = dict.fromkeys(("division", "township", "road", "number", "full_address"), "VARCHAR")

ADDRESSES = f"""select source_key as address_id, {', '.join(COLUMNS)}, valid_from, known_from
from addresses where known_to is null and valid_to is null order by address_id"""


def address_words(tables: Iterable[str]) -> Words:
    """The words about standard addresses; one that comes again with a later day follows the one before."""
    rows = f"""select 'A' || substr(md5('addresses:' || address_no), 1, 20) as entry_id, address_no as source_key, updated_on as valid_from,
  _received_at as known_from, true as is_right, {', '.join(COLUMNS)} from {SOURCE} where address_no is not null"""
    speakers = (Speaker("address", SOURCE, rows, tuple(COLUMNS), "address_no", follows=True),) if SOURCE in set(tables) else ()
    return Words(COLUMNS, speakers, frozenset({"address"}))


def divisions() -> pa.Table:
    """Every division there ever was: its last name, its whole validity, the one code that follows it."""
    known = code_list("divisions")
    table = known.arrow()
    full = pa.array([known.full_name(code) for code in table["code"].to_pylist()], pa.string())
    role = pa.array([text or None for text in table["role"].to_pylist()], pa.string())
    return table.set_column(table.schema.get_field_index("role"), "role", role).add_column(2, "full_name", full)
