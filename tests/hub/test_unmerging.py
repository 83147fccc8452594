"""A row that was linked to the wrong entry leaves it by one verb, which says why; taking that back brings the row home."""

import pytest

from lingnan.base import Missing, Refused, WrongUse
from lingnan.hub import Hub, unmerge_entry
from lingnan.hub.demo import STEWARD, prepare_steward
from lingnan.registers import Decisions
from lingnan.trust import Subject

LINKED = "select left_ref, entry_id from registers.people_links where status = 'linked' order by left_ref"
PLACES = (
    "select entry_id, joined_by from registers.people_observations where known_to is null and source_table || ':' || source_key = $row order by 1, 2"
)


def _steward(hub: Hub) -> Subject:
    prepare_steward(hub)
    return hub.trust.accounts.subject_for(STEWARD)


def _rows(hub: Hub, sql: str, **params: str) -> list[dict[str, str]]:
    tables: dict[str, int | None] = dict.fromkeys(("registers.people_links", "registers.people_observations"))
    return list(hub.engine.query(sql, hub.trust.views_for_step("test", tables), params).to_pylist())


def test_a_linked_row_leaves_its_entry_and_comes_back(changeable: Hub) -> None:
    hub, steward = changeable, _steward(changeable)
    linked = _rows(hub, LINKED)
    assert linked, "the made province hands over cases with a mistyped number"
    row, entry = linked[0]["left_ref"], linked[0]["entry_id"]
    with pytest.raises(WrongUse):
        unmerge_entry(hub, steward, entry)
    with pytest.raises(WrongUse):
        unmerge_entry(hub, steward, entry, ["row:gongan.resident:none"], "不是同一人")
    done = unmerge_entry(hub, steward, entry, [row], "不是同一人")
    assert (done.register, done.entry, done.rows, done.build.state) == ("people", entry, (row,), "done")
    assert entry not in {each["entry_id"] for each in _rows(hub, PLACES, row=row.removeprefix("row:"))}
    made = Decisions(hub.storage, hub.trust).in_force("people")
    assert [(each.verdict, each.origin, each.reason) for each in made] == [("different", "unmerge", "不是同一人")]
    Decisions(hub.storage, hub.trust).take_back(steward, made[0].id)
    assert hub.build(only=["register:people"]).state == "done"
    assert _rows(hub, LINKED) == linked
    assert hub.build(only=["register:people"]).steps_run == 0


def test_who_may_not_review_may_not_part_either(changeable: Hub) -> None:
    with pytest.raises(Refused):
        unmerge_entry(changeable, Subject("operator", account="root"), "P" + "0" * 20, (), "试")
    with pytest.raises(Missing):
        unmerge_entry(changeable, _steward(changeable), "P" + "0" * 20, (), "试")
    with pytest.raises(Missing):
        unmerge_entry(changeable, _steward(changeable), "nobody", (), "试")
