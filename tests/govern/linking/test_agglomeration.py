"""Which records of a component are one entity."""

from lingnan.govern.linking.agglomeration import agglomerate


def clusters(nodes: list[int], edges: list[tuple[int, int, float]], identified: frozenset[int] = frozenset()) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for node, cluster in agglomerate(nodes, edges, identified):
        found.setdefault(cluster, set()).add(node)
    return {frozenset(each) for each in found.values()}


def test_a_chain_is_cut_where_its_ends_are_too_different() -> None:
    edges = [(1, 2, 6.0), (2, 3, 5.0), (3, 4, 6.0), (1, 3, -8.0), (1, 4, -9.0), (2, 4, -7.0)]
    assert clusters([1, 2, 3, 4], edges) == {frozenset({1, 2}), frozenset({3, 4})}


def test_evidence_for_outvotes_a_weak_doubt() -> None:
    edges = [(1, 2, 6.0), (1, 3, 6.0), (2, 3, -2.0)]
    assert clusters([1, 2, 3], edges) == {frozenset({1, 2, 3})}


def test_two_identified_never_meet_and_the_nearer_takes_the_third() -> None:
    edges = [(1, 2, 9.0), (2, 3, 10.0)]
    assert clusters([1, 2, 3], edges, frozenset({1, 3})) == {frozenset({1}), frozenset({2, 3})}


def test_an_identity_is_kept_when_clusters_are_joined() -> None:
    edges = [(1, 2, 10.0), (2, 3, 9.0), (3, 4, 8.0)]
    assert clusters([1, 2, 3, 4], edges, frozenset({2, 4})) == {frozenset({1, 2, 3}), frozenset({4})}


def test_one_pair_does_not_outvote_all_others() -> None:
    edges = [(1, 2, 500.0), (1, 3, -30.0), (2, 3, -30.0), (3, 4, 5.0), (1, 4, 4.0), (2, 4, 4.0)]
    assert frozenset({1, 2}) in {each & {1, 2} for each in clusters([1, 2, 3, 4], edges)}
    assert not any({1, 3} <= each for each in clusters([1, 2, 3, 4], edges))
