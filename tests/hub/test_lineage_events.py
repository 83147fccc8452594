"""Builds as OpenLineage run events: of the shape that the specification asks for, without any value of a row, and taken by a real receiver."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lingnan.base import Missing, SystemClock, load_settings
from lingnan.hub import Hub, build_events, write_events
from lingnan.hub.lineage_beginnings import telling_beginnings
from lingnan.jobs import Resources, Step, StepContext, StepResult, deliver, last_build, run_build
from tests.pension import TABLE, describe

CSV = "编号,区划,金额,姓名\nP1,440103,100,王小明\nP2,440305,200,李秀英\nP3,440103,三百,王大明\n"


def thing(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def named(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def listed(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": values}


TEXT, WHOLE, TRUTH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
URI, UUID = {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*://[^/]+"}, {"type": "string", "format": "uuid"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
JOB, RUN = thing("namespace name", namespace=TEXT, name=TEXT), thing("runId", runId=UUID)


def facet(required: str = "", **properties: Any) -> dict[str, Any]:
    return thing(f"_producer _schemaURL {required}", _producer=URI, _schemaURL=URI, **properties)


DATASET = {
    "schema": facet("fields", fields=listed(thing("name", name=TEXT, type=TEXT))), "version": facet("datasetVersion", datasetVersion=TEXT),
    "columnLineage": facet("fields", fields=named(thing("inputFields", inputFields=listed(thing(
        "namespace name field", namespace=TEXT, name=TEXT, field=TEXT,
        transformations=listed(thing("type", type={"enum": ["DIRECT", "INDIRECT"]}, subtype=TEXT, description=TEXT)),
    ))))),
}
INPUT = {
    "dataQualityMetrics": facet("columnMetrics", rowCount=WHOLE, columnMetrics=named(thing("", count={"type": "number"}))),
    "dataQualityAssertions": facet("assertions", assertions=listed(thing("assertion success", assertion=TEXT, success=TRUTH, column=TEXT))),
}
EVENT = thing(
    "run job eventTime producer schemaURL eventType", eventType={"enum": ["START", "COMPLETE", "ABORT", "FAIL", "OTHER"]}, eventTime=TIME,
    producer=URI, schemaURL=URI,
    run=thing("runId", runId=UUID, facets=thing("", parent=facet("run job", run=RUN, job=JOB), errorMessage=facet(
        "message programmingLanguage", message=TEXT, programmingLanguage=TEXT,
    ))),
    job=thing("namespace name facets", namespace=TEXT, name=TEXT, facets=thing("jobType", jobType=facet(
        "processingType integration", processingType={"const": "BATCH"}, integration=TEXT, jobType=TEXT,
    ))),
    inputs=listed(thing("namespace name", namespace=TEXT, name=TEXT, facets=thing("", **DATASET), inputFacets=thing("", **INPUT))),
    outputs=listed(thing("namespace name", namespace=TEXT, name=TEXT, facets=thing("", **DATASET), outputFacets=thing("", outputStatistics=facet(
        "rowCount", rowCount=WHOLE,
    )))),
)
"""The shape that the published schemas ask of a run event and of the facets told here, in our own words."""
SHAPE = jsonschema.Draft202012Validator(EVENT, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    home = describe(tmp_path_factory.mktemp("events"))
    (home / "pensions.csv").write_text(CSV, encoding="utf-8")
    with Hub.open(load_settings(home).model_copy(update={"openlineage": "file"})) as hub:
        assert hub.build().state == "done"
        yield hub


def of(events: list[dict[str, Any]], job: str, kind: str) -> dict[str, Any]:
    return next(each for each in events if each["job"]["name"] == job and each["eventType"] == kind)


def test_every_event_has_the_shape_of_the_specification(told: Hub) -> None:
    events = list(build_events(told))
    for event in events:
        SHAPE.validate(json.loads(json.dumps(event)))
    runs = {event["run"]["runId"] for event in events}
    for run in runs:
        assert [event["eventType"] for event in events if event["run"]["runId"] == run] == ["START", "COMPLETE"]
    build = of(events, "build", "START")["run"]["runId"]
    assert {event["run"]["facets"]["parent"]["run"]["runId"] for event in events if event["job"]["name"] != "build"} == {build}


def test_the_shape_refuses_what_is_no_event(told: Hub) -> None:
    event = json.loads(json.dumps(of(list(build_events(told)), f"govern:{TABLE}", "COMPLETE")))
    for change in (
        {"run": {"runId": "1"}}, {"eventType": "DONE"}, {"job": {"name": "x"}}, {"eventTime": "today"},
        {"outputs": [{"namespace": "n", "name": "t", "facets": {"schema": {"fields": []}}}]},
    ):
        assert not SHAPE.is_valid(event | change), change


def test_a_governing_step_tells_columns_rows_and_rules(told: Hub) -> None:
    event = of(list(build_events(told)), f"govern:{TABLE}", "COMPLETE")
    landing = event["inputs"][0]
    assert landing["name"] == "landing.minzheng_pension"
    assert landing["inputFacets"]["dataQualityMetrics"]["rowCount"] == 3
    rules = {each["assertion"]: each["success"] for each in landing["inputFacets"]["dataQualityAssertions"]["assertions"]}
    assert (rules["amount_type"], rules["pension_no_required"]) == (False, True)
    made = {each["name"]: each for each in event["outputs"]}
    assert set(made) == {TABLE, "quarantine.minzheng_pension", "checks.minzheng_pension"}
    field = made[TABLE]["facets"]["columnLineage"]["fields"]["person"]["inputFields"][0]
    assert (field["name"], field["field"], field["transformations"][0]["subtype"]) == ("landing.minzheng_pension", "person", "IDENTITY")
    assert made[TABLE]["outputFacets"]["outputStatistics"]["rowCount"] == 2
    assert {"name": "amount", "type": "int64"} in made[TABLE]["facets"]["schema"]["fields"]
    load = of(list(build_events(told)), f"collect:{TABLE}", "COMPLETE")
    assert [(each["namespace"], each["name"]) for each in load["inputs"]] == [("file", "pensions.csv")]


def test_no_value_of_a_row_is_told(told: Hub) -> None:
    text = json.dumps(list(build_events(told)), ensure_ascii=False)
    assert not [value for value in ("王小明", "李秀英", "440103", "三百", "P1") if value in text]


def test_a_step_that_fails_is_told_as_failed_with_its_reason(told: Hub, tmp_path: Path) -> None:
    home = describe(tmp_path)
    (home / "pensions.csv").write_text(CSV, encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        (home / "lake" / "minzheng").mkdir(parents=True)
        (home / "lake" / "minzheng" / "pension").write_text("in the way", encoding="utf-8")
        assert hub.build().state == "incomplete"
        events = list(build_events(hub))
    failed = of(events, f"govern:{TABLE}", "FAIL")
    SHAPE.validate(json.loads(json.dumps(failed)))
    assert failed["run"]["facets"]["errorMessage"]["message"]
    assert failed["outputs"] == []
    assert of(events, "build", "FAIL")


def test_a_finished_build_is_written_into_the_home_and_by_command(told: Hub, tmp_path: Path) -> None:
    build = last_build(told.storage)
    assert build is not None
    lines = (told.home / "openlineage" / f"{build.id}.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(json.dumps(list(build_events(told, build.id))))
    assert write_events(build_events(told), tmp_path / "all.ndjson") >= len(lines)
    assert list(tmp_path.iterdir()) == [tmp_path / "all.ndjson"]
    with pytest.raises(Missing):
        list(build_events(told, "none"))


def lines_of(path: Path) -> list[dict[str, Any]]:
    """What was received so far; a line that is being written does not count yet."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def wait_for(path: Path, job: str) -> list[dict[str, Any]]:
    """What was received when the job's first event is there."""
    for _ in range(6000):
        found = lines_of(path)
        if any(each["job"]["name"] == job for each in found):
            return found
        time.sleep(0.01)
    raise AssertionError(f"nothing was told of {job}")


def test_a_step_is_told_to_have_begun_while_it_runs_and_told_whole_at_the_end(told: Hub, tmp_path: Path) -> None:
    kept, seen = tmp_path / "kept.ndjson", list[dict[str, Any]]()
    with receiving(kept, away=0) as place, Hub.open(told.settings.model_copy(update={"openlineage": f"http://{place}/api/v1/lineage"})) as hub:
        hub.sources.register(place, "openlineage", "Receiver of a test")

        def run(_context: StepContext) -> StepResult:
            seen.extend(wait_for(kept, "test:slow"))
            return StepResult()

        step = Step("test:slow", "test", "慢", "slow", run, inputs=(TABLE,))
        resources = Resources(hub.lake, hub.engine, hub.storage, hub.settings, hub.clock, hub._grant)
        with telling_beginnings(hub) as began:
            run_build([*hub.steps(), step], resources, only=["test:slow"], began=began)
        hub.deliver()
        build = last_build(hub.storage)
        assert build is not None
        whole = json.loads(json.dumps(list(build_events(hub, build.id))))
    for event in seen:
        SHAPE.validate(event)
    assert [(each["eventType"], each["job"]["name"]) for each in seen] == [("START", "build"), ("START", "test:slow")]
    assert [each["run"]["runId"] for each in seen] == [of(whole, name, "START")["run"]["runId"] for name in ("build", "test:slow")]
    assert lines_of(kept)[-len(whole):] == whole


def test_a_build_that_is_killed_leaves_in_its_file_what_had_begun(told: Hub, tmp_path: Path) -> None:
    """Only the end of a build writes the file whole; until then it holds each START."""
    build = last_build(told.storage)
    assert build is not None
    with Hub.open(told.settings.model_copy(update={"openlineage": "file"})) as hub:
        file = hub.home / "openlineage" / f"{build.id}.ndjson"
        whole = file.read_text(encoding="utf-8") if file.exists() else ""
        file.unlink(missing_ok=True)
        step = [each["job"]["name"] for each in build_events(told, build.id)][1]
        with telling_beginnings(hub) as began:
            began(build.id, step)
            assert [each["eventType"] for each in wait_for(file, step)] == ["START", "START"]
        file.write_text(whole, encoding="utf-8")


@contextmanager
def receiving(kept: Path, away: int) -> Iterator[str]:
    """A receiver as a process of its own, away for the first so many calls; gives its host and port."""
    command = [sys.executable, str(Path(__file__).with_name("lineage_receiver.py")), str(kept), str(away)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as receiver:
        try:
            assert receiver.stdout is not None
            yield f"127.0.0.1:{int(receiver.stdout.readline())}"
        finally:
            receiver.terminate()


def test_a_receiver_that_was_away_gets_every_event_of_the_build_in_the_end(told: Hub, tmp_path: Path) -> None:
    kept = tmp_path / "kept.ndjson"
    with receiving(kept, away=1) as place:
        settings = told.settings.model_copy(update={"openlineage": f"http://{place}/api/v1/lineage"})
        with Hub.open(settings) as hub:
            (hub.home / "pensions.csv").write_text(CSV.replace("P3,440103,三百", "P3,440103,300"), encoding="utf-8")
            assert hub.build().state == "done"
            assert not kept.exists(), "nobody approved the place"
            hub.sources.register(place, "openlineage", "Receiver of a test")
            later = SystemClock().now()
            for wait in (60, 600):
                deliver(hub.storage, hub._handlers, clock=Later(later + timedelta(seconds=wait)))
            build = last_build(hub.storage)
            assert build is not None
            expected = json.loads(json.dumps(list(build_events(hub, build.id))))
        assert lines_of(kept) == expected
        assert len(expected) > 4


class Later:
    """The machine's clock some time on."""

    def __init__(self, at: Any) -> None:
        self._at = at

    def now(self) -> Any:
        return self._at
