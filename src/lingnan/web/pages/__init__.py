"""The pages, one file per family, each with its router."""

from lingnan.web.pages import builds, catalogue, cockpit, quarantine, registers, session

routers = (cockpit.router, catalogue.router, registers.router, quarantine.router, builds.router, session.router)
