"""The only way out: HTTP calls to sources a steward registered, without redirects, with limits of time and size."""

from collections.abc import Collection
from urllib.parse import urlsplit

import httpx

from lingnan.base.errors import BadInput, Refused, Unavailable

MAXIMUM_BYTES = 256 * 1024 * 1024


class OutgoingClient:
    """Calls only the hosts it was given; the answer is whole and below the limit, or an error says why not."""

    def __init__(self, allowed: Collection[str], *, timeout_s: float = 20.0, maximum_bytes: int = MAXIMUM_BYTES) -> None:
        self.allowed = frozenset(allowed)
        self.maximum_bytes = maximum_bytes
        # trust_env is off: a proxy set for the operator's shell must not see departments' data.
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False, trust_env=False)

    def get(self, url: str, params: dict[str, str | int] | None = None, headers: dict[str, str] | None = None) -> bytes:
        """The body of one answer; Refused for a host not registered, Unavailable when it does not answer well."""
        self._check(url)
        try:
            with self._client.stream("GET", url, params=params, headers=headers) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise Unavailable(
                        f"数据源 {_shown(url)} 返回状态 {answer.status_code}，应为 200。请联系来源部门后重试。",
                        f"Source {_shown(url)} answered {answer.status_code}, expected 200. Ask the department, then try again.",
                        url=_shown(url), status=answer.status_code,
                    )
                return self._read(answer, url)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"数据源 {_shown(url)} 没有应答（{type(error).__name__}）。请确认其服务已启动后重试。",
                f"Source {_shown(url)} does not answer ({type(error).__name__}). Make sure it runs, then try again.",
                url=_shown(url),
            ) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.netloc not in self.allowed:
            raise Refused(
                f"地址 {_shown(url)} 不在已登记的数据源之内。允许：{'、'.join(sorted(self.allowed)) or '无'}。请先登记数据源。",
                f"Address {_shown(url)} is no registered source. Allowed: {', '.join(sorted(self.allowed)) or 'none'}. Register it first.",
                url=_shown(url),
            )

    def _read(self, answer: httpx.Response, url: str) -> bytes:
        chunks, size = [], 0
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > self.maximum_bytes:
                raise BadInput(
                    f"数据源 {_shown(url)} 的应答超过 {self.maximum_bytes} 字节上限。请改用分页。",
                    f"The answer of {_shown(url)} exceeds {self.maximum_bytes} bytes. Use paging.",
                    url=_shown(url),
                )
            chunks.append(chunk)
        return b"".join(chunks)


def _shown(url: str) -> str:
    """The address without user, password or query, which may hold secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{':' + str(parts.port) if parts.port else ''}{parts.path}"
