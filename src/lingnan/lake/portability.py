"""Asks whether a statement keeps to the subset that every engine answers alike; the parser is opened when somebody asks."""


def outside_portable(sql: str) -> list[tuple[str, str, str]]:
    """What lies outside: the construct, the place it stands at, and why; empty for a portable text."""
    from lingnan.lake.spark.portable import EXCLUDED, outside

    return [(name, place, EXCLUDED[name][1]) for name, place in outside(sql)]
