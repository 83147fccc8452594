"""Published tables, from a site of this machine over real HTTP: politely, whole, and with the evidence."""

import json
import random
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import BadInput
from lingnan.collect import Feed, LoadResult, load_feed
from lingnan.collect.connectors.html_tables import HtmlPage
from lingnan.collect.connectors.robots import read_robots

from .conftest import Hub

COLUMNS = {"city": "地市", "year": "年份", "total": "地区生产总值"}
ROWS = [("广州市", "2024", "31032.50"), ("深圳市", "2024", "36801.87")]
CONTACT = "shuju@example.gov.cn"


@dataclass
class Site:
    """What a small site answers, and what it was asked."""

    place: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], float]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told.setdefault("content-type", "text/html; charset=utf-8")
        self.pages[path] = (status, told, body.encode() if isinstance(body, str) else body)
        return f"http://{self.place}{path}"

    def paths(self) -> list[str]:
        return [path for path, _headers, _at in self.asked]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("lingnan.collect.connectors.web_visits.LEAST_DELAY_S", 0.0)
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = {name.lower(): value for name, value in self.headers.items()}
            made.asked.append((self.path, given, time.monotonic()))
            status, headers, body = made.pages.get(self.path, (404, {}, b"nothing"))
            if headers.get("etag") and given.get("if-none-match") == headers["etag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.place = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def table(rows: list[tuple[str, ...]], headers: tuple[str, ...] = tuple(COLUMNS.values()), caption: str = "", after: str = "") -> str:
    head = "".join(f"<th>{each}</th>" for each in headers)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    told = f"<caption>{caption}</caption>" if caption else ""
    return f"<html><body><table>{told}<tr>{head}</tr>{body}</table>{after}</body></html>"


def page_feed(hub: Hub, location: str, web: dict[str, Any] | None = None, **more: Any) -> Feed:
    options = {"web": web or {}, **more.pop("options", {})}
    return hub.feed(more.pop("columns", COLUMNS), connector="web_page", location=location, options=json.dumps(options, ensure_ascii=False), **more)


def load(hub: Hub, feed: Feed, site: Site, contact: str = CONTACT) -> LoadResult:
    # The option's own lower limit is the politeness of a real site; this one is ours.
    feed.file.options.web and object.__setattr__(feed.file.options.web, "delay_s", 0.0)
    return load_feed(feed, home=hub.home, **hub.doors(), allowed=[site.place], contact=contact)


def landed(hub: Hub, feed: Feed) -> list[tuple[Any, ...]]:
    return hub.rows(feed.landing, "city, year, total", "_position")


def test_a_table_lands_with_its_page_as_evidence(hub: Hub, site: Site) -> None:
    feed = page_feed(hub, site.put("/tjj/gdp.html", table(ROWS)))
    result = load(hub, feed, site)
    assert (result.rows, result.alarms) == (2, ())
    assert landed(hub, feed) == ROWS
    assert hub.rows(feed.landing, "_position")[0] == (f"{site.place}/tjj/gdp.html#1!2",)
    folder = hub.home / "collect" / "pages" / feed.id
    seen = json.loads((folder / "evidence.jsonl").read_text())
    assert (seen["url"], seen["fetched_at"]) == (f"http://{site.place}/tjj/gdp.html", hub.clock.now().isoformat())
    assert (folder / seen["digest"]).read_bytes() == site.pages["/tjj/gdp.html"][2]
    assert site.paths() == ["/robots.txt", "/tjj/gdp.html"]
    assert {headers["user-agent"] for _path, headers, _at in site.asked} == {f"lingnan (+{CONTACT})"}


def test_nobody_is_visited_without_a_contact(hub: Hub, site: Site) -> None:
    result = load(hub, page_feed(hub, site.put("/a", table(ROWS))), site, contact=" ")
    assert [alarm.code for alarm in result.alarms] == ["unreadable"]
    assert "LINGNAN_CONTACT" in result.alarms[0].en
    assert not site.asked


def test_an_unchanged_page_is_asked_for_by_its_mark_and_makes_no_batch(hub: Hub, site: Site) -> None:
    feed = page_feed(hub, site.put("/a", table(ROWS), etag='"1"', last_modified="Sat, 31 Oct 2026 00:00:00 GMT"))
    load(hub, feed, site)
    assert load(hub, feed, site).skipped
    asked = site.asked[-1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', "Sat, 31 Oct 2026 00:00:00 GMT")
    # Only what stands around the table changed: no batch. Then the table itself: one.
    site.put("/a", table(ROWS, after="<p>今日访问 17 次</p>"), etag='"2"')
    assert load(hub, feed, site).skipped
    site.put("/a", table([*ROWS, ("珠海市", "2024", "4479.06")]), etag='"3"')
    assert load(hub, feed, site).rows == 3
    lines = (hub.home / "collect" / "pages" / feed.id / "evidence.jsonl").read_text().splitlines()
    assert len({json.loads(line)["digest"] for line in lines}) == 3
    assert len(lines) == 4


@pytest.mark.parametrize("declared", ["header", "meta", "nowhere"])
def test_pages_in_gbk(hub: Hub, site: Site, declared: str) -> None:
    page = table([("广州市", "2024", "镕①")], after="<p>本表由统计部门按月公布，数据以正式发布为准。</p>")
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">' if declared == "meta" else ""
    kind = "text/html; charset=GBK" if declared == "header" else "text/html"
    feed = page_feed(hub, site.put("/a", (meta + page).encode("gb18030"), content_type=kind))
    load(hub, feed, site)
    assert landed(hub, feed) == [("广州市", "2024", "镕①")]


def test_the_wanted_table_is_found_by_heading_and_by_columns(hub: Hub, site: Site) -> None:
    menu = "<table><tr><td>" + "</td></tr><tr><td>".join(["首页", "新闻", "统计", "联系", "帮助"]) + "</td></tr></table>"
    other = table([("广州市", "2023", "1"), ("深圳市", "2023", "2"), ("珠海市", "2023", "3")])
    url = site.put("/a", f"{menu}<h2>2023 年</h2>{other}<h2>2024 年</h2>{table(ROWS)}<table><caption>说明</caption><tr><td>注</td></tr></table>")
    by_heading = page_feed(hub, url, {"heading": "2024"}, name="ceshi.heading")
    load(hub, by_heading, site)
    assert landed(hub, by_heading) == ROWS
    assert hub.rows(by_heading.landing, "_position")[0][0].endswith("#3!2")
    by_columns = page_feed(hub, url, {"has_columns": ["地区生产总值", "地市"]}, name="ceshi.columns")
    load(hub, by_columns, site)
    assert len(landed(hub, by_columns)) == 3
    none = load(hub, page_feed(hub, url, {"heading": "1999"}, name="ceshi.none"), site)
    assert "has no table as described (it has 4 in all)" in none.alarms[0].en


def test_spans_titles_and_units(hub: Hub, site: Site) -> None:
    page = """<table><thead><tr><th colspan=3>各市地区生产总值</th></tr><tr><th rowspan=2>地市<th colspan=2>2024<tr><th>年份<th>地区生产总值</thead>
    <tbody><tr><td rowspan="2">广州市<td>2023<td>1<tr><td>2024<td>2<tr><td>深圳市<td colspan=2>缺
    <tr><td rowspan=0>东莞市<td>2023<td>4<tr><td>2024<td>5</table>"""
    feed = page_feed(hub, site.put("/a", page), columns={"city": "地市", "year": "2024·年份", "total": "2024·地区生产总值"})
    load(hub, feed, site)
    assert landed(hub, feed) == [
        ("广州市", "2023", "1"), ("广州市", "2024", "2"), ("深圳市", "缺", ""), ("东莞市", "2023", "4"), ("东莞市", "2024", "5"),
    ]


def test_pages_that_lead_on_are_one_delivery(hub: Hub, site: Site) -> None:
    first = site.put("/list?page=1", table(ROWS[:1], after='<a href="?page=1">上一页</a><a href="?page=2">下一页 &gt;</a>'))
    site.put("/list?page=2", table(ROWS[1:], after='<a href="http://elsewhere.example/">下一页</a><a href="?page=1">上一页</a>'))
    feed = page_feed(hub, first)
    assert load(hub, feed, site).rows == 2
    assert landed(hub, feed) == ROWS
    assert site.paths() == ["/robots.txt", "/list?page=1", "/list?page=2"]
    many = load(hub, page_feed(hub, first, {"most_pages": 1}, name="ceshi.many"), site)
    assert "leads on to more than 1 pages" in many.alarms[0].en


def test_files_that_a_page_lists(hub: Hub, site: Site) -> None:
    site.put("/files/gdp_2023.csv", "地市,年份,地区生产总值\n广州市,2023,1\n".encode("gbk"), content_type="text/csv")
    site.put("/files/gdp_2024.csv", "地市,年份,地区生产总值\n广州市,2024,2\n".encode("gbk"), content_type="text/csv")
    url = site.put("/list/", '<a href="../files/gdp_2023.csv">附件：2023 年</a> <a href="/files/gdp_2024.csv">附件：2024 年</a>'
                   '<a href="/files/gdp_2023.csv#top">附件</a><a href="/about.csv">关于</a><a href="javascript:x()">附件.csv</a>')
    feed = page_feed(hub, url, {"link": "附件|gdp_"}, load="append")
    assert load(hub, feed, site).rows == 2
    assert landed(hub, feed) == [("广州市", "2023", "1"), ("广州市", "2024", "2")]
    assert hub.rows(feed.landing, "_position")[0][0] == f"{site.place}/files/gdp_2023.csv:2"
    assert load(hub, feed, site).skipped
    site.put("/files/gdp_2024.csv", "地市,年份,地区生产总值\n广州市,2024,3\n".encode("gbk"), content_type="text/csv")
    assert load(hub, feed, site).rows == 1
    assert "has no link to a file" in load(hub, page_feed(hub, url, {"link": "none"}, name="ceshi.nolink"), site).alarms[0].en


def test_a_workbook_that_a_page_lists(hub: Hub, site: Site, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([tuple(COLUMNS.values()), *ROWS]):
            sheet.write_row(at, 0, row)
    site.put("/a.xlsx", (tmp_path / "a.xlsx").read_bytes(), content_type="application/octet-stream")
    feed = page_feed(hub, site.put("/list", '<a href="a.xlsx">下载</a>'), {"link": "下载"})
    load(hub, feed, site)
    assert landed(hub, feed) == ROWS


def test_a_page_that_asks_for_a_password_is_refused(hub: Hub, site: Site) -> None:
    form = page_feed(hub, site.put("/a", table(ROWS, after="<form><input type='Password' name=p></form>")), name="ceshi.form")
    assert "asks for a password" in load(hub, form, site).alarms[0].en
    for status in (401, 403):
        closed = page_feed(hub, site.put(f"/{status}", "no", status=status), name=f"ceshi.closed{status}")
        assert "Only public pages" in load(hub, closed, site).alarms[0].en


def test_redirects_stay_on_the_site(hub: Hub, site: Site) -> None:
    site.put("/new", table(ROWS))
    moved = page_feed(hub, site.put("/old", "", status=301, location="/new"), name="ceshi.moved")
    assert load(hub, moved, site).rows == 2
    away = page_feed(hub, site.put("/away", "", status=302, location="http://elsewhere.example/"), name="ceshi.away")
    assert "another site" in load(hub, away, site).alarms[0].en
    around = page_feed(hub, site.put("/around", "", status=302, location="/around"), name="ceshi.around")
    assert [alarm.code for alarm in load(hub, around, site).alarms] == ["source_away"]


def test_what_robots_txt_forbids_is_not_asked_for(hub: Hub, site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: Lingnan/2\nDisallow: /private\nAllow: /private/open\n")
    closed = page_feed(hub, site.put("/private/a", table(ROWS)), name="ceshi.closed")
    assert "does not allow /private/a" in load(hub, closed, site).alarms[0].en
    assert load(hub, page_feed(hub, site.put("/private/open/a", table(ROWS)), name="ceshi.open"), site).rows == 2
    assert site.paths() == ["/robots.txt", "/robots.txt", "/private/open/a"]


@pytest.mark.parametrize(("status", "code"), [(500, "source_away"), (429, "source_away"), (404, ""), (403, "")])
def test_a_site_without_robots_txt_is_open_and_one_in_trouble_is_closed(hub: Hub, site: Site, status: int, code: str) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", status=status)
    result = load(hub, page_feed(hub, site.put("/a", table(ROWS))), site)
    assert "".join(alarm.code for alarm in result.alarms) == code
    assert ("/a" in site.paths()) == (not code)


def test_robots_txt_is_followed_where_it_moved(hub: Hub, site: Site) -> None:
    site.put("/robots.txt", "", status=301, location="/real-robots.txt")
    site.put("/real-robots.txt", "User-agent: *\nDisallow: /a")
    assert [alarm.code for alarm in load(hub, page_feed(hub, site.put("/a", table(ROWS))), site).alarms] == ["unreadable"]


def test_the_wait_that_a_site_asks_for_is_kept(hub: Hub, site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.2\n")
    first = site.put("/1", table(ROWS[:1], after='<a href="/2">下一页</a>'))
    site.put("/2", table(ROWS[1:]))
    assert load(hub, page_feed(hub, first), site).rows == 2
    times = [at for path, _headers, at in site.asked if path != "/robots.txt"]
    assert times[1] - times[0] >= 0.19
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 600\n")
    assert "asks for 600 seconds" in load(hub, page_feed(hub, first, name="ceshi.slow"), site).alarms[0].en


def test_a_site_that_was_not_approved_is_not_called(hub: Hub, site: Site) -> None:
    feed = page_feed(hub, site.put("/a", table(ROWS)))
    result = load_feed(feed, home=hub.home, **hub.doors(), allowed=["127.0.0.1:1"], contact=CONTACT)
    assert [alarm.code for alarm in result.alarms] == ["unreadable"]
    assert not site.asked


def test_an_option_that_is_no_expression_or_hurries_is_refused(hub: Hub) -> None:
    with pytest.raises(BadInput, match=r"options\.web\.heading"):
        page_feed(hub, "http://127.0.0.1:1/", {"heading": "("})
    with pytest.raises(BadInput, match=r"options\.web\.delay_s"):
        page_feed(hub, "http://127.0.0.1:1/", {"delay_s": 0.1})


RFC_9309 = b"""User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot

EOF
"""


@pytest.mark.parametrize(("agent", "path", "allowed"), [
    # The example of section 5.1, then the table of 2.2.2 and the special characters of 2.2.3.
    ("otherbot", "/example/page.html", False), ("otherbot", "/a.gif", False), ("otherbot", "/a.gifs", True), ("otherbot", "/publications/", True),
    ("otherbot", "/", True), ("foobot", "/example/page.html", True), ("foobot", "/example/allowed.gif", True), ("foobot", "/example/other", False),
    ("FooBot", "/", False), ("barbot", "/example/page.html", False), ("bazbot", "/example/page.html", False), ("bazbot", "/example/", True),
    ("quxbot", "/example/page.html", True), ("foobot", "/robots.txt", True),
])
def test_the_example_of_the_standard(agent: str, path: str, allowed: bool) -> None:
    assert read_robots(RFC_9309, agent).allows(path) is allowed


@pytest.mark.parametrize(("rule", "path", "matches"), [
    ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True), ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar", True),
    ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True), ("/foo/bar/%E3%83%84", "/foo/bar/ツ", True),
    ("/foo/bar/%62%61%7A", "/foo/bar/baz", True), ("/foo/bar/baz", "/foo/bar/%62%61%7a", True), ("/a%2fb", "/a%2Fb", True), ("/a%2Fb", "/a/b", False),
    ("/fish*", "/fishheads.html", True), ("/fish", "/Fish", False), ("/fish/", "/fish", False), ("/*.php", "/folder/a.php?x", True),
    ("/*.php$", "/a.php?x", False), ("/*.php$", "/a.php", True), ("/a*b*c$", "/abbcbc", True), ("/a*b$", "/ab/", False), ("/$", "/", True),
    ("/$", "/a", False), ("*/x", "/y/x", True), ("/a**b", "/axb", True), ("/ab*bc$", "/abc", False),
])
def test_paths_are_compared_as_the_standard_says(rule: str, path: str, matches: bool) -> None:
    assert read_robots(f"user-agent: *\ndisallow: {rule}".encode(), "x").allows(path) is not matches


def test_groups_merge_the_longest_rule_wins_and_of_equals_the_one_that_allows() -> None:
    text = "﻿user-agent: a\r\ndisallow: /x # why\r\n\r\nsitemap: http://e/\r\nUSER-AGENT: A\rallow: /x/y\ndisallow: /z\nallow: /z\ndisallow:\n"
    robots = read_robots(text.encode(), "a")
    assert [robots.allows(path) for path in ("/x", "/x/y", "/z", "/w")] == [False, True, True, True]
    assert read_robots(b"disallow: /\nuser-agent: b\ndisallow: /", "a").allows("/")
    assert read_robots(b"user-agent: *\ncrawl-delay: 3\nuser-agent: a\ncrawl-delay: x\n", "a").delay_s == 0
    assert read_robots(b"user-agent: *\ncrawl-delay: 3\n", "a").delay_s == 3


@given(st.binary(max_size=400), st.text(max_size=60))
def test_no_robots_txt_is_too_odd(text: bytes, path: str) -> None:
    assert read_robots(b"user-agent: *\n" + text, "x").allows("/" + path) in (True, False)


def test_an_expression_in_robots_txt_costs_no_more_than_its_length() -> None:
    robots = read_robots(b"user-agent: *\ndisallow: /" + b"*a" * 200_000 + b"$", "x")
    assert robots.allows("/" + "a" * 100_000)


WORDS = st.text("abc 甲乙&<>'\"", min_size=1, max_size=6)
TAGS = st.sampled_from([
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th colspan=2>", "<td rowspan=3>", "<td rowspan=0 colspan=0>", "</th>", "<thead>",
    "</thead>", "<tbody>", "<caption>", "</caption>", "<h2>", "</h2>", "<a href=x>", "</a>", "<br/>", "<p>", "<td rowspan='9999999999'>",
    "<!-- x -->", "<td", "</", "<td colspan=-1>", "&#", "<![CDATA[",
])


@given(st.lists(st.one_of(TAGS, WORDS), max_size=60))
def test_no_page_is_too_odd_to_read(parts: list[str]) -> None:
    for found in HtmlPage("".join(parts)).tables:
        rows, _merges, headers = found.grid()
        assert len({len(row) for row in rows}) <= 1
        assert 0 <= headers <= len(rows)


CELL = st.tuples(st.integers(1, 3), st.integers(0, 3), st.booleans())


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_no_cell_of_a_table_is_lost(shape: list[list[tuple[int, int, bool]]], chance: random.Random) -> None:
    """Every cell's word stands in the grid, once for each row the cell spans, whatever closing tags are left out."""
    words, spans, text = list[str](), dict[str, int](), ["<table>"]
    for top, row in enumerate(shape):
        text.append("<tr>")
        for columns, rows, header in row:
            word = f"w{len(words)}w"
            words.append(word)
            spans[word] = min(len(shape), top + rows if rows else len(shape)) - top
            tag = "th" if header else "td"
            text.append(f"<{tag} colspan={columns} rowspan={rows}>{word}{chance.choice(['', f'</{tag}>'])}")
        text.append(chance.choice(["", "</tr>"]))
    rows, _merges, _headers = HtmlPage("".join(text) + chance.choice(["", "</table>"])).tables[0].grid()
    found = [word for row in rows for cell in row for word in re.findall(r"w\d+w", cell)]
    assert {word: found.count(word) for word in words} == spans


def test_text_between_cells_and_in_inner_tables_is_kept() -> None:
    page = HtmlPage("<table>stray<tr><td>outer<table><tr><td>inner</table>after<td>2</table>")
    outer, inner = page.tables
    assert (outer.titles, outer.grid()[0], inner.grid()[0]) == (["stray"], [["outerafter", "2"]], [["inner"]])


def test_a_table_of_more_cells_than_anyone_publishes_is_refused() -> None:
    page = HtmlPage("<table>" + "<tr><td rowspan=65534 colspan=1000>" * 3000 + "</table>")
    with pytest.raises(BadInput, match="more than 2000000 cells"):
        page.tables[0].grid()


