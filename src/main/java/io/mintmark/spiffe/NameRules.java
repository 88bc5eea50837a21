package io.mintmark.spiffe;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;

/**
 * Name constraints of signing certificates (RFC 5280 section 4.2.1.10), an authority's included.
 */
final class NameRules {
  static final String NAME_CONSTRAINTS = "2.5.29.30";

  private NameRules() {}

  /**
   * Whether every name of every certificate lies within the constraints of those above it; false
   * where constraints do not parse.
   *
   * @param path leaf first, authority last
   */
  static boolean allow(List<X509Certificate> path) {
    if (path.stream().noneMatch(each -> each.getExtensionValue(NAME_CONSTRAINTS) != null)) {
      return true;
    }
    PKIXNameConstraintValidator constraints = new PKIXNameConstraintValidator();
    try {
      for (int i = path.size() - 1; i > 0; i--) {
        constrain(constraints, path.get(i));
        check(constraints, path.get(i - 1));
      }
      return true;
    } catch (NameConstraintValidatorException | IOException | RuntimeException refused) {
      return false;
    }
  }

  private static void constrain(PKIXNameConstraintValidator constraints, X509Certificate signer) {
    byte[] extension = signer.getExtensionValue(NAME_CONSTRAINTS);
    if (extension == null) {
      return;
    }
    NameConstraints own =
        NameConstraints.getInstance(ASN1OctetString.getInstance(extension).getOctets());
    if (own.getPermittedSubtrees() != null) {
      for (GeneralSubtree subtree : own.getPermittedSubtrees()) {
        refuseEmpty(subtree.getBase());
      }
      constraints.intersectPermittedSubtree(own.getPermittedSubtrees());
    }
    if (own.getExcludedSubtrees() != null) {
      for (GeneralSubtree subtree : own.getExcludedSubtrees()) {
        refuseEmpty(subtree.getBase());
        constraints.addExcludedSubtree(subtree);
      }
    }
  }

  /** A URI's constraint names a host or a domain; an empty one is read as none, or as all. */
  private static void refuseEmpty(GeneralName base) {
    if (base.getTagNo() == GeneralName.uniformResourceIdentifier
        && ASN1IA5String.getInstance(base.getName()).getString().isEmpty()) {
      throw new IllegalArgumentException("an empty constraint of URIs");
    }
  }

  private static void check(PKIXNameConstraintValidator constraints, X509Certificate certificate)
      throws NameConstraintValidatorException, IOException {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    if (subject.size() > 0) {
      constraints.checkPermittedDN(subject);
      constraints.checkExcludedDN(subject);
    }
    for (GeneralName name : CertificateRules.names(certificate)) {
      constraints.checkPermitted(name);
      constraints.checkExcluded(name);
    }
  }
}
