"""What policy and catalogue must know of the tables that packs make; a column is as guarded as the most guarded one it depends on."""

from collections.abc import Collection, Iterable, Mapping

from lingnan.catalogue import DepartmentForm, ItemForm, ResourceForm
from lingnan.hub.inheritance import CLASSES, GRADES, TYPES
from lingnan.hub.purchases import terms_together
from lingnan.lake import ColumnOrigin
from lingnan.packkit import Pack, origins
from lingnan.standards import SHIPPED, Contract, Property
from lingnan.trust import Bought, Classified, Column
from lingnan.trust.shapes import Classification, Grade

FIGURES = "parameters"
"""The area under which statements read tables of figures."""
RELEASED = "released"
"""Custom property of a column in a pack's contract: why it is not as guarded as what it is worked out of, as a count of many rows is not.

Only packs of the wheel are believed: others were read by nobody here.
"""
OWN_ONLY = "ownOnly"
"""Custom property of a table in a pack's contract: each row is for the one alone whom it is about, and so is what is made of it."""


def pack_classes(known: Iterable[Pack], others: Mapping[str, Classified]) -> dict[str, Classified]:
    """Every table that packs keep, by name; `others` are the tables of the rest of the hub."""
    tables, found = dict(others), dict[str, Classified]()
    held = {(each.table, column.name): column for each in others.values() for column in each.columns}
    for pack in _in_order(known):
        for name in pack.kept:
            made = _classified(pack, name, tables, held)
            found[made.table] = tables[made.table] = made
            held |= {(made.table, column.name): column for column in made.columns}
    return found


def _in_order(known: Iterable[Pack]) -> list[Pack]:
    """Packs after those they need."""
    left, done = {pack.id: pack for pack in known}, list[Pack]()
    while left:
        ready = [pack for pack in left.values() if not {table.partition(".")[0] for table in pack.manifest.needs} & (set(left) - {pack.id})]
        for pack in ready or list(left.values()):
            done.append(left.pop(pack.id))
    return done


def _classified(pack: Pack, name: str, known: Mapping[str, Classified], held: Mapping[tuple[str, str], Column]) -> Classified:
    """`held` are the columns of `known` by table and name."""
    table = pack.table(name)
    contract = pack.contracts.get(table)
    columns, terms, own_only = [], list[Bought | None](), contract is not None and bool(contract.custom.get(OWN_ONLY))
    for column, origin in origins(pack, name)[table].items():
        promised = contract.named(column) if contract else None
        sources = [held[key] for each in origin.columns if (key := _key(each)) in held]
        columns.append(_column(column, promised, sources, traced=_traced(origin, held), believed=pack.origin == "wheel"))
        if not _released(promised, believed=pack.origin == "wheel"):
            made_of = [known[source] for each in origin.columns if (source := _key(each)[0]) in known]
            terms, own_only = [*terms, *(each.bought for each in made_of)], own_only or any(each.own_only for each in made_of)
    shared = [known[each].share_type for each in pack.needs_of(name) if each in known]
    share_type = max(["conditional", *shared], key=TYPES.index)
    return Classified(table, tuple(columns), "derived", "conditional", share_type, bought=terms_together(terms), own_only=own_only)


def _key(column: str) -> tuple[str, str]:
    table, _, name = column.rpartition(".")
    return table, name


def _traced(origin: ColumnOrigin, held: Collection[tuple[str, str]]) -> bool:
    """Whether all that a column is made of is known: columns with a class of their own, or figures of law, which are public."""
    return bool(origin.columns) and all(_key(each) in held or each.startswith(f"{FIGURES}.") for each in origin.columns)


def _column(name: str, promised: Property | None, sources: list[Column], *, traced: bool, believed: bool) -> Column:
    """By its contract and never less than its sources; without a contract as its sources are, and internal where not all of them are known."""
    fallback: Classification = "public" if promised is None and traced else "internal"
    own = next((each for each in CLASSES if promised is not None and each == promised.classification), fallback)
    grade: Grade = next((each for each in GRADES if promised is not None and each == promised.grade), "general")
    if not _released(promised, believed=believed):
        own = max([own, *(each.classification for each in sources)], key=CLASSES.index)
    grade = max([grade, *(each.grade for each in sources)], key=GRADES.index)
    return Column(name, own, (promised.element or "") if promised else "", promised.physical_type if promised else "VARCHAR", grade)


def _released(promised: Property | None, *, believed: bool) -> bool:
    return believed and promised is not None and bool(promised.custom.get(RELEASED))


def pack_forms(known: Iterable[Pack], bureau: DepartmentForm, classified: Mapping[str, Classified]) -> list[ResourceForm]:
    """One form for each table that packs give to others."""
    return [_form(pack, name, bureau, classified[pack.table(name)]) for pack in known for name in pack.manifest.gives if name in pack.made]


def _form(pack: Pack, name: str, bureau: DepartmentForm, classified: Classified) -> ResourceForm:
    contract = pack.contracts[pack.table(name)]
    classes = {column.name: column.classification for column in classified.columns}
    zh, en = pack.manifest.title.zh, pack.manifest.title.en
    cycle = pack.manifest.refresh
    return ResourceForm(
        key=pack.table(name), zh=f"{zh}：{contract.zh}", en=f"{en}: {contract.en}", department=bureau, kind="derived", category="",
        abstract_zh=pack.manifest.description.zh, abstract_en=pack.manifest.description.en, origin="derived", table=pack.table(name),
        update_cycle=cycle, items=_items(contract, classes), contract_version=contract.version,
    )


def _items(contract: Contract, classes: Mapping[str, Classification]) -> tuple[ItemForm, ...]:
    return tuple(
        ItemForm(
            name=each.name, zh=each.zh, en=each.en, type=each.physical_type, element=each.element or "",
            code_list=each.code_list if each.code_list and each.code_list in SHIPPED.lists else "",
            classification=classes.get(each.name, "internal"), key=each.primary_key, unit=str(each.custom.get("unit", "")),
        )
        for each in contract.properties
    )
