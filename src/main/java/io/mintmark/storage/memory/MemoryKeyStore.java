package io.mintmark.storage.memory;

import io.mintmark.keys.KeyRingStore;
import io.mintmark.keys.SigningKey;
import io.mintmark.keys.SoftwareKey;
import io.mintmark.workload.SignatureAlgorithm;

/** Keys that end with the process: for trials and tests. */
public final class MemoryKeyStore implements KeyRingStore {
  private Contents contents = Contents.EMPTY;

  @Override
  public Contents load() {
    return contents;
  }

  @Override
  public SigningKey generate(SignatureAlgorithm algorithm) {
    return SoftwareKey.generate(algorithm);
  }

  @Override
  public void save(Contents latest) {
    this.contents = latest;
  }
}
