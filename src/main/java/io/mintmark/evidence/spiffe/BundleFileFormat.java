package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.KeyFormat;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bundle in a file: a SPIFFE bundle in JSON, or X.509 authorities in PEM. Its sequence may go
 * back: who writes the file may also mean an older one.
 */
record BundleFileFormat(TrustDomain trustDomain) implements KeyFormat<Bundle> {
  private static final String PEM = "-----BEGIN ";

  @Override
  public Bundle parse(byte[] bytes) throws UnusableKeys {
    // comments may precede PEM (RFC 7468 section 2), and no JSON begins with a letter or dash
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (text.stripLeading().startsWith("{") || !text.contains(PEM)) {
      return new BundleFormat(trustDomain).parse(bytes);
    }
    return new Bundle(trustDomain, Authorities.parse(bytes), List.of(), null, null);
  }

  @Override
  public @Nullable String warning(Bundle bundle) {
    return new BundleFormat(trustDomain).warning(bundle);
  }
}
