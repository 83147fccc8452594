"""Observations: every one kept once, the youngest at hand."""

from datetime import UTC, datetime, timedelta

import pytest

from lingnan.base import Missing, WrongUse
from lingnan.catalogue import Catalogue, Seen

AT = datetime(2026, 10, 31, 1, tzinfo=UTC)


def test_the_latest_is_the_youngest_whatever_the_order(catalogue: Catalogue) -> None:
    assert catalogue.observe("gongan.resident", "rows", 120, AT, {"batch": "b1"})
    assert catalogue.observe("gongan.resident", "rows", 100, AT - timedelta(days=1))
    assert catalogue.observe(catalogue.resource("gongan.resident").code, "score", {"completeness": 0.98}, AT)
    latest = catalogue.latest("gongan.resident")
    assert (latest["rows"].value, latest["rows"].evidence, latest["rows"].at) == (120, {"batch": "b1"}, AT)
    assert catalogue.resource("gongan.resident").latest["score"].value == {"completeness": 0.98}
    assert [seen.value for seen in catalogue.history("gongan.resident", "rows")] == [120, 100]


def test_a_fact_told_twice_stands_once(catalogue: Catalogue) -> None:
    seen = Seen("gongan.resident", "load", 3, AT, {"batch": "b1"})
    assert catalogue.observe_many([seen, seen]) == 1
    assert catalogue.observe_many([seen]) == 0
    assert len(catalogue.history("gongan.resident", "load")) == 1


def test_unknown_resources_and_kinds_are_refused_whole(catalogue: Catalogue) -> None:
    with pytest.raises(Missing):
        catalogue.observe_many([Seen("gongan.resident", "rows", 1, AT), Seen("no.such", "rows", 1, AT)])
    with pytest.raises(WrongUse):
        catalogue.observe("gongan.resident", "rumour", 1, AT)  # type: ignore[arg-type]
    assert catalogue.latest("gongan.resident") == {}
