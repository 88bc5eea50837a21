package io.mintmark.sidecar.delivery;

import java.nio.file.Path;
import java.util.Set;

/**
 * One delivery as configured. Equal plans are the same delivery, which a new configuration leaves
 * alone.
 */
public interface DeliveryPlan {
  /** As operators know it, such as {@code file "/run/creds/token"}. */
  String name();

  /** What it writes at, which no other delivery may: files, folders and sockets. */
  default Set<Path> paths() {
    return Set.of();
  }

  /**
   * What only one at a time can have, such as a port: where a new configuration's delivery wants
   * what an old one has, the old one lets go of it first.
   */
  default Set<String> holds() {
    return Set.of();
  }

  /** Makes the delivery, which does nothing until it is started. */
  Delivery open(Surroundings surroundings);
}
