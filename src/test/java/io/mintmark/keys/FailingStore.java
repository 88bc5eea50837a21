package io.mintmark.keys;

import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;

/** A store whose disk can be full. */
final class FailingStore implements KeyRingStore {
  private final MemoryKeyStore memory = new MemoryKeyStore();
  boolean fails;

  @Override
  public Contents load() {
    return memory.load();
  }

  @Override
  public SigningKey generate(SignatureAlgorithm algorithm) {
    return memory.generate(algorithm);
  }

  @Override
  public void save(Contents contents) throws IOException {
    if (fails) {
      throw new IOException("no space left on device");
    }
    memory.save(contents);
  }
}
