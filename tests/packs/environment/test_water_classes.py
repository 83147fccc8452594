"""Classes of surface water, held at and beside every limit of the table to a comparison made by hand."""

from datetime import date
from decimal import Decimal

from lingnan.lake import Engine
from lingnan.packkit import Pack, try_pack

STEP = Decimal("0.000001")


def test_a_value_at_a_limit_keeps_the_class_and_one_beside_it_loses_it(environment: Pack, desk: Engine) -> None:
    limits = [row for dated in environment.parameters["water_limits"].values.values() for row in dated.rows or ()]
    sections, samples, wanted = {}, [], {}
    for item, water in sorted({(str(row[0]), str(row[1])) for row in limits}):
        bounds = [(int(str(no)), low, high) for each, kind, no, low, high in limits if (each, kind) == (item, water)]
        ends = {Decimal(str(end)) for _no, low, high in bounds for end in (low, high) if end is not None}
        for at, value in enumerate(sorted({end + beside for end in ends for beside in (-STEP, Decimal(0), STEP)})):
            name = f"{item}-{water}-{at}"
            sections[name] = {"section_no": name, "name": name, "water": water, "city": "440100"}
            samples.append({"section_no": name, "day": date(2026, 5, 4), "item": item, "value": value})
            met = [no for no, low, high in bounds if (low is None or value >= Decimal(str(low))) and (high is None or value <= Decimal(str(high)))]
            wanted[name] = min(met, default=6)
    given = {"shengtai.water_section": list(sections.values()), "shengtai.water_sample": samples}
    made = try_pack(desk, environment, given, date(2026, 6, 30), ["water_item"])["water_item"].to_pylist()
    assert len(wanted) > 300
    assert {row["section_no"]: row["class_no"] for row in made} == wanted
