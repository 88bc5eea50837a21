package io.mintmark;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jboss.logging.Logger;

/** The server's certificate and key in files, read again when either changes. */
final class TlsFilePair implements ServerTls.Source {
  private static final Logger LOG = Logger.getLogger(TlsFilePair.class);
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final byte[] PROBE = "mintmark".getBytes(StandardCharsets.US_ASCII);

  private final Setup.TlsFiles files;
  private volatile ServerTls.Pair pair;
  private Times seen;

  private record Times(FileTime certificates, FileTime key) {
    static Times of(Setup.TlsFiles files) throws IOException {
      return new Times(
          Files.getLastModifiedTime(files.certificates()), Files.getLastModifiedTime(files.key()));
    }
  }

  private TlsFilePair(Setup.TlsFiles files) throws IOException {
    this.files = files;
    this.seen = Times.of(files);
    this.pair = read(files);
  }

  static TlsFilePair open(Setup.TlsFiles files) {
    try {
      return new TlsFilePair(files);
    } catch (IOException unusable) {
      throw new StartupRefused(
          "the server certificate cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  @Override
  public ServerTls.Pair current() {
    return pair;
  }

  /** Looks at the files; to be called every few seconds, by one thread. */
  void refresh() {
    try {
      Times now = Times.of(files);
      if (!now.equals(seen)) {
        pair = read(files);
        seen = now;
        LOG.info("the server certificate was read again");
      }
    } catch (IOException unusable) {
      LOG.errorf("the old server certificate stays in use: %s", unusable.getMessage());
    }
  }

  private static ServerTls.Pair read(Setup.TlsFiles files) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      byte[] pem = Files.readAllBytes(files.certificates());
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        chain.add((X509Certificate) certificate);
      }
    } catch (CertificateException malformed) {
      throw new IOException("\"" + files.certificates() + "\" holds no certificates", malformed);
    }
    if (chain.isEmpty()) {
      throw new IOException("\"" + files.certificates() + "\" holds no certificate");
    }
    PrivateKey key = key(files.key());
    if (!isPair(chain.getFirst().getPublicKey(), key)) {
      throw new IOException(
          "\"" + files.key() + "\" is not the key of \"" + files.certificates() + "\"");
    }
    return new ServerTls.Pair(chain, key);
  }

  private static PrivateKey key(Path file) throws IOException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException("\"" + file + "\" holds no PKCS #8 private key in PEM");
    }
    try {
      return Crypto.privateKey(
          Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end)));
    } catch (IllegalArgumentException malformed) {
      throw new IOException("\"" + file + "\" holds no usable private key", malformed);
    }
  }

  private static boolean isPair(PublicKey certified, PrivateKey key) {
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      if (Crypto.fits(algorithm, certified) && Crypto.fits(algorithm, key)) {
        return Crypto.verify(algorithm, certified, PROBE, Crypto.sign(algorithm, key, PROBE));
      }
    }
    return false;
  }
}
