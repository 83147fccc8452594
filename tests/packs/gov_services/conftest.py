"""The built hub of the hub's tests, for walks through the pack."""

from tests.hub.conftest import built, changeable, ground

__all__ = ["built", "changeable", "ground"]
