"""A real SMTP server for tests (aiosmtpd): three ports, and a line of JSON for each login and each message that it took.

smtp_server.py CERT KEY: `relay` asks for nothing, `starttls` for TLS and a login, `smtps` for a login within TLS.
Receivers by their name: `no@` is unknown, `later@` is deferred once, `never@` always. Ends with its standard input.
"""
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def say(what):
    print(json.dumps(what), flush=True)


class Handler:
    def __init__(self, port):
        self.port = port
        self.seen = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "no":
            return "550 5.1.1 unknown here"
        if name == "never" or (name == "later" and address not in self.seen):
            self.seen.add(address)
            return "450 4.2.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say({
            "port": self.port,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": sorted(name.lower() for name in letter.keys()),
            "subject": str(letter["subject"]),
            "id": str(letter["message-id"]),
            "body": letter.get_body().get_content(),
        })
        return "250 OK"


def login(port):
    def check(server, session, envelope, mechanism, data):
        user, password = data.login.decode(), data.password.decode()
        isRight = (user, password) == ("desk", "right pass-word")
        say({"port": port, "login": user, "right": isRight})
        return AuthResult(success=isRight, handled=False)

    return check


async def main(cert, key):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    loop = asyncio.get_running_loop()
    made = {
        "relay": (lambda: SMTP(Handler("relay")), None),
        "starttls": (
            lambda: SMTP(
                handlers["starttls"],
                tls_context=context,
                require_starttls=True,
                auth_required=True,
                authenticator=login("starttls"),
            ),
            None,
        ),
        "smtps": (
            lambda: SMTP(
                handlers["smtps"],
                auth_required=True,
                auth_require_tls=False,
                authenticator=login("smtps"),
            ),
            context,
        ),
    }
    handlers = {name: Handler(name) for name in made}
    ports = {}
    for name, (factory, tls) in made.items():
        server = await loop.create_server(factory, "127.0.0.1", 0, ssl=tls)
        ports[name] = server.sockets[0].getsockname()[1]
    say({"ports": ports})
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(*sys.argv[1:3]))
