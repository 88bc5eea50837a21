package io.mintmark.sidecar.broker;

import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedBundle;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bundle by which the broker is known: at first that of a file, then what the broker itself
 * streams. The file counts again only when its content changes: somebody put it there on purpose,
 * while an old file would let an authority vouch that was rotated out long ago.
 */
final class BrokerBundle implements Supplier<Bundle> {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_AUTHORITIES = 64;
  private static final System.Logger LOG = System.getLogger(BrokerBundle.class.getName());

  private final TrustDomain trustDomain;
  private final Path file;
  private byte[] read;
  private Bundle current;

  private BrokerBundle(TrustDomain trustDomain, Path file, byte[] read, Bundle first) {
    this.trustDomain = trustDomain;
    this.file = file;
    this.read = read;
    this.current = first;
  }

  /** Throws an {@link IOException} with a sentence where the file holds no bundle. */
  static BrokerBundle read(TrustDomain trustDomain, Path file) throws IOException {
    byte[] bytes = bytes(file);
    return new BrokerBundle(trustDomain, file, bytes, parsed(trustDomain, file, bytes));
  }

  @Override
  public synchronized Bundle get() {
    try {
      byte[] bytes = bytes(file);
      if (!Arrays.equals(bytes, read)) {
        current = parsed(trustDomain, file, bytes);
        read = bytes;
      }
    } catch (IOException unreadable) {
      // what was learned from the broker is as good as before
      LOG.log(System.Logger.Level.DEBUG, "the bundle file is not read again", unreadable);
    }
    return current;
  }

  synchronized void streamed(@Nullable Bundle bundle) {
    if (bundle != null) {
      current = bundle;
    }
  }

  TrustDomain trustDomain() {
    return trustDomain;
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("bundle \"" + file + "\" is larger than 1 MiB");
      }
      return bytes;
    }
  }

  private static Bundle parsed(TrustDomain trustDomain, Path file, byte[] bytes)
      throws IOException {
    try {
      int first = 0;
      while (first < bytes.length && Character.isWhitespace(bytes[first])) {
        first++;
      }
      return first < bytes.length && bytes[first] == '{'
          ? Bundle.parse(trustDomain, bytes)
          : new Bundle(
              trustDomain, Certificates.parse(bytes, MAX_AUTHORITIES), List.of(), null, null);
    } catch (MalformedBundle | MalformedCertificate malformed) {
      throw new IOException(
          "bundle \"" + file + "\" does not parse: " + malformed.getMessage(), malformed);
    }
  }
}
