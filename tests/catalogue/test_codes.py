"""Resource codes: what is generated is right, what is broken is told why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.catalogue import check_code, department_category, parse_code, resource_code
from lingnan.catalogue.resources.classifications import check_category, guide_items, scheme_of, widened

LEVELS = ["nation", "province", "city", "county", "township"]


@given(st.sampled_from(LEVELS), st.integers(1, 99_999), st.integers(1, 9_999_999))
def test_every_generated_code_is_right(level: str, department: int, number: int) -> None:
    assert check_code(resource_code(department_category(level, department), number)) is None


@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.integers(1, 5_000)), min_size=2, max_size=2, unique=True))
def test_two_departments_never_share_a_category(pair: list[tuple[str, int]]) -> None:
    assert department_category(*pair[0]) != department_category(*pair[1])


@pytest.mark.parametrize(("code", "reason"), [
    ("301001/000001", None), ("101001/1", None), ("301001-000001", "shape"), ("30101/1", "shape"), ("", "shape"), ("901001/1", "class"),
    ("301001/000", "number"), ("３01001/1", "shape"), ("301001/", "shape"), ("301001/1 ", "shape"), ("301001/1\n", "shape"),
])
def test_a_broken_code_is_told_why(code: str, reason: str | None) -> None:
    assert check_code(code) == reason


CATEGORIES = st.builds(
    lambda item, catalogue, detail: f"{item}{catalogue:03d}{detail}", st.sampled_from(sorted(guide_items())), st.integers(0, 999),
    st.from_regex(r"[0-9]{0,30}", fullmatch=True).filter(str.isascii),
)


@given(CATEGORIES, st.integers(1, 10**30))
def test_a_code_is_read_back_part_by_part(category: str, number: int) -> None:
    code = resource_code(category, number)
    parts = parse_code(code)
    assert parts is not None
    assert (parts.category, parts.number, str(parts)) == (category, number, code)
    assert (parts.kind, parts.item, parts.catalogue, parts.detail) == (category[0], category[1:3], category[3:6], category[6:])
    assert check_code(code) is None


@given(st.lists(st.tuples(CATEGORIES, st.integers(1, 10**12)), min_size=2, max_size=2, unique=True))
def test_two_resources_never_share_a_code(pair: list[tuple[str, int]]) -> None:
    assert resource_code(*pair[0]) != resource_code(*pair[1])


@given(st.text(max_size=20))
def test_what_is_not_a_code_has_a_reason_and_what_is_can_be_read(text: str) -> None:
    assert (check_code(text) is None) <= (parse_code(text) is not None)
    assert (parse_code(text) is None) == (check_code(text) == "shape")


@pytest.mark.parametrize(("category", "reason"), [
    ("101", None), ("211", None), ("301001", None), ("3040019", None), ("199000", "item"), ("213000", "item"), ("305001", "item"),
    ("401000", "class"),
])
def test_a_category_is_of_the_guide(category: str, reason: str | None) -> None:
    assert check_category(widened(category)) == reason
    assert reason or scheme_of(category) in ("base", "theme", "department")
