"""Pretends to be GitHub's token service and a broker, good and bad, one scenario for each first segment of the path.

usage: github-action-servers.py FILE   (its port is written there)
"""

import glob
import http.server
import json
import sys
import threading
import time
import urllib.parse

IDENTITY = "eyJhbGciOiJub25lIn0.aWRlbnRpdHk.c2ln"
TOKEN = "eyJhbGciOiJub25lIn0.dG9rZW4.c2ln"
seen = {}
arguments = set()


def watch():
    """Looks at the arguments of all programs, as any user of the machine can."""
    while True:
        for name in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(name, "rb") as file:
                    words = file.read().replace(b"\0", b" ").decode("latin-1")
            except OSError:
                continue
            if words.startswith("curl") and "--write-out" in words:
                arguments.add(words)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def scenario(self):
        path = urllib.parse.urlsplit(self.path)
        return path.path.split("/")[1], "/".join(path.path.split("/")[2:]), urllib.parse.parse_qs(path.query)

    def do_GET(self):
        scenario, rest, query = self.scenario()
        if scenario == "arguments":
            return self.answer(200, "\n".join(arguments).encode() or b"none")
        if rest == "seen":
            wanted = {
                "grant_type": ["client_credentials"],
                "client_assertion_type": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
                "client_assertion": [IDENTITY],
                "resource": ["https://registry.example.org"],
                "scope": ["push pull"],
            }
            good = seen.get("form") == wanted and seen.get("audience") == ["https://mintmark.example.org"]
            return self.answer(200 if good and arguments else 500, json.dumps(seen).encode())
        if self.headers.get("authorization") != "bearer runner-secret":
            return self.answer(401, b"{}")
        if scenario == "identity-redirect":
            return self.answer(307, b"", location="/good/identity?audience=x")
        if scenario == "identity-nonsense":
            return self.answer(200, b'{"value": "no jwt at all"}')
        seen["audience"] = query.get("audience")
        time.sleep(0.1)  # long enough for the watcher to see the arguments
        return self.answer(200, json.dumps({"count": 1, "value": IDENTITY}).encode())

    def do_POST(self):
        scenario, _, _ = self.scenario()
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        good = json.dumps({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "push pull"})
        if scenario == "good":
            seen["form"] = urllib.parse.parse_qs(body)
            time.sleep(0.1)
            return self.answer(200, good.encode())
        if scenario == "refused":
            return self.answer(403, b'{"error": "access_denied", "error_description": "no-grant: nothing grants it"}')
        if scenario == "command":
            return self.answer(403, b'{"error_description": "x\n::set-output name=a::b\r\n::add-path::/tmp"}')
        if scenario == "redirect":
            return self.answer(307, b"", location="/good/oauth2/token")
        if scenario == "large":
            return self.answer(200, good.encode() + b" " * 1_000_000)
        if scenario == "slow":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(100):
                    self.wfile.write(b" ")
                    time.sleep(0.2)
            except OSError:
                pass
            return None
        if scenario == "injected":
            return self.answer(200, good.replace(TOKEN, TOKEN + "\\ntoken-file=/etc/passwd").encode())
        return self.answer(200, b"<html>")


threading.Thread(target=watch, daemon=True).start()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(sys.argv[1], "w") as file:
    file.write(str(server.server_port))
server.serve_forever()
