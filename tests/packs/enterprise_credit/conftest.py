"""The pack and an engine to try it on."""

import os
from collections.abc import Iterator

import pytest

from lingnan.lake import Engine
from lingnan.packkit import Pack, bench, named
from tests.hub.conftest import built, changeable, ground

__all__ = ["built", "changeable", "ground"]
collect_ignore = [] if os.environ.get("LINGNAN_LONG") else ["test_credit_engines.py"]


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The pack as it ships."""
    found = named("enterprise_credit").pack
    assert found is not None
    return found


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine over no tables."""
    with bench() as opened:
        yield opened
