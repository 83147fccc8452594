"""Splink as the one that learns the model; everything around it stays the hub's own."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import Unavailable, WrongUse
from lingnan.govern import LinkReport
from tests.govern.linking.conftest import register, write

Run = Callable[..., tuple[LinkReport, list[dict[str, Any]]]]


@pytest.mark.skipif(importlib.util.find_spec("splink") is None, reason="needs the extra linkage (splink)")
def test_splink_learns_a_model_as_good(run: Run, tmp_path: Path) -> None:
    report, _links = run(write(tmp_path / "register.csv", register(400, 0.5)), engine="splink")
    assert report.engine == "splink"
    assert report.quality is not None
    assert report.quality.f1 >= 0.97


def test_without_the_package_the_error_says_what_to_do(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "splink", None)
    with pytest.raises(Unavailable, match="linkage"):
        run(write(tmp_path / "register.csv", register(120, 0.5)), engine="splink")


def test_an_unknown_engine_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        run(write(tmp_path / "register.csv", register(50, 0.5)), engine="none")
