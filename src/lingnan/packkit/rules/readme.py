"""The README is what the pack says today; `pack check --write` writes it."""

from collections.abc import Iterator
from functools import partial

from lingnan.packkit.pack import Reading
from lingnan.packkit.readme import readme
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.wholeness import stands

NAME = "readme"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None or not stands(reading):
        return
    file, text = pack.folder / "README.md", readme(pack)
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        yield finding(
            reading, NAME, "README.md", "说明与包不符；用 lingnan pack check --write 重写。",
            "It is not what the pack says; write it with: lingnan pack check --write.", partial(file.write_text, text, encoding="utf-8"),
        )


RULE = Rule(NAME, "说明由包生成且是最新的", "the README is made from the pack and fresh", "sample", _look)
