package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.plan.Sha256;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedBundle;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bundle by which the broker is known: at first that of a file, then what the broker itself
 * streams.
 */
final class BrokerBundle implements Supplier<Bundle> {
  private static final int MAX_AUTHORITIES = 64;

  private final TrustDomain trustDomain;
  private final TrustFile<Bundle> file;

  private BrokerBundle(TrustDomain trustDomain, TrustFile<Bundle> file) {
    this.trustDomain = trustDomain;
    this.file = file;
  }

  /**
   * Throws an {@link IOException} with a sentence where the file holds no bundle.
   *
   * @param kept where what the broker streams is kept; null where it is not
   * @param bound the only content of the file that counts; null where any does
   */
  static BrokerBundle read(
      TrustDomain trustDomain, Path path, @Nullable Path kept, @Nullable Sha256 bound)
      throws IOException {
    return new BrokerBundle(
        trustDomain, new TrustFile<>(path, kept, bound, new BundleReader(trustDomain, path)));
  }

  @Override
  public Bundle get() {
    return file.get();
  }

  /** What is wrong with its file now; null where nothing is. */
  @Nullable String objection() {
    return file.objection();
  }

  void streamed(Map<TrustDomain, Bundle> bundles) {
    Bundle own = bundles.get(trustDomain);
    if (own != null) {
      file.learn(_ -> own);
    }
  }

  private record BundleReader(TrustDomain trustDomain, Path path)
      implements TrustFile.Reader<Bundle> {
    @Override
    public Bundle parsed(byte[] bytes) throws IOException {
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
            "bundle \"" + path + "\" does not parse: " + malformed.getMessage(), malformed);
      }
    }

    @Override
    public byte[] written(Bundle learned) {
      return learned.toJson();
    }

    @Override
    public Bundle restored(byte[] kept) throws IOException {
      return parsed(kept);
    }
  }
}
