"""The headers that keep scripts, frames and caches to our own, on every answer, also on that of a fault."""

from fastapi import Request, Response

YEAR_S = 365 * 24 * 3600
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


def is_https(request: Request) -> bool:
    """Whether people reach the site over https: by this request, or by the setting where a proxy ends TLS before us."""
    return request.url.scheme == "https" or str(request.app.state.settings.site).startswith("https://")


def guarded(request: Request, response: Response) -> Response:
    """The answer with what it does not say itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_https(request):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}; includeSubDomains")
    if request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Vary", "Cookie, HX-Request")
    return response
