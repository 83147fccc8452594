"""F30: two people settle the same thing in two processes at once: one does, the other is told.

Cases, alerts, accounts, keys, tokens, throttles and recovery codes: test_of_two_… in tests/casework and tests/trust.
"""

import os
import subprocess
import sys
from subprocess import PIPE

import pytest

from lingnan.trust import Purpose
from tests.access.ground import TABLE, Ground

CHILD = """
import sys
from pathlib import Path
from lingnan.base import LingnanError, load_settings
from lingnan.hub import Hub
with Hub.open(load_settings(Path(sys.argv[1]))) as hub:
    who = hub.trust.accounts.subject_for(sys.argv[2])
    if sys.argv[3] == "override":
        content = hub.trust.signatures.digest(hub.trust.overrides.to_sign(who, sys.argv[4]))
        receipt = hub.trust.signatures.sign(who, "decision", content, "override").text
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        if sys.argv[3] == "override":
            hub.trust.overrides.approve(who, sys.argv[4], receipt)
        else:
            hub.sources.approve(who, sys.argv[4])
        print("done", flush=True)
    except LingnanError as error:
        print(type(error).__name__, flush=True)
"""


def both(ground: Ground, people: tuple[str, str], kind: str, identity: str) -> list[str]:
    """What two processes said that tried at the same moment."""
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(ground.hub.home), name, kind, identity], stdin=PIPE, stdout=PIPE, text=True)
        for name in people
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return [child.communicate(timeout=60)[0].strip() for child in children]


@pytest.mark.parametrize("turn", range(10 if os.environ.get("LINGNAN_LONG") else 3))
def test_of_two_who_approve_an_override_one_does(ground: Ground, turn: int) -> None:
    trust = ground.hub.trust
    why = Purpose("emergency", "突发事件应对法 第四十九条", "1")
    asked = trust.overrides.request(ground.subject("steward"), TABLE, ["person"], f"第{turn}次抢险转移安置需要", why, 5)
    said = both(ground, ("security.a", "reviewer.b"), "override", asked.id)
    assert sorted(said) == ["Conflict", "done"]
    settled = trust.overrides.card(asked.id)
    assert (settled.state, settled.settled_by in {f"official:{ground.accounts[name]}" for name in ("security", "reviewer_b")}) == ("approved", True)


def test_of_two_who_approve_a_place_one_does(ground: Ground) -> None:
    source = ground.hub.sources.propose(ground.subject("steward"), "api.race.example:443", "collect", "部门接口")
    assert sorted(both(ground, ("security.a", "security.b"), "source", source)) == ["Conflict", "done"]
