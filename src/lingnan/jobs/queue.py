"""The durable queue of tasks, on dbos: SQLite at HOME/jobs.db, or the hub's own PostgreSQL; nothing of it reaches a network."""

import json
import logging
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from lingnan.base import Conflict, DatabaseAway, Incomplete, LingnanError, Missing, Settings, SystemClock, new_id
from lingnan.storage import Fence, database_url, fenced

if TYPE_CHECKING:
    from dbos import DBOSClient

logger = logging.getLogger(__name__)

APPLICATION = "lingnan"
VERSION = "1"
"""Fixed: dbos resumes only work of its own version, and a newer hub must go on with what an older one began."""
QUEUE = "tasks"
WORKFLOW = "lingnan_task"
SCHEMA = "dbos"
"""Where dbos keeps its tables on PostgreSQL."""
ATTEMPTS = 5
FIRST_WAIT_S = 30.0

Duty = Callable[[Mapping[str, Any], threading.Event], str]
"""Does one kind of task: gets its arguments and the worker's stop signal, gives a sentence about what came of it.

It must be safe to do again. It raises Incomplete when it was stopped or has more to do; then it is done again later."""


@dataclass(frozen=True)
class TaskState:
    """A task as the queue knows it; `state` is waiting, running, done, failed, or continued (by a later task of the same name).

    `worker` is who has it or did it last, by name; empty before any has begun.
    """

    id: str
    name: str
    state: str
    asked_at: datetime
    outcome: str
    worker: str = ""


def ask(settings: Settings, name: str, arguments: Mapping[str, Any] | None = None, *, task_id: str = "") -> str:
    """Ask for a task from any process; gives its id. Asking twice with one id asks once."""
    task_id = task_id or new_id(settings.node, SystemClock())
    with _client(settings) as client:
        client.enqueue(
            {"queue_name": QUEUE, "workflow_name": WORKFLOW, "workflow_id": task_id, "app_version": VERSION}, name, dict(arguments or {}), 1
        )
    return task_id


def tasks(settings: Settings, limit: int = 100) -> list[TaskState]:
    """The newest tasks first, with what came of them."""
    with _client(settings) as client:
        return [_state(found) for found in client.list_workflows(limit=limit, sort_desc=True)]


def running(settings: Settings) -> dict[str, tuple[str, datetime]]:
    """By the name of each worker that is at a task, the task's name and when it was taken."""
    with _client(settings) as client:
        begun = client.list_workflows(status="PENDING", load_output=False)
        return {found.executor_id: (_name(found), _moment(found.dequeued_at or found.created_at)) for found in begun if found.executor_id}


def forget_tasks(settings: Settings, before: datetime) -> int:
    """Remove what the queue keeps of tasks that ended before; gives how many."""
    ended = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
    with _client(settings) as client:
        old = client.list_workflows(status=ended, completed_before=before.astimezone(UTC).isoformat(), load_input=False, load_output=False)
        client.delete_workflows([found.workflow_id for found in old])
    return len(old)


@dataclass(frozen=True)
class Hand:
    """Who works through the queue: a worker's name, what it can do, when it must end, and the fence around what a duty writes.

    `told` hears the name of a task that begins, and once more with its outcome, a sentence in English.
    """

    name: str
    duties: Mapping[str, Duty]
    stop: threading.Event
    fence: Fence
    told: Callable[[str, str], object]


@contextmanager
def working(settings: Settings, hand: Hand, poll_s: float) -> Iterator[None]:
    """Work through the queue, one task at a time, while the block runs; other hands may do so at the same time. DatabaseAway as it begins."""
    DBOS = load_queue().DBOS

    @DBOS.step(name="lingnan_task_step")  # type: ignore[untyped-decorator]
    def do(name: str, arguments: dict[str, Any]) -> dict[str, str]:
        return _do(hand, name, arguments)

    @DBOS.workflow(name=WORKFLOW)  # type: ignore[untyped-decorator]
    def task(name: str, arguments: dict[str, Any], attempt: int) -> dict[str, str]:
        outcome: dict[str, str] = do(name, arguments)
        if outcome["state"] in ("stopped", "again"):
            _ask_again(task, name, arguments, attempt, outcome)
        return outcome

    DBOS(config=_config(settings, hand.name))
    try:
        _begin(DBOS, poll_s)
        yield
    finally:
        hand.stop.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=30)


def _begin(DBOS: Any, poll_s: float) -> None:
    """Open the queue; DatabaseAway when its server goes away meanwhile."""
    try:
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=poll_s, on_conflict="always_update")
    except SQLAlchemyError as error:
        raise DatabaseAway(
            "任务队列的数据库没有应答，执行器没有启动。请确认数据库服务已启动。",
            "The database of the queue of tasks does not answer; the worker has not begun. Make sure that its server runs.",
        ) from error


def put_back(living: Callable[[], Collection[str]]) -> list[str]:
    """Put back into the queue what workers had begun that are no more; gives their names.

    `living` is asked after the queue, so that a worker that has only just begun is not taken for one that ended. Whoever puts
    back at the same moment changes nothing: a task that a living worker has taken by then is left to it.
    """
    DBOS = load_queue().DBOS
    begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    gone = sorted({found.executor_id for found in begun} - set(living())) if begun else []
    if gone:
        DBOS._recover_pending_workflows(gone)
    return gone


def _do(hand: Hand, name: str, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Never raises for the duty's own error, so that what is stored is a sentence and not a Python object."""
    if hand.stop.is_set():
        return {"state": "stopped", "text": "the worker stopped before it began"}
    hand.told(name, "")
    outcome = _done(hand, name, arguments)
    hand.told(name, f"{outcome['state']}: {outcome['text']}")
    return outcome


def _done(hand: Hand, name: str, arguments: Mapping[str, Any]) -> dict[str, str]:
    duty = hand.duties.get(name)
    try:
        if duty is None:
            raise Missing(f"没有名为“{name}”的任务。", f"There is no task named “{name}”.", task=name)
        with fenced(hand.fence):
            return {"state": "done", "text": duty(arguments, hand.stop)}
    except (Incomplete, Conflict) as error:
        return {"state": "stopped" if hand.stop.is_set() else "again", "text": error.en}
    except LingnanError as error:
        return {"state": "failed", "text": error.en}
    except Exception as error:
        logger.error("task %s failed", name, exc_info=error)
        return {"state": "failed", "text": f"{type(error).__name__}: {error}"}


def _ask_again(task: Callable[..., Any], name: str, arguments: dict[str, Any], attempt: int, outcome: dict[str, str]) -> None:
    """A stopped task goes on at the next start; one that could not end waits, twice as long each time, and at last fails."""
    library = load_queue()
    if outcome["state"] == "stopped":
        library.DBOS.enqueue_workflow(QUEUE, task, name, arguments, attempt)
    elif attempt < ATTEMPTS:
        with library.SetEnqueueOptions(delay_seconds=FIRST_WAIT_S * 2 ** (attempt - 1)):
            library.DBOS.enqueue_workflow(QUEUE, task, name, arguments, attempt + 1)
    else:
        outcome["state"] = "failed"


def load_queue() -> Any:
    """The library dbos, imported once its environment variables are gone: they could point it at its maker's cloud."""
    for variable in [name for name in os.environ if name.startswith("DBOS")]:
        del os.environ[variable]
    import dbos

    return dbos


def _config(settings: Settings, worker: str) -> dict[str, Any]:
    return {
        "name": APPLICATION, "system_database_url": queue_url(settings), "application_version": VERSION, "executor_id": worker,
        "enable_otlp": False, "log_level": "ERROR", "serializer": _serializer(),
    }


def queue_url(settings: Settings) -> str:
    """Where the tasks of these settings stand."""
    hub = database_url(settings)
    if not hub.startswith("sqlite"):
        return hub
    # A file of its own, so that the queue's polling and the hub's transactions do not wait for each other.
    return f"sqlite:///{settings.home.resolve() / 'jobs.db'}"


def _serializer() -> Any:
    """JSON instead of pickle: what is read back from the database must never be able to run."""

    class JsonText(load_queue().Serializer):  # type: ignore[misc]
        def serialize(self, data: Any) -> str:
            return json.dumps({"error": repr(data)} if isinstance(data, BaseException) else data, ensure_ascii=False)

        def deserialize(self, serialized_data: str) -> Any:
            return json.loads(serialized_data)

        def name(self) -> str:
            return "lingnan_json"

    return JsonText()


@contextmanager
def _client(settings: Settings) -> "Iterator[DBOSClient]":
    library = load_queue()
    # Who asks may be quicker than the first worker, which would make the tables.
    library.DBOS.migrate(queue_url(settings))
    client = library.DBOSClient(system_database_url=queue_url(settings), serializer=_serializer(), application_name=APPLICATION)
    try:
        yield client
    finally:
        client.destroy()


STATES = {"ENQUEUED": "waiting", "DELAYED": "waiting", "PENDING": "running", "SUCCESS": "done"}


def _state(found: Any) -> TaskState:
    told = found.output if isinstance(found.output, dict) else {}
    state = told.get("state", STATES.get(found.status, "failed"))
    state = "continued" if state in ("again", "stopped") else state
    worker = "" if state == "waiting" else found.executor_id or ""
    return TaskState(found.workflow_id, _name(found), state, _moment(found.created_at), told.get("text", ""), worker)


def _name(found: Any) -> str:
    return str((found.input or {}).get("args", [""])[0])


def _moment(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)
