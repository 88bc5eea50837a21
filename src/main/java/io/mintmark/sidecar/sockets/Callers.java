package io.mintmark.sidecar.sockets;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a socket serves.
 *
 * @param uids users
 * @param gids primary groups: the kernel tells no other at connect time
 */
public record Callers(Set<Long> uids, Set<Long> gids) {
  public Callers {
    uids = Set.copyOf(uids);
    gids = Set.copyOf(gids);
  }

  static Callers orOnly(@Nullable Callers configured, long ownUid) {
    return configured == null ? new Callers(Set.of(ownUid), Set.of()) : configured;
  }

  boolean allow(Caller caller) {
    return uids.contains(caller.uid()) || gids.contains(caller.gid());
  }
}
