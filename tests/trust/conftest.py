"""A hub's trust in a folder of its own, with a standing clock and a small table that mixes all classifications."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lingnan.base import FixedClock, load_settings
from lingnan.storage import Storage
from lingnan.trust import Classified, Column, Trust
from tests.back_ends import Furnish

RESIDENT = Classified(
    "gongan.resident",
    (
        Column("resident_no", "internal"),
        Column("citizen_number", "personal", "citizen_number"),
        Column("name", "personal", "person_name"),
        Column("birth_date", "personal", "birth_date", "DATE"),
        Column("address", "personal", "address"),
        Column("phone", "personal", "phone"),
        Column("income", "sensitive", "", "BIGINT"),
        Column("division", "public"),
    ),
)
QUICK = "argon2: {time_cost: 1, memory_kib: 8, parallelism: 1}\n"
"""A hub's own figures with the cheapest password hashes; what they cost in earnest is tested by itself."""
METRO = Classified("jiaotong.metro", (Column("station", "public"), Column("line", "internal")), origin="real", open_type="unconditional")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 10, 31, 1, tzinfo=UTC))


@pytest.fixture
def trust(tmp_path: Path, clock: FixedClock, furnish: Furnish) -> Iterator[Trust]:
    storage = Storage.open(load_settings(furnish(tmp_path)))
    (tmp_path / "sign-in.yaml").write_text(QUICK)
    opened = Trust.open(storage, tmp_path, clock, {known.table: known for known in (RESIDENT, METRO)}.get)
    yield opened
    opened.close()
    storage.close()
