"""A bureau with empty tables, and an office whose stewards decide."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lingnan.base import FixedClock, load_settings
from lingnan.storage import Storage
from lingnan.trust import Trust
from tests.back_ends import Furnish

from .bureau import Bureau

collect_ignore = [] if os.environ.get("LINGNAN_LONG") else ["test_engines_everything.py"]
"""Every register on Spark takes longer than all the other tests here; the short form is in `test_engines_registers.py`."""


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau(tmp_path / "lake")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 10, 31, 1, tzinfo=UTC))


@pytest.fixture
def trust(tmp_path: Path, clock: FixedClock, furnish: Furnish) -> Iterator[Trust]:
    storage = Storage.open(load_settings(furnish(tmp_path)))
    storage.clock = clock
    opened = Trust.open(storage, tmp_path, clock)
    opened.organisations.make("zhengwu", "政数局", "Data bureau")
    for name, role in (("lin", "steward"), ("he", "steward"), ("mo", "steward"), ("su", "security")):
        opened.accounts.make_account(name, name, name, roles=(role,), organisation="zhengwu")
    yield opened
    opened.close()
    storage.close()
