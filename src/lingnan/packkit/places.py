"""Where packs are found: in the wheel, in the hub's own folder, in installed packages. No list of packs is written anywhere."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from lingnan.base import Conflict, Missing
from lingnan.packkit.pack import MANIFEST, Pack, Reading, read_pack
from lingnan.packkit.shapes import Place
from lingnan.packkit.wholeness import is_traceable, stands

ALL = "*"
GROUP = "lingnan.packs"
"""The entry points by which another package says where its packs lie: each names a package that is one."""


def pack_places(home: Path | None = None) -> list[Place]:
    """Every folder that holds a manifest; packs of the wheel first, then the hub's own, then those of other packages."""
    return [replace(place, home=home) for place in (*_wheel(), *_folders(home / "packs" if home else None), *_packages())]


def places_in_use(wanted: str, home: Path | None = None) -> list[Place]:
    """The folders of the packs that a hub uses: names with blanks between, or `*` for every one; Missing for a name that none bears."""
    found = pack_places(home)
    if wanted.strip() == ALL:
        return found
    known = {place.folder.name for place in found}
    for name in wanted.split():
        if name not in known:
            raise _no_such_pack(name, known)
    return [place for place in found if place.folder.name in wanted.split()]


def readings(home: Path | None = None, wanted: str = ALL) -> list[Reading]:
    """Every pack in use read, whole or not; Conflict when two folders carry one name."""
    seen: dict[str, Path] = {}
    for place in (found := places_in_use(wanted, home)):
        other = seen.setdefault(place.folder.name, place.folder)
        if other != place.folder:
            raise Conflict(
                f"有两个数据包叫 {place.folder.name}：{other} 和 {place.folder}。请改其中一个的名称。",
                f"Two packs are called {place.folder.name}: {other} and {place.folder}. Rename one of them.", pack=place.folder.name,
            )
    return [read_pack(place) for place in found]


def packs(home: Path | None = None, wanted: str = ALL) -> list[Pack]:
    """Every pack in use that could be read whole and lacks nothing it stands on; `pack check` tells of the others."""
    found = [reading.pack for reading in readings(home, wanted) if reading.pack is not None and stands(reading)]
    return [pack for pack in found if is_traceable(pack)]


def named(wanted: str, home: Path | None = None) -> Reading:
    """The pack of that name; Missing names those there are."""
    found = {reading.place.folder.name: reading for reading in readings(home)}
    if wanted not in found:
        raise _no_such_pack(wanted, found)
    return found[wanted]


def _no_such_pack(wanted: str, known: Iterable[str]) -> Missing:
    names = sorted(known)
    return Missing(
        f"没有名为 {wanted} 的数据包。已有：{'、'.join(names) or '（无）'}。",
        f"There is no pack {wanted}. Known: {', '.join(names) or 'none'}.",
        pack=wanted,
    )


def wheel_folder() -> Path:
    """The folder whose folders are the packs that ship with the hub."""
    return Path(__file__).parent.parent / "packs"


def _wheel() -> Iterator[Place]:
    yield from (Place(file.parent, "wheel") for file in sorted(wheel_folder().glob(f"*/{MANIFEST}")))


def _folders(root: Path | None) -> Iterator[Place]:
    if root is not None:
        yield from (Place(file.parent, "folder") for file in sorted(root.glob(f"*/{MANIFEST}")))


def _packages() -> Iterator[Place]:
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        spec = find_spec(point.value)
        roots = [Path(root) for root in (spec.submodule_search_locations or ())] if spec else []
        yield from (Place(root, "package") for root in roots if (root / MANIFEST).is_file())
