package io.mintmark.sidecar.unix;

import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.process.OwnUser;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a socket serves.
 *
 * @param uids users
 * @param gids primary groups: the kernel tells no other at connect time
 */
public record Callers(Set<Long> uids, Set<Long> gids) {
  /** Whom the kernel names for users of other namespaces: anybody. */
  private static final long OVERFLOW = 65_534;

  public Callers {
    uids = Set.copyOf(uids);
    gids = Set.copyOf(gids);
  }

  /** From {@code allow} of a delivery; null where it is absent. */
  public static @Nullable Callers of(Section to) {
    if (!to.has("allow")) {
      return null;
    }
    Set<Long> uids = ids(to.at("allow").at("uids"));
    Set<Long> gids = ids(to.at("allow").at("gids"));
    if (uids.isEmpty() && gids.isEmpty()) {
      to.warning("allow", "it is empty, so nobody is served");
    }
    return new Callers(uids, gids);
  }

  private static Set<Long> ids(Section list) {
    Set<Long> ids = new HashSet<>();
    for (Section entry : list.entries()) {
      long id = entry.node().asLong();
      ids.add(id);
      if (id == OVERFLOW) {
        entry.warning("", "the kernel shows every user of another user namespace as " + OVERFLOW);
      }
    }
    return ids;
  }

  /** Those who are configured; where none are, the user that this process runs as. */
  public static Callers orOnlyOwn(@Nullable Callers configured) throws IOException {
    return configured == null ? new Callers(Set.of(ownUid()), Set.of()) : configured;
  }

  static long ownUid() throws IOException {
    return Integer.toUnsignedLong(OwnUser.id());
  }

  boolean allow(Caller caller) {
    return uids.contains(caller.uid()) || gids.contains(caller.gid());
  }
}
