"""Units above the organisations of a case read it where its flow says so, and never act; others know nothing of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import BadInput, Missing, Refused
from lingnan.casework import CaseQuery, Flows
from lingnan.casework.flow_library import read_flow
from lingnan.casework.soundness import Known
from tests.back_ends import Furnish
from tests.casework.bureau import DISPUTE, Bureau, bureau_at

pytestmark = pytest.mark.on_both

VISIBLE = CaseQuery(scope="visible")
SAID = {"resource-publication", "resource-change", "resource-withdrawal", "resource-review", "data-correction"}
"""The flows that let units above the provider read."""


@pytest.fixture
def bureau(tmp_path: Path, furnish: Furnish) -> Iterator[Bureau]:
    with bureau_at(furnish(tmp_path)) as opened:
        for unit in ("ting", "ju", "suo", "beside"):
            opened.official(f"of_{unit}", unit, "steward", "reviewer")
        opened.office.trust.organisations.import_tree([
            {"key": "ting", "zh": "省厅"}, {"key": "ju", "zh": "市局", "parent": "ting"}, {"key": "gongan", "zh": "gongan", "parent": "ju"},
            {"key": "suo", "zh": "派出所", "parent": "gongan"}, {"key": "beside", "zh": "旁局", "parent": "ting"},
        ])
        yield opened


def forwarded(bureau: Bureau) -> str:
    number = bureau.dispute()
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    return number


def listed(bureau: Bureau, name: str, **query: Any) -> list[str]:
    return [line.number for line in bureau.work.inbox.of(getattr(bureau, name), CaseQuery(**{"scope": "visible", **query})).items]


def test_units_above_read_and_others_know_nothing(bureau: Bureau) -> None:
    number = bureau.dispute()
    assert listed(bureau, "of_ju") == [], "the provider is not named yet"
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    for name in ("of_ju", "of_ting"):
        assert listed(bureau, name) == [number]
        assert listed(bureau, name, scope="waiting") == [], "it waits for nobody above"
        sheet = bureau.cases.sheet(number, getattr(bureau, name))
        assert (sheet.actions, sheet.may_claim, sheet.oversees) == ([], False, True)
        told = {fact.name: fact for fact in sheet.facts}
        assert told["claim"].masked
        assert DISPUTE["claim"] not in sheet.model_dump_json()
    for name in ("of_suo", "of_beside", "shuiwu_steward"):
        assert listed(bureau, name) == []
        with pytest.raises(Missing):
            bureau.cases.sheet(number, getattr(bureau, name))


def test_who_reads_from_above_does_nothing(bureau: Bureau) -> None:
    number, above = forwarded(bureau), bureau.of_ju
    chief = replace(above, roles=frozenset({"administrator"}))
    acts: list[Callable[[], object]] = [
        lambda: bureau.cases.act(number, "extend", above, note="复杂"), lambda: bureau.cases.comment(number, above, "请尽快"),
        lambda: bureau.cases.declare_interest(number, above, "亲属"), lambda: bureau.work.inbox.claim(number, above),
        lambda: bureau.work.inbox.reassign(number, chief, "改派", account="of_ju"),
    ]
    before = bureau.cases.sheet(number, bureau.gongan_steward).version
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert bureau.cases.sheet(number, bureau.gongan_steward).version == before


def test_who_is_moved_in_the_tree_sees_what_is_below_now(bureau: Bureau) -> None:
    number = forwarded(bureau)
    bureau.office.trust.organisations.import_tree([{"key": "gongan", "zh": "gongan", "parent": "beside"}])
    assert (listed(bureau, "of_ju"), listed(bureau, "of_beside"), listed(bureau, "of_ting")) == ([], [number], [number])


def test_a_region_limits_what_is_read_from_above(bureau: Bureau) -> None:
    number = bureau.cases.open("data-correction", bureau.citizen, DISPUTE, provider="gongan", division="440100").number
    assert listed(bureau, "of_ju") == [number]
    with pytest.raises(Missing):
        bureau.cases.sheet(number, replace(bureau.of_ju, division="440300"))
    assert bureau.cases.sheet(number, replace(bureau.of_ju, division="440000")).oversees


def test_a_flow_that_does_not_say_so_shows_units_above_nothing(bureau: Bureau) -> None:
    facts = {"account": "li.si", "full_name": "李四", "organisation": "gongan", "role": "steward", "duties": "管数据"}
    number = bureau.cases.open("account-request", bureau.gongan_steward, facts).number
    assert listed(bureau, "of_ju") == []
    with pytest.raises(Missing):
        bureau.cases.sheet(number, bureau.of_ju)


def test_statistics_of_what_one_may_see_count_units_below(bureau: Bureau) -> None:
    forwarded(bureau)
    bureau.dispute()

    def opened(name: str) -> int:
        return bureau.work.statistics.of(date(2026, 3, 1), date(2026, 3, 31), seen_by=getattr(bureau, name)).total.opened

    assert [opened(name) for name in ("of_ting", "of_ju", "of_suo", "of_beside", "steward")] == [1, 1, 0, 0, 2]


def test_the_flows_of_resources_and_corrections_say_so() -> None:
    assert {flow.id for flow in Flows.read() if flow.visible_to == ("provider", "above")} >= SAID


@pytest.mark.parametrize("words", ["[above]", "[provider]", "[nobody, above]"])
def test_words_that_say_nothing_are_refused(words: str) -> None:
    text = (Path(__file__).parents[2] / "src/lingnan/casework/flows/data-correction.yaml").read_text(encoding="utf-8")
    flows = Flows.read()
    known = Known(frozenset(name for flow in flows for step in (flow.opening, *flow.transitions) for name in step.effects),
                  frozenset(limit.rule for flow in flows for limit in flow.deadlines))
    assert "visible_to: [provider, above]" in text
    with pytest.raises(BadInput, match="visible_to"):
        read_flow(text.replace("visible_to: [provider, above]", f"visible_to: {words}"), "x.yaml", known)
