"""What the pages of models that learn ask for."""

from typing import Protocol

from lingnan.insight import ModelIndex, ModelSheet
from lingnan.trust import Subject


class ModelSource(Protocol):
    """The models of a hub."""

    def index(self, subject: Subject) -> ModelIndex:
        """Every model that learns."""
        ...

    def model(self, subject: Subject, key: str) -> ModelSheet:
        """The card of one, by pack and name with a dot between; Missing when there is none."""
        ...
