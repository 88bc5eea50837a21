package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of the ring with its state, as a key store keeps it.
 *
 * @param since when it came into its state
 * @param publishedAt when it was first published
 * @param key null for an intermediate from files: its key stays in its file, and after it was
 *     replaced only its certificates remain to be published
 * @param certificates present for X.509 authorities only
 * @param external whether it came from an operator's files and not from the store
 */
public record KeptKey(
    String id,
    KeyUse use,
    SignatureAlgorithm algorithm,
    KeyState state,
    Instant publishedAt,
    Instant since,
    @Nullable SigningKey key,
    @Nullable AuthorityCertificates certificates,
    boolean external) {
  public KeptKey {
    if ((certificates != null) != (use == KeyUse.X509_AUTHORITY)) {
      throw new IllegalArgumentException("certificates belong to X.509 authorities, and only them");
    }
    if (key == null && !external) {
      throw new IllegalArgumentException("key \"" + id + "\" has no private half");
    }
  }

  KeptKey in(KeyState next, Instant now) {
    return new KeptKey(id, use, algorithm, next, publishedAt, now, key, certificates, external);
  }

  KeptKey with(@Nullable SigningKey held) {
    return new KeptKey(id, use, algorithm, state, publishedAt, since, held, certificates, external);
  }

  /** Times in the future are of a clock that has since been set back: they become now. */
  KeptKey notAfter(Instant now) {
    if (!publishedAt.isAfter(now) && !since.isAfter(now)) {
      return this;
    }
    Instant published = publishedAt.isAfter(now) ? now : publishedAt;
    Instant entered = since.isAfter(now) ? now : since;
    return new KeptKey(id, use, algorithm, state, published, entered, key, certificates, external);
  }

  /** Whether it can sign something that holds at this time. */
  boolean usable(Instant now) {
    return key != null && (certificates == null || now.isBefore(certificates.notAfter()));
  }

  KeyView view(Instant now) {
    Duration age = Duration.between(since, now);
    return new KeyView(
        use,
        id,
        algorithm,
        state,
        publishedAt,
        certificates == null ? null : certificates.notAfter(),
        age.isNegative() ? Duration.ZERO : age);
  }
}
