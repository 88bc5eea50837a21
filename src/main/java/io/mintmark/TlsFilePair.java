package io.mintmark;

import io.mintmark.jose.Crypto;
import io.mintmark.keys.PemFile;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate and key in files, read again when either changes. A key that others can
 * read stops the start, and later leaves the last good pair in use.
 */
final class TlsFilePair implements ServerTls.Source {
  private static final Logger LOG = Logger.getLogger(TlsFilePair.class);

  /** A certificate that has less than a quarter of its life, and a week, should be another. */
  private static final Duration LATE = Duration.ofDays(7);

  private static final byte[] PROBE = "mintmark".getBytes(StandardCharsets.US_ASCII);

  private final Setup.TlsFiles files;
  private final InstantSource clock;
  private volatile ServerTls.Pair pair;
  private volatile @Nullable String problem;
  private @Nullable String told;
  private State seen;

  /** What shows that a file was changed, or that its key was opened to others. */
  private record State(FileTime certificates, FileTime key, Set<PosixFilePermission> keyMode) {
    static State of(Setup.TlsFiles files) throws IOException {
      try {
        return new State(
            Files.getLastModifiedTime(files.certificates()),
            Files.getLastModifiedTime(files.key()),
            Files.getPosixFilePermissions(files.key()));
      } catch (NoSuchFileException absent) {
        throw new IOException("there is no file \"" + absent.getFile() + "\"", absent);
      }
    }
  }

  private TlsFilePair(Setup.TlsFiles files, InstantSource clock) throws IOException {
    this.files = files;
    this.clock = clock;
    this.seen = State.of(files);
    this.pair = read(files);
  }

  static TlsFilePair open(Setup.TlsFiles files, InstantSource clock) {
    try {
      return new TlsFilePair(files, clock);
    } catch (IOException unusable) {
      throw new StartupRefused(
          "the server certificate cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  @Override
  public ServerTls.Pair current() {
    return pair;
  }

  /** Why the files as they stand are not in use, the last good pair being; null where they are. */
  @Nullable String problem() {
    return problem;
  }

  /** That the certificate in use has expired, or is about to without another; null where not. */
  @Nullable String ending() {
    X509Certificate used = pair.chain().getFirst();
    Instant end = used.getNotAfter().toInstant();
    Duration quarter = Duration.between(used.getNotBefore().toInstant(), end).dividedBy(4);
    if (expired()) {
      return "the server certificate has expired at " + end;
    }
    Instant late = end.minus(quarter.compareTo(LATE) < 0 ? quarter : LATE);
    return clock.instant().isBefore(late)
        ? null
        : "the server certificate expires at " + end + " and there is no newer one";
  }

  /** Whether nobody believes the certificate in use any more. */
  boolean expired() {
    return !clock.instant().isBefore(pair.chain().getFirst().getNotAfter().toInstant());
  }

  /** Looks at the files; to be called every few seconds, by one thread. */
  void refresh() {
    try {
      State now = State.of(files);
      if (!now.equals(seen)) {
        pair = read(files);
        seen = now;
        LOG.info("the server certificate was read again");
      }
      problem = null;
    } catch (IOException unusable) {
      String why = String.valueOf(unusable.getMessage());
      if (!why.equals(problem)) {
        LOG.errorf("the old server certificate stays in use: %s", why);
      }
      problem = why;
    }
    String ending = ending();
    if (ending != null && !ending.equals(told)) {
      LOG.error(ending);
    }
    told = ending;
  }

  private static ServerTls.Pair read(Setup.TlsFiles files) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      byte[] pem = PemFile.bytes(files.certificates());
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
    PrivateKey key = PemFile.privateKey(files.key());
    if (!isPair(chain.getFirst().getPublicKey(), key)) {
      throw new IOException(
          "\"" + files.key() + "\" is not the key of \"" + files.certificates() + "\"");
    }
    return new ServerTls.Pair(chain, key);
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
