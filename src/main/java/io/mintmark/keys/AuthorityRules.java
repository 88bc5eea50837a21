package io.mintmark.keys;

import io.mintmark.workload.TrustDomain;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a chain may sign SVIDs of a trust domain (X509-SVID sections 2 to 5, RFC 5280 section 6).
 */
final class AuthorityRules {
  private static final int KEY_CERT_SIGN = 5;
  private static final int URI_NAME = 6;
  private static final int MAX_CHAIN = 6;

  private AuthorityRules() {}

  /**
   * Throws {@link IllegalArgumentException} with what is wrong.
   *
   * @param chain the signing certificate first
   */
  static void check(
      List<X509Certificate> chain, List<X509Certificate> roots, TrustDomain domain, Instant now) {
    if (chain.size() > MAX_CHAIN) {
      throw new IllegalArgumentException("its chain has more than 6 certificates");
    }
    for (X509Certificate certificate : chain) {
      checkIsAuthority(certificate);
      checkTime(certificate, now);
    }
    for (X509Certificate root : roots) {
      checkIsAuthority(root);
    }
    checkName(chain.getFirst(), domain);
    checkPath(chain, roots, now);
  }

  private static void checkIsAuthority(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    if (certificate.getBasicConstraints() < 0 || usage == null || !usage[KEY_CERT_SIGN]) {
      throw new IllegalArgumentException(
          "certificate of \"%s\" is not a CA with key usage keyCertSign"
              .formatted(subject(certificate)));
    }
  }

  private static void checkTime(X509Certificate certificate, Instant now) {
    if (!now.isBefore(certificate.getNotAfter().toInstant())) {
      throw new IllegalArgumentException(
          "certificate of \"%s\" expired at %s"
              .formatted(subject(certificate), certificate.getNotAfter().toInstant()));
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new IllegalArgumentException(
          "certificate of \"%s\" is not valid before %s"
              .formatted(subject(certificate), certificate.getNotBefore().toInstant()));
    }
  }

  /** A signing certificate may name its trust domain, without a path, and no other. */
  private static void checkName(X509Certificate issuer, TrustDomain domain) {
    try {
      Collection<List<?>> names = issuer.getSubjectAlternativeNames();
      if (names == null) {
        return;
      }
      for (List<?> name : names) {
        if (name.get(0).equals(URI_NAME) && !name.get(1).equals(domain.uri())) {
          throw new IllegalArgumentException("its URI name is not \"%s\"".formatted(domain.uri()));
        }
      }
    } catch (CertificateParsingException e) {
      throw new IllegalArgumentException("its alternative names cannot be read", e);
    }
  }

  private static void checkPath(
      List<X509Certificate> chain, List<X509Certificate> roots, Instant now) {
    List<X509Certificate> path = chain.stream().filter(c -> !roots.contains(c)).toList();
    Set<TrustAnchor> anchors = new HashSet<>();
    for (X509Certificate root : roots) {
      if (now.isBefore(root.getNotAfter().toInstant())) {
        anchors.add(new TrustAnchor(root, null));
      }
    }
    if (anchors.isEmpty()) {
      throw new IllegalArgumentException("every root has expired");
    }
    if (path.isEmpty()) {
      return; // the signing certificate is itself a root
    }
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      var result =
          (PKIXCertPathValidatorResult)
              CertPathValidator.getInstance("PKIX")
                  .validate(
                      CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      checkRoomForLeaf(path, result.getTrustAnchor().getTrustedCert());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "its chain does not lead to a root of the roots file: " + e.getMessage(), e);
    }
  }

  /** The JDK looks at the path lengths of neither the anchor nor the last certificate. */
  private static void checkRoomForLeaf(List<X509Certificate> path, X509Certificate root) {
    List<X509Certificate> whole = Stream.concat(path.stream(), Stream.of(root)).toList();
    for (int below = 0; below < whole.size(); below++) {
      if (whole.get(below).getBasicConstraints() < below) {
        throw new IllegalArgumentException(
            "path length of \"%s\" leaves no room for what it shall sign"
                .formatted(subject(whole.get(below))));
      }
    }
  }

  private static String subject(X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName().replaceAll("\\p{Cntrl}", "?");
    return name.length() > 128 ? name.substring(0, 128) : name;
  }
}
