"""Whatever rows come, accepted and quarantined are what a plain reading of the rules in Python says, row by row and rule by rule."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.standards import CITIZEN_NUMBER, citizen_birth, code_list, normalise_text, parse_date

NUMBERS = [
    "11010519491231002X", "11010519491231002x", "110105194912310021", "１１０１０５１９４９１２３１００２Ｘ", "440106199001011237", "x", "", None,
]
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=4)
ROW = st.fixed_dictionaries({
    "key_no": st.sampled_from(["1", "2", " 1", "３", "3", None, ""]),
    "number": st.sampled_from(NUMBERS),
    "name": st.one_of(st.none(), NAMES, st.sampled_from(["陈", "陈明", "　李 ", "𠮷"])),
    "born": st.sampled_from(["1949-12-31", "1949/12/31", "一九四九年十二月三十一日", "1950-01-01", "2099-01-01", "昨天", None]),
    "sex": st.sampled_from(["1", "2", "9", "男", "女", "X", None]),
})
LENGTH = "[{id: length, type: custom, engine: lingnan, implementation: {rule: length, min: 2}}]"
PAST = "[{id: past, type: custom, engine: lingnan, implementation: {rule: not_after, column: today}}]"
CONTRACT = ("""{name: key_no, logicalType: string, customProperties: [{property: standardise, value: [nfkc, trim, empty_to_null]}]}
    {name: number, customProperties: [{property: dataElement, value: citizen_number}]}
    {name: name, logicalType: string, required: true, customProperties: [{property: standardise, value: [nfkc, trim]}], quality: %LENGTH%}
    {name: born, logicalType: date, quality: %PAST%}
    {name: sex, customProperties: [{property: dataElement, value: sex}]}""".replace("%LENGTH%", LENGTH).replace("%PAST%", PAST),
    "[{id: once, type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [key_no]}}, "
    "{id: birth, type: custom, engine: lingnan, implementation: {rule: birth_matches_number, birth: born, number: number}}]")


def expected(rows):
    """Rules each row fails, read plainly."""
    seen, told = set(), []
    labels = code_list("sexes").label_to_code
    for row in rows:
        key = normalise_text(row["key_no"]) or None
        number = CITIZEN_NUMBER.normal(row["number"]) or None
        name, born = normalise_text(row["name"]), parse_date(row["born"])
        sex = labels.get(row["sex"], row["sex"])
        failed = set()
        if key is not None and key in seen:
            failed.add("once")
        seen.add(key)
        if CITIZEN_NUMBER.check(number):
            failed.add("number_identifier")
        if not name:
            failed.add("name_required")
        if name is not None and len(name) < 2:
            failed.add("length")
        if row["born"] and born is None:
            failed.add("born_type")
        if born and born.isoformat() > "2026-10-31":
            failed.add("past")
        if born and citizen_birth(number) and citizen_birth(number) != born:
            failed.add("birth")
        if sex is not None and sex not in code_list("sexes"):
            failed.add("sex_code_valid")
        told.append(failed)
    return told


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=40))
def test_rows_fail_exactly_what_a_plain_reading_says(desk, contract, rows):
    desk.land(rows)
    result = desk.govern(contract(*CONTRACT))
    found, wanted = desk.failed(), expected(rows)
    assert [set(found.get(f"f.csv:{n}", [])) for n in range(2, len(rows) + 2)] == wanted
    counts = {}
    for rule in itertools.chain.from_iterable(wanted):
        counts[rule] = counts.get(rule, 0) + 1
    assert result.failed_by_rule == counts
    assert result.delivered == len(rows)
