"""Chinese addresses: the division today, the parts down to the room, the reason; ambiguous ones are reported and never guessed."""

from lingnan.govern.addresses.known import KnownName, door_sql, known_table
from lingnan.govern.addresses.parsing import parse_addresses
from lingnan.govern.addresses.shapes import REASONS, AddressReport
from lingnan.govern.addresses.standardising import ADDRESSED, COLUMNS, lay_addresses

__all__ = ["ADDRESSED", "COLUMNS", "REASONS", "AddressReport", "KnownName", "door_sql", "known_table", "lay_addresses", "parse_addresses"]
