package io.mintmark.sidecar.delivery;

/**
 * One delivery as configured. Equal plans are the same delivery, which a new configuration leaves
 * alone.
 */
public interface DeliveryPlan {
  /** As operators know it, such as {@code file "/run/creds/token"}. */
  String name();

  /** Makes the delivery, which does nothing until it is started. */
  Delivery open(Surroundings surroundings);
}
