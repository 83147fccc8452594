"""Prepares a demo: the made province, real files beside it, and a made steward who may look."""

import json
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from lingnan.base import Progress, Unavailable, WrongUse
from lingnan.hub.real import place_real_files
from lingnan.hub.service import Hub
from lingnan.trust import SYSTEM

STEWARD, PROVINCE = "steward", "440000"
FIRST_PORT, PORTS = 20_000, 10_000


@dataclass(frozen=True)
class DemoGround:
    """What was laid out: the port on which the made departments' live interfaces answer, and whether it was made anew."""

    api_port: int
    made: bool


def prepare_demo(home: Path, scale: float, seed: int, progress: Progress) -> DemoGround:
    """Make the province (unless the same one stands) and place the real files; the same scale and seed make the same."""
    if not 0 < scale <= 1000:
        raise WrongUse(
            f"规模 {scale} 不在允许范围。请给出大于 0、不超过 1000 的数（1 约为千分之一个广东）。",
            f"Scale {scale} is out of range. Give a number above 0 and up to 1000 (1 is one thousandth of Guangdong).",
        )
    place_real_files(home)
    note = home / "world" / "demo.json"
    wanted = {"scale": scale, "seed": seed}
    if note.is_file() and {key: value for key, value in json.loads(note.read_text()).items() if key in wanted} == wanted:
        return DemoGround(int(json.loads(note.read_text())["api_port"]), made=False)
    port, place = _free_port(), secrets.token_hex(4)
    _make_world(home, scale, seed, progress, f"http://127.0.0.1:{port}/{place}")
    note.write_text(json.dumps({**wanted, "api_port": port, "api_place": place}))
    return DemoGround(port, made=True)


def make_steward(hub: Hub) -> str:
    """A one-time sign-in token for the made steward, whose account is made when it is missing."""
    prepare_steward(hub)
    return hub.trust.issue_link(STEWARD, by=SYSTEM)


def prepare_steward(hub: Hub) -> None:
    """Make the made steward's account, of the province's office, when it is missing."""
    if not hub.trust.accounts.exists(STEWARD):
        hub.trust.accounts.make_organisation("zhengwu", "政务服务数据管理局", "Government Services and Data Administration")
        hub.trust.accounts.make_account(
            STEWARD, "演示数据管理员", "Demo steward", roles=("steward",), organisation="zhengwu", division=PROVINCE
        )


def _make_world(home: Path, scale: float, seed: int, progress: Progress, api_url: str) -> None:
    try:
        from lingnan.world import make_world  # needs the extra `world`; a hub in service does not carry it
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"缺少造演示省所需的组件 {error.name}。请安装：pip install 'lingnan[world]'。",
            f"The part {error.name} that makes the demo province is missing. Install: pip install 'lingnan[world]'.",
        ) from error
    make_world(home, scale, seed, progress, api_url=api_url)


def _free_port() -> int:
    """A free port below the range systems lend to outgoing calls; drawn, so that demos started at once do not meet."""
    while True:
        port = FIRST_PORT + secrets.randbelow(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
