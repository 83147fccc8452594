"""Makes the points by which maps of counties are drawn: where each county of Guangdong lies, from a list of divisions with coordinates.

    python tools/make_county_points.py COUNTY_POINTS.csv src/lingnan/web/static/maps/guangdong-counties.json
"""

import csv
import json
import sys
from datetime import date
from pathlib import Path

from lingnan.standards import code_list

DECIMALS = 3
LATER = {"440309": [114.044, 22.692], "440310": [114.338, 22.694], "440311": [113.936, 22.749]}
"""Districts of Shenzhen that the list does not have: about where their governments sit."""


def main(source: Path, target: Path) -> None:
    """Read, keep the counties there are, write, and say which are missing."""
    wanted = {each.code: each for each in code_list("divisions").counties(date.today(), "44", holders=True)}  # type: ignore[attr-defined]
    found = dict(LATER)
    with source.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code = row["adcode"][:6]
            if code in wanted and row["adcode"].endswith("000000"):
                found[code] = [round(float(row["longitude"]), DECIMALS), round(float(row["latitude"]), DECIMALS)]
    told = {
        "name": "guangdong-counties",
        "source": "cpca 0.5.5, cpca/resources/adcodes.csv, counties of Guangdong only; three districts of Shenzhen added",
        "licence": "MIT",
        "counties": [{"code": code, "zh": wanted[code].zh, "en": wanted[code].en, "at": found[code]} for code in sorted(found)],
    }
    target.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(found)} counties, without a point: {sorted(set(wanted) - set(found))}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
