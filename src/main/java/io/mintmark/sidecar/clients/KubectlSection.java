package io.mintmark.sidecar.clients;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.Preset;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;

/** Compiles a delivery to kubectl and what else reads a kubeconfig: the file and a credential. */
public final class KubectlSection {
  private static final String CONFIG = "config";
  private static final String CREDENTIAL = "credential.json";

  private KubectlSection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, which names the token
   * @param to what the kubeconfig says
   */
  public static DeliveryPlan compile(Section entry, Section to) {
    Wanted token = Credential.token(entry, "kubectl");
    Preset preset = Preset.of(to);
    Values values = new Values(to);
    String name = entry.text("name");
    String command = values.text("command", "mintmark");
    if (command.contains("/") && !command.startsWith("/")) {
      to.error("command", "it is a name on PATH, or begins with /");
    }
    Kubeconfig kubeconfig =
        new Kubeconfig(
            values.text("cluster", name),
            values.https("server"),
            values.optionalPath("certificateAuthority"),
            values.text("context", name),
            values.optional("namespace"),
            command,
            values.checked("folder", preset.path(CREDENTIAL)));
    return preset
        .fixed(CONFIG, kubeconfig.toYaml())
        .execCredential(CREDENTIAL, token)
        .variable("KUBECONFIG", preset.path(CONFIG).toString())
        .plan("kubectl");
  }
}
