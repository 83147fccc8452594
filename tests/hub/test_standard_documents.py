"""A standard on its way: comments for thirty days, all disposed of, three quarters of the experts, number, filing, and a review in five years."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import BadInput, Conflict, FixedClock, Refused, load_settings
from lingnan.hub import Hub
from lingnan.trust import SYSTEM, Subject

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PEOPLE = {
    "author": ("minzheng", "steward"), "office": ("zhengwu", "reviewer"), "chief": ("zhengwu", "reviewer"), "reader": ("shuiwu", "analyst"),
    "other": ("shuiwu", "steward"),
}
PROPOSAL = {"document": "db44-codes", "title": "政务数据资源编码规则", "kind": "local", "scope": "政务数据资源的编码", "drafter": "minzheng"}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub.open(load_settings(tmp_path)) as opened:
        opened.storage.clock = opened.trust.audit.clock = FixedClock(NOW)
        for key in ("zhengwu", "minzheng", "shuiwu"):
            opened.trust.accounts.make_organisation(key, key, key)
        for name, (unit, role) in PEOPLE.items():
            opened.trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        yield opened


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def later(hub: Hub, days: int) -> None:
    clock = FixedClock(hub.storage.clock.now() + timedelta(days=days))
    hub.storage.clock = hub.trust.audit.clock = hub.office.casework.cases.storage.clock = clock


def act(hub: Hub, case: str, transition: str, name: str, form: dict[str, Any] | None = None, note: str = "") -> str:
    hub.office.casework.cases.act(case, transition, who(hub, name), form, note)
    hub.deliver()
    return hub.office.casework.cases.sheet(case, SYSTEM).line.state


def consulted(hub: Hub) -> str:
    """A draft that is open for comments."""
    case = hub.catalogue.elements.documents.propose(PROPOSAL, who(hub, "author"))
    hub.deliver()
    act(hub, case, "take_up", "office")
    assert act(hub, case, "consult", "author") == "consulting"
    return case


def test_comments_run_thirty_days_and_must_all_be_disposed_of(hub: Hub) -> None:
    documents = hub.catalogue.elements.documents
    case = consulted(hub)
    assert documents.document("db44-codes").comments_until == date(2026, 4, 1)
    assert [documents.comment("db44-codes", who(hub, "reader"), clause=clause, kind="te", comment="应改") for clause in ("4.1", "5")] == [1, 2]
    assert act(hub, case, "close_comments", "author") == "consulting"
    assert "2026-04-01" in hub.office.casework.cases.facts(case)["comments_left"]
    later(hub, 30)
    assert act(hub, case, "close_comments", "author") == "consulting"
    assert "1, 2" in hub.office.casework.cases.facts(case)["comments_left"]
    with pytest.raises(BadInput):
        documents.dispose("db44-codes", 1, who(hub, "author"), disposition="rejected")
    with pytest.raises(Refused):
        documents.dispose("db44-codes", 1, who(hub, "other"), disposition="accepted")
    documents.dispose("db44-codes", 1, who(hub, "author"), disposition="rejected", reason="与国家标准不一致")
    documents.dispose("db44-codes", 2, who(hub, "author"), disposition="accepted")
    assert (documents.document("db44-codes").comments, documents.document("db44-codes").disposed) == (2, 2)
    assert act(hub, case, "close_comments", "author") == "examining"
    with pytest.raises(Conflict):
        documents.comment("db44-codes", who(hub, "reader"), clause="6", kind="ed", comment="迟到")
    assert documents.comments("db44-codes", open_only=True) == []


def test_three_quarters_of_the_experts_must_agree(hub: Hub) -> None:
    case = consulted(hub)
    later(hub, 30)
    act(hub, case, "close_comments", "author")
    assert act(hub, case, "vote", "office", {"experts": 11, "agreed": 8, "minutes": "见附件"}) == "drafting"
    act(hub, case, "consult", "author")
    later(hub, 30)
    act(hub, case, "close_comments", "author")
    assert act(hub, case, "vote", "office", {"experts": 8, "agreed": 6, "minutes": "见附件"}) == "approving"


def test_it_is_numbered_published_filed_in_force_and_reviewed(hub: Hub) -> None:
    documents = hub.catalogue.elements.documents
    case = consulted(hub)
    with pytest.raises(Conflict):
        documents.propose(PROPOSAL, who(hub, "author"))
    later(hub, 30)
    act(hub, case, "close_comments", "author")
    act(hub, case, "vote", "office", {"experts": 4, "agreed": 4, "minutes": "见附件"})
    with pytest.raises(Refused):
        act(hub, case, "approve", "office", {"number": "DB44/T 9999-2026"})
    act(hub, case, "approve", "chief", {"number": "DB44/T 9999-2026"})
    act(hub, case, "publish", "office", {"published_on": "2026-04-10", "in_force_on": "2026-07-01"})
    act(hub, case, "file", "office", {"filed_on": "2026-05-01"})
    act(hub, case, "take_effect", "office")
    card = documents.document("DB44/T 9999-2026")
    assert (card.stage, card.in_force_on, card.review_by, card.approved_on) == ("in_force", date(2026, 7, 1), date(2031, 7, 1), date(2026, 4, 1))
    assert documents.tell_reviews() == 0
    later(hub, 365 * 5 + 10)
    assert [documents.tell_reviews(), documents.tell_reviews()] == [1, 0]
    assert [each.key for each in documents.review_calendar(date(2031, 12, 31))] == ["db44-codes"]
    act(hub, case, "begin_review", "office")
    act(hub, case, "keep", "chief", {"reviewed_on": "2031-06-01"}, "继续适用")
    assert documents.document("db44-codes").review_by == date(2036, 6, 1)
    assert act(hub, case, "repeal", "chief", note="被国家标准代替") == "repealed"
    assert (documents.document("db44-codes").review_by, documents.review_calendar()) == (None, [])
