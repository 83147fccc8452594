import threading

from lingnan.jobs import Step, StepResult, build_report, code_digest, last_build, run_build


def test_no_build_yet(storage):
    assert last_build(storage) is None
    assert build_report(storage, "x") is None


def test_report_from_the_log_is_the_report_of_the_run(resources, writes, storage):
    steps = [Step("a", "collect", "甲", "A", writes.run, (), ("t.a",), "1"), Step("b", "govern", "乙", "B", writes.run, ("t.a",), ("t.b",), "1")]
    told = run_build(steps, resources)
    kept = last_build(storage)
    assert (kept.id, kept.state, kept.steps_run, kept.rows) == (told.id, "done", 2, {"t.a": 1, "t.b": 1})
    assert [(o.step, o.zh, o.state) for o in kept.outcomes] == [("a", "甲", "done"), ("b", "乙", "done")]


def test_progress_of_a_running_step_can_be_seen(resources, writes, storage):
    seen, go_on = [], threading.Event()

    def long(ctx):
        ctx.progress.begin("rows", "读取", "read", 100)
        ctx.progress.advance("rows", 40)
        go_on.wait(60)
        return writes.run(ctx)

    def look():
        while not seen:
            report = last_build(storage)
            if report and report.outcomes[0].done:
                seen.append((report.state, report.outcomes[0].state, report.outcomes[0].done, report.outcomes[0].total))
            go_on.wait(0.05)
        go_on.set()

    watcher = threading.Thread(target=look)
    watcher.start()
    run_build([Step("a", "collect", "甲", "A", long, (), ("t.a",), "1")], resources)
    watcher.join(10)
    assert seen == [("running", "running", 40.0, 100.0)]


def test_result_is_kept(resources, writes, storage):
    def run(ctx):
        writes.run(ctx)
        return StepResult({"t.a": 7}, ["备注"], 3)

    run_build([Step("a", "collect", "甲", "A", run, (), ("t.a",), "1")], resources)
    outcome = last_build(storage).outcomes[0]
    assert (outcome.rows, outcome.notes, outcome.findings) == ({"t.a": 7}, ("备注",), 3)


def test_code_digest_follows_sources():
    assert code_digest("lingnan.jobs.graph") == code_digest("lingnan.jobs.graph")
    assert code_digest("lingnan.jobs.graph") != code_digest("lingnan.jobs.shapes")
    assert code_digest("lingnan.jobs.graph", also="plan 2") != code_digest("lingnan.jobs.graph")
