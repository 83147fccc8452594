"""Visits a public site politely: as robots.txt says, slowly, one call at a time, asking only for what changed, and keeping what was seen."""

import fcntl
import json
import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from lingnan.base import Answer, BadInput, Clock, OutgoingClient, Refused, Unavailable, content_digest, read_web_address, shown
from lingnan.collect.connectors.robots import EVERYTHING, NOTHING, Robots, read_robots

AGENT = "lingnan"
"""The product token that robots.txt is read for."""
LEAST_DELAY_S = 1.0
_MOST_HOPS = 5
_LONGEST_WAIT_S = 120.0
_MOVED = frozenset({301, 302, 303, 307, 308})
_OK, _UNCHANGED, _TOO_MANY = 200, 304, 429


@dataclass(frozen=True)
class Seen:
    """One page as it was fetched: where, when, the SHA-256 of its bytes, and what to ask by next time."""

    url: str
    fetched_at: str
    digest: str
    kind: str
    etag: str = ""
    last_modified: str = ""


class Visits:
    """Visits to one site for one feed. `folder` keeps pages and evidence, `locks` the time of the last call to each host of the hub."""

    def __init__(
        self, folder: Path, locks: Path, allowed: Collection[str], contact: str, clock: Clock, delay_s: float = LEAST_DELAY_S
    ) -> None:
        if not contact.strip():
            raise BadInput(
                "采集网页须表明身份。请设置 LINGNAN_CONTACT（联系邮箱或网址），它写入 User-Agent。",
                "Who collects pages must say who he is. Set LINGNAN_CONTACT (a mail or web address); it stands in the User-Agent.",
            )
        self._folder, self._locks, self._clock = folder, locks, clock
        self._client, self._agent, self._delay_s = OutgoingClient(allowed), f"{AGENT} (+{contact.strip()})", max(delay_s, LEAST_DELAY_S)
        self._robots: dict[str, Robots] = {}
        for each in (folder, locks):
            each.mkdir(parents=True, exist_ok=True)

    def visit(self, url: str) -> tuple[Seen, Path]:
        """A page and where it is kept; Refused when robots.txt or the site forbids it, Unavailable when it cannot be had."""
        place = read_web_address(url).place
        for _ in range(_MOST_HOPS + 1):
            self._ask_robots(url)
            before = self._last(url)
            answer = self._call(url, _conditions(before))
            if answer.status == _UNCHANGED and before is not None:
                return self._keep(Seen(**{**asdict(before), "fetched_at": self._clock.now().isoformat()}), None)
            if answer.status == _OK:
                return self._keep(self._seen(url, answer), answer.body)
            if answer.status not in _MOVED:
                raise _refusal(url, answer)
            url = self._moved(url, answer, place)
        raise Unavailable(f"网页 {shown(url)} 转向过多。", f"Page {shown(url)} leads on too often.", url=shown(url))

    def robots(self, url: str) -> Robots:
        """The rules of a site, asked once a load."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            self._robots[root] = self._read_robots(f"{root}/robots.txt")
        return self._robots[root]

    def _ask_robots(self, url: str) -> None:
        parts = urlsplit(url)
        robots = self.robots(url)
        if robots.allows(parts.path + (f"?{parts.query}" if parts.query else "")):
            return
        if robots.closed:
            raise Unavailable(
                f"网站 {parts.netloc} 的 robots.txt 无法取得（服务器错误），按 RFC 9309 视为全部禁止。请稍后重试。",
                f"The robots.txt of {parts.netloc} cannot be had (server error); by RFC 9309 nothing may be read then. Try again later.",
                place=parts.netloc,
            )
        raise Refused(
            f"网站 {parts.netloc} 的 robots.txt 不允许采集 {parts.path}。请向网站取得同意，或改由部门交付。",
            f"The robots.txt of {parts.netloc} does not allow {parts.path} to be collected. Ask the site, or have the data delivered.",
            place=parts.netloc,
        )

    def _read_robots(self, url: str) -> Robots:
        """RFC 9309, 2.3.1: up to five redirects are followed; not there means all is allowed, no answer that nothing is."""
        place = read_web_address(url).place
        for _ in range(_MOST_HOPS + 1):
            try:
                answer = self._call(url, {}, LEAST_DELAY_S)
                if answer.status in _MOVED:
                    url = self._moved(url, answer, place)
                    continue
            except Refused:
                return EVERYTHING
            except Unavailable:
                return NOTHING
            if answer.status >= 500 or answer.status == _TOO_MANY:
                return NOTHING
            return read_robots(answer.body, AGENT) if answer.status == _OK else EVERYTHING
        return EVERYTHING

    def _call(self, url: str, conditions: dict[str, str], delay_s: float | None = None) -> Answer:
        place = read_web_address(url).place
        if delay_s is None:
            delay_s = max(self._delay_s, self.robots(url).delay_s)
        if delay_s > _LONGEST_WAIT_S:
            raise Refused(
                f"网站 {place} 要求每次访问间隔 {delay_s:.0f} 秒，超过本平台的 {_LONGEST_WAIT_S:.0f} 秒。请改由部门交付。",
                f"Site {place} asks for {delay_s:.0f} seconds between visits, more than the hub's {_LONGEST_WAIT_S:.0f}. Have the data delivered.",
                place=place,
            )
        with self._turn(place, delay_s):
            return self._client.call("GET", url, headers={"User-Agent": self._agent, **conditions})

    @contextmanager
    def _turn(self, place: str, delay_s: float) -> Iterator[None]:
        """One call to a host at a time, whichever feed or process makes it, and not before the delay since the last is over."""
        path = self._locks / content_digest(place)[:24]
        with path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.stat().st_size:
                time.sleep(max(0.0, min(delay_s, path.stat().st_mtime + delay_s - time.time())))
            try:
                yield
            finally:
                path.write_text("visited", encoding="utf-8")

    def _moved(self, url: str, answer: Answer, place: str) -> str:
        target = urljoin(url, answer.headers.get("location", ""))
        if not answer.headers.get("location") or read_web_address(target).place != place:
            raise Refused(
                f"网页 {shown(url)} 转向 {shown(target)}，不是同一网站。请把新地址写入数据源说明，并登记。",
                f"Page {shown(url)} leads to {shown(target)}, another site. Write the new address into the feed and have it registered.",
                url=shown(url),
            )
        return target

    def _seen(self, url: str, answer: Answer) -> Seen:
        told = answer.headers
        return Seen(
            url, self._clock.now().isoformat(), sha256(answer.body).hexdigest(), told.get("content-type", ""), told.get("etag", ""),
            told.get("last-modified", ""),
        )

    def _keep(self, seen: Seen, body: bytes | None) -> tuple[Seen, Path]:
        """Keep the page's bytes by their hash, and a line of evidence for every visit."""
        path = self._folder / seen.digest
        if body is not None and not path.is_file():
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(body)
            fresh.replace(path)
        line = json.dumps(asdict(seen), ensure_ascii=False)
        with (self._folder / "evidence.jsonl").open("a", encoding="utf-8") as evidence:
            evidence.write(line + "\n")
        self._note(seen.url).write_text(line, encoding="utf-8")
        return seen, path

    def _last(self, url: str) -> Seen | None:
        note = self._note(url)
        if not note.is_file():
            return None
        try:
            seen = Seen(**json.loads(note.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            # A note cut off by a crash only costs one whole fetch.
            return None
        return seen if (self._folder / seen.digest).is_file() else None

    def _note(self, url: str) -> Path:
        return self._folder / f"{content_digest(url)[:24]}.json"


def _conditions(before: Seen | None) -> dict[str, str]:
    if before is None:
        return {}
    told = {"If-None-Match": before.etag, "If-Modified-Since": before.last_modified}
    return {name: value for name, value in told.items() if value}


def _refusal(url: str, answer: Answer) -> Refused | Unavailable:
    if answer.status in (401, 403, 407):
        return Refused(
            f"网页 {shown(url)} 要求登录或不许访问（{answer.status}）。本平台只采集公开网页；请改由部门交付。",
            f"Page {shown(url)} asks for a sign-in or forbids access ({answer.status}). Only public pages are collected; have the data delivered.",
            url=shown(url), status=answer.status,
        )
    later = answer.headers.get("retry-after", "")
    wait = (f"网站要求等待 {later}。", f" It asks to wait: {later}.") if later else ("", "")
    return Unavailable(
        f"网页 {shown(url)} 返回状态 {answer.status}，应为 200。{wait[0]}请稍后重试。",
        f"Page {shown(url)} answered {answer.status}, expected 200.{wait[1]} Try again later.", url=shown(url), status=answer.status,
    )
