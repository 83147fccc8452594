"""Profiles the hub's tables: once a version at night, at once when somebody asks; what is kept holds no value of a personal column."""

from typing import TYPE_CHECKING, Any

from lingnan.base import Missing
from lingnan.govern import Promised, TableProfile, profile
from lingnan.lake import View
from lingnan.registers import register_definitions

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

STEP = "govern:profile"


def profile_tables(hub: "Hub", resource: str = "") -> int:
    """Profile every governed table and register that has a new version since, or that of one resource; gives how many were profiled."""
    tables = [*(feed.target for feed in hub.feeds), *(each.table for each in register_definitions())]
    wanted = [table for table in dict.fromkeys(tables) if hub.lake.exists(table) and _is_new(hub, table)]
    return sum(bool(keep_profile(hub, table)) for table in wanted if not resource or _is_of(hub, table, resource))


def keep_profile(hub: "Hub", table: str, engine: str = "") -> TableProfile:
    """Profile a table as it stands now and keep that with its resource; Missing for a table that no resource tells of."""
    if not hub.lake.exists(table) or _kept(hub, table) is None:
        raise Missing(f"没有表“{table}”，或没有资源说明它。", f"There is no table “{table}”, or no resource tells of it.", table=table)
    version = hub.lake.version(table)
    found = profile_table(hub, table, hub.trust.views_for_step(STEP, {table: version})[table], engine)
    value = {**found.payload(), "contract": found.contract}
    hub.catalogue.observe(table, "profile", value, found.at, {"table": table, "version": version})
    return found


def profile_table(hub: "Hub", table: str, view: View, engine: str = "") -> TableProfile:
    """The profile of a table in that view, drawn by the engine of that name; compared with the kept one where the view shows all of the table."""
    names = {name for name in hub.lake.schema(table, view.version).names if not name.startswith("_")} if hub.lake.exists(table) else set()
    whole = not view.masks and view.row_filter is None and (view.columns is None or names <= set(view.columns))
    known, kept = hub.classify(table), _kept(hub, table) if whole else None
    promised = Promised(
        _titles(hub, table), {each.name: each.classification for each in known.columns} if known else {}, kept.get("value") if kept else None,
    )
    return profile(table, engine=hub.engine_at(engine), views={table: view}, at=hub.clock.now(), promised=promised)


def _kept(hub: "Hub", table: str) -> dict[str, Any] | None:
    """The kept profile with its evidence, empty while there is none; None for a table that no resource tells of."""
    try:
        found = hub.catalogue.latest(table).get("profile")
    except Missing:
        return None
    return {"value": found.value, "evidence": found.evidence} if found else {}


def _is_new(hub: "Hub", table: str) -> bool:
    kept = _kept(hub, table)
    return kept is not None and kept.get("evidence", {}).get("version") != hub.lake.version(table)


def _is_of(hub: "Hub", table: str, resource: str) -> bool:
    return resource in (table, hub.catalogue.resource(table).key)


def _titles(hub: "Hub", table: str) -> dict[str, str]:
    feed = next((each for each in hub.feeds if each.target == table), None)
    return {each.name: each.zh for each in feed.contract.properties if each.zh} if feed else {}
