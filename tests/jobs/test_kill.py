import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lingnan.base import Conflict
from lingnan.jobs import held, last_build, run_build

TOY = Path(__file__).parent / "toy.py"
SEEDS = range(20 if os.environ.get("LINGNAN_LONG") else 3)


def start(home):
    child = subprocess.Popen([sys.executable, str(TOY), str(home)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    return child


def files(home):
    """How many files a build has written into the lake."""
    return sum(path.is_file() for path in (home / "lake").rglob("*"))


@pytest.fixture(scope="module")
def undisturbed(toy, tmp_path_factory):
    """Content hashes of a build nobody disturbed, and how many files it wrote."""
    home = tmp_path_factory.mktemp("calm") / "hub"
    toy.write_sources(home)
    child = start(home)
    assert child.stdout.readline() == "done\n"
    child.wait()
    return toy.hashes(toy.open_resources(home)), files(home)


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_build_resumes_to_the_same_content(seed, toy, tmp_path, undisturbed):
    """The moment of a kill is told by what is written, which a busy machine does not shift."""
    expected, written = undisturbed
    home = tmp_path / "hub"
    toy.write_sources(home)
    chance = random.Random(seed)
    kills = 0
    for _ in range(3):
        there = files(home)
        moment = there + chance.randrange(max(1, int((written - there) * 0.9)))
        child = start(home)
        while files(home) < moment and child.poll() is None:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        child.send_signal(signal.SIGKILL)
        kills += child.wait() == -signal.SIGKILL
    assert kills >= 1
    resources = toy.open_resources(home)
    assert run_build(toy.toy_steps(home), resources).state == "done"
    assert toy.hashes(resources) == expected
    assert run_build(toy.toy_steps(home), resources).steps_run == 0


def test_step_cut_off_is_run_again_and_said_so(toy, tmp_path):
    """Killed while a step has written one of its two tables: the log says interrupted, the next build runs it again."""
    home = tmp_path / "hub"
    toy.write_sources(home)
    child = start(home)
    quarantine = home / "lake" / "dept" / "a" / "_delta_log"
    while not quarantine.exists() and child.poll() is None:
        time.sleep(0.001)
    child.kill()
    child.wait()
    resources = toy.open_resources(home)
    assert last_build(resources.storage).state == "running"
    report = run_build(toy.toy_steps(home), resources)
    assert report.state == "done"
    assert next(o for o in report.outcomes if o.step == "govern:a").state == "done"
    assert next(o for o in report.outcomes if o.step == "collect:a").state == "skipped"


def test_living_build_keeps_others_out(toy, tmp_path):
    home = tmp_path / "hub"
    toy.write_sources(home)
    resources = toy.open_resources(home)
    with held(resources.storage, "build", "somebody"), pytest.raises(Conflict):
        run_build(toy.toy_steps(home), resources)
    assert run_build(toy.toy_steps(home), resources).state == "done"


def test_versions_say_who_made_them(toy, tmp_path):
    home = tmp_path / "hub"
    toy.write_sources(home)
    resources = toy.open_resources(home)
    report = run_build(toy.toy_steps(home), resources)
    commit = resources.lake.history("registers.all")[0]
    assert (commit.job, commit.inputs, commit.extra["build"]) == ("registers:all", {"dept.a": 0, "dept.b": 0}, report.id)
