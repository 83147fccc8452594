"""How this room says that something is wrong, without paying for the rest of base until it is."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingnan.base import BadInput, Missing


def bad_input(zh: str, en: str, **facts: Any) -> "BadInput":
    """A BadInput to raise; base's door loads an HTTP client, so it is opened only here."""
    from lingnan.base import BadInput

    return BadInput(zh, en, **facts)


def missing(zh: str, en: str, **facts: Any) -> "Missing":
    """A Missing to raise."""
    from lingnan.base import Missing

    return Missing(zh, en, **facts)
