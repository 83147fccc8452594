"""Answers the pages about policy: who may see what, the rules, their versions, the negative list, purposes."""

from lingnan.base import Missing, WrongUse
from lingnan.hub.classification import classify_tables
from lingnan.hub.pages.case_numbers import number_of, numbers_about
from lingnan.hub.pages.desk import Desk
from lingnan.insight import NegativePage, PolicyPage, PolicyRule, PolicySetPage, PolicySetSheet, PurposePage, WhoCanAnswer, Words
from lingnan.trust import Candidate, NegativeForm, Policy, PolicySetCard, Rule, Subject, Trust, WhoCan, known_roles
from lingnan.trust.policy.purposes import all_purposes

VIEW, PROPOSE = "trust.policy.view", "trust.policy.propose"
FLOW = "policy-change"
SHOWN = 300
"""Effects a page shows; a set that changes more is told by number."""
KINDS = ("anonymous", "citizen", "enterprise", "operator", "system")
WORDS = {
    "anonymous": Words(zh="公众（未登录）", en="Visitor, not signed in"), "citizen": Words(zh="个人", en="Citizen"),
    "enterprise": Words(zh="企业（经代办人）", en="Enterprise, through an agent"), "operator": Words(zh="本机操作员", en="The machine's operator"),
    "system": Words(zh="平台自身", en="The hub itself"),
}


class PolicyPages:
    """One hub's policy as pages show it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _trust(self) -> Trust:
        return self._desk.hub.trust

    def page(self, who: str, table: str, subject: Subject) -> PolicyPage:
        """The rules in force and, when both are named, what `who` (`role:steward`, `anonymous`, an account's name) may see of a table."""
        self._trust.allow(subject, VIEW, "policy")
        answer = self._answer(who, table, subject) if who and table else None
        policy, shipped = self._trust.policy, Policy.read().by_id
        return PolicyPage(
            rules=tuple(_rule(policy, rule, rule.id in shipped) for rule in policy.rules), digest=policy.digest,
            drift=self._trust.policy_sets.drift(), subjects=subjects(), tables=tables(self._desk), subject=who, table=table, answer=answer,
        )

    def who_can(self, who: str, table: str, subject: Subject) -> WhoCanAnswer:
        """What a made subject may see of a table; WrongUse for an account, whose name belongs in no address."""
        self._trust.allow(subject, VIEW, table)
        if who not in dict(subjects()):
            known = "、".join(dict(subjects()))
            raise WrongUse(f"没有主体“{who}”。可用：{known}。", f"There is no subject “{who}”. Subjects: {known}.", who=who)
        return WhoCanAnswer(answer=self._answer(who, table, subject))

    def sets(self, subject: Subject) -> PolicySetPage:
        """The versions of the set."""
        self._trust.allow(subject, VIEW, "policy")
        kept = self._trust.policy_sets
        active = kept.active()
        return PolicySetPage(
            versions=tuple(kept.versions()), additions=active.additions if active else "", drift=kept.drift(), may_propose=self._may(subject, PROPOSE)
        )

    def set_sheet(self, version: str, subject: Subject) -> PolicySetSheet:
        """One version with what it would change now."""
        self._trust.allow(subject, VIEW, f"policy:{version}"[:200])
        card = self._version(version)
        effects = self._desk.keep(("effects", version, self._trust.policy.digest), lambda: self._trust.policy_sets.effects(version))
        matter = f"policy:{version}"
        case = number_of(self._desk, card.case) or numbers_about(self._desk, [matter]).get(matter, "")
        open_to = card.state == "candidate" and not case and self._may(subject, PROPOSE)
        return PolicySetSheet(card=card, effects=effects[:SHOWN], changes=len(effects), case=case, may_open=open_to, subjects=subjects())

    def propose(self, text: str, subject: Subject) -> Candidate:
        """A candidate, or its faults when it cannot be one."""
        return self._trust.policy_sets.propose(text, subject)

    def open_change(self, version: str, summary: str, basis: str, widens: str, subject: Subject) -> str:
        """Open the case in which a candidate is decided; gives the case's number."""
        self._trust.allow(subject, PROPOSE, f"policy:{version}"[:200])
        self._version(version)
        facts = {"draft": version, "summary": summary, "basis": basis, "widens": widens}
        return self._desk.hub.office.casework.cases.open(FLOW, subject, facts, about=f"policy:{version}", once=version).number

    def negative(self, subject: Subject) -> NegativePage:
        """The negative list as it stands."""
        self._trust.allow(subject, VIEW, "negative")
        return NegativePage(
            entries=tuple(self._trust.negative_list.entries()), version=self._trust.negative_list.version(), today=self._desk.now().date(),
            may_edit=self._may(subject, "trust.negative.edit"), may_approve=self._may(subject, "trust.policy.approve"), reader=subject.reference,
            tables=tables(self._desk),
        )

    def add_negative(self, form: NegativeForm, subject: Subject) -> None:
        """Add an entry; WrongUse when it names a table or column that the catalogue does not know."""
        known = self._desk.hub.classify(form.table) if form.table else None
        strange = set(form.columns) - {column.name for column in known.columns} if known else set()
        if (form.table and known is None) or strange:
            named = "、".join(sorted(strange)) or form.table
            raise WrongUse(f"目录中没有：{named}。", f"The catalogue does not know: {named}.", table=form.table)
        self._trust.negative_list.add(form, subject)

    def ask_end(self, key: str, subject: Subject) -> None:
        """Ask that an entry be ended."""
        self._trust.negative_list.ask_end(key, subject)

    def settle_end(self, key: str, agree: bool, subject: Subject) -> None:
        """Agree with the end that another asked for, or take it back."""
        self._trust.negative_list.settle_end(key, subject, agree=agree)

    def purposes(self, subject: Subject) -> PurposePage:
        """The coded list of purposes."""
        self._trust.allow(subject, VIEW, "purposes")
        return PurposePage(items=tuple(all_purposes().values()))

    def _answer(self, who: str, table: str, subject: Subject) -> WhoCan:
        return self._trust.who_can(who, table, subject)

    def _version(self, version: str) -> PolicySetCard:
        found = next((each for each in self._trust.policy_sets.versions() if each.id == version), None)
        if found is None:
            raise Missing("没有这个版本的策略集。", "There is no such version of the policy set.", version=version)
        return found

    def _may(self, subject: Subject, action: str) -> bool:
        return bool(subject.account) and self._trust.point.permits(subject, action)[0]


def subjects() -> tuple[tuple[str, Words], ...]:
    """Made subjects a dry run may ask about, each with its title."""
    roles = ((f"role:{role.name}", Words(zh=role.zh, en=role.en)) for role in known_roles().values())
    return (*((kind, WORDS[kind]) for kind in KINDS), *roles)


def tables(desk: Desk) -> tuple[tuple[str, Words], ...]:
    """Every table that the catalogue classifies, each with its title."""
    found = desk.keep("classified", lambda: tuple(sorted(classify_tables(desk.hub.feeds))))
    return tuple((table, desk.titles.table(table)) for table in found)


def _rule(policy: Policy, rule: Rule, shipped: bool) -> PolicyRule:
    return PolicyRule(
        id=rule.id, effect=rule.effect, text=Words(zh=rule.zh, en=rule.en), basis=rule.basis, mask=rule.mask, rows=rule.rows,
        source=policy.text_of(rule.id), shipped=shipped,
    )
