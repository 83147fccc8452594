"""The ground of the access tests, made once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.access.ground import Ground, open_ground

LIST = Path(__file__).with_name("access.yaml")


@pytest.fixture(scope="session")
def access() -> dict[str, Any]:
    """What `access.yaml` says."""
    listed: dict[str, Any] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return listed


@pytest.fixture(scope="session")
def ground(new_home: Callable[[str], Path]) -> Iterator[Ground]:
    """Two organisations, their people and their objects."""
    made = open_ground(new_home("access"))
    with made.hub, made.client:
        yield made
