"""From the register's page to the person concerned: a look at one entry is found again by the person's own number."""

from lingnan.hub import Hub, HubPages
from lingnan.registers import entry_of
from lingnan.trust import Subject


def test_a_look_at_the_register_is_told_by_the_number_of_whom_it_concerns(built: Hub) -> None:
    pages, trust = HubPages(built), built.trust
    unit = trust.accounts.make_organisation("test-unit", "测试局", "Test Bureau")
    official = Subject("official", "t1", unit, frozenset({"steward"}), assurance=2)
    codes = built.engine.query(
        "select entry_id, uscc from registers.entities where uscc is not null order by entry_id limit 1",
        trust.views_for_step("test", {"registers.entities": None}),
    ).to_pylist()
    entry, code = codes[0]["entry_id"], codes[0]["uscc"]
    assert entry == entry_of("entities", code)
    before = len(trust.sightings.of("entities", entry))
    pages.register_search("entities", code, "", official)
    pages.register_entry("entities", entry, None, None, official)
    pages.register_search("entities", "公司", "", official)
    seen = trust.sightings.of("entities", entry)
    assert len(seen) == before + 2
    assert {each.organisation_zh for each in seen[:2]} == {"测试局"}
    assert trust.verify().sound


def test_a_build_tells_before_and_after_what_it_writes(built: Hub) -> None:
    told = [entry for entry in built.trust.audit.entries(limit=2_000) if entry.action in ("build", "catalogue.register") and entry.kind != "step"]
    assert [(entry.kind, entry.action, entry.outcome) for entry in told[:4]] == [
        ("intent", "catalogue.register", "pending"), ("outcome", "catalogue.register", "done"),
        ("intent", "build", "pending"), ("outcome", "build", "done"),
    ]
    assert told[3].facts["state"] == "done"
    assert built.recover() == []
