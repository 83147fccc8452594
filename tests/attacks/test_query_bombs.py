"""F21: queries made never to end or to fill the machine, through `lingnan insight query`: stopped with a sentence, the hub as before.

In the sandbox itself, with its memory, disk and turns: tests/lake/test_sandbox.py; what a person is told: tests/hub/test_query.py.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.access.ground import TABLE, Ground
from tests.terminal import run

SECONDS = 3
BOMBS = {
    "product": f"select count(*) from {', '.join(f'{TABLE} a{n}' for n in range(9))}",
    "recursion": "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r",
    "series": f"select sum(x) from {TABLE}, range(100000000000) t(x)",
    "pattern": f"select regexp_matches(repeat('a', 100000), '(a+)+$') from {TABLE}, {TABLE} b, {TABLE} c, {TABLE} d",
    "text": f"select length(repeat(pension_no, 2000000000)) from {TABLE}",
    "many rows": f"select a.pension_no from {TABLE} a, {TABLE} b, {TABLE} c, {TABLE} d",
    "nesting": "select " + "(" * 3000 + "1" + ")" * 3000,
    "long list": f"select * from {TABLE} where amount in ({','.join(map(str, range(15_000)))})",
}


def query(ground: Ground, sql: str) -> tuple[int, str, float]:
    began = time.monotonic()
    limits = {"LINGNAN_QUERY_SECONDS": str(SECONDS), "LINGNAN_QUERY_MEMORY": "256MB", "LINGNAN_QUERY_ROWS": "1000"}
    done = run("insight", "query", sql, "--home", ground.hub.home, "--as", "steward.a", environment={**os.environ, **limits}, timeout=120)
    return done.returncode, done.stdout[-300:] + done.stderr, time.monotonic() - began


@pytest.fixture(scope="module")
def ended(ground: Ground) -> dict[str, tuple[int, str, float]]:
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(BOMBS, pool.map(lambda sql: query(ground, sql), BOMBS.values()), strict=True))


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stopped(ended: dict[str, tuple[int, str, float]], name: str) -> None:
    code, said, seconds = ended[name]
    assert "Traceback" not in said
    assert code in (0, 2, 3, 4), said
    assert seconds < 90
    if name in ("product", "recursion", "series"):
        assert code in (3, 4), said


def test_the_hub_answers_as_before(ground: Ground, ended: dict[str, tuple[int, str, float]]) -> None:
    assert ended
    assert ground.hub.query(ground.subject("steward"), f"select count(*) as n from {TABLE}").rows.num_rows == 1
    assert ground.hub.trust.verify().sound
