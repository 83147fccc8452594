"""What all tests share: databases, a real PostgreSQL, a real Chromium, and skips that are counted, or forbidden by `LINGNAN_REQUIRE=all`."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres_server
from tests.back_ends import EVERYWHERE, Furnish, Postgres, Sqlite, migrated_file
from tests.buckets import bucket_server, faulty_server  # noqa: F401
from tests.postgres_homes import sitecustomize
from tests.spark import engine_name, spark_cluster, spark_local  # noqa: F401 - fixtures are found by being here

# How long an example takes tells of the machine's load, not of the code.
settings.register_profile("long", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("short", settings.get_profile("long"), max_examples=40)
settings.load_profile("long" if os.environ.get("LINGNAN_LONG") else "short")

QUIET = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-default-apps",
)


@pytest.fixture(scope="session")
def postgres_process() -> Iterator[postgres_server.PostgresServer]:
    """A throw-away PostgreSQL on a loopback port, gone with the session; who stops it starts it again."""
    found = postgres_server.programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with postgres_server.running(found) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_process: postgres_server.PostgresServer) -> str:
    """The address of that server."""
    return postgres_process.url


@pytest.fixture(scope="session")
def every_home(postgres_url: str, postgres_databases: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """With `LINGNAN_TEST_STORAGE=postgres`: each home's database, that of children too, is one of its own on the server."""
    pool, patch = tmp_path_factory.mktemp("pool"), pytest.MonkeyPatch()
    for folder in ("used", "free"):
        (pool / folder).mkdir()
    (pool / "server").write_text(postgres_url.removeprefix("postgresql://").rpartition("/")[0])
    patch.setenv("LINGNAN_TEST_POOL", str(pool))
    patch.setenv("PYTHONPATH", str(Path(sitecustomize.__file__).parent), prepend=os.pathsep)
    sitecustomize.install()
    yield postgres_databases
    patch.undo()


if EVERYWHERE:

    @pytest.fixture(autouse=True, scope="session")
    def _everywhere(every_home: Postgres) -> None:
        """Before anything else of the session opens a hub."""

    @pytest.fixture(autouse=True)
    def _given_back(every_home: Postgres, tmp_path: Path) -> Iterator[None]:
        """What a test opened in its own folder is free for the next one."""
        yield
        every_home.take_back(tmp_path)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """An empty database of its own on that server."""
    psycopg = pytest.importorskip("psycopg")
    name = f"t{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"create database {name}")
        yield f"{postgres_url.rpartition('/')[0]}/{name}"
        server.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def sqlite_databases() -> Sqlite:
    """Hub databases in files."""
    return Sqlite()


@pytest.fixture(scope="session")
def migrated() -> Path:
    """An empty hub database as a file to copy, for what outlasts a test."""
    return migrated_file()


@pytest.fixture(scope="session")
def new_home(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives homes with an empty database, for hubs that many tests share."""

    def made(name: str) -> Path:
        home = tmp_path_factory.mktemp(name) / "home"
        home.mkdir()
        return home if EVERYWHERE else Path(shutil.copy(migrated, home)).parent

    return made


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """Hub databases on the PostgreSQL server."""
    pytest.importorskip("psycopg")
    return Postgres(postgres_url, tmp_path_factory.mktemp("postgres"))


@pytest.fixture
def back_end(request: pytest.FixtureRequest) -> str:
    """Which database hubs of this test stand on: `sqlite`, and with the mark `on_both` once more `postgres`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def furnish(request: pytest.FixtureRequest, back_end: str) -> Iterator[Furnish]:
    """Give a home an empty database at the newest migration: migrating anew takes longer than most tests."""
    databases = request.getfixturevalue(f"{back_end}_databases")
    with ExitStack() as given:

        def furnished(home: Path) -> Path:
            given.enter_context(databases.furnished(home))
            return home

        yield furnished


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `on_both` runs on SQLite and on PostgreSQL, where it needs a database at all."""
    if not EVERYWHERE and "back_end" in metafunc.fixturenames and metafunc.definition.get_closest_marker("on_both"):
        metafunc.parametrize("back_end", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `long`, but in a long run. Of a test with many cases the first runs on PostgreSQL too, all in a long run.

    Cases rarely differ by database. What is left out is counted as deselected.
    """
    if EVERYWHERE:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("sqlite")])
        items[:] = [item for item in items if not item.get_closest_marker("sqlite")]
    if os.environ.get("LINGNAN_LONG"):
        return
    seen, kept, left = set[tuple[str, str]](), [], [item for item in items if item.get_closest_marker("long")]
    for item in items:
        if item.get_closest_marker("long"):
            continue
        case = getattr(item, "callspec", None)
        again = case is not None and case.params.get("back_end") == "postgres" and (str(item.path), item.originalname) in seen  # type: ignore[attr-defined]
        (left if again else kept).append(item)
        if case is not None and case.params.get("back_end") == "postgres":
            seen.add((str(item.path), item.originalname))  # type: ignore[attr-defined]
    config.hook.pytest_deselected(items=left)
    # Files on a cluster first: they take longest, and nothing would be left to go beside the last of them.
    slow = {item.path for item in kept if item.get_closest_marker("spark") or item.get_closest_marker("cluster")}
    items[:] = sorted(kept, key=lambda item: item.path not in slow)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright; a module's own, because Playwright keeps the thread's event loop while it is open."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    with pytest.importorskip("playwright.sync_api").sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With `LINGNAN_REQUIRE=all` a skipped test is a failed test; an expected failure stays what it is."""
    report = yield
    if os.environ.get("LINGNAN_REQUIRE") == "all" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped although LINGNAN_REQUIRE=all asks for everything: {_reason(report)}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per reason of skipping, with its count."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        terminalreporter.section("skipped, by reason")
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count:5d}  {reason}")


def _reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, without file and line."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")
