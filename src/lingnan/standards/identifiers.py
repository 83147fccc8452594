"""What an identifier of a national standard is to the hub: a check with reasons, a normal form, and both as SQL over columns."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

Reasons = MappingProxyType[str, tuple[str, str]]


@dataclass(frozen=True)
class Identifier:
    """One kind of identifier; `check` and `sql` judge the normal form, `normal` and `normal_sql` make it."""

    name: str
    zh: str
    en: str
    standard: str
    reasons: Reasons
    _check: Callable[[str], str | None]
    _normal: Callable[[str], str]
    _sql: Callable[[str], str]
    _normal_sql: Callable[[str], str]
    _refusal_sql: Callable[[str], str] | None = None
    _shared_sql: Callable[[str], str] | None = None

    def check(self, value: str | None) -> str | None:
        """The code of the first reason why the value is wrong, or None when it is right; no value is right here, `required` is another rule."""
        return None if value is None else self._check(value)

    def valid(self, value: str | None) -> bool:
        """Whether there is a value and it is right."""
        return value is not None and self._check(value) is None

    def normal(self, value: str | None) -> str | None:
        """The value in its normal form; what cannot be repaired comes back with its characters folded only."""
        return None if value is None else self._normal(value)

    def sql(self, expr: str, *, shared: bool = False) -> str:
        """Boolean SQL over a text expression, null for null; project it as a column: inside CASE, AND or WHERE the engine repeats shared parts.

        `shared` is for a statement that works out repeated calls by itself, once, as rules do: cheaper looks may then stand before a pattern.
        """
        return (self._shared_sql if shared and self._shared_sql else self._sql)(expr)

    def normal_sql(self, expr: str) -> str:
        """SQL for `normal` over a text expression, null for null."""
        return self._normal_sql(expr)

    def refusal_sql(self, expr: str) -> str:
        """SQL for the word under which a value that is not right is refused: `wrong`, or a reason that those who ask must be able to tell apart."""
        return "'wrong'" if self._refusal_sql is None else self._refusal_sql(expr)


def reasons(**texts: tuple[str, str]) -> Reasons:
    """The reasons of an identifier: code → (Chinese, English)."""
    return MappingProxyType(texts)


def digit_terms(number: str, weights: list[int], modulus: int) -> list[str]:
    """SQL terms whose sum is, modulo `modulus`, the weighted sum of the decimal digits of the BIGINT expression `number`.

    `weights` begin at the lowest digit. Digit k is n//10^k - 10·(n//10^(k+1)), so each quotient is needed once and no digit is cut out; quotients of
    the same factor are added first.
    """
    quotients: dict[int, list[str]] = {}
    for k, weight in enumerate(weights[1:], 1):
        if factor := (weight - 10 * weights[k - 1]) % modulus:
            quotients.setdefault(factor, []).append(f"{number} // {10**k}")
    # The remainder of the whole number: a text such as 9e18 also casts to a number, and must not overflow.
    return [f"({number} % {modulus}) * {weights[0]}", *(f"({' + '.join(each)}) * {factor}" for factor, each in quotients.items())]
