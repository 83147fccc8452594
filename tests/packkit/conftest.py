"""The built hub of the hub's tests."""

from tests.hub.conftest import built, ground

__all__ = ["built", "ground"]
