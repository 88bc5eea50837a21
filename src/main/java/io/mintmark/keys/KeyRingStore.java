package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.util.List;

/**
 * Port: where the ring's keys are kept. One ring at a time uses a store; the ring never calls it
 * from two threads at once.
 */
public interface KeyRingStore {
  /**
   * All that is kept.
   *
   * @param sequence grows with every change
   */
  record Contents(long sequence, List<KeptKey> keys) {
    public static final Contents EMPTY = new Contents(0, List.of());

    public Contents {
      keys = List.copyOf(keys);
    }
  }

  /**
   * What was last saved; {@link Contents#EMPTY} for a new store. Throws where it cannot be used.
   */
  Contents load() throws IOException;

  /** A new key, not kept until it is part of what is saved. */
  SigningKey generate(SignatureAlgorithm algorithm) throws IOException;

  /**
   * Keeps exactly this, durably and whole or not at all: whoever loads after a crash finds the
   * state before or the state after. Private halves of keys that are no longer in it are erased.
   */
  void save(Contents contents) throws IOException;
}
