package io.mintmark.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mintmark.jose.Crypto;
import io.mintmark.keys.Authority;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeysUnavailable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/** Strikes leaf certificates per the SPIFFE X509-SVID rules (sections 2 to 4) and RFC 5280. */
final class LeafCertificates {
  /** For verifiers whose clock is a little behind. */
  private static final Duration BACKDATED = Duration.ofSeconds(30);

  private static final Instant Y2050 = Instant.parse("2050-01-01T00:00:00Z");
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED_TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Extension USAGE =
      extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
  private static final Extension RSA_USAGE =
      extension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
  private static final Extension NO_AUTHORITY =
      extension(Extension.basicConstraints, true, new BasicConstraints(false));
  private static final Extension PURPOSES =
      extension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));

  private LeafCertificates() {}

  /**
   * A chain in DER, leaf first and without the root.
   *
   * @param end when the leaf ends
   */
  record Struck(List<byte[]> chain, Instant end) {}

  /** Builds, signs and checks. */
  static Struck strike(Leaf leaf, KeyRing ring, Instant now, Instant latest, boolean signature)
      throws KeysUnavailable {
    Authority authority = ring.authority(now);
    Instant authorityEnds = authority.notAfter();
    Instant end =
        (latest.isBefore(authorityEnds) ? latest : authorityEnds).truncatedTo(ChronoUnit.SECONDS);
    if (!end.isAfter(now)) {
      throw new KeysUnavailable(
          "the X.509 authority ends within the second, at %s: renew it".formatted(authorityEnds));
    }
    Instant backdated = now.minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS);
    Instant authorityBegins = authority.notBefore();
    Instant start = backdated.isBefore(authorityBegins) ? authorityBegins : backdated;
    byte[] product = build(leaf, authority, start, end);
    byte[] issuer = authority.certificates().issuer().getSubjectX500Principal().getEncoded();
    new LeafCheck(issuer, authority.keyIdentifier(), authority.algorithm())
        .check(product, leaf, start, end);
    List<byte[]> chain = new ArrayList<>();
    chain.add(product);
    chain.addAll(authority.encodedChain());
    if (signature) {
      LeafCheck.checkPath(parse(chain), leaf, ring.bundle(), now);
    }
    return new Struck(List.copyOf(chain), end);
  }

  /** Of certificates in DER: one that was struck here, and those above it. */
  static List<X509Certificate> parse(List<byte[]> chain) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> certificates = new ArrayList<>();
      for (byte[] der : chain) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
      return List.copyOf(certificates);
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was struck cannot be read", e);
    }
  }

  private static byte[] build(Leaf leaf, Authority authority, Instant start, Instant end) {
    SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(leaf.key().getEncoded());
    try {
      var builder =
          new X509v3CertificateBuilder(
              authority.name(), leaf.serial(), time(start), time(end), subject(leaf), key);
      builder.addExtension(keyUsage(key));
      builder.addExtension(PURPOSES);
      builder.addExtension(NO_AUTHORITY);
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(key)));
      byte[] issuerKeyId = authority.keyIdentifier();
      if (issuerKeyId.length > 0) {
        builder.addExtension(
            Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuerKeyId));
      }
      builder.addExtension(Extension.subjectAlternativeName, false, names(leaf));
      return builder.build(authority.contentSigner()).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("cannot build a certificate", e);
    }
  }

  private static Extension extension(
      ASN1ObjectIdentifier type, boolean critical, ASN1Object value) {
    try {
      return Extension.create(type, critical, value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RFC 5280 section 4.1.2.5; written here since Bouncy Castle goes by way of SimpleDateFormat. */
  private static Time time(Instant instant) throws IOException {
    boolean utc = instant.isBefore(Y2050);
    byte[] text = (utc ? UTC_TIME : GENERALIZED_TIME).format(instant).getBytes(US_ASCII);
    byte[] der = new byte[2 + text.length];
    der[0] = (byte) (utc ? BERTags.UTC_TIME : BERTags.GENERALIZED_TIME);
    der[1] = (byte) text.length;
    System.arraycopy(text, 0, der, 2, text.length);
    return Time.getInstance(ASN1Primitive.fromByteArray(der));
  }

  private static X500Name subject(Leaf leaf) {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, "Mintmark");
    if (leaf.commonName() != null) {
      name.addRDN(BCStyle.CN, leaf.commonName());
    }
    return name.build();
  }

  private static GeneralNames names(Leaf leaf) {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, leaf.id().uri()));
    for (String dnsName : leaf.dnsNames()) {
      names.add(new GeneralName(GeneralName.dNSName, dnsName));
    }
    for (InetAddress address : leaf.addresses()) {
      names.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(address.getAddress())));
    }
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  /** Key encipherment is for RSA keys only (RFC 8813 section 3, RFC 8410 section 5). */
  private static Extension keyUsage(SubjectPublicKeyInfo key) {
    boolean rsa = key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption);
    return rsa ? RSA_USAGE : USAGE;
  }

  /** RFC 7093 section 2, method 1. */
  private static byte[] keyId(SubjectPublicKeyInfo key) {
    return Arrays.copyOf(Crypto.sha256(key.getPublicKeyData().getBytes()), 20);
  }
}
