"""Checks an access token as a resource server does: keys from the issuer's metadata, RFC 9068 rules, binding.

usage: verify.py ISSUER BASE_URL CA_FILE AUDIENCE SCOPE TOKEN_FILE [CERTIFICATE_FILE]
"""

import base64
import hashlib
import json
import ssl
import sys
import urllib.request

import jwt


def fetch(url, tls):
    with urllib.request.urlopen(url, context=tls, timeout=5) as answer:
        return json.load(answer)


def main():
    issuer, base, ca_file, audience, scope, token_file = sys.argv[1:7]
    tls = ssl.create_default_context(cafile=ca_file)
    tls.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    metadata = fetch(base + "/.well-known/oauth-authorization-server", tls)
    assert metadata["issuer"] == issuer, metadata["issuer"]
    jwks_uri = metadata["jwks_uri"].replace(issuer, base, 1)
    keys = jwt.PyJWKSet.from_dict(fetch(jwks_uri, tls))
    token = open(token_file, encoding="ascii").read().strip()
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "at+jwt", header
    claims = jwt.decode(
        token,
        keys[header["kid"]].key,
        algorithms=["ES256"],
        audience=audience,
        issuer=issuer,
        options={"require": ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"], "strict_aud": True},
    )
    assert claims["sub"] == claims["client_id"] and claims["sub"].startswith("spiffe://"), claims
    assert claims["exp"] - claims["iat"] <= 600, claims
    assert scope in claims["scope"].split(" "), claims
    bound = "bearer"
    if len(sys.argv) > 7:
        pem = open(sys.argv[7], encoding="ascii").read().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----"
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest()).rstrip(b"=")
        assert claims["cnf"]["x5t#S256"] == thumbprint.decode(), claims
        bound = "bound to the certificate"
    else:
        assert "cnf" not in claims, claims
    changed = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    try:
        jwt.decode(changed, keys[header["kid"]].key, algorithms=["ES256"], audience=audience, issuer=issuer)
        raise SystemExit("a changed signature was accepted")
    except jwt.InvalidSignatureError:
        pass
    print(f"python: {claims['sub']} may {claims['scope']} at {claims['aud']}, {bound}")


main()
