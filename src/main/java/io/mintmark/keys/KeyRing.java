package io.mintmark.keys;

import io.mintmark.keys.publication.Publication;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The broker's keys: each is prepared (published), then active (signing), then retiring (published)
 * until the last thing it signed has expired. Whoever signs or publishes reads one immutable
 * snapshot and never waits; every change is durable before it shows.
 */
public final class KeyRing implements Publication {
  private final KeySettings settings;
  private final KeyMaker maker;
  private final RecordedStore store;
  private final ClockWatch clock;
  private final @Nullable IntermediateFiles intermediate;
  private Set<SignatureAlgorithm> tokenAlgorithms = Set.of();
  private boolean clockTrusted;
  private boolean firstStart;
  private volatile Snapshot snapshot;
  private volatile @Nullable String problem;

  /**
   * Opens a ring, and on the very first start makes its keys.
   *
   * @param demanded the algorithms that resources ask for beside the configured ones
   * @param nanoTime a clock that cannot be set, such as {@link System#nanoTime}
   * @throws IOException with a sentence where the store or an operator's files cannot be used
   */
  public static KeyRing open(
      KeySettings settings,
      KeyRingStore store,
      Set<SignatureAlgorithm> demanded,
      LongSupplier nanoTime,
      Instant now)
      throws IOException {
    return new KeyRing(settings, store, demanded, nanoTime, now);
  }

  private KeyRing(
      KeySettings settings,
      KeyRingStore store,
      Set<SignatureAlgorithm> demanded,
      LongSupplier nanoTime,
      Instant now)
      throws IOException {
    this.settings = settings;
    this.maker = new KeyMaker(settings, store);
    this.store = new RecordedStore(store);
    this.clock = new ClockWatch(nanoTime, settings.prepareLead());
    this.intermediate =
        settings.authority() instanceof KeySettings.Intermediate files
            ? new IntermediateFiles(files, settings.trustDomain())
            : null;
    this.tokenAlgorithms = settings.tokenAlgorithms(demanded);
    KeyRingStore.Contents kept = store.load();
    this.firstStart = kept.keys().isEmpty();
    SelfCheck.check(kept);
    KeptKey offered = intermediate == null ? null : intermediate.read(now);
    clockTrusted = clock.trusts(now);
    Turn turn = new Turn(kept.keys(), now);
    schedule(turn, offered, now).run();
    Snapshot first =
        turn.changed() ? next(turn, kept.sequence(), now) : new Snapshot(kept, settings);
    if (turn.changed()) {
      this.store.save(first.contents, turn.events());
    }
    this.snapshot = first;
  }

  /**
   * Does what is due; the root calls it about once a minute. On an exception nothing has changed
   * and the ring signs on with what it has.
   */
  public synchronized void tick(Instant now) throws IOException {
    firstStart = false;
    turn(now);
  }

  private void turn(Instant now) throws IOException {
    clockTrusted = clock.trusts(now);
    KeptKey offered = null;
    String found = null;
    if (intermediate != null) {
      try {
        offered = intermediate.read(now);
      } catch (IOException unusable) {
        found = unusable.getMessage();
      }
    }
    problem = found;
    Turn turn = new Turn(snapshot.contents.keys(), now);
    schedule(turn, offered, now).run();
    commit(turn, now);
  }

  /**
   * Sets the algorithms that resources ask for. A new one signs after the usual lead; before the
   * first tick of a first start, when nobody can have fetched keys, at once.
   */
  public synchronized void demand(Set<SignatureAlgorithm> algorithms, Instant now)
      throws IOException {
    Set<SignatureAlgorithm> wanted = settings.tokenAlgorithms(algorithms);
    Set<SignatureAlgorithm> before = tokenAlgorithms;
    if (!wanted.equals(before)) {
      tokenAlgorithms = wanted;
      try {
        turn(now);
      } catch (IOException | RuntimeException failed) {
        // or the same demand, made again, would find nothing to do
        tokenAlgorithms = before;
        throw failed;
      }
    }
  }

  /** Prepares a successor ahead of the schedule. */
  public synchronized KeyCommand prepare(KeyUse use, SignatureAlgorithm algorithm, Instant now)
      throws IOException {
    Slot slot = new Slot(use, algorithm);
    Turn turn = new Turn(snapshot.contents.keys(), now);
    String objection = Objections.toPreparing(slot, settings, tokenAlgorithms, turn);
    if (objection != null) {
      return new KeyCommand.Refused(objection);
    }
    KeptKey made = maker.make(slot, now);
    turn.add(made);
    commit(turn, now);
    return new KeyCommand.Done(made.view(now));
  }

  /**
   * Makes a prepared key sign; the one that did starts retiring.
   *
   * @param force even if verifiers cannot be expected to have it yet
   */
  public synchronized KeyCommand activate(KeyUse use, String id, boolean force, Instant now)
      throws IOException {
    Turn turn = new Turn(snapshot.contents.keys(), now);
    Optional<KeptKey> found = turn.find(use, id);
    if (found.isEmpty()) {
      return Objections.unknown(use, id);
    }
    KeptKey key = found.get();
    String objection = Objections.toActivating(key, settings, clock.trusts(now), force, now);
    if (objection != null) {
      return new KeyCommand.Refused(objection);
    }
    if (!turn.activate(key)) {
      return new KeyCommand.Refused(
          "%s key \"%s\" fails its self-check: revoke it and prepare another"
              .formatted(use, key.id()));
    }
    commit(turn, now);
    return new KeyCommand.Done(key.in(KeyState.ACTIVE, now).view(now));
  }

  /**
   * Takes a prepared or retiring key out of publication at once: what it signed stops being
   * believed as soon as verifiers fetch again.
   */
  public synchronized KeyCommand revoke(KeyUse use, String id, Instant now) throws IOException {
    Turn turn = new Turn(snapshot.contents.keys(), now);
    Optional<KeptKey> found = turn.find(use, id);
    if (found.isEmpty()) {
      return Objections.unknown(use, id);
    }
    KeptKey key = found.get();
    String objection = Objections.toRevoking(key);
    if (objection != null) {
      return new KeyCommand.Refused(objection);
    }
    turn.remove(key);
    commit(turn, now);
    return new KeyCommand.Done(key.view(now));
  }

  /** All keys, in the order of their uses and then of their publication. */
  public List<KeyView> views(Instant now) {
    return snapshot.views(now);
  }

  /** Why the operator's files were last refused, the last good ones being in force; else empty. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * Has every change recorded from here on, before it is made and on the thread that makes it: a
   * change that cannot be recorded is not made. What opening the ring changed is recorded now,
   * since no ledger opens before the ring that has its key.
   *
   * @throws IOException where that cannot be recorded
   */
  public synchronized void recordedBy(ChangeRecord changes) throws IOException {
    store.recordedBy(changes);
  }

  /**
   * The key for an access token.
   *
   * @param wanted null for the broker's default
   */
  public JwtKey tokenKey(@Nullable SignatureAlgorithm wanted) throws KeysUnavailable {
    return snapshot.tokenKey(wanted);
  }

  /** The key for a JWT-SVID. */
  public JwtKey svidKey() throws KeysUnavailable {
    return snapshot.svidKey();
  }

  /** The X.509 authority that signs now. */
  public Authority authority(Instant now) throws KeysUnavailable {
    return snapshot.authority(now);
  }

  /** All roots of the trust domain that verifiers are given. */
  public List<X509Certificate> roots() {
    return snapshot.bundle.x509Authorities();
  }

  /** Whether a root of this name is published. */
  public boolean publishes(X500Principal root) {
    return roots().stream().anyMatch(published -> published.getSubjectX500Principal().equals(root));
  }

  public TrustDomain trustDomain() {
    return settings.trustDomain();
  }

  /** The ledger's Ed25519 key, which is never rotated. */
  public SigningKey checkpointKey() {
    return snapshot.checkpointKey;
  }

  /** Nothing may be struck to live longer: this long after its last signature a key is gone. */
  public Duration longestCredential() {
    return settings.longestCredential();
  }

  @Override
  public byte[] jwks() {
    return snapshot.jwks.clone();
  }

  @Override
  public Bundle bundle() {
    return snapshot.bundle;
  }

  private Schedule schedule(Turn turn, @Nullable KeptKey offered, Instant now) {
    return new Schedule(
        settings, tokenAlgorithms, maker::make, offered, turn, now, clockTrusted, firstStart);
  }

  private void commit(Turn turn, Instant now) throws IOException {
    if (!turn.changed()) {
      return;
    }
    Snapshot changed = next(turn, snapshot.contents.sequence(), now);
    store.save(changed.contents, turn.events());
    snapshot = changed;
  }

  /** The ring after a change. The sequence outruns any that a lost store can have published. */
  private Snapshot next(Turn turn, long sequence, Instant now) {
    long next = Math.max(sequence + 1, now.getEpochSecond());
    return new Snapshot(new KeyRingStore.Contents(next, turn.keys()), settings);
  }
}
