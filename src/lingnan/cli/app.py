"""The tree of commands; each command's work is imported when it is called, to keep `--help` quick."""

import typer

from lingnan.cli import (
    case,
    casework,
    catalogue,
    collect,
    demo,
    govern,
    hub,
    insight,
    issuers,
    keys,
    lineage,
    linking,
    packs,
    registers,
    resources,
    serve,
    standards,
    storage,
    subscriptions,
    trust,
    world,
)

app = typer.Typer(
    name="lingnan", help="岭南 Lingnan：政务数据枢纽 a government data hub", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False, rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("build")(hub.build)
app.command("serve")(serve.serve)
app.command("worker")(hub.worker)
app.command("status")(hub.status)
app.command("doctor")(hub.doctor)
app.add_typer(world.app, name="world")
app.add_typer(collect.app, name="collect")
govern.app.command("link")(linking.link_records)
govern.app.command("explain")(linking.explain)
app.add_typer(govern.app, name="govern")
app.add_typer(lineage.app, name="lineage")
app.add_typer(registers.app, name="registers")
catalogue.app.command("show")(resources.show_resource)
catalogue.app.command("versions")(resources.versions)
catalogue.app.command("compare")(resources.compare)
catalogue.app.command("overdue")(resources.overdue)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(standards.app, name="standards")
app.add_typer(storage.app, name="storage")
app.add_typer(casework.app, name="casework")
app.add_typer(case.app, name="case")
app.add_typer(packs.app, name="pack")
insight.app.add_typer(subscriptions.app, name="subscriptions")
app.add_typer(insight.app, name="insight")
trust.app.add_typer(keys.app, name="keys")
trust.app.add_typer(issuers.app, name="issuers")
trust.app.command("sign")(keys.sign)
trust.app.command("check-signature")(keys.check_signature)
app.add_typer(trust.app, name="trust")
