package io.mintmark.keys;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One change of the ring in the making: a working copy of its keys and what happened to them. */
final class Turn {
  private final Instant now;
  private final List<KeptKey> keys;
  private final List<KeyEvent> events = new ArrayList<>();
  private boolean changed;

  Turn(List<KeptKey> before, Instant now) {
    this.keys = new ArrayList<>(before);
    this.now = now;
  }

  List<KeptKey> keys() {
    return List.copyOf(keys);
  }

  List<KeyEvent> events() {
    return List.copyOf(events);
  }

  boolean changed() {
    return changed;
  }

  Optional<KeptKey> find(KeyUse use, String id) {
    return keys.stream().filter(key -> key.use() == use && key.id().equals(id)).findFirst();
  }

  Optional<KeptKey> in(Slot slot, KeyState state) {
    return keys.stream().filter(key -> slot.holds(key) && key.state() == state).findFirst();
  }

  /** Whether some key of this use signs now, whatever its slot. */
  boolean signs(KeyUse use) {
    return keys.stream()
        .anyMatch(key -> key.use() == use && key.state() == KeyState.ACTIVE && key.usable(now));
  }

  void add(KeptKey prepared) {
    keys.add(prepared);
    happened(KeyEvent.Step.PREPARED, prepared);
  }

  /**
   * Makes a prepared key the one that signs, and starts the retirement of the one that did. False,
   * and nothing done, where the key fails its self-check.
   */
  boolean activate(KeptKey prepared) {
    if (!SelfCheck.passes(prepared)) {
      return false;
    }
    in(Slot.of(prepared), KeyState.ACTIVE).ifPresent(this::retire);
    KeptKey active = prepared.in(KeyState.ACTIVE, now);
    replace(prepared, active);
    happened(KeyEvent.Step.ACTIVATED, active);
    return true;
  }

  void retire(KeptKey active) {
    KeptKey retiring = active.in(KeyState.RETIRING, now);
    replace(active, retiring);
    happened(KeyEvent.Step.RETIRING, retiring);
  }

  void remove(KeptKey key) {
    keys.remove(key);
    happened(KeyEvent.Step.REMOVED, key);
  }

  void replace(KeptKey before, KeptKey after) {
    keys.set(keys.indexOf(before), after);
    changed = true;
  }

  private void happened(KeyEvent.Step step, KeptKey key) {
    changed = true;
    events.add(new KeyEvent(step, key.view(now)));
  }
}
