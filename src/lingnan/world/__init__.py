"""A made Guangdong at any scale, as fourteen departments hand it over, with the truth beside it."""

from lingnan.world.service import WorldSummary, make_world
from lingnan.world.truth import read_truth

__all__ = ["WorldSummary", "make_world", "read_truth"]
