"""Identifiers: golden values, and Python against the engine on made, mutated and hostile texts."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.standards import (
    CERTIFICATE_ID,
    CITIZEN_NUMBER,
    CITY_COMPONENT,
    CREDIT_FACT,
    ESTATE_UNIT,
    ORGANISATION_CODE,
    PHONE,
    PLATE,
    USCC,
    certificate_check,
    citizen_birth_sql,
    citizen_born_sql,
    citizen_division_sql,
    citizen_sex_sql,
    citizen_sexed_sql,
)
from lingnan.standards.citizen import check_digit, citizen_birth
from lingnan.standards.organisations import ALPHABET, organisation_check_digit, uscc_check_digit

IDENTIFIERS = [CITIZEN_NUMBER, USCC, ORGANISATION_CODE, PHONE, PLATE, ESTATE_UNIT, CITY_COMPONENT, CERTIFICATE_ID, CREDIT_FACT]
TYPE, ISSUER = "91350100M000100Y43001", "91350100M000100Y43"
SOME = {
    "citizen_number": ["11010519491231002X", "440524188001010014", "440524800101001", "440524800101997"],
    "uscc": ["91350100M000100Y43", "91440300MA5DFXYM10"],
    "organisation_code": ["D2143569X", "D2143569-X", "000000000", "MA5DFXYM1"],
    "phone": ["13800138000", "0755-12345678", "+86 138-0013-8000", "(020)83123456", "020-83123456转801", "4008001234", "86-13800138000", "83123456"],
    "plate": ["粤B12345", "粤B·D12345", "粤A12345D", "粤a1234警", "京AF0236", "使014578"],
    "estate_unit": ["440106001002GB00012F00010001", "440106 001002 JC00003 W00000000"],
    "city_component": ["4401060101000001", "4406050499123456"],
    "certificate_id": [f"1.2.156.3005.2.{TYPE}.{ISSUER}.{rest}" for rest in ("1.001.4", "000000123.001.F", "A1B2C3D4E5.001.C")],
    "credit_fact": [f"{ISSUER}-02-粤罚〔2026〕1号", f"{ISSUER} - 05 - 粤奖[2026]1号", "11010519491231002X-02-粤罚〔2026〕1号"],
}
ENGINE = duckdb.connect(config={"threads": 1})
NOISE = st.sampled_from(list("0123456789XxABZabzIO０９Ｘｘ －-·'　\u200b\x00\n一Éß𬭸eE+.()（）转"))


def column(values: list[str | None], sql: str) -> list[object]:
    """The SQL over a column x of texts, row by row."""
    connection = ENGINE.cursor()
    connection.register("t", pa.table({"x": pa.array(values, pa.string()), "i": range(len(values))}))
    return [row[0] for row in connection.execute(f"select {sql} as y from t order by i").fetchall()]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """An identifier's name, and a right value of it with a few characters put wrong."""
    name = draw(st.sampled_from(sorted(SOME)))
    text = list(draw(st.sampled_from(SOME[name])))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        match draw(st.integers(0, 2)):
            case 0:
                text.insert(place, draw(NOISE))
            case 1 if text:
                del text[place - 1]
            case _ if text:
                text[place - 1] = draw(NOISE)
    return name, "".join(text)


@pytest.mark.parametrize("identifier", [each for each in IDENTIFIERS if each is not CERTIFICATE_ID], ids=lambda i: i.name)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_python_and_engine_agree(identifier, data):
    """Whatever the text, check and normal form are the same in Python and in SQL."""
    agree(identifier, data)


@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_python_and_engine_agree_on_certificates(data):
    """The same for the statement that takes the engine longest to plan."""
    agree(CERTIFICATE_ID, data)


@settings(max_examples=25, deadline=None)
@given(st.lists(mutated(), min_size=40))
def test_cheaper_looks_before_the_pattern_change_nothing(made):
    """As rules ask it, so that the engine works out shared parts once: the same answer as Python's, and the shape is the pattern's."""
    values = [None, *SOME["citizen_number"], *(text for _, text in made)]
    assert column(values, CITIZEN_NUMBER.sql("x", shared=True)) == [None if value is None else CITIZEN_NUMBER.valid(value) for value in values]
    day = "cast('1949-12-31' as date)"
    assert column(values, citizen_born_sql("x", day, shared=True)) == column(values, citizen_born_sql("x", day))


def agree(identifier, data):
    """Draws values and compares."""
    values: list[str | None] = [None, "", *SOME[identifier.name]]
    values += [text for _, text in data.draw(st.lists(mutated(), min_size=20, max_size=40))]
    values += data.draw(st.lists(st.text(NOISE, max_size=20), min_size=10, max_size=20)) + data.draw(st.lists(st.text(max_size=20), max_size=10))
    normal = [identifier.normal(value) for value in values]
    assert column(values, identifier.normal_sql("x")) == normal
    for texts in (values, normal):
        assert column(texts, identifier.sql("x")) == [None if value is None else identifier.valid(value) for value in texts]


@pytest.mark.parametrize(
    "text",
    [
        "9e000000000000018",
        "9e0000000000000180",
        "99999999999999999e",
        "-9999999999999999X",
        "9199e007M000100Y43",
        "91  9e18M000100Y43",
        "919e0018M000100Y43",
        "91999e15M000100Y43",
        "91 9e99 00000000000",
    ],
)
def test_texts_that_cast_to_huge_numbers_are_only_wrong(text):
    """Exponents that the engine's cast accepts must not overflow a whole batch."""
    for identifier in IDENTIFIERS:
        assert column([text], identifier.sql("x")) == [False]


def test_numbers_not_written_as_seventeen_digits_are_no_citizen_numbers():
    """Exponents, fractions, signs, blanks, other bases, marks between digits: the engine's cast reads them, and the check character may fit."""
    firsts = [
        "1.10105194912e+16", "11010519491231e03", "110105194912310e2", "1101051949123e004", "1.1010519491231E16", "+1101051949123100",
        " 1101051949123100", "1101051949123100 ", "1_101051949123100", "0x2719EA7B5D1A4B3", "0X2719EA7B5D1A4B3", "1101051949123100.",
        "-11010519491231002", "11010519491231e+2",
    ]
    texts = [first + last for first in firsts for last in "0123456789X"]
    assert column(texts, CITIZEN_NUMBER.sql("x", shared=True)) == [False] * len(texts)
    assert column(texts, citizen_born_sql("x", "cast('1949-12-31' as date)", shared=True)) == [None] * len(texts)


def test_citizen_number_golden():
    """GB 11643's own example; a 15-digit number becomes 18; lower-case x and full width are repaired, not accepted."""
    assert CITIZEN_NUMBER.check("11010519491231002X") is None
    assert CITIZEN_NUMBER.check("11010519491231002x") == "characters"
    assert CITIZEN_NUMBER.normal(" 11010519491231002ｘ") == "11010519491231002X"
    assert CITIZEN_NUMBER.normal("110105491231002") == "11010519491231002X"
    assert CITIZEN_NUMBER.normal("110105491231997")[6:10] == "1849"
    assert CITIZEN_NUMBER.check("110105491231002") == "fifteen"
    assert CITIZEN_NUMBER.check("110105194912310021") == "check_digit"
    assert CITIZEN_NUMBER.check("110105194902290020") == "birth"
    assert CITIZEN_NUMBER.check("010105194912310020") == "division"
    assert CITIZEN_NUMBER.check(None) is None
    assert not CITIZEN_NUMBER.valid(None)


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2099, 12, 31)), st.integers(0, 999))
def test_every_calendar_date_is_a_birth(day, sequence):
    """The date pattern lets every real date through."""
    first = f"440106{day:%Y%m%d}{sequence:03}"
    number = first + check_digit(first)
    assert CITIZEN_NUMBER.valid(number)
    assert citizen_birth(number) == day


@pytest.mark.parametrize("month_day", ["0229", "0230", "0431", "0631", "0931", "1131", "0132", "1301", "0001", "0100"])
def test_dates_off_the_calendar_are_no_birth(month_day):
    """1900 and 2001 have no 29 February; no month has a 32nd day."""
    for year in ("1900", "2001"):
        first = f"440106{year}{month_day}001"
        assert CITIZEN_NUMBER.check(first + check_digit(first)) == "birth"


def test_what_a_citizen_number_says():
    """Birth, sex and division by SQL; a wrong shape says nothing."""
    values = ["11010519491231002X", "440106200002290011", "440106200102290011", "x", None]
    assert [str(d) if d else None for d in column(values, citizen_birth_sql("x"))] == ["1949-12-31", "2000-02-29", None, None, None]
    born = citizen_born_sql("x", "cast('2000-02-29' as date)")
    assert column(values, born) == [False, True, None, None, None]
    assert column(values, citizen_born_sql("x", "cast(null as date)")) == [None] * 5
    assert column(values, citizen_sex_sql("x")) == ["2", "1", "1", None, None]
    assert column(values, citizen_division_sql("x")) == ["110105", "440106", "440106", None, None]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.none() | mutated().map(lambda each: each[1]), st.sampled_from([None, "", "0", "1", "2", "9", "男"])), min_size=30))
def test_a_sex_is_contradicted_by_a_number_alone_that_says_the_other(pairs):
    """Beside the plain definition: what a number says is another sex of the two; whatever says nothing contradicts nothing."""
    connection = ENGINE.cursor()
    numbers, sexes = ([pair[side] for pair in pairs] for side in (0, 1))
    connection.register("t", pa.table({"x": pa.array(numbers, pa.string()), "s": pa.array(sexes, pa.string()), "i": range(len(pairs))}))
    found = connection.execute(f"select {citizen_sexed_sql('x', 's')} from t order by i").fetchall()
    said = column(numbers, citizen_sex_sql("x"))
    assert [row[0] is False for row in found] == [{one, other} == {"1", "2"} for one, other in zip(said, sexes, strict=True)]


def test_uscc_golden():
    """GB 32100's example, and the sum that is a multiple of 31: the check character is 0."""
    assert USCC.check("91350100M000100Y43") is None
    first = next(f"9144010000000{i:04X}" for i in range(4096) if not set(f"{i:04X}") & set("IOSVZ") and zero_sum(f"9144010000000{i:04X}"))
    assert uscc_check_digit(first) == "0"
    assert USCC.valid(first + "0")
    assert column([first + "0", first + "Y"], USCC.sql("x")) == [True, False]
    assert USCC.check("91350100m000100Y43") == "characters"
    assert USCC.normal("91350100-m000100y-43 ") == "91350100M000100Y43"
    assert USCC.check("9135010AM000100Y43") == "division"


PUBLISHED = ("91110000600037341L", "91350100M000100Y43", "91440300708461136T", "91330100799655058B", "914403004JURQ283F0")
"""Codes as their holders publish them; the weighted sum of the last is a multiple of 31, so its check character is 0."""


def test_published_credit_codes_pass_and_a_wrong_character_never_does():
    """Weights prime to 31 tell every single wrong character, in Python and in the engine alike."""
    assert zero_sum(PUBLISHED[-1][:17])
    wrong = [
        f"{code[:place]}{other}{code[place + 1:]}" for code in PUBLISHED for place in range(18)
        for other in ALPHABET if other != code[place] and (other.isdigit() or not 2 <= place < 8)
    ]
    assert [USCC.check(code) for code in PUBLISHED] == [None] * len(PUBLISHED)
    assert {USCC.check(code) for code in wrong} == {"check_digit"}
    assert column([*PUBLISHED, *wrong], USCC.sql("x")) == [True] * len(PUBLISHED) + [False] * len(wrong)


@pytest.mark.parametrize("remainder", range(31))
def test_every_remainder_has_its_check_character(remainder):
    """31 less the remainder, and 0 where nothing remains: never the character a 31st place would have."""
    first = next(code for i in range(4096) if remainder_of(code := f"9144010000000{i:04d}") == remainder)
    place = (31 - remainder) % 31
    assert uscc_check_digit(first) == ALPHABET[place]
    assert USCC.valid(first + ALPHABET[place])


def zero_sum(first17: str) -> bool:
    """Whether the weighted sum of GB 32100 is a multiple of 31."""
    return remainder_of(first17) == 0


def remainder_of(first17: str) -> int:
    """What the weighted sum of GB 32100 leaves by 31, reckoned the long way."""
    return sum(ALPHABET.index(c) * 3**i for i, c in enumerate(first17)) % 31


def test_organisation_code_golden():
    """GB 11714's example with and without hyphen, and both special check characters."""
    assert organisation_check_digit("D2143569") == "X"
    assert ORGANISATION_CODE.valid("D2143569X")
    assert ORGANISATION_CODE.normal("D2143569-X") == "D2143569X"
    assert organisation_check_digit("00000000") == "0"


@pytest.mark.parametrize(
    ("text", "normal", "reason"),
    [
        ("+86 138-0013-8000", "13800138000", None),
        ("008613800138000", "13800138000", None),
        ("（0755）8312 3456", "0755-83123456", None),
        ("02083123456", "020-83123456", None),
        ("020-83123456转801", "020-83123456-801", None),
        ("400-800-1234", "4008001234", None),
        ("+86 20 83123456", "020-83123456", None),
        ("83123456", "83123456", "area_code"),
        ("12345678901", "12345678901", "shape"),
        ("无", "无", "characters"),
    ],
)
def test_phone_golden(text, normal, reason):
    """Ways to write a telephone number."""
    assert PHONE.normal(text) == normal
    assert PHONE.check(normal) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [("粤B12345", None), ("粤B·D12345", None), ("粤A12345D", None), ("粤BO2345", "shape"), ("B12345", "province"), ("粤B1234港", None)],
)
def test_plate_golden(text, reason):
    """The format of plates, no I and O in the serial."""
    assert PLATE.check(PLATE.normal(text)) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("440106001002GB00012F00010001", None),  # a flat on state land used for building
        ("440106001002JE00012L00000001", None),
        ("440106 001002 gb00012 w00000000", None),
        ("440106001002GB00012W00000001", "fixture"),
        ("440106001002GB00012X00000001", "fixture"),
        ("440106001002GI00012F00000001", "parcel"),
        ("940106001002GB00012F00000001", "division"),
        ("440106001002GB00012F0000001", "length"),
    ],
)
def test_estate_unit_golden(text, reason):
    """The seven parts of GB/T 37346; bare land has a unit of zeros."""
    assert ESTATE_UNIT.check(ESTATE_UNIT.normal(text)) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [("4401060101000001", None), ("４４０１０６ 0510 999999", None), ("4401060601000001", "large_class"), ("440106010100001", "length"),
     ("44010601010000A1", "characters"), ("0401060101000001", "division")],
)
def test_city_component_golden(text, reason):
    """Division, large and small class, serial number of GB/T 30428.2."""
    assert CITY_COMPONENT.check(CITY_COMPONENT.normal(text)) == reason


def test_the_check_character_of_certificates_is_that_of_iso_7064_mod_37_36():
    """The standard's own example; another reckoning, step by step; every slip of one character is caught."""
    assert certificate_check("A12425GABC1234002") == "M"
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    right = SOME["certificate_id"][2]
    state = 36
    for character in right[15:].replace(".", "")[:-1]:
        total = state + alphabet.index(character)
        state = (total - 36 if total > 36 else total) * 2 % 37
    assert (state + alphabet.index(right[-1])) % 36 == 1
    assert CERTIFICATE_ID.valid(right)
    slips = [right[:place] + other + right[place + 1 :] for place in range(56, 66) for other in alphabet if other != right[place]]
    assert {CERTIFICATE_ID.check(slip) for slip in slips} == {"check_digit"}
    assert column(slips, CERTIFICATE_ID.sql("x")) == [False] * len(slips)
    assert CERTIFICATE_ID.check(right.removeprefix("1.2.156.3005.2.")) == "root"
    assert CERTIFICATE_ID.check(right.replace(".001.", ".01.")) == "parts"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{ISSUER}-01-粤许000000001", None),
        ("11010519491231002X-02-粤罚〔2026〕1号", "person"),
        ("91350100M000100Y44-02-粤罚〔2026〕1号", "subject"),
        (f"{ISSUER}-06-粤罚〔2026〕1号", "kind"),
        (f"{ISSUER}-02-", "number"),
        (f"{ISSUER}-02-{'9' * 65}", "number"),
    ],
)
def test_credit_fact_golden(text, reason):
    """Legal entities only: a citizen number in front is told apart from a wrong code, in the engine too."""
    assert CREDIT_FACT.check(text) == reason
    assert column([text], CREDIT_FACT.sql("x")) == [reason is None]
    assert column([text], CREDIT_FACT.refusal_sql("x")) == ["person" if reason == "person" else "wrong"]
    assert column([text], USCC.refusal_sql("x")) == ["wrong"]


def test_one_document_number_has_one_form():
    """Brackets in any form are those of official documents; blanks go."""
    forms = ["粤罚〔2026〕 1号", "粤罚[2026]1号", "粤罚（2026）1号", "粤罚【2026】1号"]
    assert {CREDIT_FACT.normal(f"{ISSUER}-02-{form}") for form in forms} == {f"{ISSUER}-02-粤罚〔2026〕1号"}


def test_every_reason_is_said_in_both_languages():
    """No reason code without its two texts."""
    for identifier in IDENTIFIERS:
        found = {
            identifier.check(text)
            for text in ["", "1", "一" * 18, "0" * 18, "1" * 15, "4" * 18, "83123456", "9A" + "A" * 16, "44010620010229001X", "粤!", "1" * 9, "I" * 9]
        }
        assert found - {None} <= identifier.reasons.keys()
        assert all(zh and en for zh, en in identifier.reasons.values())
