"""The pages, one file per family, each with its router."""

from lingnan.web.pages import (
    accounts,
    alerts,
    audit,
    builds,
    case,
    cases,
    catalogue,
    cockpit,
    directories,
    grants,
    inbox,
    notices,
    openings,
    outgoing_sources,
    policy,
    profile,
    quarantine,
    records,
    registers,
    risk,
    security,
    session,
    setup,
    signatures,
    standards,
    statistics,
    tokens,
    trace,
)

routers = (
    cockpit.router, catalogue.router, registers.router, quarantine.router, builds.router, session.router, setup.router, tokens.router, profile.router,
    accounts.router, inbox.router, cases.router, openings.router, case.router, trace.router, alerts.router, notices.router, outgoing_sources.router,
    security.router, policy.router, grants.router, audit.router, risk.router, signatures.router, statistics.router, records.router,
    directories.router, standards.router,
)
