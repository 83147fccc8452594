"""Outgoing calls: what is refused before a connection is made, what is pinned, and what limits hold against a server that means harm."""

import gzip
import http.server
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import BadInput, LingnanError, OutgoingClient, Refused, Unavailable, read_place, read_web_address
from lingnan.base.addresses import is_public, is_reachable

PUBLIC = "8.8.8.8"
FOR_EVER_S, SOON_S = 300, 30
"""How long a bad server keeps a caller without a limit of its own, and how soon one with a limit of half a second is back on a busy machine."""
MEGABYTE = 1024 * 1024
_packer = zlib.compressobj(1, zlib.DEFLATED, 31)
BOMB = b"".join(_packer.compress(bytes(MEGABYTE)) for _ in range(200)) + _packer.flush()


class Site(http.server.BaseHTTPRequestHandler):
    """Answers by path; keeps what it was asked."""

    asked: ClassVar[list[tuple[str, str, str]]] = []
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.asked.append((self.command, self.path, self.headers["Host"]))
        name = self.path.split("?")[0].strip("/")
        getattr(self, f"give_{name}", self.give_plain)()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.command, body.decode(), self.headers["Host"]))
        self.tell(202, body[::-1])

    def give_plain(self):
        self.tell(200, b"plain")

    def give_redirect(self):
        self.tell(302, b"", {"Location": "http://127.0.0.1:1/secret"})

    def give_gzip(self):
        self.tell(200, gzip.compress(b"packed"), {"Content-Encoding": "gzip"})

    def give_bomb(self):
        self.tell(200, BOMB, {"Content-Encoding": "gzip"})

    def give_twice(self):
        self.tell(200, gzip.compress(gzip.compress(b"x")), {"Content-Encoding": "gzip, gzip"})

    def give_torn(self):
        self.tell(200, gzip.compress(bytes(range(256)) * 9)[:-12], {"Content-Encoding": "gzip"})

    def give_claim(self):
        self.send_response(200)
        self.send_header("Content-Length", str(10**12))
        self.end_headers()

    def give_endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(bytes(MEGABYTE))
        except OSError:
            self.close_connection = True

    def give_header(self):
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(300):
                self.wfile.write(b"a" * MEGABYTE)
        except OSError:
            self.close_connection = True

    def give_drip(self):
        try:
            for each in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 6000:
                self.wfile.write(bytes([each]))
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def give_silence(self):
        time.sleep(FOR_EVER_S)

    def tell(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """Quiet."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Callers hang up here on purpose."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = Server(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.fixture(autouse=True)
def _nothing_asked():
    Site.asked.clear()


def client(port, **more):
    return OutgoingClient([f"127.0.0.1:{port}"], **{"timeout_s": 5.0, **more})


class Net(httpcore.NetworkBackend):
    """The world outside, on one machine: every address asked for is noted and leads to the local port."""

    def __init__(self, port):
        self.port, self.asked = port, []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.asked.append((host, port))
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout)


class Names:
    """A name service that gives one list of addresses after the other."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, host, port):
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


REFUSED = [
    "http://127.0.0.1/", "http://127.8.9.1/", "http://localhost/", "http://localhost./", "http://0.0.0.0/", "http://0.1.2.3/", "http://10.1.2.3/",
    "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/",
    "http://100.64.0.1/", "http://224.0.0.1/", "http://239.255.255.250/", "http://240.0.0.1/", "http://255.255.255.255/", "http://192.0.2.1/",
    "http://198.18.0.1/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fd00:ec2::254]/", "http://[fc00::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.1/", "http://127.0.1/", "http://127.0.0.1./",
    "http://127.000.000.001/", "http://１２７.０.０.１/", "http://①②⑦.0.0.1/", "http://127。0。0。1/", "http://0/", "http://0x/",
    "http://8.8.8.8@127.0.0.1/", "http://user:word@8.8.8.8/", "http://8.8.8.8:80@10.0.0.1/", "http://8.8.8.8#@10.0.0.1:22/",
    "http://8.8.8.8\\@10.0.0.1/", "http://8.8.8.8%2f@10.0.0.1/", "http://8.8.8.8:22/", "http://8.8.8.8:25/", "http://8.8.8.8:6379/",
    "http://8.8.8.8:0/", "http://8.8.8.8:99999/", "http://8.8.8.8:80:80/", "file:///etc/passwd", "gopher://8.8.8.8/_x", "ftp://8.8.8.8/x",
    "dict://8.8.8.8:80/", "jar:http://8.8.8.8!/", "//8.8.8.8/", "http:8.8.8.8", "http:///x", "http://", "", "http://8.8.8.8/\r\nHost: x",
    "http://8.8.8.8\t/", "http:// 8.8.8.8/", "http://exa mple.cn/", "http://-x.cn/", "http://x..cn/", "http://x.cn:/@/" + "a" * 2000,
    "HTTP://LOCALHOST/", "http://example.cn%00.x/", "http://%31%32%37.0.0.1/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_typed_address_that_leads_inside_is_refused_before_anything_is_sent(port, url):
    net, names = Net(port), Names(["127.0.0.1"])
    if "8.8.8.8#@" in url:  # a fragment ends the host: what is called is 8.8.8.8, on its own port
        assert read_web_address(url).place == "8.8.8.8:80"
        return
    with pytest.raises(Refused) as refused:
        OutgoingClient.typed(resolve=names, network=net).call("GET", url)
    assert net.asked == []
    assert "word" not in refused.value.en + refused.value.zh


INSIDE = ["127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.0.1", "100.64.1.1", "0.0.0.0", "::1", "fe80::1%eth0", "::ffff:10.0.0.1", "fd00::1"]


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_whose_answers_lead_inside_is_refused_even_when_only_one_does(port, inside):
    for answers in ([inside], [PUBLIC, inside], [inside, PUBLIC]):
        net = Net(port)
        with pytest.raises(Refused):
            OutgoingClient.typed(resolve=Names(answers), network=net).get("http://evil.example/")
        assert net.asked == []


def test_a_public_name_is_looked_up_once_and_called_at_the_address_found(port):
    """Rebinding: the name service says something else the second time, and nobody asks it."""
    net, names = Net(port), Names([PUBLIC], ["127.0.0.1"])
    typed = OutgoingClient.typed(resolve=names, network=net, ports=[80, 8080])
    assert typed.get("http://data.example/a?b=1#c") == b"plain"
    assert names.asked == ["data.example"]
    assert net.asked == [(PUBLIC, 80)]
    assert Site.asked == [("GET", "/a?b=1", "data.example")]
    with pytest.raises(Refused):
        typed.get("http://data.example/")


def test_the_next_address_is_tried_when_one_is_away(port):
    class Half(Net):
        def connect_tcp(self, host, port, *more, **named):
            if host == PUBLIC:
                self.asked.append((host, port))
                raise httpcore.ConnectError("away")
            return super().connect_tcp(host, port, *more, **named)

    net = Half(port)
    assert OutgoingClient.typed(resolve=Names([PUBLIC, "1.1.1.1"]), network=net, ports=[8080]).get("http://d.example:8080/") == b"plain"
    assert net.asked == [(PUBLIC, 8080), ("1.1.1.1", 8080)]
    assert Site.asked[0][2] == "d.example:8080"


def test_a_registered_place_is_called_with_its_parameters(port):
    assert client(port).get(f"http://127.0.0.1:{port}/列表?a=1", {"页": 2}, {"Host": "evil"}) == b"plain"
    assert Site.asked == [("GET", "/%E5%88%97%E8%A1%A8?a=1&%E9%A1%B5=2", f"127.0.0.1:{port}")]
    answer = client(port).post(f"http://127.0.0.1:{port}/", b"abc")
    assert (answer.status, answer.body) == (202, b"cba")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:{port}/", "http://127.0.0.1:{port}@8.8.8.8/", "https://127.0.0.1/"])
def test_a_place_that_is_not_registered_is_refused(port, url):
    with pytest.raises(Refused):
        client(port).get(url.format(port=port))
    assert Site.asked == []


@pytest.mark.parametrize("bent", ["127.0.0.1", "::1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::ffff:127.0.0.1", "fe80::1"])
def test_a_registered_name_bent_to_this_machine_is_refused(port, bent):
    with pytest.raises(Refused):
        OutgoingClient([f"data.example:{port}"], resolve=Names([bent])).get(f"http://data.example:{port}/")


def test_a_registered_name_may_live_on_the_offices_own_network(port):
    net = Net(port)
    OutgoingClient(["data.example"], resolve=Names(["10.2.3.4"]), network=net).get("http://DATA.example/")
    assert net.asked == [("10.2.3.4", 80)]


def test_a_redirect_is_not_followed(port):
    assert client(port).call("GET", f"http://127.0.0.1:{port}/redirect").status == 302
    with pytest.raises(Unavailable, match="redirects are not followed"):
        client(port).get(f"http://127.0.0.1:{port}/redirect")
    assert len(Site.asked) == 2


def test_packed_answers_are_unpacked_within_the_limit(port):
    assert client(port).get(f"http://127.0.0.1:{port}/gzip") == b"packed"


@pytest.mark.parametrize("path", ["bomb", "claim", "endless", "twice"])
def test_an_answer_beyond_the_limit_is_refused(port, path):
    with pytest.raises(BadInput):
        client(port, maximum_bytes=MEGABYTE).get(f"http://127.0.0.1:{port}/{path}")


@pytest.mark.parametrize("path", ["header", "silence", "torn"])
def test_a_server_that_answers_badly_is_unavailable(port, path):
    began = time.monotonic()
    with pytest.raises(Unavailable):
        client(port, timeout_s=0.3).get(f"http://127.0.0.1:{port}/{path}")
    assert time.monotonic() - began < SOON_S


def test_a_dripping_server_ends_with_the_call(port):
    began = time.monotonic()
    with pytest.raises(Unavailable):
        client(port, total_s=0.5).get(f"http://127.0.0.1:{port}/drip")
    assert time.monotonic() - began < SOON_S


def test_a_header_with_a_line_break_is_refused(port):
    with pytest.raises(BadInput):
        client(port).get(f"http://127.0.0.1:{port}/", headers={"X": "a\r\nY: b"})
    assert Site.asked == []


@pytest.fixture(scope="module")
def secure(tmp_path_factory) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A server with a certificate for data.example, and a context that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
            "/CN=data.example", "-addext", "subjectAltName=DNS:data.example", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(made, check=True, capture_output=True)
    server = Server(("127.0.0.1", 0), Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], ssl.create_default_context(cafile=str(folder / "cert.pem"))
    server.shutdown()


def test_tls_is_checked_against_the_name_while_the_address_is_pinned(secure):
    port, trusting = secure
    net = Net(port)
    assert OutgoingClient.typed(resolve=Names([PUBLIC]), network=net, tls=trusting).get("https://data.example/") == b"plain"
    assert net.asked == [(PUBLIC, 443)]
    for name, context in (("other.example", trusting), ("data.example", None)):
        with pytest.raises(Unavailable):
            OutgoingClient.typed(resolve=Names([PUBLIC]), network=net, tls=context, timeout_s=1).get(f"https://{name}/")


def test_an_unknown_host_is_unavailable():
    with pytest.raises(Unavailable):
        OutgoingClient.typed(resolve=Names([])).get("http://nobody.example/")


@given(st.integers(0, 2**32 - 1))
def test_every_form_of_a_private_number_is_refused(number):
    """Canonical addresses are judged by their network; every other way to write one is refused whatever it means."""
    plain = str(IPv4Address(number))
    octal = ".".join(f"0{int(part):o}" for part in plain.split("."))
    for form in (str(number), hex(number), octal, ".".join(hex(int(part)) for part in plain.split("."))):
        if form != plain:
            with pytest.raises(Refused):
                read_web_address(f"http://{form}/")
    allowed = is_public(IPv4Address(number))
    assert allowed <= IPv4Address(number).is_global
    for mapped in (f"::ffff:{plain}", f"64:ff9b::{plain}", f"::{plain}"):
        assert not is_public(IPv6Address(mapped))
    if not allowed:
        with pytest.raises(Refused):
            OutgoingClient.typed(network=Net(1)).get(f"http://{plain}/")


@given(st.text(max_size=40))
def test_any_text_is_either_an_address_or_refused(text):
    for url in (text, f"http://{text}", f"http://{text}/x", f"http://{text}@8.8.8.8/"):
        try:
            found = read_web_address(url)
        except LingnanError:
            continue
        assert found.host.isascii()
        assert "@" not in found.host
        assert found.target.isascii()
        assert " " not in found.target


@given(st.ip_addresses())
def test_what_is_public_is_also_reachable_when_registered(address):
    assert not is_public(address) or is_reachable(address, "data.example")


def test_places_have_one_form():
    assert read_place("Data.Example") == "data.example:443"
    assert read_place("[0:0::1]:8080") == "[::1]:8080"
    assert read_place("政务.cn:443") == "xn--zfr164b.cn:443"
    for wrong in ("http://x/", "x/path", "x?y", "", "u@x:1"):
        with pytest.raises(BadInput):
            read_place(wrong)


def test_a_place_without_port_stands_for_the_usual_one_of_either_scheme(port):
    registered = OutgoingClient(["data.example"], resolve=Names([PUBLIC]))
    assert registered.check("https://data.example/x").port == 443
    assert registered.check("http://data.example/x").port == 80
    for other in ("https://data.example:80/", "http://data.example:443/"):
        registered.check(other)
    with pytest.raises(Refused):
        registered.check("https://data.example:8443/")
