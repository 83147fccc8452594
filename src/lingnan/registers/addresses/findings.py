"""The verbs of findings about addresses: made, taken back, and read as they hold today."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict, Missing
from lingnan.govern import KnownName
from lingnan.registers.addresses.records import AddressFinding
from lingnan.registers.addresses.shapes import AddressSettled, Finding, FindingKind
from lingnan.standards import Divisions, code_list
from lingnan.storage import Storage
from lingnan.trust import Subject, Trust, holds_personal_value, writing

SETTLE, TAKE_BACK, LIBRARY = "register.review", "register.review.take_back", "addresses"
KINDS, LONGEST_PLACE, LONGEST_REASON = ("text", "road", "estate", "place"), 200, 500
_CITY, _COUNTY = 2, 3


class AddressFindings:
    """What clerks find about addresses that the text alone leaves open; every verb is one transaction, decided on and told in the log."""

    def __init__(self, storage: Storage, trust: Trust) -> None:
        self._storage, self._trust = storage, trust

    def settle(self, subject: Subject, kind: FindingKind, place: str, division: str, *, scope: str = "", reason: str = "") -> Finding:
        """Find that an address, or the one bearer of a name inside `scope`, lies in `division`; it holds from now on. Refused or BadInput."""
        asked = _checked(kind, place.strip(), division, scope, reason.strip())
        self._trust.allow(subject, SETTLE, LIBRARY)
        facts = {"kind": kind, "division": division, "scope": scope}
        with writing(self._trust.audit, subject, SETTLE, LIBRARY, facts=facts) as told, self._storage.session() as session:
            asked.decided_by, asked.decided_at = subject.reference, self._storage.clock.now()
            session.add(asked)
            session.flush()
            self._announce(session)
            told.tell(finding=asked.id)
            return _shape(asked)

    def take_back(self, subject: Subject, finding: str) -> Finding:
        """Undo one finding, so that the one before it holds again; Missing when there is none, Conflict when it was taken back."""
        self._trust.allow(subject, TAKE_BACK, LIBRARY)
        told = writing(self._trust.audit, subject, TAKE_BACK, LIBRARY, facts={"finding": finding})
        with told, self._storage.session() as session:
            record = session.get(AddressFinding, finding)
            if record is None:
                raise Missing(f"没有编号为 {finding} 的地址认定。", f"There is no finding {finding} about an address.", finding=finding)
            if record.taken_back_at is not None:
                raise Conflict("这一认定已经撤回。", "This finding was taken back already.", finding=finding)
            record.taken_back_by, record.taken_back_at = subject.reference, self._storage.clock.now()
            session.flush()
            self._announce(session)
            return _shape(record)

    def latest(self, limit: int = 50) -> tuple[Finding, ...]:
        """The latest findings, those taken back too."""
        with self._storage.reading() as session:
            wanted = select(AddressFinding).order_by(AddressFinding.decided_at.desc(), AddressFinding.sequence.desc()).limit(limit)
            return tuple(map(_shape, session.scalars(wanted)))

    def in_force(self) -> tuple[Finding, ...]:
        """One finding for each address and name, the last that was not taken back."""
        with self._storage.reading() as session:
            return findings_in_force(session)

    def _announce(self, session: Session) -> None:
        self._storage.announce(session, AddressSettled(1, findings_mark(session)), LIBRARY)


def findings_in_force(session: Session) -> tuple[Finding, ...]:
    """One finding for each address and name, the last that was not taken back, ordered by what it is about."""
    wanted = select(AddressFinding).where(AddressFinding.taken_back_at.is_(None)).order_by(AddressFinding.decided_at, AddressFinding.sequence)
    holding = {(each.kind, each.place, each.scope): _shape(each) for each in session.scalars(wanted)}
    return tuple(holding[about] for about in sorted(holding))


def findings_mark(session: Session) -> str:
    """Changes whenever a finding is made or taken back: what a build compares to know whether it is due."""
    return str(session.scalar(select(func.max(AddressFinding.sequence))) or "")


def known_names(found: Iterable[Finding]) -> list[KnownName]:
    """Findings as the parser takes them. A county that has ended counts as its one successor; where there are several, the finding rests."""
    known = []
    for each in found:
        today = _today(each.division)
        if len(today) == 1:
            township = each.township if each.township[:6] == today[0] else ""
            known.append(KnownName(each.kind, each.place, today[0], each.scope, township))
    return known


def _today(division: str) -> tuple[str, ...]:
    entry = _divisions().get(division)
    return (division,) if entry is not None and entry.valid_to is None else _divisions().successor(division)


def _checked(kind: str, place: str, division: str, scope: str, reason: str) -> AddressFinding:
    if kind not in KINDS or not 2 <= len(place) <= LONGEST_PLACE:
        raise BadInput(
            f"请给出 2 至 {LONGEST_PLACE} 字的地址（text）、道路（road）、小区（estate）或地点（place）。",
            f"Give an address (text), road, estate or place of 2 to {LONGEST_PLACE} characters.", kind=kind,
        )
    known = _divisions()
    county = known.get(division)
    if county is None or county.valid_to is not None or len(division) != 6 or not (county.level == _COUNTY or county.role == "holder"):
        raise BadInput(f"“{division}”不是现行区县的代码。", f"“{division}” is not the code of a county in force.", division=division)
    above = known.get(scope) if scope else None
    if kind == "text" and scope:
        raise BadInput("认定一条地址时不写范围。", "A finding about one address has no scope.", scope=scope)
    if kind != "text" and (above is None or (above.level or _COUNTY) > _CITY or not division.startswith(_digits(scope))):
        raise BadInput(
            f"“{scope}”不是该区县所在的省或市；名称须在某一省、市内唯一。",
            f"“{scope}” is no province or city the county lies in; a name must stand once inside a province or city.", scope=scope,
        )
    if len(reason) > LONGEST_REASON or holds_personal_value(reason):
        raise BadInput(
            f"理由不超过 {LONGEST_REASON} 字，且不得含身份证号、手机号或护照号。",
            f"A reason has at most {LONGEST_REASON} characters and holds no citizen, mobile or passport number.",
        )
    return AddressFinding(kind=kind, place=place, scope=scope, division=division, reason=reason)


def _digits(scope: str) -> str:
    return scope[:2] if scope.endswith("0000") else scope[:4]


def _divisions() -> Divisions:
    found = code_list("divisions")
    if not isinstance(found, Divisions):
        raise TypeError("the divisions list is read by its own class")
    return found


def _shape(record: AddressFinding) -> Finding:
    return Finding(**{name: getattr(record, name) for name in Finding.__dataclass_fields__})
