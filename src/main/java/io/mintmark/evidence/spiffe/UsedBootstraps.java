package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.LastGood;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which bootstrap bundles of a trust domain have vouched for its endpoint, kept over restarts: each
 * does so once, or an authority that was rotated out could vouch again by an old file.
 */
final class UsedBootstraps {
  private static final int MAX = 1000;

  private final String place;
  private final LastGood kept;
  private final InstantSource clock;

  UsedBootstraps(TrustDomain trustDomain, LastGood kept, InstantSource clock) {
    this.place = BundleSources.place(trustDomain, "used bootstraps");
    this.kept = kept;
    this.clock = clock;
  }

  /** Whether this bundle has vouched, or nobody can tell. */
  boolean contain(Bundle bootstrap) {
    return switch (kept.load(place)) {
      case LastGood.Nothing _ -> false;
      case LastGood.Unusable _ -> true;
      case LastGood.Kept known -> digests(known).contains(digest(bootstrap));
    };
  }

  void add(Bundle bootstrap) throws IOException {
    List<String> known =
        kept.load(place) instanceof LastGood.Kept before ? digests(before) : List.of();
    String digests =
        String.join(
            "\n",
            Stream.concat(Stream.of(digest(bootstrap)), known.stream())
                .distinct()
                .limit(MAX)
                .toList());
    kept.save(
        place, new LastGood.Kept(clock.instant(), digests.getBytes(StandardCharsets.US_ASCII)));
  }

  /** What an operator deletes to let them vouch again. */
  String whereabouts() {
    return kept.whereabouts(place);
  }

  private static List<String> digests(LastGood.Kept known) {
    return new String(known.bytes(), StandardCharsets.US_ASCII).lines().toList();
  }

  /** Of the authorities, in any order, and the sequence: a new layout is no new bundle. */
  private static String digest(Bundle bootstrap) {
    String authorities =
        bootstrap.x509Authorities().stream()
            .map(authority -> sha256(encoded(authority)))
            .sorted()
            .collect(Collectors.joining("\n"));
    return sha256((bootstrap.sequence() + "\n" + authorities).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] encoded(X509Certificate authority) {
    try {
      return authority.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was parsed has no encoding", e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
