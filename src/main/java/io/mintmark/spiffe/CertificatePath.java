package io.mintmark.spiffe;

import io.mintmark.workload.Reason;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The way from a leaf to an authority, each certificate signed by the next. Certificates that
 * nobody vouches for are never keys to verify with: the signatures are checked from the authority
 * downwards.
 */
sealed interface CertificatePath {
  /** The path, leaf first, authority last. */
  record Found(List<X509Certificate> path) implements CertificatePath {}

  /** No path. */
  record NotFound(Reason reason, String detail) implements CertificatePath {}

  /** Bounds what a chain of look-alike names can cost. */
  int MAX_VERIFICATIONS = 32;

  VerifiedLinks LINKS = new VerifiedLinks(4096);

  /**
   * Follows the chain in the order given until an authority has signed; what stands after that is
   * not looked at.
   */
  static CertificatePath find(List<X509Certificate> chain, List<X509Certificate> authorities) {
    int verifications = 0;
    boolean named = false;
    for (int top = 0; top < chain.size(); top++) {
      X509Certificate highest = chain.get(top);
      if (top > 0 && !mayHaveIssued(highest, chain.get(top - 1))) {
        break;
      }
      for (X509Certificate authority : authorities) {
        if (mayHaveIssued(authority, highest)) {
          named |= keyIdentifiersAgree(authority, highest);
          if (++verifications > MAX_VERIFICATIONS) {
            return new NotFound(
                Reason.EVIDENCE_CERTIFICATE, "too many authorities have the chain's issuer name");
          }
          if (LINKS.signed(highest, authority.getPublicKey())) {
            return downwards(chain, top, authority);
          }
        }
      }
    }
    return named
        ? new NotFound(Reason.EVIDENCE_SIGNATURE, "the authority that is named did not sign")
        : new NotFound(
            Reason.EVIDENCE_KEY_UNKNOWN, "no authority of the bundle vouches for the chain");
  }

  private static CertificatePath downwards(
      List<X509Certificate> chain, int top, X509Certificate authority) {
    for (int i = top; i > 0; i--) {
      X509Certificate signer = chain.get(i);
      if (!CertificateRules.isAuthority(signer)) {
        return new NotFound(
            Reason.EVIDENCE_CERTIFICATE, "a signing certificate is not a CA with keyCertSign");
      }
      if (!LINKS.signed(chain.get(i - 1), signer.getPublicKey())) {
        return new NotFound(
            Reason.EVIDENCE_SIGNATURE, "a certificate of the chain is not signed by the next");
      }
    }
    List<X509Certificate> path = new ArrayList<>(chain.subList(0, top + 1));
    path.add(authority);
    return new Found(List.copyOf(path));
  }

  /** By name, and by key identifiers where both say one (RFC 5280 section 4.2.1.1). */
  private static boolean mayHaveIssued(X509Certificate issuer, X509Certificate subject) {
    if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
      return false;
    }
    byte[] wanted = authorityKeyIdentifier(subject);
    byte[] own = subjectKeyIdentifier(issuer);
    return wanted == null || own == null || Arrays.equals(wanted, own);
  }

  private static boolean keyIdentifiersAgree(X509Certificate issuer, X509Certificate subject) {
    byte[] wanted = authorityKeyIdentifier(subject);
    return wanted != null && Arrays.equals(wanted, subjectKeyIdentifier(issuer));
  }

  private static byte @Nullable [] authorityKeyIdentifier(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue("2.5.29.35");
    try {
      return extension == null
          ? null
          : AuthorityKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
              .getKeyIdentifierOctets();
    } catch (RuntimeException unparseable) {
      return null;
    }
  }

  private static byte @Nullable [] subjectKeyIdentifier(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue("2.5.29.14");
    try {
      return extension == null
          ? null
          : SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
              .getKeyIdentifier();
    } catch (RuntimeException unparseable) {
      return null;
    }
  }
}
