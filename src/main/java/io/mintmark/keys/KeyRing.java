package io.mintmark.keys;

import io.mintmark.jose.Jwk;
import io.mintmark.keys.publication.Publication;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
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
  private final KeyRingStore store;
  private final ClockWatch clock;
  private final @Nullable IntermediateFiles intermediate;
  private final List<KeyEvent> unrecorded = new ArrayList<>();
  private @Nullable ChangeRecord changes;
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
    this.store = store;
    this.clock = new ClockWatch(nanoTime, settings.prepareLead());
    this.intermediate =
        settings.authority() instanceof KeySettings.Intermediate files
            ? new IntermediateFiles(files, settings.trustDomain())
            : null;
    this.tokenAlgorithms = withConfigured(demanded);
    KeyRingStore.Contents kept = store.load();
    this.firstStart = kept.keys().isEmpty();
    for (KeptKey key : kept.keys()) {
      if (key.key() != null && !SelfCheck.passes(key)) {
        throw new IOException(
            "%s key \"%s\" fails its self-check: its private half is not the published one; restore the key store from a backup"
                .formatted(key.use(), key.id()));
      }
    }
    if (!firstStart && kept.keys().stream().noneMatch(k -> k.use() == KeyUse.CHECKPOINT)) {
      throw new IOException(
          "the key store has no checkpoint key, which is never replaced silently: restore the key"
              + " store from a backup");
    }
    KeptKey offered = intermediate == null ? null : intermediate.read(now);
    clockTrusted = clock.trusts(now);
    Turn turn = new Turn(kept.keys(), now);
    schedule(turn, offered, now).run();
    Snapshot first =
        turn.changed() ? next(turn, kept.sequence(), now) : new Snapshot(kept, settings);
    if (turn.changed()) {
      store.save(first.contents);
      unrecorded.addAll(turn.events());
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
    Set<SignatureAlgorithm> wanted = withConfigured(algorithms);
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
    KeptKey made = make(slot, now);
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
    return snapshot.contents.keys().stream()
        .map(key -> key.view(now))
        .sorted(
            Comparator.comparing(KeyView::use)
                .thenComparing(KeyView::algorithm)
                .thenComparing(KeyView::notBefore)
                .thenComparing(KeyView::id))
        .toList();
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
    if (!unrecorded.isEmpty()) {
      changes.keep(List.copyOf(unrecorded));
      unrecorded.clear();
    }
    this.changes = changes;
  }

  /**
   * The key for an access token.
   *
   * @param wanted null for the broker's default
   */
  public JwtKey tokenKey(@Nullable SignatureAlgorithm wanted) throws KeysUnavailable {
    Snapshot current = snapshot;
    JwtKey key = wanted == null ? current.defaultTokenKey : current.tokenKeys.get(wanted);
    if (key == null) {
      throw new KeysUnavailable(
          wanted == null
              ? "no access token key is active"
              : "no access token key for %s is active: it is prepared, or not asked for by setting or resource"
                  .formatted(wanted.word()));
    }
    return key;
  }

  /** The key for a JWT-SVID. */
  public JwtKey svidKey() throws KeysUnavailable {
    JwtKey key = snapshot.svidKey;
    if (key == null) {
      throw new KeysUnavailable("no JWT-SVID key is active");
    }
    return key;
  }

  /** The X.509 authority that signs now. */
  public Authority authority(Instant now) throws KeysUnavailable {
    Authority authority = snapshot.authority;
    if (authority == null) {
      throw new KeysUnavailable("no X.509 authority is active");
    }
    if (!now.isBefore(authority.notAfter())) {
      throw new KeysUnavailable(
          "the X.509 authority expired at %s: renew it".formatted(authority.notAfter()));
    }
    if (now.isBefore(authority.notBefore())) {
      throw new KeysUnavailable(
          "the X.509 authority is not valid before %s: check the clock"
              .formatted(authority.notBefore()));
    }
    return authority;
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
        settings, tokenAlgorithms, this::make, offered, turn, now, clockTrusted, firstStart);
  }

  private KeptKey make(Slot slot, Instant now) throws IOException {
    SigningKey key = store.generate(slot.algorithm());
    AuthorityCertificates certificates = null;
    if (slot.use() == KeyUse.X509_AUTHORITY) {
      Duration life = settings.lifetime().plus(settings.prepareLead()).multipliedBy(2);
      Instant end = now.plus(life).plus(settings.longestCredential());
      X509Certificate root = OwnRootCertificate.of(settings.trustDomain(), key, now, end);
      certificates = new AuthorityCertificates(root, List.of(), List.of(root));
    }
    return new KeptKey(
        Jwk.thumbprint(key.publicKey()),
        slot.use(),
        slot.algorithm(),
        KeyState.PREPARED,
        now,
        now,
        key,
        certificates,
        false);
  }

  private void commit(Turn turn, Instant now) throws IOException {
    if (!turn.changed()) {
      return;
    }
    Snapshot changed = next(turn, snapshot.contents.sequence(), now);
    ChangeRecord record = changes;
    if (record == null) {
      store.save(changed.contents);
      unrecorded.addAll(turn.events());
    } else {
      record.keep(turn.events());
      try {
        store.save(changed.contents);
      } catch (IOException | RuntimeException failed) {
        record.notMade(turn.events());
        throw failed;
      }
    }
    snapshot = changed;
  }

  /** The ring after a change. The sequence outruns any that a lost store can have published. */
  private Snapshot next(Turn turn, long sequence, Instant now) {
    long next = Math.max(sequence + 1, now.getEpochSecond());
    return new Snapshot(new KeyRingStore.Contents(next, turn.keys()), settings);
  }

  private Set<SignatureAlgorithm> withConfigured(Set<SignatureAlgorithm> demanded) {
    KeySettings.checkForAccessTokens(demanded);
    EnumSet<SignatureAlgorithm> all = EnumSet.copyOf(settings.accessToken());
    all.addAll(demanded);
    return Collections.unmodifiableSet(all);
  }
}
