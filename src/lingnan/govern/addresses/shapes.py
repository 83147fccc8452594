"""What parsing addresses gives back, and why a division was or was not found, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REASONS: Mapping[str, tuple[str, str]] = {
    "named": ("地址写明了区县", "the county is named"),
    "kind_corrected": ("区划名称的后缀写错，已按名称更正", "the kind after the name was wrong and is corrected"),
    "renamed": ("写的是旧区划，已对应到现行区划", "an old division is named; today's stands for it"),
    "carved_out": ("该乡镇街道已划入新设的区县", "the township lies today in a county made from the one named"),
    "split_told_by_township": ("原区县已分拆，由乡镇街道确定", "the county named was split; the township tells which part"),
    "told_by_township": ("未写区县，由乡镇街道确定", "no county is named; the township tells it"),
    "zone": ("写的是功能区，取其所在区县", "a development zone is named; the county it lies in is given"),
    "found_inside": ("区划写在地址中间", "the division stands inside the address, not at its head"),
    "known_text": ("该地址经审核确定", "this very address was settled in review"),
    "known_name": ("标准地址库中只有一处如此称呼", "the library of standard addresses knows one place of that name"),
    "known_several": ("标准地址库中有多处如此称呼", "the library of standard addresses knows several places of that name"),
    "same_name": ("有同名区划，地址不足以区分", "several places bear this name"),
    "split": ("原区县已分拆为多个，地址不足以区分", "the county named was split, and nothing tells which part"),
    "zone_spans": ("功能区跨多个区县", "the zone lies in several counties"),
    "short_name_alone": ("只有简称，且该简称另有所指", "only a short name stands, and townships are called so too"),
    "contradiction": ("写了互不隶属的区划", "divisions are named that cannot hold one another"),
    "several_addresses": ("一格里写了多处地址", "the cell holds several addresses"),
    "abroad": ("地址在国外", "the address lies abroad"),
    "ended_without_successor": ("区划已撤销，去向不明", "the division named has ended and its place today is not known"),
    "city_only": ("只写到市", "nothing finer than the city is named"),
    "province_only": ("只写到省级", "nothing finer than the province is named"),
    "no_division": ("没有认出行政区划", "no division is recognised"),
    "empty": ("地址为空", "there is no address"),
}
"""Reason → Chinese, English."""


@dataclass(frozen=True)
class AddressReport:
    """What became of a column of addresses: rows by outcome, by reason, and where the result was written."""

    subject: str
    column: str
    rows: int
    resolved: int
    ambiguous: int
    unresolved: int
    reasons: Mapping[str, int]
    out: str

    def payload(self) -> dict[str, Any]:
        """The report as the command prints it with `--json`."""
        return {
            "subject": self.subject, "column": self.column, "rows": self.rows, "resolved": self.resolved, "ambiguous": self.ambiguous,
            "unresolved": self.unresolved, "reasons": dict(self.reasons), "out": self.out,
        }
