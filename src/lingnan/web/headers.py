"""The headers that keep scripts, frames and caches to our own, on every answer, also on that of a fault."""

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

YEAR_S = 365 * 24 * 3600
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


class Guarded:
    """Puts the headers on every answer as it leaves, without a task and a stream of its own for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer gets what it does not say itself."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarding(message: Message) -> None:
            if message["type"] == "http.response.start":
                _guard(scope, MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, guarding)


def is_https(request: Request) -> bool:
    """Whether people reach the site over https: by this request, or by the setting where a proxy ends TLS before us."""
    return _is_https(request.scope)


def guarded(request: Request, response: Response) -> Response:
    """The answer with what it does not say itself."""
    _guard(request.scope, response.headers)
    return response


def _is_https(scope: Scope) -> bool:
    return scope["scheme"] == "https" or str(scope["app"].state.settings.site).startswith("https://")


def _guard(scope: Scope, headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if _is_https(scope):
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}; includeSubDomains")
    if scope["path"].startswith("/static/"):
        headers["Cache-Control"] = "no-cache"
    else:
        headers.setdefault("Cache-Control", "private, no-cache")
        headers.setdefault("Vary", "Cookie, HX-Request")
