"""For src/interop/floods: one kind of attack, and a client that asks all the while.

usage: floods.py KIND HTTP HTTPS MANAGEMENT PID PROOF RESOURCE

Prints "served N slowest SECONDS rss MB …" where every request of the client was answered with a token; fails otherwise.
"""
import http.client
import socket
import ssl
import sys
import threading
import time
import urllib.parse
import urllib.request

KIND, HTTP, HTTPS, MANAGEMENT, PID, PROOF, RESOURCE = sys.argv[1:]
MOST_MB = 768  # the limit of the chart
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
TOKEN = open(PROOF, encoding="ascii").read().strip()
UNSIGNED = TOKEN[:-8] + ("AAAAAAAA" if TOKEN[-8:] != "AAAAAAAA" else "BBBBBBBB")


def address(url):
    parts = urllib.parse.urlsplit(url)
    return "127.0.0.1", parts.port


def form(proof):
    return urllib.parse.urlencode({
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe",
        "client_assertion": proof, "resource": RESOURCE})


def ask(connection, proof):
    connection.request("POST", "/oauth2/token", form(proof), {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def unverified():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Client(threading.Thread):
    """Asks every 25 ms, now on a kept connection and now on a new one of TLS, from an address of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.served, self.slowest, self.wrong, self.over = 0, 0.0, [], threading.Event()

    def run(self):
        kept = http.client.HTTPConnection(*address(HTTP), timeout=20, source_address=("127.0.0.9", 0))
        while not self.over.wait(0.025):
            began = time.monotonic()
            try:
                if self.served % 10 == 9:
                    anew = http.client.HTTPSConnection(
                        *address(HTTPS), timeout=20, source_address=("127.0.0.9", 0), context=unverified())
                    status = ask(anew, TOKEN)
                    anew.close()
                else:
                    status = ask(kept, TOKEN)
            except (OSError, http.client.HTTPException) as failure:
                status = repr(failure)
            if status != 200:
                self.wrong.append(status)
                return
            self.served += 1
            self.slowest = max(self.slowest, time.monotonic() - began)


def opened(source, url=HTTP):
    connection = socket.create_connection(address(url), timeout=20, source_address=(source, 0))
    connection.settimeout(5)
    return connection


def http2(source):
    """A connection that speaks HTTP/2 over TLS."""
    context = unverified()
    context.set_alpn_protocols(["h2"])
    connection = context.wrap_socket(opened(source, HTTPS))
    connection.sendall(PREFACE + frame(4, 0, 0))
    return connection


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def headers(stream, flags, method=b"\x82", path=b"/oauth2/jwks"):
    block = method + b"\x87\x04" + bytes([len(path)]) + path + b"\x01\x09localhost"
    return frame(1, flags, stream, block)


def is_over(connection):
    """Whether the other side has ended it; reads what there is."""
    connection.setblocking(False)
    try:
        while connection.recv(65536):
            pass
        return True
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True


def dawdling():
    end = time.monotonic() + 33
    idle = [opened("127.0.0.2") for _ in range(3000)]
    post = b"POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9999\r\n\r\n"
    slow = []
    for i in range(400):
        connection = opened("127.0.0.3")
        connection.sendall(b"GET / HTTP/1.1\r\nX: " if i % 2 else post)
        slow.append(connection)
    half = [opened("127.0.0.4", HTTPS) for _ in range(400)]
    for connection in half:
        connection.sendall(bytes.fromhex("16030102000100"))
    deaf = [opened("127.0.0.5") for _ in range(20)]
    for connection in deaf:
        connection.setblocking(False)
    asked = b"GET /openapi HTTP/1.1\r\nHost: a\r\n\r\n" * 2000
    sent = [0] * len(deaf)
    while time.monotonic() < end:
        for connection in slow:
            try:
                connection.send(b"a")
            except OSError:
                pass
        for i, connection in enumerate(deaf):
            try:
                sent[i] += connection.send(asked[sent[i] % len(asked):])
            except OSError:
                pass
        time.sleep(0.2)
    over = [sum(map(is_over, group)) for group in (idle, slow, half)]
    assert over[0] >= 500, f"of 3,000 idle connections only {over[0]} were closed"
    assert over[1] == len(slow), f"{len(slow) - over[1]} of those that dribble are still there"
    assert over[2] == len(half), f"{len(half) - over[2]} half-open handshakes are still there"
    return f"idle connections closed {over[0]} of 3000"


def flooded(frames, before=b"", seconds=1.5):
    """Sends frames on one connection after the other; each must be ended."""
    end, connections, ended = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        connection, connections = http2("127.0.0.6"), connections + 1
        try:
            connection.sendall(before)
            last = time.monotonic() + 20
            while time.monotonic() < last:
                connection.sendall(next(frames))
                if is_over(connection):
                    raise ConnectionError
                connection.settimeout(5)
        except OSError:
            ended += 1
        connection.close()
    assert ended == connections, f"{connections - ended} of {connections} connections went on"
    return f"connections ended {ended}"


def always(some):
    while True:
        yield some


def resets():
    while True:
        stream = 1
        for _ in range(400):
            yield b"".join(
                headers(s, 5) + frame(3, 0, s, b"\0\0\0\x08") for s in range(stream, stream + 200, 2))
            stream += 200


def window_zero():
    """Streams whose window is shut, over connections of one address. The broker holds some answers and resets others,
    as many as its memory and the machine allow; how much it took and whether others were served is looked at in main."""
    connections = [http2("127.0.0.7") for _ in range(20)]
    for connection in connections:
        connection.sendall(frame(4, 0, 0, b"\0\4\0\0\0\0"))
        for stream in range(1, 400, 2):
            connection.sendall(headers(stream, 5, path=b"/openapi"))
    time.sleep(5)
    reset = 0
    for connection in connections:
        connection.setblocking(False)
        try:
            while got := connection.recv(1 << 20):
                reset += got.count(b"\0\0\4\3\0")
        except OSError:
            pass
        connection.close()
    return f"streams reset {reset} of 4000"


def signatures():
    """Four connections that show proofs whose signature does not hold, as fast as they can."""
    began, seen = time.monotonic(), {}
    end = began + 5

    def attack():
        connection = http.client.HTTPConnection(*address(HTTP), timeout=20, source_address=("127.0.0.8", 0))
        while time.monotonic() < end:
            status = ask(connection, UNSIGNED)
            seen[status] = seen.get(status, 0) + 1

    before = verified()
    threads = [threading.Thread(target=attack) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    many = verified() - before
    share = 200 + 20 * (time.monotonic() - began) + 20
    assert set(seen) == {401, 429}, f"answers {seen}"
    assert many <= share, f"{many:.0f} signatures were verified for one address, of {share:.0f}"
    return f"forged {sum(seen.values())} verified {many:.0f}"


def verified():
    with urllib.request.urlopen(MANAGEMENT + "/q/metrics", timeout=20) as answer:
        return sum(
            float(line.rsplit(" ", 1)[1]) for line in answer.read().decode().splitlines()
            if line.startswith("mintmark_exchanges_total") and 'reason="evidence-signature"' in line)


def resident():
    for line in open(f"/proc/{PID}/status", encoding="ascii"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


ATTACKS = {
    "dawdling": dawdling,
    "rapid-reset": lambda: flooded(resets()),
    "settings": lambda: flooded(always(frame(4, 0, 0) * 500)),
    "ping": lambda: flooded(always(frame(6, 0, 0, bytes(8)) * 500)),
    "continuation": lambda: flooded(always(frame(9, 0, 1) * 500), before=frame(1, 0, 1, b"\x82")),
    "empty-data": lambda: flooded(
        always(frame(0, 0, 1) * 500), before=headers(1, 4, method=b"\x83", path=b"/oauth2/token")),
    "window-update": lambda: flooded(always(frame(8, 0, 0, b"\0\0\0\1") * 500)),
    "window-zero": window_zero,
    "signatures": signatures,
}


def main():
    client, most, over = Client(), [resident()], threading.Event()

    def watch():
        while not over.wait(0.1):
            most[0] = max(most[0], resident())

    threading.Thread(target=watch, daemon=True).start()
    client.start()
    told = ATTACKS[KIND]()
    client.over.set()
    client.join()
    over.set()
    assert not client.wrong, f"the client was answered {client.wrong[0]} after {client.served}"
    assert client.served > 0, "the client was not served"
    assert most[0] <= MOST_MB, f"the broker takes {most[0]} MB"
    print(f"served {client.served} slowest {client.slowest:.3f} rss {most[0]} {KIND}: {told}")


main()
