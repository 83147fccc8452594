"""Registers and themes on both engines: the same rows delivered give the same tables, ids, times and linked rows included."""

from datetime import date
from pathlib import Path

import pytest

from lingnan.registers import entry_reference

from .bureau import FIRST, SECOND, THIRD, credit, firm
from .on_both import OnBoth
from .test_linking import NUMBERS, at_work, decided, entry, registered, row, rulings, slip

pytestmark = [pytest.mark.spark, pytest.mark.timeout(900)]


@pytest.fixture
def both(tmp_path: Path, spark_local: str) -> OnBoth:
    return OnBoth(tmp_path, spark_local)


@pytest.mark.long  # credit facts below are the short form
def test_people_with_links_decisions_and_what_earlier_builds_left(both: OnBoth) -> None:
    both.deliver("gongan.resident", FIRST, *(registered(place) for place in range(60)))
    both.deliver("renshe.insured", FIRST, at_work(1), at_work(2, citizen_number=slip(NUMBERS[2])), at_work(70), at_work(71), at_work(3))
    both.build_before("people")
    # One moves, one is no longer delivered, a wrong link is taken apart, a row gets its number, two unknown ones are one person.
    both.deliver("gongan.resident", SECOND, *(
        registered(place, **({"division": "440305", "updated_on": date(2026, 5, 2)} if place == 5 else {})) for place in range(60) if place != 9
    ))
    both.deliver("renshe.insured", SECOND, at_work(1), at_work(2, citizen_number=slip(NUMBERS[2])), at_work(70, citizen_number=NUMBERS[70]),
                 at_work(71), at_work(72, **{**_like(71), "name": "欧阳明"}), at_work(3, name="陈新"))
    parted = decided(row(1), entry_reference(entry(1)), "different", THIRD, "another person")
    joined = decided(row(71), row(72), "same", THIRD)
    both.build("people", rulings(parted, joined))
    events = {each["event"] for each in both.cluster.rows("registers.people_identities")}
    statuses = {each["status"] for each in both.cluster.rows("registers.people_links")}
    joined_by = {each["joined_by"] for each in both.cluster.rows("registers.people_observations")}
    assert (events, joined_by) == ({"founded", "merged"}, {"identifier", "founding", "link", "decision"})
    assert {"linked", "rejected"} <= statuses
    assert both.differences() == []


def _like(place: int) -> dict[str, object]:
    return {name: value for name, value in at_work(place).items() if name in ("sex", "birth_date")}


def test_credit_facts_and_a_theme_from_nothing(both: OnBoth) -> None:
    both.deliver("fagai.licence", FIRST, {"licence_no": "粤许〔2026〕1号", "uscc": credit(1), "holder_name": "丙公司", "issued_on": date(2026, 3, 1)})
    both.deliver("fagai.penalty", FIRST, {"penalty_no": "粤罚1", "uscc": credit(1).lower(), "name": "丙公司", "decided_on": date(2026, 3, 1)},
                 {"penalty_no": "粤罚2", "uscc": "91440101", "name": "丁公司", "decided_on": date(2026, 3, 1)})
    both.deliver("shichang.enterprise", FIRST, firm(1), firm(2))
    both.build_before("entities")
    both.build("credit")
    both.build_theme("market")
    assert len(both.cluster.rows("registers.credit")) == 2
    assert sum(each["entities"] for each in both.cluster.rows("themes.market")) == 2
    assert both.differences() == []
