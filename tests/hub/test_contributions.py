"""Contributions to a campaign: agreed terms, a clerk's look, limits, taking back, with and without an account."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused, WrongUse, load_settings
from lingnan.collect.forms.shapes import Form, Given
from lingnan.hub import Hub
from lingnan.hub.contributions import withdraw_by_code
from lingnan.trust import ANONYMOUS, Subject
from tests.back_ends import Furnish
from tests.collect.pictures import jpeg
from tests.hub.form_ground import FORM, describe, given, make

CAMPAIGN = {
    "purpose": {"zh": "补充避难场所清单", "en": "More shelters"}, "terms": {"zh": "内容真实", "en": "It is true"}, "terms_version": "1",
    "licence": "CC BY 4.0", "privacy": {"zh": "只保留账号", "en": "The account alone is kept"}, "opens": "2026-01-01", "closes": "2026-12-31",
    "most_a_day": 2,
}


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish) -> Iterator[Hub]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.env").write_text("LINGNAN_CLOCK=2026-11-01T08:00:00+08:00\n", encoding="utf-8")
    with Hub.open(load_settings(describe(furnish(home)))) as opened:
        unit = opened.trust.organisations.make("minzheng", "民政厅", "Civil Affairs")
        opened.trust.accounts.make_account("clerk", "审核", "Clerk", roles=("steward",), organisation=unit)
        opened.trust.accounts.make_account("citizen", "市民", "Citizen", kind="citizen")
        yield opened


def campaign(hub: Hub, **changes: object) -> Form:
    return make(hub, campaign=json.dumps({**CAMPAIGN, **changes}, ensure_ascii=False))


def agreed(number: int, terms: str = "1") -> Given:
    found = given(number)
    return Given(found.entry, found.rows, terms=terms)


def decided(hub: Hub, case: str, transition: str, note: str = "") -> None:
    hub.office.casework.cases.act(case, transition, hub.trust.accounts.subject_for("clerk"), {}, note)
    hub.deliver()


def states(hub: Hub, subject: Subject) -> list[str]:
    return [card.state for card in hub.forms.entries.mine(subject)]


def test_a_contribution_counts_once_a_clerk_has_accepted_it(hub: Hub) -> None:
    form, citizen = campaign(hub), hub.trust.accounts.subject_for("citizen")
    with pytest.raises(BadInput):
        hub.forms.give(form, agreed(1, terms="0"), {}, citizen)
    first, again = (hub.forms.give(form, agreed(1), {(0, "photo"): jpeg()}, citizen) for _each in range(2))
    assert (first.case, first.state) == (again.case, "moderated")
    assert hub.forms.batches.cut() == 0
    sheet = hub.office.casework.cases.sheet(first.case, citizen)
    assert len(sheet.attachments) == 1
    assert "天河体育中心" in next(str(fact.value) for fact in sheet.facts if fact.name == "content")
    decided(hub, first.case, "accept")
    assert hub.forms.batches.cut() == 1
    hub.forms.withdraw(form, agreed(1).entry, citizen)
    hub.deliver()
    assert hub.office.casework.cases.sheet(first.case, citizen).line.state == "withdrawn"
    assert states(hub, citizen) == ["withdrawn"]
    assert hub.forms.batches.cut() == 1
    assert (hub.home / "forms" / "entries" / FORM / "00000001.json").read_text() == '{"rows": []}'


def test_a_refusal_has_a_reason_and_the_entry_never_counts(hub: Hub) -> None:
    form, citizen = campaign(hub), hub.trust.accounts.subject_for("citizen")
    case = hub.forms.give(form, agreed(1), {}, citizen).case
    with pytest.raises(WrongUse):
        decided(hub, case, "refuse")
    decided(hub, case, "refuse", "重复")
    assert states(hub, citizen) == ["refused"]
    assert hub.forms.batches.cut() == 0


def test_somebody_elses_case_decides_nothing(hub: Hub) -> None:
    form, citizen = campaign(hub), hub.trust.accounts.subject_for("citizen")
    hub.forms.give(form, agreed(1), {}, citizen)
    hub.trust.accounts.make_account("rogue", "他人", "Rogue", kind="citizen")
    rogue = hub.trust.accounts.subject_for("rogue")
    facts = {"campaign": form.id, "entry": agreed(1).entry, "content": "假", "terms": "1"}
    made_up = hub.office.casework.cases.open("contribution", rogue, facts)
    hub.office.casework.cases.act(made_up.number, "withdraw", rogue)
    hub.deliver()
    assert states(hub, citizen) == ["moderated"]


def test_so_many_a_day_and_what_is_sent_again_does_not_count(hub: Hub) -> None:
    form, citizen = campaign(hub), hub.trust.accounts.subject_for("citizen")
    for number in (1, 2, 2, 1):
        hub.forms.give(form, agreed(number), {}, citizen)
    with pytest.raises(Refused) as refused:
        hub.forms.give(form, agreed(3), {}, citizen)
    assert refused.value.code == "TooManyAttempts"
    hub.storage.clock = hub.trust.audit.clock = FixedClock(hub.clock.now() + timedelta(days=1))
    hub.forms.give(form, agreed(3), {}, citizen)


def test_visitors_contribute_where_the_campaign_says_so_and_take_back_by_code(hub: Hub) -> None:
    with pytest.raises(Refused):
        hub.forms.give(campaign(hub), agreed(1), {}, ANONYMOUS, "192.0.2.1")
    path = hub.home / "forms" / f"{FORM}.yaml"
    path.write_text(path.read_text().replace('"most_a_day"', '"unsigned": true, "most_a_day"'), encoding="utf-8")
    form = hub.forms.form(FORM)
    card = hub.forms.give(form, agreed(1), {}, ANONYMOUS, "192.0.2.1")
    decided(hub, card.case, "accept")
    assert hub.forms.batches.cut() == 1
    with pytest.raises(Missing):
        withdraw_by_code(hub, card.case, "WRONG")
    withdraw_by_code(hub, card.case, card.trace_code)
    hub.deliver()
    assert hub.forms.batches.cut() == 1
    with pytest.raises(Refused):
        withdraw_by_code(hub, card.case, card.trace_code)
    for number in range(2, 6):
        hub.forms.give(form, agreed(number), {}, ANONYMOUS, "192.0.2.1")
    with pytest.raises(Refused):
        hub.forms.give(form, agreed(9), {}, ANONYMOUS, "192.0.2.1")
    hub.forms.give(form, agreed(9), {}, ANONYMOUS, "192.0.2.2")
    assert b"192.0.2.1" not in b"".join(each.read_bytes() for each in hub.home.glob("*.db"))
    assert hub.forms.entries.mine(ANONYMOUS) == []


def test_before_and_after_its_days_a_campaign_is_closed(hub: Hub) -> None:
    form = campaign(hub, closes="2026-10-31")
    citizen = hub.trust.accounts.subject_for("citizen")
    with pytest.raises(Refused):
        hub.forms.give(form, agreed(1), {}, citizen)
    with pytest.raises(Conflict):
        hub.forms.forms.make(form.contract, form.feed.file.department, form=FORM)
