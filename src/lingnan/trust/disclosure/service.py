"""Holds the figures an account is given over protected tables against each other: how many in a day, and which differ by too few rows.

A figure stands on a set of rows of a table's version. Two figures of one account whose sets differ by fewer rows than a group must have would tell
of those few by subtraction, so the later one is not told. Sets are compared by how many of their rows fall into each of 32 buckets, and where these
agree by the sum of their keys: a set and a part of it are always told apart, others but for one time in four thousand million.
"""

import math
import struct
import zlib
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingnan.base import Clock, Refused, new_id
from lingnan.lake import BUCKETS, CHECK, Place, Refusals, ShapeLimits, Sketch, Support, rows_in
from lingnan.storage import Storage
from lingnan.trust.disclosure.records import AggregateQuestion, AnsweredSupport, AskingAccount

DAY = timedelta(days=1)


class Disclosure:
    """What an account may still be told; kept in the database, so that all processes count together."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def settle(self, account: str, supports: Sequence[Support], versions: Mapping[str, int], limits: ShapeLimits) -> Refusals:
        """Count one aggregate question and say which of its figures are left out; Refused (`QueryBudget`) when the account has asked too much.

        `account` is a subject's reference. What is told is remembered before it is given; comparing takes no lock, so it is done again when the
        account was told something else meanwhile.
        """
        while True:
            oldest = self._clock.now() - timedelta(days=limits.remembered_days)
            told, remembered = self._remembered(account, versions, oldest)
            if refusal := _beyond_memory(remembered, limits.figures_remembered):
                raise refusal
            fresh: dict[str, list[Sketch]] = {}
            refused: dict[Place, frozenset[Sketch]] = {}
            for table, mine in _by_table(supports).items():
                known = _Sets(limits.least_group, remembered.get(table, ()))
                refused |= _left_out(known, mine)
                fresh[table] = known.fresh
            if self._keep(account, told, fresh, versions, oldest, limits.aggregates_a_day):
                return refused

    def _remembered(self, account: str, versions: Mapping[str, int], oldest: datetime) -> tuple[int, dict[str, list[Sketch]]]:
        """How many questions the account was answered, and the sets of rows it was told of by table."""
        found: defaultdict[str, list[Sketch]] = defaultdict(list)
        mine = select(AnsweredSupport.table_name, AnsweredSupport.version, AnsweredSupport.supports).where(AnsweredSupport.account == account)
        with self._storage.reading() as session:
            told = session.scalar(select(AskingAccount.questions).where(AskingAccount.account == account)) or 0
            for table, version, packed in session.execute(mine.where(AnsweredSupport.table_name.in_(versions), AnsweredSupport.at > oldest)):
                if versions[table] == version:
                    found[table] += _unpacked(packed)
        return told, found

    def _keep(
        self, account: str, told: int, fresh: Mapping[str, list[Sketch]], versions: Mapping[str, int], oldest: datetime, most: int
    ) -> bool:
        """Remember what is told, unless something was told since; Refused when the day's budget is spent."""
        now = self._clock.now()
        with self._storage.session() as session:
            holder = _hold(session, account)
            if holder.questions != told:
                return False
            if refusal := _beyond_budget(session, account, now, most):
                raise refusal
            holder.questions += 1
            self._sweep(session, account, versions, oldest)
            question = AggregateQuestion(id=new_id(self._storage.node, self._clock), account=account, at=now)
            session.add(question)
            session.add_all(
                AnsweredSupport(
                    question_id=question.id, table_name=table, account=account, version=versions[table], at=now, supports=_packed(sketches),
                )
                for table, sketches in fresh.items() if sketches
            )
        return True

    def _sweep(self, session: Session, account: str, versions: Mapping[str, int], oldest: datetime) -> None:
        """Forget days that are over, and sets of rows of versions that nobody is answered from any more."""
        session.execute(delete(AggregateQuestion).where(AggregateQuestion.account == account, AggregateQuestion.at <= self._clock.now() - 2 * DAY))
        mine = AnsweredSupport.account == account
        session.execute(delete(AnsweredSupport).where(mine, AnsweredSupport.at <= oldest))
        for table, version in versions.items():
            of_table = AnsweredSupport.table_name == table
            session.execute(delete(AnsweredSupport).where(mine, of_table, AnsweredSupport.version != version))


class _Sets:
    """Sets of rows that were told, by size."""

    def __init__(self, least: int, known: Iterable[Sketch]) -> None:
        self.least, self.fresh = least, list[Sketch]()
        self._held: list[tuple[int, Sketch]] = sorted((rows_in(sketch), sketch) for sketch in set(known))

    def is_close(self, sketch: Sketch) -> bool:
        """Whether a set told before differs from this one by fewer rows than a group must have, and by one at least."""
        size = rows_in(sketch)
        first, last = bisect_left(self._held, (size - self.least + 1,)), bisect_right(self._held, (size + self.least,))
        return any(_differ_by_fewer(each, sketch, self.least) for _size, each in self._held[first:last])

    def tell(self, sketch: Sketch) -> None:
        """Remember a set that is told now."""
        place = (rows_in(sketch), sketch)
        found = bisect_left(self._held, place)
        if found == len(self._held) or self._held[found] != place:
            insort(self._held, place)
            self.fresh.append(sketch)


def _differ_by_fewer(one: Sketch, other: Sketch, least: int) -> bool:
    """Whether two sets differ, and by fewer rows than this; by none where only their sums tell them apart."""
    difference = 0
    for first, second in zip(one[:BUCKETS], other, strict=False):
        if first != second:
            difference += abs(first - second)
            if difference >= least:
                return False
    return one != other


def _left_out(known: _Sets, supports: Sequence[Support]) -> dict[Place, frozenset[Sketch]]:
    """Which figures are not told: the smallest group beside one that is too small, then what is close to what was told, large sets first."""
    refused: defaultdict[Place, set[Sketch]] = defaultdict(set)
    for support in supports:
        # The groups together are the whole, and the whole is often known: what is left out must not be what a subtraction gives.
        if 0 < support.left_out < known.least and support.sketches:
            refused[support.place].add(_smallest(support.sketches))
    told = [(rows_in(sketch), sketch, support.place) for support in supports for sketch in support.sketches if sketch not in refused[support.place]]
    for _size, sketch, place in sorted(told, key=lambda each: (-each[0], each[1], each[2])):
        if known.is_close(sketch):
            refused[place].add(sketch)
        else:
            known.tell(sketch)
    for support in supports:
        refused[support.place] |= _beside_the_whole(known, [sketch for sketch in support.sketches if sketch not in refused[support.place]])
    return {place: frozenset(sketches) for place, sketches in refused.items() if sketches}


def _beside_the_whole(known: _Sets, groups: list[Sketch]) -> set[Sketch]:
    """Groups, the smallest first, that are not told so that those left, added up, are not close to a set that was told."""
    refused: set[Sketch] = set()
    while len(groups) > 1 and known.is_close(whole := _added(groups)):
        groups.remove(smallest := _smallest(groups))
        refused.add(smallest)
    if len(groups) > 1:
        known.tell(whole)
    return refused


def _smallest(sketches: Sequence[Sketch]) -> Sketch:
    return min(sketches, key=lambda sketch: (rows_in(sketch), sketch))


def _added(sketches: Sequence[Sketch]) -> Sketch:
    *counts, check = map(sum, zip(*sketches, strict=True))
    return (*counts, check % CHECK)


def _hold(session: Session, account: str) -> AskingAccount:
    """The account's row, held, so that two questions at once are settled one after the other."""
    held = select(AskingAccount).where(AskingAccount.account == account).with_for_update()
    if session.scalar(held) is None:
        try:
            with session.begin_nested():
                session.add(AskingAccount(account=account, questions=0))
        except IntegrityError:
            session.expire_all()
    return session.scalars(held).one()


def _beyond_memory(remembered: Mapping[str, list[Sketch]], most: int) -> Refused | None:
    full = sorted(table for table, sketches in remembered.items() if len(sketches) >= most)
    if not full:
        return None
    return Refused(
        f"该账号已取得 {'、'.join(full)} 的 {most} 个聚合数值，不再给出更多，以免相互推算出少数人。请等表更新，或凭授权查询。",
        f"This account holds {most} figures over {', '.join(full)} already; no more are given, lest they be put together to tell of few. Wait "
        "for the table's next version, or ask under a grant.", code="QueryBudget", most=most,
    )


def _beyond_budget(session: Session, account: str, now: datetime, most: int) -> Refused | None:
    asked = select(AggregateQuestion.at).where(AggregateQuestion.account == account, AggregateQuestion.at > now - DAY).order_by(AggregateQuestion.at)
    moments = list(session.scalars(asked))
    if len(moments) < most:
        return None
    wait = max(1, math.ceil((moments[len(moments) - most] + DAY - now).total_seconds()))
    return Refused(
        f"该账号 24 小时内对含脱敏列的表的聚合查询已达 {most} 次。请在 {wait} 秒后再试，或凭授权查询。",
        f"This account has asked {most} aggregate questions over tables with masked values in 24 hours. Try again in {wait} seconds, or ask "
        "under a grant.",
        code="QueryBudget", retry_after=wait, most=most,
    )


def _by_table(supports: Iterable[Support]) -> dict[str, list[Support]]:
    found: dict[str, list[Support]] = {}
    for support in supports:
        found.setdefault(support.table, []).append(support)
    return found


def _packed(sketches: Sequence[Sketch]) -> bytes:
    """The number of buckets, then every count, as 64-bit numbers, compressed."""
    counts = [count for sketch in sketches for count in sketch]
    return zlib.compress(struct.pack(f"<{len(counts) + 1}Q", len(sketches[0]), *counts))


def _unpacked(packed: bytes) -> list[Sketch]:
    data = zlib.decompress(packed)
    width, *counts = struct.unpack(f"<{len(data) // 8}Q", data)
    return [tuple(counts[start : start + width]) for start in range(0, len(counts), width)]
