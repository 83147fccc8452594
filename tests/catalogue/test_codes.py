"""Resource codes: what is generated is right, what is broken is told why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.catalogue import check_code, department_category, resource_code

LEVELS = ["nation", "province", "city", "county", "township"]


@given(st.sampled_from(LEVELS), st.integers(1, 99_999), st.integers(1, 9_999_999))
def test_every_generated_code_is_right(level: str, department: int, number: int) -> None:
    assert check_code(resource_code(department_category(level, department), number)) is None


@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.integers(1, 5_000)), min_size=2, max_size=2, unique=True))
def test_two_departments_never_share_a_category(pair: list[tuple[str, int]]) -> None:
    assert department_category(*pair[0]) != department_category(*pair[1])


@pytest.mark.parametrize(("code", "reason"), [
    ("301001/000001", None), ("101001/1", None), ("301001-000001", "shape"), ("30101/1", "shape"), ("", "shape"), ("901001/1", "class"),
    ("301001/000", "number"), ("３01001/1", "shape"),
])
def test_a_broken_code_is_told_why(code: str, reason: str | None) -> None:
    assert check_code(code) == reason
