package io.mintmark.storage.jdbc;

/** What the projection tells of its work, for metrics. Calls come from its thread. */
public interface ProjectionListener {
  /** Records reached the store in one transaction. */
  default void projected(int records) {}

  /** An attempt failed; the next one follows after a while. */
  default void failed(String problem) {}

  /** Records reach the store again. */
  default void recovered() {}
}
