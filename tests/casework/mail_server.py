"""A mail server as a process of its own: keeps what it takes as files, and behaves as the recipient's name says. Prints its port."""

import asyncio
import json
import ssl
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

folder, port, *how = Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.partition("@")[0]
        if name == "never":
            return "550 5.1.1 no such user"
        if name == "greylisted" and len(list(folder.glob("grey-*"))) < 2:
            (folder / f"grey-{time.time_ns()}").touch()
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name == "spam":
            return "554 5.7.1 looks like spam"
        if name == "full":
            return "452 4.2.2 mailbox full"
        (folder / f"mail-{time.time_ns()}.json").write_text(json.dumps({
            "to": envelope.rcpt_tos, "from": envelope.mail_from, "data": envelope.content.decode("ascii"), "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.authenticated else "",
        }))
        if name == "slow":
            await asyncio.sleep(1)
        if name == "cut":
            server.transport.abort()
        return "250 kept"


def authenticate(server, session, envelope, mechanism, auth_data):
    right = auth_data.login == b"hub" and auth_data.password == b"right word"
    return AuthResult(success=right, handled=False, auth_data=auth_data)


def make():
    options = {}
    if "starttls" in how:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        options = {"tls_context": context, "require_starttls": True}
    if "auth" in how:
        options |= {"auth_required": True, "authenticator": authenticate, "auth_require_tls": True}
    return SMTP(Keeper(), hostname="mail.example", **options)


async def serve():
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
