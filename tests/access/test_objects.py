"""Objects of one organisation are not there for another: 404 on every address, the same from every verb, and no list or export names them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lingnan.base import LingnanError, Missing, Refused
from lingnan.casework import CaseQuery
from lingnan.hub import HubPages
from lingnan.trust import AssessmentForm, GrantForm, Purpose, Subject
from lingnan.web.answers import status_of
from tests.access.ground import CANARY, NEIGHBOURS, TABLE, Ground
from tests.access.test_routes import answered, request

SINCE, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Verb = Callable[[Ground, Subject], Any]
ASSESSMENT = AssessmentForm("x", TABLE, ("person",), "verification", "x")


def _grant_form(at: Ground) -> GrantForm:
    return GrantForm(TABLE, {"amount": "clear"}, Purpose("verification", "x", "x"), SINCE, UNTIL, account=at.accounts["analyst_b"])


VERBS: dict[str, Verb] = {
    "case: read": lambda at, who: at.hub.office.casework.cases.sheet(at.objects["case"], who),
    "case: read by id": lambda at, who: at.hub.office.casework.cases.sheet(at.objects["case_id"], who),
    "case: move": lambda at, who: at.hub.office.casework.cases.act(at.objects["case"], "accept", who, {}),
    "case: withdraw": lambda at, who: at.hub.office.casework.cases.act(at.objects["case"], "withdraw", who, {}),
    "case: remark": lambda at, who: at.hub.office.casework.cases.comment(at.objects["case"], who, "x"),
    "case: interest": lambda at, who: at.hub.office.casework.cases.declare_interest(at.objects["case"], who, "x"),
    "case: claim": lambda at, who: at.hub.office.casework.inbox.claim(at.objects["case"], who),
    "case: release": lambda at, who: at.hub.office.casework.inbox.release(at.objects["case"], who),
    "attachment: list": lambda at, who: at.hub.office.attachments.listing(who, ("case", at.objects["case_id"])),
    "attachment: download": lambda at, who: at.hub.office.attachments.open(who, at.objects["attachment"]),
    "attachment: remove": lambda at, who: at.hub.office.attachments.remove(who, at.objects["attachment"], "x"),
    "attachment: add": lambda at, who: at.hub.office.attachments.store(who, ("case", at.objects["case_id"]), "a.csv", iter([b"a,b\n"])),
    "alert: read": lambda at, who: at.hub.office.alerts.alert(who, at.objects["alert"]),
    "alert: acknowledge": lambda at, who: at.hub.office.alerts.acknowledge(who, at.objects["alert"]),
    "alert: resolve": lambda at, who: at.hub.office.alerts.resolve(who, at.objects["alert"]),
    "session: end": lambda at, who: at.hub.trust.sessions.end_one(who.account, at.objects["session"]),
    "token: end": lambda at, who: at.hub.trust.tokens.revoke(at.objects["token"], who),
    "passkey: end": lambda at, who: at.hub.trust.passkeys.revoke(at.objects["passkey"], who),
    "grant: approve": lambda at, who: at.hub.trust.grants.approve(at.objects["grant"], who),
    "grant: revoke": lambda at, who: at.hub.trust.grants.revoke(at.objects["grant_given"], who, "x"),
    "grant: propose": lambda at, who: at.hub.trust.grants.propose(_grant_form(at), who),
    "assessment: write": lambda at, who: at.hub.trust.assessments.write(ASSESSMENT, who),
    "assessment: take over": lambda at, who: at.hub.trust.assessments.write(replace(ASSESSMENT, table="x.y"), who, at.objects["assessment"]),
    "assessment: conclude": lambda at, who: at.hub.trust.assessments.conclude(at.objects["assessment"], "favourable", who),
    "authority: act for": lambda at, who: at.hub.trust.agency.act_for(who, at.objects["credit_code"]),
}
LISTS: dict[str, Verb] = {
    "cases": lambda at, who: at.hub.office.casework.inbox.of(who, CaseQuery(scope="visible", limit=200)),
    "cases waiting": lambda at, who: at.hub.office.casework.inbox.of(who),
    "alerts": lambda at, who: at.hub.office.alerts.alerts(who),
    "alert counts": lambda at, who: at.hub.office.alerts.counts(who),
    "alert figures": lambda at, who: at.hub.office.alerts.statistics(who, SINCE, UNTIL),
    "notices": lambda at, who: at.hub.office.notices.inbox(who),
    "tokens": lambda at, who: at.hub.trust.tokens.of(who.account),
    "sessions": lambda at, who: at.hub.trust.sessions.listing(who.account),
    "passkeys": lambda at, who: at.hub.trust.passkeys.of(who.account),
    "authorities": lambda at, who: at.hub.trust.agency.authorities(who.account),
    "grants": lambda at, who: HubPages(at.hub).security.grants.page("", who),
    "assessments": lambda at, who: HubPages(at.hub).security.grants.assessments(who),
    "code lists": lambda at, who: HubPages(at.hub).code_lists.form("", who).choices,
    "standards": lambda at, who: HubPages(at.hub).projects.listing("", who),
    "standards under way": lambda at, who: HubPages(at.hub).under_way.listing(False, who),
    "tables to grant": lambda at, who: CANARY if TABLE in dict(HubPages(at.hub).security.grants.choices(TABLE, who).tables) else "",
}


@pytest.mark.parametrize("who", NEIGHBOURS)
def test_an_address_of_anothers_object_is_not_there(ground: Ground, access: dict[str, Any], who: str) -> None:
    """404; or turned away before anything is looked for, which shows by the same answer for an object that nobody has."""
    wrong = []
    for line in access["routes"]:
        if line.get("object") and line["route"] in ground.routes:
            answer, nobodys = request(ground, line, who), request(ground, line, who, nobodys=True)
            if answer.status_code != nobodys.status_code or answer.status_code not in (303, 401, 403, 404) or CANARY in answer.text:
                wrong.append(f"{line['route']}: {answer.status_code}, for an object that nobody has {nobodys.status_code}")
            if answer.status_code == 403 and who not in ("enterprise_b", "token_b", *line.get("turned_away", ())):
                wrong.append(f"{line['route']}: 403")
    assert not wrong, f"as {who}: " + "; ".join(wrong)


@pytest.mark.parametrize("who", NEIGHBOURS)
def test_no_page_list_or_export_names_anothers_object(ground: Ground, access: dict[str, Any], who: str) -> None:
    lines = [line for line in access["routes"] if line["route"] in ground.routes and who not in line.get("shown_to", ())]
    lines = [line for line in lines if line["route"].startswith("GET ")]
    assert [line["route"] for line in lines if CANARY in answered(ground, line, who).text] == []


@pytest.mark.parametrize("who", [name for name in NEIGHBOURS if name != "token_b"])
def test_a_verb_on_anothers_object_finds_nothing(ground: Ground, who: str) -> None:
    subject, wrong = ground.subject(who), []
    for name, verb in VERBS.items():
        try:
            verb(ground, subject)
            wrong.append(f"{name}: done")
        except LingnanError as error:
            # Policy may say no to the kind of act as such, whatever the object; an object that is looked for is not there.
            if status_of(error) not in (404, 403) or CANARY in f"{error.zh}{error.en}{error.facts}":
                wrong.append(f"{name}: {status_of(error)} {error.en}")
    assert not wrong, f"as {who}: " + "; ".join(wrong)


@pytest.mark.parametrize("name", [name for name in VERBS if name.split(":")[0] in ("case", "attachment", "alert", "session", "token", "passkey")])
def test_for_a_steward_of_the_other_city_it_is_missing_and_not_refused(ground: Ground, name: str) -> None:
    with pytest.raises(Missing):
        VERBS[name](ground, ground.subject("steward_b"))


@pytest.mark.parametrize("who", [name for name in NEIGHBOURS if name != "token_b"])
def test_no_list_of_a_verb_names_anothers_object(ground: Ground, who: str) -> None:
    subject = ground.subject(who)
    for name, verb in LISTS.items():
        try:
            shown = repr(verb(ground, subject))
        except Refused:
            continue
        assert CANARY not in shown, name


def test_those_whose_objects_they_are_do_see_them(ground: Ground) -> None:
    """Else the tests above would pass on an empty hub."""
    steward, citizen = ground.subject("steward"), ground.subject("citizen")
    ground.hub.trust.sessions.open(ground.accounts["steward"], 2, method="password", device=CANARY)
    assert CANARY in repr(VERBS["case: read"](ground, citizen))
    assert CANARY in repr(VERBS["attachment: list"](ground, steward))
    assert CANARY in repr(VERBS["alert: read"](ground, steward))
    for name in ("alerts", "notices", "tokens", "sessions", "passkeys", "grants", "assessments", "tables to grant"):
        assert CANARY in repr(LISTS[name](ground, steward)), name


@pytest.mark.parametrize("name", [name for name in VERBS if name.split(":")[0] in ("grant", "assessment")])
@pytest.mark.parametrize("who", ["steward_b", "reviewer_b"])
def test_grants_on_anothers_table_are_refused_with_the_reason(ground: Ground, who: str, name: str) -> None:
    with pytest.raises(Refused) as refused:
        VERBS[name](ground, ground.subject(who))
    role_alone = (who, name) in (("steward_b", "grant: approve"), ("reviewer_b", "grant: propose"))
    assert ("yours is none of them" in refused.value.en and "您所在机构不在其列" in refused.value.zh) or role_alone


def test_rows_of_another_division_are_not_there(ground: Ground) -> None:
    """County and city levels: a steward sees the own city's rows alone, whatever is asked."""
    for who, own, other in (("steward", "440103", "440305"), ("steward_b", "440305", "440103")):
        asked = f"select division, count(*) as n from {TABLE} where division in ('440103', '440305') group by 1"
        answer = ground.hub.query(ground.subject(who), asked)
        assert own in repr(answer.rows)
        assert other not in repr(answer.rows)
