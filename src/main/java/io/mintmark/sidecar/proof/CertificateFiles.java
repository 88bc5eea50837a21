package io.mintmark.sidecar.proof;

import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * An X.509-SVID and its key in PEM files that something else renews. Both are read each time, and a
 * pair of which one half is newer is refused until the other half is there.
 */
final class CertificateFiles implements ProofSource {
  private static final int MAX_CHAIN = 8;
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private final Path certificate;
  private final Path key;

  CertificateFiles(Path certificate, Path key) {
    this.certificate = certificate;
    this.key = key;
  }

  @Override
  public String name() {
    return "certificate \"" + certificate + "\"";
  }

  @Override
  public Proof proof(String audience) throws ProofUnavailable {
    List<X509Certificate> chain;
    try {
      chain = Certificates.parse(TokenFile.read(certificate), MAX_CHAIN);
    } catch (MalformedCertificate malformed) {
      throw new ProofUnavailable("it does not parse: " + malformed.getMessage());
    }
    if (chain.isEmpty()) {
      throw new ProofUnavailable("it holds no certificate");
    }
    byte[] pem = TokenFile.read(key);
    PrivateKey privateKey;
    try {
      privateKey = privateKey(pem, chain.getFirst());
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
    KeyPairs.requireMatch(privateKey, chain.getFirst().getPublicKey());
    return new Proof.X509Svid(chain, privateKey);
  }

  /** PKCS #8, as SPIFFE's programs write it (RFC 7468 section 10). */
  private PrivateKey privateKey(byte[] pem, X509Certificate leaf) throws ProofUnavailable {
    String text = new String(pem, StandardCharsets.US_ASCII);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new ProofUnavailable(
          "key file \"" + key + "\" holds no unencrypted PKCS #8 key in PEM");
    }
    byte[] der = {};
    try {
      der = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
      return KeyFactory.getInstance(leaf.getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IllegalArgumentException
        | InvalidKeySpecException
        | java.security.NoSuchAlgorithmException wrong) {
      throw new ProofUnavailable("key file \"" + key + "\" is not the certificate's key");
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }
}
