package io.mintmark.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.workload.WorkloadId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Certificates as a workload makes and checks them, with the JDK's own path validation. */
final class Certificates {
  private static final int URI_NAME = 6;

  private Certificates() {}

  /** A CSR and the key it is for. */
  record Request(String pem, PublicKey key) {}

  static Request request() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          new JcaPKCS10CertificationRequestBuilder(new X500Principal(""), pair.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    } catch (OperatorCreationException unsupported) {
      throw new GeneralSecurityException(unsupported);
    }
    return new Request(text.toString(), pair.getPublic());
  }

  static List<X509Certificate> parse(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  static String thumbprint(X509Certificate certificate) throws GeneralSecurityException {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
  }

  /** Whether the chain is valid at {@code now} under a SPIFFE bundle in JSON. */
  static boolean endsAt(List<X509Certificate> chain, JsonNode bundle, Instant now)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors = new HashSet<>();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (JsonNode key : bundle.path("keys")) {
      if (key.path("use").asText().equals("x509-svid")) {
        byte[] der = Base64.getDecoder().decode(key.path("x5c").path(0).asText());
        anchors.add(
            new TrustAnchor(
                (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)),
                null));
      }
    }
    if (anchors.isEmpty()) {
      return false;
    }
    PKIXParameters parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    try {
      CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(chain), parameters);
      return true;
    } catch (CertPathValidatorException invalid) {
      return false;
    }
  }

  /** Whether the certificate's only URI name is this workload's. */
  static boolean names(X509Certificate certificate, WorkloadId id) throws GeneralSecurityException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return false;
    }
    List<Object> uris =
        names.stream()
            .filter(name -> name.getFirst().equals(URI_NAME))
            .<Object>map(name -> name.get(1))
            .toList();
    return uris.equals(List.of(id.uri()));
  }
}
