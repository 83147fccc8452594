"""The pages, one file per family, each with its router."""

from lingnan.web.pages import (
    accounts,
    alerts,
    builds,
    case,
    cases,
    catalogue,
    cockpit,
    inbox,
    notices,
    openings,
    outgoing_sources,
    profile,
    quarantine,
    registers,
    session,
    setup,
    tokens,
    trace,
)

routers = (
    cockpit.router, catalogue.router, registers.router, quarantine.router, builds.router, session.router, setup.router, tokens.router, profile.router,
    accounts.router, inbox.router, cases.router, openings.router, case.router, trace.router, alerts.router, notices.router, outgoing_sources.router,
)
