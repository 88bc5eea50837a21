package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is due in the ring at one moment. A key becomes active only after it has been published for
 * the whole lead; the exception is a use that nothing can sign for, where waiting helps nobody. It
 * goes only after the longest credential it can have signed has expired.
 */
final class Schedule {
  /**
   * For what was under way with the old key when the new one took over, and for what the old key
   * signed before the clock was set back.
   */
  private static final Duration MARGIN = ClockWatch.SET_BACK;

  /** Makes new keys for a slot. */
  interface Maker {
    KeptKey make(Slot slot, Instant now) throws IOException;
  }

  private final KeySettings settings;
  private final Set<SignatureAlgorithm> tokenAlgorithms;
  private final Maker maker;
  private final @Nullable KeptKey offered;
  private final Turn turn;
  private final Instant now;
  private final boolean clockTrusted;
  private final boolean firstStart;

  /**
   * @param tokenAlgorithms all that access tokens are wanted in
   * @param offered the intermediate that stands in the operator's files; null where none can be
   *     read or none is set
   * @param firstStart whether nothing was ever published, so that there is nobody to wait for
   */
  Schedule(
      KeySettings settings,
      Set<SignatureAlgorithm> tokenAlgorithms,
      Maker maker,
      @Nullable KeptKey offered,
      Turn turn,
      Instant now,
      boolean clockTrusted,
      boolean firstStart) {
    this.settings = settings;
    this.tokenAlgorithms = tokenAlgorithms;
    this.maker = maker;
    this.offered = offered;
    this.turn = turn;
    this.now = now;
    this.clockTrusted = clockTrusted;
    this.firstStart = firstStart;
  }

  /** Does all that is due. Throws where a key could not be made. */
  void run() throws IOException {
    for (KeptKey key : turn.keys()) {
      KeptKey pulledBack = key.notAfter(now);
      if (!pulledBack.equals(key)) {
        turn.replace(key, pulledBack);
      }
    }
    removeWhatIsOver();
    if (offered != null) {
      take(offered);
    }
    for (SignatureAlgorithm algorithm : tokenAlgorithms) {
      rotate(new Slot(KeyUse.ACCESS_TOKEN, algorithm));
    }
    rotate(new Slot(KeyUse.JWT_SVID, settings.jwtSvid()));
    rotate(authoritySlot());
    rotate(new Slot(KeyUse.CHECKPOINT, SignatureAlgorithm.EDDSA));
    retireUnwanted();
  }

  private Slot authoritySlot() {
    return switch (settings.authority()) {
      case KeySettings.OwnRoot(SignatureAlgorithm algorithm) ->
          new Slot(KeyUse.X509_AUTHORITY, algorithm);
      case KeySettings.Intermediate files ->
          new Slot(
              KeyUse.X509_AUTHORITY,
              offered == null ? SignatureAlgorithm.ES256 : offered.algorithm());
    };
  }

  private void rotate(Slot slot) throws IOException {
    for (KeptKey key : turn.keys()) {
      if (slot.holds(key) && key.state() == KeyState.PREPARED && !fits(key, slot)) {
        turn.remove(key);
      }
    }
    Optional<KeptKey> active = turn.in(slot, KeyState.ACTIVE);
    Optional<KeptKey> prepared = turn.in(slot, KeyState.PREPARED);
    if (prepared.isEmpty() && makes(slot) && isDue(active, slot, settings.prepareLead())) {
      KeptKey made = maker.make(slot, now);
      turn.add(made);
      prepared = Optional.of(made);
    }
    if (prepared.isEmpty()) {
      return;
    }
    KeptKey next = prepared.get();
    boolean mayTakeOver =
        isDue(active, slot, Duration.ZERO) && clockTrusted && publishedLongEnough(next);
    if ((mayTakeOver || firstStart || !turn.signs(slot.use()))
        && !turn.activate(next)
        && !next.external()) {
      turn.remove(next); // its self-check failed: the next tick makes another
    }
  }

  /** Whether a successor must stand in {@code ahead}. The ledger's key never has one. */
  private boolean isDue(Optional<KeptKey> active, Slot slot, Duration ahead) {
    if (active.isEmpty()) {
      return true;
    }
    KeptKey key = active.get();
    if (slot.use() == KeyUse.CHECKPOINT) {
      return false;
    }
    if (!fits(key, slot)) {
      return true;
    }
    return !key.external() && inState(key).compareTo(settings.lifetime().minus(ahead)) >= 0;
  }

  /** Whether the key is one that the settings (or the operator's files) ask for now. */
  private boolean fits(KeptKey key, Slot slot) {
    if (!makes(slot)) {
      return offered == null || key.id().equals(offered.id());
    }
    return !key.external() && key.algorithm() == slot.algorithm() && key.usable(now);
  }

  private boolean makes(Slot slot) {
    return slot.use() != KeyUse.X509_AUTHORITY
        || settings.authority() instanceof KeySettings.OwnRoot;
  }

  private boolean publishedLongEnough(KeptKey key) {
    return Duration.between(key.publishedAt(), now).compareTo(settings.prepareLead()) >= 0;
  }

  private Duration inState(KeptKey key) {
    return Duration.between(key.since(), now);
  }

  private void removeWhatIsOver() {
    if (!clockTrusted) {
      return;
    }
    Duration keep = settings.longestCredential().plus(MARGIN);
    for (KeptKey key : turn.keys()) {
      if (key.state() == KeyState.RETIRING && inState(key).compareTo(keep) >= 0) {
        turn.remove(key);
      }
    }
  }

  /** The ring meets what stands in the operator's files. */
  private void take(KeptKey fromFiles) {
    Optional<KeptKey> known = turn.find(KeyUse.X509_AUTHORITY, fromFiles.id());
    if (known.isEmpty()) {
      turn.add(publishedWithItsRoots(fromFiles));
      return;
    }
    KeptKey key = known.get();
    KeptKey held = key.key() == null ? key.with(fromFiles.key()) : key;
    KeptKey back = held.state() == KeyState.RETIRING ? held.in(KeyState.PREPARED, now) : held;
    if (!back.equals(key)) {
      turn.replace(key, back);
    }
  }

  /** A new intermediate under roots that verifiers have had for long needs no further wait. */
  private KeptKey publishedWithItsRoots(KeptKey fresh) {
    List<?> roots = rootsOf(fresh);
    Instant since = now;
    for (KeptKey key : turn.keys()) {
      if (rootsOf(key).containsAll(roots) && key.publishedAt().isBefore(since)) {
        since = key.publishedAt();
      }
    }
    return new KeptKey(
        fresh.id(),
        fresh.use(),
        fresh.algorithm(),
        KeyState.PREPARED,
        since,
        now,
        fresh.key(),
        fresh.certificates(),
        true);
  }

  private static List<?> rootsOf(KeptKey key) {
    AuthorityCertificates certificates = key.certificates();
    return certificates == null ? List.of() : certificates.roots();
  }

  /** An algorithm that nobody asks for any more ends with its key's ordinary lifetime. */
  private void retireUnwanted() {
    Slot byDefault = new Slot(KeyUse.ACCESS_TOKEN, settings.defaultAlgorithm());
    boolean defaultSigns = turn.in(byDefault, KeyState.ACTIVE).isPresent();
    for (KeptKey key : turn.keys()) {
      if (key.use() != KeyUse.ACCESS_TOKEN || tokenAlgorithms.contains(key.algorithm())) {
        continue;
      }
      if (key.state() == KeyState.PREPARED) {
        turn.remove(key);
      } else if (key.state() == KeyState.ACTIVE
          && defaultSigns
          && inState(key).compareTo(settings.lifetime()) >= 0) {
        turn.retire(key);
      }
    }
  }
}
