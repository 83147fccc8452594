"""Writes a new pack that is green at once: one table needed, one given, one figure, one case, one sample."""

import re
from pathlib import Path

from lingnan.base import Conflict, WrongUse
from lingnan.packkit.pack import Reading, read_pack
from lingnan.packkit.places import pack_places, wheel_folder
from lingnan.packkit.plan_rows import plan_rows
from lingnan.packkit.readme import readme
from lingnan.packkit.shapes import Place

TEMPLATE = Path(__file__).parent / "template"
NAME = re.compile(r"[a-z][a-z0-9_]{2,40}")


def new_pack(name: str, plan: str, folder: Path, home: Path | None = None) -> Reading:
    """Write the pack into `folder/name`; WrongUse for an unknown row of the plan or a poor name, Conflict for one that is taken."""
    if not NAME.fullmatch(name):
        raise WrongUse(
            f"“{name}”不能作包名：用小写字母、数字、下划线，3 至 41 个字符，以字母开头。",
            f"“{name}” is no name for a pack: lower-case letters, digits and underscores, 3 to 41 characters, beginning with a letter.", name=name,
        )
    rows = plan_rows()
    if plan not in rows:
        raise WrongUse(f"规划中没有 {plan} 一项。有：{'、'.join(rows)}。", f"The plan has no row {plan}. Known: {', '.join(rows)}.", plan=plan)
    taken = {place.folder.name: place.folder for place in pack_places(home)}
    target = folder / name
    if name in taken or target.exists():
        raise Conflict(f"名称 {name} 已被占用：{taken.get(name, target)}。", f"The name {name} is taken: {taken.get(name, target)}.", name=name)
    words = {"@id@": name, "@plan@": plan, "@zh@": rows[plan].zh, "@en@": rows[plan].en}
    # Python of packs outside the wheel is not run, so none is written there.
    for file in (each for each in sorted(TEMPLATE.rglob("*.*")) if folder == wheel_folder() or ".py" not in each.suffixes):
        _write(file, target, words)
    reading = read_pack(Place(target, "folder"))
    if reading.pack is not None:
        (target / "README.md").write_text(readme(reading.pack), encoding="utf-8")
    return reading


def _write(file: Path, target: Path, words: dict[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for mark, word in words.items():
        text = text.replace(mark, word)
    # Templates are kept as text, so that nobody takes them for parts of this room.
    out = target / file.relative_to(TEMPLATE).as_posix().removesuffix(".txt").replace("@id@", words["@id@"])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
