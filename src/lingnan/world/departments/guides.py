"""Government services: guides of items with their materials, steps, prerequisites, forms and joint handling, one CSV each."""

from typing import Any

import pyarrow as pa

from lingnan.world.dirt import Rows
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.places import table
from lingnan.world.province import Province

PREFIX, FIRST = "4400", "2024-01-01"
"""What codes of items in the province begin with, and since when guides hold."""
ITEM = (
    "item_code", "valid_from", "valid_to", "item_name", "item_kind", "authority", "service_object", "case_kind", "legal_days", "promised_days",
    "visits", "online_depth", "fee", "fee_basis", "legal_basis", "conditions", "place", "consult_phone", "complaint_phone", "changed_on",
    "reviewed_on",
)


class ServiceGuides:
    """Hands over zhengwu.service_item and the tables that belong to it; there is no dirt in them but guides that are wrong."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._told: dict[str, Any] = table("services.yaml")
        named: dict[str, list[list[Any]]] = table("work.yaml")["items"]
        self._items = {code: (name, promised) for listed in named.values() for code, name, promised in listed}

    def firms(self) -> None:
        """All guides."""
        self._write("service_item", ITEM, ("item_code",), [self._item(code) for code in self._items])
        asked = [(code, each, *self._told["materials"][each]) for code, told in self._told["items"].items() for each in told[-1]]
        self._write(
            "item_material", ("item_code", "material_code", "material_name", "licence_type", "source", "necessity", "form", "copies", "basis"),
            ("item_code", "material_code"),
            [(f"{PREFIX}{code}", each, name, kind, source, "1", form, "1", "示例依据") for code, each, name, kind, source, form in asked],
        )
        self._write("item_step", ("item_code", "step_no", "step", "handler", "max_days"), ("item_code", "step_no"), [
            (f"{PREFIX}{code}", str(number), step, handler, str(days)) for code, (_name, promised) in self._items.items()
            for number, (step, handler, days) in enumerate((("受理", "综合窗口", 0), ("审查", "业务科", promised - 1), ("决定", "负责人", 1)), 1)
        ])
        self._write("item_prerequisite", ("item_code", "needs_item"), ("item_code", "needs_item"), [
            (f"{PREFIX}{code}", f"{PREFIX}{needed}") for code, needed in self._told["prerequisites"]
        ])
        self._write("item_field", ("item_code", "element", "title"), ("item_code", "element"), [
            (f"{PREFIX}{code}", element, title) for code, told in self._told["items"].items() for element, title in self._told["fields"][told[2]]
        ])
        self._write("bundle_item", ("bundle_code", "item_code", "bundle_name"), ("bundle_code", "item_code"), [
            (bundle, f"{PREFIX}{code}", name) for bundle, name, listed in self._told["bundles"] for code in listed
        ])

    def _item(self, code: str) -> tuple[str, ...]:
        name, promised = self._items[code]
        kind, authority, whom, legal, visits, depth, _materials = self._told["items"][code]
        told = {
            "item_code": f"{PREFIX}{code}", "valid_from": FIRST, "item_name": name, "item_kind": kind, "authority": authority, "service_object": whom,
            "case_kind": "1" if promised == 1 else "2", "legal_days": legal, "promised_days": promised, "visits": visits, "online_depth": depth,
            "fee": "false", "legal_basis": "示例依据", "conditions": "见办事指南", "place": "政务服务中心", "consult_phone": "12345",
            "complaint_phone": "12345", "changed_on": FIRST, "reviewed_on": FIRST, **self._told["unlike"].get(code, {}),
        }
        return tuple(str(told.get(column, "")) for column in ITEM)

    def _write(self, name: str, headers: tuple[str, ...], key: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
        columns = {
            header: pa.array([value or None for value in values], pa.string())
            for header, values in zip(headers, zip(*lines, strict=True), strict=True)
        }
        given = self._province.deliver(Rows(f"zhengwu.{name}", key, columns), [], duplicates=0)
        with (self._province.folder("zhengwu") / f"{name}.csv").open("wb") as target:
            DelimitedFile(target, headers).write(list(given.columns.values()))

    def close(self) -> None:
        """Nothing is left open."""
