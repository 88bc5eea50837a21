package io.mintmark.evidence;

import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.FetchResult;
import io.mintmark.fetch.Fetcher;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Fetches keys from a URL.
 *
 * @param <T> a {@code Bundle} or a {@code JwkSet}
 */
public final class FetchLoader<T> implements KeyLoader<T> {
  private final Fetcher fetcher;
  private final FetchRequest request;
  private final KeyFormat<T> format;

  public FetchLoader(Fetcher fetcher, FetchRequest request, KeyFormat<T> format) {
    this.fetcher = fetcher;
    this.request = request;
    this.format = format;
  }

  @Override
  public Loaded<T> load(@Nullable T learned) {
    return switch (fetcher.get(request)) {
      case FetchResult.Failed failed -> new Loaded.Failed<>(failed.detail());
      case FetchResult.Fetched(var body, var maxAge) -> parsed(body, maxAge);
    };
  }

  private Loaded<T> parsed(byte[] body, @Nullable Duration maxAge) {
    try {
      T keys = format.parse(body);
      Duration hint = format.refreshHint(keys);
      return new Loaded.Fresh<>(keys, body, hint == null ? maxAge : hint);
    } catch (UnusableKeys e) {
      return new Loaded.Failed<>(
          "\"" + request.url() + "\" answered with no usable keys: " + e.getMessage());
    }
  }
}
