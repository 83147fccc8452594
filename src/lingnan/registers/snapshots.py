"""The yearly snapshot 年度快照: a register as it was true on 31 December by what was known when it was taken; kept for good, never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from lingnan.base import CHINA, BadInput, Conflict, Missing, WrongUse, content_digest
from lingnan.lake import CommitFacts, Engine, EngineSession, Lake, View
from lingnan.registers.definitions import register_definition, register_definitions
from lingnan.registers.records import RegisterSnapshot
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.statements import surviving
from lingnan.registers.words import slices
from lingnan.storage import Storage
from lingnan.trust import Subject, Trust, holds_personal_value, writing

ACTION, STEP = "build.run", "registers.snapshot"
FIRST_YEAR, LONGEST_REASON = 1949, 500


@dataclass(frozen=True)
class SnapshotEdition:
    """One edition of one year's snapshot, as it is cited: table, year, edition, the version it was first held by, its rows and their digest.

    `counts` has the entries by division of six digits, under an empty key those without one.
    """

    register: str
    table: str
    year: int
    edition: int
    as_of: date
    known_at: datetime
    version: int
    entries: int
    digest: str
    counts: Mapping[str, int]
    reason: str
    taken_by: str


class Snapshots:
    """The yearly snapshots of one hub's registers."""

    def __init__(self, storage: Storage, trust: Trust, lake: Lake, engine: Engine) -> None:
        self._storage, self._trust, self._lake, self._engine = storage, trust, lake, engine

    def take(self, subject: Subject, register: str, year: int, *, again: bool = False, reason: str = "") -> SnapshotEdition:
        """Take a year's snapshot: what was true on its last day, as known now.

        Conflict when it was taken already and no further edition is asked for; a further one takes a reason and leaves the earlier in place.
        BadInput before the year's last day; Missing before the register is built; Refused for who may not build.
        """
        definition, reason = register_definition(register), reason.strip()
        self._trust.allow(subject, ACTION, register)
        self._check(definition, year, again, reason)
        with writing(self._trust.audit, subject, STEP, register, facts={"year": year, "again": again}) as told:
            taken = self._keep(definition, year, subject, reason)
            told.tell(edition=taken.edition, entries=taken.entries, version=taken.version, digest=taken.digest)
            return taken

    def take_due(self, subject: Subject) -> tuple[SnapshotEdition, ...]:
        """Take the snapshot of the last 31 December for every register that is built and has none; for the schedule, after an outage too."""
        today = self._storage.clock.now().astimezone(CHINA).date()
        year = today.year if today == date(today.year, 12, 31) else today.year - 1
        built = [each.register_ for each in register_definitions() if self._lake.exists(each.observations)]
        return tuple(self.take(subject, each, year) for each in built if not self.listing(each, year))

    def listing(self, register: str, year: int | None = None) -> tuple[SnapshotEdition, ...]:
        """Every edition of a register's snapshots, or of one year's, the newest first."""
        definition = register_definition(register)
        wanted = select(RegisterSnapshot).where(RegisterSnapshot.register == register)
        wanted = wanted if year is None else wanted.where(RegisterSnapshot.year == year)
        with self._storage.reading() as session:
            found = session.scalars(wanted.order_by(RegisterSnapshot.year.desc(), RegisterSnapshot.edition.desc())).all()
            return tuple(_edition(definition, each) for each in found)

    def intact(self, edition: SnapshotEdition) -> bool:
        """Whether the rows of an edition still have the digest they were taken with."""
        with self._engine.session(self._views(edition.table)) as session:
            return _digest(session, f"select * from {edition.table} where year = {edition.year} and edition = {edition.edition}") == edition.digest

    def _check(self, definition: RegisterDefinition, year: int, again: bool, reason: str) -> None:
        if year < FIRST_YEAR or self._storage.clock.now().astimezone(CHINA).date() < date(year, 12, 31):
            raise BadInput(
                f"{year} 年度快照须在该年 12 月 31 日当日或之后生成。请改用已结束的年度。",
                f"The snapshot of {year} can be taken from 31 December of that year on. Name a year that has ended.", year=year,
            )
        taken = self.listing(definition.register_, year)
        if taken and not again:
            day = f"{taken[0].known_at.astimezone(CHINA):%Y-%m-%d}"
            raise Conflict(
                f"{definition.title.zh} {year} 年度快照已于 {day} 生成，不得覆盖。确需重新生成，请用 --again 并说明理由。",
                f"The snapshot of {year} was taken on {day} and is never overwritten. For a further edition use --again with a reason.",
                register=definition.register_, year=year,
            )
        if (again and not reason) or len(reason) > LONGEST_REASON or holds_personal_value(reason):
            raise WrongUse(
                f"重新生成须说明理由（至多 {LONGEST_REASON} 字，不得含身份证号、手机号等）。",
                f"A further edition takes a reason of at most {LONGEST_REASON} characters, without numbers of persons.",
            )
        if not self._lake.exists(definition.observations):
            raise Missing(
                f"{definition.title.zh}尚未建成。请先运行 lingnan build。", f"{definition.title.en} is not built yet. Run lingnan build first.",
                register=definition.register_,
            )

    def _keep(self, definition: RegisterDefinition, year: int, subject: Subject, reason: str) -> SnapshotEdition:
        known, day, words = self._storage.clock.now(), date(year, 12, 31), definition.observations
        with self._engine.session(self._views(words, definition.snapshot)) as session:
            edition = self._next_edition(session, definition, year)
            _lay(session, definition, year, edition, day, known, self._lake.rows(words))
            version = self._write(session, definition, CommitFacts(
                job=STEP, inputs={words: self._lake.version(words)}, extra={"year": year, "edition": edition, "known_at": known.isoformat()},
            ))
            counts, digest = _counts(session, definition), _digest(session, "select * from taken")
        record = RegisterSnapshot(
            register=definition.register_, year=year, edition=edition, as_of=day, known_at=known, table_version=version,
            words_version=self._lake.version(words), entries=sum(counts.values()), digest=digest, counts=counts, reason=reason,
            taken_by=subject.reference,
        )
        with self._storage.session() as database:
            database.add(record)
            database.flush()
            return _edition(definition, record)

    def _views(self, *tables: str) -> dict[str, View]:
        return self._trust.views_for_step(STEP, {table: self._lake.newest(table) for table in tables if self._lake.exists(table)})

    def _next_edition(self, session: EngineSession, definition: RegisterDefinition, year: int) -> int:
        """Behind what is listed and what the table holds: rows of a take that died before it was listed are nobody's."""
        listed = [each.edition for each in self.listing(definition.register_, year)]
        held = 0
        if self._lake.exists(definition.snapshot):
            sql = f"select max(edition) as edition from {definition.snapshot} where year = {year}"
            held = session.query(sql).to_pylist()[0]["edition"] or 0
        return max([0, held, *listed]) + 1

    def _write(self, session: EngineSession, definition: RegisterDefinition, facts: CommitFacts) -> int:
        """Add the rows; a register that has gained attributes has its earlier years written along, with nothing in the new columns."""
        table, rows = definition.snapshot, "select * from taken order by year, edition, entry_id"
        if not self._lake.exists(table):
            return session.write(table, rows, facts)
        if self._lake.schema(table).names == session.query("select * from taken limit 0").schema.names:
            return session.write(table, rows, facts, mode="append")
        together = f"select * from (select * from taken where false union all by name select * from {table} union all by name {rows})"
        return session.write(table, together, facts)


def _lay(session: EngineSession, definition: RegisterDefinition, year: int, edition: int, day: date, known: datetime, rows: int) -> None:
    """Make the temporary table `taken`: the entries of the day as known then, grouped part by part."""
    held = f"""(select * from {definition.observations} where known_from <= $known and (known_to is null or known_to > $known)
  and $day >= coalesce(valid_from, date '0001-01-01') and $day < coalesce(valid_to, date '9999-12-31') and {{}})"""
    made = f"select cast({year} as integer) as year, cast({edition} as integer) as edition, * from ({{}}) as entries"
    for place, part in enumerate(slices(rows)):
        begin = "create or replace temp table taken as" if place == 0 else "insert into taken"
        session.execute(f"{begin} {made.format(surviving(definition, held.format(part)))}", {"known": known, "day": day})


def _counts(session: EngineSession, definition: RegisterDefinition) -> dict[str, int]:
    place = "coalesce(substr(division, 1, 6), '')" if "division" in definition.attributes else "''"
    rows = session.query(f"select {place} as division, count(*) as n from taken group by 1 order by 1").to_pylist()
    return {row["division"]: row["n"] for row in rows}


def _digest(session: EngineSession, rows: str) -> str:
    """A digest over rows in whatever order; a value that is absent leaves no trace, so that a column added later changes nothing."""
    names = sorted(session.query(f"{rows} limit 0").schema.names)
    parts = " || ".join(f"coalesce('{name}' || length(cast({name} as varchar)) || ':' || cast({name} as varchar), '')" for name in names)
    halves = ", ".join(f"coalesce(sum(cast('0x' || substr(h, {at}, 15) as bigint)), 0)::varchar as h{at}" for at in (1, 16))
    row = session.query(f"select count(*)::varchar as n, {halves} from (select md5({parts}) as h from ({rows}) as kept)").to_pylist()[0]
    return content_digest(row["n"], row["h1"], row["h16"])


def _edition(definition: RegisterDefinition, record: RegisterSnapshot) -> SnapshotEdition:
    return SnapshotEdition(
        record.register, definition.snapshot, record.year, record.edition, record.as_of, record.known_at.astimezone(UTC), record.table_version,
        record.entries, record.digest, dict(record.counts), record.reason, record.taken_by,
    )
