"""`catalogue search`: find resources."""

from typing import Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, show

app = typer.Typer(help="目录 the catalogue", no_args_is_help=True)


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
