"""A broker of a check's own, and callers that ask it: for checks written in Python."""

import base64
import http.client
import json
import os
import pathlib
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
MINTMARK = str(TOP / "mintmark")
ISSUER = "https://localhost:8443"
RESOURCE = "https://ledger.example.org"
WORKLOAD = "spiffe://dev.mintmark/ns/payments/sa/orders"
START_LIMIT = 120.0
# callers never wait this long between two looks at their connections
STOPPED = 1.0

# Python ends at these without a word to what stops the broker, unmounts its disk and removes its folder.
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, frame: sys.exit(128 + number))


class Broker:
    """Started by the launcher with --dev, on free ports of loopback."""

    def __init__(self, data, log, policy=None, **environment):
        self.data, self.log, self.policy = pathlib.Path(data), log, policy
        self.environment = dict(
            os.environ,
            MINTMARK_ISSUER=ISSUER,
            MINTMARK_HTTPS_LISTEN="127.0.0.1:0",
            MINTMARK_HTTP_LISTEN="127.0.0.1:0",
            MINTMARK_MANAGEMENT_LISTEN="127.0.0.1:0",
            **environment)
        self.process = None

    def start(self):
        """Waits until it answers; the seconds that took."""
        endpoints = self.data / "endpoints.json"
        endpoints.unlink(missing_ok=True)
        began = time.monotonic()
        command = [MINTMARK, "broker", "--dev", "--data", str(self.data)]
        self.process = subprocess.Popen(
            command + (["--policy", str(self.policy)] if self.policy else []),
            env=self.environment, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        while time.monotonic() - began < START_LIMIT:
            if self.process.poll() is not None:
                raise SystemExit(f"the broker ended with {self.process.returncode}: " + pathlib.Path(self.log.name).read_text()[-600:])
            try:
                said = json.loads(endpoints.read_text())
                self.http = said["http"].removeprefix("http://")
                self.management = said["management"].removeprefix("http://")
                if self.get(self.http, "/oauth2/jwks")[0] == 200:
                    return time.monotonic() - began
            except (OSError, ValueError, KeyError, http.client.HTTPException):
                pass
            time.sleep(0.01)
        raise SystemExit(f"the broker did not start within {START_LIMIT} s: " + pathlib.Path(self.log.name).read_text()[-600:])

    def get(self, address, path, timeout=2.0):
        connection = http.client.HTTPConnection(address, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ready(self):
        """What health says: whether it is ready, and each check by its name."""
        status, text = self.get(self.management, "/q/health/ready")
        checks = {check["name"]: check for check in json.loads(text)["checks"]}
        return status == 200, checks

    def proof(self, ttl="3h", workload=WORKLOAD):
        done = subprocess.run(
            [MINTMARK, "dev", "jwt-svid", "--data", str(self.data), "--id", workload, "--audience", ISSUER, "--ttl", ttl],
            check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def send(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def usage(self):
        """Resident MB, threads and open handles."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        field = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if len(line.split()) > 1}
        handles = len(os.listdir(f"/proc/{self.process.pid}/fd"))
        return int(field["VmRSS"]) / 1024, int(field["Threads"]), handles


def exchange(proof, resource=RESOURCE):
    """The bytes of a request for an access token."""
    body = json.dumps({"evidence": {"kind": "jwt-svid", "token": proof}, "resource": resource}).encode()
    head = f"POST /v1/exchange HTTP/1.1\r\nhost: broker\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def jti(text):
    token = json.loads(text)["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["jti"]


class Answer:
    """One request as its caller saw it: when it was due, how long it took, and what came of it."""

    __slots__ = ("at", "took", "status", "text")

    def __init__(self, at, took, status, text):
        self.at, self.took, self.status, self.text = at, took, status, text

    def reason(self):
        try:
            return json.loads(self.text).get("reason", "")
        except ValueError:
            return ""


class Callers(threading.Thread):
    """Kept connections that ask in turn: as fast as they are answered, or at a rate, whatever the answers do. An
    answer that is not there after `patience` seconds has the status 0, a connection that broke -1."""

    def __init__(self, address, requests, connections=8, rate=None, patience=15.0, seen=None):
        super().__init__(daemon=True)
        host, port = address.rsplit(":", 1)
        self.address, self.requests = (host, int(port)), requests
        self.count, self.rate, self.patience = connections, rate, patience
        self.answers, self.stopping = [], False
        self.seen = seen or self.answers.append
        self.selector = selectors.DefaultSelector()
        self.asked = 0

    def run(self):
        idle, busy = [self.connected(None) for _ in range(self.count)], {}
        began = last = time.monotonic()
        while not (self.stopping and not busy):
            now = time.monotonic()
            if now - last > STOPPED:  # this process was stopped itself: nobody waited
                began += now - last
                busy = {sock: (due + now - last, sent + now - last) for sock, (due, sent) in busy.items()}
            last = now
            while idle and not self.stopping and (not self.rate or self.asked < (now - began) * self.rate):
                caller = idle.pop()
                due = began + self.asked / self.rate if self.rate else now
                if self.ask(caller):
                    busy[caller[0]] = (due, now)
                    self.selector.register(caller[0], selectors.EVENT_READ, caller)
                else:
                    self.seen(Answer(due, time.monotonic() - due, -1, b""))
                    idle.append(self.connected(caller))
                    break
            for key, _ in self.selector.select(0.002 if self.rate else 0.05):
                self.hear(key.data, busy, idle)
            late = [sock for sock, (_, sent) in busy.items() if now - sent > self.patience]
            for sock in late:
                self.ended(self.selector.get_key(sock).data, busy, idle, 0, b"", broken=True)
        for sock, _ in idle:
            if sock is not None:
                sock.close()

    def connected(self, caller):
        if caller is not None and caller[0] is not None:
            caller[0].close()
        try:
            sock = socket.create_connection(self.address, timeout=0.5)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return [sock, b""]
        except OSError:
            time.sleep(0.01)
            return [None, b""]

    def ask(self, caller):
        request = self.requests[self.asked % len(self.requests)]
        self.asked += 1
        if caller[0] is not None and select.select([caller[0]], [], [], 0)[0]:
            caller[:] = self.connected(caller)  # idle for so long that it was closed, as any client sees
        try:
            caller[0].sendall(request)
            return True
        except (OSError, AttributeError):
            return False

    def hear(self, caller, busy, idle):
        try:
            some = caller[0].recv(65536)
        except OSError:
            some = b""
        if not some:
            self.ended(caller, busy, idle, -1, b"", broken=True)
            return
        caller[1] += some
        head, found, body = caller[1].partition(b"\r\n\r\n")
        if found:
            fields = head.lower().split(b"\r\n")
            length = next((int(line.split(b":")[1]) for line in fields if line.startswith(b"content-length:")), 0)
            if len(body) >= length:
                caller[1] = b""
                closes = b"connection: close" in fields
                self.ended(caller, busy, idle, int(head[9:12]), body, broken=closes)

    def ended(self, caller, busy, idle, status, text, broken):
        due, _ = busy.pop(caller[0])
        self.selector.unregister(caller[0])
        self.seen(Answer(due, time.monotonic() - due, status, text))
        idle.append(self.connected(caller) if broken else caller)

    def stop(self):
        self.stopping = True
        self.join()
        return self.answers


def percentile(values, share):
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))] if ranked else 0.0


def recorded(data):
    """The token ids in the ledger, of which there may be millions."""
    export = subprocess.Popen([MINTMARK, "ledger", "export", str(data)], stdout=subprocess.PIPE)
    with export:
        entries = map(json.loads, export.stdout)
        found = {entry["jti"] for entry in entries if "jti" in entry}
    if export.returncode != 0:
        raise SystemExit(f"ledger export ended with {export.returncode}")
    return found


def verify(data):
    done = subprocess.run([MINTMARK, "ledger", "verify", str(data)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("ledger verify failed: " + done.stdout + done.stderr)
