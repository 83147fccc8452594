"""`catalogue show`, `versions`, `compare`, `overdue`: one resource, its versions, what differs between two, and what is late."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.catalogue import Difference, ResourceCard, ResourceForm

Key = Annotated[str, typer.Argument(help="资源编号、代码、键或表名 id, code, key or table of the resource")]


def show_resource(
    resource: Key, version: Annotated[int | None, typer.Option("--version", min=1, help="第几版 number of the version", show_default=False)] = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """查看一项资源或其某一版 show one resource, or one version of it."""
    from lingnan.cli.opening import open_hub, who_acts

    english = language(lang) == "en"
    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "catalogue.search")
        if version is None:
            card = hub.catalogue.resource(resource)
            told, rows = card.model_dump(), _card_rows(card, english)
        else:
            kept = hub.catalogue.life.version(resource, version)
            told, rows = kept.model_dump(), _form_rows(kept.form, english)
    if as_json:
        answer(told)
    else:
        show(rows)


def versions(resource: Key, home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """列出各版本 list the versions of a resource."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "catalogue.search")
        found = hub.catalogue.life.versions(resource)
    if as_json:
        answer({"versions": [each.model_dump(exclude={"form"}) for each in found]})
        return
    show([
        (str(each.number), f"{each.valid_from:%Y-%m-%d}\t{each.valid_until:%Y-%m-%d}\t{each.case or each.basis}" if each.valid_until
         else f"{each.valid_from:%Y-%m-%d}\t\t{each.case or each.basis}")
        for each in found
    ])


def compare(
    resource: Key, before: Annotated[int, typer.Argument(min=1, help="旧版 older version")],
    after: Annotated[int, typer.Argument(min=1, help="新版 newer version")], home: Home = None, lang: Lang = None, as_json: AsJson = False,
    account: As = None,
) -> None:
    """比较两个版本 tell in what two versions differ."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "catalogue.search")
        found = hub.catalogue.life.compare(resource, before, after)
    if as_json:
        answer(found.model_dump())
        return
    show([_difference(each, language(lang) == "en") for each in found.differences])
    say(f"共 {len(found.differences)} 处不同。", f"{len(found.differences)} differences.", language(lang))


def overdue(
    department: Annotated[str, typer.Option("--department", help="只看此部门 only of this department", show_default=False)] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """列出超过更新周期的资源 list the resources that are later than their cycle and its grace allow."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "page.govern")
        found = hub.catalogue.life.overdue(department)
    if as_json:
        answer({"overdue": [each.model_dump() for each in found]})
        return
    english = language(lang) == "en"
    show([(each.resource, f"{each.en if english else each.zh}\t{each.department}\t{each.due_on}\t{each.days_late}") for each in found])
    say(f"逾期 {len(found)} 项。", f"{len(found)} are overdue.", language(lang))


def _card_rows(card: "ResourceCard", english: bool) -> list[tuple[str, str]]:
    from lingnan.catalogue import label

    def word(field: str, value: str) -> str:
        return label(field, value)[english]

    rows = [
        (card.key, f"{(card.en or card.zh) if english else card.zh}\t{word('status', card.status)}\t{card.version}"),
        *((each.code, (each.item_en if english else each.item_zh) or word("scheme", each.scheme)) for each in card.classifications),
        (card.department.key, (card.department.en or card.department.zh) if english else card.department.zh),
        ("share", f"{word('share_type', card.share_type)}\t{word('share_way', card.share_way)}\t{card.share_condition or card.share_basis}"),
        ("open", f"{word('open_type', card.open_type)}\t{card.open_condition or card.open_basis}"),
        ("cycle", word("update_cycle", card.update_cycle)),
        *((each.kind, f"{each.key or each.target}\t{(each.en or each.zh) if english else each.zh}") for each in card.relations),
        *((item.name, f"{item.en if english else item.zh}\t{item.type}\t{item.classification}\t{item.element}") for item in card.items),
    ]
    if card.tombstone:
        rows.insert(1, ("withdrawn", f"{card.withdrawn_at:%Y-%m-%d}\t{card.tombstone.reason}\t{card.tombstone.replacement}"))
    return rows


def _form_rows(form: "ResourceForm", english: bool) -> list[tuple[str, str]]:
    told: dict[str, Any] = form.model_dump(mode="json", exclude={"items", "department", "system"}, exclude_defaults=True)
    plain = [(name, str(value)) for name, value in told.items()]
    return [*plain, *((item.name, f"{item.en if english else item.zh}\t{item.type}\t{item.classification}") for item in form.items)]


def _difference(each: "Difference", english: bool) -> tuple[str, str]:
    return each.field, f"{each.en if english else each.zh}\t{each.before}\t→\t{each.after}"
