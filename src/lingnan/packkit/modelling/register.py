"""The register of models: a version is a candidate until a second person approved it, and used only while it beats its baseline."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import Clock, Conflict, Missing, ModelMoved, content_digest
from lingnan.jobs import code_digest
from lingnan.methods import BarredBy
from lingnan.packkit.modelling.measuring import MOVED, WORSE, Measured, Spreads
from lingnan.packkit.modelling.records import ModelFit, ModelVersion
from lingnan.packkit.pack import Pack
from lingnan.storage import Storage

LIBRARIES = ("numpy", "scikit-learn", "pyarrow")
LEARNERS = ("lingnan.methods.forecasting", "lingnan.methods.scorecards", "lingnan.methods.sequences")
State = Literal["candidate", "approved", "retired"]
Answering = Literal["model", "next_build", "not_approved", "not_better", "retired", "extra_missing", "too_little", "not_built"]
"""What answers in a model's place and why: the model itself, or its baseline and the reason. `next_build`: approved, used from then on."""
TOO_LITTLE = "data"
"""What a fit lacked where there was too little to learn from; else the name of an extra."""
MOST_FITS = 60


@dataclass(frozen=True)
class ModelStanding:
    """A version with its newest fit; None before the first."""

    pack: str
    name: str
    digest: str
    state: State
    libraries: Mapping[str, str]
    seen_at: datetime
    decided_at: datetime | None
    decided_by: str
    case_number: str
    reference: int
    fit: Mapping[str, Any] | None

    @property
    def answering(self) -> Answering:
        """What answers now, and why."""
        if self.fit is None:
            return "not_built"
        if self.fit["lacking"]:
            return "too_little" if self.fit["lacking"] == TOO_LITTLE else "extra_missing"
        if self.state != "approved":
            return "not_approved" if self.state == "candidate" else "retired"
        if not self.fit["beats"]:
            return "not_better"
        return "model" if self.fit["used"] else "next_build"


def model_digest(pack: Pack, name: str) -> str:
    """What a version is known by: the pack's code, texts and figures behind the model, the methods that learn, the libraries."""
    told = sorted(libraries().items())
    return content_digest(pack.digest_of(name), repr(pack.manifest.models[name].learns), code_digest(*LEARNERS), repr(told))


def libraries() -> dict[str, str]:
    """The installed versions of what models learn with."""
    found = {}
    for each in LIBRARIES:
        try:
            found[each] = version(each)
        except PackageNotFoundError:
            found[each] = ""
    return found


class ModelRegister:
    """The models of one hub."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def approved(self, pack: str, name: str, digest: str) -> bool:
        """Whether that version was approved and not retired since."""
        with self._storage.reading() as session:
            found = session.get(ModelVersion, (pack, name, digest))
            return found is not None and found.state == "approved"

    def reference(self, pack: str, name: str, digest: str) -> Spreads:
        """How the watched inputs lay when the version was approved; nothing before."""
        with self._storage.reading() as session:
            held = session.get(ModelVersion, (pack, name, digest))
            fit = session.get(ModelFit, (pack, name, held.reference)) if held and held.reference else None
            return dict(fit.spreads) if fit else {}

    def settle(self, pack: str, name: str, digest: str, found: Measured, data: Mapping[str, int]) -> BarredBy | None:
        """Enter one fit; why the model may not be used, None where it may. What has moved since the approval is announced."""
        now = self._clock.now()
        with self._storage.session() as session:
            held = session.get(ModelVersion, (pack, name, digest))
            if held is None:
                held = ModelVersion(pack=pack, name=name, digest=digest, state="candidate", libraries=libraries(), seen_at=now, reference=0)
                session.add(held)
            barred = _barred(held.state, found)
            number = (session.scalar(select(func.max(ModelFit.number)).where(ModelFit.pack == pack, ModelFit.name == name)) or 0) + 1
            session.add(ModelFit(
                pack=pack, name=name, number=number, digest=digest, learnt_at=now, data=dict(data), rows=found.rows,
                folds=[asdict(each) for each in found.folds], error=found.error, baseline_error=found.baseline_error, beats=found.beats,
                used=barred is None and not found.lacking, spreads={key: dict(each) for key, each in found.spreads.items()}, drift=dict(found.drift),
                read={table: asdict(each) for table, each in found.read.items()}, measures=dict(found.measures), lacking=found.lacking,
            ))
            if held.state == "approved" and not found.lacking:
                self._tell(session, held, found)
        return barred

    def decide(self, pack: str, name: str, digest: str, state: State, by: str, case: str) -> None:
        """What a case decided: approving one version retires the one in use. Again it changes nothing; Missing for a version nobody learnt."""
        now = self._clock.now()
        with self._storage.session() as session:
            held = session.get(ModelVersion, (pack, name, digest))
            if held is None:
                raise _unknown(pack, name)
            if held.case_number == case and held.state == state:
                return
            if held.state == "retired":
                raise Conflict(
                    "已停用的模型版本不能恢复，请改进后作为新版本申请。", "A retired version does not come back; ask for a new one.", pack=pack,
                    model=name,
                )
            if state == "approved":
                in_use = select(ModelVersion).where(ModelVersion.pack == pack, ModelVersion.name == name, ModelVersion.state == "approved")
                for other in session.scalars(in_use.where(ModelVersion.digest != digest)):
                    other.state, other.decided_at, other.decided_by, other.case_number = "retired", now, by, case
                fits = select(func.max(ModelFit.number)).where(ModelFit.pack == pack, ModelFit.name == name, ModelFit.digest == digest)
                held.reference = session.scalar(fits) or 0
            held.state, held.decided_at, held.decided_by, held.case_number = state, now, by, case

    def listing(self, pack: str = "", name: str = "") -> list[ModelStanding]:
        """Every version, newest first, of one model or of all."""
        wanted = select(ModelVersion).order_by(ModelVersion.pack, ModelVersion.name, ModelVersion.seen_at.desc())
        wanted = wanted.where(ModelVersion.pack == pack) if pack else wanted
        wanted = wanted.where(ModelVersion.name == name) if name else wanted
        with self._storage.reading() as session:
            return [self._standing(session, each) for each in session.scalars(wanted)]

    def fits(self, pack: str, name: str) -> list[dict[str, Any]]:
        """The newest times a model was learnt, of whatever version, oldest first."""
        newest = select(ModelFit).where(ModelFit.pack == pack, ModelFit.name == name).order_by(ModelFit.number.desc()).limit(MOST_FITS)
        with self._storage.reading() as session:
            return [_told(each) for each in reversed(session.scalars(newest).all())]

    @staticmethod
    def _standing(session: Session, held: ModelVersion) -> ModelStanding:
        newest = select(ModelFit).where(ModelFit.pack == held.pack, ModelFit.name == held.name, ModelFit.digest == held.digest)
        fit = session.scalars(newest.order_by(ModelFit.number.desc()).limit(1)).first()
        return ModelStanding(
            held.pack, held.name, held.digest, held.state, dict(held.libraries), held.seen_at, held.decided_at,  # type: ignore[arg-type]
            held.decided_by, held.case_number, held.reference, _told(fit) if fit else None,
        )

    def _tell(self, session: Session, held: ModelVersion, found: Measured) -> None:
        """Announce an approved model whose inputs have moved, whose error grew, or that no longer beats its baseline."""
        first = session.get(ModelFit, (held.pack, held.name, held.reference))
        moved = sorted(name for name, index in found.drift.items() if index >= MOVED)
        worse = first is not None and _is_worse(first, found)
        if moved or worse or not found.beats:
            self._storage.announce(session, ModelMoved(
                held.pack, held.name, "、".join(moved) or "—", round(max(found.drift.values(), default=0.0), 3), found.error, found.baseline_error,
                found.beats,
            ), f"{held.pack}.{held.name}")


def _barred(state: str, found: Measured) -> BarredBy | None:
    """Why a version in this state may not be used."""
    if state != "approved":
        return "retired" if state == "retired" else "not_approved"
    return None if found.beats else "not_better"


def _told(fit: ModelFit) -> dict[str, Any]:
    return {each.name: getattr(fit, each.name) for each in ModelFit.__table__.columns}


def _is_worse(first: ModelFit, found: Measured) -> bool:
    """Whether a fit errs so many times as much as that of the approval; of a number that should be great, whether it is so many times smaller."""
    if first.error is None or found.error is None or first.baseline_error is None:
        return False
    small_is_good = first.error < first.baseline_error
    return found.error > WORSE * first.error if small_is_good else WORSE * found.error < first.error


def _unknown(pack: str, name: str) -> Missing:
    return Missing(
        f"模型 {pack}.{name} 没有这个版本。请先构建该数据包。", f"The model {pack}.{name} has no such version. Build the pack first.",
        pack=pack, model=name,
    )
