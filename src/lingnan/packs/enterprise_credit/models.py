"""What SQL cannot say: which days are worked, by the State Council's notices."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from lingnan.standards import load_calendar


def int_working_day(_tables: Mapping[str, pa.Table], _as_of: date) -> pa.Table:
    """Every day the notices cover, whether it is worked, and how many working days there were up to and with it."""
    return load_calendar().arrow()
