"""The folder is called as the pack is, and the rows of the plan that it answers exist."""

from collections.abc import Iterator

from lingnan.packkit.pack import MANIFEST, Reading
from lingnan.packkit.plan_rows import plan_rows
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "identity"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    if reading.pack is None:
        return
    manifest, folder = reading.pack.manifest, reading.place.folder.name
    if manifest.id != folder:
        yield finding(
            reading, NAME, MANIFEST, f"id 为 {manifest.id}，文件夹名为 {folder}；两者应相同。",
            f"The id is {manifest.id}, the folder {folder}; they must be the same.",
        )
    for row in sorted(set(manifest.plan) - set(plan_rows())):
        yield finding(reading, NAME, MANIFEST, f"规划中没有 {row} 一项。", f"The plan has no row {row}.")


RULE = Rule(NAME, "文件夹名即包名，规划条目存在", "the folder's name is the pack's, and its rows of the plan exist", "sample", _look)
