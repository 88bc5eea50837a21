package io.mintmark.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param problem the first thing that does not hold; null where all does
 * @param records how many records the newest checkpoint covers
 * @param byHash how many of them, from seq 0 on, are kept by their hashes only
 * @param uncovered whole records after the newest checkpoint: written, never acknowledged or not
 *     yet signed for
 * @param root base64 of the newest checkpoint's root
 * @param keyGiven whether the key came from outside the folder
 * @param checkpointGiven whether a checkpoint kept elsewhere was compared
 */
public record Verdict(
    @Nullable String problem,
    String origin,
    long records,
    long byHash,
    long uncovered,
    long checkpoints,
    String root,
    boolean keyGiven,
    boolean checkpointGiven,
    List<String> notes) {
  public Verdict {
    notes = List.copyOf(notes);
  }

  public boolean holds() {
    return problem == null;
  }
}
