import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import Conflict, Missing, WrongUse
from lingnan.jobs import Step, build_graph


def step(name, inputs=(), outputs=(), **more):
    return Step(name, "govern", name, name, lambda ctx: None, tuple(inputs), tuple(outputs), **more)


@st.composite
def random_steps(draw, most=12):
    """Steps in a hidden order, each reading tables of earlier ones, handed over shuffled."""
    count = draw(st.integers(1, most))
    steps = []
    for number in range(count):
        earlier = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        by_name = draw(st.booleans())
        inputs = [f"t.n{i}" for i in sorted(earlier)] if not by_name else []
        steps.append(step(f"s{number}", inputs, [f"t.n{number}"], after=tuple(f"s{i}" for i in sorted(earlier)) if by_name else ()))
    return draw(st.permutations(steps))


@given(random_steps())
def test_every_step_comes_after_what_it_needs(steps):
    graph = build_graph(steps, lambda table: False)
    order = graph.order()
    place = {name: i for i, name in enumerate(order)}
    assert sorted(order) == sorted(s.name for s in steps)
    for s in steps:
        for need in [t.replace("t.n", "s") for t in s.inputs] + list(s.after):
            assert place[need] < place[s.name]


@given(random_steps(), st.data())
def test_chosen_part_is_closed_and_no_larger(steps, data):
    graph = build_graph(steps, lambda table: False)
    goal = data.draw(st.sampled_from(sorted(graph.steps)))
    part = graph.chosen([goal])
    assert goal in part.steps
    assert all(need in part.steps for name in part.steps for need in part.before[name])
    needed_by_somebody = {need for name in part.steps for need in part.before[name]}
    assert set(part.steps) == needed_by_somebody | {goal}


def test_choose_by_table_and_group_and_refuse_unknown():
    graph = build_graph([step("a", outputs=["t.a"]), step("b", outputs=["t.b"], groups=("people",))], lambda table: False)
    assert set(graph.chosen(["t.a"]).steps) == {"a"}
    assert set(graph.chosen(["people"]).steps) == {"b"}
    with pytest.raises(Missing, match=r"nothing\.here"):
        graph.chosen(["nothing.here"])


def test_ring_names_steps_and_tables_in_both_languages():
    with pytest.raises(WrongUse) as caught:
        build_graph([step("a", ["t.b"], ["t.a"]), step("b", ["t.a"], ["t.b"])], lambda table: False)
    assert "t.a" in caught.value.zh
    assert "t.b" in caught.value.en
    assert "a →" in caught.value.en


def test_step_reading_its_own_output_is_a_ring():
    with pytest.raises(WrongUse, match=r"t\.a"):
        build_graph([step("a", ["t.a"], ["t.a"])], lambda table: False)


def test_two_makers_of_one_table():
    with pytest.raises(Conflict) as caught:
        build_graph([step("a", outputs=["t.x"]), step("b", outputs=["t.x"])], lambda table: False)
    assert all(word in caught.value.zh for word in ("t.x", "a", "b"))


def test_two_steps_of_one_name():
    with pytest.raises(Conflict):
        build_graph([step("a"), step("a")], lambda table: False)


def test_unknown_input_named_unless_the_lake_has_it():
    steps = [step("a", ["raw.gone"], ["t.a"])]
    with pytest.raises(Missing) as caught:
        build_graph(steps, lambda table: False)
    assert caught.value.facts["tables"] == ["raw.gone"]
    assert build_graph(steps, lambda table: table == "raw.gone").order() == ["a"]


def test_after_a_step_that_does_not_exist():
    with pytest.raises(Missing, match="ghost"):
        build_graph([step("a", after=("ghost",))], lambda table: False)
