package io.mintmark.sidecar;

import io.mintmark.sidecar.clients.KubectlSection;
import io.mintmark.sidecar.clients.PostgresSection;
import io.mintmark.sidecar.clients.VaultSection;
import io.mintmark.sidecar.cloud.AwsSection;
import io.mintmark.sidecar.cloud.AzureSection;
import io.mintmark.sidecar.cloud.GcpSection;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.exec.ExecSection;
import io.mintmark.sidecar.files.FileSection;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.proxy.ProxySection;
import io.mintmark.sidecar.sockets.SocketsSection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** All that a configuration's {@code spec} can deliver by, each compiled by its own room. */
final class Deliveries {
  /** What stands in {@code to}, and who compiles it from the entry and its {@code to}. */
  private static final Map<String, BiFunction<Section, Section, DeliveryPlan>> KINDS = kinds();

  private Deliveries() {}

  private static Map<String, BiFunction<Section, Section, DeliveryPlan>> kinds() {
    Map<String, BiFunction<Section, Section, DeliveryPlan>> kinds = new LinkedHashMap<>();
    kinds.put("file", FileSection::compile);
    kinds.put("workloadApi", SocketsSection::workloadApi);
    kinds.put("sds", SocketsSection::sds);
    kinds.put("extAuthz", SocketsSection::extAuthz);
    kinds.put("proxy", ProxySection::compile);
    kinds.put("aws", AwsSection::compile);
    kinds.put("gcp", GcpSection::compile);
    kinds.put("azure", AzureSection::compile);
    kinds.put("kubectl", KubectlSection::compile);
    kinds.put("postgres", PostgresSection::compile);
    kinds.put("vault", VaultSection::compile);
    return kinds;
  }

  static List<DeliveryPlan> compile(Section spec) {
    List<DeliveryPlan> plans = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<Path> paths = new HashSet<>();
    for (Section entry : spec.at("deliver").entries()) {
      if (!names.add(entry.text("name"))) {
        entry.error("name", "there is another delivery \"" + entry.text("name") + "\"");
      }
      DeliveryPlan plan = plan(entry);
      for (Path path : plan.paths()) {
        if (!paths.add(path)) {
          entry.error("to", "another delivery has the path \"" + path + "\"");
        }
      }
      plans.add(plan);
    }
    plans.addAll(ExecSection.compile(spec.at("exec"), paths));
    return plans;
  }

  private static DeliveryPlan plan(Section entry) {
    Section to = entry.at("to");
    for (Map.Entry<String, BiFunction<Section, Section, DeliveryPlan>> kind : KINDS.entrySet()) {
      if (to.has(kind.getKey())) {
        return kind.getValue().apply(entry, to.at(kind.getKey()));
      }
    }
    throw new IllegalStateException("the schema knows a delivery that nobody compiles");
  }
}
