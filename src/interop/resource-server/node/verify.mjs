// Checks an access token as a resource server does: keys from the issuer's metadata, RFC 9068 rules, binding.
// usage: NODE_EXTRA_CA_CERTS=CA node verify.mjs ISSUER BASE_URL AUDIENCE SCOPE TOKEN_FILE [CERTIFICATE_FILE]
import assert from 'node:assert/strict';
import {X509Certificate, createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {createRemoteJWKSet, jwtVerify} from 'jose';

const [issuer, base, audience, scope, tokenFile, certificateFile] = process.argv.slice(2);
const metadata = await (await fetch(`${base}/.well-known/openid-configuration`)).json();
assert.equal(metadata.issuer, issuer);
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri.replace(issuer, base)));
const token = readFileSync(tokenFile, 'ascii').trim();
const {payload, protectedHeader} = await jwtVerify(token, keys, {
  issuer,
  audience,
  typ: 'at+jwt',
  algorithms: ['ES256'],
  requiredClaims: ['sub', 'client_id', 'iat', 'jti', 'exp'],
});
assert.equal(payload.aud, audience);
assert.equal(payload.sub, payload.client_id);
assert.ok(payload.scope.split(' ').includes(scope));
if (certificateFile) {
  const certificate = new X509Certificate(readFileSync(certificateFile));
  assert.equal(payload.cnf['x5t#S256'], createHash('sha256').update(certificate.raw).digest('base64url'));
}
await assert.rejects(jwtVerify(token, keys, {issuer, audience: audience + '/'}));
console.log(`node: ${payload.sub} may ${payload.scope} at ${payload.aud}, key ${protectedHeader.kid.slice(0, 8)}…`);
