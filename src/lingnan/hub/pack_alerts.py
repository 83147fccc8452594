"""Alerts of packs: their conditions are looked at when a build made their table anew, and what meets one is raised once for that version."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lingnan.base import CHINA, content_digest
from lingnan.casework import AlertRule
from lingnan.casework.alert_rules import shown_value
from lingnan.hub.boards import pack_words, value_words
from lingnan.insight import WatchedCondition, Words, alerts_met
from lingnan.jobs import Announced, StepRun
from lingnan.packkit import Pack, bound_values, lay_parameters
from lingnan.packkit.parts.alerts import GRAVEST_FIRST, LEVEL, Concerned, PackAlert

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

EVENT = "packs.condition_met"
"""What the rules of packs would wait for; their alerts are raised by name, so nothing of that name is announced."""
EVENT_ID = 60


def alert_rules(packs: Iterable[Pack]) -> list[AlertRule]:
    """How casework handles the alerts of packs: for whom, how long repeats are counted, to whom then."""
    return [_rule(pack, alert) for pack in packs for alert in pack.parts["alerts"].values()]


def _rule(pack: Pack, alert: PackAlert) -> AlertRule:
    told = alert.file
    mildest = next(level for level in reversed(GRAVEST_FIRST) if level in told.when)
    return AlertRule.model_validate({
        "rule": pack.table(alert.name), "title": {"zh": told.title.zh, "en": told.title.en}, "event": EVENT, "level": mildest,
        "key": ABSENT_KEY, "zh": told.title.zh, "en": told.title.en,
        "audience": _plain(told.audience), "escalate": [_plain(each) for each in told.escalate], "case": told.case,
        "handler": pack.manifest.owners[0],
        "cool_down_minutes": told.cool_down_minutes, "category": told.category, "urgency": told.urgency, "certainty": told.certainty,
        "area": told.area or "",
    })


def fact_words(packs: Iterable[Pack], rule: str, column: str, value: Any) -> tuple[Words, Words] | None:
    """What a fact of a pack's alert is called and what its value means; None for what no pack in use raised."""
    for pack in packs:
        for alert in pack.parts["alerts"].values():
            contract = pack.contracts.get(pack.table(alert.file.table))
            found = contract.named(column) if contract else None
            if pack.table(alert.name) == rule and contract and found:
                told = _called(pack, alert, column, value) or Words(zh=shown_value(value))
                return Words(zh=found.zh, en=found.en), told
    return None


def _called(pack: Pack, alert: PackAlert, column: str, value: Any) -> Words | None:
    """What a value that an alert shows is called, by the list its file names for the column, else by the contract."""
    codes = alert.file.codes.get(column)
    if codes and isinstance(value, str):
        return pack_words(pack, codes, value)
    return value_words(pack, pack.contracts[pack.table(alert.file.table)], column, value)


ABSENT_KEY = "-"


def _plain(concerned: Concerned) -> dict[str, list[str]]:
    """Those whom no row names."""
    return {"roles": list(concerned.roles), "organisations": [unit for unit in concerned.organisations if "{" not in unit]}


class PackAlerts:
    """Looks at the conditions of one hub's packs."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    def follow(self, event: Announced) -> None:
        """Raise what the tables that a build made anew give reason to; the same build again changes nothing."""
        watched = [(pack, alert) for pack in self._hub.packs for alert in pack.parts["alerts"].values()]
        made = self._made(str(event.payload["build"])) if watched else {}
        for pack, alert in watched:
            if (version := made.get(pack.table(alert.file.table))) is not None:
                self.look(pack, alert, version)

    def look(self, pack: Pack, alert: PackAlert, version: int) -> int:
        """Raise the alerts of one condition over one version of its table; gives how many rows met it."""
        hub, table = self._hub, pack.table(alert.file.table)
        as_of = hub.clock.now().astimezone(CHINA).date()
        with hub.engine.session(hub.trust.views_for_step(f"alert:{pack.table(alert.name)}", {table: version})) as session:
            placed = lay_parameters(session, pack, [alert.statement])
            session.execute(f"create temp view {alert.file.table} as select * from {table}")
            condition = WatchedCondition(
                pack.table(alert.name), alert.statement.placed(placed), LEVEL, alert.file.key, alert.file.message.zh, alert.file.message.en,
                alert.file.audience.roles, alert.file.audience.organisations, bound_values(pack, alert.statement.bound, as_of),
                f"/packs/{pack.id}", alert.file.most, partial(_called, pack, alert),
            )
            met = alerts_met(session, condition)
        for raised in met:
            hub.office.alerts.raise_alert(raised, content_digest(raised.rule, raised.key, raised.level, str(version))[:EVENT_ID])
        return len(met)

    def _made(self, build: str) -> dict[str, int]:
        """The tables of packs that a build made, with their versions."""
        done = select(StepRun.outputs).where(StepRun.build_id == build, StepRun.state == "done", StepRun.step.startswith("pack:", autoescape=True))
        with self._hub.storage.reading() as session:
            return {table: version for outputs in session.scalars(done) for table, version in outputs.items()}
