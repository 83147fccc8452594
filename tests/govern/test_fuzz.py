"""Whatever a quality section holds, reading it tells every fault with its line and what is allowed, and what reading lets through can be run."""

import os

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.base import BadInput
from lingnan.standards import METRICS, RULES, read_contract

MANY = 100 if os.environ.get("LINGNAN_LONG") else 6
COLUMNS = {"name": "string", "born": "date", "amount": "integer", "share": "number", "at_time": "timestamp", "flag": "boolean"}
ROWS = [
    {"name": "陈明", "born": "1990-01-01", "amount": "3", "share": "0.5", "at_time": "2026-01-02 03:04:05", "flag": "是"},
    {"name": None, "born": "昨天", "amount": "x", "share": None, "at_time": "", "flag": "也许"},
]
NAMES = [*COLUMNS, "nothing", "today"]
TEXTS = st.sampled_from([
    *NAMES, "", "x.y", "citizen_number", "divisions", "sexes", "a|b", "(", "[[:foo:]]", "(?=x)", "^.{2,3}$", "2020-01-01", "2020-13-01", "12", "-1.5",
    "name = 'x'", "amount > 1", "born > amount", "sum(amount) > 1", "select 1", "select _batch, _position from ${table}",
    "select * from ${table}; drop table x", "select count(*) from {object} where {property} is null", "'; --", "\x00", "𠮷" * 50, "1" * 40,
])
PLAIN = st.one_of(TEXTS, st.integers(-5, 10**20), st.floats(allow_nan=True), st.booleans(), st.none(), st.text(max_size=8))
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(TEXTS, PLAIN, max_size=2))
KEYS = sorted({key for kind in RULES.values() for key in (*kind.required, *kind.optional)} | {"of", "columns", "unknown"})


@st.composite
def likely(draw, name):
    """Arguments of a rule, mostly of the kinds it asks for."""
    kind = RULES[name]
    wanted = {**kind.required, **{key: each for key, each in kind.optional.items() if draw(st.booleans())}}
    fitting = {key: FITTING.get(each, TEXTS) for key, each in wanted.items()}
    made = {key: draw(st.one_of(each, VALUES) if draw(st.integers(0, 3)) == 0 else each) for key, each in fitting.items()}
    return {"rule": name, **made, **({"of": draw(COLUMN)} if kind.of_column else {})}


COLUMN = st.sampled_from(list(COLUMNS))
FITTING = {
    "column": COLUMN, "column?": COLUMN, "column|today": st.sampled_from(NAMES[:-2]),
    "columns": st.lists(COLUMN, min_size=1, max_size=3, unique=True),
    "keys": COLUMN, "own_keys": st.dictionaries(COLUMN, st.just("k"), min_size=1, max_size=2), "code_list": st.sampled_from(["sexes", "divisions"]),
    "identifier": st.sampled_from(["citizen_number", "uscc", "phone"]), "text": st.sampled_from(["x.y", "k", "合计"]), "flag": st.booleans(),
    "count": st.integers(0, 50), "number_of_loads": st.integers(1, 5), "limit": st.one_of(st.integers(0, 50), st.floats(0, 50)),
    "share": st.floats(0, 1), "scalar": st.one_of(st.integers(-9, 9), st.sampled_from(["2020-01-01", "1.5"])),
    "regex": st.sampled_from(["a.*", "^x$"]),
    "condition": st.sampled_from(["amount > 1", "born is not null and flag", "length(name) > 1", "coalesce(share, 0) <= amount"]),
    "query": st.sampled_from(["select _batch, _position from ${table} where amount > 1"]),
}
IMPLEMENTATIONS = st.one_of(
    st.sampled_from(sorted(RULES)).flatmap(likely), st.dictionaries(st.sampled_from(["rule", *KEYS]), VALUES, max_size=4), VALUES,
)
OPERATORS = ("mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeLessOrEqualTo", "mustBeBetween", "mustNotBeBetween")
RULE = st.one_of(
    st.builds(lambda said: {"type": "custom", "engine": "lingnan", "implementation": said}, IMPLEMENTATIONS),
    st.builds(
        lambda metric, given, operator, limit, unit: {"type": "library", "metric": metric, "arguments": given, operator: limit, **unit},
        st.sampled_from([*METRICS, "mostValues"]),
        st.dictionaries(st.sampled_from(["validValues", "missingValues", "pattern", "minLength", "property", "properties"]), VALUES, max_size=3),
        st.sampled_from(OPERATORS), st.one_of(st.integers(0, 5), st.lists(st.integers(0, 9), min_size=2, max_size=2), VALUES),
        st.sampled_from([{}, {"unit": "percent"}, {"unit": "kg"}]),
    ),
    st.builds(lambda query, limit: {"type": "sql", "query": query, "mustBe": limit}, VALUES, VALUES),
    st.dictionaries(st.sampled_from(["id", "type", "metric", "engine", "severity", "dimension", "unit"]), VALUES, max_size=4),
)


def text_of(at_table: list, at_column: list) -> str:
    properties = [{"name": name, "logicalType": kind} for name, kind in COLUMNS.items()]
    properties[0]["quality"] = at_column
    table = {"name": "people", "physicalName": "people", "properties": properties, "quality": at_table}
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "f", "version": "1.0.0", "status": "active", "schema": [table]}
    return yaml.dump(head, allow_unicode=True, sort_keys=False, Dumper=_Plain)


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def read(text: str):
    """The contract, or None when it was refused as it should be: with a line of the file and a sentence in both languages for every fault."""
    try:
        return read_contract(text)
    except BadInput as error:
        faults = error.facts["faults"]
    assert faults
    assert all(1 <= fault["line"] <= text.count("\n") + 1 and fault["zh"].strip() and fault["en"].strip() for fault in faults)
    return None


@settings(max_examples=20 * MANY, deadline=None)
@given(st.lists(RULE, max_size=3), st.lists(RULE, max_size=2))
def test_reading_never_breaks_and_tells_lines(at_table, at_column):
    read(text_of(at_table, at_column))


@settings(max_examples=2 * MANY, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(st.lists(st.builds(
    lambda said, number: {"id": f"r{number}", "type": "custom", "engine": "lingnan", "implementation": said},
    st.sampled_from(sorted(RULES)).flatmap(likely), st.integers(0, 99),
), min_size=1, max_size=4))
def test_what_is_read_can_be_run_or_is_refused_by_its_rule(desk, at_table):
    contract_text = text_of(at_table, [])
    if read(contract_text) is None:
        return
    desk.land(ROWS)
    desk.put("x.y", [{"k": "1"}])
    try:
        told, refused = {rule.rule for rule in desk.govern(contract_text).checks}, ""
    except BadInput as error:
        told, refused = set(), error.facts["rule"]
    ids = {each["id"] for each in at_table}
    assert refused.rsplit("_", 1)[0] in ids or refused in ids or ids <= told
