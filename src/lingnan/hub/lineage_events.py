"""Builds told as OpenLineage run events: each step's start and end with the tables it read and made, their columns and what was checked.

Names of tables, columns and rules, versions and counts; no value of any row.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from lingnan.base import Missing
from lingnan.jobs import Build, StepRun
from lingnan.lake import ColumnOrigin, Commit
from lingnan.trust import holds_personal_value

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

SPEC = "https://openlineage.io/spec"
EVENT = f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
FACETS = {
    "columnLineage": "1-2-0/ColumnLineageDatasetFacet", "dataQualityAssertions": "1-1-0/DataQualityAssertionsDatasetFacet",
    "dataQualityMetrics": "1-0-3/DataQualityMetricsInputDatasetFacet", "errorMessage": "1-0-1/ErrorMessageRunFacet",
    "jobType": "2-0-4/JobTypeJobFacet", "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet", "parent": "1-2-0/ParentRunFacet",
    "schema": "1-2-0/SchemaDatasetFacet", "version": "1-0-1/DatasetVersionDatasetFacet",
}
"""Facet to version and name of its schema."""
ENDS = {"done": "COMPLETE", "kept": "COMPLETE", "failed": "FAIL", "interrupted": "ABORT"}
BUILD = "build"


def build_events(hub: "Hub", build: str = "") -> Iterator[dict[str, Any]]:
    """The events of one build, or of every build still known, in the order in which they began; Missing for an unknown build."""
    with hub.storage.reading() as session:
        wanted = select(Build).order_by(Build.number)
        builds = session.scalars(wanted.where(Build.id == build) if build else wanted).all()
        runs = session.scalars(select(StepRun).where(StepRun.build_id.in_([each.id for each in builds])).order_by(StepRun.number)).all()
        session.expunge_all()
    if build and not builds:
        raise Missing(f"没有编号为 {build} 的构建。", f"There is no build {build}.", build=build)
    telling = _Telling(hub)
    for each in builds:
        yield from telling.build(each, [run for run in runs if run.build_id == each.id])


def begun_events(hub: "Hub", build: str, step: str, *, with_build: bool) -> list[dict[str, Any]]:
    """The START of a step that is under way, after that of its build if asked; what only the end shows is not in it."""
    with hub.storage.reading() as session:
        told = session.scalars(select(Build).where(Build.id == build)).one()
        run = session.scalars(select(StepRun).where(StepRun.build_id == build, StepRun.step == step)).one()
        session.expunge_all()
    events = _Telling(hub).build(told, [run])
    return [each for each in events if each["eventType"] == "START"][0 if with_build else 1 :]


class _Telling:
    """Writes events of one hub; what a version's log says is read once."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._namespace = f"lingnan-{hub.settings.node}"
        self._versions: dict[str, dict[int, Commit]] = {}

    def build(self, build: Build, runs: list[StepRun]) -> Iterator[dict[str, Any]]:
        """The build's own run around those of its steps; steps that were skipped did nothing and are not told."""
        run, job = {"runId": _run_id(build.id)}, self._job(BUILD, "DAG")
        yield self._event("START", build.started_at, run, job)
        for each in runs:
            yield from self._step(build, each)
        if build.finished_at is not None:
            yield self._event({"done": "COMPLETE", "incomplete": "FAIL"}.get(build.state, "ABORT"), build.finished_at, run, job)

    def _step(self, build: Build, run: StepRun) -> Iterator[dict[str, Any]]:
        if run.started_at is None:
            return
        parent = self._facet("parent", run={"runId": _run_id(build.id)}, job={"namespace": self._namespace, "name": BUILD})
        told = {"runId": _run_id(build.id, run.step), "facets": {"parent": parent}}
        job, inputs = self._job(run.step, "TASK"), self._inputs(run)
        yield self._event("START", run.started_at, told, job, inputs)
        if run.finished_at is None:
            return
        ended = ENDS.get(run.state, "ABORT")
        if ended == "FAIL":
            told = {**told, "facets": {"parent": parent, "errorMessage": self._facet(
                "errorMessage", message=_message(run), programmingLanguage="Python",
            )}}
        outputs = [self._output(table, version, run) for table, version in sorted(run.outputs.items())] if ended == "COMPLETE" else []
        yield self._event(ended, run.finished_at, told, job, inputs, outputs)

    def _event(
        self, kind: str, at: datetime, run: Mapping[str, Any], job: Mapping[str, Any], inputs: list[Any] | None = None,
        outputs: list[Any] | None = None,
    ) -> dict[str, Any]:
        return {
            "eventType": kind, "eventTime": at.isoformat(), "run": run, "job": job, "inputs": inputs or [], "outputs": outputs or [],
            "producer": self._hub.settings.site, "schemaURL": EVENT,
        }

    def _facet(self, name: str, **told: Any) -> dict[str, Any]:
        version, _, kind = FACETS[name].partition("/")
        return {"_producer": self._hub.settings.site, "_schemaURL": f"{SPEC}/facets/{version}/{kind}.json#/$defs/{kind}", **told}

    def _job(self, name: str, kind: str) -> dict[str, Any]:
        facet = self._facet("jobType", processingType="BATCH", integration="LINGNAN", jobType=kind)
        return {"namespace": self._namespace, "name": name, "facets": {"jobType": facet}}

    def _inputs(self, run: StepRun) -> list[dict[str, Any]]:
        """The tables of the lake that were read, each at its version; of a load the place that it was read from."""
        found = [self._dataset(table, version) for table, version in sorted(run.inputs.items())]
        for each, (table, version) in zip(found, sorted(run.inputs.items()), strict=True):
            each["inputFacets"] = self._quality(table, version, run)
        places = {column.rpartition(":")[0] for table in run.outputs for origin in self._origins(table, run.outputs[table]).values()
                  for column in origin.columns if ":" in column}
        return found + [self._delivery(place) for place in sorted(places)]

    def _quality(self, table: str, version: int, run: StepRun) -> dict[str, Any]:
        """How many rows a step read; of rows that were governed what every rule found."""
        checks = next((made for made in run.outputs if made.startswith("checks.") and table == made.replace("checks.", "landing.", 1)), "")
        rules = self._rules(checks, run.outputs[checks]) if checks else []
        counted = {rule["column"]: {"count": rule["checked"]} for rule in rules if rule["column"]}
        facets = {"dataQualityMetrics": self._facet("dataQualityMetrics", rowCount=self._rows(table, version), columnMetrics=counted)}
        if rules:
            facets["dataQualityAssertions"] = self._facet("dataQualityAssertions", assertions=[_assertion(rule) for rule in rules])
        return facets

    def _rules(self, checks: str, version: int) -> list[dict[str, Any]]:
        """What was counted; nothing of a version whose files were swept."""
        try:
            swept = not all(self._hub.lake.store.holds(file) for file in self._hub.lake.files(checks, version))
        except Missing:
            swept = True
        if swept:
            return []
        views = self._hub.trust.views_for_step("lineage:events", {checks: version})
        sql = f'select rule, "column", checked, failed from {checks} order by rule'
        found: list[dict[str, Any]] = self._hub.engine.query(sql, views).to_pylist()
        return found

    def _output(self, table: str, version: int, run: StepRun) -> dict[str, Any]:
        told = self._dataset(table, version)
        fields = {name: {"inputFields": self._fields(origin)} for name, origin in self._origins(table, version).items() if origin.columns}
        if fields:
            told["facets"]["columnLineage"] = self._facet("columnLineage", fields=fields)
        rows = run.rows.get(table, -1)
        told["outputFacets"] = {"outputStatistics": self._facet("outputStatistics", rowCount=rows if rows >= 0 else self._rows(table, version))}
        return told

    def _fields(self, origin: ColumnOrigin) -> list[dict[str, Any]]:
        return [
            {**self._field(column), "transformations": [
                {"type": "DIRECT", "subtype": "IDENTITY" if column in origin.copied else "TRANSFORMATION", "description": origin.expression},
            ]}
            for column in origin.columns
        ]

    def _field(self, column: str) -> dict[str, str]:
        place, _, header = column.rpartition(":")
        if place:
            return {**self._delivery(place), "field": header}
        table, _, name = column.rpartition(".")
        return {"namespace": self._namespace, "name": table, "field": name}

    def _delivery(self, place: str) -> dict[str, Any]:
        """A place of deliveries under the names that the specification gives files and servers."""
        scheme, mark, rest = place.partition("://")
        server, _, path = rest.partition("/")
        return {"namespace": f"{scheme}://{server}", "name": path or server} if mark else {"namespace": "file", "name": place}

    def _dataset(self, table: str, version: int) -> dict[str, Any]:
        facets = {"version": self._facet("version", datasetVersion=str(version))}
        try:
            schema = self._hub.lake.schema(table, version)
            facets["schema"] = self._facet("schema", fields=[{"name": field.name, "type": str(field.type)} for field in schema])
        except (Missing, OSError):
            # Superseded versions are swept; the step is told all the same.
            pass
        return {"namespace": self._namespace, "name": table, "facets": facets}

    def _rows(self, table: str, version: int) -> int:
        try:
            return self._hub.lake.rows(table, version)
        except (Missing, OSError):
            return max(commit.rows, 0) if (commit := self._commits(table).get(version)) else 0

    def _origins(self, table: str, version: int) -> Mapping[str, ColumnOrigin]:
        commit = self._commits(table).get(version)
        return commit.columns if commit else {}

    def _commits(self, table: str) -> dict[int, Commit]:
        if table not in self._versions:
            known = self._hub.lake.history(table) if self._hub.lake.newest(table) is not None else []
            self._versions[table] = {commit.version: commit for commit in known}
        return self._versions[table]


def _assertion(rule: Mapping[str, Any]) -> dict[str, Any]:
    about = {"column": rule["column"]} if rule["column"] else {}
    return {"assertion": rule["rule"], "success": rule["failed"] == 0, **about}


def _run_id(build: str, step: str = "") -> str:
    """The same however often it is told, so that a receiver takes an event that comes twice for one."""
    named = partial(uuid5, NAMESPACE_URL)
    try:
        own = str(UUID(build))
    except ValueError:
        own = str(named(f"lingnan:{build}"))
    return str(named(f"lingnan:{build}:{step}")) if step else own


def _message(run: StepRun) -> str:
    """Why a step failed; what names a person's number is not told."""
    return "The step failed; the hub's own log says why." if holds_personal_value(run.error_en) else run.error_en or "failed"
