"""Takes over what packs bring for collecting: their streams and forms become sources of the home, which may then be changed there."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from lingnan.base import content_digest
from lingnan.collect import Feed
from lingnan.collect.forms.definitions import promised_contract
from lingnan.packkit import Pack
from lingnan.standards import write_contract

_MARK = re.compile(r"# .*\[([0-9a-f]{16})\]\n")


def take_over(home: Path, packs: Iterable[Pack]) -> list[Path]:
    """Write what is not there, and what was written from a pack and not changed since; gives the files written.

    A file that somebody changed in the home stays as it is: where a broker stands is the hub's affair.
    """
    wanted = {file: (pack.id, text) for pack in packs for file, text in _files(pack).items()}
    return [home / file for file, (pack, text) in wanted.items() if _written(home / file, pack, text)]


def _files(pack: Pack) -> dict[str, str]:
    found: dict[str, str] = {}
    for feed in pack.parts["streams"].values():
        found |= _stream(feed)
    for form in pack.parts["forms"].values():
        found |= _form(pack, form)
    return found


def _stream(feed: Feed) -> dict[str, str]:
    department, _, name = feed.id.partition(".")
    told = yaml.safe_load(feed.path.read_text(encoding="utf-8"))
    contract = (feed.path.parent / feed.file.contract).read_text(encoding="utf-8")
    return {
        f"sources/{department}/{name}.contract.yaml": contract,
        f"sources/{department}/{name}.yaml": _text({**told, "contract": f"{name}.contract.yaml"}),
    }


def _form(pack: Pack, form: Any) -> dict[str, str]:
    """Feed, contract and form, as a form made at the terminal has them."""
    department, _, name = form.form.partition(".")
    title = {"zh": form.title.zh, "en": form.title.en or form.title.zh}
    promised = promised_contract(pack.contracts[form.form], form.form, title["zh"], title["en"])
    feed = {
        "feed": form.form, "title": title, "department": form.department.model_dump(exclude_defaults=True), "connector": "form",
        "location": f"forms/entries/{form.form}/*.json", "options": {"records": "rows"}, "load": "append", "key": list(promised.key),
        "cadence": "realtime", "contract": f"{name}.contract.yaml", "origin": form.origin,
        **({"licence": "本机构在线填报 filled in online, own data"} if form.origin == "real" else {}),
    }
    told = form.model_dump(mode="json", exclude_defaults=True, exclude={"department", "origin"})
    return {
        f"sources/{department}/{name}.contract.yaml": write_contract(promised), f"sources/{department}/{name}.yaml": _text(feed),
        f"forms/{form.form}.yaml": _text(told),
    }


def _text(told: dict[str, Any]) -> str:
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False)


def _written(file: Path, pack: str, text: str) -> bool:
    """Whether the file was written: it was not there, or is an older one of the pack that nobody changed."""
    digest = content_digest(text)[:16]
    if file.exists():
        held = file.read_text(encoding="utf-8")
        marked = _MARK.match(held)
        if marked is None or marked[1] == digest or content_digest(held[marked.end():])[:16] != marked[1]:
            return False
    file.parent.mkdir(parents=True, exist_ok=True)
    told = f"# 由数据包 {pack} 带来；改动后不再随包更新。 Brought by the pack {pack}; once changed here it stays. [{digest}]\n"
    file.write_text(told + text, encoding="utf-8")
    return True
