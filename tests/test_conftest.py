"""The shared fixtures are the real things, and a skip cannot pass where everything is asked for."""

from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]

SKIPPED = """
import pytest

@pytest.fixture
def server():
    pytest.skip("no server here")

def test_one(server):
    pass

def test_two(server):
    pass

@pytest.mark.xfail
def test_three():
    raise AssertionError
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(SKIPPED)
    return pytester


def test_skips_are_counted_by_reason(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINGNAN_REQUIRE", raising=False)
    result = suite.runpytest()
    result.assert_outcomes(skipped=2, xfailed=1)
    result.stdout.fnmatch_lines(["*skipped, by reason*", "    2  no server here"])


def test_a_skip_fails_where_everything_is_asked_for(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINGNAN_REQUIRE", "all")
    result = suite.runpytest()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*no server here*"])
    assert result.parseoutcomes().get("skipped", 0) == 0
    assert result.parseoutcomes()["xfailed"] == 1


@pytest.mark.postgres
def test_the_server_is_postgresql(postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select '岭南', current_setting('server_version_num')::int >= 130000").fetchone() == ("岭南", True)


@pytest.mark.postgres
def test_each_test_has_a_database_of_its_own(postgres_database: str, postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_database) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)
    assert postgres_database != postgres_url


@pytest.mark.browser
def test_the_browser_is_chromium(chromium: Any) -> None:
    page = chromium.new_page()
    page.set_content("<p>岭南</p>")
    assert page.inner_text("p") == "岭南"
    assert int(chromium.version.split(".")[0]) > 100
