package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.plan.ListenAddress;
import java.nio.file.Path;
import java.util.Set;

/**
 * The endpoint where AWS's SDKs find a container's credentials.
 *
 * @param label the delivery's name
 * @param region for the programs that are run with it
 */
record EndpointPlan(
    String label,
    ListenAddress listen,
    StartSecret.Place authorization,
    RolePlan role,
    String region)
    implements DeliveryPlan {
  @Override
  public String name() {
    return "AWS endpoint \"" + label + "\"";
  }

  @Override
  public Set<Path> paths() {
    return Set.of(authorization.path());
  }

  @Override
  public Set<String> holds() {
    String secret = authorization.path().toString();
    return listen.port() == 0 ? Set.of(secret) : Set.of(secret, "port " + listen.port());
  }

  @Override
  public Delivery open(Surroundings surroundings) {
    return EndpointDelivery.of(this, surroundings);
  }
}
