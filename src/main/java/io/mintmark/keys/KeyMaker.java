package io.mintmark.keys;

import io.mintmark.jose.Jwk;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Makes new keys, prepared and not kept yet; an authority with its root certificate. */
record KeyMaker(KeySettings settings, KeyRingStore store) {
  KeptKey make(Slot slot, Instant now) throws IOException {
    SigningKey key = store.generate(slot.algorithm());
    AuthorityCertificates certificates = null;
    if (slot.use() == KeyUse.X509_AUTHORITY) {
      Duration life = settings.lifetime().plus(settings.prepareLead()).multipliedBy(2);
      Instant end = now.plus(life).plus(settings.longestCredential());
      X509Certificate root = OwnRootCertificate.of(settings.trustDomain(), key, now, end);
      certificates = new AuthorityCertificates(root, List.of(), List.of(root));
    }
    return new KeptKey(
        Jwk.thumbprint(key.publicKey()),
        slot.use(),
        slot.algorithm(),
        KeyState.PREPARED,
        now,
        now,
        key,
        certificates,
        false);
  }
}
