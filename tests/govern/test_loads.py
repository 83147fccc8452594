"""Rules over a load as a whole stop the planted load and no other; without history they are not asked."""

import pytest

from lingnan.base import BadInput
from lingnan.standards import read_contract

KINDS = "{name: kind, logicalType: string}\n{name: amount, logicalType: integer}\n{name: on_day, logicalType: date}"
LAST = [{"kind": "甲" if n % 2 else "乙", "amount": str(n), "on_day": "2026-10-30"} for n in range(100)]


def rule(implementation: str) -> str:
    return f"[{{id: planted, type: custom, engine: lingnan, implementation: {{{implementation}}}}}]"


def planted(result):
    return next(each for each in result.checks if each.rule == "planted")


def load(desk, text, rows):
    desk.land(rows)
    return desk.govern(text, others=("gongan.resident",) if desk.lake.exists("gongan.resident") else ())


FRESH = "rule: fresh, column: on_day, days: 1"
DRIFT_OF_AMOUNT = "rule: drift, of: amount, limit: 0.2"
CASES = {
    "fresh": (FRESH, LAST, [{**row, "on_day": "2026-10-29"} for row in LAST]),
    "fresh_nothing": (FRESH, LAST, [{**row, "on_day": None} for row in LAST]),
    "fresh_hours": ("rule: fresh, column: on_day, hours: 48", LAST, [{**row, "on_day": "2026-10-29"} for row in LAST]),
    "fresh_received": ("rule: fresh, days: 1", LAST, [{**row, "_received_at": None} for row in LAST]),
    "volume_more": ("rule: volume, change: 0.1", LAST[:95], LAST * 2),
    "volume_less": ("rule: volume, change: 0.1", LAST[:95], LAST[:80]),
    "drift_codes": ("rule: drift, of: kind", LAST[:99], [{**row, "kind": "甲"} for row in LAST]),
    "drift_nulls": ("rule: drift, of: kind", LAST[:99], [{**row, "kind": None} for row in LAST]),
    "drift_amounts": (DRIFT_OF_AMOUNT, [{**row, "amount": str(int(row["amount"]) + 5)} for row in LAST],
                      [{**row, "amount": str(int(row["amount"]) + 60)} for row in LAST]),
    "drift_days": ("rule: drift, of: on_day", LAST, [{**row, "on_day": "2026-10-31"} for row in LAST]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_planted_load_fails_the_usual_one_passes(desk, contract, name):
    implementation, usual, bad = CASES[name]
    text = contract(KINDS, rule(implementation))
    load(desk, text, LAST)
    if name != "fresh_received":
        kept = planted(load(desk, text, usual))
        assert (kept.checked, kept.failed, kept.over) == (1, 0, "table")
        desk.lake.drop("gongan.resident")
        load(desk, text, LAST)
    found = load(desk, text, bad)
    told = planted(found)
    # What has no moment of receipt cannot be asked how fresh it is.
    assert (told.checked, told.failed) == ((0, 0) if name == "fresh_received" else (1, 1))
    assert found.quarantined == 0
    assert load(desk, contract(KINDS), bad).failed_by_rule == {}


@pytest.mark.parametrize("implementation", ["rule: volume, change: 0.1", "rule: drift, of: kind"])
def test_a_first_load_has_nothing_to_be_compared_with(desk, contract, implementation):
    result = load(desk, contract(KINDS, rule(implementation)), LAST)
    assert planted(result).checked == 0
    assert "planted" in result.notes[0]


def test_volume_compares_with_the_median_of_several_loads(desk, contract):
    text = contract(KINDS, rule("rule: volume, change: 0.2, loads: 3"))
    for rows in (LAST, LAST[:1], LAST):
        load(desk, text, rows)
    assert planted(load(desk, text, LAST)).observed == 0


def test_a_series_may_not_fall_below_what_the_last_load_left(desk, contract):
    properties = "{name: place, logicalType: string}\n{name: day_no, logicalType: integer}\n{name: total, logicalType: integer}"
    since = rule("rule: never_falls, series: [place], order: day_no, value: total, since_last_load: true")
    first, second = {"place": "a", "day_no": "1", "total": "10"}, {"place": "a", "day_no": "2", "total": "9"}
    assert load(desk, contract(properties, since), [first]).quarantined == 0
    assert load(desk, contract(properties, since), [second]).failed_by_rule == {"planted": 1}
    desk.lake.drop("gongan.resident")
    load(desk, contract(properties), [first])
    assert load(desk, contract(properties, since.replace(", since_last_load: true", "")), [second]).quarantined == 0


def test_duplicates_are_judged_by_repeated_keys_and_fail_as_rows(desk, contract):
    metric = "[{{id: twice, type: library, metric: duplicateValues, mustBeLessThan: {limit}}}]"
    desk.land([{"a": value} for value in ("1", "1", "1", "2", "2", "3", None, None)])
    for limit, failed in ((3, 0), (2, 3)):
        text = contract(f"{{name: a, logicalType: string, quality: {metric.format(limit=limit)}}}")
        count = next(each for each in desk.govern(text).checks if each.rule == "twice")
        assert (count.observed, count.failed) == (2, failed)


@pytest.mark.parametrize(("options", "good", "bad"), [
    ("pattern: '^A'", "A1", "B1"), ("minLength: 2", "陈明", "陈"), ("maxLength: 2", "陈明", "司马迁"),
])
def test_options_of_the_type_are_asked(desk, contract, options, good, bad):
    desk.land([{"a": good}, {"a": None}, {"a": bad}])
    found = desk.govern(contract(f"{{name: a, logicalType: string, logicalTypeOptions: {{{options}}}}}"))
    assert list(desk.failed()) == ["f.csv:4"]
    assert found.quarantined == 1


@pytest.mark.parametrize(("options", "good", "bad"), [
    ("minimum: 1", "1", "0"), ("exclusiveMinimum: 1", "2", "1"), ("maximum: 5", "5", "6"), ("exclusiveMaximum: 5", "4", "5"),
    ("multipleOf: 3", "6", "7"),
])
def test_options_of_numbers_are_asked(desk, contract, options, good, bad):
    desk.land([{"a": good}, {"a": None}, {"a": bad}])
    assert desk.govern(contract(f"{{name: a, logicalType: integer, logicalTypeOptions: {{{options}}}}}")).quarantined == 1


@pytest.mark.parametrize(("level", "day", "failed"), [
    ("freshness, value: 2, unit: d", "2026-10-30", {}), ("freshness, value: 2, unit: d", "2026-10-28", {"on_day_freshness": 1}),
    ("latency, value: 36, unit: h", "2026-10-29", {"on_day_freshness": 1}),
    ("retention, value: 1, unit: y", "2026-01-01", {}), ("retention, value: 1, unit: y", "2025-01-01", {"on_day_retention": 1}),
])
def test_service_levels_are_asked(desk, contract, level, day, failed):
    desk.land([{"kind": "甲", "amount": "1", "on_day": day}])
    text = contract(KINDS) + f"slaProperties:\n  - {{property: {level}, element: resident.on_day}}\n"
    assert desk.govern(text).failed_by_rule == failed


def test_sql_of_a_property_and_the_tables_own_name(desk, contract):
    queries = "select count(*) from {object} where {property} is null", "select count(*) from resident where resident.a = 'x'"
    rules = ", ".join(f'{{id: q{n}, type: sql, query: "{query}", mustBe: 1}}' for n, query in enumerate(queries))
    desk.land([{"a": "x"}, {"a": None}, {"a": "y"}])
    found = desk.govern(contract(f"{{name: a, logicalType: string, quality: [{rules}]}}"))
    assert found.failed_by_rule == {}


@pytest.mark.parametrize("implementation", ["rule: holds, condition: \"amount + kind > 'x'\"", "rule: holds, condition: 'kind > 5'"])
def test_sql_that_the_engine_refuses_is_told_by_its_rule(desk, contract, implementation):
    with pytest.raises(BadInput, match="planted"):
        load(desk, contract(KINDS, rule(implementation)), LAST)


@pytest.mark.parametrize("implementation", [
    "rule: holds, condition: 'amount > (select 1)'", "rule: holds, condition: 'sum(amount) > 1'", "rule: holds, condition: 'nothing > 1'",
    "rule: holds, condition: 'amount > 1) or (1 = 1'", "rule: holds, condition: \"getenv('HOME') = kind\"", "rule: holds, condition: 'select 1'",
    "rule: failing_rows, query: 'select kind from resident'", "rule: failing_rows, query: 'select _batch, _position from trust.people'",
    "rule: holds, condition: ''", "rule: fresh, column: on_day", "rule: drift, of: kind, limit: 7", "rule: volume",
    "rule: volume, change: 1, loads: 0", "rule: in_range, of: amount, min: x", "rule: in_range, of: on_day, max: soon",
    "rule: pattern, of: kind, regex: '[[:foo:]]'",
])
def test_what_cannot_be_asked_is_refused_with_its_line(contract, implementation):
    text = contract(KINDS, rule(implementation))
    with pytest.raises(BadInput) as error:
        read_contract(text)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "planted" in each)
    assert {fault["line"] for fault in error.value.facts["faults"]} == {line}
