import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lingnan.base import BadInput, Incomplete, Unavailable, WrongUse
from lingnan.jobs import Step, StepResult, StepRun, run_build
from lingnan.lake import View
from lingnan.storage import OutboxEvent


def make(name, writes, inputs=(), outputs=None, **more):
    return Step(name, "govern", name, name, more.pop("run", writes.run), tuple(inputs), tuple(outputs or [f"t.{name}"]), **more)


def chain(writes, **codes):
    return [
        make("a", writes, code=codes.get("a", "1")),
        make("b", writes, ["t.a"], code=codes.get("b", "1")),
        make("c", writes, ["t.b"], code=codes.get("c", "1")),
        make("lonely", writes, code=codes.get("lonely", "1")),
    ]


def test_first_build_runs_all_second_nothing(resources, writes):
    first = run_build(chain(writes), resources)
    assert (first.state, first.steps_run, first.exit_code) == ("done", 4, 0)
    assert writes.ran.index("a") < writes.ran.index("b") < writes.ran.index("c")
    second = run_build(chain(writes), resources)
    assert (second.state, second.steps_run, second.steps_skipped) == ("done", 0, 4)
    assert len(writes.ran) == 4


def test_changed_code_runs_the_step_and_what_follows(resources, writes):
    run_build(chain(writes), resources)
    writes.ran.clear()
    run_build(chain(writes, b="2"), resources)
    assert writes.ran == ["b", "c"]


def test_dropped_or_restored_output_runs_again(resources, writes, fake_lake):
    run_build(chain(writes), resources)
    fake_lake.versions.pop("t.c")
    writes.ran.clear()
    run_build(chain(writes), resources)
    assert writes.ran == ["c"]
    run_build(chain(writes, lonely="2"), resources)
    fake_lake.versions["t.lonely"] = 0
    writes.ran.clear()
    run_build(chain(writes, lonely="2"), resources)
    assert writes.ran == ["lonely"]


def test_fingerprint_of_an_outside_file(resources, writes, tmp_path):
    file = tmp_path / "in.csv"
    file.write_text("1")
    steps = [make("a", writes, fingerprint=file.read_text)]
    run_build(steps, resources)
    run_build(steps, resources)
    file.write_text("2")
    run_build(steps, resources)
    assert writes.ran == ["a", "a"]


def test_only_a_goal_and_what_it_needs(resources, writes):
    report = run_build(chain(writes), resources, only=["t.b"])
    assert writes.ran == ["a", "b"]
    assert report.state == "done"


def test_one_failure_stops_only_its_dependants(resources, writes):
    def fail(ctx):
        raise BadInput("第 3 行缺列。", "Line 3 lacks a column.")

    steps = chain(writes)
    steps[1] = make("b", writes, ["t.a"], run=fail)
    steps.append(make("d", writes, ["t.c"]))
    report = run_build(steps, resources)
    assert (report.state, report.exit_code, report.steps_failed, report.steps_stopped) == ("incomplete", 4, 1, 2)
    assert set(writes.ran) == {"a", "lonely"}
    assert "缺列" in next(o for o in report.outcomes if o.step == "b").error_zh
    assert "b" in next(o for o in report.outcomes if o.step == "c").error_en
    with pytest.raises(Incomplete, match="Line 3"):
        report.ensure_done()
    writes.ran.clear()
    assert run_build(chain(writes), resources).ensure_done().steps_run == 2
    assert writes.ran == ["b", "c"]


def test_failed_step_is_tried_again_although_nothing_changed(resources, writes):
    def touch_and_fail(ctx):
        writes.run(ctx)
        raise RuntimeError("disk")

    run_build([make("a", writes)], resources)
    run_build([make("a", writes, run=touch_and_fail, code="2")], resources)
    writes.ran.clear()
    # Back to the first code: its good run must not count, for the failed one has touched the table since.
    assert run_build([make("a", writes)], resources).steps_run == 1
    assert run_build([make("a", writes)], resources).steps_run == 0
    assert writes.ran == ["a"]


def test_unexpected_error_names_itself_in_both_languages(resources, writes):
    def fail(ctx):
        raise KeyError("column")

    outcome = run_build([make("a", writes, run=fail)], resources).outcomes[0]
    assert "KeyError" in outcome.error_zh
    assert "KeyError" in outcome.error_en


def test_fingerprint_that_cannot_be_taken_fails_its_step_only(resources, writes):
    def gone():
        raise FileNotFoundError("in.csv")

    report = run_build([make("a", writes, fingerprint=gone), make("b", writes)], resources)
    assert (report.steps_failed, writes.ran) == (1, ["b"])


def test_source_away_keeps_the_last_delivery(resources, writes):
    def away(ctx):
        raise Unavailable("数据源没有应答。", "Source does not answer.")

    first = run_build([make("a", writes, run=away), make("b", writes, ["t.a"])], resources)
    assert first.state == "incomplete"
    run_build([make("a", writes), make("b", writes, ["t.a"])], resources)
    later = run_build([make("a", writes, run=away, code="2"), make("b", writes, ["t.a"])], resources)
    assert (later.state, later.steps_kept, later.steps_skipped) == ("done", 1, 1)
    assert "没有应答" in later.outcomes[0].error_zh


def test_declared_output_that_was_not_made(resources, writes):
    report = run_build([make("a", writes, run=lambda ctx: StepResult())], resources)
    assert report.state == "incomplete"
    assert "t.a" in report.outcomes[0].error_en


def test_undeclared_reading_is_refused(resources, writes):
    seen = []

    def peek(ctx):
        with pytest.raises(WrongUse, match=r"t\.secret"):
            ctx.views(["t.secret"])
        seen.append(ctx.facts({"batch": "b"}))
        return writes.run(ctx)

    run_build([make("a", writes), make("b", writes, ["t.a"], run=peek, code="c9")], resources)
    assert (seen[0].job, seen[0].code, seen[0].inputs, seen[0].extra["batch"]) == ("b", "c9", {"t.a": 0}, "b")


def test_step_reads_the_versions_it_began_with(resources, writes, fake_lake):
    """A delivery that arrives while the step runs belongs to the next build."""
    seen = []

    def read(ctx):
        fake_lake.write("t.a")
        seen.append((ctx.views()["t.a"].version, ctx.facts().inputs["t.a"]))
        return writes.run(ctx)

    granted = replace(resources, grant=lambda step, tables: {table: View.for_step(table, step.name) for table in tables})
    steps = [make("a", writes), make("b", writes, ["t.a"], run=read)]
    run_build(steps, granted)
    assert seen == [(0, 0)]
    assert run_build(steps, granted).steps_run == 1
    assert seen[1] == (1, 1)


def test_two_steps_run_side_by_side(resources, writes):
    meeting = threading.Barrier(2, timeout=60)

    def meet(ctx):
        meeting.wait()
        return writes.run(ctx)

    report = run_build([make("a", writes, run=meet), make("b", writes, run=meet)], resources, parallel=2)
    assert report.state == "done"


def test_stop_ends_running_steps_and_begins_no_more(resources, writes):
    stop = threading.Event()

    def last(ctx):
        stop.set()
        return writes.run(ctx)

    report = run_build([make("a", writes, run=last), make("b", writes, ["t.a"])], resources, stop=stop)
    assert (report.state, report.steps_run, report.steps_stopped) == ("incomplete", 1, 1)
    assert run_build([make("a", writes, run=last), make("b", writes, ["t.a"])], resources).steps_run == 1


def test_new_versions_are_announced_and_runs_logged(resources, writes, storage):
    run_build(chain(writes), resources)
    with storage.reading() as session:
        names = [(e.name, e.subject) for e in session.scalars(select(OutboxEvent))]
        runs = {r.step: (r.state, r.outputs) for r in session.scalars(select(StepRun))}
    assert ("lake.table_committed", "t.a") in names
    assert sum(name == "jobs.build_ended" for name, _ in names) == 1
    assert runs["c"] == ("done", {"t.c": 0})


def test_of_eighty_steps_with_nothing_to_do_none_runs(resources, writes):
    """How long that takes is measured by `benchmarks/waits.py`."""
    steps = [make(f"s{i}", writes, [f"t.s{i - 1}"] if i % 5 else []) for i in range(80)]
    run_build(steps, resources)
    assert run_build(steps, resources).steps_skipped == 80
    assert len(writes.ran) == 80


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_graph_runs_what_changed_and_nothing_else(data, resources, writes, fake_lake):
    """Against a plain recursion: a step runs exactly when its code changed or something it reads was made anew."""
    count = data.draw(st.integers(1, 9))
    tag = f"g{len(fake_lake.versions)}_{len(writes.ran)}"
    reads = [data.draw(st.sets(st.integers(0, i - 1), max_size=3)) if i else set() for i in range(count)]

    def steps(codes):
        return [
            make(f"{tag}_{i}", writes, [f"t.{tag}_{j}" for j in sorted(reads[i])], code=codes[i]) for i in data.draw(st.permutations(range(count)))
        ]

    codes = ["1"] * count
    run_build(steps(codes), resources, parallel=data.draw(st.integers(1, 3)))
    changed = data.draw(st.sets(st.integers(0, count - 1), max_size=2))
    writes.ran.clear()
    run_build(steps(["2" if i in changed else "1" for i in range(count)]), resources)
    expected = set()
    for i in range(count):
        if i in changed or reads[i] & expected:
            expected.add(i)
    assert sorted(writes.ran) == sorted(f"{tag}_{i}" for i in expected)
    place = {name: at for at, name in enumerate(writes.ran)}
    for i in expected:
        assert all(place[f"{tag}_{j}"] < place[f"{tag}_{i}"] for j in reads[i] & expected)
