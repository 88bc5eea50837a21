package io.mintmark.evidence.trust;

import io.mintmark.evidence.KeySource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the keys of every trust domain and issuer are, for health, metrics and explanations. */
public record TrustStatus(List<Keys> trustDomains, List<Keys> issuers) {
  public TrustStatus {
    trustDomains = List.copyOf(trustDomains);
    issuers = List.copyOf(issuers);
  }

  /**
   * The keys of one trust domain or issuer.
   *
   * @param name the trust domain's name or the issuer's URL
   * @param document the document's name
   * @param usable whether there are keys that are fresh enough to believe
   * @param lastGood when they were last known to be good; null where never
   * @param age how long ago that is; null where never
   * @param lastError what went wrong at the last attempt; null where it went well
   */
  public record Keys(
      String name,
      String document,
      boolean usable,
      @Nullable Instant lastGood,
      @Nullable Duration age,
      @Nullable String lastError) {

    static Keys of(String name, String document, KeySource<?> source, Instant now) {
      boolean usable = source.current(now) != null;
      Instant lastGood = source.lastGood();
      return new Keys(
          name,
          document,
          usable,
          lastGood,
          lastGood == null ? null : Duration.between(lastGood, now),
          source.lastError());
    }
  }
}
