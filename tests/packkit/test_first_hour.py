"""The hour of CONTRIBUTING in which somebody builds an application, walked by exactly its commands."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.web import create_app
from tests.terminal import run

TEXT = Path(__file__).parents[2] / "CONTRIBUTING.md"
COMMAND = ".venv/bin/lingnan "


def commands() -> list[tuple[str, bool]]:
    """Every command of the hour, and whether the text says that it fails."""
    hour = TEXT.read_text(encoding="utf-8").split("## 4. Build an application")[1].split("\n## ")[0]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", hour, re.DOTALL) for line in block.splitlines()]
    return [(line.partition("  #")[0].strip(), "# fails" in line) for line in lines]


def page(home: Path, address: str) -> str:
    with Hub.open(load_settings(home)) as hub:
        return TestClient(create_app(HubPages(hub), hub.settings)).get(address).text


def test_the_hour_goes_as_written(built: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(built.home, tmp_path / "hub")
    monkeypatch.chdir(tmp_path)
    walked, served = [], 0
    for line, fails in commands():
        if line.startswith(f"{COMMAND}serve"):
            served += 1
            shown = page(tmp_path / "hub", "/packs/demo_pack")
            assert "未校核" in shown
            assert ">2 家" in shown.replace("</code>", "")
            assert "/packs/demo_pack/pages/counties" in shown
            continue
        if line.startswith(COMMAND):
            done = run(*shlex.split(line.removeprefix(COMMAND)))
            assert done.returncode == (1 if fails else 0), (line, done.stdout, done.stderr)
            walked.append((line, done.stdout + done.stderr))
        else:
            before = (tmp_path / shlex.split(line)[-1]).read_text(encoding="utf-8")
            subprocess.run(shlex.split(line), check=True, cwd=tmp_path)
            assert (tmp_path / shlex.split(line)[-1]).read_text(encoding="utf-8") != before, f"{line} changes nothing"
    assert served == 1
    told = next(said for line, said in walked if "pack test" in line)
    assert "440106" in told
    assert "3 家" in page(tmp_path / "hub", "/packs/demo_pack")
    assert "440" in page(tmp_path / "hub", "/packs/demo_pack/pages/counties?watched=true")
