"""What every test of the pack stands on: the pack as it ships, read once, and an engine over nothing."""

from collections.abc import Iterator

import pytest

from lingnan.lake import Engine
from lingnan.packkit import Pack, Place, bench, read_pack
from lingnan.packkit.places import wheel_folder


@pytest.fixture(scope="session")
def environment() -> Pack:
    """The pack as it ships."""
    reading = read_pack(Place(wheel_folder() / "environment", "wheel"))
    assert reading.pack is not None
    assert not reading.faults
    return reading.pack


@pytest.fixture(scope="session")
def desk() -> Iterator[Engine]:
    """An engine over nothing."""
    with bench() as opened:
        yield opened
