"""Citizen numbers and unified social credit codes, made as columns."""

import numpy as np

from lingnan.world.columns import Text, digit_matrix, letters
from lingnan.world.draws import Array, Draws, pick

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CITIZEN_WEIGHTS = np.array([pow(2, k, 11) for k in range(17, 0, -1)])  # GB 11643-1999, ISO 7064 MOD 11-2
_CITIZEN_CHECKS = "10X98765432"
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])  # GB 32100-2015
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])  # GB 11714-1997
_SPACE = 31**6
_STRIDE = 104_729_011  # prime to 31, so that every firm has its own organisation code


class Sequences:
    """Gives every person a number of its own: division, birth date and an odd (male) or even (female) sequence."""

    def __init__(self) -> None:
        self._used = np.empty(0, dtype=np.int64)

    def give(self, draws: Draws, division: Array, birth: Array, sex: Array, twin_of: Array) -> Array:
        """The first seventeen digits as numbers; `birth` as yyyymmdd, `twin_of` the row of an older twin or -1."""
        base = (division * 10**8 + birth) * 1000
        place = draws.integers(0, 500, len(base))
        given = base + place * 2 + (sex == 1)
        younger = np.flatnonzero(twin_of >= 0)
        given[younger] = self._next_to(given[twin_of[younger]], sex[younger])
        while len(wrong := self._taken(given)):
            given[wrong] = base[wrong] + draws.integers(0, 500, len(wrong)) * 2 + (sex[wrong] == 1)
        rising = np.sort(given)
        self._used = np.insert(self._used, np.searchsorted(self._used, rising), rising)
        return np.asarray(given)

    @staticmethod
    def _next_to(elder: Array, sex: Array) -> Array:
        sequence = elder % 1000
        step = np.where((sequence % 2 == 1) == (sex == 1), 2, 1)
        return np.asarray(elder - sequence + np.where(sequence + step > 999, sequence - step, sequence + step))

    def _taken(self, given: Array) -> Array:
        order = np.argsort(given, kind="stable")
        repeated = np.zeros(len(given), dtype=bool)
        repeated[order[1:]] = given[order[1:]] == given[order[:-1]]
        if len(self._used):
            at = np.minimum(np.searchsorted(self._used, given), len(self._used) - 1)
            repeated |= self._used[at] == given
        return np.flatnonzero(repeated)


def citizen_numbers(first17: Array) -> Text:
    """Eighteen characters with the check digit of GB 11643."""
    body = digit_matrix(first17, 17)
    check = np.array(list(range(11)))[(body.astype(np.int64) @ _CITIZEN_WEIGHTS) % 11]
    values = np.array(["0123456789X".index(c) for c in _CITIZEN_CHECKS], dtype=np.uint8)[check]
    return letters(np.column_stack([body, values]), "0123456789X")


def credit_codes(draws: Draws, firm: Array, prefix: Array, division: Array) -> Text:
    """Unified social credit codes: two prefix characters (positions in the alphabet), division as a number, code of its own per firm."""
    own = (firm * _STRIDE + 7) % _SPACE
    matrix = np.empty((len(firm), 18), dtype=np.uint8)
    matrix[:, 0:2] = prefix
    matrix[:, 2:8] = digit_matrix(division, 6)
    # Codes given since 2015 begin with MA; older ones keep the eight digits the quality office had given them.
    old = draws.random(len(firm)) < 0.45
    matrix[:, 8:10] = [USCC_ALPHABET.index("M"), USCC_ALPHABET.index("A")]
    for place in range(15, 9, -1):
        own, matrix[:, place] = np.divmod(own, 31)
    digits8 = digit_matrix((firm * 7_654_321 + 13) % 10**8, 8)
    matrix[old, 8:16] = digits8[old]
    matrix[:, 16] = _organisation_check(matrix[:, 8:16])
    matrix[:, 17] = -(matrix[:, :17].astype(np.int64) @ _USCC_WEIGHTS) % 31
    return letters(matrix, USCC_ALPHABET)


def certificate_checks(body: Text) -> Text:
    """The check characters of ISO 7064 MOD 37,36 for texts of one length."""
    if not len(body):
        return body
    values = np.array([[ord(character) for character in text] for text in body.to_pylist()], dtype=np.int64)
    values = np.where(values > ord("9"), values - ord("A") + 10, values - ord("0"))
    state = np.full(len(body), 36)
    for column in values.T:
        total = (state + column) % 36
        state = np.where(total == 0, 36, total) * 2 % 37
    return letters(((37 - state) % 36)[:, np.newaxis], _BASE36)


def _organisation_check(first8: Array) -> Array:
    values = np.array([_BASE36.index(c) for c in USCC_ALPHABET])[first8]
    rest = (values @ _ORGANISATION_WEIGHTS) % 11
    checks = "0X987654321"
    return np.asarray(np.array([USCC_ALPHABET.index(c) for c in checks], dtype=np.uint8)[rest])


def phones(draws: Draws, size: int) -> Text:
    """Mobile numbers of real prefixes with made digits."""
    prefixes = np.array([133, 135, 136, 137, 138, 139, 150, 158, 159, 176, 180, 186, 188, 189, 198, 199])
    number = prefixes[pick(draws, np.ones(len(prefixes)), size)] * 10**8 + draws.integers(0, 10**8, size)
    return letters(digit_matrix(number, 11), "0123456789")
