"""Live sources of a build: the made province's own are registered with it, and a place that nobody approved is not even knocked at."""

import socket
from pathlib import Path

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub
from lingnan.hub.places import register_made
from tests.back_ends import Furnish
from tests.pension import FEED, describe


def described(home: Path, location: str, origin: str) -> Path:
    """A home whose one feed reads a database."""
    folder = describe(home) / "sources" / "minzheng"
    text = FEED.replace("connector: csv", "connector: postgres").replace("location: pensions.csv", f"location: {location}")
    (folder / "pension.yaml").write_text(text.replace("origin: made", f"origin: {origin}\nlicence: 内部使用"), encoding="utf-8")
    return home


def state(hub: Hub) -> str:
    """What the collecting step says of its source before it runs."""
    [step] = [step for step in hub.steps() if step.name == "collect:minzheng.pension"]
    assert step.fingerprint is not None
    return str(step.fingerprint())


@pytest.mark.parametrize(("origin", "registered"), [("made", True), ("real", False)])
def test_only_databases_of_made_departments_on_this_machine_register_themselves(
    tmp_path: Path, furnish: Furnish, origin: str, registered: bool
) -> None:
    home = described(furnish(tmp_path / "hub"), "postgresql://reader:geheim@127.0.0.1:5432/minzheng", origin)
    with Hub.open(load_settings(home)) as hub:
        register_made(hub.sources, hub.feeds)
        assert hub.callable_places() == ({"127.0.0.1:5432"} if registered else set())


def test_an_unapproved_database_is_not_knocked_at_and_asked_again_once_it_is(tmp_path: Path, furnish: Furnish) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"127.0.0.1:{server.getsockname()[1]}"
        home = described(furnish(tmp_path / "hub"), f"postgresql://{place}/minzheng", "real")
        with Hub.open(load_settings(home)) as hub:
            before = state(hub)
            assert state(hub) == before
            server.settimeout(0.1)
            with pytest.raises(TimeoutError):
                server.accept()
            hub.sources.register(place, "collect", "民政厅")
            assert state(hub) != before
            server.accept()[0].close()
