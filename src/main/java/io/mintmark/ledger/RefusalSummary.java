package io.mintmark.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps strangers from filling the disk: of the refusals of one second, the first few are kept one
 * by one and the rest are summed into one record {@code summary} a reason, with their count and
 * where they came from. Everything but refusals passes through.
 */
public final class RefusalSummary implements Ledger, AutoCloseable {
  /** What {@link #append} answers for a refusal that is summed: it has no number of its own. */
  public static final long SUMMED = -1;

  static final int MOST_SOURCES = 16;
  static final int MOST_REASONS = 64;

  private static final String REFUSED = "refused";
  private static final String OTHERS = "others";

  private final Ledger ledger;
  private final int eachSecond;
  private final InstantSource clock;
  private final ScheduledExecutorService timer;
  private Map<String, Sum> sums = new LinkedHashMap<>();
  private long second = Long.MIN_VALUE;
  private int kept;

  private static final class Sum {
    private long count;
    private final Map<String, Long> sources = new HashMap<>();

    void add(@Nullable String source) {
      count++;
      String known = source == null ? "unknown" : source;
      boolean room = sources.size() < MOST_SOURCES || sources.containsKey(known);
      sources.merge(room ? known : OTHERS, 1L, Long::sum);
    }

    String detail() {
      return sources.entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .map(source -> source.getKey() + "=" + source.getValue())
          .collect(Collectors.joining(" ", "sources: ", ""));
    }
  }

  /**
   * @param eachSecond how many refusals of a second are kept one by one
   */
  public RefusalSummary(Ledger ledger, int eachSecond, InstantSource clock) {
    this.ledger = ledger;
    this.eachSecond = eachSecond;
    this.clock = clock;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mintmark-ledger-summary").factory());
    ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(this::flush, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<Long> append(LedgerRecord entry) {
    return isSummed(entry) ? CompletableFuture.completedFuture(SUMMED) : ledger.append(entry);
  }

  @Override
  public CompletionStage<Long> append(LedgerRecord entry, Executor completesOn) {
    return isSummed(entry)
        ? CompletableFuture.completedFuture(SUMMED)
        : ledger.append(entry, completesOn);
  }

  private synchronized boolean isSummed(LedgerRecord entry) {
    if (!entry.outcome().equals(REFUSED)) {
      return false;
    }
    long now = clock.instant().getEpochSecond();
    if (now != second) {
      second = now;
      kept = 0;
    }
    if (kept < eachSecond) {
      kept++;
      return false;
    }
    String reason = entry.reason() == null ? OTHERS : entry.reason();
    boolean room = sums.size() < MOST_REASONS || sums.containsKey(reason);
    sums.computeIfAbsent(room ? reason : OTHERS, fresh -> new Sum()).add(entry.source());
    return true;
  }

  /** Writes what was summed; what the ledger refuses now is summed on. */
  void flush() {
    Map<String, Sum> due;
    synchronized (this) {
      due = sums;
      sums = new LinkedHashMap<>();
    }
    Instant now = clock.instant();
    List<CompletableFuture<Long>> written = new ArrayList<>();
    due.forEach(
        (reason, sum) ->
            written.add(
                ledger
                    .append(record(now, reason, sum))
                    .whenComplete((seq, failed) -> keepIf(failed != null, reason, sum))
                    .toCompletableFuture()));
    CompletableFuture.allOf(written.toArray(CompletableFuture<?>[]::new))
        .exceptionally(refused -> null)
        .join();
  }

  private synchronized void keepIf(boolean failed, String reason, Sum sum) {
    if (failed) {
      Sum more = sums.computeIfAbsent(reason, fresh -> new Sum());
      more.count += sum.count;
      sum.sources.forEach(
          (source, count) -> {
            boolean room = more.sources.size() < MOST_SOURCES || more.sources.containsKey(source);
            more.sources.merge(room ? source : OTHERS, count, Long::sum);
          });
    }
  }

  private static LedgerRecord record(Instant now, String reason, Sum sum) {
    return LedgerRecord.ofTheLog(now, "summary", reason, sum.detail(), sum.count);
  }

  /** Writes what is left; before the ledger itself is closed. */
  @Override
  public void close() {
    timer.shutdownNow();
    flush();
  }
}
