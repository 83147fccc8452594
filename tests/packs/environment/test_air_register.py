"""The forecast of the air passes through the register as it is: its baselines answer until it was approved, then the model where it beats them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import Settings
from lingnan.packkit import ModelRegister, Pack
from lingnan.packkit.building import _settled
from lingnan.packkit.modelling.register import model_digest
from lingnan.storage import Storage
from tests.back_ends import Furnish
from tests.packs.environment.test_air_forecast import _hours


@pytest.mark.long
def test_a_candidate_answers_by_its_baselines_and_an_approved_one_itself(environment: Pack, tmp_path: Path, furnish: Furnish) -> None:
    pytest.importorskip("sklearn")
    storage = Storage.open(Settings(home=furnish(tmp_path / "hub")))
    register, reads = ModelRegister(storage, storage.clock), {"int_air_city_hour": _hours()}

    def made() -> set[Any]:
        rows = _settled(environment, "air_forecast", reads, date(2026, 4, 10), {"environment.int_air_city_hour": 1}, register)
        return set(rows.column("method").to_pylist())

    assert not any("boosting" in each for each in made())
    [standing] = register.listing()
    assert standing.fit is not None
    assert (standing.state, standing.fit["beats"], standing.fit["used"]) == ("candidate", True, False)
    assert [each["name"] for each in standing.fit["folds"]] == ["o3 · 1", "o3 · 24", "o3 · 6"]
    register.decide("environment", "air_forecast", model_digest(environment, "air_forecast"), "approved", "official:r", "C1")
    assert all("boosting" in each for each in made())
