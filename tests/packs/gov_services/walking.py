"""What both walks share: the people, what they write, and where they find it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.web import create_app

FLOW, DESK = "/cases/new/gov_services-apply", "/forms/zhengwu.desk_case"
ITEMS = ("44000203", "44000102")
APPLICATION = {"item_code": "，".join(ITEMS), "request": "迁移户口并参加居民养老保险", "phone": "13800000000"}
OFFICIALS = {"walk.desk": "steward", "walk.leader": "analyst"}


@dataclass
class Walk:
    """A hub whose tables stand, its site, and a session for everybody."""

    hub: Hub
    app: Any
    sessions: dict[str, str]

    def build(self) -> None:
        """Make the pack's tables anew, as a night does."""
        assert self.hub.build(only=["pack:gov_services"]).state == "done"

    def cases(self) -> int:
        """How many cases the whole table of rates counts."""
        views = self.hub.trust.views_for_step("test", {"gov_services.service_rate": None})
        return int(self.hub.engine.query("select sum(cases) as cases from gov_services.service_rate", views).to_pylist()[0]["cases"])


def recorded(number: str) -> dict[str, str]:
    """What the desk writes down of an application: its own part once, then a row for each item."""
    whole = {"application_no": number, "applicant_kind": "natural", "applicant_number": "440101199003070018", "division": "440104", "channel": "2",
             "accepted_at": "2026-10-30T09:00"}
    told = {f"form.0.{name}": value for name, value in whole.items()}
    for row, item in enumerate(ITEMS):
        own = {"case_no": f"{number}-{row + 1}", "item_code": item, "due_on": "2026-11-20", "finished_at": "2026-10-31T09:00", "outcome": "01"}
        told |= {f"form.{row}.{name}": value for name, value in own.items()}
    return told


@contextmanager
def walk(home: Any) -> Iterator[Walk]:
    """A citizen, the desk and a leader with their sessions, on a hub that was built."""
    with Hub.open(load_settings(home)) as hub:
        accounts = hub.trust.accounts
        if not any(unit.key == "zhengwu" for unit in hub.trust.organisations.listing()):
            accounts.make_organisation("zhengwu", "政务服务数据管理局", "Data Administration")
        for name, role in OFFICIALS.items():
            accounts.make_account(name, name, name, roles=(role,), organisation="zhengwu")
        accounts.make_account("walk.citizen", "市民", "Citizen", kind="citizen")
        held = {name: hub.trust.sessions.open(accounts.account(name).id, 2, method="password+totp").token for name in (*OFFICIALS, "walk.citizen")}
        yield Walk(hub, create_app(HubPages(hub), hub.settings), held)
