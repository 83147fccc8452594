"""The dry run: what a subject would be shown of a table and why, without giving a row. Kept in the log as a question, not as access."""

from dataclasses import replace

from lingnan.base import WrongUse
from lingnan.trust.policy.deciding import PolicyPoint
from lingnan.trust.policy.effects import ROLES
from lingnan.trust.policy.judging import LISTED, judge_columns
from lingnan.trust.policy.rules import UNREADABLE, known_actions
from lingnan.trust.policy.shapes import DATA_ACTIONS, TABLE_ACTIONS, ActionAnswer, ColumnAnswer, Reason, WhoCan
from lingnan.trust.policy.verdict import CLEAR, Verdict
from lingnan.trust.shapes import ANONYMOUS, SYSTEM, Classified, Purpose, Subject


def named_subject(name: str) -> Subject | None:
    """The made subject of a name (`anonymous`, `operator`, `system`, `citizen`, `enterprise`, `role:steward`); None for an account's name."""
    made: dict[str, Subject] = {each.kind: each for each in (ANONYMOUS, SYSTEM, Subject("operator"), Subject("citizen"), Subject("enterprise"))}
    if name in made:
        return made[name]
    if not name.startswith("role:"):
        return None
    role = name.removeprefix("role:")
    if role not in ROLES:
        raise WrongUse(
            f"没有角色“{role}”。可用：{'、'.join(ROLES)}。", f"There is no role “{role}”. Roles: {', '.join(ROLES)}.", role=role
        )
    return Subject("official", roles=frozenset({role}), assurance=2)


def who_can(point: PolicyPoint, subject: Subject, table: str) -> WhoCan:
    """What the subject, signed in as fully as it can, would be shown of the table under no grant; its grants stand beside."""
    page, known = point.book.page(), point.classifier(table)
    signed_in = replace(subject, assurance=2, scope=frozenset())
    held = point.held_grants(signed_in, table)
    answers = tuple(_answer(point, signed_in, action, known) for action in DATA_ACTIONS) if known else ()
    others = sorted(known_actions() - set(DATA_ACTIONS))
    may = tuple(action for action in others if point.permits(signed_in, action, table=known if action in TABLE_ACTIONS else None)[0])
    said = dict.fromkeys(reason for answer in answers for column in answer.columns for reason in column.reasons)
    return WhoCan(
        subject.reference, table, known is not None, page.policy.digest, answers, tuple(_reason(point, each) for each in said), held, may
    )


def _answer(point: PolicyPoint, subject: Subject, action: str, known: Classified) -> ActionAnswer:
    page = point.book.page()
    verdict = judge_columns(page.policy, subject, action, known, known.columns, point.around(page, subject, Purpose()))
    return ActionAnswer(action, bool(verdict.clear or verdict.masked), tuple(_column(verdict, known, place) for place in range(len(known.columns))))


def _column(verdict: Verdict, known: Classified, place: int) -> ColumnAnswer:
    column = known.columns[place]
    steps = verdict.steps(column.name)
    answer = "clear" if column.name in verdict.clear else "masked" if steps else "denied"
    masks = tuple(dict.fromkeys(step.mask for step in steps if step.mask != CLEAR))
    rows = tuple(dict.fromkeys(step.rows.name for step in steps if step.rows))
    return ColumnAnswer(column.name, column.classification, column.grade, answer, masks, rows, verdict.reasons(column.name))  # type: ignore[arg-type]


def _reason(point: PolicyPoint, reason: str) -> Reason:
    page = point.book.page()
    if reason in page.policy.by_id:
        return page.policy.by_id[reason].reason
    for entry in page.negative:
        if LISTED + entry.key == reason:
            return Reason(reason, "deny", entry.zh, entry.en, entry.article)
    return Reason(UNREADABLE, "deny", "有策略无法计算，因此拒绝", "A rule could not be worked out, so nothing is shown", "GB/T 22239-2019 8.1.4.2")
