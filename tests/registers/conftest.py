"""A bureau with empty tables."""

from pathlib import Path

import pytest

from .bureau import Bureau


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau(tmp_path / "lake")
