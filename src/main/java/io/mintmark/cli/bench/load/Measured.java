package io.mintmark.cli.bench.load;

import java.util.ArrayList;
import java.util.List;
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
 * @param bySecond what was answered in each whole second
 */
public record Measured(
    long answered,
    double seconds,
    Map<String, Long> failures,
    Histogram micros,
    List<Second> bySecond) {
  public Measured {
    failures = Map.copyOf(failures);
    bySecond = List.copyOf(bySecond);
  }

  /** One second of it. */
  public record Second(long answered, double p50Millis, double p99Millis) {}

  public double rate() {
    return seconds > 0 ? answered / seconds : 0;
  }

  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  public double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  /** On the load's own thread. */
  static final class Builder {
    private static final long LONGEST = TimeUnit.MINUTES.toMicros(10);
    private static final int MOST_KINDS = 20;

    private final Histogram micros = new Histogram(1, LONGEST, 3);
    private final Map<String, Long> failures = new TreeMap<>();
    private final Histogram second = new Histogram(1, LONGEST, 2);
    private final List<Second> bySecond = new ArrayList<>();
    private final long began;
    private long last;

    Builder(long began) {
      this.began = began;
    }

    void ended(long intended, long now, @Nullable String failure) {
      last = Math.max(last, now - began);
      while (now - began >= TimeUnit.SECONDS.toNanos(bySecond.size() + 1)) {
        endSecond();
      }
      if (failure == null) {
        long took = Math.clamp((now - intended) / 1_000, 1, LONGEST);
        micros.recordValue(took);
        second.recordValue(took);
      } else {
        failed(failure, 1);
      }
    }

    private void endSecond() {
      bySecond.add(
          new Second(
              second.getTotalCount(),
              second.getValueAtPercentile(50) / 1e3,
              second.getValueAtPercentile(99) / 1e3));
      second.reset();
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
      return new Measured(micros.getTotalCount(), last / 1e9, failures, micros, bySecond);
    }
  }
}
