"""The card scores in SQL as its bins say, tells reasons, and is not used where it is no better than one attribute."""

from datetime import date
from typing import Any

import pytest

from lingnan.lake import Engine
from lingnan.packkit import Pack, sample_rows, try_pack

pytest.importorskip("sklearn", reason="making a card needs the extra models")
TODAY = date(2026, 6, 30)
WANTED = ["card_quality", "inspection_priority", "int_card", "int_card_row"]


def made_of(engine: Engine, pack: Pack, rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {name: table.to_pylist() for name, table in try_pack(engine, pack, rows, TODAY, WANTED).items()}


def test_scores_are_the_sum_of_the_bins_points_and_the_main_reason_costs_most(engine: Engine, pack: Pack) -> None:
    made = made_of(engine, pack, sample_rows(pack, 7, 100))
    (quality,) = made["card_quality"]
    assert quality["standing"] == "made"
    assert quality["auc"] > quality["single_auc"] > 0.55
    bins: dict[str, list[dict[str, Any]]] = {}
    for each in made["int_card"]:
        bins.setdefault(each["attribute"], []).append(each)
    facts = {row["uscc"]: row for row in made["int_card_row"] if row["origin"] == "now"}
    assert len(made["inspection_priority"]) == len(facts)
    for row in made["inspection_priority"]:
        points = {name: _points(parts, facts[row["uscc"]][name]) for name, parts in bins.items()}
        lost = {name: max(part["points"] for part in parts) - points[name] for name, parts in bins.items()}
        assert row["score"] == pytest.approx(sum(points.values()))
        assert row["reasons"] == (sum(cost > 0 for cost in lost.values()) or None)
        if row["reasons"]:
            assert lost[row["main_reason"]] == pytest.approx(max(lost.values()))
    scores = [row["score"] for row in sorted(made["inspection_priority"], key=lambda row: row["place"])]
    assert scores == sorted(scores)


def _points(parts: list[dict[str, Any]], number: float) -> float:
    (found,) = (each for each in parts if (each["low"] is None or number >= each["low"]) and (each["high"] is None or number < each["high"]))
    return float(found["points"])


def test_a_card_that_one_attribute_equals_puts_nobody_in_order(engine: Engine, pack: Pack) -> None:
    entities, facts = [], []
    for number in range(240):
        uscc = f"E{number:03d}"
        entities.append({"uscc": uscc, "name": uscc, "kind": "1130", "division": "440106", "founded_on": date(2010, 1, 1)})
        days = {"03": date(2023, 1, 1)} if number % 2 else {}
        bad = number % 2 if number % 5 else not number % 2
        for kind, day in {**days, **({"04": date(2025, 1, 1 + number % 28)} if bad else {})}.items():
            facts.append({"entry_id": f"C{uscc}{kind}", "uscc": uscc, "kind": kind, "document_no": f"{uscc}{kind}", "decided_on": day})
        if bad:
            facts.append({"entry_id": f"L{uscc}", "uscc": uscc, "kind": "04", "document_no": f"L{uscc}", "decided_on": date(2026, 1, 1)})
    made = made_of(engine, pack, {"registers.entities": entities, "registers.credit": facts})
    (quality,) = made["card_quality"]
    assert quality["standing"] == "made"
    assert quality["beats_baseline"] is False
    assert made["inspection_priority"] == []
