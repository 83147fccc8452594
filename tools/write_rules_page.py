"""Writes the rules of docs/rules.md anew between its marks: what each rule and metric asks, its arguments, nulls, and an example."""

import sys
from pathlib import Path

from lingnan.standards import METRICS, RULES
from lingnan.standards.contracts.arguments import WANTED
from lingnan.standards.contracts.rules import METRIC_ARGUMENTS

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
BEGIN, END = "<!-- rules: python tools/write_rules_page.py -->", "<!-- end -->"

FAILS = {
    "identifier": "不合国家标准或校验码不符 it does not fit its standard, check character included",
    "code_valid": "不在代码表中，或在 `at` 那天（缺省今天；指明版次而无 `at` 时不看日期）无效 "
                  "it is not in the list, or not valid on the day `at` (today; with an edition and no `at`, on any day)",
    "division_ever_existed": "从未有过该代码 the code never existed",
    "division_current": "旧代码没有唯一的现行代码；数据元 division 自动带来，为提醒 "
                        "an old code without a single successor; the element division brings it as a warning",
    "in_range": "在范围之外（min、max 含端点，above、below 不含），或不是 multiple_of 的倍数 "
                "outside (min and max inclusive, above and below exclusive), or no multiple",
    "pattern": "整个值不符（RE2）the whole value does not match (RE2)",
    "length": "字符数（不是字节数）不符 number of characters, not bytes",
    "not_after": "晚于该列或今天 later than the column, or today",
    "birth_matches_number": "出生日期与号码矛盾 the date contradicts the number",
    "sex_matches_number": "性别与号码矛盾；0、9 不与任何号码矛盾 it contradicts the number; 0 and 9 contradict nothing",
    "before": "first 晚于 second；相等通过 first is later than second; equal passes",
    "duplicate_key": "见“重复” see Duplicates",
    "references": "被引用的表中没有；`with` 加上键的其余部分 {本表列: 对方列} it is not there; `with` adds further parts of the key",
    "sum_of_parts": "差的绝对值大于容差；两种容差取大者；双精度数比到 9 位 "
                    "differs by more than the larger of both tolerances; binary fractions are compared to nine digits",
    "rows_add_up": "合计行（`part` 为空，或等于 `whole`）与 `by` 相同的其余各行之和不等；一行分项也没有时和为 0（`parts_required: false` 则通过） "
                   "a whole's row (`part` empty, or `whole`) differs from the sum of the other rows with the same `by`; without any part "
                   "the sum is 0 "
                   "(with `parts_required: false` it passes)",
    "never_falls": "小于同一序列此前的最大值；`since_last_load` 时也看上一批 less than an earlier value of its series, with "
                   "`since_last_load` also the last load's",
    "same_in": "与另一表同键的最小值和最大值都不同 differs from both the least and the greatest value under its key there",
    "readable": "含 U+FFFD、自造字区字符，或“锟斤拷” holds U+FFFD, private characters, or what a wrong decoding leaves",
    "holds": "条件为假；只能比较同一行各列 the condition is false; it compares columns of one row and nothing else",
    "failing_rows": "查询选出了该行；只能查询本表，须选出 `_batch`、`_position` the query selects the row; it reads its own table only",
    "retained": "比今天早 days 天以上（或比此刻早 hours 小时以上） older than that",
    "fresh": "最新值比今天早 days 天以上（或比此刻早 hours 小时以上），或一个值也没有；缺省看 `_received_at` "
             "the newest value is older than that, or there is none; without a column, the moment of receipt",
    "volume": "行数与前 loads 批（缺省 1）的中位数相差的份额大于 change the number of rows differs from the median of the loads before "
              "by more than that share",
    "drift": "各值占比变化之和的一半大于 limit（缺省 0.1）；数和日期按上一批的十分位分组 "
             "half the sum of the changes of shares is larger than the limit; numbers and dates are grouped by the last load's deciles",
}
NULLS = {
    "duplicate_key": "键中任一列为空的行不重复任何行 a row with a null in its key repeats nothing",
    "rows_add_up": "`by` 或值为空的行不参加；`part` 为空即合计行 rows with a null in `by` or value take no part; an empty `part` is the whole",
    "never_falls": "值或次序为空的行不参加 rows without value or order take no part",
    "failing_rows": "由查询决定 the query decides",
    "fresh": "不看空值；全空即不合格 nulls are not looked at; nothing but nulls fails",
    "volume": "不看值 values are not looked at",
    "drift": "空值是一种取值 null is one of the values",
}
EXAMPLES = {
    "identifier": "{rule: identifier, of: number, kind: citizen_number}", "code_valid": "{rule: code_valid, of: sex, list: sexes, at: seen_on}",
    "division_ever_existed": "{rule: division_ever_existed, of: division}", "division_current": "{rule: division_current, of: division}",
    "in_range": "{rule: in_range, of: amount, min: 0, below: 150}", "pattern": "{rule: pattern, of: name, regex: '[A-Z][0-9]+'}",
    "length": "{rule: length, of: name, min: 2, max: 30}", "not_after": "{rule: not_after, of: born, column: today}",
    "birth_matches_number": "{rule: birth_matches_number, birth: born, number: number}",
    "sex_matches_number": "{rule: sex_matches_number, sex: sex, number: number}", "before": "{rule: before, first: born, second: seen_on}",
    "duplicate_key": "{rule: duplicate_key, columns: [number, seen_on]}",
    "references": "{rule: references, of: number, table: gongan.resident, column: citizen_number, with: {born: birth_date}}",
    "sum_of_parts": "{rule: sum_of_parts, whole: amount, parts: [part_one, part_two], tolerance_percent: 0.5}",
    "rows_add_up": "{rule: rows_add_up, value: amount, by: [division, seen_on], part: name, whole: 合计}",
    "never_falls": "{rule: never_falls, series: [division], order: seen_on, value: amount, since_last_load: true}",
    "same_in": "{rule: same_in, column: born, table: gongan.resident, key: {number: citizen_number}, other: birth_date}",
    "readable": "{rule: readable, of: name}", "holds": "{rule: holds, condition: 'part_one <= amount and (part_two is null or born < seen_on)'}",
    "failing_rows": "{rule: failing_rows, query: 'select _batch, _position from ${table} where amount > (select 100 * avg(amount) from ${table})'}",
    "retained": "{rule: retained, of: seen_on, days: 3650}", "fresh": "{rule: fresh, column: seen_on, days: 7}",
    "volume": "{rule: volume, change: 0.3, loads: 5}", "drift": "{rule: drift, of: division, limit: 0.1}",
}
METRIC_NOTES = {
    "nullValues": "空值的个数 nulls",
    "missingValues": "空值，和交付时（去掉前后空格）等于所列者 nulls, and values delivered as one of those listed, outer spaces aside",
    "invalidValues": "有值而不在 validValues 中，或找不到 pattern（除非以 ^ $ 锚定，可在值的任何位置） values not listed, or in which "
                     "the pattern is not "
                     "found anywhere (anchor it with ^ and $)",
    "duplicateValues": "界限比的是重复的键数，不合格的是行 the limit is about repeated keys, what fails are rows",
    "rowCount": "行数，表级 rows of the table",
}
METRIC_EXAMPLES = {
    "nullValues": "{type: library, metric: nullValues, arguments: {property: name}, mustBeLessThan: 1, unit: percent}",
    "missingValues": "{type: library, metric: missingValues, arguments: {property: name, missingValues: [null, '', 无]}, mustBe: 0}",
    "invalidValues": "{type: library, metric: invalidValues, arguments: {property: sex, validValues: ['1', '2']}, mustBe: 0}",
    "duplicateValues": "{type: library, metric: duplicateValues, arguments: {properties: [number, seen_on]}, mustBeLessThan: 5}",
    "rowCount": "{type: library, metric: rowCount, mustBeBetween: [1000, 2000]}",
}
KINDS = {
    "column": "信息项 a property",
    "columns": "信息项 properties",
    "column?": "信息项 a property",
    "column|today": "信息项或 today a property, or today",
    "keys": "信息项，或 {本表列: 对方列} properties, or {own: theirs}",
    "own_keys": "{本表列: 对方列} {own: theirs}",
    "code_list": "代码表 a code list",
    "identifier": "标识种类 a kind of identifier",
    "condition": "SQL 条件 an SQL condition",
    "query": "SELECT",
    **{key: f"{zh} {en}" for key, (zh, en) in WANTED.items()},
}


def page() -> str:
    """The part of the page that follows from the code."""
    return "\n".join([*(_rule(name) for name in sorted(RULES)), "### ODCS 3.1\n", *(_metric(name) for name in METRICS)])


def _rule(name: str) -> str:
    kind = RULES[name]
    over = "整批 the load" if kind.over_table else "一列 one column" if kind.of_column else "行 the row"
    given = [*((key, each, "") for key, each in kind.required.items()), *((key, each, "可缺 optional: ") for key, each in kind.optional.items())]
    arguments = "；".join(f"`{key}` {may}{KINDS[each]}" for key, each, may in given) or "无 none"
    return (
        f"### `{name}`\n\n{kind.zh} {kind.en} · `{kind.dimension}` · {over}\n\n* 不合格 Fails: {FAILS[name]}\n"
        f"* 空值 Null: {NULLS.get(name, '通过 passes')}\n* 参数 Arguments: {arguments}\n* 例 Example: `{EXAMPLES[name]}`\n"
    )


def _metric(name: str) -> str:
    dimension, zh, en = METRICS[name]
    arguments = "；".join(f"`{key}` {KINDS[each]}" for key, each in METRIC_ARGUMENTS[name].items()) or "无 none"
    return (
        f"### `{name}`\n\n{zh} {en} · `{dimension}`\n\n* 数的是 Counts: {METRIC_NOTES[name]}\n* 参数 Arguments: {arguments}\n"
        f"* 例 Example: `{METRIC_EXAMPLES[name]}`\n"
    )


def renewed(text: str) -> str:
    """The page with its part between the marks written anew."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{page()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
