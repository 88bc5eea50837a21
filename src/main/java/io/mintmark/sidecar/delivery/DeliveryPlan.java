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

  /** Makes the delivery, which does nothing until it is started. */
  Delivery open(Surroundings surroundings);
}
