#!/usr/bin/env python3
"""A client of Parallax' API that is made from its OpenAPI document when it starts: the standard library alone, Python 3.9 or newer.

    PARALLAX_KEY=plx_... python3 clients/python/parallax.py http://127.0.0.1:4777

prints the state of the engine, sums the fills of every page by symbol, and follows the journal for a few events.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from decimal import Decimal


class Refused(Exception):
    """The engine refused: `problem` is its answer (RFC 9457)."""

    def __init__(self, problem):
        super().__init__(problem.get("detail", "refused"))
        self.problem = problem


class Parallax:
    """One function for each operationId of the document: `client.get_orders(limit=50)`, `client.v1_pauseTrading()`."""

    def __init__(self, url, key, timeout=30):
        self.url, self.key, self.timeout = url.rstrip("/"), key, timeout
        self.operations = {}
        for path, methods in self._json("GET", "/api/v1/openapi.json")["paths"].items():
            for method, operation in methods.items():
                self.operations[operation["operationId"]] = (method.upper(), path, operation)

    def __getattr__(self, name):
        try:
            method, path, operation = self.operations[name]
        except KeyError:
            raise AttributeError(name) from None

        def call(**values):
            if method == "POST":
                return self._json(method, path, body=values)
            known = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
            unknown = set(values) - known
            if unknown:
                raise TypeError(f"{name} takes {sorted(known)}, not {sorted(unknown)}")
            return self._json(method, path + ("?" + urllib.parse.urlencode(values) if values else ""))

        return call

    def pages(self, name, **values):
        """Every page of a list, the newest first."""
        cursor = None
        while True:
            page = getattr(self, name)(**values, **({"cursor": cursor} if cursor else {}))
            yield page
            cursor = page["next"]
            if cursor is None:
                return

    def events(self, after=None, types=None):
        """Events of the journal as (id, type, data); give the last id as `after` to go on behind it."""
        path = "/api/v1/events" + (f"?types={','.join(types)}" if types else "")
        with self._open("GET", path, headers={"Last-Event-ID": after} if after else {}) as response:
            frame = {}
            for line in response:
                text = line.decode("utf-8").rstrip("\n")
                if text == "":
                    if "data" in frame:
                        yield frame["id"], frame["event"], json.loads(frame["data"])
                    frame = {}
                elif not text.startswith(":"):
                    field, _, value = text.partition(": ")
                    frame[field] = value

    def _open(self, method, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode("utf-8")
        try:
            return urllib.request.urlopen(request, data=data, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            raise Refused(json.loads(error.read().decode("utf-8"))) from None

    def _json(self, method, path, body=None):
        with self._open(method, path, body) as response:
            return json.loads(response.read().decode("utf-8"))


def main(url):
    client = Parallax(url, os.environ["PARALLAX_KEY"])
    status = client.get_status()
    state = "killed" if status["killed"] else "paused" if status["paused"] else "trading"
    print(f"{status['profile']} {status['version']}: {state}, {len(status['feeds'])} feeds")
    # Decimals travel as text: Decimal keeps every digit.
    notional = defaultdict(Decimal)
    for page in client.pages("get_fills", limit=200):
        for fill in page["fills"]:
            notional[fill["symbol"]] += Decimal(fill["price"]) * Decimal(fill["qty"])
    for symbol, total in sorted(notional.items(), key=lambda item: -item[1])[:5]:
        print(f"{symbol}: {total:f}")
    for count, (event_id, kind, _data) in enumerate(client.events()):
        print(event_id, kind)
        if count == 2:
            return


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:4777")
