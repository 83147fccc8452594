"""One command serves pages and works beside them; a worker of its own takes that over."""

import threading
from pathlib import Path

from lingnan.base import AlertRaised, Settings
from lingnan.cli.serve import work_beside
from lingnan.hub import Hub
from lingnan.jobs.leases import held


def alerts(hub: Hub) -> int:
    auditor = hub.trust.accounts.subject_for("shenji")
    return len(hub.office.alerts.alerts(auditor).items)


def until(condition, seconds: float = 20.0) -> bool:  # type: ignore[no-untyped-def]
    waited = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if condition():
            return True
        waited.wait(0.1)
    return False


def test_pages_work_too_unless_a_worker_lives(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("lingnan.cli.serve.WORKER_LOOK_S", 0.2)
    with Hub.open(Settings(home=tmp_path)) as hub:
        hub.trust.accounts.make_account("shenji", "审计员", "Auditor", roles=("auditor",))
        stop = threading.Event()
        thread = threading.Thread(target=work_beside, args=(hub, stop))
        with held(hub.storage, "worker", "another"):
            thread.start()
            with hub.storage.session() as session:
                hub.storage.announce(session, AlertRaised("water", "red", "西江", "水位超过警戒", "The water is high"))
            assert not until(lambda: alerts(hub), 2.0), "the other worker delivers"
        try:
            assert until(lambda: alerts(hub) == 1, 90.0), "now these pages do"
        finally:
            stop.set()
            thread.join(20)
        assert not thread.is_alive()
