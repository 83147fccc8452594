"""`catalogue search`, `check`, `export`: find resources, hold the index against the records, hand out directories."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.base import WrongUse
from lingnan.cli import template
from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, show

if TYPE_CHECKING:
    from lingnan.catalogue import DirectoryKind

app = typer.Typer(help="目录 the catalogue", no_args_is_help=True)
app.command("template")(template.template)
app.command("import")(template.import_file)


@app.callback()
def _group() -> None:
    """目录 the catalogue."""


@app.command("search")
def search(
    words: Annotated[str, typer.Argument(help="要找的词 words to find")], home: Home = None, lang: Lang = None, as_json: AsJson = False,
    account: As = None,
) -> None:
    """查找资源 find resources."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "catalogue.search")
        found = hub.catalogue.search(words)
    if as_json:
        items = [{"id": each.id, "code": each.code, "name": each.name, "department": each.department} for each in found.items]
        answer({"total": found.total, "items": items, "facets": [facet.model_dump() for facet in found.facets]})
        return
    show([(each.code, f"{each.name_en if language(lang) == 'en' else each.name}\t{each.table}") for each in found.items])


@app.command("check")
def check(
    mend: Annotated[bool, typer.Option("--mend", help="按登记内容重建索引 write the index anew from the records")] = False,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> int:
    """核对索引、检索文字与登记内容 hold index, words and columns against the records; exit code 1 when they differ."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "catalogue.edit")
        if mend:
            hub.catalogue.mend()
        found = hub.catalogue.inspect()
    if as_json:
        answer({"clean": found.clean, **found.model_dump()})
    else:
        show([(name, str(count)) for name, count in (("resources", found.resources), ("items", found.items), ("terms", found.terms))])
        show([("index", "ok" if found.index_sound else "damaged")])
        show([("differs", key) for key in sorted({*found.differing, *found.columns_differing})])
    return 0 if found.clean else 1


@app.command("export")
def export(
    form: Annotated[str, typer.Option("--format", help="dcat（Turtle）或 xlsx（指南表） dcat (Turtle) or xlsx (the guide's form)")] = "xlsx",
    directory: Annotated[str, typer.Option(help="sharing 共享目录或 open 开放目录 sharing or open")] = "sharing",
    department: Annotated[str, typer.Option(help="只要一个部门（xlsx） one department only (xlsx)")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="写到哪个文件 the file to write")] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """导出目录 export a directory."""
    from lingnan.cli.opening import open_hub, who_acts

    kind, suffix = _directory(directory), _suffix(form)
    path = out or Path(f"{kind}-directory{suffix}")
    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "catalogue.search")
        directories = hub.catalogue.directories
        written = (
            directories.write_dcat(path, kind, hub.settings.site) if form == "dcat" else directories.write_guide_form(path, kind, department)
        )
    if as_json:
        answer({"file": str(path), "format": form, "directory": kind, "resources": written})
        return
    show([(str(path), str(written))])


def _directory(name: str) -> "DirectoryKind":
    kinds: dict[str, DirectoryKind] = {"sharing": "sharing", "open": "open"}
    if name in kinds:
        return kinds[name]
    raise WrongUse(f"没有名为“{name}”的目录。可用：sharing、open。", f"There is no directory “{name}”. There are: sharing, open.", directory=name)


def _suffix(form: str) -> str:
    if form not in ("dcat", "xlsx"):
        raise WrongUse(f"不能导出为“{form}”。可用：dcat、xlsx。", f"There is no format “{form}”. There are: dcat, xlsx.", format=form)
    return ".ttl" if form == "dcat" else ".xlsx"
