"""Whoever changes a column is told of boards that draw it, queries that people ask of it, and files in which its rows are handed over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub, impact_of
from tests.packkit.whole import whole_pack

TABLE = "demo_pack.county_enterprises"


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    home = new_home("uses")
    whole_pack(home / "packs", home)
    with Hub.open(load_settings(home)) as hub:
        yield hub


def told(hub: Hub, column: str, kind: str) -> set[tuple[str, str]]:
    return {(use.column, use.href) for use in impact_of(hub, column).uses if use.kind == kind}


def test_a_query_and_a_board_of_a_pack_are_uses_of_the_columns_that_they_name(hub: Hub) -> None:
    assert told(hub, f"{TABLE}.watched", "query") == {(f"{TABLE}.watched", "/packs/demo_pack/queries/by_county")}
    boards = told(hub, f"{TABLE}.enterprises", "board")
    assert boards
    assert all(href.startswith("/boards/demo_pack.") for _column, href in boards)


def test_what_no_board_reads_is_no_use_of_one(hub: Hub) -> None:
    drawn = {column for board in hub_columns(hub) for column in board}
    unread = {f"{TABLE}.{name}" for name in ("county", "enterprises", "watched")} - drawn
    assert {column for column in unread if told(hub, column, "board")} == set()


def test_the_hubs_own_boards_are_uses_of_figures(hub: Hub) -> None:
    found = told(hub, "insight.department_figures.accepted", "board")
    assert found
    assert all(href.startswith("/boards/") for _column, href in found)


def hub_columns(hub: Hub) -> list[set[str]]:
    from lingnan.hub.boards import hub_boards

    bound_boards = hub_boards(hub, hub.clock.now().date()).values()
    return [{f"{table}.{name}" for table, names in bound.board.reads().items() for name in names} for bound in bound_boards]
