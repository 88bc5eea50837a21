package io.mintmark.sidecar;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.exec.ExecSection;
import io.mintmark.sidecar.files.FileSection;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.proxy.ProxySection;
import io.mintmark.sidecar.sockets.SocketsSection;
import java.util.ArrayList;
import java.util.List;

/** All that a configuration's {@code spec} can deliver by, each compiled by its own room. */
final class Deliveries {
  private Deliveries() {}

  static List<DeliveryPlan> compile(Section spec) {
    List<DeliveryPlan> plans = new ArrayList<>();
    plans.addAll(FileSection.compile(spec.at("files")));
    plans.addAll(SocketsSection.compile(spec.at("sockets")));
    plans.addAll(ExecSection.compile(spec.at("exec"), spec.at("files")));
    plans.addAll(ProxySection.compile(spec.at("proxies")));
    return plans;
  }
}
