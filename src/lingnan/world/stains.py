"""The ways in which offices get values wrong or write them otherwise."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow.compute as pc

from lingnan.standards import CITIZEN_NUMBER, USCC, Identifier
from lingnan.world.dirt import Change, Rows, Spot, Stain
from lingnan.world.draws import Array
from lingnan.world.identity import USCC_ALPHABET
from lingnan.world.names import misheard

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_HAN_DIGITS = "〇一二三四五六七八九"


def wrong_number(identifier: Identifier) -> Change:
    """One character mistyped or two neighbours swapped; always a number that the check refuses."""

    def change(spot: Spot) -> list[str | None]:
        return [_wrong(value, identifier, spot) for value in spot.values]

    return change


def _wrong(value: str, identifier: Identifier, spot: Spot) -> str:
    while True:
        place = int(spot.draws.integers(0, 17))
        if spot.draws.random() < 0.5:
            wrong = value[:place] + value[place + 1] + value[place] + value[place + 2 :]
        else:
            other = "0123456789" if identifier is CITIZEN_NUMBER or 2 <= place < 8 else USCC_ALPHABET
            wrong = value[:place] + other[int(spot.draws.integers(0, len(other)))] + value[place + 1 :]
        if wrong != value and not identifier.valid(wrong):
            return wrong


def missing(spot: Spot) -> list[str | None]:
    """Nothing where something is required."""
    return [None] * len(spot.values)


def full_width(spot: Spot) -> list[str | None]:
    """Digits and letters in full width."""
    return [value.translate(_WIDE) for value in spot.values]


def spaced(spot: Spot) -> list[str | None]:
    """A blank before, behind or (names of two or three characters) between."""
    blanks = (" ", "　", "  ")
    result: list[str | None] = []
    for value in spot.values:
        blank, place = blanks[int(spot.draws.integers(0, 3))], int(spot.draws.integers(0, 3))
        inner = value[0] + blank + value[1:] if len(value) <= 3 and value[0] >= "一" else blank + value
        result.append((blank + value, value + blank, inner)[place])
    return result


def lower_x(spot: Spot) -> list[str | None]:
    """A small x as check digit."""
    return [value.lower() for value in spot.values]


def ends_in_x(rows: Rows) -> Array:
    """Rows whose citizen number ends in X."""
    return np.asarray(pc.fill_null(pc.ends_with(rows.columns["citizen_number"], "X"), False))


def fifteen(spot: Spot) -> list[str | None]:
    """The number of fifteen digits that was in use until 1999."""
    return [value[:6] + value[8:17] for value in spot.values]


def born_before_1999(rows: Rows) -> Array:
    """Rows whose citizen number could have been one of fifteen digits."""
    year = pc.utf8_slice_codeunits(rows.columns["citizen_number"], 6, 10)
    return np.asarray(pc.fill_null(pc.and_(pc.greater_equal(year, "1930"), pc.less(year, "1999")), False))


def date_shapes(*shapes: str) -> Change:
    """The date written in another of the shapes: slash, han, figures, compact, dot, serial, iso."""

    def change(spot: Spot) -> list[str | None]:
        chosen = spot.draws.integers(0, len(shapes), len(spot.values))
        return [write_date(value, shapes[shape]) for value, shape in zip(spot.values, chosen, strict=True)]

    return change


def write_date(value: str, shape: str) -> str:
    """A date of digits (2026-01-02 or 20260102) in another shape."""
    text = value.replace("-", "")
    year, month, day = text[:4], int(text[4:6]), int(text[6:8])
    if shape == "serial":  # days as Excel counts them
        return str((np.datetime64(f"{year}-{text[4:6]}-{text[6:8]}") - np.datetime64("1899-12-30")).astype(int))
    if shape == "figures":
        return "".join(_HAN_DIGITS[int(c)] for c in year) + f"年{_han(month)}月{_han(day)}日"
    return {
        "iso": f"{year}-{month:02d}-{day:02d}", "compact": text, "slash": f"{year}/{month}/{day}", "han": f"{year}年{month}月{day}日",
        "dot": f"{year}.{month:02d}.{day:02d}",
    }[shape]


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("" if tens == 1 else _HAN_DIGITS[tens]) + "十") + (_HAN_DIGITS[ones] if ones else "")


def impossible_date(spot: Spot) -> list[str | None]:
    """A day that no calendar has: 30 February, month 13, day 32."""
    result: list[str | None] = []
    for value in spot.values:
        text = value.replace("-", "")
        wrong = text[:4] + ("0230", "1305", "0132", "0431")[int(spot.draws.integers(0, 4))]
        result.append(write_date(wrong, "iso") if "-" in value else wrong)
    return result


def other_birth(spot: Spot) -> list[str | None]:
    """The birth date a year or a month off."""
    result: list[str | None] = []
    for value in spot.values:
        dashed = value.replace("-", "")
        year, month, day = int(dashed[:4]), int(dashed[4:6]), min(int(dashed[6:8]), 28)
        back = bool(spot.draws.random() < 0.5)
        moved = f"{year - 1:04d}{month:02d}{day:02d}" if back else f"{year - (month == 1):04d}{(month + 10) % 12 + 1:02d}{day:02d}"
        result.append(write_date(moved, "iso") if "-" in value else moved)
    return result


def labels(names: dict[str, str]) -> Change:
    """The name of a code instead of the code, or the other way round."""
    return lambda spot: [names.get(value, value) for value in spot.values]


def one_of(*values: str) -> Change:
    """A text that belongs to no code."""
    return lambda spot: [values[int(i)] for i in spot.draws.integers(0, len(values), len(spot.values))]


def swapped(first: str, second: str) -> Change:
    """The other of two values."""
    return lambda spot: [second if value == first else first for value in spot.values]


def from_aux(name: str) -> Change:
    """Another value known of the row: an abolished code, a former name, an old address."""
    return lambda spot: spot.aux(name)


def has_aux(name: str) -> Callable[[Rows], Array]:
    """Rows for which such another value is known."""
    return lambda rows: np.asarray(pc.is_valid(rows.aux[name]))


def misspelt(spot: Spot) -> list[str | None]:
    """A name with a character of the same sound."""
    return [misheard(value, float(spot.draws.random())) for value in spot.values]


def in_ten_thousands(spot: Spot) -> list[str | None]:
    """Yuan written in 万元, without loss."""
    result: list[str | None] = []
    for value in spot.values:
        text = f"{float(value) / 10_000:.6f}".rstrip("0").rstrip(".")
        result.append(text + "万元")
    return result


def with_commas(spot: Spot) -> list[str | None]:
    """An amount with commas between thousands."""
    return [f"{float(value):,.2f}" if "." in value else f"{int(value):,}" for value in spot.values]


def negative(spot: Spot) -> list[str | None]:
    """A figure below zero where none can be."""
    return ["-" + value for value in spot.values]


def far_future(spot: Spot) -> list[str | None]:
    """A date decades ahead, as a slip of the keyboard makes it."""
    return [str(int(value[:4]) + 60) + value[4:].replace("02-29", "02-28").replace("0229", "0228") for value in spot.values]


def middle_dot(spot: Spot) -> list[str | None]:
    """The dot of a name of several parts in another form."""
    forms = ("•", "・", "．")
    return [value.replace("·", forms[int(spot.draws.integers(0, 3))]) for value in spot.values]


def dotted(rows: Rows) -> Array:
    """Rows whose name has the middle dot."""
    return np.asarray(pc.fill_null(pc.match_substring(rows.columns["name"], "·"), False))


SEX_LABELS = {"1": "男", "2": "女"}
SEX_CODES = {"男": "1", "女": "2"}


def divisions(stale: float = 0.04, unknown: float = 0.003, column: str = "division") -> list[Stain]:
    """Abolished codes with one successor (repaired) and codes that never existed (quarantined)."""
    return [
        Stain("abolished_division", column, stale, from_aux("stale_division"), "repair", needs=has_aux("stale_division")),
        Stain("unknown_division", column, unknown, from_aux("unknown_division"), "quarantine"),
    ]


def numbers(column: str, identifier: Identifier, wrong: float = 0.02, gone: float = 0.005) -> list[Stain]:
    """Numbers with a slip of the keyboard, and numbers left out."""
    stains = [Stain("wrong_number", column, wrong, wrong_number(identifier), "quarantine")]
    return [*stains, Stain("missing", column, gone, missing, "quarantine")] if gone else stains


def citizen_numbers(gone: float = 0.005) -> list[Stain]:
    """What happens to citizen numbers in files: wrong, left out, full width, small x."""
    return [
        *numbers("citizen_number", CITIZEN_NUMBER, gone=gone),
        Stain("full_width", "citizen_number", 0.005, full_width, "repair"),
        Stain("lower_x", "citizen_number", 0.005, lower_x, "repair", needs=ends_in_x),
    ]


def credit_codes(gone: float = 0.005, column: str = "uscc") -> list[Stain]:
    """What happens to unified social credit codes in files: wrong, left out, full width."""
    return [*numbers(column, USCC, gone=gone), Stain("full_width", column, 0.005, full_width, "repair")]


def people_names(former: float = 0.01, other: float = 0.01) -> list[Stain]:
    """Personal names with blanks, other dots, the name before a change, another spelling of the same sound."""
    return [
        Stain("spaces", "name", 0.01, spaced, "repair"),
        Stain("middle_dot", "name", 0.0005, middle_dot, "repair", needs=dotted),
        Stain("former_name", "name", former, from_aux("former_name"), "none", visible=False, needs=has_aux("former_name")),
        Stain("other_spelling", "name", other, misspelt, "none", visible=False),
    ]


def dates(column: str, rate: float, shapes: Sequence[str], impossible: float = 0.0) -> list[Stain]:
    """Dates in other shapes and dates that no calendar has."""
    stains = [Stain("date_shape", column, rate, date_shapes(*shapes), "repair")]
    return [*stains, Stain("impossible_date", column, impossible, impossible_date, "quarantine")] if impossible else stains
