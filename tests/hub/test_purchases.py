"""Bought data: who may use it what for and until when is kept to by policy, told on pages, and brought to mind before it ends."""

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import lingnan.world
from lingnan.base import BadInput, Refused, load_settings
from lingnan.collect import read_feed
from lingnan.hub import Hub, HubPages
from lingnan.hub.purchases import NO_USE, tell_of_ends, terms_together
from lingnan.hub.registration import resource_forms
from lingnan.lake import CommitFacts
from lingnan.trust import Bought, Purpose, Subject, purpose_codes
from lingnan.web import create_app
from tests import pension
from tests.back_ends import Furnish

TERMS = """
purchase:
  seller: 岭南数据公司
  contract_number: CG-2026-7
  price: 120000
  begins: 2026-01-01
  ends: 2026-11-20
  uses: [statistics]
  departments: [minzheng, tongji]
"""
STATISTICS = Purpose("statistics", "统计法 第七条", "T-1")


def opened(home: Path, day: str, terms: str = TERMS) -> Hub:
    (home / "settings.env").write_text(f"LINGNAN_CLOCK={day}T08:00:00+08:00\n", encoding="utf-8")
    path = pension.describe(home) / "sources" / "minzheng" / "pension.yaml"
    path.write_text(path.read_text() + terms, encoding="utf-8")
    hub = Hub.open(load_settings(home))
    hub.engine.write(pension.TABLE, pension.ROWS, {}, CommitFacts("test"))
    for key, zh in (("minzheng", "民政厅"), ("tongji", "统计局"), ("shuiwu", "税务局")):
        unit = hub.trust.organisations.make(key, zh, key)
        hub.trust.accounts.make_account(key, zh, key, roles=("steward",), organisation=unit)
    return hub


@pytest.fixture
def home(tmp_path: Path, furnish: Furnish) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return furnish(home)


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def test_units_uses_and_days_are_kept_to(home: Path) -> None:
    with opened(home, "2026-11-01") as hub:
        for unit in ("minzheng", "tongji"):
            assert hub.trust.decide(who(hub, unit), "read", pension.TABLE, ["pension_no"], STATISTICS).columns == ("pension_no",)
        for name, purpose, said in (
            ("shuiwu", STATISTICS, "yours is none of them"), ("minzheng", Purpose(), "state one of them"),
            ("minzheng", Purpose("planning", "国发〔2016〕51号", "T-2"), "state one of them"),
        ):
            with pytest.raises(Refused) as refused:
                hub.trust.decide(who(hub, name), "read", pension.TABLE, ["pension_no"], purpose)
            assert said in refused.value.en
        with pytest.raises(Refused):
            hub.trust.decide(Subject("citizen", "c"), "read", pension.TABLE, ["pension_no"], STATISTICS)


@pytest.mark.parametrize(("day", "fits"), [("2025-12-31", False), ("2026-01-01", True), ("2026-11-20", True), ("2026-11-21", False)])
def test_the_first_and_the_last_day(home: Path, day: str, fits: bool) -> None:
    with opened(home, day) as hub:
        if fits:
            assert hub.trust.decide(who(hub, "minzheng"), "read", pension.TABLE, ["pension_no"], STATISTICS).columns
        else:
            with pytest.raises(Refused) as refused:
                hub.trust.decide(who(hub, "minzheng"), "read", pension.TABLE, ["pension_no"], STATISTICS)
            assert "renew it" in refused.value.en


def test_what_may_be_passed_on_is_for_anybody_until_its_end(home: Path) -> None:
    terms = TERMS.replace("  uses: [statistics]\n", "  redistribution: public\n")
    with opened(home, "2026-11-01", terms) as hub:
        assert hub.trust.decide(Subject("citizen", "c"), "read", pension.TABLE, ["pension_no"]).columns == ("pension_no",)


@pytest.mark.parametrize(("day", "rules"), [("2026-10-20", set()), ("2026-10-21", {"purchase-ends"}), ("2026-11-21", {"purchase-ended"})])
def test_an_end_is_brought_to_mind_once(home: Path, day: str, rules: set[str]) -> None:
    with opened(home, day) as hub:
        for _again in range(2):
            tell_of_ends(hub)
        alerts = hub.office.alerts.alerts(who(hub, "minzheng")).items
        assert {each.rule for each in alerts} == rules
        assert [each.count for each in alerts] == [1] * len(rules)


def test_pages_tell_the_terms_and_ask_for_a_permitted_use(home: Path) -> None:
    with opened(home, "2026-11-01") as hub:
        hub.catalogue.register_many(resource_forms(hub.feeds))
        client = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
        public = client.get("/catalogue/minzheng.pension").text
        assert "岭南数据公司" in public
        assert "120,000" not in public
        client.cookies.set("lingnan_session", hub.trust.sessions.open(who(hub, "minzheng").account, 2, method="password").token)
        page = client.get("/purchases").text
        assert "120,000 CNY" in page
        assert "即将到期" in page
        assert "民政厅、统计局" in page
        table = client.get("/tables/minzheng/pension").text
        assert "须载明其中一种用途" in table
        assert '<option value="statistics"' in table
        assert '<option value="planning"' not in table


def test_a_register_made_of_what_was_bought_is_bound_by_its_terms_and_says_so(home: Path) -> None:
    """The rows of registers hold what was bought; the hub's own figures count only."""
    folder = home / "sources" / "gongan"
    shutil.copytree(Path(lingnan.world.__file__).parent / "sources" / "gongan", folder)
    with (folder / "resident.yaml").open("a", encoding="utf-8") as file:
        file.write(TERMS)
    with opened(home, "2026-11-01", "") as hub:
        hub.engine.write("registers.people", "select 'A1' as person_id, '440103' as division", {}, CommitFacts("test"))
        for table in ("registers.people", "registers.people_observations", "landing.gongan_resident"):
            assert hub.trust.decide(who(hub, "minzheng"), "read", table, purpose=STATISTICS).columns
            for name, purpose, said in (("shuiwu", STATISTICS, "yours is none of them"), ("minzheng", Purpose(), "state one of them")):
                with pytest.raises(Refused) as refused:
                    hub.trust.decide(who(hub, name), "read", table, purpose=purpose)
                assert said in refused.value.en, table
        bound = {table for table, known in hub._classified.items() if known.bought}
        assert not any(table.startswith("insight.") or "shichang" in table for table in bound)
        client = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
        client.cookies.set("lingnan_session", hub.trust.sessions.open(who(hub, "shuiwu").account, 2, method="password").token)
        page = client.get("/tables/registers/people").text
        assert "由采购数据加工" in page
        assert "岭南数据公司" in page
        assert 'href="/catalogue/gongan.resident"' in page
        assert "120,000" not in page


def test_several_purchases_bind_together() -> None:
    """What each of them permits, and nothing that one forbids."""
    first = Bought(20260101, 20261231, ("a", "b"), ("statistics", "planning"), feeds=("x",))
    second = Bought(20260301, 20270301, ("b", "c"), feeds=("y",))
    assert terms_together([None, first, None]) == first
    assert terms_together([None]) is None
    assert terms_together([first, second, first]) == Bought(20260301, 20261231, ("b",), ("statistics", "planning"), feeds=("x", "y"))
    free = Bought(20260101, 20261231, ("z",), ("credit",), public=True, feeds=("z",))
    assert terms_together([first, free]) == Bought(20260101, 20261231, ("a", "b"), (NO_USE,), feeds=("x", "z"))
    assert NO_USE not in purpose_codes()


def test_terms_are_read_strictly(home: Path) -> None:
    path = pension.describe(home) / "sources" / "minzheng" / "pension.yaml"
    path.write_text(path.read_text() + TERMS.replace("ends: 2026-11-20", "ends: 2025-11-20"), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_feed(path)
    assert "ends is before begins" in refused.value.en
