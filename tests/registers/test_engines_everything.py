"""Every register, theme and figure of the made departments on both engines: the long form, collected by `make test-long` alone."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lingnan.base import SilentProgress, load_settings
from lingnan.hub import Hub, prepare_demo
from lingnan.insight import FIGURE_TABLES, build_figures, figure_inputs
from lingnan.lake import CommitFacts, Engine, Lake, View
from lingnan.registers import (
    ADDRESS_LIBRARY,
    PLACES,
    SERIES,
    build_address_library,
    build_divisions,
    build_register,
    build_series,
    build_theme,
    register_definitions,
    register_inputs,
    theme_definitions,
)

from .bureau import Bureau
from .on_both import differences_of

pytestmark = [pytest.mark.spark, pytest.mark.timeout(3600)]
FACTS = CommitFacts(job="test")
Verb = Callable[[Lake, Engine, Mapping[str, View]], object]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub of the made departments, built by the embedded engine."""
    folder = tmp_path_factory.mktemp("engines") / "home"
    prepare_demo(folder, 0.02, 44, SilentProgress())
    with Hub.open(load_settings(folder)) as hub:
        hub.build()
    return folder


def everything(feeds: list[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], Verb]]:
    """By name: the tables read, the tables made, and the verb that makes them."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...], Verb]] = {
        "address library": (
            ADDRESS_LIBRARY.inputs, ADDRESS_LIBRARY.outputs, lambda lake, engine, views: build_address_library(lake, engine, views, FACTS),
        ),
        "places": (PLACES.inputs, PLACES.outputs, lambda lake, engine, views: build_divisions(lake, engine, views, FACTS)),
        "series": (SERIES.inputs, SERIES.outputs, lambda lake, engine, views: build_series(lake, engine, views, FACTS)),
        "figures": (figure_inputs(feeds), FIGURE_TABLES, lambda lake, engine, views: build_figures(lake, engine, views, FACTS, feeds)),
    }
    for each in register_definitions():
        found[each.register_] = (
            register_inputs(each), each.outputs, lambda lake, engine, views, each=each: build_register(each, lake, engine, views, FACTS),
        )
    for theme in theme_definitions():
        found[theme.table] = (
            theme.reads, (theme.table,), lambda lake, engine, views, theme=theme: build_theme(theme, lake, engine, views, FACTS),
        )
    return found


def test_every_register_theme_and_figure(home: Path, spark_local: str, tmp_path: Path) -> None:
    shutil.copytree(home / "lake", tmp_path / "embedded")
    shutil.copytree(home / "lake", tmp_path / "cluster")
    embedded, cluster = Bureau(tmp_path / "embedded"), Bureau(tmp_path / "cluster")
    spark = cluster.lake.engine(spark_local, threads=2, memory="1GB")
    feeds = sorted(table.split(".")[1].replace("_", ".", 1) for table in embedded.lake.tables() if table.startswith("checks."))
    apart: dict[str, list[str]] = {}
    for name, (read, made, verb) in everything(feeds).items():
        for bureau, engine in ((embedded, embedded.engine), (cluster, spark)):
            verb(bureau.lake, engine, bureau.views(*read))
        apart[name] = differences_of(embedded, cluster, made)
    assert not {name: told for name, told in apart.items() if told}
