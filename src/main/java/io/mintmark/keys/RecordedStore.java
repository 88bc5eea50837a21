package io.mintmark.keys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store of a ring, to which nothing goes that is not recorded first; what was changed before
 * there was a record waits for one. For one thread at a time.
 */
final class RecordedStore {
  private final KeyRingStore store;
  private final List<KeyEvent> unrecorded = new ArrayList<>();
  private @Nullable ChangeRecord changes;

  RecordedStore(KeyRingStore store) {
    this.store = store;
  }

  void recordedBy(ChangeRecord record) throws IOException {
    if (!unrecorded.isEmpty()) {
      record.keep(List.copyOf(unrecorded));
      unrecorded.clear();
    }
    changes = record;
  }

  void save(KeyRingStore.Contents contents, List<KeyEvent> events) throws IOException {
    ChangeRecord record = changes;
    if (record == null) {
      store.save(contents);
      unrecorded.addAll(events);
      return;
    }
    record.keep(events);
    try {
      store.save(contents);
    } catch (IOException | RuntimeException failed) {
      record.notMade(events);
      throw failed;
    }
  }
}
