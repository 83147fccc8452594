"""Where a case belongs: how one division's code tells that it lies within another."""


def stem(division: str) -> str:
    """The part of a division's code that all divisions within it share: 440100 to 4401, 440000 to 44."""
    for length in (2, 4):
        if division[length:].strip("0") == "":
            return division[:length]
    return division


def above(division: str) -> list[str]:
    """The codes of the divisions that hold this one, itself included: 440103 gives 440000, 440100, 440103."""
    return list(dict.fromkeys((f"{division[:2]}0000", f"{division[:4]}00", division)))


def overlap(one: str, other: str) -> bool:
    """Whether one of two divisions lies within the other."""
    return one.startswith(stem(other)) or other.startswith(stem(one))
