package io.mintmark.keys;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Random;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A company's certification authorities, good and bad. */
final class TestAuthorities {
  private TestAuthorities() {}

  record Ca(KeyPair pair, X509Certificate certificate) {}

  /** What a certificate shall be; begin with {@link #ca}. No usage leaves its extension out. */
  record Spec(
      String name,
      @Nullable Integer pathLength,
      boolean isCa,
      int usage,
      @Nullable String uri,
      Instant notBefore,
      Instant notAfter,
      String keyType) {
    Spec pathLength(@Nullable Integer length) {
      return new Spec(name, length, isCa, usage, uri, notBefore, notAfter, keyType);
    }

    Spec noCa() {
      return new Spec(name, null, false, usage, uri, notBefore, notAfter, keyType);
    }

    Spec usage(int bits) {
      return new Spec(name, pathLength, isCa, bits, uri, notBefore, notAfter, keyType);
    }

    Spec uri(String id) {
      return new Spec(name, pathLength, isCa, usage, id, notBefore, notAfter, keyType);
    }

    Spec between(Instant start, Instant end) {
      return new Spec(name, pathLength, isCa, usage, uri, start, end, keyType);
    }

    Spec key(String type) {
      return new Spec(name, pathLength, isCa, usage, uri, notBefore, notAfter, type);
    }
  }

  static Spec ca(String name) {
    return new Spec(
        name,
        null,
        true,
        KeyUsage.keyCertSign | KeyUsage.cRLSign,
        null,
        TestRing.START.minus(Duration.ofDays(10)),
        TestRing.START.plus(Duration.ofDays(400)),
        "secp256r1");
  }

  static Ca root(Spec spec) throws Exception {
    KeyPair pair = pair(spec.keyType());
    return new Ca(pair, sign(spec, pair, spec.name(), pair));
  }

  static Ca under(Ca issuer, Spec spec) throws Exception {
    KeyPair pair = pair(spec.keyType());
    String name = issuer.certificate().getSubjectX500Principal().getName();
    return new Ca(pair, sign(spec, pair, name, issuer.pair()));
  }

  private static X509Certificate sign(Spec spec, KeyPair subject, String issuer, KeyPair signer)
      throws Exception {
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            new BigInteger(64, new Random(spec.hashCode())).setBit(62),
            Date.from(spec.notBefore()),
            Date.from(spec.notAfter()),
            new X500Name(spec.name()),
            subject.getPublic());
    builder.addExtension(
        Extension.basicConstraints,
        true,
        spec.isCa() && spec.pathLength() != null
            ? new BasicConstraints(spec.pathLength())
            : new BasicConstraints(spec.isCa()));
    if (spec.usage() != 0) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(spec.usage()));
    }
    if (spec.uri() != null) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, spec.uri())));
    }
    String algorithm =
        switch (signer.getPrivate().getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
  }

  private static KeyPair pair(String type) throws Exception {
    if (type.equals("RSA") || type.equals("Ed25519")) {
      return KeyPairGenerator.getInstance(type).generateKeyPair();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(type));
    return generator.generateKeyPair();
  }

  static KeySettings.Intermediate files(Path folder) {
    return new KeySettings.Intermediate(
        folder.resolve("chain.pem"), folder.resolve("key.pem"), folder.resolve("roots.pem"));
  }

  static void write(Path file, X509Certificate... certificates) throws Exception {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      pem.append(Pem.encode("CERTIFICATE", certificate.getEncoded()));
    }
    Files.writeString(file, pem);
  }

  static void writeKey(Path file, KeyPair pair) throws Exception {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(
        file,
        Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded())
            .getBytes(StandardCharsets.US_ASCII));
  }
}
