package io.mintmark.spiffe;

import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** X.509-SVID validation (SPIFFE X509-SVID sections 2 to 5, RFC 5280 path validation). */
public final class X509Svid {
  /** The longest chain that is looked at. */
  public static final int MAX_CHAIN = 8;

  private X509Svid() {}

  /**
   * The trust domain that the unverified leaf's URI SAN claims, which picks the bundle and nothing
   * else. Throws {@link MalformedWorkloadId} where there is not exactly one, or no SPIFFE ID.
   */
  public static TrustDomain claimedTrustDomain(X509Certificate leaf) {
    return identity(leaf).trustDomain();
  }

  /**
   * Validates a chain, leaf first and at most 8 long, against the one bundle of its trust domain.
   * The SVID ends with the first certificate of the path that ends; {@code notAfter} is the first
   * instant at which a certificate is refused; 30 s of leeway on {@code notBefore}. Reasons: {@code
   * evidence-certificate}, {@code evidence-expired}, {@code evidence-not-yet-valid}, {@code
   * evidence-key-unknown} where no authority of the bundle vouches for the chain, {@code
   * evidence-signature}, {@code identity-malformed}, {@code identity-mismatch}.
   */
  public static SvidCheck validate(List<X509Certificate> chain, Bundle bundle, Instant now) {
    if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
      return CertificateRules.certificate(
          "the chain does not have 1 to " + MAX_CHAIN + " certificates");
    }
    X509Certificate leaf = chain.getFirst();
    WorkloadId id;
    try {
      id = identity(leaf);
    } catch (MalformedWorkloadId e) {
      return new SvidCheck.Invalid(Reason.IDENTITY_MALFORMED, detail(e));
    }
    if (!id.trustDomain().equals(bundle.trustDomain())) {
      return new SvidCheck.Invalid(
          Reason.IDENTITY_MISMATCH,
          "the identity is not of trust domain \"" + bundle.trustDomain() + "\"");
    }
    SvidCheck.Invalid wrong = CertificateRules.leaf(leaf, now);
    if (wrong != null) {
      return wrong;
    }
    return switch (CertificatePath.find(chain, bundle.x509Authorities())) {
      case CertificatePath.NotFound(Reason reason, String detail) ->
          new SvidCheck.Invalid(reason, detail);
      case CertificatePath.Found(List<X509Certificate> path) -> {
        SvidCheck.Invalid broken = checkSigners(path, bundle.trustDomain(), now);
        yield broken != null
            ? broken
            : new SvidCheck.Valid(id, leaf.getNotBefore().toInstant(), end(path));
      }
    };
  }

  private static SvidCheck.@Nullable Invalid checkSigners(
      List<X509Certificate> path, TrustDomain trustDomain, Instant now) {
    for (int i = 1; i < path.size(); i++) {
      X509Certificate signer = path.get(i);
      SvidCheck.Invalid wrong = CertificateRules.signer(signer, i == path.size() - 1, i - 1, now);
      if (wrong != null) {
        return wrong;
      }
      if (!isOfTrustDomain(signer, trustDomain)) {
        return new SvidCheck.Invalid(
            Reason.IDENTITY_MISMATCH,
            "a signing certificate's SPIFFE ID is not that of trust domain \""
                + trustDomain
                + "\"");
      }
    }
    return NameRules.allow(path)
        ? null
        : CertificateRules.certificate("a name lies outside a signing certificate's constraints");
  }

  /** When the first certificate of the path ends, and with it what the path proves. */
  private static Instant end(List<X509Certificate> path) {
    Instant end = Instant.MAX;
    for (X509Certificate certificate : path) {
      Instant own = certificate.getNotAfter().toInstant();
      end = own.isBefore(end) ? own : end;
    }
    return end;
  }

  /** A signing certificate's SPIFFE ID has no path (X509-SVID section 3.2). */
  private static boolean isOfTrustDomain(X509Certificate signer, TrustDomain trustDomain) {
    try {
      for (String uri : CertificateRules.uris(signer)) {
        if (uri.regionMatches(true, 0, "spiffe:", 0, 7) && !uri.equals(trustDomain.uri())) {
          return false;
        }
      }
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static WorkloadId identity(X509Certificate leaf) {
    List<String> uris;
    try {
      uris = CertificateRules.uris(leaf);
    } catch (IOException | RuntimeException e) {
      throw new MalformedWorkloadId("the certificate's alternative names do not parse");
    }
    if (uris.size() != 1) {
      throw new MalformedWorkloadId("the certificate does not have exactly one URI");
    }
    return WorkloadId.parse(uris.getFirst());
  }

  private static String detail(MalformedWorkloadId e) {
    String message = e.getMessage();
    return message == null ? "the identity is malformed" : message;
  }
}
