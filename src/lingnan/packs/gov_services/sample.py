"""Made guides, certificates and cases to try the pack on."""

import random
from datetime import date
from typing import Any

Rows = list[dict[str, Any]]
ITEMS = (
    # code, name, kind, authority, whom it serves, legal and promised days, materials
    ("44000101", "居民身份证换领", "07", "公安局", "1", 60, 5, ("household", "photo")),
    ("44000203", "城乡居民养老保险参保登记", "20", "人力资源和社会保障局", "1", 20, 5, ("household", "social_card", "form")),
    ("44000401", "机动车驾驶证换证", "07", "公安局", "1", 5, 1, ("driving", "health", "photo")),
    ("44000501", "不动产转移登记", "07", "自然资源局", "1", 30, 5, ("deed", "household", "contract")),
    ("44001101", "企业设立登记", "07", "市场监督管理局", "2", 15, 1, ("form", "articles")),
    ("44001201", "食品经营许可", "01", "市场监督管理局", "2", 20, 15, ("business", "form", "layout")),
    ("44001601", "道路运输经营许可", "01", "交通运输局", "2", 20, 15, ("business", "form", "vehicles")),
)
MATERIALS = {
    # name, type of certificate, source, form
    "household": ("居民户口簿", "101", "20", "3"), "driving": ("机动车驾驶证", "103", "20", "3"), "social_card": ("社会保障卡", "104", "20", "2"),
    "deed": ("不动产权证书", "106", "20", "1"), "business": ("营业执照", "201", "20", "3"), "photo": ("近期照片", None, "10", "3"),
    "form": ("申请表", None, "10", "2"), "health": ("身体条件证明", None, "99", "3"), "contract": ("转移合同", None, "10", "1"),
    "articles": ("公司章程", None, "10", "3"), "layout": ("经营场所布局图", None, "10", "3"), "vehicles": ("车辆情况说明", None, "10", "3"),
}
FIRST = date(2024, 1, 1)


def sample(seed: int, size: int) -> dict[str, Rows]:
    """Seven items with their guides. Faults in them: a promise beyond the law, a catch-all material, a guide without telephone, a step too many."""
    drawn = random.Random(seed)  # noqa: S311  made rows, no secret
    items = [_item(*each[:7]) for each in ITEMS]
    items[5] |= {"promised_days": 30, "consult_phone": None}
    items[3] |= {"changed_on": date(2026, 3, 1)}
    materials = [_material(code, name) for code, *_, names in ITEMS for name in names]
    materials.append({**_material("44001601", "form"), "material_code": "other", "material_name": "法律法规规定的其他材料"})
    steps = [
        {"item_code": code, "step_no": number, "step": step, "handler": "窗口" if number == 1 else "业务科", "max_days": days}
        for code, *_, promised, _names in ITEMS for number, (step, days) in enumerate((("受理", 0), ("审查", promised - 1), ("决定", 1)), 1)
    ]
    steps.append({"item_code": "44000101", "step_no": 4, "step": "制证", "handler": "制证中心", "max_days": drawn.choice([10, 15])})
    return {
        "zhengwu.service_item": items, "zhengwu.item_material": materials, "zhengwu.item_step": steps,
        "zhengwu.item_prerequisite": [{"item_code": "44001201", "needs_item": "44001101"}, {"item_code": "44001601", "needs_item": "44001101"}],
    }


def _item(code: str, name: str, kind: str, authority: str, object_: str, legal: int, promised: int) -> dict[str, Any]:
    return {
        "item_code": code, "valid_from": FIRST, "item_name": name, "item_kind": kind, "authority": authority, "service_object": object_,
        "case_kind": "1" if promised == 1 else "2", "legal_days": legal, "promised_days": promised, "visits": 0 if promised == 1 else 1,
        "online_depth": 7 if promised == 1 else 5 if promised < 10 else 4, "fee": False, "legal_basis": "示例依据", "conditions": "见办事指南",
        "place": "政务服务中心", "consult_phone": "020-0000", "complaint_phone": "12345", "changed_on": FIRST, "reviewed_on": FIRST,
    }


def _material(item: str, code: str) -> dict[str, Any]:
    name, licence, source, form = MATERIALS[code]
    return {
        "item_code": item, "material_code": code, "material_name": name, "licence_type": licence, "source": source, "necessity": "1", "form": form,
        "copies": 1, "basis": "示例依据",
    }
