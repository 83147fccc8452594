"""Flows: the first seven are sound, and every way to be unsound is named with file, key and what is allowed."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
import yaml

from lingnan.base import BadInput, Conflict, Missing
from lingnan.casework import Casework, DeadlineRules, Flows, draw_mermaid, draw_svg
from lingnan.casework.flow_library import FOLDER, read_flow
from lingnan.casework.guards import EFFECTS
from lingnan.casework.soundness import Known
from tests.casework.bureau import DISPUTE, bureau_at

FLOWS = Flows.read()
KNOWN = Known(effects=EFFECTS.keys(), rules=DeadlineRules.read().names)
FIRST = {"account-request", "agent-authority", "data-correction", "policy-change", "emergency-override", "alert-handling", "outgoing-source"}
OF_RESOURCES = {"resource-publication", "resource-change", "resource-withdrawal", "resource-review"}


def source(name="data-correction"):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def told(content):
    with pytest.raises(BadInput) as caught:
        read_flow(yaml.safe_dump(content, allow_unicode=True), "x.yaml", KNOWN)
    assert "x.yaml" in caught.value.en
    assert re.search(r"[\u4e00-\u9fff]", caught.value.zh)
    return caught.value.en


def transition(content, name):
    return next(each for each in content["transitions"] if each["id"] == name)


def state(content, name):
    return next(each for each in content["states"] if each["id"] == name)


def test_the_first_flows_are_there_and_sound():
    assert {flow.id for flow in FLOWS} >= FIRST | OF_RESOURCES
    for flow in FLOWS:
        assert flow.basis
        assert all(each.zh and each.en for each in (*flow.states, *flow.transitions, *flow.deadlines, *flow.fields.values()))


def set_key(path, value):
    def change(content):
        *above, last = path
        part = content
        for step in above:
            part = part[step] if isinstance(step, int) or not isinstance(part, list) else next(each for each in part if each["id"] == step)
        part[last] = value
    return change


@pytest.mark.parametrize(("change", "expected"), [
    (set_key(["colour"], "red"), "colour"),
    (set_key(["transitions", "accept", "speed"], 1), "speed"),
    (set_key(["transitions", "accept", "effects"], ["launch"]), r"transitions\.accept\.effects: “launch” is not known \(allowed: .*mark_disputed"),
    (set_key(["transitions", "accept", "guards"], [{"name": "moon_is_full"}]), r"accept\.guards: “moon_is_full”.*allowed: .*fact_is"),
    (set_key(["transitions", "accept", "guards"], [{"name": "fact_is", "arguments": {"fact": "table"}}]), "fact_is.arguments: wrong arguments"),
    (set_key(["transitions", "accept", "guards"], [{"name": "fact_present", "arguments": {"fact": "nothing"}}]), "“nothing” is not known"),
    (set_key(["transitions", "accept", "to"], "nowhere"), r"accept\.to: “nowhere” is not known"),
    (set_key(["transitions", "accept", "from"], "checking"), r"states\.accepted|states\..*cannot be reached"),
    (set_key(["transitions", "forward", "to"], "accepted"), r"states\.verifying: cannot be reached"),
    (set_key(["transitions", "accept", "who"], []), r"accept\.who: nobody may do it"),
    (set_key(["transitions", "accept", "who"], {"roles": ["king"]}), "king|roles"),
    (set_key(["transitions", "refuse", "who"], {"party": "applicant"}), "the applicant may not decide"),
    (set_key(["transitions", "accept", "starts"], "sprint"), r"accept\.starts: “sprint”"),
    (set_key(["transitions", "accept", "not_by"], "sleep"), r"accept\.not_by: “sleep”"),
    (set_key(["deadlines", "verify", "rule"], "whenever"), r"deadlines\.verify\.rule: “whenever” is not known \(allowed: .*correction\.verify"),
    (set_key(["deadlines", "forward", "when_missed"], "accept"), "does not let kind system"),
    (set_key(["states", "corrected", "kind"], "normal"), "outcome"),
    (set_key(["states", "submitted", "public"], False), "start must be public"),
    (set_key(["states", "accepted", "kind"], "start"), "exactly one state of kind start"),
    (set_key(["trace", "fields"], ["phone"]), r"trace\.fields: “phone” is not known"),
    (set_key(["concerns"], {"accounts": ["nobody"]}), r"concerns\.accounts"),
    (set_key(["opening", "form", 0, "type"], "choice"), "choices"),
    (set_key(["opening", "form", 0, "element"], "shoe_size"), r"element: “shoe_size”"),
    (set_key(["opening", "form", 0, "name"], "claim"), "stands twice"),
    (set_key(["transitions", "forward", "provider"], "field:claim"), r"forward\.provider: “claim”"),
    (set_key(["transitions", "resubmit", "form", 0, "classification"], "public"), "another type or classification"),
    (set_key(["transitions", "report", "id"], "forward"), "used twice"),
    (set_key(["parties"], ["applicant", "handler"]), "provider"),
])
def test_what_is_wrong_is_named(change, expected):
    content = source()
    change(content)
    assert re.search(expected, told(content))


def test_a_dead_end_and_a_trap_are_found():
    content = source()
    content["transitions"] = [each for each in content["transitions"] if "checking" not in (each["from"], each["to"])]
    state(content, "checking")
    assert "checking: cannot be reached" in told(content)
    content = source()
    for each in content["transitions"]:
        sources = each["from"] if isinstance(each["from"], list) else [each["from"]]
        each["from"] = [name for name in sources if name != "checking"] or "verifying"
    assert "checking: is a dead end" in told(content)
    content = source()
    content["transitions"] = [each for each in content["transitions"] if not (each["from"] == "checking" and each["to"] != "verifying")]
    transition(content, "withdraw")["from"] = ["submitted"]
    transition(content, "send_back")["to"] = "verifying"
    assert "verifying: no end can be reached" in told(content)


def test_a_broken_file_is_named():
    with pytest.raises(BadInput, match=r"y\.yaml"):
        read_flow("id: [", "y.yaml", KNOWN)


def test_flows_of_other_folders_join(tmp_path):
    content = source("outgoing-source")
    content["id"] = "own-flow"
    transition(content, "allow")["effects"] = ["own_effect"]
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert Flows.read(tmp_path, effects=frozenset({"own_effect"})).flow("own-flow").version == 2
    with pytest.raises(BadInput, match="own_effect"):
        Flows.read(tmp_path)
    (tmp_path / "twice.yaml").write_text(yaml.safe_dump(source("outgoing-source"), allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadInput, match="used twice"):
        Flows.read(tmp_path, effects=frozenset({"own_effect"}))
    with pytest.raises(Missing):
        FLOWS.flow("nothing")


def test_old_cases_go_on_under_their_version(tmp_path):
    with bureau_at(tmp_path) as bureau:
        number = bureau.dispute()
        flow = bureau.work.flows.flow("data-correction")
        accept = flow.transition("accept")
        fewer = tuple(each for each in flow.transitions if each.id != "return")
        newer = flow.model_copy(update={"version": flow.version + 1, "transitions": fewer})
        work = Casework.open(bureau.office.storage, bureau.office.trust, office=bureau.units["shuju"])
        work.flows._flows["data-correction"] = newer
        fresh = work.cases.open("data-correction", bureau.citizen, DISPUTE).number
        assert [work.cases.sheet(each, bureau.steward).flow_version for each in (number, fresh)] == [flow.version, newer.version]
        assert [each.transition for each in work.cases.sheet(number, bureau.steward).actions] == ["return", "accept"]
        assert [each.transition for each in work.cases.sheet(fresh, bureau.steward).actions] == ["accept"]
        assert work.flows._older["data-correction", flow.version].transition("accept") == accept, "kept as it was, key by key"
        work.flows._flows["data-correction"] = newer.model_copy(update={"zh": "改了名"})
        with pytest.raises(Conflict, match="Raise its version"):
            work.cases.open("data-correction", bureau.citizen, DISPUTE)


@pytest.mark.parametrize("flow", list(FLOWS), ids=lambda flow: flow.id)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_flow_is_drawn(flow, lang):
    current = flow.states[1].id
    drawn = draw_svg(flow, current, lang)
    assert drawn == draw_svg(flow, current, lang)
    assert "script" not in drawn
    picture = ElementTree.fromstring(drawn)
    texts = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert sum(len(move.source) for move in flow.transitions) + len(flow.states) == len(texts)
    assert [each for each in texts if each.endswith("◀")] == [f"{flow.state(current).title(lang)} ◀"]
    width = float(picture.get("viewBox").split()[2])
    assert width <= (360 if lang == "zh" else 480)
    boxes = sorted(float(each.get("y")) for each in picture.iter("{http://www.w3.org/2000/svg}rect"))
    assert all(below - above >= 34 for above, below in pairwise(boxes)), "no box covers another"
    mermaid = draw_mermaid(flow, current, lang)
    assert mermaid.count("-->") == 1 + sum(len(move.source) for move in flow.transitions) + sum(each.kind == "end" for each in flow.states)
