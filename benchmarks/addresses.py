"""Addresses to counties and parts: rows per CPU second and share right, beside cpca and jionlp where a Python that has them is given.

Run: .venv/bin/python benchmarks/addresses.py [ROWS] [PYTHON WITH cpca AND jionlp]

Rows are made like the published labelled set (another seed): every address is different and most chains of divisions are too, which is the hardest
case for a parser that decides every distinct chain once. The time is the whole verb: reading the file, names, parsing, writing the result;
of 200,000 rows a quarter of it is what a call costs whatever its size, so the promise is held to a million.
The second set is put together from written beginnings and ends and reads no list of divisions; the third are beginnings that nothing was mended by.
A peer is right when it gives the labelled county, or none where the label is ambiguous or unresolved.
"""

import csv
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from lingnan.govern import parse_addresses
from lingnan.lake import Lake
from tests.govern.making_addresses import FOLDER, Labelled, make
from tests.govern.making_second_addresses import PARTS, Second, make_second, rows_of

FLOOR = 50_000
SHARE = 0.97
HARD = 19
PEER_ROWS = {"cpca": 20_000, "jionlp": 1_000}
"""jionlp reads some hundred rows a second."""

PEER = """
import json, sys, time
name, texts = sys.argv[1], json.load(sys.stdin)
if name == "cpca":
    import cpca
    cpca.transform(texts[:10])
    begin = time.process_time()
    found = [code if isinstance(code, str) else "" for code in cpca.transform(texts)["adcode"]]
else:
    import jionlp
    jionlp.parse_location(texts[0])
    begin = time.process_time()
    found = ["".join(part or "" for part in map(jionlp.parse_location(text).get, ("province", "city", "county"))) for text in texts]
print(json.dumps([time.process_time() - begin, found]))
"""


def used() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def ours(labelled: list[Labelled], folder: Path) -> tuple[float, list[dict[str, str]]]:
    """CPU seconds of the verb over a file, and its rows."""
    source, out = folder / "given.csv", folder / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([["address"], *([each.address] for each in labelled)])
    lake = Lake(folder / "lake", None)  # type: ignore[arg-type]  # nothing is committed, so no clock is asked
    begin = used()
    parse_addresses(source, "address", out, engine=lake.engine(threads=1, memory="4GB"))
    seconds = used() - begin
    with out.open(encoding="utf-8", newline="") as lines:
        return seconds, list(csv.DictReader(lines))


def right(label: Labelled | Second, got: dict[str, str]) -> bool:
    """Whether a finding is what the label says; an ambiguous one must list every candidate, an open one must not be resolved."""
    if label.status == "open":
        return got["status"] != "resolved"
    if label.status == "ambiguous":
        return got["status"] == "ambiguous" and set(label.candidates.split("|")) <= set(got["candidates"].split("|"))
    return (got["status"], got["division"]) == (label.status, label.division)


def share(labelled: list[Labelled], folder: Path) -> float:
    """Share of the labelled addresses that are read right."""
    return sum(map(right, labelled, ours(labelled, folder)[1])) / len(labelled)


def peer(python: str, name: str, labelled: list[Labelled]) -> tuple[float, float]:
    """Rows per CPU second and share right of a peer; both 0 when it is not there."""
    texts = json.dumps([each.address for each in labelled])
    done = subprocess.run([python, "-c", PEER, name], input=texts, capture_output=True, text=True, check=False)
    if done.returncode:
        return 0.0, 0.0
    seconds, found = json.loads(done.stdout.splitlines()[-1])
    return len(labelled) / seconds, sum(_peer_right(*pair) for pair in zip(labelled, found, strict=True)) / len(labelled)


def _peer_right(label: Labelled, found: str) -> bool:
    from lingnan.standards.codes import divisions

    if found.isdigit():
        return found == label.division if label.status == "resolved" else found.endswith("00") or not found
    if label.status != "resolved":
        return not found.endswith(("区", "县", "旗"))
    name = divisions().full_name(label.division) or ""
    return found.replace("市市", "市") == name or (found.startswith(name[:2]) and found.endswith(divisions().name(label.division) or "-"))


def published(name: str) -> list[Labelled]:
    """A published set."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return [Labelled(**row) for row in csv.DictReader(lines)]


def further(folder: Path) -> tuple[float, float, float]:
    """Shares of the second set whose county is right and whose parts are, and of the third beginnings with an end."""
    second = make_second(20263)
    found = ours([Labelled(each.kind, each.address, each.status, each.division, each.candidates) for each in second], folder)[1]
    whole = [(label, got) for label, got in zip(second, found, strict=True) if label.parts.strip("|") and right(label, got)]
    parts = sum("|".join(got[part] for part in PARTS) == label.parts for label, got in whole) / len(whole)
    third = [Labelled("", f"{row['head']}工农路77号", row["status"], row["division"], row["candidates"]) for row in rows_of("third_heads")]
    return sum(map(right, second, found)) / len(second), parts, share(third, folder)


def main(rows: int, python: str) -> int:
    """Print the table; 1 when a floor is not held."""
    made = make(97, rows)
    with tempfile.TemporaryDirectory() as folder:
        ours(made[:1000], Path(folder))
        seconds = min(ours(made, Path(folder))[0] for _ in range(3))
        second, parts, third = further(Path(folder))
        labelled, hard = share(published("labelled"), Path(folder)), share(published("hard"), Path(folder)) * 20
    speed = len(made) / seconds
    print(f"{'parser':10}{'rows per CPU s':>16}{'of 1,000 right':>16}{'of 20 hard':>12}")
    print(f"{'lingnan':10}{speed:16,.0f}{labelled:16.3f}{hard:12.0f}")
    print(f"second set: county {second:.3f}, parts {parts:.3f}; third beginnings {third:.3f}")
    for name, most in PEER_ROWS.items() if python else ():
        peer_speed, _ = peer(python, name, made[:most])
        right_share, right_hard = (peer(python, name, published(each))[1] for each in ("labelled", "hard"))
        print(f"{name:10}{peer_speed:16,.0f}{right_share:16.3f}{right_hard * 20:12.0f}")
    print(f"{'floor':10}{FLOOR:16,.0f}{SHARE:16.3f}{HARD:12.0f}")
    return 0 if speed >= FLOOR and labelled >= SHARE and round(hard) >= HARD else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2] if len(sys.argv) > 2 else ""))
