"""What each kind of value is made comparable by, compared by and blocked by, as SQL; every measure is symmetric."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lingnan.govern.linking import firm_names
from lingnan.govern.linking.shapes import Level
from lingnan.standards import CITIZEN_NUMBER, PERSON_NAME, USCC, date_sql, normalise_sql

EQUAL, DIFFERENT = Level("相同", "equal"), Level("不同", "different")
ABSENT = Level("缺失，不作证据", "missing, no evidence")


@dataclass(frozen=True)
class Trait:
    """One kind: `value` makes the comparable text of `{}`; `extras` are made of the value `{v}` and the delivered text `{t}`.

    `measures` and `cases` speak of `l.v`, `r.v` and the extras, `l.sound`; the first case that holds is the level, the last level needs none.
    `keys` are what pairs are blocked by, made of `{v}` and extras by name. `rare` names, for a level by its English words, the extra whose own
    frequency weighs it; `unknown` says when two values tell nothing of each other.
    """

    value: str
    levels: tuple[Level, ...]
    cases: tuple[str, ...]
    keys: Mapping[str, str]
    extras: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    by_frequency: bool = False
    rare: Mapping[str, str] = field(default_factory=dict)
    unknown: str = ""


_FOLDED = rf"nullif(regexp_replace(lower(strip_accents({normalise_sql('{}')})), '[^\p{{L}}\p{{N}}]+', '', 'g'), '')"
_PLAIN = "lower(strip_accents({t}))"
_WORDS = rf"list_filter(regexp_split_to_array({_PLAIN}, '[^\p{{L}}\p{{N}}]+'), w -> w <> '')"
_SORTED = f"array_to_string(list_sort({_WORDS}), '')"
_FIGURES = "array_to_string(regexp_extract_all(translate({t}, '０１２３４５６７８９', '0123456789'), '[0-9]+'), '-')"
_SOUND = "left(v, 1) || left(regexp_replace(replace(replace(substr(v, 2), 'ph', 'f'), 'ck', 'k'), '[aeiouyhw]', '', 'g'), 3)"
_LEGAL = (
    r"\b(?:incorporated|inc|limited|ltd|llc|llp|lp|plc|gmbh|corporation|corp|company|co|pty|sa|sarl|srl|spa|bv|nv|ag|kg|oy|ab|as|the|and)\b"
)
_DIVISIONS = r"^(?:[\p{Han}]{2,6}?(?:省|自治区))?(?:[\p{Han}]{2,6}?(?:市|自治州|地区|盟))?(?:[\p{Han}]{1,7}?(?:区|县|市|旗))?"


def _jaro(first: str) -> Mapping[str, str]:
    return {"s": f"jaro_winkler_similarity(l.{first}, r.{first})"}


def _alike(*bounds: float) -> tuple[str, ...]:
    return ("l.v = r.v", *(f"s >= {bound}" for bound in bounds))


def _likeness(*names: tuple[str, str]) -> tuple[Level, ...]:
    return (ABSENT, EQUAL, *(Level(zh, en) for zh, en in names), DIFFERENT)


_NEAR = (("几乎相同", "almost equal"), ("相近", "alike"), ("略相近", "somewhat alike"))
_EDITS = {"d": "case when l.v <> r.v then damerau_levenshtein(l.v, r.v) end"}
_ONE_OFF, _TWO_OFF = ("差一位或相邻两位对调", "one character off or two swapped"), ("差两位", "two characters off")

_NAME = Trait(
    value=_FOLDED, extras={"w": _SORTED}, measures={"s": "greatest(jaro_winkler_similarity(l.v, r.v), jaro_winkler_similarity(l.w, r.w))"},
    levels=_likeness(*_NEAR), cases=("l.v = r.v", "l.w = r.w or s >= 0.92", "s >= 0.82", "s >= 0.7"),
    keys={"": "v", "sound": _SOUND, "words": "w"}, by_frequency=True,
)
_TOKENS = "len(list_intersect(l.q, r.q)) / greatest(1, len(list_distinct(list_concat(l.q, r.q))))"
_TEXT = Trait(
    value=_FOLDED, extras={"w": _SORTED, "q": _WORDS, "n": _FIGURES},
    measures={"s": f"greatest(jaro_winkler_similarity(l.v, r.v), jaro_winkler_similarity(l.w, r.w), 0.6 + 0.4 * {_TOKENS})"},
    levels=_likeness(*_NEAR), cases=_alike(0.93, 0.85, 0.75),
    keys={"": "v", "begin": "left(v, 6)", "end": "right(v, 6)", "words": "w", "figures": "nullif(n, '')"}, by_frequency=True,
)
_DOOR = "([^0-9镇乡街道村路]{1,6}(?:大道|路|街|道|巷|弄|坊)[东西南北中]?[0-9]+)"
_HAN_ALIKE = "1 - levenshtein(l.v, r.v) / greatest(length(l.v), length(r.v))"

TRAITS: Mapping[str, Trait] = {
    "name": _NAME,
    "text": _TEXT,
    "address": Trait(
        value=_FOLDED, extras=_TEXT.extras, measures={**_TEXT.measures, "n": "l.n = r.n"},
        levels=_likeness(("几乎相同且号码相同", "almost equal, same numbers"), *_NEAR),
        cases=("l.v = r.v", "(l.w = r.w or s >= 0.85) and n", "s >= 0.92", "s >= 0.82", "s >= 0.7"), keys=_TEXT.keys, by_frequency=True,
    ),
    "firm": Trait(
        value=rf"nullif(regexp_replace(regexp_replace(lower(strip_accents({normalise_sql('{}')})), '{_LEGAL}', '', 'g'), "
        r"'[^\p{L}\p{N}]+', '', 'g'), '')",
        extras={"w": _SORTED.replace(_PLAIN, f"regexp_replace({_PLAIN}, '{_LEGAL}', '', 'g')"), "q": _WORDS},
        measures={**_TEXT.measures, "b": "length(least(l.v, r.v)) >= 4 and (starts_with(l.v, r.v) or starts_with(r.v, l.v))"},
        levels=_likeness(_NEAR[0], ("一方为另一方的开头", "one begins with the other"), *_NEAR[1:]),
        cases=("l.v = r.v", "l.w = r.w or s >= 0.93", "b", "s >= 0.85", "s >= 0.75"),
        keys={"": "v", "begin": "left(v, 5)", "words": "w", "sound": _SOUND}, by_frequency=True,
    ),
    "han_name": Trait(
        value=f"nullif({PERSON_NAME.normal_sql('{}')}, '')", extras={},
        measures={"d": "case when l.v <> r.v then levenshtein(l.v, r.v) end", "h": "l.sound = r.sound"},
        levels=_likeness(("同音", "same sound"), ("差一个字", "one character differs"), ("一方包含另一方", "one holds the other"),
                         ("长名音近", "a long name of like sound"), ("仅同姓", "same surname only")),
        cases=("l.v = r.v", "h", "d = 1 and length(l.v) + length(r.v) > 4",
               "least(length(l.v), length(r.v)) >= 2 and (contains(l.v, r.v) or contains(r.v, l.v))",
               "least(length(l.v), length(r.v)) >= 4 and levenshtein(l.sound, r.sound) <= 0.2 * greatest(length(l.sound), length(r.sound))",
               "left(l.v, 1) = left(r.v, 1)"),
        rare={"same sound": "sound"}, keys={"": "v", "sound": "sound", "given": "case when length(v) > 2 then substr(v, 2) end"}, by_frequency=True,
    ),
    "han_firm": Trait(
        value=rf"nullif(regexp_replace({normalise_sql('{}')}, '[^\p{{L}}\p{{N}}]+', '', 'g'), '')",
        extras=firm_names.EXTRAS, measures=firm_names.MEASURES,
        levels=(ABSENT, EQUAL, Level("一方为分支机构，或为不同分支", "one is a branch, or both are and of two places", never=True),
                *_likeness(("字号与行业相同", "same core name"), ("简称包含于全称", "short name within the other"),
                           ("字号相同，行业不同或缺", "same trade name, other line of business"),
                           ("字号相同，城市不同", "same trade name, other city"), *_NEAR[1:])[2:]),
        cases=("l.v = r.v", firm_names.OTHER_BRANCH, "l.core = r.core and not x", "b and not x", "t and not x", "l.core = r.core or b or t",
               "s >= 0.85 and not x", "s >= 0.7 and not x"),
        rare={"same core name": "core", "short name within the other": "core", "same trade name, other line of business": "w",
              "same trade name, other city": "w"},
        keys={"": "v", "core": "core", "begin": "left(core, 2)", "end": "right(core, 3)", "trade": "w"}, by_frequency=True,
    ),
    "han_address": Trait(
        value=rf"nullif(regexp_replace(regexp_replace({normalise_sql('{}')}, '[^\p{{L}}\p{{N}}]+', '', 'g'), '{_DIVISIONS}', ''), '')",
        extras={"n": _FIGURES, "w": f"nullif(regexp_extract({{v}}, '{_DOOR}', 1), '')"}, measures={"s": _HAN_ALIKE, "n": "l.n = r.n"},
        levels=_likeness(("相近且号码相同", "alike, same numbers"), ("同路同号", "same road and house number"), *_NEAR),
        cases=("l.v = r.v", "s >= 0.75 and n", "l.w = r.w", "s >= 0.92", "s >= 0.85", "s >= 0.75"),
        keys={"": "v", "begin": "left(v, 5)", "figures": "nullif(n, '')", "door": "w"}, by_frequency=True,
    ),
    "date": Trait(
        value=f"coalesce(strftime({date_sql('{}')}, '%Y%m%d'), nullif(regexp_replace({{}}, '[^0-9]', '', 'g'), ''))",
        extras={"n": "date_diff('day', date '1970-01-01', cast(try_strptime({v}, '%Y%m%d') as date))"}, measures=_EDITS,
        levels=_likeness(("日月颠倒", "day and month swapped"), _ONE_OFF, ("同年，一方为 1 月 1 日", "same year, one of them 1 January"),
                         ("年月日有两项相同", "two of year, month, day equal"),
                         ("相差 18 至 51 天，如农历误作公历", "18 to 51 days apart, as a lunar date for a solar")),
        cases=("l.v = r.v", "left(l.v, 4) = left(r.v, 4) and substr(l.v, 5, 2) = right(r.v, 2) and substr(r.v, 5, 2) = right(l.v, 2)", "d = 1",
               "left(l.v, 4) = left(r.v, 4) and (right(l.v, 4) = '0101' or right(r.v, 4) = '0101')",
               "cast(left(l.v, 4) = left(r.v, 4) as integer) + cast(substr(l.v, 5, 2) = substr(r.v, 5, 2) as integer) "
               "+ cast(right(l.v, 2) = right(r.v, 2) as integer) >= 2 or d = 2",
               "abs(l.n - r.n) between 18 and 51"),
        keys={"": "v", "month": "left(v, 6)", "day": "right(v, 4)", "year": "left(v, 4)"},
    ),
    "code": Trait(
        value=r"nullif(regexp_replace(upper({}), '[^\p{L}\p{N}]+', '', 'g'), '')", measures=_EDITS, levels=_likeness(_ONE_OFF, _TWO_OFF),
        cases=("l.v = r.v", "d = 1", "d = 2 and least(length(l.v), length(r.v)) >= 6"),
        keys={"": "v", "begin": "case when length(v) > 3 then left(v, (length(v) + 1) // 2) end",
              "end": "case when length(v) > 3 then right(v, length(v) // 2) end"},
        by_frequency=True,
    ),
    "phone": Trait(
        value="nullif(regexp_replace(regexp_replace({}, '[^0-9]', '', 'g'), '^(?:0086|86|0)', ''), '')", measures=_EDITS,
        levels=_likeness(("末七位相同", "last seven digits equal"), _ONE_OFF, _TWO_OFF),
        cases=("l.v = r.v", "right(l.v, 7) = right(r.v, 7)", "d = 1", "d = 2 and least(length(l.v), length(r.v)) >= 6"),
        keys={"": "v", "begin": "left(v, 7)", "end": "right(v, 6)"},
    ),
    "email": Trait(
        value="nullif(lower(trim({})), '')", measures=_jaro("v"), levels=_likeness(("用户名相同", "same user name"), *_NEAR[:1]),
        cases=("l.v = r.v", "split_part(l.v, '@', 1) = split_part(r.v, '@', 1)", "s >= 0.93"), keys={"": "v", "user": "split_part(v, '@', 1)"},
    ),
    "number": Trait(
        value="nullif(regexp_replace(lower({}), '[^0-9a-z.]+', '', 'g'), '')", measures=_EDITS, levels=_likeness(_ONE_OFF),
        cases=("l.v = r.v", "d = 1"), keys={"": "v"}, by_frequency=True,
    ),
    "category": Trait(
        value="nullif(upper(trim({})), '')", levels=_likeness(), cases=("l.v = r.v",), keys={"": "v"}, by_frequency=True,
    ),
    "citizen_number": Trait(
        value=f"nullif({CITIZEN_NUMBER.normal_sql('{}')}, '')", measures=_EDITS,
        levels=_likeness(_ONE_OFF, _TWO_OFF, ("前 14 位相同", "same division and birth date")),
        cases=("l.v = r.v", "d = 1", "d = 2", "left(l.v, 14) = left(r.v, 14)"), keys={"": "v", "begin": "left(v, 9)", "end": "right(v, 9)"},
    ),
    "uscc": Trait(
        value=f"nullif({USCC.normal_sql('{}')}, '')", measures=_EDITS,
        # The organisation code (GB 11714) stands in the credit code and ends the tax number of fifteen characters that was in use until 2015.
        extras={"o": "case length({v}) when 18 then substr({v}, 9, 9) when 15 then right({v}, 9) when 9 then {v} end"},
        levels=_likeness(_ONE_OFF, _TWO_OFF, ("组织机构代码相同", "same organisation code")),
        cases=("l.v = r.v", "d = 1", "d = 2", "l.o = r.o"), unknown="abs(length(l.v) - length(r.v)) > 2 and coalesce(l.o <> r.o, true)",
        keys={"": "v", "begin": "left(v, 9)", "end": "right(v, 9)", "organisation": "o"},
    ),
}
"""Kind → its trait."""

IDENTIFIER_KINDS = {"citizen_number": CITIZEN_NUMBER, "uscc": USCC}
"""Kinds whose valid values are identifiers: equal ones are one entity, different ones never are (GB 11643, GB 32100)."""

SEXES = {"男": "1", "M": "1", "MALE": "1", "男性": "1", "女": "2", "F": "2", "FEMALE": "2", "女性": "2"}
"""Ways to write the codes of GB/T 2261.1; letters and words stand for the codes in any column of few values that holds both sexes."""


def filled_in(template: str, **names: str) -> str:
    """The template with its `{name}` places filled, nothing else touched."""
    for name, sql in names.items():
        template = template.replace("{" + name + "}", sql)
    for name, listed in firm_names.places().items() if "{cities}" in template or "{provinces}" in template else ():
        template = template.replace("{" + name + "}", listed)
    return template
