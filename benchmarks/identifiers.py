"""Rows per CPU second of the identifiers' SQL: beside the same check written by hand, and beside python-stdnum's published figure.

Run: .venv/bin/python benchmarks/identifiers.py [ROWS]
"""

import resource
import sys

import duckdb

from lingnan.standards import (
    CITIZEN_NUMBER,
    ORGANISATION_CODE,
    PERSON_NAME,
    PHONE,
    USCC,
    amount_sql,
    citizen_birth_sql,
    date_sql,
    normalise_sql,
)

FLOORS = {"citizen_number": 3_000_000, "uscc": 1_200_000}
STDNUM = {"citizen_number": 23_681, "uscc": 136_673}
"""python-stdnum 2.2 (`cn.ric`, `cn.uscc`), rows per CPU second in one thread of CPython 3.11 on the same kind of machine."""

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def by_hand() -> dict[str, str]:
    """The checks as one writes them straight from the standard's tables: every digit cut out by itself."""
    number = "try_cast(substr(x, 1, 17) as bigint)"
    digits = " + ".join(f"({number} // {10 ** (16 - i)} % 10) * {weight}" for i, weight in enumerate(WEIGHTS))
    letters = " + ".join(f"(strpos('{ALPHABET}', substr(x, {i + 1}, 1)) - 1) * {pow(3, i, 31)}" for i in range(17))
    return {
        "citizen_number": rf"regexp_full_match(x, '\d{{17}}[\dX]') and try_cast(concat(substr(x, 7, 4), '-', substr(x, 11, 2), '-', "
        f"substr(x, 13, 2)) as date) is not null and substr('10X98765432', 1 + ({digits}) % 11, 1) = substr(x, 18, 1)",
        "uscc": f"regexp_full_match(x, '[{ALPHABET}]{{18}}') and substr('{ALPHABET}', 1 + (31 - ({letters}) % 31) % 31, 1) = substr(x, 18, 1)",
    }


def make(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Tables of made numbers, two in a hundred with a wrong check character, and texts with five in a hundred to repair."""
    birth = "strftime(date '1930-01-01' + cast(hash(i) % 35000 as integer), '%Y%m%d')"
    first = f"printf('%06d', 440100 + i % 84) || {birth} || printf('%03d', hash(i * 3) % 1000)"
    digits = " + ".join(f"cast(substr(p, {i + 1}, 1) as integer) * {weight}" for i, weight in enumerate(WEIGHTS))
    wrong = "case when hash(i, 7) % 50 = 0 then '0' else c end"
    connection.execute(
        f"create table citizen_number as select p || {wrong} as x from "
        f"(select i, p, substr('10X98765432', 1 + ({digits}) % 11, 1) as c from (select i, {first} as p from range({rows}) r(i)))"
    )
    letters = " || ".join(f"substr('{ALPHABET}', cast(hash(i, {k}) % {10 if k < 7 else 31} as integer) + 1, 1)" for k in range(9))
    total = " + ".join(f"(strpos('{ALPHABET}', substr(p, {i + 1}, 1)) - 1) * {pow(3, i, 31)}" for i in range(17))
    connection.execute(
        f"create table uscc as select p || {wrong} as x from (select i, p, substr('{ALPHABET}', 1 + (31 - ({total}) % 31) % 31, 1) as c "
        f"from (select i, '91' || printf('%06d', 440100 + i % 84) || {letters} as p from range({rows}) r(i)))"
    )
    texts = {
        "name": "case when i % 20 = 0 then '王　小明' else '欧阳' || chr(19968 + cast(hash(i) % 20000 as integer)) end",
        "day": "case when i % 20 = 0 then '2026年1月2日' else strftime(date '1930-01-01' + cast(hash(i) % 35000 as integer), '%Y-%m-%d') end",
        "amount": "case when i % 20 = 0 then '12.5万元' else cast(hash(i) % 1000000 as varchar) || '.50' end",
        "phone": "case when i % 20 = 0 then '（0755）8312 3456' else '138' || printf('%08d', hash(i) % 100000000) end",
        "organisation_code": "printf('%08d', hash(i) % 100000000) || '1'",
    }
    for name, sql in texts.items():
        connection.execute(f"create table {name} as select {sql} as x from range({rows}) r(i)")


def seconds(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """CPU seconds of the best of three runs."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    times = []
    for _ in range(3):
        begin = used()
        connection.execute(sql).fetchall()
        times.append(used() - begin)
    return min(times)


def main(rows: int) -> int:
    """Print the table; 1 when a floor is not held."""
    connection = duckdb.connect(config={"threads": 1})
    make(connection, rows)
    held = True
    print(f"{rows:,} rows, one thread, million rows per CPU second (best of 3)")
    print(f"{'check':32}{'ours':>8}{'by hand':>9}{'ratio':>7}{'stdnum':>9}{'ratio':>7}{'floor':>7}")
    for identifier in (CITIZEN_NUMBER, USCC):
        table, hand = identifier.name, by_hand()[identifier.name]
        count = "select count(*) from (select {} as v from {}) where v"
        ours_sql, hand_sql = count.format(identifier.sql("x"), table), count.format(hand, table)
        if connection.execute(ours_sql).fetchall() != connection.execute(hand_sql).fetchall():
            raise SystemExit(f"{table}: ours and the statement by hand count different rows")
        counted = "select count(v), sum(v::integer) from (select {} as v from {})"
        ours = rows / seconds(connection, counted.format(identifier.sql("x"), table))
        other = rows / seconds(connection, counted.format(hand, table))
        held &= ours >= FLOORS[table]
        print(
            f"{table:32}{ours / 1e6:8.2f}{other / 1e6:9.2f}{ours / other:7.1f}{STDNUM[table] / 1e6:9.3f}"
            f"{ours / STDNUM[table]:7.0f}{FLOORS[table] / 1e6:7.1f}"
        )
    others = [
        ("organisation_code check", ORGANISATION_CODE.sql("x"), "organisation_code"),
        ("citizen_number normal form", CITIZEN_NUMBER.normal_sql("x"), "citizen_number"),
        ("uscc normal form", USCC.normal_sql("x"), "uscc"),
        ("citizen_number birth", citizen_birth_sql("x"), "citizen_number"),
        ("person_name normal form", PERSON_NAME.normal_sql("x"), "name"),
        ("person_name check", PERSON_NAME.sql("x"), "name"),
        ("phone normal form", PHONE.normal_sql("x"), "phone"),
        ("text", normalise_sql("x"), "name"),
        ("date", date_sql("x"), "day"),
        ("amount", amount_sql("x"), "amount"),
    ]
    for title, sql, table in others:
        print(f"{title:32}{rows / seconds(connection, f'select count(v), max(v) from (select {sql} as v from {table})') / 1e6:8.2f}")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000))
