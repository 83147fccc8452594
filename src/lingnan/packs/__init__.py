"""Applications of line departments: one folder each, found by looking, named nowhere."""

__all__ = []
