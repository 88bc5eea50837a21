package io.mintmark.policy;

import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;

/**
 * The identity that an SVID gets in the broker's trust domain: a SPIFFE ID, or one that ends in
 * {@code {path}}, which stands for the attested path. The attested path is a valid path already, so
 * nothing in it can widen the identity.
 *
 * @param prefix the path before {@code {path}}, or the whole path
 */
record IdentityTemplate(TrustDomain trustDomain, String prefix, boolean withPath) {
  private static final String PATH = "{path}";
  private static final String RESERVED = "/mintmark/";

  /** The attested identity as it is. */
  static IdentityTemplate same(TrustDomain own) {
    return new IdentityTemplate(own, "", true);
  }

  /** Throws {@link MalformedWorkloadId}. */
  static IdentityTemplate parse(String text, TrustDomain own) {
    boolean withPath = text.endsWith(PATH);
    String fixed = withPath ? text.substring(0, text.length() - PATH.length()) : text;
    if (fixed.indexOf('{') >= 0 || fixed.indexOf('}') >= 0) {
      throw new MalformedWorkloadId("only {path} may stand in an identity, and only at its end");
    }
    WorkloadId example = WorkloadId.parse(withPath ? fixed + "/path" : fixed);
    if (!example.trustDomain().equals(own)) {
      throw new MalformedWorkloadId(
          "SVIDs are struck only in the broker's trust domain \"" + own + "\"");
    }
    IdentityTemplate template =
        new IdentityTemplate(own, fixed.substring(own.uri().length()), withPath);
    if (isReserved(example)) {
      throw new MalformedWorkloadId("identities under /mintmark/ are the broker's own");
    }
    return template;
  }

  /** Throws {@link MalformedWorkloadId} where the identity would be too long. */
  WorkloadId apply(WorkloadId attested) {
    return new WorkloadId(trustDomain, withPath ? prefix + attested.path() : prefix);
  }

  /** Whether an identity in the broker's domain belongs to the broker itself. */
  static boolean isReserved(WorkloadId id) {
    return id.path().startsWith(RESERVED) || id.path().equals("/mintmark");
  }
}
