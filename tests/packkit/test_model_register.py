"""Models that learn: candidates answer by their baseline, approved ones are used while they beat it, and what moves is told."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lingnan.base import Conflict, Missing, Settings, Unavailable
from lingnan.methods import fit_scorecard, without_learning
from lingnan.packkit import named
from lingnan.packkit.modelling.measuring import MOVED, Measured, measured, spread
from lingnan.packkit.modelling.register import ModelRegister
from lingnan.packkit.models import load_code
from lingnan.packkit.shapes import Learned
from lingnan.storage import Storage, pending_events
from tests.back_ends import Furnish

WORDS = {"zh": "甲", "en": "A"}
LEARNED = Learned.model_validate({
    "purpose": WORDS, "users": WORDS, "never": WORDS, "method": WORDS, "limits": WORDS, "features": {"value": WORDS}, "sources": ("甲编《方法》",),
    "error": "error", "baseline_error": "naive", "folds": ("city",), "made_by": "method",
    "watched": {"hours": ("value",)},
})
HOURS = {"hours": pa.table({"value": [float(each) for each in range(100)]})}
GOOD = pa.table({"city": ["a", "a", "b"], "error": [1.0, 3.0, 4.0], "naive": [4.0, 4.0, 5.0], "method": ["m", "m", "m"]})
ONE, TWO = "1" * 64, "2" * 64


@pytest.fixture
def storage(tmp_path: Path, furnish: Furnish) -> Storage:
    return Storage.open(Settings(home=furnish(tmp_path / "hub")))


def test_numbers_are_told_by_fold_and_a_tie_does_not_beat() -> None:
    found = measured(LEARNED, GOOD, HOURS, {})
    assert [(each.name, each.rows, each.error, each.baseline_error) for each in found.folds] == [("a", 2, 2.0, 4.0), ("b", 1, 4.0, 5.0)]
    assert (found.error, found.baseline_error, found.beats, found.rows) == (3.0, 4.5, True, 3)
    even = GOOD.set_column(1, "error", GOOD.column("naive"))
    assert not measured(LEARNED, even, HOURS, {}).beats
    assert measured(LEARNED.model_copy(update={"better": "more"}), GOOD, HOURS, {}).beats is False
    assert not measured(LEARNED, GOOD.slice(0, 0), HOURS, {}).beats


def test_inputs_that_moved_have_a_high_stability_index() -> None:
    before = {"hours.value": spread([float(each) for each in range(100)])}
    assert measured(LEARNED, GOOD, HOURS, before).drift["hours.value"] == pytest.approx(0, abs=1e-9)
    moved = {"hours": pa.table({"value": [each / 2 + 60.0 for each in range(100)]})}
    assert measured(LEARNED, GOOD, moved, before).drift["hours.value"] > MOVED


def test_a_model_is_used_only_approved_and_better(storage: Storage) -> None:
    register, found = ModelRegister(storage, storage.clock), measured(LEARNED, GOOD, HOURS, {})
    assert register.settle("air", "forecast", ONE, found, {"air.hours": 3}) == "not_approved"
    assert [(each.state, each.fit and each.fit["used"]) for each in register.listing()] == [("candidate", False)]
    register.decide("air", "forecast", ONE, "approved", "official:r", "C1")
    register.decide("air", "forecast", ONE, "approved", "official:r", "C1")
    assert register.settle("air", "forecast", ONE, found, {"air.hours": 4}) is None
    assert register.settle("air", "forecast", ONE, replace(found, beats=False), {"air.hours": 5}) == "not_better"
    [standing] = register.listing("air", "forecast")
    assert (standing.state, standing.case_number, standing.fit and standing.fit["data"]) == ("approved", "C1", {"air.hours": 5})


def test_what_answers_is_told_with_its_reason(storage: Storage) -> None:
    register, found = ModelRegister(storage, storage.clock), measured(LEARNED, GOOD, HOURS, {})

    def after(new: Measured) -> str:
        register.settle("air", "forecast", ONE, new, {})
        return register.listing()[0].answering

    assert after(replace(found, lacking="models")) == "extra_missing"
    assert after(replace(found, lacking="data")) == "too_little"
    assert after(found) == "not_approved"
    register.decide("air", "forecast", ONE, "approved", "official:r", "C1")
    assert register.listing()[0].answering == "next_build"
    assert after(found) == "model"
    assert after(replace(found, beats=False)) == "not_better"
    register.decide("air", "forecast", ONE, "retired", "official:r", "C1")
    assert after(found) == "retired"
    assert [(each["number"], each["used"]) for each in register.fits("air", "forecast")] == [
        (1, False), (2, False), (3, False), (4, True), (5, False), (6, False),
    ]


def test_a_fit_tells_what_it_read_and_further_measures(storage: Storage) -> None:
    learned = LEARNED.model_copy(update={"period": {"hours": "day"}, "measures": {"covered": WORDS}})
    hours = {"hours": pa.table({"value": [1.0, 2.0], "day": [date(2026, 1, 2), date(2026, 1, 1)]})}
    found = measured(learned, GOOD.append_column("covered", pa.array([0.8, 1.0, None])), hours, {})
    assert (found.read["hours"].rows, found.read["hours"].first, found.read["hours"].last) == (2, "2026-01-01", "2026-01-02")
    assert found.measures == {"covered": pytest.approx(0.9)}
    register = ModelRegister(storage, storage.clock)
    register.settle("air", "forecast", ONE, found, {})
    [fit] = register.fits("air", "forecast")
    assert (fit["read"]["hours"]["last"], fit["measures"]["covered"], fit["lacking"]) == ("2026-01-02", pytest.approx(0.9), "")


def test_approving_another_version_retires_the_one_in_use(storage: Storage) -> None:
    register, found = ModelRegister(storage, storage.clock), measured(LEARNED, GOOD, HOURS, {})
    for digest in (ONE, TWO):
        register.settle("air", "forecast", digest, found, {})
    register.decide("air", "forecast", ONE, "approved", "official:r", "C1")
    register.decide("air", "forecast", TWO, "approved", "official:r", "C2")
    assert {each.digest: each.state for each in register.listing()} == {ONE: "retired", TWO: "approved"}
    assert (register.approved("air", "forecast", ONE), register.approved("air", "forecast", TWO)) == (False, True)
    with pytest.raises(Conflict):
        register.decide("air", "forecast", ONE, "approved", "official:r", "C3")
    with pytest.raises(Missing):
        register.decide("air", "other", ONE, "approved", "official:r", "C3")


def test_what_moved_since_the_approval_is_announced(storage: Storage) -> None:
    register, found = ModelRegister(storage, storage.clock), measured(LEARNED, GOOD, HOURS, {})

    def told(new: Measured) -> int:
        register.settle("air", "forecast", ONE, new, {})
        with storage.reading() as session:
            return sum(each.name == "packs.model_moved" for each in pending_events(session))

    assert told(replace(found, beats=False)) == 0, "a candidate is nobody's concern yet"
    register.settle("air", "forecast", ONE, found, {})
    register.decide("air", "forecast", ONE, "approved", "official:r", "C1")
    assert told(found) == 0
    assert told(replace(found, drift={"hours.value": 0.3})) == 1
    assert told(replace(found, error=9.0)) == 2
    assert told(replace(found, beats=False)) == 3
    assert register.reference("air", "forecast", ONE)["hours.value"]["bounds"] == spread([float(each) for each in range(100)])["bounds"]


def test_where_learning_is_barred_a_method_that_learns_answers_as_without_its_extra() -> None:
    pytest.importorskip("sklearn")
    with without_learning(), pytest.raises(Unavailable, match="not approved"):
        fit_scorecard({"x": [1, 2]}, [True, False], name="n", card_version="1", data_version="")


def test_the_card_of_credit_says_why_its_baseline_answers() -> None:
    pack = named("enterprise_credit").pack
    assert pack is not None
    card = load_code(pack, "models.py")
    empty: dict[str, list[Any]] = {"x": [], "bad": []}
    for reason in ("not_approved", "not_better", "retired"):
        with without_learning(reason):
            assert card.learnt_card(empty, empty, empty, ("x",), "v")[0]["standing"] == reason
