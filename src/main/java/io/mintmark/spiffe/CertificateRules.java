package io.mintmark.spiffe;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.Reason;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/** What one certificate of a chain must be, by its place in it. */
final class CertificateRules {
  static final Duration LEEWAY = Duration.ofSeconds(30);

  private static final String SUBJECT_ALT_NAME = "2.5.29.17";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  /**
   * Critical extensions that are processed: key usage, alternative names, basic constraints, name
   * constraints, extended key usage. Any other refuses (RFC 5280 section 4.2).
   */
  private static final Set<String> UNDERSTOOD =
      Set.of(
          KEY_USAGE, SUBJECT_ALT_NAME, "2.5.29.19", NameRules.NAME_CONSTRAINTS, EXTENDED_KEY_USAGE);

  private CertificateRules() {}

  /** Whether a certificate of a bundle may be the end of a chain. */
  static boolean isAuthority(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() >= 0 && (usage == null || usage[KEY_CERT_SIGN]);
  }

  /** What is wrong with the leaf (X509-SVID sections 2, 4.1, 4.3, 4.4); null where nothing is. */
  static SvidCheck.@Nullable Invalid leaf(X509Certificate leaf, Instant now) {
    SvidCheck.Invalid common = common(leaf, now);
    if (common != null) {
      return common;
    }
    if (leaf.getBasicConstraints() >= 0) {
      return certificate("the leaf is a CA");
    }
    boolean[] usage = leaf.getKeyUsage();
    Set<String> critical = leaf.getCriticalExtensionOIDs();
    if (usage == null || critical == null || !critical.contains(KEY_USAGE)) {
      return certificate("the leaf has no critical key usage");
    }
    if (!usage[DIGITAL_SIGNATURE] || usage[KEY_CERT_SIGN] || usage[CRL_SIGN]) {
      return certificate(
          "the leaf's key usage is not digitalSignature without keyCertSign, cRLSign");
    }
    return servesAndCalls(leaf)
        ? null
        : certificate("the leaf's extended key usage does not name both serverAuth and clientAuth");
  }

  /**
   * What is wrong with a signing certificate; null where nothing is.
   *
   * @param below how many signing certificates stand between it and the leaf
   */
  static SvidCheck.@Nullable Invalid signer(
      X509Certificate signer, boolean anchor, int below, Instant now) {
    SvidCheck.Invalid common = common(signer, now);
    if (common != null) {
      return common;
    }
    if (!isAuthority(signer)) {
      return certificate("a signing certificate is not a CA with keyCertSign");
    }
    if (!anchor && signer.getKeyUsage() == null) {
      return certificate("an intermediate certificate has no key usage");
    }
    if (below > signer.getBasicConstraints()) {
      return certificate("the chain is longer than a signing certificate's path length allows");
    }
    return null;
  }

  /** All URIs among the subject alternative names; throws where the extension does not parse. */
  static List<String> uris(X509Certificate certificate) throws IOException {
    List<String> uris = new ArrayList<>(1);
    for (GeneralName name : names(certificate)) {
      if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
        uris.add(ASN1IA5String.getInstance(name.getName()).getString());
      }
    }
    return uris;
  }

  /**
   * The subject alternative names by Bouncy Castle: the JDK's parser knows URIs by their hosts and
   * takes not every trust domain name for one.
   */
  static GeneralName[] names(X509Certificate certificate) throws IOException {
    byte[] extension = certificate.getExtensionValue(SUBJECT_ALT_NAME);
    if (extension == null) {
      return new GeneralName[0];
    }
    try {
      return GeneralNames.getInstance(ASN1OctetString.getInstance(extension).getOctets())
          .getNames();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IOException("the subject alternative names do not parse");
    }
  }

  static SvidCheck.Invalid certificate(String detail) {
    return new SvidCheck.Invalid(Reason.EVIDENCE_CERTIFICATE, detail);
  }

  private static SvidCheck.@Nullable Invalid common(X509Certificate certificate, Instant now) {
    if (now.plus(LEEWAY).isBefore(certificate.getNotBefore().toInstant())) {
      return new SvidCheck.Invalid(
          Reason.EVIDENCE_NOT_YET_VALID,
          "a certificate is not valid before " + certificate.getNotBefore().toInstant());
    }
    if (!now.isBefore(certificate.getNotAfter().toInstant())) {
      return new SvidCheck.Invalid(
          Reason.EVIDENCE_EXPIRED,
          "a certificate was valid until " + certificate.getNotAfter().toInstant());
    }
    if (certificate.getVersion() != 3) {
      return certificate("a certificate is not of version 3");
    }
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && !UNDERSTOOD.containsAll(critical)) {
      return certificate("a certificate has a critical extension that is not understood");
    }
    String objection = Crypto.objection(certificate.getPublicKey());
    return objection == null ? null : certificate("a certificate's key is refused: " + objection);
  }

  private static boolean servesAndCalls(X509Certificate leaf) {
    if (leaf.getExtensionValue(EXTENDED_KEY_USAGE) == null) {
      return true;
    }
    try {
      List<String> purposes = leaf.getExtendedKeyUsage();
      return purposes != null && purposes.contains(SERVER_AUTH) && purposes.contains(CLIENT_AUTH);
    } catch (CertificateParsingException e) {
      return false;
    }
  }
}
