"""The token services of AWS, Google and Microsoft on the loopback, by the rules that each publishes for tokens of others.

  clouds.py FOLDER BROKER ISSUER BROKER_CA

Behind AWS's stands moto, unchanged. Clients reach all of them by their real names: through a forward proxy (CONNECT) that
ends TLS with a certificate of FOLDER/ca.pem, or, the sidecar, at a port of its own. FOLDER/ports has `proxy direct`;
FOLDER/claims gets a line for each rule that was looked at.
"""
import base64, datetime, http.client, http.server, json, os, secrets, ssl, sys, threading, time, urllib.parse, urllib.request

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

folder, broker, issuer, broker_ca = sys.argv[1:5]
ACCOUNT, ROLE = "123456789012", "arn:aws:iam::123456789012:role/orders"
PROVIDER = "//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/prod/providers/mintmark"
SERVICE_ACCOUNT = "orders@ledger.iam.gserviceaccount.com"
TENANT, CLIENT = "66666666-7777-8888-9999-000000000000", "11111111-2222-3333-4444-555555555555"
SUBJECT = "spiffe://dev.mintmark/ns/payments/sa/orders"
HOSTS = ["sts.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "*.s3.eu-west-1.amazonaws.com", "sts.googleapis.com",
         "iamcredentials.googleapis.com", "storage.googleapis.com", "login.microsoftonline.com", "orders.vault.azure.net", "localhost"]
lock = threading.Lock()
given = {}  # what each service gave, and to whom


class Refused(Exception):
    pass


def rule(cloud, text, holds, seen=""):
    with lock, open(folder + "/claims", "a") as log:
        log.write(f"{cloud} {'holds' if holds else 'BROKEN'} {text}{' (' + str(seen)[:120] + ')' if seen != '' else ''}\n")
    if not holds:
        raise Refused(text)


def fetched(url):
    """A document of the issuer, from where this run's broker really is."""
    assert url.startswith(issuer + "/"), url
    context = ssl.create_default_context(cafile=broker_ca)
    context.check_hostname = False  # the issuer's name leads nowhere here
    with urllib.request.urlopen(broker + url[len(issuer):], context=context, timeout=10) as answer:
        return json.load(answer)


def checked(cloud, token, algorithms, audiences, longest):
    """What all three publish: discovery, key, signature, iss, sub, aud, exp and iat."""
    rule(cloud, "the token has three parts and at most 20000 bytes", token.count(".") == 2 and 4 <= len(token) <= 20000, len(token))
    header = jwt.get_unverified_header(token)
    unverified = jwt.decode(token, options={"verify_signature": False})
    rule(cloud, "alg is one that the cloud takes", header.get("alg") in algorithms, header.get("alg"))
    rule(cloud, "kid is there", isinstance(header.get("kid"), str) and header["kid"] != "")
    rule(cloud, "the header brings no key and nothing critical", not {"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"} & set(header))
    rule(cloud, "typ is that of a JWT", header.get("typ", "JWT").lower() in ("jwt", "at+jwt"), header.get("typ"))
    iss = unverified.get("iss")
    rule(cloud, "iss is https, without port, query and slash at its end, at most 255 characters", iss == issuer and iss.startswith("https://")
         and urllib.parse.urlsplit(iss).port is None and "?" not in iss and not iss.endswith("/") and iss == iss.strip() and len(iss) <= 255, iss)
    discovery = fetched(iss + "/.well-known/openid-configuration")
    rule(cloud, "discovery's issuer is iss, byte by byte", discovery["issuer"] == iss)
    rule(cloud, "discovery names response types, subject types, claims and this algorithm", "id_token" in discovery["response_types_supported"]
         and "public" in discovery["subject_types_supported"] and {"iss", "sub", "aud", "exp", "iat"} <= set(discovery["claims_supported"])
         and header["alg"] in discovery["id_token_signing_alg_values_supported"])
    rule(cloud, "jwks_uri is the issuer's and https", discovery["jwks_uri"].startswith(iss + "/"))
    keys = fetched(discovery["jwks_uri"])["keys"]
    rule(cloud, "at most 100 keys of a kind, none private, each with kid and use", len(keys) <= 100 and all(
        key.get("kid") and key.get("use") == "sig" and not {"d", "p", "q", "k"} & set(key) for key in keys if key["kty"] in ("RSA", "EC")), len(keys))
    mine = [key for key in keys if key.get("kid") == header["kid"]]
    rule(cloud, "kid names one key", len(mine) == 1)
    rule(cloud, "an RSA key has 2048 to 4096 bits, an EC key is P-256", mine[0].get("crv") == "P-256" if mine[0]["kty"] == "EC"
         else 2048 <= 8 * len(base64.urlsafe_b64decode(mine[0]["n"] + "==")) <= 4096)
    claims = jwt.decode(token, jwt.PyJWK(mine[0], header["alg"]).key, algorithms=[header["alg"]], options={"verify_aud": False, "require": ["exp", "iat", "sub", "aud", "iss"]})
    rule(cloud, "the signature holds", True)
    rule(cloud, "dates are whole numbers", all(type(claims[name]) is int for name in ("exp", "iat")))
    now = time.time()
    rule(cloud, "iat is past and exp is not", claims["iat"] <= now + 1 and now < claims["exp"])
    rule(cloud, f"exp is at most {longest} s after iat", 0 < claims["exp"] - claims["iat"] <= longest, claims["exp"] - claims["iat"])
    rule(cloud, "aud is one string that is allowed", isinstance(claims["aud"], str) and claims["aud"] in audiences, claims["aud"])
    rule(cloud, "sub is the workload", claims["sub"] == SUBJECT, claims["sub"])
    rule(cloud, "no claim is null, and only act, cnf and authorization_details may be nested", all(value is not None and (not isinstance(value, dict) or name in ("act", "cnf"))
         for name, value in claims.items()), sorted(claims))
    return claims


def aws(form):
    claims = checked("aws", form["WebIdentityToken"], {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"}, {"sts.amazonaws.com"}, 86400)
    rule("aws", "azp and amr, which would take aud's place, are absent", "azp" not in claims and "amr" not in claims)
    rule("aws", "aud is at most 255 characters", len(claims["aud"]) <= 255)
    rule("aws", "the condition keys :sub and :aud can be compared as strings", all(isinstance(claims[name], str) for name in ("sub", "aud")))
    rule("aws", "the action has its parameters and no others", set(form) <= {"Action", "Version", "RoleArn", "RoleSessionName", "WebIdentityToken", "DurationSeconds"})
    rule("aws", "the version is that of the API", form["Version"] == "2011-06-15")
    rule("aws", "the role trusts this provider", form["RoleArn"] == ROLE)
    rule("aws", "the session's name is 2 to 64 of [\\w+=,.@-]", form["RoleSessionName"] == "orders")
    rule("aws", "the session lasts 900 to 43200 s", 900 <= int(form.get("DurationSeconds", 3600)) <= 43200)


def google_sts(form):
    rule("google", "it is a token exchange (RFC 8693)", form["grant_type"] == "urn:ietf:params:oauth:grant-type:token-exchange")
    rule("google", "audience is the provider's full name", form["audience"] == PROVIDER)
    rule("google", "a JWT is exchanged for an access token", form["subject_token_type"] == "urn:ietf:params:oauth:token-type:jwt"
         and form["requested_token_type"] == "urn:ietf:params:oauth:token-type:access_token")
    claims = checked("google", form["subject_token"], {"RS256", "ES256"}, {PROVIDER, "https:" + PROVIDER}, 86400)
    rule("google", "google.subject, mapped from sub, is 1 to 127 bytes", 1 <= len(claims["sub"].encode()) <= 127, len(claims["sub"]))
    token = "federated-" + secrets.token_urlsafe(32)
    given[token] = "google"
    return {"access_token": token, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer", "expires_in": 3600}


def google_impersonation(path, authorization, body):
    rule("google", "the federated token impersonates", given.get(authorization.removeprefix("Bearer ")) == "google")
    rule("google", "the service account is the one that trusts the pool", path == f"/v1/projects/-/serviceAccounts/{SERVICE_ACCOUNT}:generateAccessToken")
    token = "ya29." + secrets.token_urlsafe(32)
    given[token] = SERVICE_ACCOUNT
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=int(body.get("lifetime", "3600s")[:-1]))
    return {"accessToken": token, "expireTime": until.strftime("%Y-%m-%dT%H:%M:%SZ")}


def entra(form):
    rule("entra", "the assertion is a JWT", form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    rule("entra", "grant, client and scope are those of the client credentials flow", form["grant_type"] == "client_credentials" and form["client_id"] == CLIENT and form["scope"].endswith("/.default"))
    claims = checked("entra", form["client_assertion"], {"RS256"}, {"api://AzureADTokenExchange"}, 86400)
    rule("entra", "iss, sub and aud are at most 600 characters and have no space around them", all(len(claims[name]) <= 600 and claims[name] == claims[name].strip() for name in ("iss", "sub", "aud")))
    token = "entra-" + secrets.token_urlsafe(32)
    given[token] = CLIENT
    return {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}


class Clouds(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def log_message(self, *arguments):
        pass

    def do_CONNECT(self):
        self.wfile.write(b"HTTP/1.1 200 connected\r\n\r\n")
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.setup_streams()

    def setup_streams(self):
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def answer(self, status, body, kind="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        host = self.headers.get("host", "").split(":")[0]
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("transfer-encoding") == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        form = dict(urllib.parse.parse_qsl(body.decode("latin-1")))
        bearer = given.get(self.headers.get("authorization", "").removeprefix("Bearer "))
        try:
            if host == "sts.googleapis.com" and self.path == "/v1/token":
                self.answer(200, google_sts(form))
            elif host == "iamcredentials.googleapis.com":
                self.answer(200, google_impersonation(self.path, self.headers.get("authorization", ""), json.loads(body)))
            elif host == "storage.googleapis.com":
                self.answer(200 if bearer == SERVICE_ACCOUNT else 401, b"a report of Google's")
            elif host == "orders.vault.azure.net":
                self.answer(200 if bearer == CLIENT else 401, {"value": "a secret of Azure's"})
            elif host == "login.microsoftonline.com" and self.path.endswith("/.well-known/openid-configuration"):
                base = f"https://login.microsoftonline.com/{TENANT}"
                self.answer(200, {"issuer": base + "/v2.0", "authorization_endpoint": base + "/oauth2/v2.0/authorize", "token_endpoint": base + "/oauth2/v2.0/token"})
            elif host == "login.microsoftonline.com" and self.path == f"/{TENANT}/oauth2/v2.0/token":
                self.answer(200, entra(form))
            else:
                if form.get("Action") == "AssumeRoleWithWebIdentity":
                    aws(form)
                elif "amazonaws.com" in host or "x-amz-date" in self.headers:
                    rule("aws", "a request is signed with a session's key and token", "x-amz-security-token" in self.headers and "Credential=ASIA" in self.headers.get("authorization", ""))
                self.moto(body)
        except Refused as refused:
            print("refused:", refused, flush=True)
            if "google" in host:
                self.answer(400, {"error": "invalid_grant", "error_description": str(refused)})
            elif "microsoft" in host:
                self.answer(400, {"error": "invalid_client", "error_description": "AADSTS700213: " + str(refused), "error_codes": [700213]})
            else:
                text = f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>{refused}</Message></Error><RequestId>1</RequestId></ErrorResponse>'
                self.answer(400, text.encode(), "text/xml")

    do_POST = do_PUT = do_HEAD = do_DELETE = do_GET

    def moto(self, body):
        behind = http.client.HTTPConnection("127.0.0.1", moto_port, timeout=20)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("transfer-encoding", "connection", "expect")}
        behind.request(self.command, self.path, body, headers)
        answer = behind.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        behind.close()


class Direct(Clouds):
    """TLS from the first byte on, in the connection's own thread."""

    def setup(self):
        self.request = tls.wrap_socket(self.request, server_side=True)
        super().setup()


def certified():
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    made = lambda subject, issued_by, key: x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issued_by)).public_key(
        key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    usage = dict(digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False)
    authority = made("clouds", "clouds", root).add_extension(x509.BasicConstraints(True, 0), True).add_extension(
        x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), True).add_extension(
        x509.SubjectKeyIdentifier.from_public_key(root.public_key()), False).sign(root, hashes.SHA256())
    server = made("server", "clouds", leaf).add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), False).add_extension(
        x509.BasicConstraints(False, None), True).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), False).add_extension(
        x509.KeyUsage(key_cert_sign=False, crl_sign=False, **usage), True).sign(root, hashes.SHA256())
    pem = serialization.Encoding.PEM
    open(folder + "/ca.pem", "wb").write(authority.public_bytes(pem))
    open(folder + "/server.pem", "wb").write(server.public_bytes(pem) + leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/server.pem")
    return context


def started(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


moto_port = int(os.environ["MOTO_PORT"])
tls = certified()
ports = f"{started(Clouds)} {started(Direct)}\n"
with open(folder + "/ports.new", "w") as file:
    file.write(ports)
os.rename(folder + "/ports.new", folder + "/ports")
threading.Event().wait()
