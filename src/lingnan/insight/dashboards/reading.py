"""Reads a board's file, and says what is wrong with it in a sentence."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError
from yaml import YAMLError

from lingnan.base import BadInput, load_yaml
from lingnan.insight.dashboards.spec import Board

OWN = Path(__file__).parent / "boards"


def read_board(file: Path) -> Board:
    """The board of a file, whose name without the ending is its id; BadInput says where it does not fit its form."""
    try:
        board = Board.model_validate(load_yaml(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()[:3])
        raise BadInput(
            f"看板 {file.name} 不符合格式：{told}", f"Board {file.name} does not fit its form: {told}", file=file.name,
        ) from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise BadInput(f"看板 {file.name} 读不出来：{error}", f"Board {file.name} cannot be read: {error}", file=file.name) from error
    if board.id != file.stem:
        raise BadInput(
            f"看板文件 {file.name} 中的 id 是 {board.id}，应与文件名相同。",
            f"Board file {file.name} has the id {board.id}; it must equal the file's name.", file=file.name,
        )
    return board


@cache
def own_boards() -> tuple[Board, ...]:
    """The hub's own boards, by the names of their files."""
    return tuple(read_board(file) for file in sorted(OWN.glob("*.yaml")))
