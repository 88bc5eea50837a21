package io.mintmark.keys;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * An intermediate authority in an operator's files. Each read checks all of it, since the files can
 * change at any time and nothing else vouches for them.
 */
final class IntermediateFiles {
  private final KeySettings.Intermediate files;
  private final TrustDomain trustDomain;

  IntermediateFiles(KeySettings.Intermediate files, TrustDomain trustDomain) {
    this.files = files;
    this.trustDomain = trustDomain;
  }

  /** The authority as it stands in the files. Throws with a sentence where it is not one. */
  KeptKey read(Instant now) throws IOException {
    List<X509Certificate> chain = certificates(files.chain());
    List<X509Certificate> roots = certificates(files.roots());
    X509Certificate issuer = chain.getFirst();
    try {
      AuthorityRules.check(chain, roots, trustDomain, now);
      SignatureAlgorithm algorithm = algorithm(issuer.getPublicKey());
      SoftwareKey key =
          new SoftwareKey(algorithm, issuer.getPublicKey(), PemFile.privateKey(files.key()));
      List<X509Certificate> above = new ArrayList<>(chain);
      above.removeAll(roots);
      KeptKey kept =
          new KeptKey(
              id(chain, roots),
              KeyUse.X509_AUTHORITY,
              algorithm,
              KeyState.PREPARED,
              now,
              now,
              key,
              new AuthorityCertificates(issuer, above, roots),
              true);
      if (!SelfCheck.passes(kept)) {
        throw new IllegalArgumentException(
            "private key in \"%s\" does not belong to the first certificate"
                .formatted(files.key()));
      }
      return kept;
    } catch (IllegalArgumentException | CertificateEncodingException e) {
      throw new IOException(
          "X.509 authority in \"%s\" is refused: %s".formatted(files.chain(), e.getMessage()), e);
    }
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Pem.Block block : PemFile.blocks(file)) {
      if (!block.label().equals("CERTIFICATE")) {
        throw new IOException("\"%s\" holds something other than certificates".formatted(file));
      }
      try {
        certificates.add(Certificates.parse(block.der()));
      } catch (IllegalArgumentException e) {
        throw new IOException("\"%s\" holds a broken certificate".formatted(file), e);
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException("\"%s\" holds no certificate".formatted(file));
    }
    return certificates;
  }

  private static SignatureAlgorithm algorithm(PublicKey key) {
    if (key instanceof RSAPublicKey) {
      return SignatureAlgorithm.RS256;
    }
    if (key instanceof ECPublicKey) {
      for (SignatureAlgorithm algorithm :
          List.of(SignatureAlgorithm.ES256, SignatureAlgorithm.ES384)) {
        if (Crypto.fits(algorithm, key)) {
          return algorithm;
        }
      }
    }
    throw new IllegalArgumentException("its key is not P-256, P-384 or RSA");
  }

  /** Changes when the signing certificate or what verifiers shall trust changes. */
  private static String id(List<X509Certificate> chain, List<X509Certificate> roots)
      throws CertificateEncodingException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (X509Certificate certificate : chain) {
      all.writeBytes(certificate.getEncoded());
    }
    for (X509Certificate certificate : roots) {
      all.writeBytes(certificate.getEncoded());
    }
    return HexFormat.of().formatHex(Crypto.sha256(all.toByteArray()));
  }
}
