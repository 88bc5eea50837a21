package io.mintmark.sidecar.files;

import io.micrometer.core.instrument.MeterRegistry;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one file as new as what is held. What cannot be written is tried again with pauses that
 * grow, and the old file stays until its own credential expires.
 */
final class FileDelivery implements Delivery {
  private static final System.Logger LOG = System.getLogger(FileDelivery.class.getName());

  /** What an earlier run left is looked at this often, since the clock may jump. */
  private static final Duration LOOK = Duration.ofSeconds(30);

  private final FilePlan plan;
  private final Target target;
  private final Surroundings surroundings;
  private final Turns turns;
  private final @Nullable HookRunner hook;
  private final Retry retry = new Retry();
  private final Fingerprint fingerprint = new Fingerprint();
  private final List<Credentials.Watch> watches = new ArrayList<>();

  private final Map<Wanted, State> states = new HashMap<>();
  private Map<TrustDomain, Bundle> bundles = Map.of();

  /** Until when what stands in the file can be used; null where nothing of ours does. */
  private volatile @Nullable Instant validUntil;

  /** Whether what an earlier run left was looked at. */
  private boolean looked;

  /** Until when that can be used; null where it does not say, or is not there any more. */
  private @Nullable Instant earlierUntil;

  private long nextLook = System.nanoTime();

  FileDelivery(FilePlan plan, Target target, Surroundings surroundings) {
    this.plan = plan;
    this.target = target;
    this.surroundings = surroundings;
    this.turns = new Turns(this::step, surroundings.workers(), surroundings.timer());
    HookPlan after = plan.hook();
    this.hook =
        after == null ? null : new HookRunner(after, plan.path(), plan.name(), surroundings);
  }

  @Override
  public void start() throws IOException {
    target.prepare();
    for (Wanted wanted : plan.content().wanted()) {
      watches.add(surroundings.credentials().watch(wanted, state -> changed(wanted, state)));
    }
    if (plan.content().ofTrust()) {
      watches.add(surroundings.trust().watch(this::changed));
    }
    turns.wake();
  }

  @Override
  public boolean ready() {
    Instant until = validUntil;
    return until != null && surroundings.clock().instant().isBefore(until);
  }

  /** The file stays: who reads it may outlive the sidecar, and what stands in it expires. */
  @Override
  public void stop(Duration grace) {
    watches.forEach(Credentials.Watch::close);
    var _ = turns.stop(grace);
    if (hook != null) {
      hook.stop(grace);
    }
  }

  private void changed(Wanted wanted, State state) {
    synchronized (this) {
      states.put(wanted, state);
    }
    turns.wake();
  }

  private void changed(Map<TrustDomain, Bundle> newest) {
    synchronized (this) {
      bundles = Map.copyOf(newest);
    }
    turns.wake();
  }

  /**
   * Of an earlier run; what expired meanwhile is removed at once, and what did not when it does.
   */
  private void look() {
    Instant now = surroundings.clock().instant();
    if (!looked) {
      looked = true;
      earlierUntil = Earlier.end(plan.content(), target, now);
    }
    Instant until = earlierUntil;
    if (until != null && !now.isBefore(until)) {
      earlierUntil = null;
      lost("expired");
    } else if (until != null) {
      Duration left = Duration.between(now, until);
      Duration next = left.compareTo(LOOK) < 0 ? left : LOOK;
      if (System.nanoTime() - nextLook >= 0) {
        nextLook = System.nanoTime() + next.toNanos();
        turns.wakeAfter(next);
      }
    }
  }

  private void step() {
    if (validUntil == null) {
      look();
    }
    Map<Wanted, Held> held = new HashMap<>();
    Map<TrustDomain, Bundle> trusted;
    synchronized (this) {
      for (Wanted wanted : plan.content().wanted()) {
        switch (states.getOrDefault(wanted, new State.Pending())) {
          case State.Ready(Held credential) -> held.put(wanted, credential);
          case State.Pending _ -> {}
          case State.Unavailable(String reason, _) -> {
            lost(reason);
            return;
          }
        }
      }
      trusted = bundles;
    }
    boolean bundleMissing = plan.content().ofTrust() && trusted.isEmpty();
    if (held.size() < plan.content().wanted().size() || bundleMissing) {
      return;
    }
    write(new Holdings(held, trusted));
  }

  private void write(Holdings holdings) {
    if (!surroundings.clock().instant().isBefore(holdings.expiresAt())) {
      lost("expired");
      return;
    }
    Map<String, byte[]> files = Map.of();
    try {
      if (fingerprint.is(plan.content(), holdings) && validUntil != null && target.there()) {
        return;
      }
      files = Rendering.of(plan.content(), holdings);
      target.put(files);
    } catch (NotWritable | IOException failed) {
      failed(String.valueOf(failed.getMessage()));
      return;
    } finally {
      files.values().forEach(bytes -> Arrays.fill(bytes, (byte) 0));
    }
    validUntil = holdings.expiresAt();
    earlierUntil = null;
    fingerprint.become(plan.content(), holdings);
    retry.succeeded();
    count("written");
    if (hook != null) {
      hook.fire();
    }
  }

  private void failed(String why) {
    count("failed");
    LOG.log(System.Logger.Level.ERROR, plan.name() + " is not written: " + why);
    Instant now = surroundings.clock().instant();
    Instant until = validUntil;
    if (until != null && !now.isBefore(until)) {
      lost("expired");
    }
    Duration pause = retry.failed();
    if (until != null && now.isBefore(until) && now.plus(pause).isAfter(until)) {
      pause = Duration.between(now, until);
    }
    turns.wakeAfter(pause);
  }

  private void lost(String reason) {
    validUntil = null;
    if (!plan.removedWhenLost() || earlierUntil != null) {
      return;
    }
    try {
      if (target.remove()) {
        count("removed");
        LOG.log(System.Logger.Level.WARNING, plan.name() + " is removed: " + reason);
      }
    } catch (IOException stays) {
      count("failed");
      LOG.log(System.Logger.Level.ERROR, plan.name() + " cannot be removed: " + stays.getMessage());
      looked = false;
      turns.wakeAfter(retry.failed());
    }
  }

  private void count(String outcome) {
    MeterRegistry meters = surroundings.meters();
    meters.counter("mintmark.sidecar.files", "outcome", outcome).increment();
  }
}
