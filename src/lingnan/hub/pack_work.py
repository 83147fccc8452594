"""What packs bring to casework: flows that are sound, their time limits, how their alerts are handled."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingnan.casework import AlertRule, DeadlineRule, DeadlineRules, Flow, Flows

if TYPE_CHECKING:
    from lingnan.packkit import Pack

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PackWork:
    """Flows, time limits and alert rules of packs."""

    flows: tuple[Flow, ...] = ()
    limits: tuple[DeadlineRule, ...] = ()
    rules: tuple[AlertRule, ...] = ()

    @classmethod
    def of(cls, packs: "Iterable[Pack]") -> "PackWork":
        """Of these packs; a flow that cannot be walked is left out and told in the log, as `pack check` tells it."""
        from lingnan.hub.pack_alerts import alert_rules
        from lingnan.packkit.parts.flows import limits

        known = list(packs)
        days = tuple(limit for pack in known for limit in limits(pack.id, pack.parameters))
        rules = DeadlineRules((*DeadlineRules.read().rules, *days))
        flows = []
        for pack in known:
            for name, flow in pack.parts["flows"].items():
                if flow.id != f"{pack.id}-{name}" or Flows.faults_of(flow, rules):
                    logger.warning("The flow %s of pack %s is left out: run lingnan pack check %s", name, pack.id, pack.id)
                else:
                    flows.append(flow)
        return cls(tuple(flows), days, tuple(alert_rules(known)))
