"""What the hub stands on: a small core whose locks carry hashes and no addresses, and a repository that points nowhere else."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
EXTRAS = {
    "core": (), "world": ("world",), "postgres": ("postgres",), "gm": ("gm",), "hsm": ("hsm",), "iot": ("iot",), "linkage": ("linkage",),
    "models": ("models",), "reports": ("reports",), "s3": ("s3",), "spark": ("spark",),
    "dev": ("world", "postgres", "gm", "hsm", "iot", "linkage", "models", "reports", "s3", "spark", "dev"),
}
CORE_LIMIT = 80
NOT_IN_CORE = {"pandas", "numpy", "scipy", "scikit-learn", "polars", "matplotlib", "shapely", "pyspark"}
PIN = re.compile(r"^([a-z0-9]+(?:[._-][a-z0-9]+)*(?:\[[a-z,]+\])?)==([^\s;]+)((?: --hash=sha256:[0-9a-f]{64})+)$")

# Split so that this file does not find itself.
ELSEWHERE = re.compile(
    "|".join(
        [
            "pypi" r"\.org", "python" r"hosted", r"registry\.npm" "js", "npm" r"js\.com", "unp" r"kg\.com", "js" "delivr", "cdn" "js",
            "crates" r"\.io", "ana" r"conda\.org", "--(?:extra-)?index" "-url (?:=|http)", "trusted" "-host",
            r"/wo" r"rk/(?:main|shared)", "/tmp" "/brief", "b-se" "ed-",
            "anth" "ropic", r"\bcla" r"ude\b", "open" r"ai\b", "chat" "gpt", r"\bco" r"pilot\b", "language" " model",
            r"\bA" r"I[- ](?:generated|written|assist)", r"\bsub" "-?agent", r"\bcoding " "agent",
            r"\biss" r"ue (?:#|no\. ?)?\d", r"\bthe le" r"ad's\b", r"\bmy br" "ief",
        ]
    ),
    re.IGNORECASE,
)
VENDOR = "src/lingnan/web/static/vendor/"


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins(lock: Path) -> dict[str, str]:
    """Name → version of a lock; a line of any other form is an error."""
    found = {}
    for line in lock.read_text(encoding="utf-8").replace(" \\\n    ", " ").splitlines():
        match = PIN.match(line)
        assert match, f"{lock.name}: neither name, version nor hash: {line[:120]}"
        found[canonicalize_name(match[1].split("[")[0])] = match[2]
    return found


def wanted(extras: tuple[str, ...]) -> list[Requirement]:
    told = project()
    return [Requirement(each) for each in [*told["dependencies"], *(line for extra in extras for line in told["optional-dependencies"][extra])]]


def unmet(requirements: list[Requirement], locked: dict[str, str]) -> list[str]:
    named = {canonicalize_name(each.name): each for each in requirements}
    return [str(each) for name, each in named.items() if name not in locked or not each.specifier.contains(locked[name], prereleases=True)]


def test_every_lock_belongs_to_the_project() -> None:
    assert {lock.stem for lock in LOCKS} == set(EXTRAS)
    assert set(project()["optional-dependencies"]) == {extra for extras in EXTRAS.values() for extra in extras}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_pins_what_the_project_asks_for(lock: Path) -> None:
    assert unmet(wanted(EXTRAS[lock.stem]), pins(lock)) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_locks_agree_with_the_core(lock: Path) -> None:
    core, other = pins(ROOT / "locks" / "core.txt"), pins(lock)
    assert {name: version for name, version in core.items() if other.get(name) != version} == {}


def test_locks_that_the_demo_installs_agree_with_each_other() -> None:
    rule = re.search(r"^\$\(VENV\)/\.demo: (.*) \|", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert rule is not None
    named = [ROOT / each for each in rule[1].split() if each.startswith("locks/")]
    assert {each.stem for each in named} == {"world", "models", "reports"}
    held = [pin for lock in named for pin in pins(lock).items()]
    assert len({name for name, _version in held}) == len(set(held))


def test_the_core_is_small() -> None:
    core = pins(ROOT / "locks" / "core.txt")
    assert len(core) <= CORE_LIMIT
    assert not NOT_IN_CORE & set(core)


def test_faults_of_a_lock_are_found(tmp_path: Path) -> None:
    assert unmet([Requirement("duckdb==1.5.5"), Requirement("rich>=15")], {"duckdb": "1.5.4"}) == ["duckdb==1.5.5", "rich>=15"]
    lock = tmp_path / "x.txt"
    for line in ("rich==15.0.0", "--find-links x", f"rich @ file:///x --hash=sha256:{'0' * 64}"):
        lock.write_text(line + "\n", encoding="utf-8")
        with pytest.raises(AssertionError):
            pins(lock)


def import_names(requirements: list[Requirement]) -> list[str]:
    """The module to import for each distribution: the one of its name, else its first public one."""
    modules: dict[str, list[str]] = {}
    for module, distributions in packages_distributions().items():
        for name in distributions:
            modules.setdefault(canonicalize_name(name), []).append(module)
    found = []
    for each in requirements:
        own, public = each.name.replace("-", "_"), sorted(name for name in modules[canonicalize_name(each.name)] if not name.startswith("_"))
        found.append(own if own in public else public[0])
    return found


@pytest.mark.parametrize("extras", [(), ("world",), ("postgres",)], ids=["core", "world", "postgres"])
def test_each_dependency_imports_in_a_fresh_process(extras: tuple[str, ...]) -> None:
    modules = import_names(wanted(extras)[len(wanted(())) if extras else 0 :])
    assert modules
    done = subprocess.run([sys.executable, "-c", "import " + ", ".join(modules)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_hub_runs_without_numpy() -> None:
    """The core's own rooms neither need nor fetch the extra `world`."""
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('numpy', 'pandas', 'scipy'):\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "import lingnan.hub, lingnan.web, lingnan.cli\n"
        "import duckdb\n"
        "assert duckdb.sql('select 1 as a').to_arrow_table().num_rows == 1\n"
        "assert not {'numpy', 'pandas', 'scipy'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def points_elsewhere(text: str) -> list[str]:
    return [found[0] for found in ELSEWHERE.finditer(text)]


def tracked() -> list[Path]:
    """Every file of the repository; in an unpacked archive, every file of the source folders."""
    asked = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).stdout.decode().split("\0")
    if not any(listed):
        return [path for folder in ("src", "tests", "docs", "tools", "benchmarks", "locks") for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [ROOT / name for name in listed if name and not name.startswith(VENDOR) and (ROOT / name).is_file()]


def test_the_repository_points_nowhere_else() -> None:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8000] and (hits := points_elsewhere(content.decode("utf-8", errors="replace"))):
            found[str(path.relative_to(ROOT))] = sorted(set(hits))
    assert found == {}


@pytest.mark.parametrize("planted", ["see /wo" "rk/shared/x", "https://py" "pi.org/simple", "fixes iss" "ue #12", "--index" "-url https://x"])
def test_a_planted_word_is_found(planted: str) -> None:
    assert points_elsewhere(planted)
