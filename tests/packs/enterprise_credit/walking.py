"""What the walks share: two enterprises with a penalty each, the credit office, a leader, and where they find their things."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.trust import SYSTEM
from lingnan.web import create_app

PACK, FIGURE = "/packs/enterprise_credit", "/api/v1/boards/enterprise_credit.monitor/shown"
REPAIR = {"corrected_on": "2026-09-01", "corrected": "已停止违法行为，罚没款已缴清"}
OBJECTION = {"claim": "处罚决定已被撤销，公示有误"}
OFFICE = {"walk.clerk": "steward", "walk.chief": "reviewer"}
PENALTIES = """
    select r.uscc, r.document_no, r.standing from enterprise_credit.repair_window as r
    join enterprise_credit.notice as n on n.fact = r.fact
    where r.standing = 'repairable' and not r.disputed order by r.severity desc, r.uscc, r.document_no
"""


@dataclass
class Walk:
    """A hub whose tables stand, its site, a session for everybody, and the penalties of the two enterprises: code and number of each."""

    hub: Hub
    app: Any
    sessions: dict[str, str]
    repaired: tuple[str, str]
    objected: tuple[str, str]

    @property
    def listed(self) -> str:
        """An enterprise to which sanctions alone apply, because of a list."""
        sql = "select m.uscc from enterprise_credit.measure_now as m group by m.uscc having bool_and(m.effect = 'sanction') order by m.uscc limit 1"
        return str(self.rows(sql)[0]["uscc"])

    def build(self) -> None:
        """Make the pack's tables anew, as a night does."""
        assert self.hub.build(only=["pack:enterprise_credit"]).state == "done"

    def rows(self, sql: str, **asked: Any) -> list[dict[str, Any]]:
        """What the pack's tables hold, for the test to compare."""
        names = ("notice", "repair_window", "measure_now")
        views = self.hub.trust.views_for_step("test", {f"enterprise_credit.{name}": None for name in names})
        return self.hub.engine.query(sql, views, asked or None).to_pylist()

    def shown(self, penalty: tuple[str, str]) -> list[bool]:
        """Whether a penalty is shown, and then whether as disputed."""
        sql = "select n.disputed from enterprise_credit.notice as n where n.uscc = $uscc and n.document_no = $number"
        return [row["disputed"] for row in self.rows(sql, uscc=penalty[0], number=penalty[1])]


@contextmanager
def walk(home: Any) -> Iterator[Walk]:
    """Agents of two enterprises, a clerk and a chief of the credit office, and a leader, on a hub that was built."""
    with Hub.open(load_settings(home)) as hub:
        accounts, day = hub.trust.accounts, date(2020, 1, 1)
        if not any(unit.key == "fagai" for unit in hub.trust.organisations.listing()):
            accounts.make_organisation("fagai", "发展改革委", "Development and Reform Commission")
        people = {name: accounts.make_account(name, name, name, roles=(role,), organisation="fagai") for name, role in OFFICE.items()}
        people["walk.leader"] = accounts.make_account("walk.leader", "领导", "Leader", roles=("analyst",))
        made = Walk(hub, None, {}, ("", ""), ("", ""))
        found = made.rows(PENALTIES)
        made.repaired = (found[0]["uscc"], found[0]["document_no"])
        made.objected = next((row["uscc"], row["document_no"]) for row in found if row["uscc"] != made.repaired[0])
        for name, (uscc, _number) in (("walk.firm", made.repaired), ("walk.other", made.objected)):
            people[name] = accounts.make_account(name, "代办人", "Agent", kind="citizen")
            hub.trust.agency.grant(
                case=name, credit_code=uscc, account=people[name], document_digest="sha256:" + "0" * 64, matters=["*"], valid_from=day,
                valid_to=day.replace(year=2120), confirmed_by=SYSTEM,
            )
        made.sessions = {name: hub.trust.sessions.open(account, 2, method="password+totp").token for name, account in people.items()}
        hub.trust.agency.act_for(hub.trust.subject_of(made.sessions["walk.firm"]), made.repaired[0])
        hub.trust.agency.act_for(hub.trust.subject_of(made.sessions["walk.other"]), made.objected[0])
        made.app = create_app(HubPages(hub), hub.settings)
        yield made
