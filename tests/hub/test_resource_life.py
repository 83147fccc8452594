"""A resource's life on a real hub: described, checked, reviewed by two, published, changed, withdrawn, reviewed again after a year."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused, load_settings
from lingnan.hub import Hub
from lingnan.hub.catalogue_rounds import look_at_catalogue
from lingnan.trust import SYSTEM, NegativeForm, Subject
from tests.back_ends import Furnish

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PEOPLE = {
    "author": ("gongan", "steward"), "colleague": ("gongan", "steward"), "checker": ("gongan", "reviewer"), "office": ("zhengwu", "reviewer"),
    "desk": ("zhengwu", "steward"), "stranger": ("shuiwu", "steward"), "guard": ("zhengwu", "security"),
}
GONGAN = {"id": "gongan", "zh": "公安厅", "en": "Public Security", "code": "11440000006939748R", "division": "440000"}
WHOLE: dict[str, Any] = {
    "key": "gongan.vehicle", "zh": "机动车登记", "en": "Registered vehicles", "department": GONGAN, "format": "csv", "update_cycle": "monthly",
    "abstract_zh": "登记在册的机动车", "share_condition": "依法履职需要", "open_condition": "脱敏后申请", "categories": ["201", "2110017"],
    "items": [
        {"name": "plate", "zh": "号牌", "classification": "personal", "length": 10},
        {"name": "kind", "zh": "类型", "classification": "public", "length": 4},
    ],
}


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish) -> Iterator[Hub]:
    with Hub.open(load_settings(furnish(tmp_path))) as opened:
        opened.storage.clock = opened.trust.audit.clock = FixedClock(NOW)
        for key in ("zhengwu", "gongan", "shuiwu"):
            opened.trust.accounts.make_organisation(key, key, key)
        for name, (unit, role) in PEOPLE.items():
            opened.trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        yield opened


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def act(hub: Hub, case: str, transition: str, name: str, form: dict[str, Any] | None = None, note: str = "") -> str:
    moved = hub.office.casework.cases.act(case, transition, who(hub, name), form, note)
    hub.deliver()
    return moved.state


def state(hub: Hub, case: str) -> str:
    return hub.office.casework.cases.sheet(case, SYSTEM).line.state


def published(hub: Hub, **changed: Any) -> str:
    """A resource brought into the catalogue by three people; gives its key."""
    form = {**WHOLE, **changed}
    life = hub.catalogue.life
    life.draft(form, who(hub, "author"))
    case = life.submit(form["key"], who(hub, "author")).case
    hub.deliver()
    act(hub, case, "approve_department", "checker")
    assert act(hub, case, "publish", "office") == "published"
    return str(form["key"])


def test_a_draft_is_seen_by_its_department_and_the_office_only(hub: Hub) -> None:
    life = hub.catalogue.life
    hub.catalogue.register({"key": "gongan.other", "zh": "另一资源", "department": GONGAN})
    made = life.draft(WHOLE, who(hub, "author"))
    assert (made.status, made.faults) == ("draft", ())
    assert hub.catalogue.search("机动车").total == 0
    with pytest.raises(Missing):
        hub.catalogue.resource("gongan.vehicle")
    for name in ("author", "checker", "office"):
        assert life.card("gongan.vehicle", who(hub, name)).code == made.code
        assert [card.resource for card in life.drafts(who(hub, name))] == ["gongan.vehicle"]
    with pytest.raises(Missing):
        life.card("gongan.vehicle", who(hub, "stranger"))
    assert life.drafts(who(hub, "stranger")) == []
    with pytest.raises(Refused):
        life.draft({**WHOLE, "key": "gongan.third"}, who(hub, "stranger"))
    with pytest.raises(Refused):
        life.draft({**WHOLE, "department": {"id": "shuiwu", "zh": "税务局"}}, who(hub, "stranger"))
    assert hub.catalogue.summary().resources == 1
    assert hub.catalogue.check() == []


def test_what_lacks_fields_comes_back_with_each_of_them(hub: Hub) -> None:
    life, author = hub.catalogue.life, who(hub, "author")
    life.draft({**WHOLE, "abstract_zh": "", "share_condition": "", "items": [{"name": "plate", "zh": "", "length": 10}]}, author)
    assert {fault.field for fault in life.check("gongan.vehicle")} == {"abstract_zh", "share_condition", "items.plate.zh"}
    case = life.submit("gongan.vehicle", author).case
    with pytest.raises(Conflict):
        life.amend("gongan.vehicle", {"abstract_zh": "x"}, author)
    hub.deliver()
    assert state(hub, case) == "draft"
    told = hub.office.casework.cases.facts(case)["faults"]
    assert all(field in told for field in ("abstract_zh", "share_condition", "items.plate.zh"))
    assert life.amend("gongan.vehicle", {name: WHOLE[name] for name in ("abstract_zh", "share_condition", "items")}, author).faults == ()
    assert life.submit("gongan.vehicle", author).case == case
    hub.deliver()
    assert state(hub, case) == "department_review"


def test_nobody_who_wrote_it_decides_and_two_must(hub: Hub) -> None:
    life = hub.catalogue.life
    life.draft(WHOLE, who(hub, "colleague"))
    life.amend("gongan.vehicle", {"en": "Vehicles"}, who(hub, "author"))
    case = life.submit("gongan.vehicle", who(hub, "author")).case
    hub.deliver()
    for name in ("author", "colleague", "stranger", "office"):
        with pytest.raises((Refused, Missing)):
            act(hub, case, "approve_department", name)
    act(hub, case, "approve_department", "checker")
    for name in ("author", "checker"):
        with pytest.raises(Refused):
            act(hub, case, "publish", name)
    act(hub, case, "publish", "desk")
    card = hub.catalogue.resource("gongan.vehicle")
    assert (card.status, card.version, card.published_on.isoformat() if card.published_on else "") == ("published", 1, "2026-03-02")
    assert [each.code for each in card.classifications] == ["301001/000001", "201000/000001", "2110017/000001"]
    assert (card.theme, card.share_way, card.format_class) == ("201", "file", "spreadsheet")
    assert hub.catalogue.search("机动车").total == 1
    assert hub.catalogue.resource("2110017/000001").key == "gongan.vehicle"
    assert hub.catalogue.life.version("gongan.vehicle", 1).case == case


def test_a_change_waits_while_the_old_version_stays(hub: Hub) -> None:
    life, key = hub.catalogue.life, published(hub)
    life.amend(key, {"zh": "机动车登记信息", "update_cycle": "daily", "categories": ["201"]}, who(hub, "author"))
    case = life.submit(key, who(hub, "author")).case
    hub.deliver()
    now = hub.catalogue.resource(key)
    assert (now.zh, now.status, now.version) == ("机动车登记", "changing", 1)
    assert {each.field for each in life.pending(key, who(hub, "author"))} == {"zh", "update_cycle", "categories"}
    for look in (life.pending, life.card):
        with pytest.raises(Refused):
            look(key, who(hub, "stranger"))
    assert [found.name for found in hub.catalogue.search("机动车登记").items] == ["机动车登记"]
    act(hub, case, "approve_department", "checker")
    act(hub, case, "apply", "office")
    hub.deliver()
    after = hub.catalogue.resource(key)
    assert (after.zh, after.status, after.version) == ("机动车登记信息", "published", 2)
    compared = life.compare(key, 1, 2)
    assert {each.field for each in compared.differences} == {"zh", "update_cycle", "categories"}
    assert [(card.number, card.valid_until is None) for card in life.versions(key)] == [(2, True), (1, False)]
    assert life.version(key, 1).form.zh == "机动车登记"
    assert hub.catalogue.check() == []


def test_a_refused_change_leaves_all_as_it_was(hub: Hub) -> None:
    life, key = hub.catalogue.life, published(hub)
    life.amend(key, {"zh": "别名"}, who(hub, "author"))
    case = life.submit(key, who(hub, "author")).case
    hub.deliver()
    act(hub, case, "refuse", "checker", note="名称不规范")
    assert (hub.catalogue.resource(key).zh, hub.catalogue.resource(key).version) == ("机动车登记", 1)
    life.discard(key, who(hub, "author"))
    assert hub.catalogue.resource(key).status == "published"
    assert len(life.versions(key)) == 1


def test_a_contract_that_comes_between_keeps_what_the_draft_left_alone(hub: Hub) -> None:
    life = hub.catalogue.life
    contract = {**WHOLE, "contract_path": "gongan/vehicle.contract.yaml", "contract_version": "1.0.0"}
    hub.catalogue.register(contract)
    life.amend("gongan.vehicle", {"en": "All vehicles"}, who(hub, "author"))
    case = life.submit("gongan.vehicle", who(hub, "author")).case
    hub.deliver()
    assert hub.catalogue.register({**contract, "contract_version": "1.1.0", "abstract_zh": "新摘要"}).outcome == "changed"
    assert (hub.catalogue.resource("gongan.vehicle").version, hub.catalogue.resource("gongan.vehicle").status) == (2, "changing")
    act(hub, case, "approve_department", "checker")
    act(hub, case, "apply", "office")
    card = hub.catalogue.resource("gongan.vehicle")
    assert (card.en, card.abstract_zh, card.version, card.contract_version) == ("All vehicles", "新摘要", 3, "1.1.0")
    assert hub.catalogue.register({**contract, "contract_version": "1.1.0", "abstract_zh": "新摘要"}).outcome == "unchanged"
    assert hub.catalogue.resource("gongan.vehicle").en == "All vehicles"
    assert [card.basis for card in life.versions("gongan.vehicle")][-1] == "gongan/vehicle.contract.yaml@1.0.0"


@pytest.mark.on_both
def test_a_withdrawn_resource_leaves_a_tombstone_and_its_versions(hub: Hub) -> None:
    life, key = hub.catalogue.life, published(hub)
    instead = published(hub, key="gongan.vehicle_new", zh="车辆登记总表")
    with pytest.raises(Missing):
        life.withdraw(key, who(hub, "author"), "并入总表", "no.such")
    case = life.withdraw(key, who(hub, "author"), "并入总表", instead).case
    act(hub, case, "approve_department", "checker")
    act(hub, case, "withdraw", "office")
    hub.deliver()
    card = hub.catalogue.resource(key)
    assert (card.status, card.tombstone.reason if card.tombstone else "", card.tombstone.replacement if card.tombstone else "") == (
        "withdrawn", "并入总表", instead,
    )
    assert card.tombstone is not None
    assert card.tombstone.case == case
    assert life.version(card.code, 1).form.zh == "机动车登记"
    assert [found.key for found in hub.catalogue.search("机动车").items] == [instead]
    assert hub.catalogue.register(WHOLE).outcome == "withdrawn"
    assert hub.catalogue.resource(key).withdrawn_at is not None
    with pytest.raises(Conflict):
        life.amend(key, {"zh": "又来"}, who(hub, "author"))


def test_many_are_changed_all_or_none_in_one_case(hub: Hub) -> None:
    life, author = hub.catalogue.life, who(hub, "author")
    keys = [published(hub, key=f"gongan.part{number}", zh=f"分表{number}", share_way="file") for number in range(3)]
    changes = {"update_cycle": "daily", "share_way": "service"}
    shown = life.bulk_edit({"department": "gongan"}, changes, author)
    assert (set(shown.changes), shown.case, {each.field for each in shown.changes[keys[0]]}) == (set(keys), "", {"update_cycle", "share_way"})
    assert all(hub.catalogue.resource(key).status == "published" for key in keys)
    with pytest.raises(BadInput):
        life.bulk_edit(keys, {"open_type": "unconditional"}, author, dry_run=False)
    assert life.drafts(author) == []
    done = life.bulk_edit(keys, changes, author, dry_run=False)
    hub.deliver()
    assert hub.office.casework.cases.facts(done.case)["count"] == 3
    act(hub, done.case, "approve_department", "checker")
    act(hub, done.case, "apply", "office")
    assert {(hub.catalogue.resource(key).update_cycle, hub.catalogue.resource(key).version) for key in keys} == {("daily", 2)}


def test_reviews_come_due_after_a_year_one_case_a_department(hub: Hub) -> None:
    life = hub.catalogue.life
    keys = [published(hub), published(hub, key="gongan.second", zh="第二")]
    assert life.due_reviews() == []
    clock = hub.storage.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=365))
    assert [each.resource for each in life.due_reviews()] == keys
    opened, _told = look_at_catalogue(hub.catalogue, hub.storage)
    assert opened == 1
    assert life.open_reviews() == []
    case = life.due_reviews()[0].case
    act(hub, case, "report", "author", {"finding": "current"})
    with pytest.raises((Refused, Missing)):
        act(hub, case, "confirm", "author")
    act(hub, case, "confirm", "office")
    hub.deliver()
    assert life.due_reviews() == []
    assert hub.catalogue.resource(keys[0]).reviewed_on == (NOW + timedelta(days=365)).date()


def test_departments_hear_once_a_day_what_is_overdue(hub: Hub) -> None:
    published(hub)
    hub.catalogue.observe("gongan.vehicle", "load", {"rows": 1}, NOW - timedelta(days=90))
    assert [each.resource for each in hub.catalogue.life.overdue("gongan")] == ["gongan.vehicle"]
    assert look_at_catalogue(hub.catalogue, hub.storage)[1] == 1
    assert look_at_catalogue(hub.catalogue, hub.storage)[1] == 0
    hub.deliver()
    told = hub.office.alerts.alerts(who(hub, "author"))
    assert [alert.rule for alert in told.items] == ["resources-overdue"]
    hub.catalogue.observe("gongan.vehicle", "load", {"rows": 1}, NOW)
    assert hub.catalogue.life.overdue() == []


def test_what_the_negative_list_names_is_not_shared(hub: Hub) -> None:
    hub.trust.negative_list.add(
        NegativeForm("plates", "道路交通安全法 第一百条", "号牌不共享", "Plates are not shared", "gongan.vehicle", ("plate",)), who(hub, "guard"),
    )
    faults = hub.catalogue.life.draft(WHOLE, who(hub, "author")).faults
    assert [(fault.field, fault.rule) for fault in faults] == [("items.plate.share_level", "negative_list")]
    assert "第一百条" in faults[0].zh
    hub.catalogue.register(WHOLE)
    assert [item.share_level for item in hub.catalogue.resource("gongan.vehicle").items] == ["none", "conditional"]
