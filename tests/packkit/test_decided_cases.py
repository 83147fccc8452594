"""What cases decided reaches the SQL of packs with the next build: how each ended, and its public fields, but no free text."""

from collections.abc import Callable
from pathlib import Path

from lingnan.base import load_settings
from lingnan.hub import Hub, decided_columns
from lingnan.packkit import check_packs, read_pack
from lingnan.packkit.shapes import Place
from tests.packkit.test_packs import REGISTERS, swapped, written
from tests.packkit.whole import whole_pack

FLOW, FIRM = "demo_pack-explain", "91440101MA5AAAAA07"
FIELDS = (
    "form:\n"
    "    - {name: document_no, zh: 文书号, en: Document, required: true, classification: public}\n"
    "    - {name: remark, zh: 说明, en: Remark, type: long, classification: public}\n"
    "    - {name: contact, zh: 联系人, en: Contact, classification: internal}\n"
)
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: casework.decided
version: 1.0.0
status: active
schema:
  - name: decided
    physicalName: decided
    properties:
      - {name: case_no, physicalName: case_no, logicalType: string, physicalType: VARCHAR, primaryKey: true, classification: internal}
      - {name: outcome, physicalName: outcome, logicalType: string, physicalType: VARCHAR, classification: public}
"""


def asking(home: Path) -> Path:
    """The whole pack, which asks what was decided."""
    folder = whole_pack(home / "packs", home).place.folder
    question = "form:\n    - {name: question, zh: 问题, en: Question, type: long, required: true, classification: internal}\n"
    written(folder, "flows/explain.yaml", swapped(question, FIELDS))
    written(folder, "contracts/casework.decided.yaml", lambda _text: CONTRACT.lstrip())
    written(folder, "pack.yaml", swapped("needs:\n", "needs:\n  - casework.decided\n"))
    written(folder, "sql/int_outcome.sql", lambda _text: "-- One row is one decided case.\nselect d.case_no, d.outcome from casework.decided as d\n")
    return folder


def test_a_decided_case_stands_in_the_next_build(new_home: Callable[[str], Path]) -> None:
    home = new_home("decided")
    asking(home)
    with Hub.open(load_settings(home)) as hub:
        people = hub.trust.accounts
        citizen = hub.trust.subject_of(hub.trust.sessions.open(people.make_account("who", "甲", "A", kind="citizen"), 2, method="password").token)
        steward = hub.trust.subject_of(hub.trust.sessions.open(people.make_account("st", "管", "S", roles=["steward"]), 2, method="password").token)
        cases = hub.office.casework.cases
        told = {"document_no": "穗罚〔2026〕1号", "remark": "自由叙述", "contact": "乙"}
        first, second = (cases.open(FLOW, citizen, told, once=word) for word in ("1", "2"))
        assert hub.build(only=["casework:decided"]).state == "done"
        cases.act(first.number, "answer", steward, note="已说明")
        assert hub.build(only=["casework:decided"]).steps_run == 1
        assert hub.build(only=["casework:decided"]).steps_run == 0, "nothing was decided since"
        views = hub.trust.views_for_step("test", {"casework.decided": None, "casework.decided_field": None})
        rows = hub.engine.query("select * from casework.decided", views).to_pylist()
        assert [(row["case_no"], row["flow"], row["outcome"], row["applicant_kind"], row["credit_code"]) for row in rows] == [
            (first.number, FLOW, "done", "citizen", None),
        ]
        assert second.number not in {row["case_no"] for row in rows}
        fields = hub.engine.query("select field, value from casework.decided_field", views).to_pylist()
        assert fields == [{"field": "document_no", "value": "穗罚〔2026〕1号"}]
        known = hub.classify("demo_pack.int_outcome")
        assert known is not None
        assert [(column.name, column.classification) for column in known.columns] == [("case_no", "internal"), ("outcome", "public")]


def test_what_a_pack_needs_of_decided_cases_is_checked(tmp_path: Path) -> None:
    folder = asking(tmp_path)
    known = {**REGISTERS, **decided_columns()}

    def needs() -> list[str]:
        return [each.en for each in check_packs([read_pack(Place(folder, "folder"))], known)[0].findings if each.rule == "needs"]

    assert needs() == []
    written(folder, "contracts/casework.decided.yaml", lambda text: text.replace("outcome", "remark"))
    assert needs() == ["casework.decided has no column remark."]


def test_cases_under_way_stand_in_the_next_build(new_home: Callable[[str], Path]) -> None:
    with Hub.open(load_settings(new_home("pending"))) as hub:
        accounts, cases = hub.trust.accounts, hub.office.casework.cases
        citizen = hub.trust.subject_of(hub.trust.sessions.open(accounts.make_account("who", "甲", "A", kind="citizen"), 2, method="password").token)
        opened = cases.open("data-correction", citizen, {"table": "registers.entities", "entry_key": "E1", "claim": "名称有误"}, once="1")
        views = hub.trust.views_for_step("test", {"casework.pending": None, "casework.pending_field": None})

        def told() -> list[tuple[str, str]]:
            assert hub.build(only=["casework:pending"]).state == "done"
            rows = hub.engine.query("select case_no, flow from casework.pending", views).to_pylist()
            return [(row["case_no"], row["flow"]) for row in rows]

        assert told() == [(opened.number, "data-correction")]
        assert hub.build(only=["casework:pending"]).steps_run == 0, "nothing was moved since"
        cases.act(opened.number, "withdraw", citizen)
        assert told() == []
        assert hub.engine.query("select * from casework.pending_field", views).num_rows == 0


def test_without_a_pack_that_reads_them_they_are_not_made(new_home: Callable[[str], Path]) -> None:
    settings = load_settings(new_home("undecided")).model_copy(update={"packs": "environment"})
    with Hub.open(settings) as hub:
        assert not {table for step in hub.steps() for table in step.outputs} & set(decided_columns())
