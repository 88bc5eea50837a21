package io.mintmark.evidence.trust;

import io.mintmark.evidence.trust.TrustedIssuer.Refusal;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.Jws;
import io.mintmark.workload.Reason;
import org.jspecify.annotations.Nullable;

/** Whether one of an issuer's keys made a token's signature. */
final class IssuerSignature {
  /** How many keys a token without key ID may make us try. */
  private static final int MAX_KEYS_TRIED = 8;

  private IssuerSignature() {}

  /** Whether the key that the token names is there; a token that names none asks for no other. */
  static boolean knows(JwkSet keys, @Nullable String keyId) {
    if (keyId == null) {
      return true;
    }
    for (Jwk key : keys.keys()) {
      if (keyId.equals(key.keyId()) && signs(key)) {
        return true;
      }
    }
    return false;
  }

  static @Nullable Refusal check(Jws jws, JwkSet keys) {
    String keyId = jws.keyId();
    if (keyId != null && !knows(keys, keyId)) {
      return new Refusal(
          Reason.EVIDENCE_KEY_UNKNOWN,
          "the issuer has no key with the ID " + Outside.quoted(keyId));
    }
    int tried = 0;
    for (Jwk key : keys.keys()) {
      if (!signs(key)
          || (keyId != null && !keyId.equals(key.keyId()))
          || !key.verifies(jws.algorithm())) {
        continue;
      }
      if (++tried > MAX_KEYS_TRIED) {
        break;
      }
      if (jws.signedBy(key.key())) {
        return null;
      }
    }
    if (tried == 0) {
      return keyId == null
          ? new Refusal(
              Reason.EVIDENCE_KEY_UNKNOWN,
              "the issuer has no key for algorithm " + jws.algorithm().word())
          : new Refusal(
              Reason.EVIDENCE_ALGORITHM,
              "algorithm " + jws.algorithm().word() + " does not fit the key that is named");
    }
    return keyId == null
        ? new Refusal(Reason.EVIDENCE_KEY_UNKNOWN, "no key of the issuer made the signature")
        : new Refusal(
            Reason.EVIDENCE_SIGNATURE, "the key that is named did not make the signature");
  }

  private static boolean signs(Jwk key) {
    return key.use() == null || key.use().equals("sig");
  }
}
