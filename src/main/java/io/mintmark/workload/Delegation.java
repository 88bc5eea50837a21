package io.mintmark.workload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a workload acts.
 *
 * @param subject whom it acts for; null where it acts for itself
 * @param actors who acts, newest first (RFC 8693 section 4.1)
 */
public record Delegation(@Nullable String subject, List<String> actors) {
  public static final Delegation NONE = new Delegation(null, List.of());

  public Delegation {
    actors = List.copyOf(actors);
  }

  public int depth() {
    return actors.size();
  }
}
