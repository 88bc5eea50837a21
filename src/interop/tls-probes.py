"""Odd hellos and odd client certificates against a broker; a line for each: pass or fail, a tab, what was shown."""
import datetime
import http.client
import ipaddress
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

host, port = sys.argv[1].rsplit(":", 1)
port = int(port)
roots = json.load(open(os.path.join(sys.argv[2], "endpoints.json")))
folder = tempfile.mkdtemp(dir=os.path.dirname(sys.argv[2]))
NOW = datetime.datetime.now(datetime.timezone.utc)
ID = "spiffe://dev.mintmark/ns/payments/sa/orders"
BODY = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": ID, "resource": "https://ledger.example.org"})
counted = {"certificates": 0, "hellos": 0}


def say(good, text):
    print(("pass" if good else "fail") + "\t" + text, flush=True)


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.set_ciphers("ALL:@SECLEVEL=0")
    return made


def serves():
    """Whether the broker answers an ordinary request."""
    try:
        connection = http.client.HTTPSConnection(host, port, context=context(), timeout=20)
        connection.request("GET", "/oauth2/jwks")
        return connection.getresponse().status == 200
    except OSError:
        return False


def ask(made):
    """What a request over this context comes to: a status and a reason, or the fault of the connection."""
    connection = http.client.HTTPSConnection(host, port, context=made, timeout=20)
    try:
        connection.request("POST", "/oauth2/token", BODY, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()).get("reason", "")
    except TimeoutError:
        return None, "it hangs"
    except (OSError, http.client.HTTPException) as fault:
        return 0, type(fault).__name__


def pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def certificate(key, names=(x509.UniformResourceIdentifier(ID),), begins=-1, ends=24, issuer="CN=x", signer=None, extra=(), subject="x", ca=False):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    signed_by = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    builder = (x509.CertificateBuilder().subject_name(name).issuer_name(signed_by).public_key(key.public_key())
               .serial_number(x509.random_serial_number())
               .not_valid_before(NOW + datetime.timedelta(hours=begins)).not_valid_after(NOW + datetime.timedelta(hours=ends))
               .add_extension(x509.BasicConstraints(ca=ca, path_length=None), True)
               .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(names)), False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    by = signer or key
    return builder.sign(by, None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def shown(text, key, *chain, expected=None):
    """Shows a chain: refused with a reason or by TLS, never 200 or 500, and the broker lives on."""
    counted["certificates"] += 1
    path = os.path.join(folder, "client.pem")
    with open(path, "wb") as file:
        file.write(key if isinstance(key, bytes) else pem(key))
        for one in chain:
            file.write(one.public_bytes(serialization.Encoding.PEM))
    made = context()
    try:
        made.load_cert_chain(path)
    except ssl.SSLError as unusable:
        say(False, f"{text}: this client cannot show it: {unusable}")
        return
    status, reason = ask(made)
    good = status == 0 or (status in (400, 401) and bool(reason))
    if expected is not None:
        good = good and reason == expected
    say(good and serves(), f"a certificate {text} proves nothing: {reason} ({status})")


def hello(text, data, closing=True):
    """Sends bytes in place of a handshake: the connection ends, and the broker lives on."""
    counted["hellos"] += 1
    ended = False
    with socket.create_connection((host, port), timeout=20) as raw:
        try:
            raw.sendall(data)
            raw.settimeout(20)
            while raw.recv(65536):
                pass
            ended = True
        except TimeoutError:
            pass
        except OSError:
            ended = True
    say((ended or not closing) and serves(), text)


def client_hello(extensions=b"", version=0x0303, suites=(0x1301, 0xC02B), compression=b"\x00"):
    listed = b"".join(struct.pack(">H", suite) for suite in suites)
    body = struct.pack(">H", version) + bytes(32) + b"\x00" + struct.pack(">H", len(listed)) + listed
    body += bytes([len(compression)]) + compression + struct.pack(">H", len(extensions)) + extensions
    return b"\x01" + len(body).to_bytes(3, "big") + body


def record(data, version=0x0301):
    return b"".join(struct.pack(">BHH", 22, version, len(data[at:at + 16384])) + data[at:at + 16384] for at in range(0, len(data), 16384))


def extension(kind, data):
    return struct.pack(">HH", kind, len(data)) + data


def server_name(name):
    entry = b"\x00" + struct.pack(">H", len(name)) + name
    return extension(0, struct.pack(">H", len(entry)) + entry)


EC = ec.generate_private_key(ec.SECP256R1())
uri = x509.UniformResourceIdentifier
shown("that signs itself", EC, certificate(EC))
shown("of RSA with 1024 bits", *(lambda k: (k, certificate(k)))(rsa.generate_private_key(65537, 1024)))
large = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:16384", "-pkeyopt", "rsa_keygen_primes:5"],
                       capture_output=True, check=True).stdout
large_certificate = os.path.join(folder, "large.pem")
with open(os.path.join(folder, "large.key"), "wb") as file:
    file.write(large)
subprocess.run(["openssl", "req", "-x509", "-new", "-key", file.name, "-subj", "/CN=x", "-days", "1", "-out", large_certificate,
                "-addext", f"subjectAltName=URI:{ID}"], check=True, capture_output=True)
shown("of RSA with 16384 bits", large, x509.load_pem_x509_certificate(open(large_certificate, "rb").read()))
shown("of DSA", *(lambda k: (k, certificate(k)))(dsa.generate_private_key(2048)))
shown("on P-521", *(lambda k: (k, certificate(k)))(ec.generate_private_key(ec.SECP521R1())))
shown("on secp256k1", *(lambda k: (k, certificate(k)))(ec.generate_private_key(ec.SECP256K1())))
shown("of Ed25519", *(lambda k: (k, certificate(k)))(ed25519.Ed25519PrivateKey.generate()))
shown("that has ended", EC, certificate(EC, begins=-48, ends=-24))
shown("that is not valid yet", EC, certificate(EC, begins=24, ends=48))
shown("without a name", EC, certificate(EC, names=()))
shown("of two URIs", EC, certificate(EC, names=[uri(ID), uri(ID + "2")]))
shown("of 100 names", EC, certificate(EC, names=[x509.DNSName(f"n{n}.example.org") for n in range(99)] + [uri(ID)]))
shown("of 5000 names", EC, certificate(EC, names=[x509.DNSName(f"n{n}.example.org") for n in range(5000)] + [uri(ID)]))
shown("with NUL in its URI", EC, certificate(EC, names=[uri(ID + "\0.evil")]))
shown("with an address for a name", EC, certificate(EC, names=[x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]))
shown("with a critical extension that nobody knows", EC,
      certificate(EC, extra=[(x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00"), True)]))
shown("with an extension of 12 kB", EC,
      certificate(EC, extra=[(x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.2"), b"\x04\x82\x2e\xe0" + bytes(12000)), False)]))
shown("that is an authority", EC, certificate(EC, ca=True))
OTHER = ec.generate_private_key(ec.SECP256R1())
loop = [certificate(EC, subject="a", issuer="b", signer=OTHER, ca=True), certificate(OTHER, subject="b", issuer="a", signer=EC, ca=True, names=())]
shown("whose chain is a loop", EC, *loop, *loop, *loop)
signers = [certificate(OTHER, subject=f"s{n}", issuer=f"s{n + 1}", signer=OTHER, ca=True, names=()) for n in range(60)]
shown("with 60 above it", EC, certificate(EC, issuer="s0", signer=OTHER), *signers)

hello("what is no TLS is hung up on", b"GET / HTTP/1.1\r\n\r\n")
hello("SSL 3.0 is refused", record(client_hello(version=0x0300), version=0x0300))
hello("SSL 2.0 is refused", b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + bytes(40))
hello("a hello of no suites is refused", record(client_hello(suites=())))
hello("a hello that wants compression alone is refused", record(client_hello(compression=b"\x01")))
hello("a hello of 200 kB is refused", record(client_hello(b"".join(extension(0x5500 + n, bytes(30000)) for n in range(2)))[:4] + bytes(200000)))
hello("a hello of the most bytes that it can have is refused", record(b"\x01\xff\xff\xff" + bytes(300000)))
hello("an extension twice is refused", record(client_hello(extension(10, b"\x00\x02\x00\x17") * 2)))
for text, name in {"empty": b"", "with NUL": b"local\0host", "of 300 bytes": b"a" * 300, "an address": b"127.0.0.1", "of UTF-8": "löcal".encode()}.items():
    hello(f"a server name that is {text} breaks nothing", record(client_hello(server_name(name))), closing=False)
hello("a record of 64 kB is refused", struct.pack(">BHH", 22, 0x0303, 65535) + bytes(65535))
hello("an alert in place of a hello is hung up on", b"\x15\x03\x01\x00\x02\x02\x28")
hello("data in place of a hello is refused", b"\x17\x03\x03\x00\x10" + bytes(16))

for text, protocols in {"nobody knows": ["spdy/9"], "are 200": [f"p{n}" for n in range(200)], "are HTTP/1.0": ["http/1.0"]}.items():
    made = context()
    made.set_alpn_protocols(protocols)
    counted["hellos"] += 1
    status, reason = ask(made)
    say(status in (0, 400, 401) and serves(), f"protocols that {text} break nothing: {reason} ({status})")

print(f"figures\t{counted['certificates']} kinds of client certificate, {counted['hellos']} odd hellos")
