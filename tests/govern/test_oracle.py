"""The reference tool of the contract standard accepts what we write, and finds what we find wherever both can express a rule.

It runs in an environment of its own, `make oracle`, and never beside the product.
"""

import json
import os
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.govern import check
from lingnan.standards import read_contract, write_contract

ROOT = Path(__file__).parents[2]
ORACLE = ROOT / ".oracle" / "bin" / "python"
SEEDS = 40 if os.environ.get("LINGNAN_LONG") else 4
CONTRACTS = sorted((ROOT / "src").rglob("*.contract.yaml"))


def oracle(verb: str, folder: Path) -> dict[str, dict]:
    done = subprocess.run([ORACLE, Path(__file__).with_name("oracle.py"), verb, folder], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_every_contract_of_ours_and_what_we_write_of_it_is_accepted(tmp_path):
    for file in CONTRACTS:
        (tmp_path / f"{file.parent.name}-{file.name.replace('.contract', '')}").write_bytes(file.read_bytes())
        write_contract(read_contract(file), tmp_path / f"{file.parent.name}-{file.name.replace('.contract', '')[:-5]}-written.yaml")
    found = oracle("lint", tmp_path)
    assert len(found) == 2 * len(CONTRACTS) > 40
    assert {name: told["reasons"] for name, told in found.items() if told["result"] != "passed"} == {}


def test_a_contract_that_is_none_is_not_accepted(tmp_path):
    (tmp_path / "bad.yaml").write_text("apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\nschema: 5\n")
    assert oracle("lint", tmp_path)["bad.yaml"]["result"] != "passed"


LIMITS = ("mustBe: {0}", "mustNotBe: {0}", "mustBeGreaterThan: {0}", "mustBeGreaterOrEqualTo: {0}", "mustBeLessThan: {0}", "mustBeLessOrEqualTo: {0}",
          "mustBeBetween: [{0}, {1}]", "mustNotBeBetween: [{0}, {1}]")
# The tool cannot ask one column twice by the same metric, so each column has each metric once.
METRICS = (
    ("nullValues", "code", ""), ("missingValues", "code", "missingValues: [N/A, 'none']"), ("invalidValues", "code", "validValues: [a, b, c]"),
    ("invalidValues", "kind", "pattern: '[ab]'"), ("missingValues", "kind", "missingValues: [null, d]"),
    ("invalidValues", "word", "pattern: '^x[0-9]+$'"), ("duplicateValues", "word", ""),
)
OPTIONS = {
    "word": ("string", ("minLength: {n}", "maxLength: {n}", "pattern: '{n}'")), "amount": ("integer", ("minimum: {n}", "maximum: {n}")),
}
OURS = {
    "required": "required", "unique": "unique", "min_length": "length_option", "max_length": "length_option", "regex": "pattern_option",
    "minimum": "in_range_option", "maximum": "in_range_option",
}


def made(draw: random.Random, file: Path) -> str:
    """A contract about the file with one rule of each kind under limits drawn near what the data hold."""
    rules: dict[str, list[str]] = {"code": [], "kind": [], "word": []}
    for number, (metric, column, arguments) in enumerate(METRICS):
        low = draw.randrange(0, 8)
        unit = ", unit: percent" if metric != "duplicateValues" and draw.random() < 0.3 else ""
        given = f", arguments: {{{arguments}}}" if arguments else ""
        limit = draw.choice(LIMITS).format(low, low + draw.randrange(1, 5))
        rules[column].append(f"{{id: q{number}, type: library, metric: {metric}{given}, {limit}{unit}}}")
    word, amount = (draw.choice(OPTIONS[name][1]).format(n=draw.randrange(0, 5)) for name in ("word", "amount"))
    return f"""apiVersion: v3.1.0
kind: DataContract
id: drawn
version: 1.0.0
status: active
servers: [{{server: here, type: local, path: {file}, format: parquet}}]
slaProperties:
  - {{id: sla_fresh, property: freshness, value: {draw.randrange(1, 6)}, unit: d, element: things.on_day}}
  - {{id: sla_kept, property: retention, value: {draw.randrange(5, 12)}, unit: d, element: things.on_day}}
schema:
  - name: things
    physicalName: things
    properties:
      - {{name: code, logicalType: string, required: {draw.choice(('true', 'false'))}, quality: [{', '.join(rules['code'])}]}}
      - {{name: kind, logicalType: string, quality: [{', '.join(rules['kind'])}]}}
      - name: word
        logicalType: string
        unique: {draw.choice(('true', 'false'))}
        logicalTypeOptions: {{{word}}}
        quality: [{', '.join(rules['word'])}]
      - {{name: amount, logicalType: integer, logicalTypeOptions: {{{amount}}}}}
      - {{name: on_day, logicalType: date}}
    quality:
      - {{id: pair, type: library, metric: duplicateValues, arguments: {{properties: [code, amount]}}, {draw.choice(LIMITS).format(2, 5)}}}
      - {{id: rows, type: library, metric: rowCount, {draw.choice(LIMITS).format(20, 25)}}}
      - {{id: own, type: sql, query: "select count(*) from {{object}} where amount > 3", {draw.choice(LIMITS).format(3, 6)}}}
"""


def data(draw: random.Random) -> pa.Table:
    rows = draw.randrange(15, 30)
    today = date.today()
    return pa.table({
        "code": pa.array([draw.choice(["a", "b", "c", "d", "N/A", None]) for _ in range(rows)], pa.string()),
        "kind": pa.array([draw.choice(["a", "cb", "c", "d", None]) for _ in range(rows)], pa.string()),
        "word": pa.array([draw.choice([None, "x1", *(f"x{n}{draw.choice('ab')}" for n in range(90))]) for _ in range(rows)], pa.string()),
        "amount": pa.array([draw.choice([None, 0, 1, 2, 3, 4, 5]) for _ in range(rows)], pa.int64()),
        "on_day": pa.array([today - timedelta(days=draw.randrange(2, 12)) for _ in range(rows)], pa.date32()),
    })


def ours(name: str) -> str:
    """Our id of what the tool calls `column:type`; rules keep their own id."""
    if ":" not in name:
        return {"sla_fresh": "on_day_freshness", "sla_kept": "on_day_retention"}.get(name, name)
    column, kind = name.split(":")
    return f"{column}_{OURS[kind.removeprefix('field_')]}"


def test_both_find_the_same(desk, tmp_path):
    known = {}
    for seed in range(SEEDS):
        draw = random.Random(seed)
        file = tmp_path / f"things{seed:03}.parquet"
        pq.write_table(data(draw), file)
        text = made(draw, file)
        (tmp_path / f"{seed:03}.yaml").write_text(text, encoding="utf-8")
        found = check(file, read_contract(text), None, engine=desk.engine, views={}, today=date.today().isoformat())
        known[f"{seed:03}.yaml"] = {rule.rule: rule.failed == 0 for rule in found.rules}
    compared = passed = 0
    differing = []
    for name, told in oracle("test", tmp_path).items():
        for rule, result in told["checks"].items():
            if rule.endswith((":field_is_present", ":field_type")):
                continue
            if known[name][ours(rule)] != (result == "passed"):
                differing.append((name, rule, result))
            compared, passed = compared + 1, passed + (result == "passed")
    assert differing == []
    assert compared >= 12 * SEEDS
    assert compared // 5 < passed < compared * 4 // 5
