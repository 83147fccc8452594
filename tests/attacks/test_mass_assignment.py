"""F28: fields that a form does not have change nothing; strict shapes refuse them. Forms of cases: tests/casework/test_cases.py."""

from typing import Any

import pytest

from lingnan.insight import AccountForm, TokenForm
from lingnan.trust import AccountCard
from tests.access.ground import Ground

EXTRA = {
    "roles": "administrator", "role": "administrator", "organisation": "zhengwu", "organisation_id": "1", "kind": "operator", "assurance": "2",
    "level": "province", "division": "440000", "share_type": "unconditional", "open_type": "unconditional", "status": "approved", "state": "approved",
    "account_id": "1", "id": "1", "approved_by": "me", "proposed_by": "me", "handler": "x", "provider": "x", "assigned_account": "x",
    "is_admin": "true", "scope": "account.administer", "credit_code": "91440101MA59A1B2CX", "price": "0", "balance": "9", "disabled_at": "",
}


def card(ground: Ground, who: str) -> AccountCard:
    return ground.hub.trust.accounts.account(ground.accounts[who])


@pytest.mark.parametrize("who", ["citizen", "analyst", "steward"])
def test_no_form_raises_ones_own_rights(ground: Ground, access: dict[str, Any], who: str) -> None:
    """Every changing address, with every field above added: the account stays what it was."""
    before, subject = card(ground, who), ground.subject(who)
    for line in access["routes"]:
        method, path = line["route"].split(" ", 1)
        if method == "GET" or path in ("/sign-out", "/profile/sessions/end-all") or line["route"] not in ground.routes:
            continue
        for name, value in line.get("path", {}).items():
            path = path.replace("{" + name + "}", ground.fill(value))
        kept = ground.fill(line.get("form", {}))
        if "json" in line:
            ground.ask(who, method, path, json={**EXTRA, **ground.fill(line["json"])})
        else:
            ground.ask(who, method, path, data={**EXTRA, **kept})
    assert card(ground, who) == before
    after = ground.subject(who)
    assert (after.kind, after.roles, after.organisation, after.division, after.level) == (
        subject.kind, subject.roles, subject.organisation, subject.division, subject.level,
    )


def test_a_token_takes_no_more_than_its_form_names(ground: Ground) -> None:
    form = {"name": "m", "purpose": "quality", "matter": "1", "until": ground.hub.clock.now().date().isoformat(), "scope": "page.view", **{
        name: value for name, value in EXTRA.items() if name != "scope"
    }}
    ground.ask("steward", "POST", "/profile/tokens", data=form)
    made = [each for each in ground.hub.trust.tokens.of(ground.accounts["steward"]) if each.name == "m"]
    assert all(each.scope == ("page.view",) and each.credit_code == "" for each in made)


def test_a_case_goes_where_its_flow_says_and_not_where_its_form_wishes(ground: Ground) -> None:
    facts = {"table": "gongan.resident", "entry_key": "k", "claim": "c", **EXTRA}
    ground.ask("citizen", "POST", "/cases/new/data-correction", data=facts)
    answer = ground.ask("citizen", "POST", f"/api/v1/cases/{ground.objects['case']}/act/accept", json={"version": 1, **EXTRA})
    assert answer.status_code in (403, 409, 422)
    assert ground.hub.office.casework.cases.sheet(ground.objects["case"], ground.subject("citizen")).line.state == "submitted"


@pytest.mark.parametrize("shape", [AccountForm, TokenForm])
def test_shapes_that_come_in_refuse_what_they_do_not_know(shape: Any) -> None:
    assert shape.model_config.get("extra") == "forbid"
