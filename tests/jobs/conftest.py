import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from lingnan.base import FixedClock, Settings
from lingnan.jobs import Resources, StepResult
from lingnan.storage import Storage

TOY = Path(__file__).parent / "toy.py"


@pytest.fixture(scope="session")
def toy():
    spec = importlib.util.spec_from_file_location("toy", TOY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeLake:
    """Versions of tables without data, for tests of order and skipping."""

    def __init__(self):
        self.versions = {}

    def exists(self, table):
        return table in self.versions

    def newest(self, table):
        return self.versions.get(table)

    def version(self, table):
        return self.versions[table]

    def rows(self, table):
        return 1

    def write(self, table):
        self.versions[table] = self.versions.get(table, -1) + 1


@pytest.fixture
def fake_lake():
    return FakeLake()


@pytest.fixture
def storage(tmp_path, furnish):
    opened = Storage.open(Settings(home=furnish(tmp_path / "hub"), clock=datetime(2026, 10, 31, tzinfo=UTC)))
    yield opened
    opened.close()


@pytest.fixture
def resources(storage, fake_lake):
    settings = Settings(home=Path("unused"))
    return Resources(fake_lake, None, storage, settings, FixedClock(datetime(2026, 10, 31, tzinfo=UTC)), lambda step, tables: {})


@pytest.fixture
def writes():
    """A run function that writes its step's outputs and notes that it ran."""
    ran = []

    def run(ctx):
        ran.append(ctx.step.name)
        for table in ctx.step.outputs:
            ctx.lake.write(table)
        return StepResult(dict.fromkeys(ctx.step.outputs, 1))

    return SimpleNamespace(run=run, ran=ran)
