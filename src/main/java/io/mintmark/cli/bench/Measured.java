package io.mintmark.cli.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What became of the requests of some time.
 *
 * @param answered as was asked for
 * @param seconds from the beginning to the last answer
 * @param failures how many, by what they were
 * @param micros from when a request was due to its answer
 */
record Measured(long answered, double seconds, Map<String, Long> failures, Histogram micros) {
  Measured {
    failures = Map.copyOf(failures);
  }

  double rate() {
    return seconds > 0 ? answered / seconds : 0;
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  /** On the load's own thread. */
  static final class Builder {
    private static final long LONGEST = TimeUnit.MINUTES.toMicros(10);
    private static final int MOST_KINDS = 20;

    private final Histogram micros = new Histogram(1, LONGEST, 3);
    private final Map<String, Long> failures = new TreeMap<>();
    private long answered;
    private long last;

    void ended(long began, long intended, long now, @Nullable String failure) {
      last = Math.max(last, now - began);
      if (failure == null) {
        answered++;
        micros.recordValue(Math.clamp((now - intended) / 1_000, 1, LONGEST));
      } else {
        failed(failure, 1);
      }
    }

    private void failed(String failure, long many) {
      String kind =
          failures.containsKey(failure) || failures.size() < MOST_KINDS ? failure : "other";
      failures.merge(kind, many, Long::sum);
    }

    Measured over(long unanswered, long unasked) {
      if (unanswered > 0) {
        failed("no answer", unanswered);
      }
      if (unasked > 0) {
        failed("not asked, since all connections were busy", unasked);
      }
      return new Measured(answered, last / 1e9, failures, micros);
    }
  }
}
