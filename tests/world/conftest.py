"""One small made province for all tests of the room, and readers of what its departments hand over."""

from pathlib import Path

import pytest

from lingnan.base import SilentProgress
from lingnan.world import WorldSummary, make_world

SCALE, SEED = 0.1, 20_261_031


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WorldSummary]:
    home = tmp_path_factory.mktemp("province")
    return home, make_world(home, SCALE, SEED, SilentProgress())
