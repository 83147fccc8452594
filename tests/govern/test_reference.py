"""Every failing row is returned: one load with all kinds of rule at once, each held row by row to SQL written out by hand over the rows as delivered.

More rules than one mask holds stand beside each other, so that a bit set for the wrong rule or row shows. That a fault is not found without its
rule is shown in `test_rules.py`.
"""

import random
import re

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.govern import check
from lingnan.govern.rules.conditions import BUILDERS
from lingnan.lake import View
from lingnan.standards import CITIZEN_NUMBER, RULES, code_list, read_contract

ROWS = 600
TODAY = "2026-10-31"
COLUMNS = """{name: number, logicalType: string}
{name: born, logicalType: date}
{name: sex, logicalType: string}
{name: division, logicalType: string}
{name: seen_on, logicalType: date}
{name: word, logicalType: string}
{name: whole, logicalType: integer}
{name: one, logicalType: integer}
{name: two, logicalType: integer}
{name: series, logicalType: string}
{name: place, logicalType: integer}"""

# Rule with its arguments → the rows it fails, as a condition or a list of row numbers in plain SQL over `t` (with `n`, the row's number).
VALID = ", ".join(f"'{entry.code}'" for entry in code_list("divisions").entries)
HELD = ", ".join(
    f"('{each.code}', date '{each.valid_from or '0001-01-01'}', date '{each.valid_to or '9999-12-31'}')" for each in code_list("divisions").entries
)
REFERENCE = {
    "identifier, of: number, kind: citizen_number": "number is not null and not good",
    "code_valid, of: sex, list: sexes": "sex not in ('0', '1', '2', '9')",
    "code_valid, of: division, list: divisions, at: seen_on": (
        "division is not null and (division not in (select c from held) or (seen_on is not null and not exists "
        "(select 1 from held as h where h.c = division and h.a <= seen_on and seen_on < h.b)))"
    ),
    "division_ever_existed, of: division": "division not in (select c from held)",
    "division_current, of: division": (
        f"division in (select c from held) and not exists (select 1 from held as h where h.c = division and h.b > date '{TODAY}')"
    ),
    "birth_matches_number, birth: born, number: number": "shaped and strptime(substr(number, 7, 8), '%Y%m%d')::date <> born",
    "sex_matches_number, sex: sex, number: number": (
        "regexp_full_match(number, '[0-9]{17}[0-9X]') and sex in ('1', '2') and (substr(number, 17, 1)::int % 2 = 1) <> (sex = '1')"
    ),
    "in_range, of: whole, min: 2, max: 9": "whole < 2 or whole > 9",
    "in_range, of: whole, above: 2, below: 9": "whole <= 2 or whole >= 9",
    "in_range, of: whole, multiple_of: 2": "whole % 2 <> 0",
    "pattern, of: word, regex: 'a.*'": "not starts_with(word, 'a')",
    "length, of: word, min: 2, max: 3": "length(word) not between 2 and 3",
    "readable, of: word": "contains(word, chr(65533)) or contains(word, chr(59422))",
    "not_after, of: born, column: today": f"born > date '{TODAY}'",
    "not_after, of: born, column: seen_on": "born > seen_on",
    "before, first: born, second: seen_on": "born > seen_on",
    "retained, of: seen_on, days: 1000": f"date '{TODAY}' - seen_on > 1000",
    "duplicate_key, columns: [word, series]": (
        "word is not null and series is not null and (select count(*) from t as o where o.word = t.word and o.series = t.series) > 1"
    ),
    "references, of: word, table: other.words, column: word": "word not in (select word from words where word is not null)",
    "references, of: word, table: other.words, column: word, with: {series: part}": (
        "word is not null and series is not null and not exists (select 1 from words as w where w.word = t.word and w.part = t.series)"
    ),
    "same_in, column: whole, table: other.words, key: word, other: number": (
        "whole <> (select min(number) from words as w where w.word = t.word) and whole <> (select max(number) from words as w where w.word = t.word)"
    ),
    "sum_of_parts, whole: whole, parts: [one, two], tolerance: 1": "abs(whole - one - two) > 1",
    "sum_of_parts, whole: whole, parts: [one, two], tolerance_percent: 25": "abs(whole - one - two) > abs(whole) * 0.25",
    "rows_add_up, value: whole, by: [series], part: word": (
        "word is null and whole is not null and series is not null and whole <> "
        "(select coalesce(sum(o.whole), 0) from t as o where o.series = t.series and o.word is not null)"
    ),
    "never_falls, series: [series], order: place, value: whole": (
        "whole < (select max(o.whole) from t as o where o.series is not distinct from t.series and o.place < t.place)"
    ),
    "holds, condition: 'one + two <= whole'": "one + two > whole",
    "failing_rows, query: 'select _batch, _position from ${table} where two > (select avg(two) from ${table})'": "two > (select avg(two) from t)",
}
METRICS = {
    "metric: nullValues, arguments: {property: word}": "word is null",
    "metric: missingValues, arguments: {property: word, missingValues: [a, '']}": "word is null or word in ('a', '')",
    "metric: invalidValues, arguments: {property: word, validValues: [a, ab]}": "word not in ('a', 'ab')",
    "metric: invalidValues, arguments: {property: word, pattern: b}": "not contains(word, 'b')",
    "metric: duplicateValues, arguments: {properties: [one, two]}": (
        "one is not null and two is not null and (select count(*) from t as o where o.one = t.one and o.two = t.two) > 1"
    ),
}
PATTERNS = {f"pattern, of: word, regex: 'a|b{{{n}}}'": f"word <> 'a' and word <> '{'b' * n}'" for n in range(1, 41)}


def rules() -> dict[str, tuple[str, str]]:
    """Rule id → the quality rule in YAML and its reference."""
    ours = {**REFERENCE, **PATTERNS}
    told = [(f"type: custom, engine: lingnan, implementation: {{rule: {said}}}", sql) for said, sql in ours.items()]
    told += [(f"type: library, mustBe: 0, {said}", sql) for said, sql in METRICS.items()]
    return {f"r{number}": each for number, each in enumerate(told)}


def rows() -> pa.Table:
    draw = random.Random(36344)
    places = list(range(ROWS))
    draw.shuffle(places)
    divisions = ["440106", "440183", "440301", "449999", "110101", None]

    def some(*values):
        return [draw.choice(values) for _ in range(ROWS)]

    return pa.table({
        "number": some("11010519491231002X", "110105194912310038", "110105194912310021", "44010619900101123X", "x", None),
        "born": some("1949-12-31", "1990-01-01", "2027-01-01", None),
        "sex": some("1", "2", "9", "7", None), "division": some(*divisions), "seen_on": some("1995-01-01", "2010-05-01", "2026-05-01", None),
        "word": some("a", "ab", "b", "bb", "陈", "陈明", "司马迁之", "坏\ufffd", "\ue81e", None, *(f"a{n}" for n in range(99))),
        "whole": pa.array(some(*range(12), None), pa.int64()), "one": pa.array(some(*range(40), None), pa.int64()),
        "two": pa.array(some(*range(6), None), pa.int64()), "series": some("甲", "乙", "丙", None), "place": pa.array(places, pa.int64()),
    })


WORDS = [{"word": word, "part": part, "number": number} for word, part, number in (
    ("a", "甲", 3), ("a", "乙", 4), ("ab", "甲", 5), ("bb", None, None), (None, "丙", 1), ("a1", "丙", 2),
)]


def expected(table: pa.Table) -> dict[str, list[str]]:
    """Rule id → positions of the rows it fails, by hand."""
    connection = duckdb.connect()
    connection.register("given", table)
    connection.register("words", pa.Table.from_pylist(WORDS))
    good = ", ".join(f"'{each}'" for each in set(table["number"].to_pylist()) if each and CITIZEN_NUMBER.valid(each))
    connection.execute(f"create table held as select * from (values {HELD}) as v(c, a, b)")
    connection.execute(
        f"create table t as select * replace (born::date as born, seen_on::date as seen_on), row_number() over () as n, number in ({good}) as good, "
        "regexp_full_match(number, '[1-8][0-9]{16}[0-9X]') as shaped from given"
    )
    return {
        name: sorted(str(row[0]) for row in connection.execute(f"select n from t where {sql}").fetchall()) for name, (_said, sql) in rules().items()
    }


def checked(desk, tmp_path, text, table):
    file = tmp_path / "all.parquet"
    pq.write_table(table, file)
    desk.put("other.words", WORDS)
    views = {"other.words": View.for_step("other.words", "test")}
    return check(file, read_contract(text), tmp_path / "out", engine=desk.engine, views=views, today=TODAY)


def test_every_rule_returns_exactly_the_rows_that_sql_by_hand_finds(desk, tmp_path, contract):
    quality = ", ".join(f"{{id: {name}, {said}}}" for name, (said, _sql) in rules().items())
    table = rows()
    report = checked(desk, tmp_path, contract(COLUMNS, f"[{quality}]"), table)
    wanted = expected(table)
    assert len(wanted) > 64
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for row in pq.read_table(report.out).to_pylist():
        found[row["rule"]].append(row["position"])
    said = {name: told[0] for name, told in rules().items()}
    assert {said[name]: sorted(places) for name, places in found.items()} == {said[name]: places for name, places in wanted.items()}
    assert {rule.rule: rule.failed for rule in report.rules if rule.rule in wanted} == {name: len(places) for name, places in wanted.items()}
    assert report.failed_rows == len({place for places in wanted.values() for place in places})
    assert all(0 < len(places) < ROWS for places in wanted.values())


def test_every_kind_of_rule_over_rows_is_among_them():
    told = {re.match(r"\w+", said)[0] for said in REFERENCE}
    assert told == set(BUILDERS) == {name for name, kind in RULES.items() if not kind.over_table}
