"""Proofs hold for what is in the log and for nothing else; `pymerkle` and the definition of RFC 9162 are the oracles."""

import hashlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from lingnan.base import FixedClock, WrongUse
from lingnan.trust import AuditLog, ConsistencyProof, Draft, HubKey, InclusionProof
from lingnan.trust.log.proofs import consistency_path, inclusion_path
from lingnan.trust.log.tree import KEPT_LEVEL, NODE, Frontier, hash_by_name

SHA256 = hash_by_name("sha256")
KEY = HubKey(bytes(range(32)))
CLOCK = FixedClock(datetime(2026, 10, 31, tzinfo=UTC))
SIZE = 4_300


def leaf(place: int) -> bytes:
    return hashlib.sha256(b"\x00%d" % place).digest()


@cache
def root(begin: int, end: int) -> bytes:
    """RFC 9162 2.1.1, word for word."""
    if end - begin == 1:
        return leaf(begin)
    middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
    return SHA256(NODE + root(begin, middle) + root(middle, end))


@cache
def oracle() -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries([b"%d" % place for place in range(300)])
    return tree


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size))))
def test_inclusion_is_as_pymerkle_says(sizes: tuple[int, int]) -> None:
    size, number = sizes
    path = inclusion_path(number - 1, size, root)
    told = oracle().prove_inclusion(number, size)
    assert oracle().get_root(size) == root(0, size)
    assert (told.path[0], set(told.path[1:])) == (leaf(number - 1), set(path))
    proof = InclusionProof("sha256", number, size, leaf(number - 1), path)
    assert proof.holds(oracle().get_root(size))
    assert [proof.leaf, *(hashed for _side, _other, hashed in proof.steps())][-1] == root(0, size)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
def test_consistency_is_as_pymerkle_says(sizes: tuple[int, int]) -> None:
    first, second = sizes
    path = consistency_path(first, second, root)
    told = oracle().prove_consistency(first, second)
    told.verify(root(0, first), root(0, second))
    assert ConsistencyProof("sha256", first, second, path).holds(oracle().get_root(first), oracle().get_root(second))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_changed_proof_holds_for_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    number = data.draw(st.integers(1, size))
    good = InclusionProof("sha256", number, size, leaf(number - 1), inclusion_path(number - 1, size, root))
    spoilt = data.draw(st.integers(0, len(good.path) - 1))
    path = tuple(bytes(32) if place == spoilt else each for place, each in enumerate(good.path))
    for bad in (
        InclusionProof("sha256", number, size, good.leaf, path), InclusionProof("sha256", number, size, bytes(32), good.path),
        InclusionProof("sha256", number, size, good.leaf, good.path[:-1]), InclusionProof("sha256", number, size, good.leaf, (*good.path, bytes(32))),
        InclusionProof("sha256", size + 1, size, good.leaf, good.path), InclusionProof("sha256", 0, size, good.leaf, good.path),
    ):
        assert not bad.holds(root(0, size))
    first = data.draw(st.integers(1, size - 1))
    steps = consistency_path(first, size, root)
    assert not ConsistencyProof("sha256", first, size, steps).holds(bytes(32), root(0, size))
    assert not ConsistencyProof("sha256", first, size, steps).holds(root(0, first), bytes(32))
    assert not ConsistencyProof("sha256", first, size, steps[:-1]).holds(root(0, first), root(0, size))
    assert not ConsistencyProof("sha256", first, size, (*steps, bytes(32))).holds(root(0, first), root(0, size))


def write(path: Path, algorithm: str = "sha256", size: int = SIZE) -> AuditLog:
    log = AuditLog(path, KEY, CLOCK, algorithm)
    for begin in range(0, size, 700):
        log.record_many(Draft("decision", "system", "read", "a.t", "allowed", facts={"n": n}) for n in range(begin, min(begin + 700, size)))
    return log


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> AuditLog:
    return write(tmp_path_factory.mktemp("proofs") / "audit.db")


@cache
def grown_root(path: Path, size: int) -> bytes:
    frontier = Frontier(SHA256)
    with sqlite3.connect(path) as connection:
        for row in connection.execute("select leaf from entry order by number limit ?", (size,)):
            frontier.add(row[0])
    return frontier.root()


EDGES = st.sampled_from([1, 2, 1_023, 1_024, 1_025, 2_047, 2_048, 3_072, 4_096, 4_097, SIZE])


@settings(max_examples=60, deadline=None)
@given(size=EDGES | st.integers(1, SIZE), number=EDGES | st.integers(1, SIZE))
def test_the_log_proves_any_entry_at_any_size(written: AuditLog, size: int, number: int) -> None:
    number, size = sorted((number, size))
    proof = written.inclusion(number, size)
    assert written.root_at(size) == grown_root(written.path, size)
    assert proof.holds(written.root_at(size))
    assert InclusionProof.from_json(proof.as_json()) == proof
    step = written.consistency(number, size)
    assert step.holds(grown_root(written.path, number), grown_root(written.path, size))
    assert ConsistencyProof.from_json(step.as_json()) == step


def test_nodes_are_kept_and_proofs_stand_without_them(written: AuditLog, tmp_path: Path) -> None:
    kept = written._connection.execute("select level, count(*) from node group by level order by level").fetchall()
    assert kept == [(KEPT_LEVEL, 4), (KEPT_LEVEL + 1, 2), (KEPT_LEVEL + 2, 1)]
    log = write(tmp_path / "audit.db", size=2_100)
    with_nodes = log.inclusion(5)
    log._connection.execute("delete from node")
    assert log.inclusion(5) == with_nodes
    assert log.verify().sound
    log.close()


def test_a_changed_node_is_found(tmp_path: Path) -> None:
    log = write(tmp_path / "audit.db", size=2_100)
    log._connection.execute("update node set hash = zeroblob(32) where level = 11")
    assert [(damage.first, damage.last, damage.reason) for damage in log.verify().damaged] == [(1, 2_048, "node")]
    log.close()


@pytest.mark.parametrize("ask", [
    lambda log: log.inclusion(SIZE + 1), lambda log: log.inclusion(0), lambda log: log.inclusion(3, 2),
    lambda log: log.consistency(0), lambda log: log.consistency(3, 2), lambda log: log.root_at(SIZE + 1),
])
def test_nothing_is_proved_of_what_is_not_there(written: AuditLog, ask: Callable[[AuditLog], object]) -> None:
    with pytest.raises(WrongUse):
        ask(written)


def test_sm3_proves_as_well(tmp_path: Path) -> None:
    try:
        hash_by_name("sm3")
    except ValueError:
        pytest.skip("OpenSSL of this machine has no SM3")
    log = write(tmp_path / "audit.db", "sm3", 1_500)
    assert log.inclusion(700).holds(log.root_at(1_500))
    assert log.consistency(1_024).holds(log.root_at(1_024), log.root_at(1_500))
    assert log.verify().sound
    log.close()
