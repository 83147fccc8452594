"""A made province at scale 0.02, its live departments, and a hub built from it once for all tests."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lingnan.base import SilentProgress, load_settings
from lingnan.hub import Hub, prepare_demo
from tests.shared import made_once, run_folder, running

CLOCK = "2026-11-01T08:00:00+08:00"
SCALE, SEED = 0.02, 44


@dataclass(frozen=True)
class Ground:
    """A home with a province and nothing built yet; copies of it are built by tests."""

    home: Path

    def copy(self, target: Path) -> Path:
        """The same ground in another home."""
        return Path(shutil.copytree(self.home, target, dirs_exist_ok=True))


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The province, while its departments' live interfaces answer: one for all workers of a run."""
    shared = run_folder(tmp_path_factory)
    home = made_once(shared / "ground", _lay_ground)
    told = json.loads((home / "world" / "demo.json").read_text())
    command = [sys.executable, "-m", "lingnan.cli.departments", str(home / "world" / "handover"), str(told["api_port"]), told["api_place"]]
    with running(shared / "departments", command):
        yield Ground(home)


def _lay_ground(home: Path) -> None:
    # In the home, not the environment: what other tests of this worker start must not inherit a clock of the past.
    (home / "settings.env").write_text(f"LINGNAN_CLOCK={CLOCK}\n", encoding="utf-8")
    prepare_demo(home, SCALE, SEED, SilentProgress())


@pytest.fixture(scope="session")
def built(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub built from the ground, for tests that only look: each worker has a copy."""

    def build(home: Path) -> None:
        with Hub.open(load_settings(ground.copy(home))) as hub:
            assert hub.build().state == "done"

    home = made_once(run_folder(tmp_path_factory) / "built", build)
    with Hub.open(load_settings(shutil.copytree(home, tmp_path_factory.mktemp("built") / "home"))) as hub:
        yield hub


@pytest.fixture
def changeable(built: Hub, tmp_path: Path) -> Iterator[Hub]:
    """A copy of the built hub, for tests that change it."""
    home = shutil.copytree(built.home, tmp_path / "home", ignore=shutil.ignore_patterns("*-shm"))
    with Hub.open(load_settings(home)) as opened:
        yield opened


@pytest.fixture
def hub(ground: Ground, tmp_path: Path) -> Iterator[Hub]:
    """A hub of the test's own, nothing built yet."""
    with Hub.open(load_settings(ground.copy(tmp_path / "home"))) as opened:
        yield opened
