"""Measures two small waits: a build of eighty steps with nothing to do, and the office of a demo furnished with people and cases."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from lingnan.base import Settings
from lingnan.hub import Hub, furnish_office, make_steward
from lingnan.jobs import Resources, Step, StepContext, StepResult, run_build
from lingnan.storage import Storage

STEPS = 80
NOTHING_S, OFFICE_S = 1.0, 5.0


class Tables:
    """Versions of tables without data."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}

    def newest(self, table: str) -> int | None:
        return self.versions.get(table)

    def exists(self, table: str) -> bool:
        return table in self.versions

    def rows(self, _table: str) -> int:
        return 1


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def nothing_to_do(home: Path) -> tuple[float, float]:
    """Seconds of the second build of eighty steps, and of as many plain reads of one row."""
    settings, tables = Settings(home=home), Tables()
    storage = Storage.open(settings)
    resources = Resources(tables, None, storage, settings, settings.make_clock(), lambda _step, _tables: {})  # type: ignore[arg-type]

    def run(context: StepContext) -> StepResult:
        tables.versions |= dict.fromkeys(context.step.outputs, 0)
        return StepResult(dict.fromkeys(context.step.outputs, 1))

    def read() -> None:
        for number in range(STEPS):
            with storage.reading() as session:
                session.execute(text("select state from step_run where step = :step"), {"step": f"s{number}"}).first()

    steps = [Step(f"s{n}", "govern", "s", "s", run, (f"t.s{n - 1}",) if n % 5 else (), (f"t.s{n}",)) for n in range(STEPS)]
    run_build(steps, resources)
    found = seconds(lambda: run_build(steps, resources)), seconds(read)
    storage.close()
    return found


def furnished(home: Path) -> float:
    """Seconds of furnishing the office of a new hub."""
    with Hub.open(Settings(home=home)) as hub:
        make_steward(hub)
        return seconds(lambda: furnish_office(hub))


def main() -> int:
    """Print the table; 1 when a limit is not held."""
    with tempfile.TemporaryDirectory() as folder:
        nothing, reads = nothing_to_do(Path(folder) / "steps")
        office = furnished(Path(folder) / "office")
    print(f"a build of {STEPS} steps with nothing to do  {nothing:6.2f} s   limit {NOTHING_S} s   {nothing / reads:5.1f} times {STEPS} plain reads")
    print(f"an office furnished                    {office:6.2f} s   limit {OFFICE_S} s")
    return 0 if nothing <= NOTHING_S and office <= OFFICE_S else 1


if __name__ == "__main__":
    sys.exit(main())
