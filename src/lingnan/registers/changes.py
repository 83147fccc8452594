"""The change feed of a register: which entries changed at which moment of knowing, read from words alone, never from table versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from lingnan.base import BadInput, Conflict, WrongUse
from lingnan.lake import Engine, EngineSession, View
from lingnan.registers.definitions import register_definition
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.statements import surviving, words_of
from lingnan.registers.words import TECHNICAL, slices

Kind = Literal["added", "changed", "merged", "split", "retired"]
KINDS: tuple[Kind, ...] = ("added", "changed", "merged", "split", "retired")
MOST_CHANGES = 1000
LEAST_LOOKED_AT = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Change:
    """What one entry's surviving values became at one moment of knowing; `before` and `after` hold what differs, nothing else.

    `successor` is the entry that a merged one lives on in; `identifier` is the entry's own, absent before it was added.
    """

    entry: str
    at: datetime
    kind: Kind
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    successor: str = ""


@dataclass(frozen=True)
class Changes:
    """A part of the feed; `cursor` is the place after it, also when nothing was new, `more` whether something stands behind it already."""

    items: tuple[Change, ...]
    cursor: str
    more: bool


@dataclass(frozen=True)
class Place:
    """A place in the feed, and how many words had begun and ended up to it: words are added and closed, never removed, so a count that
    differs later says that history before the place was told anew."""

    at: datetime = _EPOCH
    entry: str = ""
    begun: int = 0
    ended: int = 0

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """The place a cursor names, the beginning for an empty one; BadInput when it is none."""
        if not cursor:
            return cls()
        try:
            moment, entry, begun, ended = cursor.split(".")
            return cls(_EPOCH + timedelta(microseconds=int(moment)), entry, int(begun), int(ended))
        except (ValueError, OverflowError) as error:
            raise BadInput(
                f"游标“{cursor[:60]}”无法识别。请原样使用上一页给出的游标，或留空从头读起。",
                f"The cursor “{cursor[:60]}” cannot be read. Use the one the last page gave, or none to begin at the beginning.",
            ) from error

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.entry}.{self.begun}.{self.ended}"

    @property
    def params(self) -> dict[str, Any]:
        """The values that conditions over places are bound to."""
        return {"at": self.at, "entry": self.entry}


def changes(
    register: str, engine: Engine, views: Mapping[str, View], *, cursor: str = "", limit: int = 100, newest_first: bool = False
) -> Changes:
    """What became known after the cursor, oldest first: one item per entry and moment, masked as the views are.

    The same words always give the same feed, and played from the beginning it gives the register of today. Whoever sees a value masked is
    not told that it changed behind its mask. Conflict when words older than the cursor came in since: then the reader begins anew.
    `newest_first` goes the other way, for people; its cursor then leads back in time.
    """
    if not 1 <= limit <= MOST_CHANGES:
        raise WrongUse(
            f"每页变更数须在 1 到 {MOST_CHANGES} 之间；收到 {limit}。", f"A page has 1 to {MOST_CHANGES} changes; got {limit}.", limit=limit,
        )
    feed = _Feed(register_definition(register), newest_first)
    with engine.session(views) as session:
        place = feed.begin(session, views, cursor)
        found: list[Change] = []
        while True:
            asked = max(limit - len(found), LEAST_LOOKED_AT)
            looked_at = feed.lay(session, place, asked)
            fresh = list(feed.changes(session))
            room = limit - len(found)
            found += fresh[:room]
            if len(fresh) > room or (len(fresh) == room and looked_at):
                place = Place(found[-1].at, found[-1].entry)
                return Changes(tuple(found), feed.cursor(session, place), feed.more(session, place))
            if looked_at:
                place = feed.last(session)
            if looked_at < asked:
                return Changes(tuple(found), feed.cursor(session, place), more=False)


def count_changes(definition: RegisterDefinition, engine: Engine, views: Mapping[str, View], since: datetime) -> dict[str, int]:
    """How many changes of each kind became known after a moment, counted by the engine; kinds that did not occur are absent."""
    feed, counted = _Feed(definition), dict.fromkeys(KINDS, 0)
    with engine.session(views) as session:
        feed.begin(session, views, "")
        waiting = session.query(f"select count(*) as n from ({_MOMENTS.format(words=definition.observations, after='learnt > $at')})", {"at": since})
        for part in slices(waiting.to_pylist()[0]["n"]):
            feed.lay_part(session, f"learnt > $at and {part}", {"at": since})
            for row in session.query(f"select kind, count(*) as n from ({feed.told()}) as told group by kind").to_pylist():
                counted[row["kind"]] += row["n"]
    return {kind: number for kind, number in counted.items() if number}


def last_known(definition: RegisterDefinition, engine: Engine, views: Mapping[str, View]) -> datetime | None:
    """The last moment at which anything of a register became known; None when nothing ever did."""
    sql = f"select greatest(max(known_from), max(known_to)) as learnt from {definition.observations}"
    found: datetime | None = engine.query(sql, views).to_pylist()[0]["learnt"]
    return found


# A moment of an entry: when one of its words began or ceased to be held so.
_MOMENTS = """select entry_id, learnt from (
  select entry_id, known_from as learnt from {words} union all select entry_id, known_to as learnt from {words} where known_to is not null
) as known where {after} group by entry_id, learnt"""


@dataclass
class _Feed:
    """The statements of one reading: `moments` are laid down part by part, each with what the entry was before and after it."""

    definition: RegisterDefinition
    backwards: bool = False
    shown: tuple[str, ...] = field(default=(), init=False)
    identities: bool = field(default=False, init=False)

    def begin(self, session: EngineSession, views: Mapping[str, View], cursor: str) -> Place:
        """Where reading begins; Conflict when what lies before has changed since the cursor was given."""
        words = self.definition.observations
        self.shown = tuple(session.query(f"select * from {words} limit 0").schema.names)
        self.identities = self.definition.identities in views
        place = Place.read(cursor)
        if cursor and not self.backwards and self._count(session, place) != (place.begun, place.ended):
            raise Conflict(
                "游标之前的历史已按新到的数据重新讲述。请去掉游标，从头重读变更。",
                "History before this cursor was told anew from what came in since. Read the feed from its beginning, without a cursor.",
            )
        if self.backwards and not cursor:
            return Place(datetime(9999, 1, 1, tzinfo=UTC))
        return place

    def cursor(self, session: EngineSession, place: Place) -> str:
        """The cursor that leads on from a place."""
        begun, ended = self._count(session, place)
        return str(Place(place.at, place.entry, begun, ended))

    def more(self, session: EngineSession, place: Place) -> bool:
        """Whether any moment lies behind a place."""
        sql = f"select 1 from ({_MOMENTS.format(words=self.definition.observations, after=self._after())}) as moments limit 1"
        return bool(session.query(sql, place.params).num_rows)

    def _count(self, session: EngineSession, place: Place) -> tuple[int, int]:
        until = "({0} < $at or ({0} = $at and entry_id <= $entry))"
        sql = f"select count(*) filter (where {until.format('known_from')}) as begun, count(*) filter (where {until.format('known_to')}) as ended"
        row = session.query(f"{sql} from {self.definition.observations}", place.params).to_pylist()[0]
        return row["begun"], row["ended"]

    def _after(self) -> str:
        sign = "<" if self.backwards else ">"
        return f"(learnt {sign} $at or (learnt = $at and entry_id {sign} $entry))"

    def lay(self, session: EngineSession, place: Place, limit: int) -> int:
        """Lay down the next moments after a place; gives how many there were."""
        order = "learnt desc, entry_id desc" if self.backwards else "learnt, entry_id"
        return self.lay_part(session, self._after(), place.params, f" order by {order} limit {int(limit)}")

    def lay_part(self, session: EngineSession, after: str, params: Mapping[str, Any], part: str = "") -> int:
        """Lay down the moments that a condition chooses, and the values their entries had before and after."""
        moments = _MOMENTS.format(words=self.definition.observations, after=after) + part
        session.execute(f"create or replace temp table moments as {moments}", params)
        session.execute(f"create or replace temp table of_them as {self._words_of_them()}")
        for name, held in (("before", "w.known_from < m.learnt and (w.known_to is null or w.known_to >= m.learnt)"),
                           ("after", "w.known_from <= m.learnt and (w.known_to is null or w.known_to > m.learnt)")):
            session.execute(f"create or replace temp table values_{name} as {self._values(held)}")
        return int(session.query("select count(*) as n from moments").to_pylist()[0]["n"])

    def _words_of_them(self) -> str:
        """The words of the entries concerned; a column that a view leaves out has no values."""
        types = {**TECHNICAL, **words_of(self.definition, ()).columns}
        columns = ", ".join(name if name in self.shown else f"cast(null as {kind}) as {name}" for name, kind in types.items())
        return f"select {columns} from {self.definition.observations} where valid_to is null and entry_id in (select entry_id from moments)"

    def _values(self, held: str) -> str:
        """What survived in each moment's state: the moment joins the entry's id, so that each state is an entry of its own."""
        rest = ", ".join(f"w.{name}" for name in words_of(self.definition, ()).names if name != "entry_id")
        key = "m.entry_id || '@' || cast(epoch_us(m.learnt) as varchar)"
        states = f"select {key} as entry_id, {rest} from moments as m join of_them as w on w.entry_id = m.entry_id where {held}"
        return surviving(self.definition, f"({states})")

    @property
    def names(self) -> tuple[str, ...]:
        """The identifier and the attributes, whose values the feed tells."""
        return (self.definition.identifier, *self.definition.attributes)

    def told(self) -> str:
        """SQL: the moments at which surviving values changed, with their kind and the values of both sides."""
        differs = " or ".join(f"b.{name} is distinct from a.{name}" for name in self.names)
        values = ", ".join(f"{side}.{name} as {label}_{name}" for side, label in (("b", "before"), ("a", "after")) for name in self.names)
        key = "m.entry_id || '@' || cast(epoch_us(m.learnt) as varchar)"
        joined = f"""from moments as m left join values_before as b on b.entry_id = {key} left join values_after as a on a.entry_id = {key}
{self._events()}"""
        return f"""select m.entry_id, m.learnt, {_KIND} as kind, i.successor, {values}
{joined} where (b.entry_id is null) <> (a.entry_id is null) or {differs}"""

    def _events(self) -> str:
        """What happened to the identity of an entry up to each moment, where it is kept."""
        if not self.identities:
            return "left join (select null as entry_id, null as successor, null as event, null as since) as i on false"
        return f"""left join (
  select m.entry_id, m.learnt, max_by(w.superseded_by, w.known_from) as successor, max_by(w.event, w.known_from) as event, max(w.known_from) as since
  from moments as m join {self.definition.identities} as w on w.entry_id = m.entry_id
  where w.known_from <= m.learnt and (w.known_to is null or w.known_to > m.learnt) group by m.entry_id, m.learnt
) as i on i.entry_id = m.entry_id and i.learnt = m.learnt"""

    def changes(self, session: EngineSession) -> Iterator[Change]:
        """The changes among the moments laid down, in the order of the feed."""
        order = "learnt desc, entry_id desc" if self.backwards else "learnt, entry_id"
        for row in session.query(f"select * from ({self.told()}) as told order by {order}").to_pylist():
            pairs = {name: (row[f"before_{name}"], row[f"after_{name}"]) for name in self.names}
            changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            yield Change(
                row["entry_id"], row["learnt"].astimezone(UTC), row["kind"], {name: old for name, (old, _new) in changed.items()},
                {name: new for name, (_old, new) in changed.items()}, row["successor"] or "" if row["kind"] == "merged" else "",
            )

    def last(self, session: EngineSession) -> Place:
        """The last moment that was looked at."""
        order = "learnt, entry_id" if self.backwards else "learnt desc, entry_id desc"
        row = session.query(f"select entry_id, learnt from moments order by {order} limit 1").to_pylist()[0]
        return Place(row["learnt"].astimezone(UTC), row["entry_id"])


_KIND = """case when b.entry_id is not null and a.entry_id is null then case when i.successor is not null then 'merged' else 'retired' end
  when i.since = m.learnt and i.event in ('split', 'unmerged') then 'split'
  when b.entry_id is null then 'added' else 'changed' end"""
