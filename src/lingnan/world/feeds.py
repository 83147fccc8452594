"""Puts the feeds' descriptions and contracts, written by hand beside this file, where the hub looks for them."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from lingnan.world.province import Province

_API = "http://127.0.0.1:8401"
_SERVER = "postgresql://127.0.0.1:5432/renshe"


def copy_feeds(province: Province) -> None:
    """Copies every file of `sources` to HOME/sources, with the port and the server of this province."""
    for department in sorted((entry for entry in (files("lingnan.world") / "sources").iterdir() if entry.is_dir()), key=lambda entry: entry.name):
        target = province.home / "sources" / department.name
        target.mkdir(parents=True, exist_ok=True)
        for file in department.iterdir():
            if file.name.endswith(".yaml"):
                (target / file.name).write_text(_placed(file, province), encoding="utf-8")


def _placed(file: Traversable, province: Province) -> str:
    text = file.read_text(encoding="utf-8").replace(_API, province.api_url)
    return text.replace(_SERVER, province.postgres_url) if province.postgres_url else text
