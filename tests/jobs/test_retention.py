from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import func, select

from lingnan.jobs import Step, StepRun, recent_builds, run_build, sweep_log, sweep_versions


def test_old_versions_lose_their_files_pinned_ones_stay(toy, tmp_path):
    home = tmp_path / "hub"
    toy.write_sources(home)
    resources = toy.open_resources(home)
    run_build(toy.toy_steps(home), resources)
    (home / "a.txt").write_text("1\n2\n3")
    run_build(toy.toy_steps(home), resources)
    assert sweep_versions(resources.lake, 1) == {}
    swept = sweep_versions(resources.lake, 0, pinned=lambda table: table == "registers.all")
    assert swept["dept.a"] == 1
    assert "registers.all" not in swept
    assert toy.hashes(resources)["dept.a"]


def test_old_log_goes_but_skipping_still_knows(resources, writes, storage):
    steps = [Step("a", "govern", "a", "a", writes.run, (), ("t.a",)), Step("b", "govern", "b", "b", writes.run, ("t.a",), ("t.b",))]
    for _ in range(3):
        run_build(steps, resources)
    later = SimpleNamespace(now=lambda: resources.clock.now() + timedelta(days=60))
    gone = sweep_log(storage, later, 30)
    assert gone["build"] == 2
    assert gone["step_run"] == 4
    assert run_build(steps, resources).steps_skipped == 2
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(StepRun)) == 4
    assert len(recent_builds(storage)) == 2
