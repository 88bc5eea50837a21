package io.mintmark.keys;

import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A ring on clocks that a test moves. */
public final class TestRing {
  public static final TrustDomain DOMAIN = new TrustDomain("broker.example.org");
  public static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  public final KeyRingStore store;
  public final KeySettings settings;
  public final List<KeyEvent> events = new ArrayList<>();
  private Instant now = START;
  private long nano = 17;
  private KeyRing ring;

  public TestRing(KeySettings settings, KeyRingStore store, SignatureAlgorithm... demanded) {
    this.settings = settings;
    this.store = store;
    this.ring = reopened(Set.of(demanded));
  }

  public TestRing(SignatureAlgorithm... demanded) {
    this(KeySettings.defaults(DOMAIN), new MemoryKeyStore(), demanded);
  }

  public KeyRing ring() {
    return ring;
  }

  public Instant now() {
    return now;
  }

  /** Both clocks move, as they do. */
  public void pass(Duration time) {
    now = now.plus(time);
    nano += time.toNanos();
  }

  /** Only the wall clock moves: somebody set it. */
  public void jump(Duration time) {
    now = now.plus(time);
  }

  public void tick() {
    try {
      ring.tick(now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets time pass with a tick every minute. */
  public void live(Duration time) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      pass(Duration.ofMinutes(1));
      tick();
    }
  }

  public KeyRing reopened(Set<SignatureAlgorithm> demanded) {
    try {
      ring = KeyRing.open(settings, store, demanded, () -> nano, now);
      // what opening changed is not what the tests look at
      ring.recordedBy(new Kept(new ArrayList<>()));
      ring.recordedBy(new Kept(events));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ring;
  }

  private record Kept(List<KeyEvent> events) implements ChangeRecord {
    @Override
    public void keep(List<KeyEvent> change) {
      events.addAll(change);
    }

    @Override
    public void notMade(List<KeyEvent> change) {
      events.removeAll(change);
    }
  }

  public KeyView only(KeyUse use, KeyState state) {
    List<KeyView> found = all(use, state);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " keys of " + use + " " + state + ": " + found);
    }
    return found.getFirst();
  }

  public List<KeyView> all(KeyUse use, KeyState state) {
    return ring.views(now).stream()
        .filter(view -> view.use() == use && view.state() == state)
        .toList();
  }
}
