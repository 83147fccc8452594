"""Which data element a column may be: judged from its name (Chinese, pinyin, initials, English), its comment and shares of its values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log, sqrt
from types import MappingProxyType

from lingnan.standards.column_names import GENERIC, han_forms, is_chinese, latin_forms, latin_tokens, plain, spelled_out, without_number
from lingnan.standards.elements import DataElement, data_elements

MINIMUM = 0.5
"""A weaker guess is none."""

_MANY = 5
_NO_SHARES: Mapping[str, float] = MappingProxyType({})
_MOSTLY, _HARDLY, _VAGUE = 0.8, 0.4, 0.6
_ROLES = (
    "fddbr", "xzxdr", "sqdw", "sqr", "jbr", "lxr", "dlr", "fzr", "jsr", "dsr", "jhr", "hz", "fr", "qy", "dw", "jg", "xx", "hj", "xz", "qt", "zc",
    "yh",
)
"""Initials of the roles that stand before what is said of them: lxr-dh, fddbr-sfzh."""

_BY_VALUE = MappingProxyType({"date": "date", "timestamp": "timestamp", "integer": "integer", "number": "number", "boolean": "boolean"})
_STANDING_FOR = MappingProxyType({
    "citizen_number": "citizen_number", "uscc": "uscc", "organisation_code": "organisation_code", "phone": "phone", "plate": "plate_number",
    "divisions": "division", "division": "division",
})
_OTHER_NAMES = MappingProxyType({"divisions": "division", "sexes": "sex"})

Found = dict[str, tuple[float, str]]


@dataclass(frozen=True)
class Suggestion:
    """One guess; `score` 0–1, `reasons` are `kind:what` (name, pinyin, initials, like, ending, comment, values), told in words by `reason`."""

    element: str
    score: float
    reasons: tuple[str, ...]


_REASONS = MappingProxyType({
    "name": ("列名即“{}”", "the name is “{}”"),
    "pinyin": ("列名是“{}”的拼音", "the name is “{}” in pinyin"),
    "initials": ("列名是“{}”的拼音首字母", "the name is the pinyin initials of “{}”"),
    "ending": ("列名以“{}”结尾", "the name ends with “{}”"),
    "like": ("列名近似“{}”", "the name is close to “{}”"),
    "comment": ("注释说“{}”", "the comment says “{}”"),
    "values": ("取值符合 {}", "values fit {}"),
    "against": ("取值多不符合 {}", "most values do not fit {}"),
})


def reason(written: str, lang: str = "zh") -> str:
    """A reason in the reader's words."""
    kind, _, what = written.partition(":")
    zh, en = _REASONS[kind]
    return (en if lang == "en" else zh).format(what)


def suggest_elements(name: str, comment: str = "", shares: Mapping[str, float] = _NO_SHARES) -> list[Suggestion]:
    """The elements that a column may be, best first, at most five; empty when nothing fits well enough.

    `shares` says what part of the filled values (0–1) fits an identifier (`citizen_number`), a code list (`sexes`) or a type
    (`date`, `timestamp`, `integer`, `number`, `boolean`).
    """
    told = plain(comment) if comment else ""
    merged = _merged(_by_text(plain(name)), _by_text(told) if told else {}, explained=is_chinese(told))
    judged = _by_values(merged, shares) if shares else merged
    best = sorted(judged.items(), key=lambda item: (-item[1][0], item[0]))
    return [Suggestion(element, round(score, 3), why) for element, (score, why) in best[:_MANY] if score >= MINIMUM]


def _merged(named: Found, commented: Found, *, explained: bool) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Both signs agreeing make a guess stronger; a comment in plain words outweighs an abbreviation, and one that says another thing weakens it."""
    found = {}
    for element in named.keys() | commented.keys():
        by_name, by_comment = named.get(element, (0.0, "")), commented.get(element, (0.0, ""))
        doubt = 1.0 if by_comment[0] or not explained else _VAGUE if by_name[1].startswith(("like:", "ending:")) else 0.9
        score = max(by_name[0] * doubt, by_comment[0] * 0.97) + 0.1 * min(by_name[0], by_comment[0])
        why = tuple(each for each in (by_name[1], f"comment:{by_comment[1].partition(':')[2]}" if by_comment[1] else "") if each)
        found[element] = (min(score, 1.0), why)
    return found


def _by_values(found: dict[str, tuple[float, tuple[str, ...]]], shares: Mapping[str, float]) -> dict[str, tuple[float, tuple[str, ...]]]:
    judged = {}
    for name, (score, why) in found.items():
        element = data_elements()[name]
        asked = element.identifier or element.code_list or _BY_VALUE.get(element.logical_type, "")
        share = shares.get(asked, shares.get(_OTHER_NAMES.get(asked, "")))
        if share is None:
            judged[name] = (score, why)
        elif share >= _MOSTLY:
            judged[name] = (min(1.0, score + 0.25 * (1 - score) + 0.05), (*why, f"values:{asked}"))
        elif share < _HARDLY:
            judged[name] = (score * 0.4, (*why, f"against:{asked}"))
        else:
            judged[name] = (score * 0.8, why)
    for asked, name in _STANDING_FOR.items():
        if shares.get(asked, 0) >= _MOSTLY and name not in judged:
            judged[name] = (0.5 + 0.4 * shares[asked], (f"values:{asked}",))
    return judged


@lru_cache(maxsize=65536)
def _by_text(text: str) -> Found:
    index = _index()
    return _by_han(text, index) if is_chinese(text) else _by_latin(text, index)


def _by_han(text: str, index: "_Index") -> Found:
    found: Found = {}
    forms = han_forms(text)
    for form, kept in forms:
        for element, weight, why in index.exact.get(form, ()):
            _keep(found, element, weight * kept, why)
    whole = forms[0][0]
    for start in range(1, len(whole) - 1):
        for element, weight, why in index.whole_names.get(whole[start:], ()):
            share = (len(whole) - start) / len(whole)
            _keep(found, element, weight * (0.5 + 0.4 * share), f"ending:{why.partition(':')[2]}")
    if len(whole) > 2 and (not found or max(score for score, _why in found.values()) < 0.9):
        for element, score, form in index.alike(_pairs(whole)):
            _keep(found, element, 0.92 * score, f"like:{form}")
    return found


def _by_latin(text: str, index: "_Index") -> Found:
    found: Found = {}
    tokens = latin_tokens(text)
    if not tokens:
        return found
    _by_words(tokens, index, found)
    bare = without_number(tokens)
    if not found and bare and bare != tokens:
        _by_words(bare, index, found)
    return found


def _by_words(tokens: tuple[str, ...], index: "_Index", found: Found) -> None:
    for form, kept in latin_forms(tokens):
        for element, weight, why in index.exact.get(form, ()):
            _keep(found, element, weight * kept, why)
    words = spelled_out(tokens)
    for start in range(len(words)):
        if start and len(words) - start == 1 and words[start] in GENERIC:
            break
        for element, weight, why in index.phrases.get(words[start:], ()):
            share = (len(words) - start) / len(words)
            _keep(found, element, weight * (1.0 if not start else 0.45 + 0.4 * share), why if not start else f"ending:{why.partition(':')[2]}")
    if not found and len(tokens) <= 3:
        _by_role("".join(tokens), index, found)
    if not found and len(words) > 1:
        for element, score, form in index.alike_words(words):
            _keep(found, element, 0.85 * score, f"like:{form}")


def _by_role(joined: str, index: "_Index", found: Found) -> None:
    """lxrdh is the telephone of a contact: the initials of a role before those of an element."""
    for role in _ROLES:
        rest = joined.removeprefix(role)
        if rest != joined and len(rest) >= 2:
            for element, weight, why in index.exact.get(rest, ()):
                _keep(found, element, weight * (0.72 if len(rest) > 2 else 0.62), f"ending:{why.partition(':')[2]}")


def _keep(found: Found, element: str, score: float, why: str) -> None:
    if score > found.get(element, (0.0, ""))[0]:
        found[element] = (score, why)


def _pairs(text: str) -> tuple[str, ...]:
    return tuple(text[at : at + 2] for at in range(len(text) - 1)) or (text,)


class _Alike:
    """Forms found by the cosine of their parts, rare parts weighing more."""

    def __init__(self, forms: list[tuple[str, str, tuple[str, ...]]]) -> None:
        self._forms = forms
        spread: dict[str, set[str]] = {}
        for element, _form, parts in forms:
            for part in parts:
                spread.setdefault(part, set()).add(element)
        self._weights = {part: log(1 + len(forms) / len(elements)) for part, elements in spread.items()}
        self._rare = log(1 + len(forms))
        self._places: dict[str, list[int]] = {}
        self._lengths = []
        for place, (_element, _form, parts) in enumerate(forms):
            self._lengths.append(self._length(parts))
            for part in set(parts):
                self._places.setdefault(part, []).append(place)

    def _length(self, parts: tuple[str, ...]) -> float:
        return sqrt(sum(self._weights.get(part, self._rare) ** 2 for part in set(parts))) or 1.0

    def find(self, parts: tuple[str, ...]) -> Iterator[tuple[str, float, str]]:
        sums: dict[int, float] = {}
        for part in set(parts):
            for place in self._places.get(part, ()):
                sums[place] = sums.get(place, 0.0) + self._weights[part] ** 2
        length = self._length(parts)
        for place, total in sums.items():
            cosine = total / (length * self._lengths[place])
            if cosine >= 0.55:
                element, form, _parts = self._forms[place]
                yield element, cosine, form


class _Index:
    """Every way to write every element, ready to be looked up; built once a process."""

    def __init__(self, elements: Mapping[str, DataElement]) -> None:
        self.exact: dict[str, list[tuple[str, float, str]]] = {}
        self.whole_names: dict[str, list[tuple[str, float, str]]] = {}
        self.phrases: dict[tuple[str, ...], list[tuple[str, float, str]]] = {}
        han: list[tuple[str, str, tuple[str, ...]]] = []
        words: list[tuple[str, str, tuple[str, ...]]] = []
        for element in elements.values():
            for form in dict.fromkeys((element.zh, *element.synonyms)):
                weight = 1.0 if form == element.zh == plain(form) else 0.98
                for bare, kept in han_forms(plain(form)):
                    self._enter(bare, element.id, weight * (kept if kept == 1.0 else 0.85), f"name:{form}")
                    if kept == 1.0:
                        self.whole_names.setdefault(bare, []).append((element.id, weight, f"name:{form}"))
                han.append((element.id, form, _pairs(plain(form))))
            for form, weight in ((element.id, 1.0), (element.en, 0.97), *((each, 1.0) for each in element.columns)):
                self._enter_latin(form, element.id, weight, words)
            self._enter_pinyin(element)
        self.alike = _Alike(han).find
        self.alike_words = _Alike(words).find

    def _enter(self, key: str, element: str, weight: float, why: str) -> None:
        if key:
            self.exact.setdefault(key, []).append((element, weight, why))

    def _enter_latin(self, form: str, element: str, weight: float, words: list[tuple[str, str, tuple[str, ...]]]) -> None:
        tokens = latin_tokens(plain(form))
        told = spelled_out(tokens)
        self._enter("".join(tokens), element, weight, f"name:{form}")
        self.phrases.setdefault(told, []).append((element, 0.96 * weight, f"name:{form}"))
        words.append((element, form, told))

    def _enter_pinyin(self, element: DataElement) -> None:
        from pypinyin import Style, lazy_pinyin

        for form in dict.fromkeys((element.zh, *element.synonyms)):
            bare = plain(form)
            if not is_chinese(bare):
                continue
            syllables = lazy_pinyin(bare, style=Style.NORMAL)
            self._enter("".join(syllables), element.id, 0.95, f"pinyin:{form}")
            initials = "".join(each[0] for each in syllables)
            weight = 0.6 if len(initials) == 2 else 0.75 if len(initials) == 3 else 0.88
            if len(initials) < 2:
                continue
            self._enter(initials, element.id, weight, f"initials:{form}")
            if element.code_list:
                for ending in ("dm", "mc", "bm"):
                    self._enter(initials + ending, element.id, 0.88, f"initials:{form}")


@cache
def _index() -> _Index:
    return _Index(data_elements())
