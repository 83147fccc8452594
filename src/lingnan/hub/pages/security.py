"""Answers the pages of security, and the public ones that follow from the log; each part asks trust for each of its verbs."""

from lingnan.hub.pages import security_overview, security_settings
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.security_grants import GrantPages
from lingnan.hub.pages.security_keys import KeyPages
from lingnan.hub.pages.security_log import LogPages
from lingnan.hub.pages.security_policy import PolicyPages
from lingnan.hub.pages.security_public import PublicPages
from lingnan.hub.pages.security_risk import RiskPages
from lingnan.insight import SecurityOverview, SettingsPage
from lingnan.trust import Subject


class SecurityPages:
    """One hub's answers about security, part by part."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.log, self.policy, self.grants = LogPages(desk), PolicyPages(desk), GrantPages(desk)
        self.risk, self.keys, self.public = RiskPages(desk), KeyPages(desk), PublicPages(desk)

    def sections(self, subject: Subject) -> tuple[tuple[str, str], ...]:
        """The pages of security that are open to the subject, as key and address."""
        return security_overview.sections(self._desk, subject)

    def overview(self, subject: Subject) -> SecurityOverview:
        """The state of log, keys, policy and risks."""
        return security_overview.Overview(self._desk, self.log, self.risk, self.keys).page(subject)

    def settings(self, subject: Subject) -> SettingsPage:
        """The dated tables of rules that security rests on."""
        return security_settings.settings(self._desk, subject)
