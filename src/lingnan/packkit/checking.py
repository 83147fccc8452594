"""The one checker of all packs: every rule over every pack, exemptions that must be needed, and repairs by machine where asked."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lingnan.packkit.pack import MANIFEST, Reading
from lingnan.packkit.rules import Ground, Rule, rules
from lingnan.packkit.rules.contracts import NAME as DRAFTED
from lingnan.packkit.rules.files import NAME as READABLE
from lingnan.packkit.shapes import STAGES, Finding, Stage
from lingnan.packkit.trials import bench
from lingnan.standards import Contract

Tables = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Standing:
    """How a pack stands: what its stage still asks, and what the next stages would ask beside."""

    pack: str
    stage: str
    findings: tuple[Finding, ...]
    ahead: tuple[Finding, ...]

    @property
    def earned(self) -> bool:
        """Whether the stage it claims is earned."""
        return not self.findings


def check_packs(
    readings: Sequence[Reading], tables: Tables | None = None, only: Collection[str] = (), promised: Callable[[], Mapping[str, Contract]] = dict,
) -> list[Standing]:
    """Every pack (or those named) held to every rule; `tables` are columns and types of tables that the hub is known to make.

    `promised` tells the contracts of tables that packs may need, from which those that a pack lacks are drafted.
    """
    packs = [each.pack for each in readings if each.pack is not None]
    given = {table: told for pack in packs for table, told in pack.contracts.items() if table.startswith(f"{pack.id}.")}
    with bench() as engine:
        ground = Ground(engine, tuple(readings), tables or {}, lambda: {**promised(), **given})
        return [_standing(reading, ground) for reading in readings if not only or reading.place.folder.name in only]


def mend(standings: Iterable[Standing]) -> int:
    """Put right what a machine can; gives how many findings."""
    mended = 0
    for each in (found for standing in standings for found in (*standing.findings, *standing.ahead)):
        if each.mend is not None:
            each.mend()
            mended += 1
    return mended


def _standing(reading: Reading, ground: Ground) -> Standing:
    stage: Stage = reading.pack.manifest.stage if reading.pack else STAGES[0]
    exempt = reading.pack.manifest.exempt if reading.pack else {}
    now: list[Finding] = []
    ahead: list[Finding] = []
    for rule in _looked(reading):
        found = list(rule.look(reading, ground))
        if rule.name in exempt:
            now += _exempted(reading, rule, found)
        else:
            (now if STAGES.index(rule.stage) <= STAGES.index(stage) else ahead).extend(found)
    known = {rule.name for rule in rules()}
    now += [_unknown(reading, name) for name in sorted(set(exempt) - known)]
    return Standing(reading.place.folder.name, stage, tuple(now), tuple(ahead))


def _looked(reading: Reading) -> tuple[Rule, ...]:
    """The rules that can say something true while a file cannot be read: others would call missing what stands in it.

    Contracts are looked at all the same, because a stream cannot be read before that of its table was drafted.
    """
    return tuple(rule for rule in rules() if not reading.faults or rule.name in (READABLE, DRAFTED))


def _exempted(reading: Reading, rule: Rule, found: list[Finding]) -> list[Finding]:
    if rule.stage == STAGES[0]:
        return [*found, _finding(reading, rule.name, f"规则 {rule.name} 人人须守，不能豁免。", f"Every pack keeps {rule.name}; nobody is exempt.")]
    if not found:
        return [_finding(reading, rule.name, f"已不需要豁免 {rule.name}，请删去。", f"No exemption from {rule.name} is needed any more; delete it.")]
    return []


def _unknown(reading: Reading, name: str) -> Finding:
    known = "、".join(rule.name for rule in rules())
    return _finding(reading, "identity", f"没有规则 {name}。有：{known}。", f"There is no rule {name}. Known: {known.replace('、', ', ')}.")


def _finding(reading: Reading, rule: str, zh: str, en: str) -> Finding:
    return Finding(reading.place.folder.name, rule, MANIFEST, zh, en)
