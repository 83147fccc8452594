"""The graph of columns: its closures against those of a plain definition, and what a contract says of its tables."""

from hypothesis import given
from hypothesis import strategies as st

from lingnan.govern import ColumnGraph, FeedTables, governed_columns
from lingnan.standards import read_contract
from tests.pension import CONTRACT

EDGES = st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.sampled_from("abcdefgh"), max_size=3), max_size=8)


def closure(edges: dict[str, set[str]], start: str) -> set[str]:
    """All pairs joined until nothing is added: slow and plain."""
    pairs = {(made, origin) for made, origins in edges.items() for origin in origins}
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs |= more
    return {origin for made, origin in pairs if made == start} | {start}


@given(EDGES, st.sampled_from("abcdefgh"))
def test_a_walk_reaches_what_the_closure_holds(edges: dict[str, set[str]], start: str) -> None:
    graph = ColumnGraph(edges)
    turned = {origin: {made for made, origins in edges.items() if origin in origins} for origin in "abcdefgh"}
    assert set(graph.back(start)) == closure(edges, start)
    assert set(graph.forward(start)) == closure(turned, start)


def test_the_nearest_come_first_with_their_steps() -> None:
    graph = ColumnGraph({"f.x": ["r.b", "r.a"], "r.a": ["s.a"], "r.b": ["s.a", "f.x"]})
    assert list(graph.back("f.x").items()) == [("f.x", 0), ("r.a", 1), ("r.b", 1), ("s.a", 2)]
    assert graph.forward("s.a") == {"s.a": 0, "r.a": 1, "r.b": 1, "f.x": 2}
    assert graph.within({"f.x": 0, "r.a": 1}) == [("r.a", "f.x")]
    assert (graph.made_of("nothing"), graph.made_into("f.x"), graph.back("nothing")) == ((), ("r.b",), {"nothing": 0})


def test_a_contract_says_what_every_column_of_its_tables_is_made_of() -> None:
    contract, tables = read_contract(CONTRACT), FeedTables.of("minzheng.pension")
    told = governed_columns("minzheng.pension", contract)
    assert set(told) == set(tables.outputs)
    person = told[tables.accepted]["person"]
    assert person.copied == ("landing.minzheng_pension.person",)
    assert person.expression == '"person" → person_name → empty_to_null → cast as VARCHAR'
    assert told[tables.accepted]["_batch"].copied == ("landing.minzheng_pension._batch",)
    assert told[tables.quarantine]["amount"].expression == 'cast("amount" as VARCHAR)'
    assert len(told[tables.quarantine]["_reasons"].worked_out) == 4
    assert told[tables.checks]["failed"].worked_out == told[tables.quarantine]["_rules"].worked_out
    assert told[tables.checks]["rule"].columns == ()
