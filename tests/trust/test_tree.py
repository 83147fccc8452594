"""The tree is the one of RFC 9162: known roots, and the recursive definition as oracle."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.trust.log.tree import Frontier, hash_by_name, leaf_bytes

SHA256 = hash_by_name("sha256")
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def defined(leaves: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier(SHA256)
    for leaf in leaves:
        frontier.add(leaf)
    return frontier


@pytest.mark.parametrize(("size", "root"), CT_ROOTS.items())
def test_known_roots_of_certificate_transparency(size: int, root: str) -> None:
    leaves = [SHA256(b"\x00" + bytes.fromhex(leaf)) for leaf in CT_LEAVES[:size]]
    assert grown(leaves).root().hex() == root


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_frontier_gives_the_defined_root_and_survives_storing(leaves: list[bytes]) -> None:
    frontier = grown(leaves)
    assert frontier.root() == defined(leaves)
    again = Frontier.from_bytes(SHA256, frontier.to_bytes())
    assert (again.size, again.root()) == (len(leaves), frontier.root())


def test_bytes_that_are_no_frontier_are_refused() -> None:
    with pytest.raises(ValueError, match="no frontier"):
        Frontier.from_bytes(SHA256, (3).to_bytes(8, "big") + bytes(32))


@given(st.lists(st.one_of(st.integers(0, 1 << 60), st.binary()), min_size=1), st.lists(st.one_of(st.integers(0, 1 << 60), st.binary()), min_size=1))
def test_two_rows_never_give_the_same_bytes(one: list[int | bytes], other: list[int | bytes]) -> None:
    assert (leaf_bytes(tuple(one)) == leaf_bytes(tuple(other))) == (one == other)


def test_sm3_where_this_machine_has_it() -> None:
    try:
        digest = hash_by_name("sm3")
    except ValueError:
        pytest.skip("OpenSSL of this machine has no SM3")
    assert digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905-2016, annex A.1
