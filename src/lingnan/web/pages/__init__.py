"""The pages, one file per family, each with its router."""

from lingnan.web.pages import accounts, builds, catalogue, cockpit, profile, quarantine, registers, session, setup, tokens

routers = (
    cockpit.router, catalogue.router, registers.router, quarantine.router, builds.router, session.router, setup.router, tokens.router, profile.router,
    accounts.router,
)
