"""The pages over made answers: in-process for words and headers, on a port with a real Chromium for layout."""

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.base import Settings
from lingnan.web import create_app
from tests.served import served


def _load(name: str) -> ModuleType:
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def fake() -> Any:
    """The class of made answers."""
    return [_load(name) for name in ("fake_facts", "fake_sheets", "fake_pages")][-1].FakePages


@pytest.fixture
def client(fake: Any, tmp_path: Path) -> TestClient:
    return TestClient(create_app(fake(), Settings(home=tmp_path)), follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture
def bare(fake: Any, tmp_path: Path) -> TestClient:
    return TestClient(create_app(fake(bare=True), Settings(home=tmp_path)), follow_redirects=False)


@pytest.fixture(scope="module")
def site(fake: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running site."""
    with served(create_app(fake(), Settings(home=tmp_path_factory.mktemp("home")))) as address:
        yield address
