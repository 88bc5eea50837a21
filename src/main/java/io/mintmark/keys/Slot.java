package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;

/**
 * A place of the ring that has one active key. Access tokens have one for each algorithm, so that a
 * resource can have its own; every other use has one in all, and its algorithm is what the next key
 * will have.
 */
record Slot(KeyUse use, SignatureAlgorithm algorithm) {
  static Slot of(KeptKey key) {
    return new Slot(key.use(), key.algorithm());
  }

  boolean holds(KeptKey key) {
    return key.use() == use && (use != KeyUse.ACCESS_TOKEN || key.algorithm() == algorithm);
  }
}
