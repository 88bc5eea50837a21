package io.mintmark.keys;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * An intermediate authority in an operator's files. Each read checks all of it, since the files can
 * change at any time and nothing else vouches for them.
 */
final class IntermediateFiles {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<PosixFilePermission> NOT_FOR_A_KEY =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

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
      SoftwareKey key = new SoftwareKey(algorithm, issuer.getPublicKey(), privateKey());
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

  private PrivateKey privateKey() throws IOException {
    Set<PosixFilePermission> open = EnumSet.copyOf(NOT_FOR_A_KEY);
    open.retainAll(Files.getPosixFilePermissions(files.key()));
    if (!open.isEmpty()) {
      throw new IOException(
          "private key file \"%s\" can be read by others or written by its group: set mode 0600"
              .formatted(files.key()));
    }
    List<Pem.Block> blocks = blocks(files.key());
    if (blocks.size() != 1 || !blocks.getFirst().label().equals("PRIVATE KEY")) {
      throw new IOException(
          "private key file \"%s\" does not hold one PKCS #8 \"PRIVATE KEY\" block"
              .formatted(files.key()));
    }
    return Crypto.privateKey(blocks.getFirst().der());
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Pem.Block block : blocks(file)) {
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

  private static List<Pem.Block> blocks(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("\"%s\" is larger than 1 MiB".formatted(file));
      }
      return Pem.decode(bytes);
    } catch (IllegalArgumentException e) {
      throw new IOException("\"%s\": %s".formatted(file, e.getMessage()), e);
    }
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
