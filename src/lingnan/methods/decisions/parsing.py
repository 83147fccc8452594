"""Reads cells of decision tables: unary tests and expressions, a subset of FEEL (DMN 1.5, 10.3.1.2), typed while read.

Beside FEEL's own `date("2026-01-31")` and `@"2026-01-31"` a day may stand bare, and `≥ ≤ ≠ ，` may stand for their plain signs.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NoReturn

from lingnan.base import BadInput
from lingnan.methods.decisions.expressions import AnyOf, Anything, Arithmetic, Between, Compared, Expression, Literal, Name, Not, Test, TextTest
from lingnan.methods.decisions.kinds import DAY, DAY_TEXT, MOMENT, MOMENT_TEXT, NUMBER, TEXT, TRUTH, kind_of, same_kind, to_kind

_FUNCTIONS = ("date and time", "date", "starts with", "ends with", "contains", "not")
_WORDS = {"true": True, "false": False, "null": None}
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "，": ",", "（": "(", "）": ")"}
_TOKEN = (
    ("moment", MOMENT_TEXT.pattern), ("day", DAY_TEXT.pattern), ("number", r"\d+(?:\.\d+)?|\.\d+"), ("text", r'@?"(?:[^"\\]|\\.)*"'),
    ("sign", r"<=|>=|!=|\.\.|[<>=(),\[\]+\-*/?≥≤≠，（）]"),
)


def parse_test(text: str, kind: str, names: Mapping[str, str]) -> Test:
    """A cell's test for values of a kind; `names` gives the kind of every fact it may mention. BadInput says what cannot be read."""
    return _Cell(text, names).whole_test(kind)


def parse_expression(text: str, names: Mapping[str, str]) -> tuple[Expression, str]:
    """An expression and the kind of its values (empty for null); BadInput says what cannot be read."""
    return _Cell(text, names).whole_expression()


class _Cell:
    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.text, self.kinds, self.at = text, names, 0
        self.tokens = self._split()

    def _split(self) -> list[tuple[str, str]]:
        """Tokens as kind and text; the longest known name wins, so that names may hold blanks."""
        known = sorted((*self.kinds, *_FUNCTIONS), key=len, reverse=True)
        parts = [f"(?P<{name}>{pattern})" for name, pattern in _TOKEN]
        parts.insert(3, r"(?P<known>(?:" + "|".join(re.escape(name) for name in known) + r")(?!\w))")
        token = re.compile(r"\s*(?:" + "|".join([*parts, r"(?P<word>[^\W\d]\w*)"]) + ")")
        found, at = [], 0
        while self.text[at:].strip():
            match = token.match(self.text, at)
            if match is None:
                self._refuse(self.text[at:].strip())
            kind = match.lastgroup or ""
            found.append((kind, _SIGNS.get(match[kind], match[kind])))
            at = match.end()
        return found

    def _refuse(self, what: str) -> NoReturn:
        raise BadInput(
            f"条件“{self.text}”在“{what}”处读不懂。可用：值、比较（>= 18）、区间（[1..5)）、逗号列举、not(…)、null、-，以及已声明的名称。",
            f"The condition “{self.text}” cannot be read at “{what}”. Allowed: values, comparisons (>= 18), intervals ([1..5)), lists by comma, "
            "not(…), null, - and names that are declared.",
            condition=self.text,
        )

    def _peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at][1] if at < len(self.tokens) and self.tokens[at][0] in ("sign", "known", "word") else ""

    def _take(self, wanted: str = "") -> tuple[str, str]:
        if self.at >= len(self.tokens) or (wanted and self._peek() != wanted):
            self._refuse(self.tokens[self.at][1] if self.at < len(self.tokens) else "…")
        self.at += 1
        return self.tokens[self.at - 1]

    def _ended(self) -> None:
        if self.at < len(self.tokens):
            self._refuse(self.tokens[self.at][1])

    def whole_test(self, kind: str) -> Test:
        if self._peek() == "-" and len(self.tokens) == 1:
            return Anything()
        test = self._tests(kind)
        self._ended()
        return test

    def whole_expression(self) -> tuple[Expression, str]:
        found = self._sum()
        self._ended()
        return found

    def _tests(self, kind: str) -> Test:
        tests = [self._test(kind)]
        while self._peek() == ",":
            self._take()
            tests.append(self._test(kind))
        return tests[0] if len(tests) == 1 else AnyOf(tuple(tests))

    def _test(self, kind: str) -> Test:
        word = self._peek()
        if word in ("<", "<=", ">", ">=", "=", "!="):
            self._take()
            return Compared(word, self._operand(kind))
        if word == "not" and self._peek(1) == "(":
            self.at += 2
            inner = self._tests(kind)
            self._take(")")
            return Not(inner)
        if word in ("starts with", "ends with", "contains") and self._peek(1) == "(":
            return self._text_test(word, kind)
        return self._interval(kind) or Compared("=", self._operand(kind))

    def _text_test(self, function: str, kind: str) -> Test:
        if kind != TEXT:
            self._refuse(function)
        self.at += 2
        for sign in ("?", ","):
            self._take(sign)
        part = self._operand(TEXT)
        self._take(")")
        return TextTest(function, part)

    def _interval(self, kind: str) -> Test | None:
        """An interval or a list in brackets; nothing where the bracket belongs to an expression."""
        begun, opening = self.at, self._peek()
        if opening not in ("[", "(", "]"):
            return None
        self._take()
        low = self._operand(kind)
        if self._peek() == "..":
            self._take()
            high, closing = self._operand(kind), self._take()[1]
            if closing not in ("]", ")", "["):
                self._refuse(closing)
            return Between(low, high, opening != "[", closing != "]")
        self.at = begun
        if opening == "(":
            return None
        self._take("[")
        tests = self._tests(kind)
        self._take("]")
        return tests

    def _operand(self, kind: str) -> Expression:
        begun = self.at
        found, own = self._sum()
        if own and not same_kind(own, kind):
            self._refuse(self.tokens[begun][1])
        return found

    def _sum(self) -> tuple[Expression, str]:
        left, kind = self._product()
        while (sign := self._peek()) in ("+", "-"):
            self._take()
            right, other = self._product()
            texts = sign == "+" and {kind, other} <= {TEXT, ""}
            if not texts and not all(same_kind(each, NUMBER) for each in (kind, other)):
                self._refuse(sign)
            left, kind = Arithmetic(sign, left, right, texts), TEXT if texts else NUMBER
        return left, kind

    def _product(self) -> tuple[Expression, str]:
        left, kind = self._single()
        while (sign := self._peek()) in ("*", "/"):
            self._take()
            right, other = self._single()
            if not all(same_kind(each, NUMBER) for each in (kind, other)):
                self._refuse(sign)
            left, kind = Arithmetic(sign, left, right), NUMBER
        return left, kind

    def _single(self) -> tuple[Expression, str]:
        part, text = self._take()
        if part == "sign" and text == "-":
            found, kind = self._single()
            if not same_kind(kind, NUMBER):
                self._refuse(text)
            return (Literal(-found.content) if isinstance(found, Literal) and isinstance(found.content, Decimal)
                    else Arithmetic("-", Literal(Decimal(0)), found)), kind
        if part == "sign" and text == "(":
            inner = self._sum()
            self._take(")")
            return inner
        if part == "known" and text in ("date", "date and time") and self._peek() == "(":
            return self._time(MOMENT if text == "date and time" else DAY)
        if part == "known" and text in self.kinds:
            return Name(text), self.kinds[text]
        return self._literal(part, text)

    def _time(self, kind: str) -> tuple[Expression, str]:
        self._take("(")
        _token, text = self._take()
        self._take(")")
        return Literal(to_kind(text.strip('"'), kind, kind)), kind

    def _literal(self, part: str, text: str) -> tuple[Expression, str]:
        if part == "word" and text in _WORDS:
            return Literal(_WORDS[text]), "" if text == "null" else TRUTH
        if part == "number":
            return Literal(Decimal(text)), NUMBER
        if part == "text" and not text.startswith("@"):
            return Literal(self._text(text)), TEXT
        if part in ("day", "moment", "text"):
            try:
                value: date = to_kind(text.lstrip("@").strip('"'), MOMENT if "T" in text else DAY, text)  # type: ignore[assignment]
            except BadInput:
                self._refuse(text)
            return Literal(value), kind_of(value)
        return self._refuse(text)

    def _text(self, text: str) -> str:
        try:
            return str(json.loads(text, strict=False))
        except ValueError:
            self._refuse(text)
