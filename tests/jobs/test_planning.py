"""Which engine a step runs on, from what its inputs measure; and that a step no cluster can follow is run here."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from lingnan.base import FixedClock, Incomplete, Settings, WrongUse
from lingnan.jobs import Resources, Step, StepContext, StepResult, outgrown, run_build
from lingnan.jobs.planning import engine_for, threshold
from lingnan.lake import Unsupported, checked_engine

MEGABYTE = 1024 * 1024
SIZES = {"area.large": (5_000_000, 200 * MEGABYTE), "area.small": (10, 1_000)}


class MeasuredLake:
    """Tables that have a size and nothing else."""

    def exists(self, table):
        return table in SIZES

    def newest(self, table):
        return 3 if table in SIZES else None

    def version(self, table):
        return 3

    def size(self, table, version=None):
        return SIZES[table]


def step(name, *inputs, run=lambda _context: StepResult(), embedded=False):
    return Step(name, "room", name, name, run, inputs=inputs, embedded=embedded)


@pytest.fixture
def ground(tmp_path):
    settings = Settings(home=tmp_path, memory="2GB")
    return Resources(
        MeasuredLake(), SimpleNamespace(name="duckdb"), None, settings, FixedClock(datetime(2026, 11, 1, tzinfo=UTC)), lambda *_: {},
        SimpleNamespace(name="spark"),
    )


def test_what_fills_the_memory_of_one_step_is_for_the_cluster(ground):
    assert threshold(ground.settings) == 128 * MEGABYTE
    assert threshold(ground.settings.model_copy(update={"engine_from": 1})) == MEGABYTE
    engine, notes = engine_for(step("join", "area.large", "area.small"), {"area.large": 3, "area.small": 3}, ground)
    assert engine is ground.cluster
    assert "5,000,010" in notes[0]


@pytest.mark.parametrize("kept", [step("few", "area.small"), step("collect", "area.large", embedded=True), step("first")])
def test_small_steps_and_those_that_read_sources_stay_here(ground, kept):
    assert engine_for(kept, dict.fromkeys(kept.inputs, 3), ground) == (ground.engine, ())


def test_without_a_cluster_nothing_is_measured(ground):
    alone = replace(ground, cluster=None, lake=None)
    assert engine_for(step("join", "area.large"), {"area.large": 3}, alone) == (ground.engine, ())


def test_status_tells_which_steps_would_gain(ground):
    steps = [step("few", "area.small"), step("join", "area.large"), step("none", "area.absent")]
    found = [each.as_json() for each in outgrown(steps, ground.lake, ground.settings)]
    assert found == [{"step": "join", "rows": 5_000_000, "bytes": 200 * MEGABYTE}]


def test_a_step_the_cluster_cannot_follow_runs_here_and_says_so(ground, storage):
    ran = []

    def run(context: StepContext) -> StepResult:
        ran.append(context.engine.name)
        if context.engine.name == "spark":
            raise Unsupported("不支持", "no pivot here")
        return StepResult(notes=("own",))

    def lost(context: StepContext) -> StepResult:
        raise Incomplete("失联", "the cluster went away")

    report = run_build([step("pivot", "area.large", run=run), step("lost", "area.large", run=lost)], replace(ground, storage=storage))
    outcomes = {outcome.step: outcome for outcome in report.outcomes}
    assert ran == ["spark", "duckdb"]
    assert outcomes["pivot"].state == "done"
    assert "no pivot here" in outcomes["pivot"].notes[0]
    assert outcomes["pivot"].notes[1] == "own"
    assert outcomes["lost"].state == "failed"


@pytest.mark.parametrize("name", ["duckdb", "spark", "spark://10.0.0.1:7077", "spark://one:7077,two:7077"])
def test_engines_go_by_these_names(name):
    assert checked_engine(name) == name


@pytest.mark.parametrize("name", ["", "Spark", "local[2]", "spark://", "yarn", "spark://host:7077/x", "spark://a b:1"])
def test_no_engine_goes_by_another(name):
    with pytest.raises(WrongUse):
        checked_engine(name)
