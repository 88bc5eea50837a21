package io.mintmark.keys;

import java.io.IOException;
import java.util.List;

/** Port: where changes of the ring are recorded. */
public interface ChangeRecord {
  /**
   * Records a change that is about to be made; returns once the record is durable.
   *
   * @throws IOException where it cannot be, and then the change is not made
   */
  void keep(List<KeyEvent> change) throws IOException;

  /** Records that a change which was kept could not be made; never throws. */
  void notMade(List<KeyEvent> change);
}
