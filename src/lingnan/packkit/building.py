"""The steps of a build that a pack brings: one for each table it keeps, made over the versions of what it reads."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial

import pyarrow as pa

from lingnan.base import CHINA, Clock
from lingnan.jobs import Step, StepContext, StepResult, code_digest, in_both
from lingnan.lake import ColumnOrigin, EngineSession, TableOrigins
from lingnan.methods import watched_learning, without_learning
from lingnan.packkit.laying import AS_OF, bound_values, contract_schema, in_order, lay_cleaned, lay_parameters
from lingnan.packkit.modelling.measuring import measured
from lingnan.packkit.modelling.register import TOO_LITTLE, ModelRegister, model_digest
from lingnan.packkit.models import run_model
from lingnan.packkit.pack import Pack
from lingnan.packkit.statements import laid_name
from lingnan.standards import Contract

GROUP = "packs"


def pack_steps(packs: Iterable[Pack], there: Collection[str], clock: Clock, models: ModelRegister | None = None) -> list[Step]:
    """All steps of these packs; `there` are the tables that the rest of the hub makes. A needed table that nobody makes counts as empty.

    With `models` a model that learns is used only as that register allows, its baseline else.
    """
    known = list(packs)
    made = {*there, *(pack.table(name) for pack in known for name in pack.kept)}
    return [_step(pack, name, made, clock, models) for pack in known for name in pack.kept]


def _step(pack: Pack, name: str, made: Collection[str], clock: Clock, models: ModelRegister | None) -> Step:
    needs = pack.needs_of(name)
    lacking = tuple(table for table in needs if table not in made)
    title = pack.manifest.title

    def run(context: StepContext) -> StepResult:
        made_of = _make(pack, name, context, lacking, models)
        told = in_both(
            f"{title.zh}的 {name} 缺少来源表：{'、'.join(lacking)}；按空表计算。",
            f"{name} of {title.en} lacks tables it reads: {', '.join(lacking)}; they count as empty.",
        )
        return StepResult({pack.table(name): made_of}, (told,) if lacking else ())

    return Step(
        f"pack:{pack.id}:{name}", "packs", f"建 {title.zh} {name}", f"Build {name} of {title.en}", run,
        inputs=(*(table for table in needs if table in made), *(pack.table(each) for each in pack.inputs_of(name))), outputs=(pack.table(name),),
        code=pack.digest_of(name), fingerprint=partial(_mark, pack, name, clock, models) if _asks_for_the_day(pack, name) else None,
        groups=(GROUP, f"pack:{pack.id}"), columns=partial(origins, pack, name),
    )


def _asks_for_the_day(pack: Pack, name: str) -> bool:
    """Whether a table is another one tomorrow: it asks for the day, binds a figure that changes with it, or is a model's."""
    bound = {each for part in pack.parts_of(name) for each in part.bound}
    return name in pack.manifest.models or AS_OF in bound or any(len(pack.parameters[each].values) > 1 for each in bound & set(pack.parameters))


def _mark(pack: Pack, name: str, clock: Clock, models: ModelRegister | None) -> str:
    """The day; for a model that learns also whether it is approved, so that a decision is followed by the next build."""
    day = clock.now().astimezone(CHINA).date().isoformat()
    model = pack.manifest.models.get(name)
    if models is None or model is None or model.learns is None:
        return day
    return f"{day} {models.approved(pack.id, name, model_digest(pack, name))}"


def _make(pack: Pack, name: str, context: StepContext, lacking: Collection[str], models: ModelRegister | None) -> int:
    as_of = context.clock.now().astimezone(CHINA).date()
    with context.engine.session(context.views()) as session:
        placed = lay_parameters(session, pack, pack.parts_of(name))
        for table in lacking:
            placed[table] = laid_name(table)
            session.add_arrow(placed[table], contract_schema(pack.contracts[table]).empty_table())
        for each in pack.inputs_of(name):
            session.execute(f"create temp view {each} as select * from {pack.table(each)}")
        lay_cleaned(session, pack, name, placed, as_of)
        if name in pack.statements:
            statement = pack.statements[name]
            sql, values = statement.placed(placed), bound_values(pack, statement.bound, as_of)
        else:
            sql, values = f"select * from {_modelled(session, pack, name, context, models)}", {}
        session.write(pack.table(name), typed(sql, pack.contracts.get(pack.table(name))), context.facts(), params=values or None)
    return context.lake.rows(pack.table(name))


def _modelled(session: EngineSession, pack: Pack, name: str, context: StepContext, models: ModelRegister | None) -> str:
    as_of = context.clock.now().astimezone(CHINA).date()
    reads: dict[str, pa.Table] = {each: in_order(session.query(f"select * from {each}")) for each in pack.manifest.models[name].reads}
    session.add_arrow(laid_name(f"modelled.{name}"), _settled(pack, name, reads, as_of, context.inputs, models))
    return laid_name(f"modelled.{name}")


def _settled(
    pack: Pack, name: str, reads: Mapping[str, pa.Table], as_of: date, inputs: Mapping[str, int], models: ModelRegister | None,
) -> pa.Table:
    """What a model makes; where it learns, has been entered in the register and may not be used, what it makes of its baseline."""
    learned = pack.manifest.models[name].learns
    with watched_learning() as seen:
        made = run_model(pack, name, reads, as_of)
    if models is None or learned is None:
        return made
    digest, lacking = model_digest(pack, name), "" if seen.learnt else seen.missing or TOO_LITTLE
    found = measured(learned, made, reads, models.reference(pack.id, name, digest), lacking)
    barred = models.settle(pack.id, name, digest, found, inputs)
    if barred is None or lacking:
        return made  # of a model in use, or of the baseline where nothing was learnt: the rows say why
    with without_learning(barred):
        return run_model(pack, name, reads, as_of)


def typed(sql: str, contract: Contract | None) -> str:
    """A select cast to what its contract promises; a working table without one stays as it comes."""
    if contract is None:
        return sql
    columns = ", ".join(f"cast({each.name} as {each.physical_type}) as {each.name}" for each in contract.properties)
    return f"select {columns} from ({sql}) as made"


def origins(pack: Pack, name: str) -> Mapping[str, TableOrigins]:
    """What every column of a kept table is made of: from the SQL, by its scopes; of a model's, every column it reads."""
    table = pack.table(name)
    if name not in pack.statements:
        read = tuple(f"{pack.table(each)}.{column}" for each in pack.manifest.models[name].reads for column in columns_of(pack, each))
        told = pack.manifest.models[name].title.en
        return {table: {column: ColumnOrigin(worked_out=read, expression=told) for column in columns_of(pack, name)}}
    text, whole, schema = pack.statements[name].text, _with_cleaned(pack, name), _schema(pack, name)
    told_by = code_digest("lingnan.govern.lineage")
    found = pack.memory.keep("lineage", told_by, lambda: _lineage(whole, schema), whole, repr(sorted(schema.items())))
    return {table: {
        column: ColumnOrigin(worked_out=tuple(_real(pack, each) for each in made_of), expression=text) for column, made_of in found.items()
    }}


def _lineage(text: str, schema: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    from lingnan.govern import column_lineage  # the parser of SQL takes half a second to load; few builds have something new to tell

    return dict(column_lineage(text, schema))


def _with_cleaned(pack: Pack, name: str) -> str:
    """The table's select with the cleaned tables as parts of it, so that lineage goes through them."""
    cleaned = [f"{each} as (\n{pack.statements[each].text}\n)" for each in pack.cleaned_for(name)]
    return f"with {', '.join(cleaned)}\nselect * from (\n{pack.statements[name].text}\n) as made" if cleaned else pack.statements[name].text


def _schema(pack: Pack, name: str) -> dict[str, tuple[str, ...]]:
    needs = {table: tuple(each.name for each in pack.contracts[table].properties) for table in pack.needs_of(name) if table in pack.contracts}
    return {**needs, **{each: columns_of(pack, each) for each in pack.inputs_of(name)}}


def _real(pack: Pack, column: str) -> str:
    table, _, name = column.rpartition(".")
    return f"{pack.table(table)}.{name}" if table in pack.made else column


def columns_of(pack: Pack, name: str) -> tuple[str, ...]:
    """Columns of one of the pack's tables, by its contract or its select."""
    contract = pack.contracts.get(pack.table(name))
    if contract is not None:
        return tuple(each.name for each in contract.properties)
    return pack.statements[name].columns if name in pack.statements else ()
