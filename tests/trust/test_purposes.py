"""Purposes: a coded list in two languages, and what an access under a grant must state before it sees anything."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lingnan.base import FixedClock, Refused
from lingnan.trust import GrantForm, Purpose, Subject, Trust, purpose_codes
from lingnan.trust.policy.purposes import as_purpose, missing_parts

STEWARD = Subject("official", "s1", "zhengwu", roles=frozenset({"steward"}), assurance=2)
REVIEWER = Subject("official", "r1", "zhengwu", roles=frozenset({"reviewer"}), assurance=2)
HOLDER = Subject("official", "h1", "jiaoyu", assurance=2)
STATED = Purpose("case-handling", "行政许可法 第三十二条", "2026-000123")


def granted(trust: Trust, clock: FixedClock, purpose: Purpose = STATED) -> str:
    now = clock.now()
    form = GrantForm("gongan.resident", {"resident_no": "clear", "division": "clear"}, purpose, now, now + timedelta(days=30), organisation="jiaoyu")
    return trust.grants.approve(trust.grants.propose(form, STEWARD).id, REVIEWER).id


def test_every_purpose_says_what_it_rests_on_in_both_languages() -> None:
    codes = purpose_codes()
    assert len(codes) >= 10
    assert all(each.zh and each.en and each.basis for each in codes.values())


def test_a_bare_text_is_a_code() -> None:
    assert as_purpose("quality") == Purpose("quality")
    assert as_purpose(STATED) is STATED


@pytest.mark.parametrize(("purpose", "named"), [
    (Purpose(), ["code", "article", "matter"]), (Purpose("nonsense", "甲", "1"), ["code"]), (Purpose("case-handling", "", "1"), ["article"]),
    (Purpose("case-handling", "甲", " "), ["matter"]), (Purpose("statistics", "行政许可法 第一条", "1"), ["统计法"]),
    (Purpose("statistics", "统计法 第七条", "1"), []),
])
def test_what_is_missing_is_named(purpose: Purpose, named: list[str]) -> None:
    found = [en for _zh, en in missing_parts(purpose)]
    assert len(found) == len(named)
    assert all(name in sentence for name, sentence in zip(named, found, strict=True))


@pytest.mark.parametrize("action", ["read", "query", "export"])
def test_the_same_access_is_refused_until_all_is_stated(trust: Trust, clock: FixedClock, action: str) -> None:
    form = GrantForm(
        "gongan.resident", {"resident_no": "clear"}, STATED, clock.now(), clock.now() + timedelta(days=1), organisation="jiaoyu", actions=(action,)
    )
    grant = trust.grants.approve(trust.grants.propose(form, STEWARD).id, REVIEWER).id
    for left_out, zh, en in (("article", "法律依据条款", "article"), ("matter", "事项编号", "matter"), ("code", "目的", "purpose")):
        with pytest.raises(Refused) as refused:
            trust.decide(HOLDER, action, "gongan.resident", ["resident_no"], replace(STATED, grant=grant, **{left_out: ""}))
        assert zh in refused.value.zh
        assert en in refused.value.en
        assert trust.audit.size() == refused.value.facts["audit"]
    view = trust.decide(HOLDER, action, "gongan.resident", ["resident_no"], replace(STATED, grant=grant))
    entry = trust.audit.entry(int(view.decision))
    assert entry is not None
    assert entry.purpose == "case-handling"
    assert entry.facts["stated"] == {"article": STATED.article, "matter": STATED.matter, "grant": grant}
    assert entry.facts["decisions"]["gongan.resident"]["grants"] == [grant]


def test_a_grant_is_used_for_its_own_purpose_and_article_only(trust: Trust, clock: FixedClock) -> None:
    grant = granted(trust, clock)
    for other in (Purpose("planning", STATED.article, "1", grant), Purpose("case-handling", "行政处罚法 第一条", "1", grant)):
        with pytest.raises(Refused):
            trust.decide(HOLDER, "read", "gongan.resident", ["resident_no"], other)
    another_matter = replace(STATED, matter="2026-000124")
    assert trust.decide(HOLDER, "read", "gongan.resident", ["resident_no"], another_matter).columns == ("resident_no",)


def test_a_stewards_masked_daily_look_needs_no_purpose(trust: Trust) -> None:
    assert "name" in trust.decide(STEWARD, "read", "gongan.resident").masks
    assert "name" in trust.decide(STEWARD, "read", "gongan.resident", purpose="quality").masks
