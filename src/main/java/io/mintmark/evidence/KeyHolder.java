package io.mintmark.evidence;

import io.mintmark.workload.TrustDomain;

/** Whose keys a source has; prints as operators know it. */
public sealed interface KeyHolder {
  /** The trust domain's name or the issuer's URL. */
  String name();

  /** A trust domain, whose bundle it is. */
  record Domain(TrustDomain trustDomain) implements KeyHolder {
    @Override
    public String name() {
      return trustDomain.name();
    }

    @Override
    public String toString() {
      return "trust domain \"" + name() + "\"";
    }
  }

  /** An issuer, whose JWK set it is. */
  record Issuer(String name) implements KeyHolder {
    @Override
    public String toString() {
      return "issuer \"" + name + "\"";
    }
  }
}
