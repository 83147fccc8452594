"""Made guides, certificates and cases to try the pack on."""

import random
from datetime import date, datetime, timedelta, timezone
from typing import Any

Rows = list[dict[str, Any]]
ITEMS = (
    # code, name, kind, authority, whom it serves, legal and promised days, materials
    ("44000101", "居民身份证换领", "07", "公安局", "1", 60, 5, ("household", "photo")),
    ("44000203", "城乡居民养老保险参保登记", "20", "人力资源和社会保障局", "1", 20, 5, ("household", "social_card")),
    ("44000401", "机动车驾驶证换证", "07", "公安局", "1", 5, 1, ("driving", "health", "photo")),
    ("44000501", "不动产转移登记", "07", "自然资源局", "1", 30, 5, ("deed", "household", "contract")),
    ("44001101", "企业设立登记", "07", "市场监督管理局", "2", 15, 1, ("form", "articles")),
    ("44001201", "食品经营许可", "01", "市场监督管理局", "2", 20, 15, ("business", "form", "layout")),
    ("44001501", "一般纳税人登记", "07", "税务局", "2", 5, 1, ("business",)),
    ("44001601", "道路运输经营许可", "01", "交通运输局", "2", 20, 15, ("business", "form", "vehicles")),
)
MATERIALS = {
    # name, type of certificate, source, form
    "household": ("居民户口簿", "101", "20", "3"), "driving": ("机动车驾驶证", "103", "20", "3"), "social_card": ("社会保障卡", "104", "20", "2"),
    "deed": ("不动产权证书", "106", "20", "1"), "business": ("营业执照", "201", "20", "3"), "photo": ("近期照片", None, "10", "3"),
    "form": ("申请表", None, "10", "2"), "health": ("身体条件证明", None, "99", "3"), "contract": ("转移合同", None, "10", "1"),
    "articles": ("公司章程", None, "10", "3"), "layout": ("经营场所布局图", None, "10", "3"), "vehicles": ("车辆情况说明", None, "10", "3"),
}
BUNDLES = (("S01", "开办餐馆", "44001101 44001201"), ("S02", "开办货运企业", "44001101 44001601"), ("S03", "迁入落户", "44000101 44009999"))
FIELDS = (("applicant_name", "申请人"), ("applicant_number", "证件号码"), ("address", "住所"), ("telephone", "联系电话"))
FIRST, LAST, CHINA = date(2024, 1, 1), date(2026, 6, 30), timezone(timedelta(hours=8))


def sample(seed: int, size: int) -> dict[str, Rows]:
    """Eight items, `size` applicants with their certificates and three cases each.

    Faults: a promise beyond the law, a catch-all material, a guide without telephone, a step too many, paper of a certificate in the store,
    certificates that ended, people on whom sources differ, materials asked for again, a joint handling with an item that is not in the catalogue.
    """
    drawn = random.Random(seed)  # noqa: S311  made rows, no secret
    applicants = [("legal" if number % 3 == 0 else "natural", f"{number:018d}") for number in range(size)]
    cases = [_case(drawn, number, applicants[number % size]) for number in range(3 * size)]
    guides = _guides(drawn)
    return {
        **guides, "zhengwu.service_case": cases,
        "zhengwu.case_material": [
            {"case_no": case["case_no"], "material_code": each["material_code"], "mode": drawn.choices(("reuse", "upload", "waive"), (5, 4, 1))[0]}
            for case in cases for each in guides["zhengwu.item_material"] if each["item_code"] == case["item_code"]
        ],
        "zhengwu.case_rating": [_rating(drawn, case) for case in cases if case["finished_at"] is not None],
        "registers.licences": [_licence(drawn, number, *applicants[number % size]) for number in range(4 * size)],
        "registers.people": [_person(drawn, number) for kind, number in applicants if kind == "natural"],
        "registers.entities": [
            {"entry_id": number, "uscc": number, "status": drawn.choice("1112"), "conflicts": 0} for kind, number in applicants if kind == "legal"
        ],
    }


def _guides(drawn: random.Random) -> dict[str, Rows]:
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
        "zhengwu.item_field": [{"item_code": each[0], "element": element, "title": title} for each in ITEMS for element, title in FIELDS],
        "zhengwu.bundle_item": [{"bundle_code": code, "item_code": item, "bundle_name": name} for code, name, of in BUNDLES for item in of.split()],
    }


def _item(code: str, name: str, kind: str, authority: str, whom: str, legal: int, promised: int) -> dict[str, Any]:
    return {
        "item_code": code, "valid_from": FIRST, "item_name": name, "item_kind": kind, "authority": authority, "service_object": whom,
        "case_kind": "1" if promised == 1 else "2", "legal_days": legal, "promised_days": promised, "visits": 0 if promised == 1 else 1,
        "online_depth": 7 if promised == 1 else 5 if promised < 10 else 4, "fee": False, "legal_basis": "示例依据", "conditions": "见办事指南",
        "place": "政务服务中心", "consult_phone": "020-0000", "complaint_phone": "12345", "changed_on": FIRST, "reviewed_on": FIRST,
    }


def _material(item: str, code: str) -> dict[str, Any]:
    told = dict(zip(("material_name", "licence_type", "source", "form"), MATERIALS[code], strict=True))
    return {"item_code": item, "material_code": code, **told, "necessity": "1", "copies": 1, "basis": "示例依据"}


def _person(drawn: random.Random, number: str) -> dict[str, Any]:
    born, employer = date(drawn.randrange(1940, 2015), drawn.randrange(1, 13), 15), drawn.choice((None, f"{0:018d}"))
    return {"entry_id": number, "citizen_number": number, "birth_date": born, "employer_uscc": employer, "conflicts": int(drawn.random() < 0.05)}


def _licence(drawn: random.Random, number: int, kind: str, holder: str) -> dict[str, Any]:
    issued = FIRST - timedelta(days=drawn.randrange(1, 3000))
    return {
        "entry_id": f"L{number}", "licence_identifier": f"1.2.156.3005.2.{number}", "holder_number": holder, "holder_kind": kind,
        "type": "201" if kind == "legal" else drawn.choice(("101", "103", "104", "106")), "issuer": "示例机关", "issued_on": issued,
        "expires_on": drawn.choice((None, issued + timedelta(days=3650))), "trust_level": drawn.choices("ABCD", (85, 10, 4, 1))[0],
        "state": drawn.choices(("1", "3"), (97, 3))[0],
    }


def _case(drawn: random.Random, number: int, applicant: tuple[str, str]) -> dict[str, Any]:
    code, *_, promised, _names = drawn.choice([each for each in ITEMS if (each[4] == "2") == (applicant[0] == "legal")])
    accepted = datetime(LAST.year, LAST.month, LAST.day, 9, tzinfo=CHINA) - timedelta(days=drawn.choice((drawn.randrange(400), drawn.randrange(12))))
    finished = accepted + timedelta(days=drawn.randrange(2 * promised + 1), hours=7)
    done = finished.date() < LAST
    return {
        "case_no": f"C{number}", "item_code": code, "applicant_kind": applicant[0], "applicant_number": applicant[1],
        "division": drawn.choice(("440106", "440305", "440605")), "channel": drawn.choices("1234", (35, 30, 30, 5))[0], "accepted_at": accepted,
        "due_on": accepted.date() + timedelta(days=promised * 7 // 5 + 1), "finished_at": finished if done else None,
        "outcome": drawn.choices(("01", "02", "04"), (90, 6, 4))[0] if done else "00",
    }


def _rating(drawn: random.Random, case: dict[str, Any]) -> dict[str, Any]:
    by_default, day, score = drawn.random() < 0.7, case["finished_at"].date(), drawn.choices((5, 4, 3, 2, 1), (70, 18, 6, 4, 2))[0]
    told = {"case_no": case["case_no"], "score": 3 if by_default else score, "by_default": by_default, "rated_on": day}
    return told if by_default or score > 2 else {**told, "tag": "超过承诺时限", "revisited_on": drawn.choice((None, day + timedelta(days=5)))}
