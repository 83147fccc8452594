"""A door that opens its files late still gives every name it promises."""

import subprocess
import sys

import pytest

import lingnan.hub
import lingnan.insight
import lingnan.standards


@pytest.mark.parametrize("room", [lingnan.hub, lingnan.insight, lingnan.standards], ids=lambda room: room.__name__)
def test_every_name_of_the_door_is_there(room) -> None:  # type: ignore[no-untyped-def]
    for name in room.__all__:
        assert getattr(room, name) is not None


def test_an_unknown_name_is_an_error_of_attributes() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = lingnan.hub.nothing  # type: ignore[attr-defined]


def test_a_build_opens_neither_pages_nor_parser_nor_mail() -> None:
    """What a second build with nothing to do has no use for stays closed."""
    closed = {"sqlglot", "lingnan.hub.pages", "lingnan.hub.demo", "email.headerregistry", "rdflib", "openpyxl"}
    asked = f"import sys; from lingnan.hub import Hub; print(*{closed} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
