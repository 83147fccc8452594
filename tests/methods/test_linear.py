"""Small systems of equations: the solution that a textbook gives, an inverse that undoes its table, and a refusal where there is no single one."""

import pytest

from lingnan.base import WrongUse
from lingnan.methods import inverse, solve


def test_a_system_has_its_one_solution() -> None:
    assert solve([[2, 1, -1], [-3, -1, 2], [-2, 1, 2]], [8, -11, -3]) == pytest.approx([2, 3, -1])


def test_an_inverse_undoes_its_table() -> None:
    table = [[4.0, 7.0], [2.0, 6.0]]
    assert inverse(table)[0] == pytest.approx([0.6, -0.7])
    assert inverse(table)[1] == pytest.approx([-0.2, 0.4])


def test_equations_that_do_not_bind_are_refused() -> None:
    with pytest.raises(WrongUse):
        solve([[1, 2], [2, 4]], [1, 2])
