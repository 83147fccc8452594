"""The real files that a demo carries beside the made province, each with its licence, and the placing of them in a hub's home."""

from pathlib import Path

from lingnan.collect import read_feed

_SHIPPED = Path(__file__).parent
_CONTRACT_END = ".contract.yaml"

__all__ = ["place_real_files"]


def place_real_files(home: Path) -> list[str]:
    """Copy data to `HOME/real/` and feeds with contracts to `HOME/sources/`, only what differs; the ids of the feeds, in order."""
    placed = []
    for source in sorted(path for path in _SHIPPED.glob("*/*") if path.is_file() and path.suffix not in (".py", ".pyc")):
        described = source.suffix == ".yaml"
        target = home / ("sources" if described else "real") / source.relative_to(_SHIPPED)
        _place(source, target)
        if described and not source.name.endswith(_CONTRACT_END):
            placed.append(target)
    return sorted(read_feed(path).id for path in placed)


def _place(source: Path, target: Path) -> None:
    """Write the copy only when it differs, so that a file already collected keeps its time."""
    content = source.read_bytes()
    if target.is_file() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
