"""Lingnan 岭南: a government data hub. Rooms and their floors are drawn in ARCHITECTURE.md."""

__version__ = "0.1.0"
