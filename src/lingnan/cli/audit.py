"""`trust verify` and `trust checkpoint export|cosign|take|check`: proof that the log is what was written, also before others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say

if TYPE_CHECKING:
    from lingnan.hub import Hub
    from lingnan.trust import CheckpointFile, Subject, Verification

app = typer.Typer(help="审计日志的检查点 checkpoints of the log, signed and co-signed", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="检查点文件 checkpoint file", exists=True, dir_okay=False)]
Accept = Annotated[str, typer.Option("--accept", help="核对后接受的密钥编号 id of a key you compared with its owner", show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", help="写入文件 file to write; else standard output", show_default=False)]


@app.callback()
def _group() -> None:
    """审计日志的检查点 checkpoints of the log, signed and co-signed."""


def verify(home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> int:
    """核验审计日志 check the log; exit code 1 when an entry was edited, removed, reordered or cut off, or a signature does not hold."""
    with _permitted(home, lang, account) as (hub, _who):
        return _tell(hub.trust.verify(), as_json, lang)


@app.command("export")
def export(
    since: Annotated[int | None, typer.Option("--since", help="证明的起点 where the proof begins", show_default=False)] = None,
    out: Out = None, home: Home = None, lang: Lang = None, account: As = None,
) -> None:
    """导出检查点供他方共签 export a checkpoint with its proof, for a witness."""
    with _permitted(home, lang, account) as (hub, _who):
        _write(hub.trust.witnessing.export(since), out)


@app.command("cosign")
def cosign(file: File, accept: Accept = "", out: Out = None, home: Home = None, lang: Lang = None, account: As = None) -> None:
    """以见证方身份共签 co-sign another hub's checkpoint; refused when its log did not only grow."""
    with _permitted(home, lang, account) as (hub, who):
        signed = hub.trust.witnessing.cosign(_read(file), accept, who)
        _write(signed, out)
    checkpoint = signed.note.checkpoint
    say(f"已共签“{checkpoint.origin}”至第 {checkpoint.size} 条。", f"Co-signed “{checkpoint.origin}” up to entry {checkpoint.size}.", language(lang))


@app.command("take")
def take(file: File, accept: Accept = "", home: Home = None, lang: Lang = None, account: As = None) -> None:
    """收存见证方的共签 keep the co-signatures a witness sent back."""
    with _permitted(home, lang, account) as (hub, who):
        witnesses = hub.trust.witnessing.take(_read(file), accept, who)
    say(f"已收存共签：{'、'.join(witnesses)}。", f"Kept the co-signatures of {', '.join(witnesses)}.", language(lang))


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="见证方保存的文件 files that witnesses kept", exists=True, dir_okay=False)],
    accept: Accept = "", home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """对照见证方的共签核验日志 check the log against what witnesses saw; exit code 1 when it was cut off or has two faces."""
    with _permitted(home, lang, account) as (hub, _who):
        return _tell(hub.trust.witnessing.check([_read(file) for file in files], accept), as_json, lang)


@contextmanager
def _permitted(home: Path | None, lang: str | None, account: str | None) -> "Iterator[tuple[Hub, Subject]]":
    """The hub, for whoever may verify its log; a log too damaged to write that down is verified all the same."""
    from lingnan.base import Damaged
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        who = who_acts(hub, account)
        try:
            hub.trust.allow(who, "trust.verify")
        except Damaged:
            if not hub.trust.point.permits(who, "trust.verify")[0]:
                raise
        yield hub, who


def _tell(found: "Verification", as_json: bool, lang: str | None) -> int:
    damaged = [{"first": each.first, "last": each.last, "reason": each.reason, "zh": each.zh, "en": each.en} for each in found.damaged]
    if as_json:
        answer({"entries": found.entries, "damaged": damaged, "root": found.root})
    say(f"{found.entries} 条记录，{len(damaged)} 处损坏。", f"{found.entries} entries, {len(damaged)} damaged.", language(lang))
    for each in found.damaged[:20]:
        say(f"  {each.zh}", f"  {each.en}", language(lang))
    return 0 if found.sound else 1


def _read(file: Path) -> "CheckpointFile":
    from lingnan.trust import CheckpointFile

    return CheckpointFile.from_text(file.read_text(encoding="utf-8"))


def _write(file: "CheckpointFile", out: Path | None) -> None:
    if out is None:
        typer.echo(file.to_text(), nl=False)
    else:
        out.write_text(file.to_text(), encoding="utf-8")
